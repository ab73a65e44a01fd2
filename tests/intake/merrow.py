"""An invented town, an invented article about it, and a valid case file that codes it."""

import copy
import hashlib
import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kg.errors import Problem, Refused
from kg.intake import Reading, read_with_notices
from kg.model import Batch

HERE = Path(__file__).parent
CAPTURE = (HERE / "merrow.txt").read_bytes()
TEXT = CAPTURE.decode()
SHA256 = hashlib.sha256(CAPTURE).hexdigest()
BASE = "https://record.example/id/"

CASE: dict[str, Any] = {
    "averment": 1,
    "recorder": "A. Coder",
    "uses": ["agent/coast-guard"],
    "documents": {
        "gazette-1": {
            "title": "Shells hit the fish market",
            "publisher": "gazette",
            "published": "2031-05-03",
            "language": "en",
            "kind": "outlet",
            "captures": [{"sha256": SHA256, "length": len(CAPTURE)}],
        }
    },
    "agents": {
        "gazette": {"kind": "organisation", "name": "Merrow Gazette"},
        "watch": {"kind": "organisation", "name": {"en": "The Harbour Watch"}},
        "pell": {"kind": "person", "name": "Ona Pell"},
        "spokesman": {"kind": "unnamed-person", "quoted_in": "gazette-1", "name": "a spokesman"},
    },
    "events": {"market": {"kind": "incident", "name": "Fish market of Merrow"}},
    "sets": {
        "dead": {"of": "victim", "within": "market", "name": "the dead"},
        "buried": {"of": "victim", "within": "dead", "name": "the buried"},
        "missing": {"of": "victim", "within": "dead", "name": "the missing"},
    },
    "occasions": {"remarks": {"kind": "remark", "speaker": "pell", "document": "gazette-1"}},
    "defaults": {"said": "../2031-05-03", "via": ["gazette"]},
    "claims": [
        {
            "id": "twelve",
            "who": "watch",
            "asserts": {"count": {"about": "market", "over": "dead", "measure": "killed", "number": "12"}},
            "wording": "12 people were killed",
            "as": "indirect-speech",
            "passage": {"quote": "12 people were killed"},
        },
        {
            "id": "gas",
            "who": "coast-guard",
            "speaker": "spokesman",
            "asserts": {"count": {"about": "market", "measure": "killed", "number": "at least 3"}},
            "wording": "at least 3 people were killed",
            "passage": {"quote": "at least 3 people were killed"},
        },
    ],
}


def case(**changes: Any) -> dict[str, Any]:
    """The valid case with whole sections changed."""
    return {**copy.deepcopy(CASE), **changes}


def with_claims(*claims: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The valid case with other claims, each of the Watch unless it says otherwise."""
    return case(claims=[{"who": "watch", **claim} for claim in claims], **changes)


def occurrence(**more: Any) -> dict[str, Any]:
    """A small valid claim."""
    return {"asserts": {"occurrence": {"about": "market"}}, **more}


def dump(content: Any) -> str:
    """Content as YAML."""
    stream = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.sort_base_mapping_type_on_output = False
    yaml.representer.ignore_aliases = lambda *_: True
    yaml.dump(content, stream)
    return stream.getvalue()


def read(folder: Path, content: Any, *, capture: bool = True, **options: Any) -> Reading:
    """The reading of content (a mapping, text or bytes) as a case file in a folder."""
    path, kept = folder / "case.yaml", folder / "kept.txt"
    text = content if isinstance(content, str | bytes) else dump(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    kept.write_bytes(CAPTURE)
    given = {"base": BASE, "recorded": "2031-06-01T12:00:00Z", "software": "averment test", "captures": [kept]}
    if not capture:
        given["captures"] = []
    return read_with_notices(path, **{**given, **options})


def batch(folder: Path, content: Any, **options: Any) -> Batch:
    """The batch of content as a case file."""
    return read(folder, content, **options).batch


def problems(folder: Path, content: Any, **options: Any) -> list[Problem]:
    """What is wrong with content as a case file; nothing where it is read."""
    try:
        read(folder, content, **options)
    except Refused as refused:
        return list(refused.problems)
    return []


def only(found: list[Problem]) -> Problem:
    """The one problem there is."""
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]

"""Viewpoints as files: a named, citable set of choices under which numbers are read.

The policies on disagreement are those of Every Casualty Counts, Standards for Casualty Recording (2020), as codes.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import iris
from kg.analysis.as_of import AsOf, Certainty, View, read_as_of
from kg.codes import Code, load_codes, load_schemes
from kg.errors import Problem, Refused
from kg.intake.yamltext import LARGEST, parse_yaml
from kg.model import COUNT, LEAVE_OUT, Batch, File, Ingestion, Origin, Viewpoint
from kg.terms import AVC, avc

_POLICIES = avc("scheme-disagreement-policy")


@dataclass(frozen=True, slots=True)
class ViewpointFile:
    """What a file says: the choices, who made them ("" where it does not tell), and the file itself."""

    viewpoint: Viewpoint
    recorder: str
    path: Path
    data: bytes

    def to_batch(self, base: str, *, recorded: str, software: str) -> Batch:
        """The viewpoint as an ingestion of its own; `recorded` is an instant in UTC. Raises Refused."""
        if not self.recorder:
            reason = "missing: nothing says who chose this"
            raise Refused([Problem(str(self.path), 0, "recorder", "", reason, "write recorder: and a name")])
        sha256 = hashlib.sha256(self.data).hexdigest()
        file = File(iri=iris.file_iri(base, sha256), name=self.path.name, sha256=sha256, length=len(self.data))
        ingestion = Ingestion(
            iri=iris.ingestion_iri(base, [sha256]),
            files=(file.iri,),
            recorder=self.recorder,
            software=software,
            recorded=recorded,
        )
        subjects = (iris.viewpoint_iri(base, self.viewpoint), file.iri, ingestion.iri)
        return Batch(
            ingestion=ingestion,
            entities=(file, ingestion),
            propositions=(),
            claims=(),
            relays=(),
            recordings=(),
            viewpoints=(self.viewpoint,),
            origins=dict.fromkeys(subjects, Origin(str(self.path), 1, "")),
        )


def as_of(view: View, viewpoint: Viewpoint) -> AsOf:
    """How far a viewpoint looks on both axes. Raises Refused."""
    return read_as_of(view, said_by=viewpoint.said_by, recorded_by=viewpoint.recorded_by, certainty=viewpoint.certainty)


_TEXTS = ("name", "description", "said_by", "recorded_by")
_SWITCHES = (COUNT, LEAVE_OUT)
_LISTS = {"voices": "agent", "without": "agent", "prefer": "agent", "identities": "claim"}
_CODES = {"schemes": "scheme-", "grades": "", "populations": "", "bases": ""}


def load_viewpoint(path: Path, *, base: str) -> ViewpointFile:
    """The viewpoint a YAML file describes, and the file. Raises Refused with everything wrong with it."""
    try:
        data = path.read_bytes()[: LARGEST + 1]
    except OSError as error:
        raise Refused([Problem(str(path), 0, "", "", f"the file cannot be read: {error.strerror}", "")]) from None
    tree, problems = parse_yaml(data, file=str(path))
    found: dict[str, Any] = {}
    content = tree.data if isinstance(tree.data, dict) else {}

    def refuse(key: str, reason: str, remedy: str) -> None:
        problems.append(Problem(str(path), tree.line_of((key,)), key, tree.raw_at((key,)), reason, remedy))

    if str(content.pop("viewpoint", "")) != "1":
        refuse("viewpoint", "the form of the file is not told", "begin it with viewpoint: 1")
    recorder = str(content.pop("recorder", None) or "").strip()
    for key, value in content.items():
        try:
            found[key] = _read(key, value, tree.raw_at((key,)), base)
        except ValueError as error:
            reason, _, remedy = str(error).partition("; ")
            refuse(key, reason, remedy)
    if not content.get("name"):
        refuse("name", "missing: a viewpoint is cited by its name", "give it one")
    if found.get("policy") == avc("policy-prioritise-source") and not found.get("prefer"):
        refuse("prefer", "missing: nothing says which source is preferred", "list agents, the first preferred most")
    if problems:
        raise Refused(problems)
    chosen = {key: value for key, value in found.items() if value not in ("", ())}
    return ViewpointFile(Viewpoint(**chosen), recorder, path, data)


def _read(key: str, value: object, raw: str, base: str) -> Any:
    if key in _TEXTS:
        return raw.strip()
    if key in ("relays", "denials"):
        if raw not in _SWITCHES:
            raise ValueError(f"not a choice; write one of {', '.join(_SWITCHES)}")
        return raw
    if key == "certainty":
        return Certainty(raw).value
    if key == "policy":
        return _code(raw, "policy-", _POLICIES)
    items = [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]
    if key in _LISTS:
        names = [_name(each, _LISTS[key], base) for each in items]
        return " ".join(names) if key == "prefer" else tuple(names)
    if key in _CODES:
        return tuple(_code(each, _CODES[key]) for each in items)
    known = sorted({*_TEXTS, "relays", "denials", "certainty", "policy", *_LISTS, *_CODES})
    raise ValueError(f"not a field of a viewpoint; write one of {', '.join(known)}")


def _name(text: str, kind: str, base: str) -> str:
    if ":" in text:
        return text
    return f"{base}{text}" if "/" in text else f"{base}{kind}/{text}"


def _code(text: str, prefix: str, scheme: str = "") -> str:
    slug = text.removeprefix("avc:").removeprefix(AVC)
    for name in (avc(slug), avc(prefix + slug)):
        code: Code | None = load_codes().get(name)
        if (code is not None and (not scheme or scheme in code.schemes)) or (not scheme and name in load_schemes()):
            return name
    raise ValueError(f"{text!r} is not a code; `averment query` lists them, or see docs/codes.md")

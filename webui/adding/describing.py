"""The document a case is about: from a form, or as the record has it where its bytes are kept already."""

import codecs
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import Problem, Refused
from kg.intake.captures import is_text_encoding
from kg.reading import CaptureView, DocumentView, Reader
from kg.terms import AVC
from webui.adding.checking import Finding
from webui.adding.naming import Content, Names, prune, to_key

LARGEST = 3_000_000
_UNTITLED = Problem(field="title", reason="the document has no title", remedy="give the title it bears")


@dataclass(frozen=True, slots=True)
class Given:
    """What was handed in: the bytes of a document, how they are to be read, and what its form says."""

    data: bytes
    media_type: str
    encoding: str
    form: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def describe(given: Given, reader: Reader, *, recorder: str, today: str) -> tuple[str, Content]:
    """The key of the document, and the case so far. Raises Refused with everything that is wrong with the form."""
    _require_text(given)
    content: Content = {"averment": 1, "recorder": recorder, "uses": [], "documents": {}}
    names = Names(content, reader)
    known = find_known(reader, given.sha256)
    if known is not None:
        key, document = _describe_known(known[0], known[1], reader)
    else:
        key, document = _describe_new(given, names, today)
    content["documents"][key] = document
    defaults: dict[str, Any] = {"said": f"../{document['published']}"} if document.get("published") else {}
    if document.get("publisher"):
        defaults["via"] = [document["publisher"]]
    content |= {"defaults": defaults, "claims": []}
    prune(content)
    return key, content


AMENDED = ("title", "published", "language", "kind", "url")
"""The fields in which a document can be described otherwise than at first."""


def amend(content: Content, form: Mapping[str, str], reader: Reader) -> None:
    """Describe the document of a case anew, before anything of it is recorded.

    Raises Refused where it has no title, or is described in the record already: there it stands as it was recorded.
    """
    ((key, document),) = content["documents"].items()
    if Names(content, reader).is_recorded("document", str(key)):
        reason = "the record describes this document already, and it is not described a second time"
        raise Refused([Problem(field="title", reason=reason, remedy="leave it as it is")])
    given = {name: " ".join(form.get(name, "").split()) for name in AMENDED}
    if not given["title"]:
        raise Refused([_UNTITLED])
    defaults = content.get("defaults", {})
    if defaults.get("said", "") == (f"../{document['published']}" if document.get("published") else ""):
        defaults["said"] = f"../{given['published']}" if given["published"] else ""
        content["defaults"] = {name: value for name, value in defaults.items() if value}
    changed = {**document, **given, "urls": [given["url"]] if given["url"] else ""}
    content["documents"][key] = {name: value for name, value in changed.items() if value and name != "url"}


def find_known(reader: Reader, sha256: str) -> tuple[DocumentView, CaptureView] | None:
    """The document of the record whose capture has these bytes."""
    rows = reader.view.rows("SELECT document FROM captures WHERE sha256 = ? ORDER BY document", [sha256])
    if not rows or not rows[0][0]:
        return None
    document = reader.get_document(str(rows[0][0]))
    return document, next(each for each in document.captures if each.sha256 == sha256)


def find_place(finding: Finding) -> Problem:
    """What is found in the case of a document, as a problem of the field of its form."""
    name = finding.place.split(".")[-1].partition("[")[0]
    name = {"urls": "url", "captures": "captured"}.get(name, name)
    known = name in ("title", "published", "language", "kind", "url", "captured")
    return Problem(field=name if known else "title", value=finding.value, reason=finding.reason, remedy=finding.remedy)


def _require_text(given: Given) -> None:
    problems = []
    shown = given.form
    if not given.data.strip():
        problems.append(Problem(field="text", reason="there is no text", remedy="paste the text, or choose a file"))
    if not shown.get("title", "").strip():
        problems.append(_UNTITLED)
    try:
        known = is_text_encoding(given.encoding)
        text = given.data.decode(codecs.lookup(given.encoding).name) if known else ""
        if not known:
            reason = "no encoding of text is known by this name"
            problems.append(Problem(field="encoding", value=given.encoding, reason=reason, remedy="write utf-8 …"))
        elif "\0" in text:
            reason = "this is no text: it holds NUL characters, as pictures and PDF files do"
            problems.append(Problem(field="file", reason=reason, remedy="save it as plain text, and open that"))
    except (UnicodeDecodeError, ValueError):
        remedy = "save it as plain text in UTF-8, or name its encoding, such as windows-1256"
        reason = f"the file is no text in {given.encoding}"
        problems.append(Problem(field="file", reason=reason, remedy=remedy))
    if problems:
        raise Refused(problems)


def _describe_new(given: Given, names: Names, today: str) -> tuple[str, dict[str, Any]]:
    form = {name: " ".join(value.split()) for name, value in given.form.items()}
    publisher = names.read(form.get("publisher", ""), "agent", name="publisher")
    if publisher in names.content.get("agents", {}) and form.get("publisher_kind"):
        names.content["agents"][publisher]["kind"] = form["publisher_kind"]
    capture: dict[str, Any] = {"sha256": given.sha256, "length": len(given.data), "media_type": given.media_type}
    if given.encoding != "utf-8":
        capture["encoding"] = given.encoding
    capture["captured"] = form.get("captured") or today
    document: dict[str, Any] = {name: form.get(name, "") for name in ("title", "published", "language", "kind")}
    document |= {"publisher": publisher, "urls": [form["url"]] if form.get("url") else ""}
    written = {name: value for name, value in document.items() if value}
    stem = [publisher.rpartition("/")[2], to_key(form.get("published", ""))]
    key = names.make_key("document", " ".join(filter(None, stem if stem[1] else [form["title"]])))
    return key, {**written, "captures": [capture]}


def _describe_known(known: DocumentView, capture: CaptureView, reader: Reader) -> tuple[str, dict[str, Any]]:
    """The document as the record has it, so that to describe it again says nothing new."""
    title = {known.ref.language: known.ref.label} if known.ref.language else known.ref.label
    described: dict[str, Any] = {
        "title": title,
        "published": known.published,
        "language": known.language,
        "kind": known.source_kind.iri.removeprefix(AVC) if known.source_kind else "",
        "publisher": known.publisher.iri if known.publisher else "",
        "urls": list(known.urls),
    }
    kept = {"sha256": capture.sha256, "length": capture.length, "media_type": capture.media_type}
    kept |= {"encoding": capture.encoding, "captured": capture.captured}
    described["captures"] = [{name: value for name, value in kept.items() if value != ""}]
    key = known.ref.iri.removeprefix(f"{reader.base}document/")
    return key, {name: value for name, value in described.items() if value}

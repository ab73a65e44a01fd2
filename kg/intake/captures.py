"""The bytes behind a case: what its documents say was kept, matched with the files at hand by hash."""

import codecs
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from kg import iris
from kg.errors import Problem
from kg.intake.fields import read_date, read_integer, read_text, read_url
from kg.intake.references import References
from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.model import Capture
from kg.terms import Iri

LARGEST = 200_000_000
"""The most bytes a capture may have that is read with a case; a larger one is recorded by hash and length alone."""

# Encodings that turn bytes into text by a fixed table; Python's others unpack, escape or guess.
_NOT_ENCODINGS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"})


@dataclass(frozen=True, slots=True)
class Held:
    """A capture of the case, the key of its document, and its text where the bytes are at hand."""

    at: Path
    sha256: str
    document: str
    length: int
    text: str | None


@dataclass(slots=True)
class Captures:
    """The captures of a case by SHA-256, as the model has them, and the bytes that are at hand."""

    held: dict[str, Held] = field(default_factory=dict)
    models: list[Capture] = field(default_factory=list)
    data: dict[str, bytes] = field(default_factory=dict)

    def of_document(self, key: str | None) -> list[Held]:
        """The captures of one document; of all of them where no key is given."""
        return [held for held in self.held.values() if key is None or held.document == key]


def read_captures(sheet: Sheet, references: References, folder: FilePath, given: Sequence[FilePath]) -> Captures:
    """Every capture the case describes, checked against the files beside it and the `given` ones."""
    offered = _load_given(sheet, given)
    entries = [
        (key, ("documents", key, "captures", place))
        for key in sheet.keys(("documents",))
        for place in range(len(sheet.get(("documents", key, "captures")) or ()))
        if sheet.get(("documents", key, "captures", place)) is not None
    ]
    found = Captures()
    for key, at in entries:
        data = _find_data(sheet, at, folder, offered, alone=len(entries) == 1)
        sha256 = hashlib.sha256(data).hexdigest() if data is not None else sheet.text((*at, "sha256"))
        if sha256 is None:
            _refuse_nameless(sheet, at)
        else:
            _take(sheet, references, found, key, at, sha256, data)
    _refuse_strangers(sheet, offered, found)
    return found


def _load_given(sheet: Sheet, given: Sequence[FilePath]) -> dict[str, tuple[FilePath, bytes]]:
    offered = {}
    for path in given:
        try:
            size = path.stat().st_size
            data = path.read_bytes() if size <= LARGEST else b""
        except OSError as error:
            problem = Problem(str(path), 0, "", "", f"the capture cannot be read: {error.strerror}", "check the path")
            sheet.problems.append(problem)
            continue
        if size > LARGEST:
            reason = f"the capture has {size:,} bytes; at most {LARGEST:,} are read"
            sheet.problems.append(Problem(str(path), 0, "", "", reason, "record the case without it"))
            continue
        offered[hashlib.sha256(data).hexdigest()] = (path, data)
    return offered


def _find_data(
    sheet: Sheet, at: Path, folder: FilePath, offered: dict[str, tuple[FilePath, bytes]], *, alone: bool
) -> bytes | None:
    """The bytes of one capture: from the file it names, or from what was given under its hash."""
    declared, name = sheet.text((*at, "sha256")), read_text(sheet, (*at, "file"))
    if name is not None:
        data = _read_beside(sheet, (*at, "file"), folder, name)
        if data is not None and declared is not None and hashlib.sha256(data).hexdigest() != declared:
            actual = hashlib.sha256(data).hexdigest()
            reason = f"{name} has another SHA-256, {actual}, and {len(data):,} bytes"
            sheet.refuse((*at, "sha256"), reason, "name the file that was captured, or describe this one as a capture")
        return data
    if declared is None and alone and len(offered) == 1 and sheet.is_sound(at):
        return next(iter(offered.values()))[1]
    return offered[declared][1] if declared in offered else None


def _read_beside(sheet: Sheet, at: Path, folder: FilePath, name: str) -> bytes | None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        sheet.refuse(at, "the file does not lie beside the case file", "put it there, or give it with --capture")
        return None
    try:
        if path.stat().st_size > LARGEST:
            sheet.refuse(at, f"the file has more than {LARGEST:,} bytes", "give its sha256 and length instead")
            return None
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
        sheet.refuse(at, reason, "check its name, or give sha256 and length instead")
        return None


def _refuse_nameless(sheet: Sheet, at: Path) -> None:
    if sheet.is_sound(at):
        remedy = "give sha256 and length, or `file`, or the bytes with --capture"
        sheet.refuse((*at, "sha256"), "missing: nothing says which bytes these are", remedy, value="")


def _take(
    sheet: Sheet, references: References, found: Captures, key: str, at: Path, sha256: str, data: bytes | None
) -> None:
    if sha256 in found.held:
        line = sheet.line(found.held[sha256].at)
        sheet.refuse(at, f"the capture on line {line} has the same bytes", "keep one of the two", value=sha256)
        return
    length = read_integer(sheet, (*at, "length"))
    if data is not None and length is not None and length != len(data):
        reason = f"the bytes at hand are {len(data):,}"
        sheet.refuse((*at, "length"), reason, f"write {len(data)}, if these are the bytes that were captured")
    elif data is None and length is None and sheet.is_sound((*at, "length")):
        remedy = "give the number of bytes, or the bytes themselves with --capture"
        sheet.refuse((*at, "length"), "missing, and the bytes are not at hand", remedy, value="")
    size = len(data) if data is not None else length or 0
    encoding = _read_encoding(sheet, (*at, "encoding"))
    text = None if data is None else _decode(sheet, at, data, encoding)
    found.held[sha256] = Held(at, sha256, key, size, text)
    if data is not None:
        found.data[sha256] = data
    captured = read_date(sheet, (*at, "captured"))
    found.models.append(
        Capture(
            iri=iris.capture_iri(sheet.base, sha256),
            document=references.named.get(("document", key), Iri("")),
            sha256=sha256,
            length=size,
            media_type=sheet.text((*at, "media_type")),
            encoding=encoding,
            captured=captured.text if captured else None,
            captured_by=references.read((*at, "by"), "agent"),
            tool=read_text(sheet, (*at, "tool")),
            archived_at=read_url(sheet, (*at, "archived_at")),
        )
    )


def _read_encoding(sheet: Sheet, at: Path) -> str:
    written = read_text(sheet, at)
    if written is None:
        return "utf-8"
    try:
        info = codecs.lookup(written) if is_text_encoding(written) else None
    except ValueError:
        info = None
    if info is None or info.name in _NOT_ENCODINGS:
        sheet.refuse(at, "no encoding of text is known by this name", "write utf-8, utf-16, iso-8859-1, windows-1256 …")
        return "utf-8"
    return info.name


def is_text_encoding(name: str) -> bool:
    """Whether Python decodes text under this name, rather than unpacking bytes or not knowing it.

    >>> is_text_encoding("utf-16"), is_text_encoding("zlib")
    (True, False)
    """
    try:
        b"a".decode(name)
    except LookupError:
        return False
    except UnicodeError:
        return True
    return True


def _decode(sheet: Sheet, at: Path, data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        # Bytes that are no text, a photograph say, are a capture all the same; only passages need characters.
        media_type = sheet.text((*at, "media_type")) or "text/plain"
        if media_type.startswith("text/"):
            reason = f"the bytes are not {encoding}: byte {error.start} cannot be read"
            sheet.refuse((*at, "encoding"), reason, "name the encoding of the capture")
        return None


def _refuse_strangers(sheet: Sheet, offered: dict[str, tuple[FilePath, bytes]], found: Captures) -> None:
    for sha256, (path, data) in offered.items():
        if sha256 in found.held:
            continue
        known = "; ".join(f"{held.sha256} ({held.length:,} bytes, {held.document})" for held in found.held.values())
        same = {hashlib.sha256(other).hexdigest() for other in _variants(data)} & set(found.held)
        hint = ", though with other line ends or a final line end it would" if same else ""
        reason = f"its SHA-256 is that of no capture of {sheet.file}{hint}; it has {len(data):,} bytes"
        remedy = f"give the bytes that were captured: {known}" if known else "describe the capture in the case file"
        sheet.problems.append(Problem(str(path), 0, "", sha256, reason, remedy))


def _variants(data: bytes) -> list[bytes]:
    plain = data.replace(b"\r\n", b"\n")
    return [plain, plain.rstrip(b"\n"), plain + b"\n", plain.replace(b"\n", b"\r\n")]

"""What someone says they drew on: kinds of source by code, agents and documents by key."""

from kg.intake.codes import load_schemes, read_code, suggest_code
from kg.intake.references import References
from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.terms import Iri

_SCHEME = "consulted-source"


def read_sources(sheet: Sheet, references: References, at: Path) -> tuple[Iri, ...]:
    """The sources at a path, one or a list; one that is neither a code nor known is noted and left out."""
    found = (_read_source(sheet, references, each) for each in sheet.items(at))
    return tuple(iri for iri in found if iri is not None)


def _read_source(sheet: Sheet, references: References, at: Path) -> Iri | None:
    text = sheet.text(at) or ""
    kinds = ("agent", "document")
    if load_schemes()[_SCHEME].find(text) is None:
        if "/" in text or references.find(text, kinds):
            return references.read(at, *kinds)
        reason = "no code of consulted-source, and no agent or document of this file"
        sheet.refuse(at, reason, suggest_code(text, _SCHEME))
        return None
    if references.find(text, kinds):
        sheet.refuse(at, "both a code and a key of this file", f"write avc:{text}, or the kind before the key")
        return None
    return read_code(sheet, at, _SCHEME)

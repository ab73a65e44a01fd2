"""What a key in a case file stands for: something the file describes, something it says it uses, or a full IRI."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg import iris
from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.nearest import list_nearest
from kg.terms import Iri

SECTIONS = {
    "documents": "document",
    "agents": "agent",
    "events": "event",
    "sets": "set",
    "victims": "victim",
    "occasions": "occasion",
}
"""The sections of a case file whose entries have keys, and the kind of thing each describes."""

CLAIM = "claim"
SUBJECTS = ("event", "set", "victim", "agent", CLAIM)
"""What a proposition may be about."""

_SCHEMES = ("http://", "https://", "urn:")
_NEVER_IN_IRI = frozenset(' <>"{}|^`\\')


@dataclass(slots=True)
class References:
    """Every key that can be referred to, what it names, and which of them were.

    `is_short` says that a key was referred to that names nothing.
    """

    sheet: Sheet
    known: dict[str, dict[str, Path]] = field(default_factory=dict)
    named: dict[tuple[str, str], Iri] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    is_short: bool = False

    def find(self, text: str, kinds: Iterable[str]) -> list[tuple[str, str]]:
        """The (kind, key) pairs, of these kinds, that a text may stand for."""
        kind, slash, key = text.partition("/")
        if slash:
            return [(kind, key)] if kind in kinds and key in self.known.get(kind, ()) else []
        return [(each, text) for each in kinds if text in self.known.get(each, ())]

    def read(self, at: Path, *kinds: str) -> Iri | None:
        """The IRI of what the text at a path stands for; None where there is no text, or it stands for nothing."""
        found = self.read_pair(at, *kinds)
        if isinstance(found, tuple):
            self.used.add(found)
            if found not in self.named:
                self.sheet.taint(at)
            return self.named.get(found)
        return found

    def read_pair(self, at: Path, *kinds: str) -> tuple[str, str] | Iri | None:
        """What the text at a path stands for, as (kind, key), or as it is where it is an IRI."""
        text = self.sheet.text(at)
        if text is None:
            return None
        if text.startswith(_SCHEMES):
            return self._read_iri(at, text)
        found = self.find(text, kinds)
        if len(found) == 1:
            return found[0]
        if found:
            choices = " or ".join(f"{kind}/{key}" for kind, key in found)
            self.sheet.refuse(at, "this key stands for several things", f"write {choices}")
        else:
            self.is_short = True
            self.sheet.refuse(at, *self._explain_missing(text, kinds))
        return None

    def read_all(self, at: Path, *kinds: str) -> tuple[Iri, ...]:
        """The IRIs of what stands at a path, one or a list; what stands for nothing is noted and left out."""
        found = (self.read(each, *kinds) for each in self.sheet.items(at))
        return tuple(iri for iri in found if iri is not None)

    def _read_iri(self, at: Path, text: str) -> Iri | None:
        if _NEVER_IN_IRI.isdisjoint(text) and min(text) > " ":
            return Iri(text)
        self.sheet.refuse(at, "not an IRI: it holds a space or a character that must be escaped", "escape it with %")
        return None

    def _explain_missing(self, text: str, kinds: Iterable[str]) -> tuple[str, str]:
        wanted = " or ".join(kinds)
        kind, slash, key = text.rpartition("/")
        others = [each for each in self.known if key in self.known[each] and each not in kinds]
        if others:
            return f"{key} is of kind {' and '.join(others)}, where {wanted} belongs", f"name a {wanted}"
        pool = [each for one in kinds for each in self.known.get(one, ())]
        near = list_nearest(key, pool)
        asked = f"did you mean {' or '.join(repr(each) for each in near)}? " if near else ""
        if kinds == (CLAIM,):
            return "no claim of this file has this id", f"{asked}Give that claim an id, or its full IRI here"
        example = f"{kind if slash and kind in kinds else next(iter(kinds))}/{key}"
        reason = f"no {wanted} of this key is described in the file or named under `uses`"
        return reason, f"{asked}Describe it, or list {example} under `uses` if it is in the record already"


def collect_references(sheet: Sheet) -> References:
    """Every key the file describes, uses or gives a claim; also what was described amiss, not to tell it twice."""
    references = References(sheet)
    known = references.known
    for kind in (*SECTIONS.values(), CLAIM):
        known[kind] = {}
    for at in sheet.tree.marks:
        if len(at) == 2 and at[0] in SECTIONS and isinstance(at[1], str):
            known[SECTIONS[at[0]]][at[1]] = at
    for at in sheet.items(("uses",)):
        kind, _, key = str(sheet.text(at)).partition("/")
        _note_use(sheet, known, at, kind, key)
    for at in sheet.items(("claims",)):
        _note_claim(sheet, known, at)
    for kind, keys in known.items():
        for key in keys:
            if kind not in (CLAIM, "occasion") and iris.is_key(key):
                references.named[kind, key] = iris.named_iri(sheet.base, kind, key)
    return references


def _note_use(sheet: Sheet, known: dict[str, dict[str, Path]], at: Path, kind: str, key: str) -> None:
    if key in known[kind]:
        line = sheet.line(known[kind][key])
        sheet.refuse(
            at, f"{kind}/{key} is named or described in this file already, on line {line}", "keep one of the two"
        )
    else:
        known[kind][key] = at


def _note_claim(sheet: Sheet, known: dict[str, dict[str, Path]], at: Path) -> None:
    key = sheet.text((*at, "id"))
    if key is None:
        return
    if key in known[CLAIM]:
        line = sheet.line(known[CLAIM][key])
        sheet.refuse((*at, "id"), f"the claim on line {line} has this id too", "give each claim its own id")
    else:
        known[CLAIM][key] = at

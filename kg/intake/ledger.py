"""The ledger shorthand: carried + opened = closed + open, as sets, counts and two partitions of one whole."""

from dataclasses import dataclass

from kg import iris
from kg.intake.codes import read_assessment_scheme
from kg.intake.propositions import read_number
from kg.intake.sayings import Sayings
from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.model import Count, Partition, Proposition, Set, Text
from kg.terms import Iri, av, avc

_MEMBERS = {
    "allegation": ("Allegation", "allegations"),
    "incident": ("Incident", "incidents"),
    "strike": ("Strike", "strikes"),
}
_PARTS = {
    "carried": ("carried over", avc("ledger-carried-over")),
    "opened": ("received", avc("ledger-received")),
    "closed": ("closed", avc("oir-completed")),
    "open": ("still open", avc("oir-open")),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One proposition of a ledger and where its number stands; `at` of a partition is the ledger itself."""

    at: Path
    proposition: Proposition


def read_ledger(sayings: Sayings, at: Path, occasion: Iri) -> list[Entry]:
    """The counts and partitions a ledger states; its sets are kept among the things of the case."""
    sheet = sayings.sheet
    about = sayings.references.read_all((*at, "about"), "event", "set")
    of = sheet.text((*at, "of")) or ""
    if of not in _MEMBERS or not sheet.is_sound(at) or not about:
        return []
    kind, measure = _MEMBERS[of]
    scheme = read_assessment_scheme(sheet, (*at, "scheme")) or ""
    sets: dict[str, Iri] = {}
    for role, words in (("whole", "all"), *((role, words) for role, (words, _) in _PARTS.items())):
        content = {"ledger": list(about), "of": of, "scheme": scheme, "occasion": occasion, "role": role}
        iri = Iri(f"{sheet.base}set/{iris.hash_key(content)}")
        within = about[0] if role == "whole" else sets["whole"]
        names = (Text(f"{measure} on the ledger: {words}", "en"),)
        sayings.things.keep(Set(iri=iri, names=names, member_kind=av(kind), within=within), at)
        sets[role] = iri
    entries = [
        Entry(at, Partition(about=(sets["whole"],), parts=(sets[left], sets[right])))
        for left, right in (("carried", "opened"), ("closed", "open"))
    ]
    for role, (_, basis) in _PARTS.items():
        count = _read_count(sheet, (*at, role), about, sets[role], avc(measure), basis)
        if count is not None:
            entries.append(Entry((*at, role), count))
    return entries


def _read_count(sheet: Sheet, at: Path, about: tuple[Iri, ...], over: Iri, measure: Iri, basis: Iri) -> Count | None:
    place = (*at, "number") if isinstance(sheet.get(at), dict) else at
    quantity = read_number(sheet, place[:-1], "en", name=str(place[-1]))
    if quantity is None:
        return None
    return Count(
        about=about,
        over=over,
        measure=measure,
        basis=basis,
        at_least=quantity.at_least,
        at_most=quantity.at_most,
        approximately=quantity.about,
    )

"""What an event's page shows: the claims asked for, as of the dates asked for, a page of them where they are many."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from kg.analysis.as_of import AsOf, Certainty, read_as_of
from kg.analysis.compare.event import EventComparison, compare_event
from kg.analysis.compare.positions import Surroundings
from kg.analysis.near import FEW, compare_near, find_kin, find_over, position_of, read_positions, surround, trace_near
from kg.analysis.origins.trace import Origins, find_origins
from kg.analysis.seen import look_back
from kg.errors import AvermentError
from kg.reading import ClaimView, EventView, Reader, Ref
from kg.reading.listing import Entry, Line, list_entries, list_event, list_recorded
from webui.addresses import key_of
from webui.comparing import find_turns
from webui.filters import KIND_WORDS
from webui.findings import Told, get_findings
from webui.paging import Page, read_page
from webui.source import get_points, get_reader, get_record, get_tables, once, points_of

ON_A_PAGE = 40
# The entries of so many claims and relays are looked up one by one.
_LOOKED_UP = 20
# Each two of so many claims are compared as of a date in the past.
COMPARED = 250
OFFERED = 60
"""So many voices can be chosen among; an event may have thousands."""


class TooMany(AvermentError):
    """More had been said by a date than is compared while somebody waits."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims are asked for, and as of when; "" for any."""

    voice: str = ""
    kind: str = ""
    stance: str = ""
    said: str = ""
    recorded: str = ""
    dates: str = ""
    form: str = ""

    @classmethod
    def read(cls) -> "Wanted":
        """What the address asks for."""
        names = {"form": "format"}
        return cls(**{name: request.args.get(names.get(name, name), "").strip() for name in cls.__slots__})

    @property
    def chooses(self) -> bool:
        """Whether some claims are left out whatever their date."""
        return bool(self.voice or self.kind or self.stance)

    @property
    def looks_back(self) -> bool:
        """Whether a date is given on either axis."""
        return bool(self.said or self.recorded)

    @property
    def address(self) -> dict[str, str]:
        """The parameters of the address that asks for the same."""
        return {name: value for name in self.__slots__ if name != "form" and (value := getattr(self, name))}

    def as_of(self) -> AsOf:
        """The dates asked for. Raises Refused where one cannot be read."""
        possibly = Certainty.POSSIBLY if self.dates == Certainty.POSSIBLY else Certainty.SURELY
        view = get_tables().view()
        return read_as_of(view, said_by=self.said or None, recorded_by=self.recorded or None, certainty=possibly)

    def fits(self, voice: str, kind: str, stance: str) -> bool:
        """Whether a claim is asked for."""
        return self.voice in ("", key_of(voice)) and self.kind in ("", kind) and self.stance in ("", stance)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a filter offers, and how many claims it leaves."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The claims on an event as of the dates asked for, in lines, and those of this page in full.

    `everything` counts all that are recorded; `all_here` says that the page holds every claim of the event.
    """

    event: EventView
    wanted: Wanted
    as_of: AsOf
    lines: tuple[Line, ...]
    shown: tuple[ClaimView, ...]
    chosen: tuple[str, ...]
    everything: int
    page: Page
    claims: tuple[ClaimView, ...]
    all_here: bool


def see_event(iri: str) -> Seen:
    """Read an event for its page. Raises NotFound, Refused for dates that cannot be read, BadRequest for a page."""
    reader, points, wanted = get_reader(), get_points(), Wanted.read()
    event = reader.get_event(iri, claims=False)
    at = wanted.as_of()
    if not points.is_busy(iri, most=FEW):
        claims = reader.get_claims(points.claims_of(iri))
        entries = once("entries", lambda: list_entries(reader.view)) if at.entry is not None else []
        seen = look_back(claims, at, entries_of(iri, claims, entries))
        lines = tuple(map(_line, seen))
        asked = [claim for claim, line in zip(seen, lines, strict=True) if _fits(wanted, line)]
        chosen = tuple(claim.iri for claim in asked)
        page = read_page(1, 1)
        return Seen(event, wanted, at, lines, tuple(asked), chosen, len(claims), page, tuple(seen), all_here=True)
    view = get_tables().view()
    lines = tuple(list_event(view, iri, condition=at.condition, params=at.params))
    everything = len(list_event(view, iri)) if wanted.looks_back else len(lines)
    chosen = tuple(line.iri for line in lines if _fits(wanted, line))
    if wanted.looks_back and len(lines) <= FEW:
        # What little there was by then is compared and traced as it was then.
        then = {claim.iri: claim for claim in _read_then(reader, [line.iri for line in lines], iri, at)}
        some = tuple(then[claim] for claim in chosen)
        page = read_page(1, 1)
        return Seen(event, wanted, at, lines, some, chosen, everything, page, tuple(then.values()), all_here=True)
    page = read_page(len(chosen), ON_A_PAGE)
    some = tuple(_read_then(reader, chosen[page.first : page.end], iri, at, beside=[line.iri for line in lines]))
    return Seen(event, wanted, at, lines, some, chosen, everything, page, some, all_here=False)


def _read_then(
    reader: Reader, claims: Sequence[str], event: str, at: AsOf, *, beside: Sequence[str] = ()
) -> list[ClaimView]:
    """Some claims on an event as they were known by a date; `beside` are others of that date."""
    entries = list_recorded(reader.view, event) if at.entry is not None else {}
    return look_back(reader.get_claims(claims), at, entries, beside=beside)


def _line(claim: ClaimView) -> Line:
    assert claim.step.stance is not None
    step = claim.step
    return Line(claim.iri, step.voice.iri, claim.proposition_kind, claim.step.stance.value, step.latest)


def _fits(wanted: Wanted, line: Line) -> bool:
    return wanted.fits(line.voice, line.kind, line.stance)


def entries_of(event: str, claims: Sequence[ClaimView], entries: Sequence[Entry]) -> dict[str, int]:
    """The log entry that first recorded each of some claims on an event, and each of their relays."""
    steps = {step.iri for claim in claims for chain in claim.chains for step in chain}
    sayings = (*(claim.iri for claim in claims), *steps)
    if len(sayings) > _LOOKED_UP:
        known = list_recorded(get_tables().view(), event)
        return {iri: known[iri] for iri in sayings if iri in known}
    points, number = get_points(), {entry.ingestion: entry.number for entry in entries}
    found = {iri: [number[one] for one in points.recorded_in(iri) if one in number] for iri in sayings}
    return {iri: min(numbers) for iri, numbers in found.items() if numbers}


def choices_of(lines: Sequence[Line], wanted: Wanted) -> dict[str, list[Choice]]:
    """What the filters offer; of very many voices those with the most claims, and the one that is chosen."""
    reader = get_reader()
    voices, kinds = Counter(line.voice for line in lines), Counter(line.kind for line in lines)
    stances = Counter(line.stance for line in lines)
    most = sorted(voices, key=lambda iri: (-voices[iri], iri))
    kept = [iri for place, iri in enumerate(most) if place < OFFERED or key_of(iri) == wanted.voice]
    reader.labels.learn(kept)
    named = sorted(kept, key=lambda iri: (-voices[iri], reader.labels.text(iri)))
    return {
        "voice": [Choice(key_of(iri), reader.labels.text(iri), voices[iri]) for iri in named],
        "kind": [
            Choice(kind, KIND_WORDS.get(kind, (kind, kind))[1], kinds[kind])
            for kind in (*KIND_WORDS, *sorted(kinds.keys() - KIND_WORDS))
            if kinds[kind]
        ],
        "stance": [Choice(stance, stance, count) for stance, count in sorted(stances.items())],
    }


@dataclass(frozen=True, slots=True)
class Analysed:
    """What analysis finds: how claims stand to each other, which no longer stand, how many origins, what changed.

    `over` leads from a claim to what took its place. Each of the others may be still under way.
    """

    pairs: Told
    origins: Told
    changes: Told
    over: Mapping[str, str]
    kin: tuple[Ref, ...]
    around: Surroundings | None


def analyse(seen: Seen) -> Analysed:
    """Find what is found at once; the rest is shown where somebody asked for it before, and sought when it is asked."""
    changes = seek(seen.event.ref.iri, "changes", seen.wanted, seen.as_of, wait=False)
    if not seen.all_here:
        event = seen.event.ref.iri
        pairs = seek(event, "pairs", seen.wanted, seen.as_of, wait=False)
        origins = seek(event, "origins", seen.wanted, seen.as_of, wait=False)
        over = {claim.iri: claim.superseded_by[-1] for claim in seen.claims if claim.superseded_by}
        return Analysed(pairs, origins, changes, over, (), None)
    reader, points = get_reader(), get_points()
    kin = find_kin(points, seen.event.ref.iri)
    reader.labels.learn(kin)
    around = _surround(reader, kin, seen.claims, seen.as_of)
    over = find_over(around)
    compared = compare_near(seen.event.ref, around, over)
    traced = trace_near(seen.event.ref, points, seen.claims)
    refs = tuple(reader.labels.ref(iri) for iri in kin)
    return Analysed(Told(compared), Told(traced), changes, over, refs, around)


def _surround(reader: Reader, kin: Sequence[str], claims: Sequence[ClaimView], at: AsOf) -> Surroundings:
    """The positions of some claims on an event and of the first on its kin, those of the dates asked for."""
    points = points_of(reader)
    own = {claim.iri for claim in claims}
    others = [iri for event in kin[:FEW] for iri in points.claims_of(event) if iri not in own][:FEW]
    if at.said_by is None and at.entry is None:
        beside = read_positions(points, others)
    else:
        beside = list(map(position_of, look_back(reader.get_claims(others), at, {})))
    return surround(reader, points, [*map(position_of, claims), *beside])


def seek(event: str, what: str, wanted: Wanted, at: AsOf, *, wait: bool) -> Told:
    """One analysis of an event by the tables: sought and waited for, or told only where it is there already."""
    tables, graph = get_tables(), get_record().graph()
    if wanted.looks_back and what != "changes":
        past = (wanted.said, wanted.recorded, wanted.dates)
        reader = Reader(tables.view(), tables.base, graph=graph)
        return _tell(past, event, what, lambda: _find_then(reader, event, what, at), wait=wait)
    makers = {
        "pairs": lambda: compare_event(tables, event),
        "origins": lambda: find_origins(tables.view(), event, kind="event"),
        "changes": lambda: find_turns(tables, event, as_of=at),
    }
    dates = (wanted.said, wanted.recorded, wanted.dates) if what == "changes" else ()
    return _tell(dates, event, what, makers[what], wait=wait)


def _tell(dates: tuple[str, ...], event: str, what: str, make: Callable[[], Any], *, wait: bool) -> Told:
    key, findings = (get_tables().view().standing(), event, "page", dates), get_findings()
    return findings.tell(key, {what: make})[what] if wait else findings.recall(key, what)


def _find_then(reader: Reader, event: str, what: str, at: AsOf) -> EventComparison | Origins:
    """How claims stood to each other by a date, or how many origins there were. Raises TooMany."""
    lines = list_event(reader.view, event, condition=at.condition, params=at.params)
    if len(lines) > COMPARED:
        raise TooMany(
            f"by then {len(lines):,} claims had been made, and of an event’s past no more than {COMPARED} are "
            "compared. Choose an earlier date, or look at it as of now."
        )
    claims, points = _read_then(reader, [line.iri for line in lines], event, at), points_of(reader)
    if what == "origins":
        return trace_near(reader.ref(event), points, claims)
    around = _surround(reader, find_kin(points, event), claims, at)
    return compare_near(reader.ref(event), around, find_over(around))


__all__ = ["Analysed", "EventComparison", "Origins", "Seen", "Wanted", "analyse", "choices_of", "see_event", "seek"]

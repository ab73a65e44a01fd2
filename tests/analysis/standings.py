"""Small random positions that meet often, and records made of them."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import strategies as st

from kg import iris, rdf
from kg.analysis.outcomes import Context, Declared, Position
from kg.model import (
    Agent,
    AgentKind,
    Assessment,
    Characterisation,
    Claim,
    Count,
    Event,
    EventKind,
    Identity,
    Location,
    Method,
    Occurrence,
    Partition,
    Proposition,
    Responsibility,
    Set,
    Stance,
    Statement,
    Text,
    Timing,
)
from kg.store.tables import Tables, rows_from_units
from kg.store.tables_view import TablesView
from kg.terms import Iri, av, avc

BASE = "https://example.org/id/"
EVENTS = tuple(Iri(f"{BASE}event/{key}") for key in ("bridge", "ferry"))
VOICES = tuple(Iri(f"{BASE}agent/{key}") for key in ("north", "south", "east", "north-and-south"))
MEMBERS = {VOICES[3]: VOICES[:2]}
# all ⊃ some ⊃ few, and apart from them.
ALL, SOME, FEW, APART = SETS = tuple(Iri(f"{BASE}set/{key}") for key in ("all", "some", "few", "apart"))
WITHIN: dict[str, str] = {FEW: SOME, SOME: ALL, ALL: EVENTS[0], APART: EVENTS[0]}

_numbers = st.one_of(st.none(), st.integers(0, 6))


@st.composite
def _bounds(draw: st.DrawFn) -> dict[str, int | None]:
    low, high = draw(_numbers), draw(_numbers)
    if low is None and high is None:
        return {"approximately": draw(st.integers(3, 4))}
    if low is not None and high is not None and low > high:
        low, high = high, low
    return {"at_least": low, "at_most": high}


_about = st.sampled_from([*EVENTS, EVENTS[0]]).map(lambda event: (event,))
_places = st.sampled_from([None, "Ford"])
counts = st.builds(
    lambda about, bounds, **slots: Count(about=about, **bounds, **slots),
    about=_about,
    bounds=_bounds(),
    over=st.sampled_from([None, None, *SETS]),
    measure=st.sampled_from([avc("killed"), avc("killed"), avc("injured"), avc("not-stated")]),
    population=st.sampled_from([avc("not-stated"), avc("not-stated"), avc("civilians")]),
    basis=st.sampled_from([avc("not-stated"), avc("not-stated"), avc("submitted")]),
    place=_places,
)
_statuses = ["oir-completed", "oir-credible", "oir-open", "oir-not-credible", "oir-not-credible-did-not-occur"]
assessments = st.builds(
    Assessment,
    about=_about,
    scheme=st.just(avc("scheme-oir-allegation-status")),
    status=st.sampled_from(_statuses).map(avc),
    standard=st.sampled_from([avc("not-stated"), avc("not-stated"), avc("more-likely-than-not")]),
)
either = st.builds(
    Assessment,
    about=_about,
    scheme=st.just(avc("scheme-oir-allegation-status")),
    any_of=st.lists(st.sampled_from(_statuses).map(avc), min_size=2, max_size=2, unique=True).map(tuple),
)
graded = st.builds(
    Assessment,
    about=_about,
    scheme=st.just(avc("scheme-airwars-grading")),
    status=st.sampled_from([avc("airwars-confirmed"), avc("airwars-fair")]),
)
others: tuple[st.SearchStrategy[Proposition], ...] = (
    assessments,
    either,
    graded,
    st.builds(Occurrence, about=_about, what=st.sampled_from([avc("killed"), avc("strikes"), avc("not-stated")])),
    st.builds(
        Characterisation,
        about=_about,
        actor=st.sampled_from([VOICES[0], avc("not-stated")]),
        character=st.sampled_from(["war-crime", "complies-with-law-of-armed-conflict", "destruction-razed"]).map(avc),
    ),
    st.builds(
        Responsibility,
        about=_about,
        actor=st.sampled_from(VOICES[:2]),
        means=st.sampled_from([(), (avc("air-strikes"),), (avc("artillery-strikes"),)]),
    ),
    st.builds(Timing, about=_about, time=st.sampled_from(["2017-06", "2017-06-03", "2017-07/2017-08", "2017-06~"])),
    st.builds(
        Location,
        about=_about,
        point=st.sampled_from(["POINT(39.0 35.95)", "POINT(39.001 35.95)", "POINT(39.5 35.95)"]),
        radius=st.sampled_from(["50", "500", None]),
    ),
    st.builds(
        Identity,
        about=st.just((EVENTS[0],)),
        other=st.just(EVENTS[1]),
        relation=st.sampled_from(["identity-different", "identity-possibly-same", "identity-part-of"]).map(avc),
    ),
    st.builds(Method, about=_about, actor=st.just(VOICES[0]), uses=st.sampled_from([(VOICES[1],), VOICES[1:3]])),
    st.builds(Partition, about=st.just((ALL,)), parts=st.sampled_from([(SOME, APART), (FEW, APART)])),
    st.builds(Statement, about=_about, code=st.just(avc("apologised")), value=st.sampled_from([None, "yes", "no"])),
)
propositions: st.SearchStrategy[Proposition] = st.one_of(counts, counts, *others)
_days = st.sampled_from(["2018-01-01", "2018-02-01", "2018-03-01"])
_dates = st.one_of(
    _days.map(lambda day: (day, day)), st.just(("", "2018-02-15")), st.just(("2018-01-15", "2018-02-15"))
)
_stances = st.sampled_from([*[Stance.ASSERTS] * 5, *[Stance.DENIES] * 3, Stance.CANNOT_CONFIRM, Stance.ASKS])


@st.composite
def _claims(draw: st.DrawFn, about: st.SearchStrategy[Proposition]) -> tuple[Claim, Proposition]:
    proposition = draw(about)
    earliest, latest = draw(_dates)
    claim = Claim(
        stance=draw(_stances),
        proposition=iris.proposition_iri(BASE, proposition),
        voice=draw(st.sampled_from(VOICES)),
        occasion=Iri(f"{BASE}occasion/{draw(st.integers(1, 3))}"),
        earliest=earliest or None,
        latest=latest,
    )
    return claim, proposition


def to_position(claim: Claim, proposition: Proposition) -> Position:
    """A claim with its proposition as a comparison sees it."""
    return Position(
        claim=iris.claim_iri(BASE, claim),
        stance=claim.stance,
        voice=claim.voice,
        proposition=proposition,
        earliest=claim.earliest or "",
        latest=claim.latest or "",
        revises=claim.revises,
        withdraws=claim.withdraws,
    )


positions = _claims(propositions).map(lambda pair: to_position(*pair))
count_positions = _claims(counts).map(lambda pair: to_position(*pair))


@dataclass(frozen=True, slots=True)
class Small:
    """A small record: claims with their propositions."""

    claims: tuple[tuple[Claim, Proposition], ...]

    @property
    def positions(self) -> list[Position]:
        """Every claim as a position."""
        return list({p.claim: p for p in itertools.starmap(to_position, self.claims)}.values())


@st.composite
def _records(draw: st.DrawFn, about: st.SearchStrategy[Proposition]) -> Small:
    pairs = draw(st.lists(_claims(about), max_size=40))
    linked: list[tuple[Claim, Proposition]] = []
    for claim, proposition in pairs:
        # A revision must name an earlier claim; any voice may try, and only a party of both counts.
        if linked and draw(st.integers(0, 5)) == 0:
            old = iris.claim_iri(BASE, draw(st.sampled_from(linked))[0])
            linked.append((replace(claim, **{draw(st.sampled_from(["revises", "withdraws"])): (old,)}), proposition))
        else:
            linked.append((claim, proposition))
    return Small(tuple(linked))


records = _records(propositions)
count_records = _records(counts)


def context(declared: dict[tuple[str, str], Declared] | None = None) -> Context:
    """What is known around the positions of this module."""
    from kg.codes import load_codes

    broader = {code.iri: tuple(map(str, code.broader)) for code in load_codes().values() if code.broader}
    members = {str(voice): tuple(map(str, found)) for voice, found in MEMBERS.items()}
    return Context(within=WITHIN, members=members, broader=broader, identities=declared or {})


def units_of(small: Small) -> Iterator[rdf.Unit]:
    """The units of a small record, with its voices, events and sets."""
    graph = Iri(f"{BASE}ingestion/one")
    for voice in VOICES:
        kind = AgentKind.JOINT_VOICE if voice in MEMBERS else AgentKind.ORGANISATION
        name = (Text(voice.rpartition("/")[2], "en"),)
        yield rdf.entity_unit(Agent(iri=voice, kind=kind, names=name, members=MEMBERS.get(voice, ())), graph)
    for event in EVENTS:
        yield rdf.entity_unit(Event(iri=event, kind=EventKind.INCIDENT), graph)
    for each in SETS:
        yield rdf.entity_unit(Set(iri=each, member_kind=av("Victim"), within=Iri(WITHIN[each])), graph)
    seen: set[str] = set()
    for claim, proposition in small.claims:
        for unit in (rdf.proposition_unit(BASE, proposition), rdf.claim_unit(BASE, claim)):
            if unit.subject not in seen:
                seen.add(unit.subject)
                yield unit


@contextmanager
def view_of(small: Small, folder: Path) -> Iterator[TablesView]:
    """The tables of a small record, in memory."""
    with Tables.open(folder).connect(extra=rows_from_units(units_of(small), entry=1)) as view:
        yield view


def numbered(found: Sequence[Position], claim: str) -> Position:
    """The position of a claim."""
    return next(position for position in found if position.claim == claim)

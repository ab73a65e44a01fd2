"""Small random positions that meet often, and records made of them."""

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from hypothesis import strategies as st

from kg import iris, rdf
from kg.analysis.compare.outcomes import Context, Declared, Position
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
from kg.store.tables.columns import TABLES
from kg.store.tables.view import to_empty
from kg.terms import Iri, av, avc

T = TypeVar("T")
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


def _mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """One value nine times in ten, so that small records hold much that can be compared."""
    return st.integers(0, 9).flatmap(lambda die: st.sampled_from(others) if die == 9 else st.just(usual))


_about = _mostly((EVENTS[0],), (EVENTS[1],))
_places = _mostly(None, "Ford")
counts = st.builds(
    lambda about, bounds, **slots: Count(about=about, **bounds, **slots),
    about=_about,
    bounds=_bounds(),
    over=st.one_of(st.none(), st.sampled_from(SETS)),
    measure=_mostly(avc("killed"), avc("injured"), avc("not-stated")),
    population=_mostly(avc("not-stated"), avc("civilians")),
    basis=_mostly(avc("not-stated"), avc("submitted")),
    place=_places,
)
_statuses = ["oir-completed", "oir-credible", "oir-open", "oir-not-credible", "oir-not-credible-did-not-occur"]
assessments = st.builds(
    Assessment,
    about=_about,
    scheme=st.just(avc("scheme-oir-allegation-status")),
    status=st.sampled_from(_statuses).map(avc),
    standard=_mostly(avc("not-stated"), avc("more-likely-than-not")),
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
    """A small record: claims with their propositions, and the seed it was drawn from."""

    claims: tuple[tuple[Claim, Proposition], ...]
    seed: int | None = None

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # The claims in full are too long to be read, and Hypothesis would warn of that instead of telling what failed.
        printer.text(f"Small({len(self.claims)} claims, seed={self.seed})")

    @property
    def positions(self) -> list[Position]:
        """Every claim as a position."""
        return list({p.claim: p for p in itertools.starmap(to_position, self.claims)}.values())


def _draw(dice: random.Random, options: Sequence[T], *, usual: int = 0) -> T:
    """One of the options, the first of them `usual` times as often more."""
    return dice.choice([*options, *[options[0]] * usual])


def draw_count(dice: random.Random) -> Count:
    """A count of the dead at the bridge or nearly so."""
    low, high = sorted(dice.choices(range(7), k=2))
    kind = dice.randrange(6)
    bounds = (
        {"approximately": dice.randint(3, 4)},
        {"at_least": low},
        {"at_most": high},
        *[{"at_least": low, "at_most": high}] * 2,
        {"at_least": low, "at_most": low},
    )[kind]
    return Count(
        about=(_draw(dice, EVENTS, usual=8),),
        over=_draw(dice, [None, *SETS], usual=3),
        measure=avc(_draw(dice, ["killed", "injured", "not-stated"], usual=12)),
        population=avc(_draw(dice, ["not-stated", "civilians", "combatants"], usual=12)),
        basis=avc(_draw(dice, ["not-stated", "submitted"], usual=6)),
        place=_draw(dice, [None, "Ford"], usual=8),
        **bounds,
    )


def _others() -> list[Proposition]:
    """Every coded or located answer that a small record draws from; all but a few about the bridge."""
    here, status, grading = (EVENTS[0],), avc("scheme-oir-allegation-status"), avc("scheme-airwars-grading")
    found: list[Proposition] = [Assessment(about=here, scheme=status, status=avc(name)) for name in _statuses]
    found += [Assessment(about=here, scheme=status, any_of=(avc(_statuses[1]), avc(_statuses[4])))]
    found += [Assessment(about=here, scheme=grading, status=avc(f"airwars-{name}")) for name in ("confirmed", "fair")]
    found += [Occurrence(about=here, what=avc(what)) for what in ("killed", "strikes")]
    for name in ("war-crime", "complies-with-law-of-armed-conflict", "destruction-razed"):
        found.append(Characterisation(about=here, actor=VOICES[0], character=avc(name)))
    for actor in VOICES[:2]:
        found += [Responsibility(about=here, actor=actor, means=means) for means in ((), (avc("air-strikes"),))]
    found += [Timing(about=here, time=time) for time in ("2017-06", "2017-06-03", "2017-07/2017-08", "2017-06~")]
    for point in ("39.0", "39.001", "39.5"):
        found += [Location(about=here, point=f"POINT({point} 35.95)", radius=radius) for radius in ("50", None)]
    for relation in ("different", "possibly-same", "part-of"):
        found.append(Identity(about=here, other=EVENTS[1], relation=avc(f"identity-{relation}")))
    found.append(Identity(about=(EVENTS[1],), other=EVENTS[0], relation=avc("identity-part-of")))
    found += [Method(about=here, actor=VOICES[0], uses=uses) for uses in (VOICES[1:2], VOICES[1:3])]
    found += [Partition(about=(ALL,), parts=parts) for parts in ((SOME, APART), (FEW, APART))]
    return [*found, *(Statement(about=here, code=avc("apologised"), value=value) for value in (None, "yes", "no"))]


_OTHERS = _others()


def draw_record(seed: int, *, counts: float) -> Small:
    """A small record in which much can be compared; Hypothesis's own lists repeat themselves too often for that."""
    dice = random.Random(seed)
    claims: list[tuple[Claim, Proposition]] = []
    for _ in range(dice.choice((1, 3, 12, 30, 40))):
        proposition = draw_count(dice) if dice.random() < counts else dice.choice(_OTHERS)
        earliest, latest = dice.choice((("2018-01-01",) * 2, ("2018-02-01",) * 2, (None, "2018-02-15"), (None, None)))
        # A revision must name an earlier claim; any voice may try, and only a party of both counts.
        ends = {}
        if claims and dice.random() < 0.1:
            ends = {dice.choice(("revises", "withdraws")): (iris.claim_iri(BASE, dice.choice(claims)[0]),)}
        claim = Claim(
            stance=_draw(dice, [Stance.ASSERTS, Stance.DENIES, Stance.CANNOT_CONFIRM, Stance.ASKS], usual=6),
            proposition=iris.proposition_iri(BASE, proposition),
            voice=dice.choice(VOICES),
            occasion=Iri(f"{BASE}occasion/1"),
            earliest=earliest,
            latest=latest,
            **ends,
        )
        claims.append((replace(claim, stance=Stance.DENIES) if dice.random() < 0.2 else claim, proposition))
    return Small(tuple(claims), seed)


records = st.integers(0, 2**32).map(lambda seed: draw_record(seed, counts=0.3))
count_records = st.integers(0, 2**32).map(lambda seed: draw_record(seed, counts=1.0))


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


class QuickView:
    """The tables of a small record in memory, what is worked out filled in the plain way: many can be tried."""

    def __init__(self, small: Small) -> None:
        self._connection = duckdb.connect()
        rows = rows_from_units(units_of(small), entry=1)
        for name, found in rows.items():
            self._connection.register(f"raw_{name}", found)
        for name, table in TABLES.items():
            made = _MADE.get(name, f"SELECT * FROM raw_{name}" if name in rows else "")
            union = f" UNION ALL BY NAME ({made})" if made else ""
            self._connection.execute(f"CREATE TABLE {name} AS FROM ({to_empty(table)}){union}")

    def rows(self, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
        """The rows an SQL query yields."""
        return self._connection.execute(sql, params).fetchall()


_EVENT = f"CASE WHEN p.about[1] IN {tuple(map(str, EVENTS))} THEN p.about[1] ELSE '{EVENTS[0]}' END"
_MADE = {
    "claims": f"""SELECT c.*, p.kind AS proposition_kind, p.question, {_EVENT} AS event
                  FROM raw_claims c JOIN raw_propositions p ON p.iri = c.proposition""",
    "concerns": f"""SELECT c.iri AS claim, {_EVENT} AS event, {_EVENT} AS home
                    FROM raw_claims c JOIN raw_propositions p ON p.iri = c.proposition""",
}


@contextmanager
def view_of(small: Small, folder: Path | None = None) -> Iterator[Any]:
    """The tables of a small record; in a folder they are made as those of a real record are."""
    if folder is None:
        yield QuickView(small)
        return
    with Tables.open(folder).connect(extra=rows_from_units(units_of(small), entry=1)) as view:
        yield view

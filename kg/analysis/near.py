"""One event with few claims, compared and traced from what its page has read already: no query is made on the tables.

What is found is what `kg.analysis.compare.event` and `kg.analysis.origins.trace` find in the tables, which a test
holds.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import combinations

from kg.analysis.compare.event import Compared, EventComparison, matters, set_beside, weigh_pair
from kg.analysis.compare.outcomes import Context, Declared, Outcome, Position
from kg.analysis.compare.pair import supersedes
from kg.analysis.compare.partitions import find_conclusions
from kg.analysis.compare.positions import SIZES, Surroundings, names_of, things_of
from kg.analysis.compare.words import figure
from kg.analysis.origins.reading import Agent, Material, Said, Source, find_suggestions
from kg.analysis.origins.trace import Origins, trace_origins
from kg.codes import load_codes
from kg.model import Count, Partition, Stance
from kg.reading import ClaimView, Reader, Ref
from kg.reading.listing import list_stands
from kg.reading.points import Points
from kg.reading.rows import Row
from kg.terms import AVC, avc

FEW = 40
"""Up to so many claims of an event, each two are compared while its page is made."""
LOOKED_UP = 150
"""Up to so many claims of an event, or voices, are looked up one by one."""
_CORRECTED = "SELECT corrects FROM corrections"
_JOINT = "SELECT iri, members FROM agents WHERE array_length(members) > 0"


def find_kin(points: Points, event: str) -> tuple[str, ...]:
    """The events that a voice declares to be the same as one, a part of it or overlapping with it."""
    found = {
        iri
        for proposition, _ in points.identities_of([event])
        if proposition.relation != avc("identity-different")
        for iri in (*proposition.about, proposition.other)
    }
    return tuple(sorted(found - {event}))


def surround(reader: Reader, points: Points, taken: Iterable[Position]) -> Surroundings:
    """The positions that are taken and not corrected, with what is known around them but for labels of voices."""
    taken = list(taken)
    corrected = corrected_among(reader, points, [position.claim for position in taken])
    positions = [position for position in taken if position.claim not in corrected]
    positions.sort(key=lambda one: (one.latest or "9999", one.claim))
    things = sorted({thing for position in positions for thing in things_of(position.proposition)})
    within = dict(pair for thing in things for pair in points.holders_of(thing))
    members = members_of(reader, points, {position.voice for position in positions})
    identities = _identities(points, things)
    labels = reader.labels
    named = {iri for position in positions for iri in names_of(position.proposition)}
    named |= {declared.voice for declared in identities.values()}
    named |= {position.voice for position in positions if isinstance(position.proposition, Partition)}
    labels.learn([*named, *things, *within.values()])
    context = Context(
        label=labels.text,
        within=within,
        members=members,
        identities=identities,
        broader=_broader(),
        sizes=_sizes(points, positions, reader),
    )
    return Surroundings(tuple(positions), context, labels)


def corrected_among(reader: Reader, points: Points, claims: Collection[str]) -> set[str]:
    """The claims that their recorder has corrected."""
    if len(claims) > LOOKED_UP:
        return {str(row[0]) for row in reader.view.rows(_CORRECTED)}.intersection(claims)
    return {claim for claim in claims if points.corrections_of(claim)}


def members_of(reader: Reader, points: Points, voices: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The members of each of some voices, none of one that is not joint."""
    if len(voices) > LOOKED_UP:
        joint = {str(iri): tuple(map(str, members)) for iri, members in reader.view.rows(_JOINT)}
        return {voice: joint.get(voice, ()) for voice in voices}
    return {voice: points.members_of(voice) for voice in voices}


def _broader() -> dict[str, tuple[str, ...]]:
    return {code.iri: tuple(code.broader) for code in load_codes().values() if code.broader}


def surround_event(reader: Reader, points: Points, event: str) -> Surroundings:
    """The positions on an event and its kin, as `kg.analysis.compare.positions.of_event` has them; no voice's label."""
    rows = {row["iri"]: row for each in (event, *find_kin(points, event)) for row in read_stands(reader, points, each)}
    return surround(reader, points, to_positions(points, rows.values()))


def read_stands(reader: Reader, points: Points, event: str) -> list[Row]:
    """The claims on an event by their own properties: few from the graph, many from the tables."""
    if points.is_busy(event, most=LOOKED_UP):
        return list_stands(reader.view, event)
    return points.stands(points.claims_of(event))


def read_positions(points: Points, claims: Sequence[str]) -> list[Position]:
    """The positions that some claims take, read without what their pages tell beside."""
    return to_positions(points, points.stands(claims))


def to_positions(points: Points, rows: Iterable[Row]) -> list[Position]:
    """The positions of claims that were read by their own properties."""
    rows = list(rows)
    propositions = points.propositions({row["proposition"] for row in rows})
    return [
        Position(
            claim=row["iri"],
            stance=Stance(row["stance"]),
            voice=row["voice"],
            proposition=propositions[row["proposition"]][2],
            earliest=row["earliest"] or "",
            latest=row["latest"] or "",
            revises=tuple(row["revises"] or ()),
            withdraws=tuple(row["withdraws"] or ()),
        )
        for row in rows
    ]


def position_of(claim: ClaimView) -> Position:
    """The position that a claim takes."""
    assert claim.step.stance is not None
    return Position(
        claim=claim.iri,
        stance=claim.step.stance,
        voice=claim.step.voice.iri,
        proposition=claim.proposition,
        earliest=claim.step.earliest,
        latest=claim.step.latest,
        revises=claim.revises,
        withdraws=claim.withdraws,
    )


def _identities(points: Points, things: Iterable[str]) -> dict[tuple[str, str], Declared]:
    found: dict[tuple[str, str], Declared] = {}
    for proposition, voice in sorted(points.identities_of(things), key=lambda pair: (pair[0].about, pair[0].other)):
        for one in proposition.about:
            found.setdefault((one, proposition.other), Declared(proposition.relation, voice))
    return found


def _sizes(points: Points, positions: Sequence[Position], reader: Reader) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for position in positions:
        count = position.proposition
        if not isinstance(count, Count) or not count.over or position.stance is not Stance.ASSERTS:
            continue
        if SIZES.get(points.member_kind(count.over)) == count.measure:
            found[position.voice, count.over] = f"{figure(count)} {reader.labels.text(count.measure)}"
    return found


def find_over(around: Surroundings) -> dict[str, str]:
    """The claims that no longer stand, and the one that took the place of each or took it back."""
    over: dict[str, str] = {}
    ending: dict[str, list[Position]] = {}
    voices = {position.claim: position.voice for position in around.positions}
    by_voice: dict[str, list[Position]] = {}
    for position in around.positions:
        by_voice.setdefault(position.voice, []).append(position)
        for old in (*position.revises, *position.withdraws):
            ending.setdefault(old, []).append(position)
    for old, enders in ending.items():
        # Nobody ends what another party said, and a member alone no joint claim.
        if old in voices and around.context.is_ended_by(voices[old], {position.voice for position in enders}):
            over[old] = next(
                (one.claim for one in enders if around.context.speaks_for(one.voice, voices[old])), enders[-1].claim
            )
    for members in by_voice.values():
        for earlier in members:
            later = [one for one in members if one is not earlier and supersedes(one, earlier, around.context)]
            if later and earlier.claim not in over:
                over[earlier.claim] = min(later, key=lambda one: (one.earliest, one.claim)).claim
    return over


def compare_one(claim: str, around: Surroundings) -> list[Compared]:
    """One claim with each of the others, which `kg.analysis.compare.event.compare_claims` compares by the tables."""
    _learn_voices(around)
    one = next((position for position in around.positions if position.claim == claim), None)
    if one is None:
        return []
    return [set_beside(one, other, around.context) for other in around.positions if other is not one]


def _learn_voices(around: Surroundings) -> None:
    around.labels.learn(position.voice for position in around.positions)


def compare_near(event: Ref, around: Surroundings, over: Iterable[str]) -> EventComparison:
    """Every two claims of an event that matter, the widest first, as `compare_event` has them; without groups."""
    ended, context = frozenset(over), around.context
    _learn_voices(around)
    found = [set_beside(one, other, context) for one, other in combinations(around.positions, 2)]
    pairs = sorted((pair for pair in found if matters(pair.comparison)), key=weigh_pair)
    contradictions = sum(
        pair.comparison.outcome is Outcome.CONTRADICTS
        and pair.one.voice != pair.other.voice
        and ended.isdisjoint((pair.one.claim, pair.other.claim))
        for pair in found
    )
    return EventComparison(
        event=event,
        claims=len(around.positions),
        groups=(),
        contradictions=contradictions,
        pairs=tuple(pairs),
        conclusions=find_conclusions(around.positions, context),
        left_out=len(found) - len(pairs),
        partly=False,
    )


def trace_near(event: Ref, points: Points, claims: Sequence[ClaimView]) -> Origins:
    """The independent origins of what is asserted about an event, as `find_origins` has them."""
    iris = [claim.iri for claim in claims]
    questions = {claim.iri: claim.question for claim in claims}
    # Of a past date, only what had been passed on by then.
    known = {step.iri for claim in claims for chain in claim.chains for step in chain}
    rows = [*points.sayings(iris), *(row for row in points.relays(iris) if row["iri"] in known)]
    sayings = tuple(sorted((_said(points, row, questions) for row in rows), key=lambda said: said.iri))
    consulted = {named for said in sayings for named in said.consulted}
    sources = _sources(points, {said.document for said in sayings} | consulted)
    named = {source.iri for source in sources}
    parties = {said.voice for said in sayings} | {source.publisher for source in sources} | consulted - named
    passages = [(r[3], r[2] - r[1], r[4]) for r in points.passages(p for said in sayings for p in said.passages)]
    captures = points.captures(named, (capture for _, _, capture in passages))
    material = Material(sayings, _agents(points, parties), sources, find_suggestions(sources, passages, captures))
    return trace_origins(material, Ref(event.iri, event.label, "event"), lambda said: True)


def _said(points: Points, row: Row, questions: dict[str, str]) -> Said:
    named = row["consulted"] or ()
    grounds = row["grounds"] or () if row["kind"] == "claim" else ()
    return Said(
        iri=row["iri"],
        kind=row["kind"],
        stance=row["stance"] or "",
        proposition=row["proposition"] or "",
        question=questions.get(row["iri"], ""),
        voice=row["voice"],
        speaker=row["speaker"] or "",
        document=row["document"] or "",
        relays=row["relays"] or "",
        root=row["root"] or "",
        earliest=_day(row["earliest"]),
        latest=_day(row["latest"]),
        consulted=tuple(one for one in named if not one.startswith(AVC)),
        material=tuple(sorted({*grounds, *(one for one in named if one.startswith(AVC))})),
        withdraws=tuple(row["withdraws"] or ()),
        passages=tuple(row["passages"] or ()),
        corrected=bool(points.corrections_of(row["iri"])),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _sources(points: Points, wanted: set[str]) -> tuple[Source, ...]:
    found: dict[str, Source] = {}
    while new := sorted(wanted - found.keys() - {""}):
        rows = [Source(*row) for row in map(points.source, new) if row is not None]
        found |= {source.iri: source for source in rows}
        wanted = {copied for source in rows for copied in source.copies} - set(new)
    return tuple(found.values())


def _agents(points: Points, wanted: set[str]) -> tuple[Agent, ...]:
    found: dict[str, Agent] = {}
    while new := sorted(wanted - found.keys() - {""}):
        rows = [Agent(*row) for row in map(points.agent, new) if row is not None]
        found |= {agent.iri: agent for agent in rows}
        wanted = {party for agent in rows for party in (*agent.members, agent.owner)} - set(new)
    return tuple(found.values())

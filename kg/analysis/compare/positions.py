"""Positions and what is known around them, read from the tables: a fixed number of queries for any number of claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kg.analysis.compare.outcomes import Context, Declared, Position
from kg.analysis.compare.words import measured
from kg.codes import load_codes
from kg.model import Count, Identity, Partition, Proposition, Stance
from kg.reading.claims import read_proposition
from kg.reading.labels import Labels
from kg.reading.rows import View
from kg.terms import AV, avc

# What the recorder has corrected is no position of the voice.
CLAIMS = "claims c WHERE c.kind = 'claim' AND c.iri NOT IN (SELECT corrects FROM corrections)"
_POSITIONS = f"""
    SELECT c.iri, c.stance, c.voice, CAST(c.earliest AS VARCHAR), CAST(c.latest AS VARCHAR), c.revises, c.withdraws,
           p.kind, p.about, p.slots
    FROM (FROM {CLAIMS}) c JOIN propositions p ON p.iri = c.proposition"""
_INSIDE = """
    WITH RECURSIVE up(iri, within) AS (
        SELECT iri, within FROM sets WHERE iri IN (SELECT unnest(?::VARCHAR[]))
        UNION SELECT s.iri, s.within FROM up u JOIN sets s ON s.iri = u.within)
    SELECT iri, within FROM up WHERE within IS NOT NULL"""
_IDENTITIES = """
    SELECT p.about, p.slots, min(c.voice) FROM propositions p JOIN claims c ON c.proposition = p.iri
    WHERE p.kind = 'Identity' AND c.stance = 'asserts' AND c.kind = 'claim'
      AND (list_has_any(p.about, ?::VARCHAR[]) OR p.slots ->> '$.other' IN (SELECT unnest(?::VARCHAR[])))
    GROUP BY ALL ORDER BY ALL"""
# The measure by which the members of a set are counted, so that a set can be told with its size.
SIZES: dict[str, str] = {
    AV + "Allegation": avc("allegations"),
    AV + "Incident": avc("incidents"),
    AV + "Strike": avc("strikes"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The positions of one event or of some claims, with their context and with the labels met."""

    positions: tuple[Position, ...]
    context: Context
    labels: Labels


def read_positions(view: View, condition: str, params: Sequence[object]) -> list[Position]:
    """The positions of the claims that meet a condition on `c`, in order of date and IRI."""
    rows = view.rows(f"{_POSITIONS} WHERE {condition} ORDER BY c.latest, c.iri", params)
    return [_position(*row) for row in rows]


def _position(*row: Any) -> Position:
    iri, stance, voice, earliest, latest, revises, withdraws, kind, about, slots = row
    return Position(
        claim=iri,
        stance=Stance(stance),
        voice=voice,
        proposition=read_proposition(kind, about, slots),
        earliest=earliest or "",
        latest=latest or "",
        revises=tuple(revises or ()),
        withdraws=tuple(withdraws or ()),
    )


def of_event(view: View, base: str, event: str) -> Surroundings:
    """The positions that concern an event, or one that a voice declares to be the same, part of it or overlapping."""
    events = [event]
    for (one, other), declared in _identities(view, [event]).items():
        if declared.relation != avc("identity-different"):
            events += [one, other]
    condition = "c.iri IN (SELECT claim FROM concerns WHERE event IN (SELECT unnest(?::VARCHAR[])))"
    return _surround(view, base, read_positions(view, condition, [sorted(set(events))]))


def of_claims(view: View, base: str, claims: Iterable[str]) -> Surroundings:
    """The positions of some claims; those the record does not hold are absent."""
    return _surround(view, base, read_positions(view, "c.iri IN (SELECT unnest(?::VARCHAR[]))", [sorted(set(claims))]))


def _surround(view: View, base: str, positions: list[Position]) -> Surroundings:
    labels = Labels(view, base)
    things = sorted({thing for position in positions for thing in things_of(position.proposition)})
    within = {str(inner): str(outer) for inner, outer in view.rows(_INSIDE, [things])}
    identities = _identities(view, things)
    voices = sorted({position.voice for position in positions})
    rows = view.rows("SELECT iri, members FROM agents WHERE iri IN (SELECT unnest(?::VARCHAR[]))", [voices])
    members: dict[str, tuple[str, ...]] = {str(iri): tuple(_list(found)) for iri, found in rows}
    named = {iri for position in positions for iri in names_of(position.proposition)}
    named |= {declared.voice for declared in identities.values()}
    labels.learn([*named, *voices, *things, *within.values()])
    context = Context(
        label=labels.text,
        within=within,
        members=members,
        identities=identities,
        broader={code.iri: tuple(code.broader) for code in load_codes().values() if code.broader},
        sizes=_sizes(view, positions, labels, things),
    )
    return Surroundings(tuple(positions), context, labels)


def _list(value: Any) -> list[str]:
    return [str(each) for each in value or ()]


def things_of(proposition: Proposition) -> list[str]:
    """What a proposition is about or counted over, and the parts it names."""
    found = [str(iri) for iri in proposition.about]
    if isinstance(proposition, Count) and proposition.over:
        found.append(proposition.over)
    if isinstance(proposition, Partition):
        found += proposition.parts
    if isinstance(proposition, Identity):
        found.append(proposition.other)
    return found


def names_of(proposition: Proposition) -> list[str]:
    """Whom a proposition names beside what it is about."""
    values = (getattr(proposition, name, None) for name in ("actor", "addressee", "other"))
    return [value for value in values if isinstance(value, str)]


def _identities(view: View, things: Sequence[str]) -> dict[tuple[str, str], Declared]:
    found: dict[tuple[str, str], Declared] = {}
    for about, slots, voice in view.rows(_IDENTITIES, [things, things]):
        proposition = read_proposition("Identity", about, str(slots))
        assert isinstance(proposition, Identity)
        for one in proposition.about:
            found.setdefault((one, proposition.other), Declared(proposition.relation, str(voice)))
    return found


def _sizes(
    view: View, positions: Sequence[Position], labels: Labels, things: Sequence[str]
) -> dict[tuple[str, str], str]:
    rows = view.rows("SELECT iri, member_kind FROM sets WHERE iri IN (SELECT unnest(?::VARCHAR[]))", [things])
    measures = {str(iri): SIZES.get(str(kind)) for iri, kind in rows}
    found: dict[tuple[str, str], str] = {}
    for position in positions:
        count = position.proposition
        if not isinstance(count, Count) or not count.over or position.stance is not Stance.ASSERTS:
            continue
        if measures.get(count.over) == count.measure:
            found[position.voice, count.over] = measured(count, labels.text(count.measure))
    return found

"""What one voice has said, in lines and counts: an agent may make, relay and voice thousands of claims."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kg.reading.points import Points
from kg.reading.rows import View

_SAYINGS = """
    SELECT c.iri, c.kind, coalesce(c.event, ''), coalesce(CAST(c.latest AS VARCHAR), ''), coalesce(c.root, ''),
           CASE WHEN len(c.consulted) > 0 THEN c.consulted END
    FROM claims c WHERE c.voice = ?"""
_SPOKEN = """
    SELECT c.iri, c.voice FROM claims c
    WHERE c.kind = 'claim' AND c.speaker = ? AND c.voice <> c.speaker ORDER BY c.latest DESC NULLS LAST, c.iri"""
_RELAYED = """
    SELECT c.voice, count(DISTINCT c.iri) FROM claims r JOIN claims c ON c.iri = r.root
    WHERE r.kind = 'relay' AND r.voice = ? GROUP BY c.voice ORDER BY 2 DESC, c.voice"""
_HEARD = """
    WITH r AS MATERIALIZED (
        SELECT iri, voice, root, relays FROM claims
        WHERE kind = 'relay' AND root IN (SELECT iri FROM claims WHERE kind = 'claim' AND voice = ?))
    SELECT voice, count(DISTINCT root) FROM r ANTI JOIN (SELECT relays AS iri FROM r) AS between USING (iri)
    GROUP BY voice ORDER BY 2 DESC, voice"""

Counts = list[tuple[str, int]]
"""Things and how many claims there are of each, the most first."""


@dataclass(frozen=True, slots=True)
class Own:
    """One claim of a voice: the event it concerns, the ISO date it was surely made by ("" for none), what it rests on.

    `consulted` are the sources that the voice says it has it from.
    """

    iri: str
    event: str
    latest: str
    consulted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sayings:
    """The claims of a voice, in no order, and the claims of others that it passes on, the last it passed on first."""

    own: tuple[Own, ...]
    relayed: tuple[str, ...]


def list_sayings(view: View, agent: str) -> Sayings:
    """What a voice claims and passes on."""
    rows = view.rows(_SAYINGS, [agent])
    own = tuple(
        Own(iri, event, latest, tuple(consulted or ()))
        for iri, kind, event, latest, _, consulted in rows
        if kind == "claim"
    )
    passed = sorted(((latest, root, iri) for iri, kind, _, latest, root, _ in rows if kind == "relay"), reverse=True)
    return Sayings(own, tuple(dict.fromkeys(root for _, root, _ in passed if root)))


def list_spoken(view: View, agent: str) -> list[tuple[str, str]]:
    """The claims an agent voiced for others and whose they are, the latest first."""
    return [(str(claim), str(voice)) for claim, voice in view.rows(_SPOKEN, [agent])]


def count_consulted(own: Sequence[Own]) -> Counts:
    """What a voice says its claims rest on, and how many claims rest on each."""
    return _sort(Counter(source for each in own for source in each.consulted))


def count_heard(points: Points, own: Sequence[Own]) -> Counts:
    """The voices nearest to the reader through which claims are known, and how many claims through each."""
    return _sort(Counter(voice for each in own for voice in points.heard_through(each.iri)))


def count_relayed(points: Points, claims: Sequence[str]) -> Counts:
    """Whose some claims are, and how many are each voice's."""
    return _sort(Counter(map(points.voice_of, claims)))


def count_all_heard(view: View, agent: str) -> Counts:
    """As `count_heard`, of every claim of a voice that has very many, out of the tables."""
    return [(str(voice), int(str(count))) for voice, count in view.rows(_HEARD, [agent])]


def count_all_relayed(view: View, agent: str) -> Counts:
    """As `count_relayed`, of everything a voice passes on, out of the tables."""
    return [(str(voice), int(str(count))) for voice, count in view.rows(_RELAYED, [agent])]


def _sort(counts: Counter[str]) -> Counts:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

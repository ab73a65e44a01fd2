"""What one voice has said, in lines and counts: an agent may make, relay and voice thousands of claims."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.reading.points import Points
from kg.reading.rows import View

_SPREAD = """
    WITH mine AS MATERIALIZED (
        SELECT iri, kind, coalesce(event, '') AS event, coalesce(CAST(latest AS VARCHAR), '') AS latest, root, consulted
        FROM claims WHERE voice = $agent),
    own AS (SELECT iri, event, latest, {heading} AS heading FROM mine WHERE kind = 'claim'),
    headed AS (SELECT *, count(*) OVER (PARTITION BY heading) AS of FROM own),
    placed AS (SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM headed),
    passed AS (SELECT root, max(latest) AS latest FROM mine WHERE kind = 'relay' AND root IS NOT NULL GROUP BY root),
    sources AS (SELECT unnest(consulted) AS source FROM mine WHERE kind = 'claim')
    SELECT * FROM (
        SELECT 'own' AS what, iri, heading, of, place FROM placed WHERE place > $first AND place <= $first + $size
        UNION ALL (
            SELECT 'relayed', root, '', 0, row_number() OVER (ORDER BY latest DESC, root DESC) AS place FROM passed
            ORDER BY place LIMIT $size OFFSET $passed)
        UNION ALL SELECT 'consulted', source, '', count(*), 0 FROM sources GROUP BY source
        UNION ALL SELECT 'claims', '', '', count(*), 0 FROM own
        UNION ALL SELECT 'passed', '', '', count(*), 0 FROM passed)
    ORDER BY what, place, of DESC, iri"""
_OWN = """
    SELECT iri, coalesce(event, ''), coalesce(CAST(latest AS VARCHAR), ''), coalesce(consulted, [])
    FROM claims WHERE voice = ? AND kind = 'claim'"""
_PASSED = """
    SELECT root FROM claims WHERE voice = ? AND kind = 'relay' AND root IS NOT NULL
    GROUP BY root ORDER BY max(latest) DESC NULLS LAST, root DESC"""
_HEADINGS = {False: "event", True: "left(latest, 4)"}
_ORDERS = {False: "event = '', of DESC, event, latest, iri", True: "latest DESC, iri"}
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


@dataclass(frozen=True, slots=True)
class Headed:
    """A claim on a page of its voice: its heading, an event or a year ("" for none), and how many claims have that."""

    iri: str
    heading: str
    of: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A page of what a voice says: how many claims there are in all, and how many of others it passes on."""

    claims: int
    passed: int
    own: tuple[Headed, ...]
    relayed: tuple[str, ...]
    consulted: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Which of a voice's claims a page shows, `size` from the place `first` on, and from `passed` on of others'.

    By date the latest come first; else by event, those with the most claims first, what is on no event last.
    """

    size: int
    first: int = 0
    passed: int = 0
    by_date: bool = False


def look_up_sayings(points: Points, agent: str) -> Sayings:
    """What a voice claims and passes on, each looked up in the graph."""
    iris = points.said_by(agent)
    own = tuple(
        Own(
            row["iri"],
            min(points.events_of(row["iri"]), default=""),
            row["latest"] or "",
            tuple(row["consulted"] or ()),
        )
        for row in points.stands(iris)
    )
    relays = ((points.latest_of(iri), points.root_of(iri)) for iri in iris if points.is_relay(iri))
    return Sayings(own, tuple(dict.fromkeys(root for _, root in sorted(relays, reverse=True) if root)))


def read_sayings(view: View, agent: str) -> Sayings:
    """The same of a voice that has said very much, out of the tables."""
    own = (Own(str(iri), str(event), str(latest), tuple(of)) for iri, event, latest, of in view.rows(_OWN, [agent]))
    return Sayings(tuple(own), tuple(str(root) for (root,) in view.rows(_PASSED, [agent])))


def spread(said: Sayings, stretch: Stretch) -> Spread:
    """A page of what a voice says that has said little."""
    heading = [each.latest[:4] if stretch.by_date else each.event for each in said.own]
    of = Counter(heading)
    headed = zip(said.own, heading, strict=True)
    if stretch.by_date:
        ordered = sorted(sorted(headed, key=lambda pair: pair[0].iri), key=lambda pair: pair[0].latest, reverse=True)
    else:
        ordered = sorted(headed, key=lambda pair: (not pair[1], -of[pair[1]], pair[1], pair[0].latest, pair[0].iri))
    return Spread(
        claims=len(ordered),
        passed=len(said.relayed),
        own=tuple(
            Headed(each.iri, head, of[head]) for each, head in ordered[stretch.first : stretch.first + stretch.size]
        ),
        relayed=said.relayed[stretch.passed : stretch.passed + stretch.size],
        consulted=count_consulted(said.own),
    )


def read_spread(view: View, agent: str, stretch: Stretch) -> Spread:
    """The same of a voice that has said very much, in one query on the tables."""
    sql = _SPREAD.format(heading=_HEADINGS[stretch.by_date], order=_ORDERS[stretch.by_date])
    params = {"agent": agent, "size": stretch.size, "first": stretch.first, "passed": stretch.passed}
    found: dict[str, list[Any]] = {}
    for what, iri, heading, of, _ in view.rows(sql, params):
        found.setdefault(str(what), []).append((iri, heading, of))
    return Spread(
        claims=found["claims"][0][2],
        passed=found["passed"][0][2],
        own=tuple(Headed(*row) for row in found.get("own", ())),
        relayed=tuple(root for root, _, _ in found.get("relayed", ())),
        consulted=[(source, of) for source, _, of in found.get("consulted", ())],
    )


def list_spoken(view: View, agent: str) -> list[tuple[str, str]]:
    """The claims an agent voiced for others and whose they are, the latest first."""
    return [(str(claim), str(voice)) for claim, voice in view.rows(_SPOKEN, [agent])]


def look_up_spoken(points: Points, agent: str) -> list[tuple[str, str]]:
    """The same, each looked up in the graph."""
    rows = [row for row in points.stands(points.spoken_by(agent)) if row["voice"] != agent]
    rows.sort(key=lambda row: row["iri"])
    rows.sort(key=lambda row: row["latest"] or "", reverse=True)
    return [(row["iri"], row["voice"]) for row in rows]


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

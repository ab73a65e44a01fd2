"""With whom a voice agrees and from whom it differs: its claims that stand, held against those of each other voice.

Two claims agree where they say the very same of the same thing in the same scope, or imply the same of whether harm
occurred; they differ where they contradict each other (`kg.analysis.compare.pair`). What lies between, such as a range
inside another, is counted as neither.
"""

from dataclasses import dataclass
from typing import Any

from kg.analysis.claims_sql import Query, View
from kg.analysis.compare.pairs import STREAMS, TABLES, to_params

_APART = """
    SELECT x.claim AS one, y.claim AS other FROM singles x JOIN singles y USING (question, over)
    WHERE x.voice <> y.voice AND x.low > y.high"""
_EQUAL = """
    SELECT x.claim AS one, y.claim AS other FROM singles x JOIN singles y USING (question, over, low, high)
    WHERE x.voice <> y.voice
    UNION ALL
    SELECT x.claim, y.claim FROM holes x JOIN holes y USING (question, over, a, b) WHERE x.voice <> y.voice
    UNION ALL
    SELECT x.claim, y.claim FROM live x JOIN live y USING (question, over, approximately, stance)
    WHERE x.round AND y.round AND x.voice <> y.voice
    UNION ALL
    SELECT x.claim, y.claim FROM standing x JOIN standing y USING (kind, question, part, stance)
    WHERE x.voice <> y.voice
    UNION ALL
    SELECT x.claim, y.claim FROM harms x JOIN harms y USING (about, harm)
    WHERE harm IN ('OCCURRED', 'DID_NOT_OCCUR') AND x.voice <> y.voice AND (x.kind <> y.kind OR x.scheme <> y.scheme)"""
_CONTRADICTING = " UNION ALL ".join((_APART, *(f"SELECT one, other FROM ({stream})" for stream in STREAMS)))
# Whoever shares a party with the voice speaks, in part, for itself.
_PAIRS = f"""{TABLES},
pairs AS (
    SELECT one, other, true AS differs FROM ({_CONTRADICTING})
    UNION ALL SELECT one, other, false FROM ({_EQUAL})),
own AS MATERIALIZED (SELECT claim FROM said WHERE voice = $agent),
party AS (
    SELECT joint AS iri FROM membership WHERE party = $agent
    UNION SELECT party FROM membership WHERE joint = $agent
    UNION SELECT m.joint FROM membership m JOIN membership n ON n.party = m.party WHERE n.joint = $agent),
paired AS (
    SELECT DISTINCT p.own, p.other, p.differs, s.voice FROM (
        SELECT one AS own, other, differs FROM pairs WHERE one IN (FROM own)
        UNION ALL SELECT other, one, differs FROM pairs WHERE other IN (FROM own)) p
    JOIN said s ON s.claim = p.other WHERE s.voice NOT IN (FROM party))"""
_COUNTED = f"""{_PAIRS}
    SELECT voice, count(DISTINCT own) FILTER (NOT differs) AS agree, count(DISTINCT own) FILTER (differs) AS differ
    FROM paired GROUP BY voice ORDER BY agree + differ DESC, voice"""
_LISTED = f"""{_PAIRS}
    SELECT own, other FROM paired WHERE voice = $other ORDER BY differs DESC, own, other LIMIT $most"""
# Answers to one question stand on one event or on several; what follows from a status stands on the same event.
_AROUND = """(
    c.event IN (SELECT event FROM claims WHERE kind = 'claim' AND voice = $agent)
    OR c.question IN (SELECT question FROM claims WHERE kind = 'claim' AND voice = $agent))"""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another voice, and how many of the claims that stand agree with one of its claims and differ from one."""

    voice: str
    agree: int
    differ: int


def count_beside(view: View, agent: str) -> list[Beside]:
    """The voices that a voice agrees with or differs from, those with the most such claims first."""
    query = _around(agent)
    rows: list[Any] = view.rows(_COUNTED.format(**query.words), dict(to_params(view, query)))
    return [Beside(voice, agree, differ) for voice, agree, differ in rows]


def list_beside(view: View, agent: str, other: str, *, most: int) -> list[tuple[str, str]]:
    """The first pairs of claims in which two voices differ, then those in which they agree; the first voice's first."""
    query = _around(agent)
    params = {**to_params(view, query), "other": other, "most": most}
    return [(str(one), str(two)) for one, two in view.rows(_LISTED.format(**query.words), params)]


def _around(agent: str) -> Query:
    return Query(_AROUND, (("agent", agent),))

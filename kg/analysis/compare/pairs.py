"""Contradicting pairs by SQL, largest disagreement first, a page at a time: all pairs are never made at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.analysis.claims_sql import COUNTS, HARMS, OPEN, OTHERS, WIDEST, Query, View
from kg.analysis.compare.clashes import find_clashes
from kg.analysis.compare.rules import HARM_MEASURES, HARM_POPULATIONS_NOT


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims of different voices that contradict each other; `gap` is the least distance of their numbers."""

    one: str
    other: str
    gap: int


# Only the `most` widest groups, the `most` best rows of a voice, and the `most` + 1 best voices can have one of the
# `most` widest pairs: groups, voices and rows are ranked in the very order of pairs, so that pages fit together.
_FURTHEST = """
    SELECT x.claim AS one, y.claim AS other, x.low - y.high AS gap, 1 AS stream, row_number() OVER (
               ORDER BY x.low - y.high DESC, x.question, x.over,
                        x.low DESC, x.voice, x.claim, y.high, y.voice, y.claim) AS place
    FROM ranked x JOIN ranked y ON y.question = x.question AND y.over = x.over AND y.voice <> x.voice AND x.low > y.high
    WHERE x.by_low <= $most AND x.low_voice <= $most + 1 AND y.by_high <= $most AND y.high_voice <= $most + 1"""
_RANKED = """
widest AS (SELECT question, over FROM wide ORDER BY gap DESC, question, over LIMIT $most),
chosen AS (SELECT s.* FROM singles s SEMI JOIN widest USING (question, over)),
best AS (
    SELECT question, over, voice,
           row_number() OVER (PARTITION BY question, over ORDER BY max(low) DESC, voice) AS low_voice,
           row_number() OVER (PARTITION BY question, over ORDER BY min(high), voice) AS high_voice
    FROM chosen GROUP BY question, over, voice),
ranked AS MATERIALIZED (
    SELECT c.claim, c.voice, c.question, c.over, c.low, c.high, b.low_voice, b.high_voice,
           row_number() OVER (PARTITION BY question, over, voice ORDER BY low DESC, claim) AS by_low,
           row_number() OVER (PARTITION BY question, over, voice ORDER BY high, claim) AS by_high
    FROM chosen c JOIN best b USING (question, over, voice))"""
_HELD = f"""
    SELECT s.claim AS one, h.claim AS other,
           least(s.low - h.a + 1, CASE WHEN s.high = {OPEN} THEN {OPEN} ELSE h.b - s.high + 1 END) AS gap
    FROM holes h JOIN singles s USING (question, over)
    WHERE s.voice <> h.voice AND h.a <= s.low AND s.high <= h.b"""
_EXACT = """
    SELECT x.claim AS one, y.claim AS other, 0 AS gap FROM live x JOIN live y USING (question, over, approximately)
    WHERE x.round AND y.round AND x.stance = 'asserts' AND y.stance = 'denies' AND x.voice <> y.voice"""
_NESTED = """
    SELECT p.claim AS one, w.claim AS other, p.low - w.high AS gap
    FROM singles p JOIN nested n ON n.part = p.over JOIN singles w ON w.over = n.whole AND w.scope = p.scope
    WHERE p.voice <> w.voice AND p.low > w.high"""
_CLASHING = """
    SELECT x.claim AS one, y.claim AS other, 0 AS gap FROM clash t
    JOIN standing x ON x.kind = t.kind AND x.part = t.one AND x.stance = t.one_stance
    JOIN standing y ON y.kind = t.kind AND y.part = t.other AND y.stance = t.other_stance AND y.question = x.question
    WHERE x.voice <> y.voice"""
_IMPLIED = """
    SELECT x.claim AS one, y.claim AS other, 0 AS gap FROM harms x JOIN harms y ON y.about = x.about
    WHERE x.harm = 'OCCURRED' AND y.harm = 'DID_NOT_OCCUR' AND x.voice <> y.voice
      AND (x.kind <> y.kind OR x.scheme <> y.scheme)"""
STREAMS = (_HELD, _EXACT, _NESTED, _CLASHING, _IMPLIED)
"""Contradicting pairs of every sort but that of two numbers apart from each other."""
TABLES = f"WITH RECURSIVE {COUNTS}, {WIDEST}, {OTHERS}, {HARMS}"
_PLACED = [
    f"SELECT *, {number} AS stream, row_number() OVER (ORDER BY gap DESC, one, other) AS place FROM ({stream})"
    for number, stream in enumerate(STREAMS, start=2)
]
_FIRST = " UNION ALL ".join(f"SELECT * FROM ({stream}) WHERE place <= $most" for stream in (_FURTHEST, *_PLACED))
_PAIRS = f"""{TABLES}, {_RANKED}
    SELECT one, other, gap FROM ({_FIRST})
    ORDER BY gap DESC, stream, place LIMIT $most OFFSET $skipped"""
# How many intervals end below where each begins: a sweep over the ends, in all and within each voice.
_INVERSIONS = """
    SELECT coalesce(sum(below - own), 0) AS pairs FROM (
        SELECT is_low, sum(1 - is_low) OVER (PARTITION BY question, over ORDER BY value, is_low DESC
                                             ROWS UNBOUNDED PRECEDING) AS below,
               sum(1 - is_low) OVER (PARTITION BY question, over, voice ORDER BY value, is_low DESC
                                     ROWS UNBOUNDED PRECEDING) AS own
        FROM (SELECT question, over, voice, low AS value, 1 AS is_low FROM singles
              UNION ALL SELECT question, over, voice, high, 0 FROM singles))
    WHERE is_low = 1"""
_TOTAL = f"""{TABLES}
    SELECT ({_INVERSIONS}) + {" + ".join(f"(SELECT count(*) FROM ({stream}))" for stream in STREAMS)}"""


def find_pairs(view: View, query: Query, *, most: int, skipped: int = 0) -> list[Pair]:
    """The contradicting pairs among some claims from the `skipped`-th widest on, at most `most` of them."""
    params = {**to_params(view, query), "most": skipped + most, "skipped": skipped}
    rows: list[Any] = view.rows(_PAIRS.format(**query.words), params)
    return [Pair(str(one), str(other), int(gap)) for one, other, gap in rows[:most]]


def count_pairs(view: View, query: Query) -> int:
    """How many pairs of claims contradict each other among some claims."""
    rows: list[Any] = view.rows(_TOTAL.format(**query.words), to_params(view, query))
    return int(rows[0][0])


def to_params(view: View, query: Query) -> Mapping[str, object]:
    """The parameters of `TABLES` and `STREAMS` for some claims."""
    clashes = find_clashes(view, query)
    return {
        **dict(query.params),
        **clashes.to_params(),
        **clashes.to_implied_params(),
        "harm_measures": sorted(HARM_MEASURES),
        "other_populations": sorted(HARM_POPULATIONS_NOT),
    }

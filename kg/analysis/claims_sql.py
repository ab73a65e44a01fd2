"""Comparison of the whole record by SQL over the tables: which groups contradict themselves, in one linear pass.

A group is the answers to one question, of counts over one set: what `kg.analysis.compare.pair` compares as values of
one thing. The findings are those of `compare` on every pair, which a test holds by brute force. A denial of a number is
the interval it leaves where it leaves one, and else a hole that holds whatever contradicts it. Coded kinds have few
different contents, whose clashes are found once by `compare` itself (`kg.analysis.compare.clashes`) and then joined.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kg.analysis.compare.rules import EXCLUSIVE
from kg.terms import NOT_STATED


class View(Protocol):
    """Read access to the tables, as `kg.store.tables.view` gives it."""

    def rows(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows an SQL query yields."""


# The tables are sorted by the home event of a claim: without it, every claim of the record would be looked at.
OF_EVENT = """c.event IN (SELECT home FROM concerns WHERE event = $event)
    AND c.iri IN (SELECT claim FROM concerns WHERE event = $event)"""

_AROUND = """(
    c.event IN (SELECT home FROM concerns WHERE event IN (SELECT unnest($events::VARCHAR[])))
    AND c.iri IN (SELECT claim FROM concerns WHERE event IN (SELECT unnest($events::VARCHAR[])))
    OR c.question IN (SELECT unnest($questions::VARCHAR[])))"""


@dataclass(frozen=True, slots=True)
class Query:
    """The claims to look at: an SQL condition on `claims c`, and its named parameters.

    `claims` and `corrections` are what is known of them at all: the tables, or what stands in them as of a date.
    """

    condition: str = "true"
    params: tuple[tuple[str, object], ...] = ()
    claims: str = "claims"
    corrections: str = "corrections"

    @property
    def words(self) -> dict[str, str]:
        """What stands in the places of the common table expressions below, for `str.format`."""
        return {"condition": self.condition, "claims": self.claims, "corrections": self.corrections}

    @classmethod
    def of_event(cls, event: str) -> "Query":
        """The claims that concern one event."""
        return cls(OF_EVENT, (("event", event),))

    @classmethod
    def around(cls, events: Sequence[str], questions: Sequence[str]) -> "Query":
        """The claims that concern some events or answer some questions."""
        return cls(_AROUND, (("events", list(events)), ("questions", list(questions))))

    @classmethod
    def of_no_event(cls) -> "Query":
        """The claims that concern no event."""
        return cls("c.event IS NULL")

    @classmethod
    def of_questions(cls, questions: Sequence[str]) -> "Query":
        """The claims that answer some questions."""
        return cls("c.question IN (SELECT unnest($questions::VARCHAR[]))", (("questions", list(questions)),))


OPEN = 9_000_000_000_000_000_000
"""A bound that stands for none, above any number the record can hold."""

EXCLUSIVE_KINDS = f"({', '.join(sorted(repr(kind.__name__) for kind in EXCLUSIVE))})"
"""Kinds in which a new answer takes the place of the old one, as an SQL list."""

# The claims that take a stand or withhold one, and those whose own voice ended them.
_SAID = """
corrected AS MATERIALIZED (SELECT corrects AS iri FROM {corrections}),
said AS MATERIALIZED (
    SELECT c.iri AS claim, c.voice, c.stance, c.proposition_kind AS kind, c.proposition, c.question, c.event,
           c.earliest, c.latest
    FROM {claims} c WHERE c.kind = 'claim' AND c.stance <> 'asks' AND c.question IS NOT NULL AND ({condition})
      AND c.iri NOT IN (FROM corrected)),
revising AS (
    SELECT voice, unnest(revises) AS old, 1 AS times FROM {claims} WHERE array_length(revises) > 0
    UNION ALL SELECT voice, unnest(withdraws), 1 FROM {claims} WHERE array_length(withdraws) > 0
    -- Taken back, rather than left out: so the names of all claims need not be read where nothing is corrected.
    UNION ALL SELECT voice, unnest(revises || withdraws), -1 FROM {claims} WHERE iri IN (FROM corrected)),
ending AS MATERIALIZED (
    SELECT s.claim, s.voice, r.voice AS ender FROM revising r JOIN said s ON s.claim = r.old
    GROUP BY ALL HAVING sum(r.times) > 0),
membership AS (SELECT iri AS joint, unnest(members) AS party FROM agents),
-- A member's own word takes that member out of a joint claim, and ends it only with the last of them.
sizes AS (SELECT joint, count(DISTINCT party) AS members FROM membership GROUP BY joint),
all_out AS (
    SELECT e.claim FROM ending e JOIN membership m ON m.joint = e.voice AND m.party = e.ender
    JOIN sizes z ON z.joint = e.voice
    GROUP BY e.claim, z.members HAVING count(DISTINCT e.ender) = z.members),
ended AS MATERIALIZED (
    SELECT claim FROM ending WHERE ender = voice
    UNION SELECT e.claim FROM ending e JOIN membership m ON m.joint = e.ender AND m.party = e.voice
    UNION FROM all_out)"""

# Sets within sets, at any depth; UNION ends a circle.
NESTED = """
nested(part, whole) AS (
    SELECT iri, within FROM sets WHERE within IS NOT NULL
    UNION SELECT n.part, s.within FROM nested n JOIN sets s ON s.iri = n.whole WHERE s.within IS NOT NULL)"""

# Counts with their bounds; `later` is the first day of the voice's last word over the same set, `elsewhere` over
# others.
_NUMBERS = f"""
numbers AS MATERIALIZED (
    SELECT s.claim, s.voice, s.stance, s.question, s.event, s.earliest, s.latest, s.proposition,
           coalesce(n."over", '') AS over, n.measure, n.approximately, n.at_least, n.at_most,
           n.at_least IS NULL AND n.at_most IS NULL AS round,
           greatest(coalesce(n.at_least, 0), 0) AS a, coalesce(n.at_most, {OPEN}) AS b,
           row(n.about, n.measure, n.population, n.actor, n.period, n.place) AS scope
    FROM said s JOIN counts n ON n.proposition = s.proposition WHERE s.kind = 'Count'),
words AS MATERIALIZED (
    SELECT voice, question, over, max(earliest) AS later FROM numbers GROUP BY ALL),
split AS (SELECT voice, question FROM words GROUP BY ALL HAVING count(*) > 1),
elsewhere AS (
    SELECT w.voice, w.question, w.over, max(o.later) AS later
    FROM words w JOIN split USING (voice, question)
    JOIN words o ON o.voice = w.voice AND o.question = w.question AND o.over <> w.over
    LEFT JOIN nested i ON i.part = w.over AND i.whole = o.over
    LEFT JOIN nested h ON h.part = o.over AND h.whole = w.over
    WHERE i.part IS NULL AND h.part IS NULL
    GROUP BY ALL),
marked AS MATERIALIZED (
    SELECT n.*, n.claim IN (FROM ended) OR coalesce(w.later > n.latest, false) OR coalesce(e.later > n.latest, false)
                AS is_over
    FROM numbers n JOIN words w USING (voice, question, over)
    LEFT JOIN elsewhere e ON e.voice = n.voice AND e.question = n.question AND e.over = n.over),
live AS MATERIALIZED (
    SELECT * FROM marked WHERE NOT is_over AND stance <> 'cannotConfirm' AND measure <> '{NOT_STATED}'),
singles AS MATERIALIZED (
    SELECT claim, voice, question, event, over, scope, stance, a AS low, b AS high FROM live
    WHERE NOT round AND stance = 'asserts'
    UNION ALL
    SELECT claim, voice, question, event, over, scope, stance, b + 1, {OPEN} FROM live
    WHERE NOT round AND stance = 'denies' AND a = 0 AND b < {OPEN}
    UNION ALL
    SELECT claim, voice, question, event, over, scope, stance, 0, a - 1 FROM live
    WHERE NOT round AND stance = 'denies' AND a > 0 AND b = {OPEN}),
holes AS MATERIALIZED (
    SELECT claim, voice, question, event, over, a, b FROM live
    WHERE NOT round AND stance = 'denies' AND a > 0 AND b < {OPEN})"""

# Each voice beside all others of its group, those before it in order and those after; and how far apart the two of a
# group stand that are furthest apart.
_WIDE = """
per_voice AS (SELECT question, over, voice, max(low) AS top, min(high) AS bottom FROM singles GROUP BY ALL),
beside AS MATERIALIZED (
    SELECT question, over, voice, bottom, greatest(max(top) OVER before, max(top) OVER after) AS most,
           least(min(bottom) OVER before, min(bottom) OVER after) AS least
    FROM per_voice
    WINDOW before AS (PARTITION BY question, over ORDER BY voice ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
           after AS (PARTITION BY question, over ORDER BY voice DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
wide AS MATERIALIZED (
    SELECT question, over, max(most - bottom) AS gap FROM beside WHERE most > bottom GROUP BY ALL)"""

# Whether an interval lies in another voice's hole: sweep by lower end, keeping the hole that reaches furthest. Where
# that one is the interval's own voice's, the group is looked at again, pair by pair.
_HELD = """
edges AS (
    SELECT question, over, voice, a AS low, b AS reach, NULL::BIGINT AS high, 0 AS place FROM holes
    UNION ALL
    SELECT question, over, voice, low, NULL::BIGINT, high, 1 FROM singles SEMI JOIN holes USING (question, over)),
swept AS MATERIALIZED (
    SELECT question, over, voice, high, place, max(reach) OVER sweep AS furthest,
           arg_max(voice, reach) OVER sweep AS whose
    FROM edges WINDOW sweep AS (PARTITION BY question, over ORDER BY low, place ROWS UNBOUNDED PRECEDING)),
sure AS (SELECT DISTINCT question, over FROM swept WHERE place = 1 AND furthest >= high AND whose <> voice),
unsure AS (
    SELECT DISTINCT question, over FROM swept WHERE place = 1 AND furthest >= high AND whose = voice
    EXCEPT FROM sure EXCEPT SELECT question, over FROM wide),
held AS MATERIALIZED (
    FROM sure
    UNION SELECT s.question, s.over FROM unsure u JOIN singles s USING (question, over)
          JOIN holes h USING (question, over)
          WHERE h.voice <> s.voice AND h.a <= s.low AND s.high <= h.b),
exact AS MATERIALIZED (
    SELECT DISTINCT x.question, x.over FROM live x JOIN live y USING (question, over, approximately)
    WHERE x.round AND y.round AND x.stance = 'asserts' AND y.stance = 'denies' AND x.voice <> y.voice)"""

COUNTS = ",".join((NESTED, _SAID, _NUMBERS))
"""The common table expressions on counts, ready for `str.format(**query.words)` after WITH RECURSIVE."""
WIDEST = _WIDE
GROUPS = ",".join((_WIDE, _HELD))

HARMS = """
implied AS (
    SELECT unnest($implied_kinds::VARCHAR[]) AS kind, unnest($implied_parts::VARCHAR[]) AS part,
           unnest($implied_stances::VARCHAR[]) AS stance, unnest($implied_schemes::VARCHAR[]) AS scheme,
           unnest($implied_harms::VARCHAR[]) AS harm),
harms AS MATERIALIZED (
    SELECT s.claim, s.voice, p.about, s.kind, i.scheme, i.harm
    FROM standing s JOIN implied i USING (kind, part, stance) JOIN propositions p ON p.iri = s.proposition
    UNION ALL
    SELECT s.claim, s.voice, n.about, 'Count', '', CASE WHEN s.low > 0 THEN 'OCCURRED' ELSE 'DID_NOT_OCCUR' END
    FROM singles s JOIN live l USING (claim) JOIN counts n ON n.proposition = l.proposition
    WHERE (s.low > 0 OR s.high = 0) AND list_contains($harm_measures::VARCHAR[], n.measure)
      AND NOT list_contains($other_populations::VARCHAR[], n.population))"""
"""Which claims say that a harm occurred, or that it did not: by what they imply, or by their number."""

# Coded and located kinds; `part` is what their clashes are told apart by.
OTHERS = f"""
parts AS MATERIALIZED (
    SELECT s.claim, s.voice, s.stance, s.kind, s.event, s.earliest, s.latest, s.proposition,
           CASE WHEN s.kind = 'Identity'
                THEN least(p.about[1], p.slots ->> '$.other') || ' ' || greatest(p.about[1], p.slots ->> '$.other')
                ELSE s.question END AS question,
           CASE WHEN s.kind IN ('Location', 'Timing', 'Identity') THEN p.iri ELSE p.slots END AS part
    FROM said s JOIN propositions p ON p.iri = s.proposition WHERE s.kind NOT IN ('Count', 'Request')),
clash AS MATERIALIZED (
    SELECT unnest($kinds::VARCHAR[]) AS kind,
           unnest($ones::VARCHAR[]) AS one, unnest($one_stances::VARCHAR[]) AS one_stance,
           unnest($others::VARCHAR[]) AS other, unnest($other_stances::VARCHAR[]) AS other_stance),
turned AS MATERIALIZED (
    SELECT * FROM clash UNION SELECT kind, other, other_stance, one, one_stance FROM clash),
outdone AS MATERIALIZED (
    SELECT claim FROM (
        SELECT claim, latest, max(earliest) OVER (PARTITION BY voice, kind, question) AS later FROM parts
        WHERE kind IN {EXCLUSIVE_KINDS}) WHERE later > latest
    UNION
    SELECT x.claim FROM parts x JOIN turned t ON t.kind = x.kind AND t.one = x.part AND t.one_stance = x.stance
    JOIN parts y ON y.kind = x.kind AND y.question = x.question AND y.part = t.other AND y.stance = t.other_stance
                AND y.voice = x.voice AND y.earliest > x.latest
    WHERE x.kind NOT IN {EXCLUSIVE_KINDS}
    UNION
    SELECT x.claim FROM parts x JOIN parts y USING (voice, proposition)
    WHERE y.earliest > x.latest AND 'cannotConfirm' IN (x.stance, y.stance)),
still AS MATERIALIZED (
    SELECT *, claim IN (FROM outdone) OR claim IN (FROM ended) AS is_over FROM parts),
standing AS MATERIALIZED (SELECT * FROM still WHERE NOT is_over AND stance <> 'cannotConfirm'),
contents AS MATERIALIZED (
    SELECT kind, question, part, stance, min(voice) AS first, max(voice) AS last FROM standing GROUP BY ALL)"""

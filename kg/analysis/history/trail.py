"""Every claim that answers something, with what took its place: the one meaning of "superseded".

It is `kg.analysis.compare.pair.supersedes` for every two claims of a voice, and what a voice says outright: a revision
that is said comes before one that is read from dates. Histories, viewpoints, pages and the graph all ask here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from kg.analysis.as_of import AsOf
from kg.analysis.claims_sql import EXCLUSIVE_KINDS, NESTED, Query, View
from kg.analysis.compare.clashes import find_clashes
from kg.analysis.history.stands import STANDS
from kg.model import Stance


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A claim, and what became of it.

    `asked` is false of one that is here only because it ends another; `next` is what took its place, `said_so` whether
    that says so itself; `withdrawn_by` holds the claims that took it back, `left_by` those by which members of a joint
    voice took themselves out of it while another member stands by it. `stand` is of a party's stand on a harm, "" where
    it takes none, and `field` says that it is a field about another's stand.
    """

    claim: str
    asked: bool
    voice: str
    stance: Stance
    kind: str
    proposition: str
    question: str
    about: tuple[str, ...]
    occasion: str
    said: str
    earliest: date | None
    latest: date | None
    entry: int
    event: str
    at_least: int | None
    at_most: int | None
    approximately: int | None
    status: str
    stand: str
    next: tuple[str, ...]
    said_so: bool
    withdrawn_by: tuple[str, ...]
    left_by: tuple[str, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether it is still the voice's position: it asks nothing, and is neither superseded nor withdrawn."""
        return self.stance is not Stance.ASKS and not self.next and not self.withdrawn_by


_COLUMNS = """
    c.iri, c.voice, c.stance, c.proposition_kind AS kind, c.proposition, c.question, c.occasion, c.said, c.earliest,
    c.latest, c.entry, c.event"""
_SAID = f"""
corrected AS MATERIALIZED (SELECT corrects AS iri FROM {{corrections}}),
asked AS MATERIALIZED (
    SELECT {_COLUMNS} FROM {{claims}} c
    WHERE c.kind = 'claim' AND ({{condition}}) AND c.iri NOT IN (FROM corrected)),
announced AS (
    SELECT iri, voice, unnest(revises) AS old, false AS back FROM {{claims}} WHERE array_length(revises) > 0
    UNION ALL SELECT iri, voice, unnest(withdraws), true FROM {{claims}} WHERE array_length(withdraws) > 0),
ending AS MATERIALIZED (
    SELECT n.* FROM announced n JOIN asked a ON a.iri = n.old WHERE n.iri NOT IN (FROM corrected)),
-- A revision or withdrawal counts wherever it was filed.
elsewhere AS (
    SELECT {_COLUMNS} FROM {{claims}} c
    JOIN (SELECT DISTINCT iri FROM ending ANTI JOIN asked USING (iri)) e USING (iri)),
spoken AS (SELECT *, true AS asked FROM asked UNION ALL SELECT *, false FROM elsewhere),
-- Joined by question too, by which both tables are sorted: otherwise each would be read from end to end.
said AS MATERIALIZED (
    SELECT c.* EXCLUDE iri, c.iri AS claim, p.about,
           CASE WHEN c.kind = 'Identity'
                THEN least(p.about[1], p.slots ->> '$.other') || ' ' || greatest(p.about[1], p.slots ->> '$.other')
                ELSE c.question END AS topic,
           CASE WHEN c.kind IN ('Location', 'Timing', 'Identity') THEN p.iri ELSE p.slots END AS part,
           n.at_least, n.at_most, n.approximately, coalesce(n."over", '') AS over
    FROM spoken c JOIN propositions p ON p.iri = c.proposition AND p.question = c.question
    LEFT JOIN counts n ON n.proposition = c.proposition AND n.question = c.question),
membership AS (SELECT iri AS joint, unnest(members) AS party FROM agents),
-- A member's own word takes that member out of a joint claim, and ends it only with the last of them.
sizes AS (SELECT joint, count(DISTINCT party) AS members FROM membership GROUP BY joint),
leaving AS MATERIALIZED (
    SELECT s.claim, n.iri AS next, n.back, n.voice, z.members FROM ending n JOIN said s ON s.claim = n.old
    JOIN membership m ON m.joint = s.voice AND m.party = n.voice JOIN sizes z ON z.joint = s.voice),
all_out AS (SELECT claim FROM leaving GROUP BY claim, members HAVING count(DISTINCT voice) = members),
declared AS MATERIALIZED (
    SELECT s.claim, n.iri AS next, n.back FROM ending n JOIN said s ON s.claim = n.old
    LEFT JOIN membership m ON m.joint = n.voice AND m.party = s.voice
    WHERE n.voice = s.voice OR m.party IS NOT NULL
    UNION SELECT claim, next, back FROM leaving WHERE claim IN (FROM all_out))"""

# Of claims of one voice on one day with one answer, one stands for all. A voice with totals over several sets is looked
# at set by set only where some of them lie within each other: a part is no later word on its whole.
_LATER = f"""
answered AS MATERIALIZED (
    SELECT voice, topic, kind, proposition, part, stance, over, earliest, min(claim) AS next
    FROM said WHERE earliest IS NOT NULL AND stance <> 'asks' GROUP BY ALL),
counted AS (SELECT DISTINCT voice, topic, over FROM said WHERE over <> ''),
tangled AS (
    SELECT DISTINCT a.voice, a.topic FROM counted a JOIN nested n ON n.part = a.over
    JOIN counted b ON b.over = n.whole AND b.voice = a.voice AND b.topic = a.topic),
dated AS (SELECT * FROM said WHERE latest IS NOT NULL AND stance <> 'asks'),
one_answer AS (SELECT * FROM dated ANTI JOIN tangled USING (voice, topic) WHERE kind IN {EXCLUSIVE_KINDS}),
-- Days from the last to the first, on each the claims of that day before what begins on it.
swept AS (
    SELECT claim, voice, topic, min(begins) OVER (PARTITION BY voice, topic ORDER BY day DESC, begins NULLS FIRST
                                                  ROWS UNBOUNDED PRECEDING) AS earliest
    FROM (SELECT claim, voice, topic, latest AS day, NULL::DATE AS begins FROM one_answer
          UNION ALL SELECT DISTINCT NULL, voice, topic, earliest, earliest FROM answered)),
following AS (SELECT * FROM swept WHERE claim IS NOT NULL AND earliest IS NOT NULL),
clash AS (
    SELECT unnest($kinds::VARCHAR[]) AS kind,
           unnest($ones::VARCHAR[]) AS one, unnest($one_stances::VARCHAR[]) AS one_stance,
           unnest($others::VARCHAR[]) AS other, unnest($other_stances::VARCHAR[]) AS other_stance),
turned AS (SELECT * FROM clash UNION SELECT kind, other, other_stance, one, one_stance FROM clash),
later AS (
    SELECT f.claim, a.next, a.earliest FROM following f JOIN answered a USING (voice, topic, earliest)
    UNION ALL
    SELECT x.claim, a.next, a.earliest FROM (FROM dated SEMI JOIN tangled USING (voice, topic)) x
    JOIN answered a ON a.voice = x.voice AND a.topic = x.topic AND a.earliest > x.latest
    LEFT JOIN nested i ON i.part = x.over AND i.whole = a.over
    LEFT JOIN nested h ON h.part = a.over AND h.whole = x.over
    WHERE i.part IS NULL AND h.part IS NULL
    UNION ALL
    SELECT x.claim, a.next, a.earliest FROM dated x
    JOIN answered a ON a.voice = x.voice AND a.topic = x.topic AND a.kind = x.kind AND a.earliest > x.latest
    LEFT JOIN turned t ON t.kind = x.kind AND t.one = x.part AND t.one_stance = x.stance AND t.other = a.part
                      AND t.other_stance = a.stance
    WHERE x.kind NOT IN {EXCLUSIVE_KINDS}
      AND (t.kind IS NOT NULL OR (x.proposition = a.proposition AND 'cannotConfirm' IN (x.stance, a.stance))))"""

_NEXT = """
outright AS (SELECT claim, list_sort(list(next)) AS next FROM declared WHERE NOT back GROUP BY claim),
ranked AS (SELECT *, rank() OVER (PARTITION BY claim ORDER BY earliest) AS place FROM later),
read AS (SELECT claim, list_sort(list(DISTINCT next)) AS next FROM ranked WHERE place = 1 GROUP BY claim),
withdrawn AS (SELECT claim, list_sort(list(next)) AS next FROM declared WHERE back GROUP BY claim),
left_by AS (
    SELECT claim, list_sort(list(DISTINCT next)) AS next FROM leaving WHERE claim NOT IN (FROM all_out)
    GROUP BY claim)"""

_TOLD = f"""
    WITH RECURSIVE {NESTED}, {_SAID}, {_LATER}, {_NEXT}, {STANDS}
    SELECT s.claim, s.asked, s.voice, s.stance, s.kind, s.proposition, s.question, s.about, s.occasion, s.said,
           s.earliest, s.latest, s.entry, s.event, s.at_least, s.at_most, s.approximately, a.status,
           CASE WHEN s.stance = 'asserts' THEN t.stand
                WHEN s.stance = 'denies' AND s.kind = 'Occurrence' AND t.stand IS NOT NULL THEN 'denied' END,
           coalesce(o.next, r.next), o.next IS NOT NULL, w.next, l.next
    FROM said s LEFT JOIN positions a ON a.proposition = s.proposition
    LEFT JOIN stands t ON t.proposition = s.proposition
    LEFT JOIN outright o ON o.claim = s.claim LEFT JOIN read r ON r.claim = s.claim
    LEFT JOIN withdrawn w ON w.claim = s.claim LEFT JOIN left_by l ON l.claim = s.claim
    ORDER BY s.voice, s.question, s.latest, s.claim"""


def query_as_of(at: AsOf, condition: str = "true", params: Iterable[tuple[str, object]] = ()) -> Query:
    """The claims that meet a condition, of what was known as of two dates."""
    return Query(
        condition=condition,
        params=(*params, *at.params.items()),
        claims=f"(SELECT * FROM claims c WHERE {at.condition})",
        corrections="(SELECT * FROM corrections WHERE $entry::BIGINT IS NULL OR entry <= $entry)",
    )


def read_trail(view: View, query: Query) -> list[Told]:
    """The claims of a query and what ends them, each with what took its place; by voice, question and date.

    The query has to hold all claims of a voice on a question, or none.
    """
    params = {**dict(query.params), **find_clashes(view, query, exclusive=False).to_params()}
    return [_told(row) for row in view.rows(_TOLD.format(**query.words), params)]


def find_later_words(view: View, claims: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What took the place of some claims, by claim; those that still stand are absent."""
    wanted = sorted(set(claims))
    rows = view.rows("SELECT DISTINCT question FROM claims WHERE iri IN (SELECT unnest(?::VARCHAR[]))", [wanted])
    questions = [str(row[0]) for row in rows if row[0] is not None]
    trail = read_trail(view, Query.of_questions(questions)) if questions else []
    found = {told.claim: told.next for told in trail if told.next}
    return {claim: found[claim] for claim in wanted if claim in found}


def _told(row: Sequence[object]) -> Told:
    values: list[Any] = list(cast(Any, row))
    claim, asked, voice, stance, kind, proposition, question, about, occasion, said, *rest = values
    earliest, latest, entry, event, at_least, at_most, approximately, status, stand, following, said_so, *ends = rest
    back, left = ends
    return Told(
        claim=claim,
        asked=asked,
        voice=voice,
        stance=Stance(stance),
        kind=kind,
        proposition=proposition,
        question=question or "",
        about=tuple(about or ()),
        occasion=occasion or "",
        said=said or "",
        earliest=earliest,
        latest=latest,
        entry=entry,
        event=event or "",
        at_least=at_least,
        at_most=at_most,
        approximately=approximately,
        status=status or "",
        stand=stand or "",
        next=tuple(following or ()),
        said_so=bool(said_so),
        withdrawn_by=tuple(back or ()),
        left_by=tuple(left or ()),
    )

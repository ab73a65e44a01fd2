"""One summary for each comparable group: how many voices, how far apart, whether they contradict each other."""

from dataclasses import dataclass
from typing import Any

from kg.analysis.claims_sql import COUNTS, GROUPS, OPEN, OTHERS, Query, View
from kg.analysis.compare.clashes import find_clashes
from kg.analysis.compare.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Group:
    """The answers to one question, of counts over one set ("" for none).

    `claims` counts every claim that takes or withholds a stand, `current` those that are neither revised nor withdrawn
    and take one, `revised` those that are over; `unanimous` says that all current ones say the same. `gap` is how far
    apart the furthest two numbers of different voices lie, None where none do; `lowest` and `highest` are the least and
    the greatest bound that is asserted now, None where it is open. `members` are the IRIs of the claims, where they
    were asked for.
    """

    question: str
    over: str
    kind: str
    event: str
    voices: int
    claims: int
    current: int
    revised: int
    unanimous: bool
    contradicts: bool
    gap: int | None = None
    lowest: int | None = None
    highest: int | None = None
    members: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome | None:
        """What holds of the group as a whole; None where fewer than two voices stand, or nothing holds of all."""
        if self.contradicts:
            return Outcome.CONTRADICTS
        if self.voices < 2 or self.current < 2:
            return None
        if self.unanimous:
            return Outcome.AGREES
        return Outcome.OVERLAPS if self.kind == "Count" else None


_COUNT_GROUPS = f"""
    WITH RECURSIVE {COUNTS}, {GROUPS},
    clashing AS (FROM held UNION FROM exact),
    now AS (SELECT *, NOT is_over AND stance <> 'cannotConfirm' AS stands FROM marked),
    summed AS (
        SELECT question, over, min(event) AS event, count(*) AS claims,
               count(*) FILTER (stands) AS current, count(*) FILTER (is_over) AS revised,
               min(proposition) FILTER (stands) = max(proposition) FILTER (stands)
                   AND min(stance) FILTER (stands) = max(stance) FILTER (stands) AS unanimous,
               min(a) FILTER (stands AND stance = 'asserts' AND NOT round) AS lowest,
               max(b) FILTER (stands AND stance = 'asserts' AND NOT round) AS highest, {{members}} AS members
        FROM now GROUP BY question, over),
    heard AS (SELECT question, over, count(*) AS voices FROM words GROUP BY question, over)
    SELECT s.question, s.over, 'Count', s.event, v.voices, s.claims, s.current, s.revised, coalesce(s.unanimous, false),
           w.gap IS NOT NULL OR c.question IS NOT NULL, w.gap, s.lowest, nullif(s.highest, {OPEN}), s.members
    FROM summed s JOIN heard v USING (question, over) LEFT JOIN wide w USING (question, over)
    LEFT JOIN clashing c USING (question, over) WHERE v.voices >= $least"""
_OTHER_GROUPS = f"""
    WITH RECURSIVE {COUNTS}, {OTHERS},
    clashing AS (
        SELECT DISTINCT x.question, x.kind FROM clash t
        JOIN contents x ON x.kind = t.kind AND x.part = t.one AND x.stance = t.one_stance
        JOIN contents y ON y.kind = t.kind AND y.part = t.other AND y.stance = t.other_stance
                       AND y.question = x.question
        WHERE x.first <> y.first OR x.first <> y.last OR x.last <> y.first)
    SELECT s.question, '', s.kind, min(s.event), count(DISTINCT s.voice), count(*),
           count(*) FILTER (s.stands), count(*) FILTER (s.is_over),
           coalesce(min(s.part) FILTER (s.stands) = max(s.part) FILTER (s.stands)
                    AND min(s.stance) FILTER (s.stands) = max(s.stance) FILTER (s.stands), false),
           bool_or(c.question IS NOT NULL), NULL, NULL, NULL, {{members}}
    FROM (SELECT *, NOT is_over AND stance <> 'cannotConfirm' AS stands FROM still) s
    LEFT JOIN clashing c ON c.question = s.question AND c.kind = s.kind GROUP BY s.question, s.kind
    HAVING count(DISTINCT s.voice) >= $least"""


_KINDS = """
    SELECT DISTINCT c.proposition_kind = 'Count' FROM {claims} c
    WHERE c.kind = 'claim' AND c.stance <> 'asks' AND c.question IS NOT NULL AND ({condition})"""


def summarise(view: View, query: Query, *, members: bool = False, least: int = 1) -> list[Group]:
    """A summary of every comparable group among some claims, those that contradict themselves first, widest first.

    Groups of fewer than `least` voices are left out.
    """
    params = dict(query.params)
    counted = {bool(row[0]) for row in view.rows(_KINDS.format(**query.words), params)}
    words = {**query.words, "members": "list_sort(list(claim))" if members else "NULL"}
    asked = {**params, "least": least}
    groups: list[Group] = []
    if True in counted:
        groups += [_group(*row) for row in view.rows(_COUNT_GROUPS.format(**words), asked)]
    if False in counted:
        clashes = find_clashes(view, query).to_params()
        groups += [_group(*row) for row in view.rows(_OTHER_GROUPS.format(**words), {**asked, **clashes})]
    return sorted(groups, key=lambda group: (not group.contradicts, -(group.gap or 0), group.question, group.over))


def _group(*row: Any) -> Group:
    values = [*row[:-1], tuple(row[-1] or ())]
    return Group(*values)

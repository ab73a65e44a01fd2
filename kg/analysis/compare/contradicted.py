"""How each claim of a record stands to the other voices, for all claims at once: a word for a claim, not its pairs.

The words follow `kg.analysis.compare.pair`: a claim is contradicted where at least one pair of it is.
"""

from enum import IntEnum

from kg.analysis.claims_sql import COUNTS, HARMS, OTHERS, WIDEST, Query, View
from kg.analysis.compare.clashes import find_clashes
from kg.analysis.compare.rules import HARM_MEASURES, HARM_POPULATIONS_NOT


class Standing(IntEnum):
    """How a claim stands to what other voices say; the first that holds, in order of the numbers."""

    NO_STAND = 0
    OVER = 1
    CONTRADICTED = 2
    SHARED = 3
    BESIDE = 4
    ALONE = 5


# Each end of a number is held against the nearest of the other voices: a pass, not all pairs.
_NUMBERS = """
apart AS (
    SELECT s.claim FROM singles s JOIN beside o USING (question, over, voice) WHERE s.low > o.least OR s.high < o.most),
hole AS (
    SELECT unnest([s.claim, h.claim]) AS claim FROM holes h JOIN singles s USING (question, over)
    WHERE s.voice <> h.voice AND h.a <= s.low AND s.high <= h.b),
round AS (
    SELECT unnest([x.claim, y.claim]) AS claim FROM live x JOIN live y USING (question, over, approximately)
    WHERE x.round AND y.round AND x.stance = 'asserts' AND y.stance = 'denies' AND x.voice <> y.voice),
parted AS (
    SELECT unnest([p.claim, w.claim]) AS claim
    FROM singles p JOIN nested n ON n.part = p.over JOIN singles w ON w.over = n.whole AND w.scope = p.scope
    WHERE p.voice <> w.voice AND p.low > w.high)"""
# The voices on each side are few, however many claims they make.
_CONTENTS = """
sides AS MATERIALIZED (SELECT DISTINCT kind, part, stance, question, voice FROM standing),
against AS MATERIALIZED (
    SELECT DISTINCT x.kind, x.part, x.stance, x.question, x.voice
    FROM turned t JOIN sides x ON x.kind = t.kind AND x.part = t.one AND x.stance = t.one_stance
    JOIN sides y ON y.kind = t.kind AND y.part = t.other AND y.stance = t.other_stance AND y.question = x.question
    WHERE x.voice <> y.voice),
clashed AS (SELECT claim FROM standing SEMI JOIN against USING (kind, part, stance, question, voice))"""
_HARMS = """
views AS MATERIALIZED (
    SELECT DISTINCT about, voice, kind, scheme, harm FROM harms
    WHERE about IN (SELECT about FROM harms WHERE harm = 'DID_NOT_OCCUR')),
opposed AS MATERIALIZED (
    SELECT DISTINCT x.about, x.voice, x.kind, x.scheme, x.harm FROM views x JOIN views y USING (about)
    WHERE x.harm IN ('OCCURRED', 'DID_NOT_OCCUR') AND y.harm IN ('OCCURRED', 'DID_NOT_OCCUR') AND x.harm <> y.harm
      AND x.voice <> y.voice AND (x.kind <> y.kind OR x.scheme <> y.scheme)),
harmed AS (SELECT claim FROM harms SEMI JOIN opposed USING (about, voice, kind, scheme, harm))"""
_ALL = f"""
WITH RECURSIVE {COUNTS}, {WIDEST}, {OTHERS}, {_NUMBERS}, {_CONTENTS}, {HARMS}, {_HARMS},
contradicted AS (
    FROM apart UNION FROM hole UNION FROM round UNION FROM parted UNION FROM clashed UNION FROM harmed),
every AS (
    SELECT claim, voice, question, over, proposition, stance, is_over FROM marked
    UNION ALL SELECT claim, voice, question, '', proposition, stance, is_over FROM still),
-- Least and greatest voice tell whether there is another, for less than counting them.
alike AS (
    SELECT proposition, stance FROM every WHERE NOT is_over GROUP BY ALL HAVING min(voice) <> max(voice)),
asked AS (SELECT question FROM every WHERE NOT is_over GROUP BY ALL HAVING min(voice) <> max(voice))
SELECT e.claim,
       CASE WHEN e.is_over THEN {Standing.OVER:d} WHEN c.claim IS NOT NULL THEN {Standing.CONTRADICTED:d}
            WHEN e.stance = 'cannotConfirm' THEN {Standing.NO_STAND:d}
            WHEN a.proposition IS NOT NULL THEN {Standing.SHARED:d} WHEN q.question IS NOT NULL THEN {Standing.BESIDE:d}
            ELSE {Standing.ALONE:d} END AS standing
FROM every e LEFT JOIN contradicted c ON c.claim = e.claim
LEFT JOIN alike a ON a.proposition = e.proposition AND a.stance = e.stance
LEFT JOIN asked q ON q.question = e.question"""


def write_standings(view: View, table: str) -> None:
    """Make a table of every claim that takes a stand or is asked to, with its `Standing` as a number."""
    query = Query()
    clashes = find_clashes(view, query)
    params = {
        **clashes.to_params(),
        **clashes.to_implied_params(),
        "harm_measures": sorted(HARM_MEASURES),
        "other_populations": sorted(HARM_POPULATIONS_NOT),
    }
    view.rows(f"DROP TABLE IF EXISTS {table}")
    view.rows(f"CREATE TABLE {table} AS {_ALL.format(**query.words)}", params)

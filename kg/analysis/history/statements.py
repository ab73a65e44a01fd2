"""The statements behind a history that the trail of claims does not tell: whose status fields are stale."""

from kg.analysis.as_of import AsOf, Certainty
from kg.analysis.history.stands import STANDS, Stand

ASKED = """
    SELECT claim FROM concerns WHERE $event::VARCHAR IS NULL OR event = $event
    UNION SELECT iri FROM claims WHERE $event::VARCHAR IS NULL"""


def _rough(row: str) -> str:
    """A stand as a field can tell it: fields know no grounds of a refusal, and no second opening."""
    return f"""(CASE {row}.stand WHEN '{Stand.DENIED}' THEN '{Stand.NO_FINDING}'
               WHEN '{Stand.REOPENED}' THEN '{Stand.OPEN}' ELSE {row}.stand END)"""


def stale(at: AsOf) -> str:
    """One row for each status field that gives a party's stand otherwise than the party itself had stated before."""
    possibly = at.certainty is Certainty.POSSIBLY
    day = "coalesce(earliest, latest, DATE '9999-12-31')" if possibly else "earliest"
    return f"""
    WITH RECURSIVE asked AS MATERIALIZED ({ASKED}), {STANDS},
    seen AS (
        SELECT c.iri, c.voice, c.stance, c.proposition, c.proposition_kind AS kind, c.said, c.earliest, c.latest,
               p.about
        FROM claims c JOIN propositions p ON p.iri = c.proposition
        WHERE c.kind = 'claim' AND c.iri IN (FROM asked) AND {at.condition}
          AND c.iri NOT IN (SELECT corrects FROM corrections WHERE $entry::BIGINT IS NULL OR entry <= $entry)),
    stated AS (
        SELECT s.iri, s.voice, s.about, s.said, s.earliest, s.latest, t.stand, t.field, s.kind
        FROM seen s JOIN stands t USING (proposition) WHERE s.stance = 'asserts'
        UNION ALL
        SELECT s.iri, s.voice, s.about, s.said, s.earliest, s.latest, '{Stand.DENIED}', false, s.kind
        FROM seen s JOIN stands t USING (proposition) WHERE s.stance = 'denies' AND s.kind = 'Occurrence'),
    -- A field is told by its keeper: a relay of the party's status, or the keeper's own claim in a field's scheme.
    fields AS (
        SELECT c.iri AS telling, c.voice AS keeper, c.said, c.earliest, c.latest, s.iri AS claim, s.voice AS party,
               s.about, s.stand, s.earliest AS since
        FROM claims c JOIN stated s ON s.iri = c.root
        WHERE c.kind = 'relay' AND c.voice <> s.voice AND s.kind = 'Assessment' AND {at.condition}
        UNION ALL
        SELECT f.iri, f.voice, f.said, f.earliest, f.latest, f.iri, p.voice, f.about, f.stand, NULL
        FROM stated f JOIN (SELECT DISTINCT voice, about FROM stated WHERE NOT field) p USING (about)
        WHERE f.field AND p.voice <> f.voice),
    dated AS (SELECT *, {day} AS day FROM fields),
    last AS (
        SELECT f.telling, f.party, max(s.latest) AS latest
        FROM dated f JOIN stated s ON s.voice = f.party AND s.about = f.about
        WHERE s.latest < f.day AND s.iri <> f.claim AND NOT s.field GROUP BY ALL)
    SELECT f.keeper AS voice, f.party, f.about, f.telling, f.claim AS old_claim, f.said AS new_said,
           f.stand AS old_stand, s.stand AS new_stand, min(s.iri) AS new_claim, min(s.said) AS old_said,
           f.day AS new_latest
    FROM dated f JOIN last l USING (telling, party)
    JOIN stated s ON s.voice = f.party AND s.about = f.about AND s.latest = l.latest AND NOT s.field
    WHERE s.iri <> f.claim AND (f.since IS NULL OR f.since <= s.latest) AND f.claim IN (FROM asked)
    GROUP BY ALL
    HAVING {_rough("s")} <> {_rough("f")}
    ORDER BY ALL"""

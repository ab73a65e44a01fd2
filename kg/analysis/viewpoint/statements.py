"""The statements behind a number under a viewpoint: every claim that could count, and what speaks against it."""

from kg.analysis.history.stands import STANDS, Stand

_DENIAL = f"""((p.kind = 'Assessment' AND c.stance = 'asserts' AND t.stand = '{Stand.DENIED}')
               OR (p.kind = 'Occurrence' AND c.stance = 'denies' AND t.stand IS NOT NULL))"""
_ASKED = "SELECT claim FROM concerns WHERE event IN (FROM events)"
# What reaches the reader past a source, a voice or a document: directly, or by a chain of relays without it.
_ALIVE = """
    alive(root, iri) AS (
        SELECT root, iri FROM claims
        WHERE kind = 'relay' AND depth = 1 AND voice IS DISTINCT FROM $source::VARCHAR
          AND document IS DISTINCT FROM $source::VARCHAR
        UNION
        SELECT c.root, c.iri FROM alive a JOIN claims c ON c.relays = a.iri
        WHERE c.voice IS DISTINCT FROM $source::VARCHAR AND c.document IS DISTINCT FROM $source::VARCHAR),
    reached AS (
        SELECT DISTINCT a.root FROM alive a
        WHERE a.iri NOT IN (SELECT relays FROM claims WHERE relays IS NOT NULL)),
    relayed AS (SELECT DISTINCT root FROM claims WHERE kind = 'relay' AND root IS NOT NULL)"""


def candidates(condition: str) -> str:
    """One row for each claim of a number of a measure, or denial of the harm, that concerns the events asked for."""
    return f"""
    WITH RECURSIVE
    events AS (
        SELECT $event::VARCHAR AS iri
        UNION SELECT unnest([p.about[1], p.slots ->> '$.other']) FROM claims c
        JOIN propositions p ON p.iri = c.proposition
        WHERE c.iri IN (SELECT unnest($identities::VARCHAR[])) AND p.kind = 'Identity' AND c.stance = 'asserts'
          AND p.slots ->> '$.relation' LIKE '%/identity-same'
          AND (p.about[1] = $event OR p.slots ->> '$.other' = $event)),
    asked AS MATERIALIZED ({_ASKED}), {STANDS}, {_ALIVE},
    pool AS (
        SELECT iri FROM claims
        WHERE iri IN (FROM asked) AND kind = 'claim' AND proposition_kind IN ('Count', 'Assessment', 'Occurrence'))
    SELECT c.iri AS claim, c.voice, c.stance, c.said, c.question, n.measure, n.population, n.basis, n."over",
           n.at_least, n.at_most, n.approximately, p.about, p.kind,
           coalesce(a.members, []) AS members,
           coalesce(NOT ({condition}), true) AS unseen,
           c.iri IN (SELECT corrects FROM corrections WHERE $entry::BIGINT IS NULL OR entry <= $entry) AS corrected,
           c.iri IN (FROM relayed) AS relayed,
           coalesce(c.voice = $source OR c.document = $source
                    OR (c.iri IN (FROM relayed) AND c.iri NOT IN (FROM reached)), false) AS source_gone,
           coalesce({_DENIAL}, false) AS denial, q.scheme
    FROM pool JOIN claims c USING (iri) JOIN propositions p ON p.iri = c.proposition
    LEFT JOIN counts n ON n.proposition = c.proposition LEFT JOIN stands t ON t.proposition = c.proposition
    LEFT JOIN positions q ON q.proposition = c.proposition LEFT JOIN agents a ON a.iri = c.voice
    WHERE n.measure = $measure OR {_DENIAL}
    ORDER BY c.voice, c.latest, c.iri"""

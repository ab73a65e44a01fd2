"""The statements by which rows are worked out; `kg.store.tables.resolve` runs them in order."""

from kg.store.tables.columns import TABLES

# Sorted, so that a label does not depend on which entry brought which name.
NAME = (
    "coalesce(list_filter(list_sort(names), lambda n: n.language = 'en')[1], "
    "list_filter(list_sort(names), lambda n: n.language LIKE 'en-%')[1], "
    "list_filter(list_sort(names), lambda n: n.language = '')[1], list_sort(names)[1])"
)
TITLE_LABELS = {"label": "title AS label", "label_language": "title_language AS label_language"}
NAME_LABELS = {"label": f"{NAME}.text AS label", "label_language": f"{NAME}.language AS label_language"}

# A relay relays one thing, so that its chain is a line: as many steps as pairs, and at its end no new relay. In a
# circle there is no end, and the root stays open.
CHAINS = """
CREATE TABLE t_ends AS
WITH RECURSIVE up(iri, far) AS (
    SELECT iri, relays FROM t_claims WHERE kind = 'relay'
    UNION
    SELECT up.iri, c.relays FROM up JOIN t_claims c ON c.iri = up.far WHERE c.kind = 'relay')
SELECT up.iri, count(*) AS steps, max(CASE WHEN c.kind = 'relay' THEN NULL ELSE up.far END) AS far
FROM up LEFT JOIN t_claims c ON c.iri = up.far GROUP BY up.iri
"""
ROOTS = """
CREATE TABLE t_roots AS
SELECT iri, iri AS root, 0::BIGINT AS depth FROM t_claims WHERE kind = 'claim'
UNION ALL
SELECT e.iri, coalesce(c.iri, k.root), CASE WHEN c.iri IS NULL THEN e.steps + k.depth ELSE e.steps END
FROM t_ends e LEFT JOIN t_claims c ON c.iri = e.far LEFT JOIN t_known k ON k.iri = e.far
"""
# UNION, not UNION ALL: sets within each other in a circle end the walk instead of going on for ever.
REACH = """
CREATE TABLE t_edges AS
SELECT c.iri AS source, unnest(p.targets) AS target FROM t_claims c JOIN t_props p ON p.iri = c.proposition
UNION ALL SELECT iri, root FROM t_roots WHERE root <> iri
UNION ALL SELECT iri, within FROM t_sets WHERE within IS NOT NULL;
CREATE TABLE t_far AS
WITH RECURSIVE reach(claim, far) AS (
    SELECT c.iri, e.target FROM t_claims c JOIN t_edges e ON e.source = c.iri
    UNION
    SELECT r.claim, e.target FROM reach r JOIN t_edges e ON e.source = r.far)
SELECT claim, far FROM reach
WHERE far IS NOT NULL AND far NOT IN (SELECT source FROM t_edges) AND far NOT IN (SELECT iri FROM t_claims)
"""
CONCERNS = """
CREATE TABLE d_concerns AS
SELECT claim, event, min(event) OVER (PARTITION BY claim) AS home FROM (
    SELECT DISTINCT r.claim, coalesce(k.event, r.far) AS event
    FROM t_far r LEFT JOIN t_concerned k ON k.iri = r.far
    WHERE k.event IS NOT NULL OR r.far NOT IN (FROM t_silent))
"""
UNPLACED = """
CREATE TABLE t_unplaced AS
SELECT c.iri, unnest(c.passages) AS passage FROM t_claims c LEFT JOIN t_occasions o ON o.iri = c.occasion
WHERE o.document IS NULL
"""
DOCUMENTS = """
CREATE TABLE t_documents AS
SELECT u.iri, min(c.document) AS document
FROM t_unplaced u JOIN t_passages p ON p.iri = u.passage JOIN t_captures c ON c.iri = p.capture GROUP BY u.iri
"""
MADE = {
    "document": "coalesce(o.document, f.document)",
    "root": "r.root",
    "depth": "r.depth",
    "event": "k.home",
    "recorded": "i.recorded",
    "ingestion": "w.ingestion",
    "proposition_kind": "p.kind",
    "question": "p.question",
}
CLAIM_COLUMNS = ", ".join(f"{MADE[name]} AS {name}" if name in MADE else f"c.{name}" for name in TABLES["claims"].names)
CLAIMS = f"""
CREATE TABLE d_claims AS
SELECT {CLAIM_COLUMNS}
FROM t_claims c JOIN t_roots r USING (iri)
LEFT JOIN t_props p ON p.iri = c.proposition
LEFT JOIN (SELECT DISTINCT claim, home FROM d_concerns) k ON k.claim = c.iri
LEFT JOIN t_occasions o ON o.iri = c.occasion
LEFT JOIN t_documents f ON f.iri = c.iri
LEFT JOIN t_records w ON w.records = c.iri
LEFT JOIN t_ingestions i ON i.iri = w.ingestion
"""
LOOSE = """
CREATE TABLE d_loose AS
SELECT DISTINCT iri FROM (
    SELECT iri FROM t_unknown WHERE iri NOT IN (FROM t_silent)
    UNION ALL SELECT far FROM t_ends
              WHERE far NOT IN (SELECT iri FROM t_claims) AND far NOT IN (SELECT iri FROM t_known)
    UNION ALL SELECT proposition FROM t_claims
              WHERE proposition IS NOT NULL AND proposition NOT IN (SELECT iri FROM t_props)
    UNION ALL SELECT occasion FROM t_claims
              WHERE occasion IS NOT NULL AND occasion NOT IN (SELECT iri FROM t_occasions)
    UNION ALL SELECT passage FROM t_unplaced WHERE passage NOT IN (SELECT iri FROM t_passages)
    UNION ALL SELECT capture FROM t_passages WHERE capture NOT IN (SELECT iri FROM t_captures))
"""

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
# circle there is no end, and the root stays open. Only chains of relays are walked: whatever a walk has found is held
# in memory until its end, and most relays relay a claim.
CHAINS = """
CREATE TABLE t_ends AS
WITH RECURSIVE relays AS (SELECT iri, relays FROM t_claims WHERE kind = 'relay'),
up(iri, far) AS (
    SELECT iri, relays FROM relays SEMI JOIN (SELECT iri AS relays FROM relays) USING (relays)
    UNION
    SELECT up.iri, r.relays FROM up JOIN relays r ON r.iri = up.far)
SELECT iri, 1::BIGINT AS steps, relays AS far FROM relays ANTI JOIN (SELECT iri AS relays FROM relays) USING (relays)
UNION ALL
SELECT up.iri, count(*), max(CASE WHEN r.iri IS NULL THEN up.far END)
FROM up LEFT JOIN relays r ON r.iri = up.far GROUP BY up.iri
"""
ROOTS = """
CREATE TABLE t_roots AS
SELECT iri, iri AS root, 0::BIGINT AS depth FROM t_claims WHERE kind = 'claim'
UNION ALL
SELECT e.iri, coalesce(c.iri, k.root), CASE WHEN c.iri IS NULL THEN e.steps + k.depth ELSE e.steps END
FROM t_ends e LEFT JOIN t_claims c ON c.iri = e.far LEFT JOIN t_known k ON k.iri = e.far
"""
# What is said leads to what it is about, and on from there through sets and through claims about claims. Only these are
# walked, for the same reason; UNION, not UNION ALL: sets within each other in a circle end the walk.
REACH = """
CREATE TABLE t_edges AS
SELECT r.iri AS source, unnest(p.targets) AS target
FROM t_roots r JOIN t_claims c ON c.iri = r.root JOIN t_props p ON p.iri = c.proposition
UNION ALL SELECT iri, root FROM t_roots ANTI JOIN (SELECT iri AS root FROM t_claims) USING (root)
UNION ALL SELECT iri, within FROM t_sets WHERE within IS NOT NULL;
CREATE TABLE t_far AS
WITH RECURSIVE onward AS (
    SELECT source, target FROM t_edges SEMI JOIN (SELECT target AS source FROM t_edges) USING (source)),
reach(start, far) AS (
    FROM onward
    UNION
    SELECT r.start, o.target FROM reach r JOIN onward o ON o.source = r.far),
about AS (
    SELECT source, target FROM t_edges
    UNION ALL SELECT e.source, r.far FROM t_edges e JOIN reach r ON r.start = e.target)
SELECT DISTINCT a.source AS claim, a.target AS far FROM about a SEMI JOIN t_claims c ON c.iri = a.source
WHERE a.target IS NOT NULL AND a.target NOT IN (SELECT source FROM t_edges)
  AND a.target NOT IN (SELECT iri FROM t_claims)
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
# Step by step, and what a claim itself says last: a join of everything holds one of its sides as long as its statement
# runs, and little can be put aside where there are several.
MADE = (
    """
CREATE TABLE t_homes AS
SELECT r.iri, r.root, r.depth, k.home AS event
FROM t_roots r LEFT JOIN (SELECT DISTINCT claim, home FROM d_concerns) k ON k.claim = r.iri
""",
    """
CREATE TABLE t_taken AS
SELECT h.*, w.ingestion, i.recorded
FROM t_homes h LEFT JOIN t_records w ON w.records = h.iri LEFT JOIN t_ingestions i ON i.iri = w.ingestion
""",
    """
CREATE TABLE t_answers AS
SELECT c.iri, c.occasion, p.kind AS proposition_kind, p.question
FROM t_claims c LEFT JOIN t_props p ON p.iri = c.proposition
""",
    """
CREATE TABLE t_placed AS
SELECT a.iri, a.proposition_kind, a.question, coalesce(o.document, f.document) AS document
FROM t_answers a LEFT JOIN t_occasions o ON o.iri = a.occasion LEFT JOIN t_documents f ON f.iri = a.iri
""",
    "CREATE TABLE t_made AS SELECT * FROM t_taken JOIN t_placed USING (iri)",
)
CLAIM_COLUMNS = ", ".join(
    f"m.{name}" if name in TABLES["claims"].made else f"c.{name}" for name in TABLES["claims"].names
)
CLAIMS = f"CREATE TABLE d_claims AS SELECT {CLAIM_COLUMNS} FROM t_claims c JOIN t_made m USING (iri)"
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

"""What may be derived differently once some subjects of a record are new or changed: questions, events, cited pairs."""

from collections.abc import Iterable

from kg.analysis.claims_sql import View

CITED = """
cited AS MATERIALIZED (
    SELECT DISTINCT p.citing, a.iri AS one, b.iri AS other
    FROM (SELECT c.iri AS citing, unnest(p.about) AS one, p.slots ->> '$.other' AS other
          FROM claims c JOIN propositions p ON p.iri = c.proposition
          WHERE c.kind = 'claim' AND c.proposition_kind = 'Comparison') p
    JOIN claims a ON a.iri = p.one AND a.kind = 'claim' JOIN claims b ON b.iri = p.other AND b.kind = 'claim')"""
ANY_CITING = "SELECT 1 FROM claims WHERE proposition_kind = 'Comparison' LIMIT 1"
# What the comparison of a cited pair reads: its claims, their voices, the things they speak of and what holds those.
_TOUCHED_PAIRS = f"""
    WITH RECURSIVE given AS MATERIALIZED (SELECT unnest($subjects::VARCHAR[]) AS iri), {CITED},
    ends AS (SELECT citing, one AS claim FROM cited UNION SELECT citing, other FROM cited),
    read AS (
        SELECT e.citing, c.iri AS claim, c.voice, p.about, p.slots ->> '$.over' AS over, p.slots ->> '$.actor' AS actor
        FROM ends e JOIN claims c ON c.iri = e.claim JOIN propositions p ON p.iri = c.proposition),
    things(citing, thing) AS (
        SELECT citing, unnest(about) FROM read UNION SELECT citing, over FROM read WHERE over IS NOT NULL
        UNION SELECT t.citing, s.within FROM things t JOIN sets s ON s.iri = t.thing WHERE s.within IS NOT NULL),
    wider AS (
        FROM given
        UNION SELECT n."over" FROM claims c JOIN counts n ON n.proposition = c.proposition WHERE c.iri IN (FROM given)
        UNION SELECT unnest(list_append(p.about, p.slots ->> '$.other')) FROM claims c
              JOIN propositions p ON p.iri = c.proposition
              WHERE c.iri IN (FROM given) AND p.kind = 'Identity')
    SELECT citing FROM read WHERE claim IN (FROM given) OR voice IN (FROM given) OR actor IN (FROM given)
    UNION SELECT citing FROM things WHERE thing IN (FROM wider)
    UNION SELECT citing FROM cited WHERE citing IN (FROM given)"""
# The questions whose groups may come out differently: of the claims themselves and of what they end, …
_GIVEN = "WITH RECURSIVE given AS MATERIALIZED (SELECT unnest($subjects::VARCHAR[]) AS iri)"
_MINE = f"""{_GIVEN}
    SELECT question, proposition_kind = 'Identity', revises || withdraws FROM claims WHERE iri IN (FROM given)"""
_ENDED = f"{_GIVEN} SELECT question FROM claims WHERE iri IN (FROM given)"
# … of an identity, of the same one turned round; …
_TURNED = f"""{_GIVEN},
    turned AS (
        SELECT p.slots ->> '$.other' AS one FROM claims c JOIN propositions p ON p.iri = c.proposition
        WHERE c.iri IN (FROM given) AND p.kind = 'Identity')
    SELECT question FROM propositions WHERE kind = 'Identity' AND about[1] IN (FROM turned)"""
# … where the recorder corrects one, of it and of what it ended; …
_CORRECTED = f"""{_GIVEN},
    wrong AS (SELECT question, list_concat(revises, withdraws) AS ended FROM claims
              WHERE iri IN (SELECT corrects FROM corrections WHERE iri IN (FROM given)))
    SELECT question FROM wrong
    UNION SELECT question FROM claims WHERE iri IN (SELECT unnest(ended) FROM wrong)"""
# … where a set is new, of what is counted over it or over a part of it, or is about either; …
_NESTED = f"""{_GIVEN},
    inner_sets(iri) AS (
        SELECT iri FROM sets WHERE iri IN (FROM given)
        UNION SELECT s.iri FROM inner_sets i JOIN sets s ON s.within = i.iri)
    SELECT question FROM counts WHERE "over" IN (FROM inner_sets)
    UNION SELECT question FROM propositions WHERE list_has_any(about, (SELECT list(iri) FROM inner_sets))"""
# … and where a voice is new, perhaps as a part of a joint one, of what that voice ended or had ended.
_VOICED = f"""{_GIVEN},
    links AS (SELECT voice, unnest(revises) AS old FROM claims UNION ALL SELECT voice, unnest(withdraws) FROM claims)
    SELECT o.question FROM links l JOIN claims o ON o.iri = l.old
    WHERE l.voice IN (FROM given) OR o.voice IN (FROM given)"""
_BY_KIND = {"/correction/": _CORRECTED, "/set/": _NESTED, "/agent/": _VOICED}
# The events of what is new, of what it ends or corrects, of what rests on it or lies within it, …
_EVENTS = f"""{_GIVEN},
    wrong AS (SELECT corrects AS iri FROM corrections WHERE iri IN (FROM given)),
    mine AS (FROM given UNION FROM wrong),
    ended AS (SELECT unnest(revises || withdraws) AS iri FROM claims WHERE iri IN (FROM mine))
    SELECT event FROM concerns WHERE claim IN (FROM mine UNION FROM ended)"""
# … and of what is said by or rests on a party or document, what it owns or is a member of, publishes or is copied from.
_BEHIND = f"""{_GIVEN},
    parties(iri) AS (
        FROM given
        UNION SELECT a.iri FROM parties p JOIN agents a ON a.owner = p.iri OR list_contains(a.members, p.iri)),
    texts(iri) AS (
        FROM parties
        UNION SELECT iri FROM documents WHERE publisher IN (FROM parties)
        UNION SELECT d.iri FROM texts t JOIN documents d ON list_contains(d.copies, t.iri)),
    named AS (SELECT list(iri) AS names FROM texts),
    said AS (
        SELECT c.iri, c.revises || c.withdraws AS ended FROM claims c, named n
        WHERE c.voice IN (FROM texts) OR c.document IN (FROM texts) OR list_has_any(c.consulted, n.names))
    SELECT event FROM concerns WHERE claim IN (SELECT iri FROM said UNION SELECT unnest(ended) FROM said)"""
_WITHIN = f"""{_GIVEN},
    inner_sets(iri) AS (
        SELECT iri FROM sets WHERE iri IN (FROM given)
        UNION SELECT s.iri FROM inner_sets i JOIN sets s ON s.within = i.iri),
    about AS (
        SELECT iri FROM propositions WHERE list_has_any(about, (SELECT list(iri) FROM inner_sets))
           OR slots ->> '$.over' IN (FROM inner_sets) OR slots ->> '$.other' IN (FROM inner_sets)),
    edges AS (
        SELECT c.iri AS source, unnest(p.about) AS target FROM claims c JOIN propositions p ON p.iri = c.proposition
        UNION ALL SELECT iri, relays FROM claims WHERE relays IS NOT NULL),
    moved(iri) AS (
        SELECT iri FROM claims WHERE proposition IN (FROM about)
        UNION SELECT e.source FROM moved m JOIN edges e ON e.target = m.iri)
    SELECT event FROM concerns WHERE claim IN (FROM moved)"""
_EVENTS_BY_KIND = {"/set/": _WITHIN, "/agent/": _BEHIND, "/document/": _BEHIND}


def find_touched(view: View, subjects: Iterable[str]) -> set[str]:
    """The questions, events and claims that compare others whose lines may differ once these are new or changed.

    To be asked of the tables that hold the subjects.
    """
    given = sorted(set(subjects))
    rows = view.rows(_MINE, {"subjects": given})
    found = {str(question) for question, _, _ in rows if question is not None}
    queries = [sql for path, sql in _BY_KIND.items() if any(path in subject for subject in given)]
    queries += sorted({sql for path, sql in _EVENTS_BY_KIND.items() if any(path in subject for subject in given)})
    queries.append(_EVENTS)
    if any(is_identity for _, is_identity, _ in rows):
        queries.append(_TURNED)
    if view.rows(ANY_CITING):
        queries.append(_TOUCHED_PAIRS)
    touched = [row for sql in queries for row in view.rows(sql, {"subjects": given})]
    ended = sorted({claim for *_, claims in rows for claim in to_strings(claims)})
    touched += view.rows(_ENDED, {"subjects": ended}) if ended else []
    return found.union(str(row[0]) for row in touched if row[0] is not None)


def to_strings(values: object) -> tuple[str, ...]:
    """The texts of a list out of the tables, () for none."""
    return tuple(map(str, values)) if isinstance(values, list) else ()

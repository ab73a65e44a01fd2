"""What follows from the record by rule, as quads of one derived graph: rebuildable, marked, never in a claim's graph.

Adding claims re-derives the subjects they touch (`find_touched`) and no others. Current labels; `av:concerns` (about,
through sets); `av:party` (through joint voices); `av:knownThrough`; and plain PROV-O: a passage derives from what it
renders and from its capture, a relay from what it relays. A claim never derives from a passage, which may have been
written long after it was made. What took the place of what, and what was withdrawn, follows from analysis
(`kg.analysis.derived.derive`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from kg.rdf import ESCAPES, TO_ESCAPE, write_iri, write_literal
from kg.terms import PROV, RDF_TYPE, RDFS, Iri, av

LABELLED = ("agents", "events", "sets", "victims", "documents", "occasions")

# (subject, object) pairs by predicate; `touched` is the relation of subjects asked for.
_PAIRS: dict[str, str] = {
    av("concerns"): """
        SELECT k.claim, k.event FROM concerns k JOIN claims c ON c.iri = k.claim AND c.kind = 'claim'
        WHERE k.claim IN (FROM touched)""",
    av("party"): """
        WITH RECURSIVE member(voice, party) AS (
            SELECT DISTINCT voice, voice FROM claims WHERE iri IN (FROM touched)
            UNION SELECT m.voice, unnest(a.members) FROM member m JOIN agents a ON a.iri = m.party)
        SELECT c.iri, m.party FROM claims c JOIN member m USING (voice)
        WHERE c.kind = 'claim' AND c.iri IN (FROM touched)""",
    av("knownThrough"): """
        SELECT root, voice FROM claims WHERE kind = 'relay' AND root IN (FROM touched)""",
    PROV + "wasDerivedFrom": """
        SELECT iri, relays FROM claims WHERE relays IS NOT NULL AND iri IN (FROM touched)
        UNION SELECT passage, iri FROM (SELECT unnest(passages) AS passage, iri FROM claims)
              WHERE passage IN (FROM touched)
        UNION SELECT iri, capture FROM passages WHERE iri IN (FROM touched)""",
    PROV + "wasRevisionOf": "SELECT iri, unnest(revises) FROM claims WHERE iri IN (FROM touched)",
}


class View(Protocol):
    """Read access to the tables, as `kg.store.tables` gives it."""

    def rows(self, sql: str, params: Sequence[object] | None = None) -> list[tuple[object, ...]]:
        """The rows an SQL query yields."""


class StreamedView(Protocol):
    """The same, in stretches."""

    def stretches(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        """The rows an SQL query yields, some at a time."""


def derived_graph(base: str) -> Iri:
    """The one graph that holds what is derived."""
    return Iri(f"{base}graph/derived")


def find_touched(view: View, subjects: Iterable[str]) -> set[str]:
    """All subjects whose derived triples may differ once these subjects are new or changed."""
    touched = set(subjects)
    rows = view.rows(
        """
        WITH RECURSIVE given AS (SELECT unnest(?::VARCHAR[]) AS iri),
        mine AS (SELECT * FROM claims WHERE iri IN (FROM given)),
        -- What a set or a joint voice says reaches through all that lies within it or counts it as a member.
        voices(iri) AS (SELECT iri FROM agents WHERE iri IN (FROM given)
                        UNION SELECT a.iri FROM agents a JOIN voices v ON list_contains(a.members, v.iri)),
        inside(iri) AS (SELECT iri FROM sets WHERE iri IN (FROM given)
                        UNION SELECT s.iri FROM sets s JOIN inside i ON s.within = i.iri),
        edges(source, target) AS (
            SELECT c.iri, unnest(list_append(p.about, p.slots ->> '$.other'))
            FROM claims c JOIN propositions p ON c.proposition = p.iri WHERE EXISTS (FROM inside)
            UNION ALL SELECT iri, root FROM claims WHERE root <> iri AND EXISTS (FROM inside)),
        moved(iri) AS (FROM inside UNION SELECT e.source FROM moved m JOIN edges e ON e.target = m.iri)
        SELECT unnest(passages) FROM mine
        UNION SELECT root FROM mine WHERE root IS NOT NULL
        UNION SELECT unnest(revises) FROM mine
        UNION SELECT unnest(withdraws) FROM mine
        UNION SELECT c.iri FROM claims c JOIN mine m ON c.question = m.question AND c.voice = m.voice
        UNION SELECT iri FROM claims WHERE voice IN (FROM voices)
        UNION FROM moved
        """,
        [sorted(touched)],
    )
    touched.update(str(row[0]) for row in rows if row[0] is not None)
    return touched


def derive_lines(view: View, base: str, *, subjects: Iterable[str] | None = None) -> set[str]:
    """The derived N-Quads lines of the given subjects, or of everything."""
    graph = write_iri(derived_graph(base))
    if subjects is None:
        universe, params = _EVERYTHING, []
    else:
        universe, params = "SELECT unnest(?::VARCHAR[]) AS iri", [sorted(subjects)]
    lines: set[str] = set()
    for predicate, sql in _PAIRS.items():
        found = view.rows(f"WITH RECURSIVE touched AS MATERIALIZED ({universe}) {_inner(sql)}", params)
        lines.update(pair_line(s, predicate, o, graph) for s, o in found if s is not None and o is not None)
    lines.update(_type_lines(view, universe, params, graph))
    lines.update(_label_lines(view, universe, params, graph))
    return lines


def iter_all_lines(view: StreamedView, base: str) -> Iterator[list[str]]:
    """Yield all derived N-Quads lines, some at a time, in no order; a line may come twice."""
    for query in list_line_queries(base):
        for rows in view.stretches(query):
            yield [row[0] for row in rows]


def list_line_queries(base: str) -> list[str]:
    """The queries whose rows, of one column, are all derived N-Quads lines, in no order; a line may come twice."""
    end = f" || ' {write_iri(derived_graph(base))} .'"
    queries = [f"SELECT '<' || iri || '> <{RDF_TYPE}> {write_iri(PROV + 'Entity')}'{end} FROM claims"]
    for predicate, sql in _PAIRS.items():
        pairs = f"WITH RECURSIVE touched AS ({_SPEAKING}) {_inner(sql)}"
        line = f"'<' || s || '> {write_iri(predicate)} <' || o || '>'{end}"
        queries.append(f"SELECT {line} FROM ({pairs}) p(s, o) WHERE s IS NOT NULL AND o IS NOT NULL")
    line = f"'<' || iri || '> <{RDFS}label> ' || {literal_query('label', 'label_language')}{end}"
    queries += [f"SELECT {line} FROM {table} WHERE label <> ''" for table in LABELLED]
    return queries


def literal_query(text: str, language: str) -> str:
    """What `write_literal` gives, in SQL, for the columns of a text and its language."""
    escaped = text
    # The backslash first: the others bring one along.
    for code in sorted(ESCAPES, key=lambda code: code != ord("\\")):
        escaped = f"replace({escaped}, chr({code}), '{ESCAPES[code]}')"
    quoted = f"CASE WHEN regexp_matches({text}, '{TO_ESCAPE.pattern}') THEN {escaped} ELSE {text} END"
    return f"'\"' || {quoted} || '\"' || CASE WHEN {language} <> '' THEN '@' || lower({language}) ELSE '' END"


_SPEAKING = "SELECT iri FROM claims UNION ALL SELECT iri FROM passages"
_EVERYTHING = "SELECT iri FROM claims UNION SELECT iri FROM passages" + "".join(
    f" UNION SELECT iri FROM {table}" for table in LABELLED
)


def _inner(sql: str) -> str:
    """The query with its own common table expressions joined to the outer ones."""
    text = sql.strip()
    if not text.startswith("WITH RECURSIVE"):
        return text
    return f", {text.removeprefix('WITH RECURSIVE')}"


def _type_lines(view: View, universe: str, params: Sequence[object], graph: str) -> set[str]:
    rows = view.rows(f"WITH touched AS ({universe}) SELECT iri FROM claims WHERE iri IN (FROM touched)", params)
    return {entity_line(row[0], graph) for row in rows}


def _label_lines(view: View, universe: str, params: Sequence[object], graph: str) -> set[str]:
    lines: set[str] = set()
    for table in LABELLED:
        sql = f"WITH touched AS ({universe}) SELECT iri, label, label_language FROM {table} WHERE iri IN (FROM touched)"
        for iri, label, language in view.rows(sql, params):
            if label:
                lines.add(label_line(iri, label, language, graph))
    return lines


def pair_line(subject: object, predicate: str, value: object, graph: str) -> str:
    """The line that says that two things stand in a relation."""
    return f"<{subject}> <{predicate}> <{value}> {graph} ."


def entity_line(iri: object, graph: str) -> str:
    """The line by which PROV-O knows a saying."""
    return f"<{iri}> <{RDF_TYPE}> <{PROV}Entity> {graph} ."


def label_line(iri: object, label: object, language: object, graph: str) -> str:
    """The line of a label."""
    return f"<{iri}> <{RDFS}label> {write_literal(str(label), language=str(language or ''))} {graph} ."

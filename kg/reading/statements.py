"""The recorded N-Quads lines of one thing, and where it stands in the log, as graph and tables tell it."""

from collections.abc import Iterable
from typing import Protocol

from kg.rdf import write_iri
from kg.reading.claims import ClaimReader
from kg.store.base import Answer, Rows
from kg.store.results import write_term

_ENTRY = """
    SELECT min(entry) FROM (SELECT iri, entry FROM claims UNION ALL SELECT iri, entry FROM propositions)
    WHERE iri = ?"""


class Asked(Protocol):
    """What answers SPARQL."""

    def query(self, sparql: str) -> Answer:
        """The answer to a query."""
        ...


def read_statements(graph: Asked, iri: str, *, aside: Iterable[str]) -> list[str]:
    """The lines of the graph a thing names, else of every graph it is the subject of, but those that are `aside`."""
    name = write_iri(iri)
    own = _select(graph, f"SELECT ?s ?p ?o ({name} AS ?g) {{ GRAPH {name} {{ ?s ?p ?o }} }}")
    recorded = f"FILTER(?g NOT IN ({', '.join(map(write_iri, aside))}))"
    return own or _select(graph, f"SELECT ({name} AS ?s) ?p ?o ?g {{ GRAPH ?g {{ {name} ?p ?o }} {recorded} }}")


def find_entry(reader: ClaimReader, iri: str) -> int | None:
    """The number of the log entry that recorded a claim, relay or proposition first, None where none did."""
    if recordings := reader.get_recordings(iri):
        return recordings[0].entry
    found = reader.view.rows(_ENTRY, [iri])[0][0]
    return None if found is None else int(str(found))


def _select(graph: Asked, sparql: str) -> list[str]:
    answer = graph.query(sparql)
    rows = answer.rows if isinstance(answer, Rows) else ()
    return sorted(f"{' '.join(write_term(term) for term in row if term)} ." for row in rows)

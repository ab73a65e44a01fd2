"""The straightforward way from a table to a verified record: rdflib, pySHACL, SPARQL and networkx, told part by part.

What imports are held against in `bench_import.py`: the same graph, what follows from it, the same tables, as one would
write it who knows these libraries. Nothing is parsed twice, and what is asked of an event starts at that event.
`find_in_record` tells of a record what the straightforward way has found of the same table, so that the two can be held
against each other.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pyshacl
from rdflib import RDF, RDFS, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.compare import to_isomorphic

from kg.analysis.claims_sql import Query
from kg.analysis.compare.groups import summarise
from kg.analysis.compare.pairs import count_pairs
from kg.analysis.history.changes import changes
from kg.analysis.origins.network import FIRST_HAND
from kg.check import Shapes, load_shapes
from kg.check.referee import as_written
from kg.intake.tables import find_sources, load_mapping, make_batch, read_table
from kg.planning import list_units
from kg.projections import graph_folder, tables_folder
from kg.store.base import MARKER_GRAPH, VOCABULARY_GRAPH
from kg.store.embedded import open_reader
from kg.store.tables import Tables
from tests.bench import plain_queries as ask
from tests.referee import load_across

AV = Namespace("https://w3id.org/averment/ns#")
PROV = Namespace("http://www.w3.org/ns/prov#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
SH = Namespace("http://www.w3.org/ns/shacl#")
PREFIXES = {"av": AV, "prov": PROV, "dct": DCTERMS, "rdf": RDF, "rdfs": RDFS}
DERIVED, ANALYSIS = "graph/derived", "graph/analysis"
# The graphs in which the two ways differ, by how a line ends: summaries have names of their own.
_BESIDE = (f"{ANALYSIS}> .", f"<{VOCABULARY_GRAPH}> .", f"<{MARKER_GRAPH}> .")

READ, PARSED, HASHED = "rows read, quads made", "parsed by rdflib", "each graph hashed"
ALONE, ACROSS, VERIFIED = "each claim checked by pySHACL", "rules across claims, by pySHACL", "verified"
CHECKS = (READ, PARSED, HASHED, ALONE, ACROSS)
"""The parts up to checked graphs, of which nothing has been recorded yet."""


@dataclass(slots=True)
class Found:
    """What follows from the claims: pairs that contradict, positions left, and by event how many reports there are, the
    bounds of their origins, through whom all pass, and which claims are held by how many voices; rows of each table."""

    contradicting: int = 0
    groups: int = 0
    changes: int = 0
    origins: dict[str, tuple[int, int, int, tuple[str, ...]]] = field(default_factory=dict)
    positions: dict[str, tuple[int, int, tuple[str, ...]]] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Plain:
    """A record made the straightforward way, in a folder; `union` is all of it as one graph, which is what is asked."""

    base: str
    folder: Path
    quads: Dataset = field(default_factory=Dataset)
    union: Graph = field(default_factory=Graph)
    hashes: dict[str, int] = field(default_factory=dict)
    severities: Counter[str] = field(default_factory=Counter)
    sayings: dict[Any, list[Any]] = field(default_factory=dict)
    found: Found = field(default_factory=Found)

    def parse(self, data: str) -> None:
        """Take N-Quads in."""
        self.quads.parse(data=data, format="nquads")
        for s, p, o, _ in self.quads.quads():
            self.union.add((s, p, o))

    def hash(self) -> None:
        """Give each graph a hash that does not depend on the names of blank nodes."""
        self.hashes = hash_graphs(self.quads)

    def check(self, shapes: Shapes) -> None:
        """Check all of it with pySHACL."""
        graph = Graph().parse(data=shapes.ntriples, format="nt")
        for prefix, namespace in shapes.triples.prefixes.items():
            for each in (graph, self.union):
                each.bind(prefix, namespace, override=True, replace=True)
        # pySHACL leaves rdflib's settings otherwise than it found them.
        with as_written():
            _, report, _ = pyshacl.validate(self.union, shacl_graph=graph)
        assert isinstance(report, Graph)
        self.severities.update(str(severity) for severity in report.objects(None, SH.resultSeverity))

    def derive(self) -> None:
        """Add what follows by rule."""
        for query in ask.DERIVED:
            self._add(list(self.union.query(query, initNs=PREFIXES)), DERIVED)

    def gather(self) -> None:
        """Read what is said of each event."""
        for row in self.union.query(ask.SAYINGS, initNs=PREFIXES):
            self.sayings.setdefault(row.event, []).append(row)

    def compare(self) -> None:
        """Find the claims of different voices that answer one question, and the pairs that contradict each other."""
        for rows in self.sayings.values():
            questions: dict[Any, list[Any]] = {}
            for row in rows:
                if row.stance == AV.asserts:
                    questions.setdefault(row.question, []).append(row)
            for answers in questions.values():
                self.found.groups += len({row.voice for row in answers}) > 1
                pairs = ((a, b) for a, b in combinations(answers, 2) if a.voice != b.voice)
                self.found.contradicting += sum(_contradicts(a, b) for a, b in pairs)

    def hold(self) -> None:
        """Add what voices hold of each event, and what took the place of what."""
        ended = {row.old for row in self.union.query(ask.ENDED, initNs=PREFIXES)}
        for event, rows in self.sayings.items():
            claims = [row for row in rows if row.stance is not None]
            after = [(a, b) for a, b in permutations(claims, 2) if _follows(a, b)]
            over = ended | {before.said for before, _ in after}
            held = [row for row in claims if row.stance != AV.asks and row.said not in over]
            voices = len({row.voice for row in held})
            self.found.positions[str(event)] = len(claims), voices, tuple(sorted(str(row.said) for row in held))
            self.found.changes += len(after)
            facts = [(AV.holds, row.said) for row in held]
            facts += [(AV.claimCount, Literal(len(claims))), (AV.voiceCount, Literal(voices))]
            facts += [(AV.currentCount, Literal(len(held)))]
            self._summarise("PositionSummary", event, facts, [row.said for row in claims])
            self._add([(before.said, AV.supersededBy, later.said) for before, later in after], DERIVED)

    def trace(self) -> None:
        """Add on how many origins each event rests, and through whom all reports of it pass."""
        first_hand = {said for said, grounds in self.union[: AV.groundedBy] if str(grounds) in FIRST_HAND}
        consulted = set(self.union[: AV.consulted])
        for event, rows in self.sayings.items():
            reports, least, most, through = trace_origins(rows, first_hand, consulted)
            self.found.origins[str(event)] = reports, least, most, tuple(sorted(through))
            words = f"{reports} reports, {least} to {most} independent origins"
            facts = [(AV.passesThrough, URIRef(party)) for party in through]
            facts += [(AV.reportCount, Literal(reports)), (DCTERMS.description, Literal(words, lang="en"))]
            facts += [(AV.originsAtLeast, Literal(least)), (AV.originsAtMost, Literal(most))]
            self._summarise("OriginSummary", event, facts, [row.said for row in rows if row.stance is not None])

    def tabulate(self) -> None:
        """Write the tables as CSV."""
        for name, query in ask.TABLES.items():
            result = self.union.query(query, initNs=PREFIXES)
            with (self.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(result.vars or ())
                for row in result:
                    writer.writerow(row)
                    self.found.rows[name] += 1

    def write(self) -> None:
        """Write all of it as N-Quads, and load that into a store on disk."""
        path = self.folder / "all.nq"
        self.quads.serialize(path, format="nquads", encoding="utf-8")
        store = ox.Store(str(self.folder / "store"))
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        store.optimize()

    def verify(self) -> None:
        """Read what was written, and hold each graph against its hash. Raises ValueError where one differs."""
        again = Dataset()
        again.parse(self.folder / "all.nq", format="nquads")
        found = hash_graphs(again)
        if any(found.get(name) != digest for name, digest in self.hashes.items()):
            raise ValueError("a graph that was written is not the one that was hashed")

    def _add(self, triples: Iterable[tuple[Any, Any, Any]], graph: str) -> None:
        into = self.quads.graph(URIRef(f"{self.base}{graph}"))
        for triple in triples:
            into.add(triple)
            self.union.add(triple)

    def _summarise(self, kind: str, event: URIRef, facts: Iterable[tuple[Any, Any]], used: Iterable[Any]) -> None:
        name = URIRef(f"{self.base}analysis/{hashlib.sha256(f'{kind} {event}'.encode()).hexdigest()[:32]}")
        every = [(RDF.type, AV[kind]), (RDF.type, AV.Derived), (RDF.type, PROV.Entity), (AV.concerns, event), *facts]
        every += [(PROV.wasDerivedFrom, each) for each in used]
        self._add([(name, prop, value) for prop, value in every], ANALYSIS)


def record_plainly(
    table: Path,
    folder: Path,
    *,
    base: str,
    when: str,
    software: str,
    told: Callable[[str, Callable[[], object]], object],
) -> Plain:
    """Make a record of a table in a folder; `told` does each part, and is told its name."""
    folder.mkdir()
    plain = Plain(base, folder)
    lines: list[str] = []
    with as_written():
        told(READ, lambda: lines.extend(_read(table, base=base, when=when, software=software)))
        told(PARSED, lambda: plain.parse("\n".join(lines)))
        told(HASHED, plain.hash)
        told(ALONE, lambda: plain.check(load_shapes()))
        told(ACROSS, lambda: plain.check(load_across()))
        told("what follows by rule", plain.derive)
        told("what is said of each event, read", plain.gather)
        told("pairs compared", plain.compare)
        told("positions and changes", plain.hold)
        told("origins", plain.trace)
        told("tables", plain.tabulate)
        told("written, loaded into a store", plain.write)
        told(VERIFIED, plain.verify)
    return plain


def find_in_record(root: Path) -> tuple[Found, set[str]]:
    """What a record holds of the same, and its quads but for the summaries, the vocabulary and the marker."""
    with Tables.open(tables_folder(root)).connect() as view:
        found = Found(
            contradicting=count_pairs(view, Query()),
            groups=sum(1 for _ in summarise(view, Query(), least=2)),
            changes=len(changes(view)),
        )
        for name in view.manifest.tables:
            ((found.rows[name],),) = view.rows(f"SELECT count(*) FROM {name}")
    with open_reader(graph_folder(root)) as reader:
        facts: dict[tuple[str, str], dict[str, list[str]]] = {}
        for event, kind, name, value in reader.query(ask.SUMMARIES).rows:
            facts.setdefault((kind.value, event.value), {}).setdefault(name.value, []).append(value.value)
        lines = {line for line in reader.iter_lines() if not line.endswith(_BESIDE)}
    for (kind, event), told in facts.items():
        if kind == str(AV.OriginSummary):
            numbers = (int(told[str(AV[name])][0]) for name in ("reportCount", "originsAtLeast", "originsAtMost"))
            found.origins[event] = *numbers, tuple(sorted(told.get(str(AV.passesThrough), [])))
        else:
            numbers = (int(told[str(AV[name])][0]) for name in ("claimCount", "voiceCount"))
            found.positions[event] = *numbers, tuple(sorted(told.get(str(AV.holds), [])))
    return found, lines


def hold_against(plain: Plain, root: Path) -> None:
    """Hold what was made the straightforward way against a record. Raises ValueError where they are not the same."""
    found, lines = find_in_record(root)
    mine = plain.found
    # Of what has one report the record tells nothing; what has several values is in the row of a record.
    mine.origins = {event: told for event, told in mine.origins.items() if told[0] > 1}
    mine.rows = Counter({name: rows for name, rows in mine.rows.items() if name in found.rows})
    store = ox.Store.read_only(str(plain.folder / "store"))
    made = {line for quad in store if not (line := f"{quad} .").endswith(_BESIDE)}
    for name in Found.__dataclass_fields__:
        if getattr(mine, name) != getattr(found, name):
            raise ValueError(
                f"{name}: {getattr(mine, name)} the straightforward way, {getattr(found, name)} in the record"
            )
    if made != lines:
        raise ValueError(f"{len(made - lines)} quads are not in the record, {len(lines - made)} only there")


def hash_graphs(quads: Dataset) -> dict[str, int]:
    """The hash of each named graph."""
    return {str(graph.identifier): to_isomorphic(graph).internal_hash() for graph in quads.graphs() if len(graph)}


def trace_origins(rows: Iterable[Any], first_hand: set[Any], consulted: set[Any]) -> tuple[int, int, int, set[str]]:
    """How many reports reach the reader, both bounds on their origins, and the parties whom every chain passes."""
    voice = {row.said: row.voice for row in rows}
    relays = {row.said: row.relays for row in rows if row.relays is not None}
    relayed = set(relays.values())
    reports = [said for said in voice if said not in relayed]
    network = nx.DiGraph()
    network.add_nodes_from(["reader", "origin", "undeclared"])
    network.add_edges_from((("reader", said) for said in reports), capacity=1)
    for said, party in voice.items():
        network.add_edge((party, "in"), (party, "out"), capacity=1)
        network.add_edge(said, (party, "in"), capacity=1)
    for said, party in voice.items():
        targets = [relays[said]] if said in relays else []
        targets += [other for other in voice if (said, voice[other]) in consulted]
        if said not in relays:
            targets.append("origin" if said in first_hand else "undeclared")
        network.add_edges_from((((party, "out"), target) for target in targets), capacity=1)
    least = nx.maximum_flow_value(network, "reader", "origin")
    network.add_edge("undeclared", "origin")
    most = nx.maximum_flow_value(network, "reader", "origin")
    through = {str(party) for party in set(voice.values()) if not _reaches(network, without=party)}
    return len(reports), int(least), int(most), through


def _reaches(network: "nx.DiGraph[Any]", *, without: object) -> bool:
    rest = nx.restricted_view(network, [(without, "in"), (without, "out")], [])
    return bool(nx.has_path(rest, "reader", "origin"))


def _contradicts(one: Any, other: Any) -> bool:
    """Whether no number satisfies both, or else whether the contents differ at all."""
    if one.low is None and other.low is None:
        return bool(one.proposition != other.proposition)
    return _is_above(one, other) or _is_above(other, one)


def _is_above(one: Any, other: Any) -> bool:
    return other.high is not None and int(one.low or 0) > int(other.high)


def _follows(before: Any, after: Any) -> bool:
    """Whether a claim surely took the place of another of its voice."""
    same = before.voice == after.voice and before.question == after.question
    return bool(same and before.latest is not None and after.earliest is not None and after.earliest > before.latest)


def _read(table: Path, *, base: str, when: str, software: str) -> Iterator[str]:
    mapping = load_mapping(table.parent / "mapping.yaml", base=base)
    source = find_sources(mapping.tables[0], table.parent, {"incidents": table})
    reading = read_table(mapping, mapping.tables[0], source, folder=table.parent)
    for unit in list_units(base, make_batch(mapping, reading, recorded=when, software=software)):
        yield from unit.lines

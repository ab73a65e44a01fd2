"""The log on another SPARQL 1.1 server: what is new goes there, entry by entry, and the marker moves when it is whole.

Every step can be repeated: lines are ground, what is derived is compared with what stands there, and the server itself
says how far it came. Only public units go; nothing that is withheld leaves the house.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from kg.analysis.derived.derive import MADE_BY, analysis_graph
from kg.derive import derived_graph
from kg.errors import Unusable
from kg.log import Access, LoggedUnit, Record
from kg.projections import Projections, derive_lines, find_touched
from kg.rdf import write_iri
from kg.store.base import MARKER_GRAPH, VOCABULARY_GRAPH, Progress, Rows
from kg.store.ledger import Posted, State, own_things, read_entries, read_state
from kg.store.remote import RemoteReader, RemoteStore
from kg.store.results import write_term
from kg.store.tables import TablesView
from kg.terms import PROV, Iri, av
from kg.units import digest_lines
from kg.vocabulary import vocabulary_lines

_MANY = 5_000  # new subjects from which everything derived is compared, not what they touch
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Projected:
    """What was done: the entry the server stands at now and the one before, units sent and left out, lines removed."""

    before: int
    entry: int
    units: int
    removed: int
    withheld: int = 0
    is_union: bool = True


def project(
    root: Path, store: RemoteStore, *, replace_all: bool = False, progress: Progress | None = None
) -> Projected:
    """Bring a server up to the log's last entry; what it has already is not sent again.

    `replace_all` first clears whatever stands there. Raises Unusable, also where another record or other data does.
    """
    record = Record.open(root)
    projections = Projections(root, record)
    projections.catch_up()
    if replace_all:
        store.clear()
    work = _Work(record, projections, store, progress)
    done = work.run()
    withheld = sum(1 for _ in record.log.iter_sealed())
    return replace(done, withheld=withheld, is_union=store.is_union())


def find_differences(root: Path, store: RemoteReader) -> list[str]:
    """What a server shows otherwise than the log says it must, in words; the whole of both is read. Raises Unusable."""
    record = Record.open(root)
    projections = Projections(root, record)
    projections.catch_up()
    state, number = read_state(store), record.log.number
    if state is None or state.record != record.about.hash:
        return [f"{store.where}: this record does not stand there. Remedy: `averment project --to` shows it."]
    if state.entry != number:
        return [f"{store.where}: it stands at entry {state.entry}, the log at {number}. Remedy: `averment project`."]
    units = (found.unit for found in record.log.iter_units() if found.access is Access.PUBLIC)
    wanted = {line for unit in units for line in unit.lines}
    wanted |= projections.expected_derived() | set(vocabulary_lines())
    held = set(store.iter_lines(f"FILTER(?g != {write_iri(MARKER_GRAPH)})"))
    return [
        *tell_differences(store.where, "in the log but not on the server", wanted - held),
        *tell_differences(store.where, "on the server but not in the log", held - wanted),
    ]


def tell_differences(where: str, what: str, lines: Iterable[str]) -> list[str]:
    """The first lines of a difference, and how many more there are."""
    listed = sorted(lines)
    told = [f"{where}: {what}: {line}" for line in listed[:20]]
    return [*told, f"{where}: … and {len(listed) - 20:,} more {what}"] if len(listed) > 20 else told


class _Work:
    """One bringing up of one server."""

    def __init__(self, record: Record, projections: Projections, store: RemoteStore, progress: Progress | None) -> None:
        self._record, self._projections, self._store = record, projections, store
        self._progress = progress
        self._base = record.base
        self._units = 0

    def run(self) -> Projected:
        """Send what is missing, and say what was done."""
        vocabulary = vocabulary_lines()
        built = digest_lines([*vocabulary, MADE_BY])
        before = self._read_state()
        head = self._record.log.number
        if (before.entry, before.built, before.loaded) == (head, built, ""):
            return Projected(head, head, 0, 0)
        state = before
        if before.built != built:
            # Without `built` until all is done: an interrupted change of vocabulary is begun anew.
            state = replace(before, built="")
            self._store.send((), (), marker=state.to_lines())
            self._store.replace_graph(VOCABULARY_GRAPH, vocabulary)
        removed = self._remove_withdrawn(before.entry)
        whole = not state.built or bool(removed) or not before.entry
        subjects, waiting = self._send_units(replace(state, loaded="") if removed else state, keep_subjects=not whole)
        added, gone = self._compare_derived(None if whole or len(subjects) > _MANY else subjects)
        final = State(entry=head, record=self._record.about.hash, base=self._base, built=built)
        ledger = [line for posted in self._list_entries(before.entry) for line in posted.to_lines()]
        self._store.send([*waiting, *added, *ledger], gone, marker=final.to_lines())
        return Projected(before.entry, head, self._units, len(removed) + len(gone))

    def _read_state(self) -> State:
        """Where the server stands. Raises Unusable where it does not show this very record."""
        state = read_state(self._store)
        where, log = self._store.where, self._record.log
        if state is None:
            if held := self._store.count():
                raise Unusable(
                    f"{where}: {held:,} quads stand there already, and not from a record. Remedy: name a repository "
                    "of its own for this record, or clear it with --replace."
                )
            return State(record=self._record.about.hash, base=self._base)
        if state.record != self._record.about.hash:
            raise Unusable(
                f"{where}: another record stands there ({state.base or 'unnamed'}). Remedy: name another repository, "
                "or clear it with --replace."
            )
        if state.entry > log.number:
            raise Unusable(
                f"{where}: it stands at entry {state.entry}, the log at {log.number}. Remedy: if the log was put back "
                "from a backup, --replace makes the server agree with it."
            )
        shown = {each.number: each.hash for each in read_entries(self._store)}
        if state.entry and shown.get(state.entry) != log.entries()[state.entry - 1].hash:
            raise Unusable(
                f"{where}: another history of this record stands there, which parts from this log at entry "
                f"{state.entry} or before. Remedy: find out which is the right one; --replace shows this one."
            )
        return state

    def _send_units(self, state: State, *, keep_subjects: bool) -> tuple[set[Iri], list[str]]:
        """Send the units after the last one taken, but for the last lines, which wait for what they change.

        Returned with all new subjects, those sent before included.
        """
        subjects: set[Iri] = set()
        lines: list[str] = []
        held, last = 0, ""
        for found in self._iter_units(state.entry):
            if keep_subjects and len(subjects) <= _MANY:
                subjects.add(found.unit.subject)
            place = f"{found.tree} {found.leaf:09}"
            if place <= state.loaded:
                continue
            size = sum(len(line.encode()) + 1 for line in found.unit.lines)
            if lines and held + size > self._store.batch:
                self._store.send(lines, (), marker=replace(state, loaded=last).to_lines())
                lines, held = [], 0
            lines += found.unit.lines
            held, last = held + size, place
            self._units += 1
            if self._progress is not None and self._units % 1000 == 0:
                self._progress(self._units)
        return subjects, lines

    def _iter_units(self, after: int) -> Iterator[LoggedUnit]:
        return (found for found in self._record.log.iter_units(after) if found.access is Access.PUBLIC)

    def _list_entries(self, after: int) -> Iterator[Posted]:
        brought: dict[int, list[Iri]] = {}
        for found in self._iter_units(after):
            own = own_things([(found.unit.subject, found.unit.graph)], self._base)
            if own:
                brought.setdefault(found.entry, []).extend(own)
        for entry in self._record.log.entries()[after:]:
            ingestion = (entry.ingestion,) if entry.ingestion else ()
            yield Posted(entry.number, entry.hash, (*ingestion, *sorted(brought.get(entry.number, ()))))

    def _remove_withdrawn(self, after: int) -> list[str]:
        """Remove what was withdrawn since an entry; the log knows it only by keyed names, so all names are tried."""
        names = {each.name for entry in self._record.log.entries()[after:] for each in entry.withdrawn}
        if not names:
            return []
        keyed = self._record.log.keyed
        found = [iri for iri in self._store.fetch_subjects(self._base) if keyed(iri) in names]
        for start in range(0, len(found), _CHUNK):
            steps = [
                f"DELETE WHERE {{ GRAPH ?g {{ {write_iri(iri)} ?p ?o }} }}" for iri in found[start : start + _CHUNK]
            ]
            self._store.update(" ;\n".join(steps))
        return found

    def _compare_derived(self, subjects: set[Iri] | None) -> tuple[list[str], list[str]]:
        """The derived lines to add and to remove: of what some new subjects touch, or of everything."""
        with self._projections.tables.connect() as view:
            if subjects is None:
                wanted = derive_lines(view, self._base)
                held = set(self._store.iter_lines(f"FILTER(?g IN ({', '.join(map(write_iri, self._derived()))}))"))
            else:
                touched = find_touched(view, set(subjects))
                wanted = derive_lines(view, self._base, subjects=touched)
                held = self._held_of(view, touched)
        return sorted(wanted - held), sorted(held - wanted)

    def _derived(self) -> tuple[Iri, Iri]:
        return derived_graph(self._base), analysis_graph(self._base)

    def _held_of(self, view: TablesView, touched: set[str]) -> set[str]:
        """The derived lines that stand there of what was touched."""
        by_rule, by_analysis = self._derived()
        names = sorted(touched)
        rows = view.rows(
            "SELECT iri FROM claims WHERE proposition_kind = 'Identity' AND question IN (SELECT unnest(?::VARCHAR[]))",
            [names],
        )
        identities = [str(row[0]) for row in rows]
        summary = f"a {write_iri(av('ComparisonSummary'))} ; {write_iri(av('answerKind'))} {write_iri(av('Identity'))}"
        kinds = ("OriginSummary", "CircularReport", "PositionSummary", "PositionChange")
        of_events = ", ".join(write_iri(av(kind)) for kind in kinds)
        nodes = {
            node
            for pattern, of in (
                (f"?s {write_iri(av('question'))} ?x", names),
                (f"?s {write_iri(av('citedBy'))} ?x", names),
                (f"?s {write_iri(av('concerns'))} ?x ; a ?kind FILTER(?kind IN ({of_events}))", names),
                (f"?s {write_iri(PROV + 'wasDerivedFrom')} ?x ; {summary}", identities),
            )
            for (node,) in self._ask(f"SELECT DISTINCT ?s {{ GRAPH {write_iri(by_analysis)} {{ {pattern} }} %s }}", of)
        }
        return self._lines_of(by_rule, names) | self._lines_of(by_analysis, sorted(nodes))

    def _lines_of(self, graph: Iri, subjects: list[str]) -> set[str]:
        found = self._ask(f"SELECT ?x ?p ?o {{ GRAPH {write_iri(graph)} {{ ?x ?p ?o }} %s }}", subjects, written=True)
        return {f"{s} {p} {o} {write_iri(graph)} ." for s, p, o in found}

    def _ask(self, pattern: str, values: Iterable[str], *, written: bool = False) -> Iterator[tuple[str, ...]]:
        """Ask once for each few values of ?x, which stand in the place of %s."""
        source = iter(values)
        while chunk := list(islice(source, _CHUNK)):
            listed = " ".join(map(write_iri, chunk))
            answer = self._store.query(pattern.replace("%s", f"VALUES ?x {{ {listed} }}"))
            assert isinstance(answer, Rows)
            for row in answer.rows:
                yield tuple(write_term(term) if written else term.value for term in row if term)

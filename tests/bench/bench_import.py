"""A made-up table imported, beside bulk_load and rdflib + pySHACL: python tests/bench/bench_import.py [ROWS [PLAIN]].

1,000 rows hold about 6,000 claims and relays. Baselines, in the same run: `bulk_load` of the same quads, without
compaction and with; the store's own dump; and the straightforward way with PLAIN rows, 400 unless said, though each of
many takes longer than each of few: the readers of case files make them into N-Quads, rdflib holds them and gives each
graph its hash, pySHACL checks them, rules across claims included, and rdflib writes them down. Nothing follows from
them there, and there are no tables. A part of it, reading and checking each claim alone, is told by itself. Rates are
by the clock and by processor time, which a busy machine disturbs less.
"""

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib.compare import to_isomorphic

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.bulk.importing import Plan, import_table
from kg.bulk.past import PastRows
from kg.bulk.taking_in import Progress
from kg.check import load_shapes, validate
from kg.check.engine import Engine
from kg.intake.tables import find_sources, load_mapping, make_batch, read_table
from kg.keeping import export_record
from kg.log import Record
from kg.log.streams import iter_segment, list_segments
from kg.planning import list_units
from kg.projections import Projections, graph_folder
from kg.store.embedded import open_reader
from tests.generator import tables as made
from tests.referee import load_across

OUT = Path("build/bench/import.json")
BASE, WHEN = "https://averment.example/id/", "2031-01-01T00:00:00Z"


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time in all processes that ended."""
    start, used = time.perf_counter(), cpu()
    work()
    return round(time.perf_counter() - start, 2), round(cpu() - used, 2)


def cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def run_import(folder: Path, table: Path, record: Record, *, progress: Progress | None = None) -> None:
    """Import a version of the table."""
    mapping = load_mapping(table.parent / "mapping.yaml", base=BASE)
    plan = Plan(
        root=folder, mapping=mapping, table=mapping.tables[0], folder=table.parent,
        source=find_sources(mapping.tables[0], table.parent, {"incidents": table}), recorded=WHEN, software="bench",
    )  # fmt: skip
    import_table(replace(plan, past=PastRows(record, mapping, plan.table)), record, progress=progress)


def dump_quads(folder: Path) -> bytes:
    """Everything in the graph of a record."""
    store = ox.Store.read_only(str(open_reader(graph_folder(folder)).path))
    output = io.BytesIO()
    store.dump(output, format=ox.RdfFormat.N_QUADS)
    return output.getvalue()


def load(path: Path, data: bytes, *, compact: bool = False) -> None:
    store = ox.Store(str(path))
    store.bulk_load(data, format=ox.RdfFormat.N_QUADS)
    if compact:
        store.optimize()


def import_plainly(table: Path, *, whole: bool) -> None:
    """Read a table into rdflib and check it with pySHACL; `whole`: with rules across claims, hashes, a file of it."""
    mapping = load_mapping(table.parent / "mapping.yaml", base=BASE)
    source = find_sources(mapping.tables[0], table.parent, {"incidents": table})
    reading = read_table(mapping, mapping.tables[0], source, folder=table.parent)
    units = list_units(BASE, make_batch(mapping, reading, recorded=WHEN, software="bench"))
    data = "\n".join(line for unit in units for line in unit.lines)
    validate(data, load_shapes(), engine="referee")
    if whole:
        validate(data, load_across(), engine="referee")
        keep_plainly(data, table.with_name("plain.nq"))


def keep_plainly(data: str, path: Path) -> None:
    """Give each graph a hash that does not depend on the names of blank nodes, and write all of it down."""
    quads = rdflib.Dataset()
    quads.parse(data=data, format="nquads")
    hashes = [to_isomorphic(graph).internal_hash() for graph in quads.graphs()]
    path.write_bytes(quads.serialize(format="nquads", encoding="utf-8"))
    path.with_suffix(".txt").write_text("\n".join(map(str, hashes)), encoding="ascii")


def check(folder: Path, engine: Engine) -> None:
    """Check what a record's log holds: with pySHACL, once rdflib has parsed it, or with the fast engine."""
    data = b"".join(chunk for path in list_segments(Record.open(folder).log) for chunk in iter_segment(path))
    validate(data, load_shapes(), engine=engine)


def rates(done: tuple[float, float], baseline: tuple[float, float], *, share: float = 1) -> tuple[float, float]:
    """How many times the rate of a baseline something has, by the clock and by processor time."""
    by_clock, by_processor = (round(share * base / own, 2) for base, own in zip(baseline, done, strict=True))
    return by_clock, by_processor


def measure(rows: int, plain_rows: int, folder: Path) -> dict[str, object]:
    found: dict[str, object] = {"rows": rows, "sayings": made.hold(made.iter_rows(rows)).sayings}
    made.write_table(folder / "in", made.iter_rows(rows))
    made.write_table(folder / "in", made.iter_rows(rows, changed=0.01), name="changed.csv")
    record = Record.create(folder / "data", base=BASE, created=WHEN)
    Projections(folder / "data", record).catch_up()
    first = folder / "in" / "incidents.csv"
    found["import"] = whole = timed(lambda: run_import(folder / "data", first, record))
    # Now, since a process that is started later counts what this one held by then as its own.
    peaks = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    found["peak MB of the import, in this process and the largest other"] = peaks
    found["the same again"] = timed(lambda: run_import(folder / "data", first, record))
    quads = dump_quads(folder / "data")
    found["quads"] = quads.count(b"\n")
    found["bulk_load alone"] = bare = timed(lambda: load(folder / "bare", quads))
    found["bulk_load and compaction"] = packed = timed(lambda: load(folder / "packed", quads, compact=True))
    found["import, its compaction included / bulk_load alone, rates"] = rates(whole, bare)
    found["rebuild of the graph from the log"] = anew = timed(Projections(folder / "data", record).rebuild_graph)
    found["rebuild / bulk_load and compaction, rates"] = rates(anew, packed)
    found["dump by the store"] = dumped = timed(lambda: dump_quads(folder / "data"))
    with (folder / "all.nq").open("wb") as output:
        found["export as N-Quads"] = out = timed(lambda: export_record(folder / "data", "nquads", output))
    share = (folder / "all.nq").read_bytes().count(b"\n") / quads.count(b"\n")
    found["export / dump, rates by the quad"] = rates(out, dumped, share=share)
    found["a version with 1 % of rows changed"] = timed(
        lambda: run_import(folder / "data", folder / "in" / "changed.csv", record)
    )
    small = folder / "small"
    made.write_table(small / "in", made.iter_rows(plain_rows))
    run_import(small / "data", small / "in" / "incidents.csv", Record.create(small / "data", base=BASE, created=WHEN))
    found[f"rdflib + pySHACL, {plain_rows} rows"] = plain = timed(
        lambda: import_plainly(small / "in" / "incidents.csv", whole=True)
    )
    found["the same, each claim alone checked, nothing kept"] = part = timed(
        lambda: import_plainly(small / "in" / "incidents.csv", whole=False)
    )
    for name, done in (("import", whole), ("bulk_load alone", bare)):
        found[f"{name} / rdflib + pySHACL, rates"] = rates(done, plain, share=rows / plain_rows)
        found[f"{name} / the part of it, rates"] = rates(done, part, share=rows / plain_rows)
    slow = timed(lambda: check(small / "data", "referee"))
    quick = timed(lambda: check(small / "data", "fast"))
    found["the check alone / rdflib + pySHACL, rates"] = rates(quick, slow)
    return found


def main() -> None:
    rows, plain_rows, *_ = (*map(int, sys.argv[1:]), *(5_000, 400)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as folder:
        found = measure(rows, plain_rows, Path(folder))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for name, value in found.items():
        sys.stdout.write(f"{name:55} {value}\n")


if __name__ == "__main__":
    # By a program of one line: every process that an import starts reads the program it was started by, and the one
    # that people start is light.
    line = "from tests.bench.bench_import import main; main()"
    sys.exit(
        subprocess.run(
            [sys.executable, "-c", line, *sys.argv[1:]], cwd=Path(__file__).resolve().parents[2], check=False
        ).returncode
    )

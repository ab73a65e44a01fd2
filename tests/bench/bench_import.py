"""A made-up table imported, beside bulk_load and rdflib + pySHACL: python tests/bench/bench_import.py [ROWS [PLAIN]].

1,000 rows hold about 6,000 claims and relays. Baselines, in the same run: `bulk_load` of the same quads, without
compaction and with; the store's own dump; and the straightforward way with PLAIN rows, 400 unless said, to the same
record (`tests/bench/plain.py`), each part of it told by itself, and what it finds held against what an import of these
rows has found. Rates are by the clock and by processor time, which a busy machine disturbs less.
"""

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.bulk.importing import Plan, import_table
from kg.bulk.past import PastRows
from kg.bulk.taking_in import Progress
from kg.check import load_shapes, validate
from kg.check.engine import Engine
from kg.intake.tables import find_sources, load_mapping
from kg.keeping import export_record, verify_record
from kg.log import Record
from kg.log.streams import iter_segment, list_segments
from kg.projections import Projections, graph_folder
from kg.store.embedded import open_reader
from kg.store.loading import load_quads
from tests.bench.plain import CHECKS, VERIFIED, hold_against, record_plainly
from tests.generator import tables as made

OUT = Path("build/bench/import.json")
BASE, WHEN, SOFTWARE = "https://averment.example/id/", "2031-01-01T00:00:00Z", "bench"


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
        source=find_sources(mapping.tables[0], table.parent, {"incidents": table}), recorded=WHEN, software=SOFTWARE,
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


def load_in_parts(store: ox.Store, path: Path, data: bytes) -> None:
    """Load as an import does, without compaction."""
    stream = io.BytesIO(data)
    load_quads(store, path, iter(lambda: b"".join(stream.readlines(1 << 20)), b""))


def check(folder: Path, engine: Engine) -> None:
    """Check what a record's log holds: with pySHACL, once rdflib has parsed it, or with the fast engine."""
    data = b"".join(chunk for path in list_segments(Record.open(folder).log) for chunk in iter_segment(path))
    validate(data, load_shapes(), engine=engine)


def rates(done: tuple[float, float], baseline: tuple[float, float], *, share: float = 1) -> tuple[float, float]:
    """How many times the rate of a baseline something has, by the clock and by processor time."""
    by_clock, by_processor = (round(share * base / own, 2) for base, own in zip(baseline, done, strict=True))
    return by_clock, by_processor


def add_up(parts: Mapping[str, tuple[float, float]], names: Iterable[str]) -> tuple[float, float]:
    """What some parts took together."""
    by_clock, by_processor = zip(*(parts[name] for name in names), strict=True)
    return round(sum(by_clock), 2), round(sum(by_processor), 2)


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
    store = ox.Store(str(folder / "parts"))
    found["the same loaded in parts, as an import does"] = timed(lambda: load_in_parts(store, folder / "parts", quads))
    found["compaction of the parts"] = compaction = timed(store.optimize)
    # It comes last, when nothing else is done, so that it can be taken off by the clock too.
    apart = (round(whole[0] - compaction[0], 2), round(whole[1] - compaction[1], 2))
    found["import, its compaction apart / bulk_load alone, rates"] = rates(apart, bare)
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
    found["verify"] = verified = timed(lambda: verify_record(folder / "data"))
    small = folder / "small"
    made.write_table(small / "in", made.iter_rows(plain_rows))
    run_import(small / "data", small / "in" / "incidents.csv", Record.create(small / "data", base=BASE, created=WHEN))
    parts: dict[str, tuple[float, float]] = {}
    plain = record_plainly(
        small / "in" / "incidents.csv", small / "plain", base=BASE, when=WHEN, software=SOFTWARE,
        told=lambda part, work: parts.update({part: timed(work)}),
    )  # fmt: skip
    hold_against(plain, small / "data")
    found |= {f"rdflib + pySHACL, {plain_rows} rows: {part}": taken for part, taken in parts.items()}
    share = rows / plain_rows
    checked, recorded = add_up(parts, CHECKS), add_up(parts, parts.keys() - {VERIFIED})
    found["rdflib + pySHACL, to checked graphs"], found["the same, to both projections"] = checked, recorded
    for name, done in (("import", whole), ("import, its compaction apart", apart), ("bulk_load alone", bare)):
        found[f"{name} / rdflib + pySHACL to checked graphs, rates"] = rates(done, checked, share=share)
        found[f"{name} / rdflib + pySHACL to both projections, rates"] = rates(done, recorded, share=share)
    both = add_up({"import": whole, "verify": verified}, ("import", "verify"))
    found["import and verify / the same, verified, rates"] = rates(both, add_up(parts, parts), share=share)
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
        sys.stdout.write(f"{name:70} {value}\n")


if __name__ == "__main__":
    # By a program of one line: every process that an import starts reads the program it was started by, and the one
    # that people start is light.
    line = "from tests.bench.bench_import import main; main()"
    sys.exit(
        subprocess.run(
            [sys.executable, "-c", line, *sys.argv[1:]], cwd=Path(__file__).resolve().parents[2], check=False
        ).returncode
    )

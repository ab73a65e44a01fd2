"""The two projections on a made-up record: python tests/bench/bench_store.py [CLAIMS], by default 100,000."""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.store.embedded import EmbeddedStore, open_reader
from kg.store.tables import Tables, rows_from_units
from tests.generator.entries import Entry, iter_entries, make_entry
from tests.generator.record import Brought

OUT = Path("build/bench/store.json")
EVENT_SQL = "SELECT c.* FROM concerns k JOIN claims c ON c.event = k.home AND c.iri = k.claim WHERE k.event = ?"
EVENT_SPARQL = """PREFIX av: <https://w3id.org/averment/ns#>
SELECT ?claim ?wording {{ ?p av:about <{event}> . ?claim av:content ?p ; av:wording ?wording }}"""


def timed(work: Callable[[], object], *, times: int = 1) -> float:
    """The median time of some work, in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return round(statistics.median(taken), 1)


def batches(first: int, claims: int) -> Iterator[Entry]:
    """Ever new batches of 40 claims about the events of a record of `claims`."""
    dice = random.Random(9)
    number = first
    while True:
        yield make_entry(number, 40, events=claims // 16, dice=dice)
        number += 1


def measure(claims: int, folder: Path) -> dict[str, float]:
    """Milliseconds, and units a second, by what was done."""
    entries = list(iter_entries(claims))
    units = [Brought(unit, entry.number) for entry in entries for unit in entry.units]
    last = entries[-1].number
    tables, found = Tables.open(folder / "tables"), {"claims": float(claims), "units": float(len(units))}
    found["split into rows"] = timed(lambda: rows_from_units((one.unit for one in units), entry=1))
    found["tables: rebuild"] = timed(lambda: tables.rebuild(units, entry=last))
    graph = EmbeddedStore(folder / "graph")
    lines = (line for one in units for line in one.unit.lines)
    found["graph: rebuild, compacted"] = timed(lambda: graph.rebuild(lines, entry=last))
    found["tables: units a second"] = round(1000 * len(units) / found["tables: rebuild"])
    found["graph: units a second"] = round(1000 * len(units) / found["graph: rebuild, compacted"])
    source = batches(last + 1, claims)
    news = [next(source) for _ in range(7)]
    found["tables: see 40 claims before they are recorded"] = timed(
        lambda: tables.connect(rows_from_units(news[0].units, entry=last)).close(), times=5
    )
    waiting = iter(news)
    found["tables: append 40 claims"] = timed(lambda: _append(tables, next(waiting)), times=7)
    waiting = iter(news)
    found["graph: apply 40 claims and publish"] = timed(lambda: _apply(graph, next(waiting)), times=7)
    found["tables: open"] = timed(lambda: tables.connect().close(), times=5)
    found["graph: open a snapshot"] = timed(lambda: open_reader(folder / "graph").close(), times=5)
    with tables.connect() as view, open_reader(folder / "graph") as reader:
        sizes = view.rows("SELECT event, count(*) AS n FROM concerns GROUP BY 1 ORDER BY n DESC, event")
        for label, (event, size) in (("largest", sizes[0]), ("median", sizes[len(sizes) // 2])):
            sparql = EVENT_SPARQL.format(event=event)
            found[f"claims of the {label} event"] = float(size)
            found[f"tables: {label} event"] = timed(lambda e=event: view.rows(EVENT_SQL, [e]), times=9)
            found[f"graph: {label} event"] = timed(lambda q=sparql: reader.query(q), times=9)
        found["tables: count claims by voice"] = timed(
            lambda: view.rows("SELECT voice, count(*) FROM claims WHERE kind = 'claim' GROUP BY 1"), times=9
        )
    found["tables: compact"] = timed(tables.compact)
    graph.close()
    return found


def _append(tables: Tables, entry: Entry) -> None:
    tables.append(entry.units, entry=entry.number)


def _apply(graph: EmbeddedStore, entry: Entry) -> None:
    graph.apply([line for unit in entry.units for line in unit.lines], [], entry=entry.number)


def main() -> None:
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        found = measure(claims, Path(folder))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for name, value in found.items():
        sys.stdout.write(f"{name:50} {value:>12,}\n")


if __name__ == "__main__":
    main()

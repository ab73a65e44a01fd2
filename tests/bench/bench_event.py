"""Who asserts what for one event: python tests/bench/bench_event.py [RECORD].

The record is a made-up one of 20,000 claims and relays unless another is named, such as one of 1,000,000.
Events are taken at random from all there are. Each is asked about once, which is told as first, and then twice more, of
which the better counts as warm. The question is that of the library, with labels and outlets, as typed rows; beside it
a short query for voice, words and date, in the engine alone, on the very same events, and how many times as long the
other takes. Milliseconds by the clock, then of processor time, which a busy machine disturbs less. Made-up events are
as large as those of real tables, but for one in 5,000 that is far larger on purpose; events that are larger than any
real one are asked about by themselves, and so are those that are usual. The process is started as the workers of a
server are, which answer such questions: with their settings of the allocator.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.log import Record
from kg.projections import graph_folder, tables_folder
from kg.questions import ask
from kg.serving.processes import ALLOCATING
from kg.store.embedded import EmbeddedReader, open_reader
from kg.store.tables import Tables
from tests.generator.record import make_record
from tests.generator.stories import REAL_SIZES

OUT = Path("build/bench/event.json")
EVENTS = 2_000
"""Of 300, four would decide what the 99th percentile is."""
USUAL = 50
"""So many claims, or fewer, have nineteen of twenty events; the time a question takes grows with its rows."""
LARGEST = dict(REAL_SIZES)[1]
"""More claims and relays has no event of real tables."""
MOST_LARGE = 30
"""So many of the very large events are asked about; each takes as long as many others."""
_EVENTS = "SELECT event, count(*) FROM concerns JOIN events e ON e.iri = event GROUP BY event ORDER BY event"
_SHORT = """
    PREFIX av: <https://w3id.org/averment/ns#> PREFIX prov: <http://www.w3.org/ns/prov#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT ?who ?wording ?said WHERE {{
        ?claim av:concerns <{event}> ; av:asserts ?p ; prov:wasAttributedTo/rdfs:label ?who .
        OPTIONAL {{ ?claim av:wording ?wording }} OPTIONAL {{ ?claim av:said ?said }} }} ORDER BY ?said"""


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and of processor time."""
    start, used = perf_counter(), process_time()
    work()
    return 1000 * (perf_counter() - start), 1000 * (process_time() - used)


def spread(found: Sequence[tuple[float, float]]) -> dict[str, tuple[float, ...]]:
    """Median and 99th percentile, each by the clock and by processor time."""
    columns = [sorted(column) for column in zip(*found, strict=True)]
    return {
        "median": tuple(round(statistics.median(column), 2) for column in columns),
        "p99": tuple(round(column[int(0.99 * len(column))], 2) for column in columns),
    }


def measure(reader: EmbeddedReader, base: str, events: Sequence[str]) -> dict[str, dict[str, tuple[float, ...]]]:
    asked: dict[str, Callable[[str], object]] = {
        "library question": lambda event: ask(reader, "who-asserts-what", {"event": event}, base=base),
        "short query": lambda event: reader.query(_SHORT.format(event=event)),
    }
    found: dict[str, dict[str, tuple[float, ...]]] = {}
    for name, work in asked.items():
        passes = [[timed(partial(work, event)) for event in events] for _ in range(3)]
        found[f"{name}, first"] = spread(passes[0])
        found[f"{name}, warm"] = spread([min(pair) for pair in zip(passes[1], passes[2], strict=True)])
    of, bare = (found[f"{name}, warm"] for name in asked)
    found["library question in short queries, warm"] = {
        rank: tuple(round(one / other, 2) for one, other in zip(of[rank], bare[rank], strict=True)) for rank in of
    }
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else made)
        if len(sys.argv) == 1:
            make_record(folder, 20_000)
        found = measure_record(folder)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for name, value in found.items():
        sys.stdout.write(f"{name:50} {value}\n")


def measure_record(folder: Path) -> dict[str, object]:
    base = Record.open(folder).base
    with Tables.open(tables_folder(folder)).connect() as view:
        sizes = {str(event): int(str(claims)) for event, claims in view.rows(_EVENTS)}
    events = random.Random(1).sample(sorted(sizes), min(EVENTS, len(sizes)))
    of_them = sorted(sizes[event] for event in events)
    found: dict[str, object] = {
        "claims by event": {"median": of_them[len(of_them) // 2], "p99": of_them[int(0.99 * len(of_them))]}
    }
    with open_reader(graph_folder(folder)) as reader:
        found |= measure(reader, base, events)
        usual = [event for event in events if sizes[event] <= USUAL]
        found |= {f"at most {USUAL} claims: {name}": value for name, value in measure(reader, base, usual).items()}
        large = sorted(event for event in sizes if sizes[event] > LARGEST)
        found[f"events of more than {LARGEST} claims"] = len(large)
        large = random.Random(2).sample(large, min(MOST_LARGE, len(large)))
        if large:
            of_large = measure(reader, base, large)
            found |= {f"more than {LARGEST} claims: {name}": value for name, value in of_large.items()}
    return found


if __name__ == "__main__":
    # The allocator reads its settings when a process starts.
    line = "from tests.bench.bench_event import main; main()"
    sys.exit(
        subprocess.run(
            [sys.executable, "-c", line, *map(os.path.abspath, sys.argv[1:])],
            cwd=Path(__file__).resolve().parents[2],
            env={**os.environ, **ALLOCATING},
            check=False,
        ).returncode
    )

"""A count over everything, by a worker on disk and by the memory worker: bench_memory_worker.py [CLAIMS], or 100,000.

`--record DIR` asks a record's graph in place of one that is filled. Both give the same answer, or this fails.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.serving import Limits, Pool, Snapshots
from kg.serving.jobs import Job
from tests.bench.bench_endpoint import PREFIXES, fill

OUT = Path("build/bench/memory_worker.json")
BASE = "https://averment.example/id/"
QUESTIONS = {
    "claims": PREFIXES + "SELECT (COUNT(?c) AS ?n) { ?c a av:Claim }",
    "claims by kind of voice": PREFIXES + "SELECT ?kind (COUNT(?c) AS ?n) "
    "{ ?c a av:Claim ; prov:wasAttributedTo ?voice . ?voice a ?kind } GROUP BY ?kind ORDER BY ?kind",
}
_SECONDS = 900.0


def measure(folder: Path) -> dict[str, float]:
    """Seconds that each question takes from disk, twice, and from memory, twice; the second time is told."""
    snapshots = Snapshots(folder)
    found: dict[str, float] = {}
    answers: dict[str, bytes] = {}
    with Pool(workers=1, limits=Limits(seconds=_SECONDS, memory=4 << 30)) as pool:
        for where in ("disk", "memory"):
            if where == "memory":
                pool.reserve.keep(snapshots.newest, base=BASE, tell=lambda line: sys.stdout.write(f"{line}\n"))
                while not pool.reserve.pids():
                    time.sleep(0.1)
                found["reading it into memory: seconds"] = round(pool.reserve.cost.seconds, 1)
                found["held in memory: MB"] = pool.reserve.cost.memory >> 20
            for name, query in QUESTIONS.items():
                job = Job(str(snapshots.newest().path), query, rows=1000, size=1 << 20, seconds=_SECONDS)
                assert (pool.choose(job) is pool.reserve) == (where == "memory")
                for _ in range(2):
                    start = time.monotonic()
                    _, body = pool.ask(job)
                    found[f"{name}, {where}: seconds"] = round(time.monotonic() - start, 2)
                assert answers.setdefault(name, body) == body
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("claims", nargs="?", type=int, default=100_000)
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.record or Path(name)
        if not options.record:
            fill(folder, options.claims)
        found = measure(folder / "graph")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for label, value in found.items():
        sys.stdout.write(f"{label:50} {value:>12,}\n")


if __name__ == "__main__":
    main()

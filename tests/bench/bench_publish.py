"""Publishing beside a shell pipeline on the same quads: python tests/bench/bench_publish.py [CLAIMS | RECORD] [FOLDER].

Without either, 100,000 claims are made up. The pipeline only converts, sorts and compresses, and writes the four dumps
that a publication has: the log's quads as sorted N-Quads and as TriG, what follows and what analysis finds as sorted
N-Quads, all in zstd at the level of the publication. `sort` may use all processors and 2 GB of memory. FOLDER, an
empty one, keeps what was written: to remove a file for each document can take longer than to write it.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.log import Record
from kg.projections import Projections
from kg.publish import Settings, publish, verify_publication
from kg.publish.dumps import LEVEL
from kg.publish.layout import ANALYSED, DERIVED
from tests.generator import entries as made
from tests.generator import stories

OUT = Path("build/bench/publish.json")
CONVERT = """
import sys, pyoxigraph as ox
quads = ox.parse(sys.stdin.buffer, format=ox.RdfFormat.N_QUADS)
ox.serialize(quads, sys.stdout.buffer, format=ox.RdfFormat.TRIG)
"""
PIPELINE = """
set -e -o pipefail; export LC_ALL=C
zstd -dcq {segments} | sort -u -S 2G | tee >(zstd -q -{level} -c > {out}/dump.nq.zst) | {python} -c '{convert}' \
    | zstd -q -{level} -c > {out}/dump.trig.zst
zstd -dcq {derived} | sort -u -S 2G | zstd -q -{level} -c > {out}/derived.nq.zst
zstd -dcq {analysed} | sort -u -S 2G | zstd -q -{level} -c > {out}/analysis.nq.zst
"""


def timed(work: Callable[[], object], name: str) -> dict[str, float]:
    """How long some work takes, by the clock and by what all its processes used, in seconds."""
    start, used = time.perf_counter(), cpu()
    work()
    took = {
        f"{name}, seconds": round(time.perf_counter() - start, 2),
        f"{name}, processor seconds": round(cpu() - used, 2),
    }
    # At once: what comes after may take long.
    sys.stderr.write(f"{took}\n")
    return took


def cpu() -> float:
    """Processor time of this process and the ended ones it started, in seconds."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def make_record(folder: Path, claims: int) -> Record:
    """A made-up record whose projection of tables stands."""
    record = Record.create(folder, base=stories.BASE, created="2031-01-01T00:00:00Z", secret=b"s" * 32)
    for entry in made.iter_entries(claims):
        ingestion = stories.named("ingestion", f"batch-{entry.number}")
        with record.log.begin(ingestion=ingestion, recorded="2031-01-01T00:00:00Z", recorder="bench") as staging:
            for unit in entry.units:
                staging.add(unit, claim="/claim/" in unit.subject or "/relay/" in unit.subject)
            staging.commit()
    Projections(folder, record).catch_up()
    return record


def run_pipeline(segments: Path, derived: Path, analysed: Path, out: Path) -> None:
    """Run the shell's way."""
    out.mkdir()
    script = PIPELINE.format(
        segments=f"{segments}/*.nq.zst",
        derived=derived,
        analysed=analysed,
        out=out,
        python=sys.executable,
        convert=CONVERT,
        level=LEVEL,
    )
    subprocess.run(["bash", "-c", script], check=True)


def measure(root: Path, folder: Path) -> dict[str, float]:
    """Publish a record whose projections stand, run the pipeline, verify what was published."""
    target = folder / "publication"
    found = timed(lambda: publish(root, target, settings=Settings()), "publish")
    found["publish, peak MB of one process"] = peak()
    parts = root / "log" / "segments", target / DERIVED, target / ANALYSED
    found |= timed(lambda: run_pipeline(*parts, folder / "pipeline"), "pipeline")
    for unit in ("seconds", "processor seconds"):
        found[f"publish / pipeline, {unit}"] = round(found[f"publish, {unit}"] / found[f"pipeline, {unit}"], 2)
    found |= timed(lambda: verify_publication(target), "verify")
    found["quads"] = json.loads((target / "integrity/checkpoint.json").read_bytes())["quads"]
    found["files"] = sum(1 for path in target.rglob("*") if path.is_file())
    return found


def peak() -> float:
    """The most memory that this process, or one it started, has held, in MB."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else "100000"
    with ExitStack() as stack:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else stack.enter_context(tempfile.TemporaryDirectory()))
        root = Path(given)
        if given.isdecimal():
            root = folder / "data"
            make_record(root, int(given))
        # Told before what was written is removed, which takes long.
        tell(measure(root, folder))


def tell(found: dict[str, float]) -> None:
    """Keep what was measured, and print it."""
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for name, value in found.items():
        sys.stdout.write(f"{name:40} {value:>12,}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

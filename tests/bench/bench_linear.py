"""Whole imports of growing size, each in a process of its own: python tests/bench/bench_linear.py [ROWS…].

1,000 rows hold about 6,000 claims and relays, 168,500 rows a million. For each size: seconds by the clock and of
processor time, for each claim and relay too; what lies on disk, at most and in the end; and what is held in memory,
sampled ten times a second from all processes of the import: the most that all held at one moment, the most that one of
those started held, and the most that the process which works out what follows held in each step.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.log import Record
from kg.projections import Projections
from tests.bench.bench_import import BASE, WHEN, run_import
from tests.generator import tables as made

OUT = Path("build/bench/linear.json")
ROWS = (1_685, 5_000)
_PAGE = resource.getpagesize()


class Watch:
    """What this process and those it started hold in memory, and what lies in a folder, sampled until `stop`.

    `step` is what is being done.
    """

    def __init__(self, folder: Path) -> None:
        self.step = "begin"
        self.most = self.disk = 0
        self._folder = folder
        self.largest = 0
        self.steps: Counter[str] = Counter()
        self._over = Event()
        self._thread = Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Sample no more."""
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        looked = 0.0
        while not self._over.wait(0.1):
            step, own = self.step, held_by(os.getpid())
            others = [held_by(each) for each in list_children(os.getpid())]
            self.steps[step] = max(self.steps[step], own)
            self.largest = max(self.largest, *others, 0)
            self.most = max(self.most, own + sum(others))
            if time.monotonic() >= looked + 2:
                looked = time.monotonic()
                self.disk = max(self.disk, stored_in(self._folder))


def held_by(process: int) -> int:
    """Megabytes that a process holds in memory, 0 once it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE >> 20
    except (FileNotFoundError, ProcessLookupError):
        return 0


def stored_in(folder: Path) -> int:
    """Megabytes in the files of a folder, some of which may vanish meanwhile; a file under two names counts once."""
    found: dict[int, int] = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                stat = (Path(path) / name).stat()
                found[stat.st_ino] = stat.st_blocks * 512
    return sum(found.values()) >> 20


def list_children(process: int) -> list[int]:
    """The processes that one has started and that still run."""
    return [int(each) for path in Path(f"/proc/{process}/task").glob("*/children") for each in path.read_text().split()]


def measure(rows: int, folder: Path) -> dict[str, object]:
    """Import so many rows into a new record in a folder."""
    made.write_table(folder / "in", made.iter_rows(rows))
    sayings = made.hold(made.iter_rows(rows)).sayings
    record = Record.create(folder / "data", base=BASE, created=WHEN)
    Projections(folder / "data", record).catch_up()
    watch = Watch(folder / "data")
    clock, used = time.perf_counter(), cpu()

    def listen(step: str, done: int, of: int) -> None:
        watch.step = step

    run_import(folder / "data", folder / "in" / "incidents.csv", record, progress=listen)
    clock, used = time.perf_counter() - clock, cpu() - used
    watch.stop()
    return {
        "rows": rows,
        "claims and relays": sayings,
        "seconds": round(clock, 1),
        "processor seconds": round(used, 1),
        "milliseconds a claim": round(1000 * clock / sayings, 3),
        "processor milliseconds a claim": round(1000 * used / sayings, 3),
        "MB on disk, at most and in the end": [watch.disk, stored_in(folder / "data")],
        "peak MB, all processes at one moment": watch.most,
        "peak MB, the largest of those started": watch.largest,
        "peak MB, the one that works out what follows": dict(watch.steps),
    }


def cpu() -> float:
    """Processor seconds of this process, and of those it started and that ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def measure_apart(rows: int) -> dict[str, object]:
    """The same in a fresh process, since what one has held once it may keep."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--one", str(rows), folder]
        found: dict[str, object] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(measure(int(sys.argv[2]), Path(sys.argv[3]))))
        return
    found = []
    for rows in map(int, sys.argv[1:] or ROWS):
        found.append(measure_apart(rows))
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
        for name, value in found[-1].items():
            sys.stdout.write(f"{name:50} {value}\n")
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""A worker that holds a snapshot in memory, for the queries that group or count over everything; at most one.

It is a luxury: wherever it is not there (not asked for, still reading, ended by a query that took too much), the other
workers answer.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import AvermentError, Unusable
from kg.serving.jobs import Job, Limits
from kg.serving.processes import Launcher, Worker
from kg.serving.sandbox import resident
from kg.serving.source import Standing
from kg.serving.staff import Counts, Staff
from kg.serving.watching import Watch
from kg.store.guard import iter_words

_GROUPING = frozenset({"AVG", "COUNT", "GROUP", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"})
# Memory that a snapshot takes, in bytes for each byte on disk, and seconds to read it for each GB there; as measured.
_BYTES, _SECONDS = 1.3, 40
# Seconds within which reading a snapshot has to end, between two looks whether there is a newer one, and until it is
# tried again where there was not the memory: what an ended worker held is not free at once.
_PATIENCE, _TURN, _LATER = 7200.0, 1.0, 30.0


def asks_over_everything(query: str, base: str) -> bool:
    """Whether a query groups or counts, and names nothing of the record, whose names begin with `base`.

    >>> asks_over_everything("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "http://e/id/")
    True
    >>> asks_over_everything("SELECT (COUNT(*) AS ?n) { <http://e/id/event/x> ?p ?o }", "http://e/id/")
    False
    """
    return not (base and base in query) and not _GROUPING.isdisjoint(iter_words(query))


@dataclass(frozen=True, slots=True)
class Cost:
    """What it takes to hold a snapshot in memory."""

    seconds: float
    memory: int

    def __str__(self) -> str:
        return f"{self.seconds:,.0f} seconds and {self.memory >> 20:,} MB of memory"


def estimate(snapshot: Path) -> Cost:
    """About what it will take to hold a snapshot in memory, by its size on disk."""
    size = sum(each.stat().st_size for each in snapshot.iterdir())
    return Cost(size * _SECONDS / (1 << 30), int(size * _BYTES))


def available_memory() -> int:
    """The bytes of memory that the system could give without putting others out."""
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) << 10
    return 0


class Reserve(Staff):
    """The one worker and the line before it; there is none until it has read the snapshot it was to `keep`."""

    def __init__(self, launcher: Launcher, *, queue: int, limits: Limits, counts: Counts) -> None:
        super().__init__(launcher, workers=0, queue=queue, limits=limits)
        self.counts = counts
        self.cost = Cost(0, 0)
        self._base = self._path = ""
        self._stopped = threading.Event()

    def suits(self, job: Job) -> bool:
        """Whether a query is for it, now."""
        return bool(self._path) and self._path == job.snapshot and asks_over_everything(job.query, self._base)

    def keep(self, newest: Callable[[], Standing], *, base: str, tell: Callable[[str], object]) -> None:
        """Hold what stands from now on, in a thread of its own, and tell what it costs; names begin with `base`.

        Raises Unusable where there is not the memory for it.
        """
        self._base = base
        standing = newest()
        cost = estimate(standing.path)
        _require(cost)
        tell(f"The memory worker reads entry {standing.entry}: about {cost}; until then the other workers answer.")
        threading.Thread(target=self._follow, args=(newest, tell), daemon=True).start()

    def close(self) -> None:
        """End the worker and its thread."""
        self._stopped.set()
        super().close()

    # --- following what stands ----------------------------------------------------------------------------------------

    def _follow(self, newest: Callable[[], Standing], tell: Callable[[str], object]) -> None:
        tried, again = "", 0.0
        while not self._stopped.wait(_TURN if tried else 0):
            try:
                standing = newest()
            except Unusable:  # nothing stands for a moment, which whoever asks is told
                continue
            path = str(standing.path)
            if path != self._path:
                self._dismiss()
            if not self._alive and (path != tried or time.monotonic() > again):
                first, tried = path != tried, path
                try:
                    self._read(standing.path)
                    tell(f"The memory worker holds entry {standing.entry}: it took {self.cost}.")
                    # Where a query ends it, the processors are not busy with reading for more than half of the time.
                    again = time.monotonic() + self.cost.seconds
                except Unusable as error:
                    again = time.monotonic() + _LATER
                    if first and not self._stopped.is_set():
                        tell(f"There is no memory worker for entry {standing.entry} yet: {error}.")
            del standing

    def _read(self, snapshot: Path) -> None:
        """Have a new worker read a snapshot. Raises Unusable."""
        _require(estimate(snapshot))
        limits, started = replace(self.limits, memory=available_memory()), time.monotonic()
        worker = self.launcher.start(in_memory=True)
        job = Job(str(snapshot), "ASK {}", rows=1, size=1 << 20, seconds=_PATIENCE)
        try:
            Watch(worker, limits, job, self._stopped.is_set).whole()
        except AvermentError as error:
            worker.kill()
            raise Unusable(f"it could not be read into memory ({error})") from error
        worker.base = resident(worker.pid)
        self.cost = Cost(time.monotonic() - started, worker.base)
        with self._lock:
            self._alive, self._path = 1, str(snapshot)
            if self.closed:
                self._drop(worker)
            else:
                self._hand(worker)

    def _dismiss(self) -> None:
        """End the worker: at once where it is free, else after the query it is at."""
        with self._lock:
            self._path = ""
            while self._idle:
                self._drop(self._idle.pop())

    # --- with the lock held -------------------------------------------------------------------------------------------

    def _hand(self, worker: Worker) -> None:
        if self._path:
            super()._hand(worker)
        else:
            self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        super()._drop(worker)
        self._path = ""
        # Those who wait for it are answered by the others.
        while self._line:
            self._line.popleft().wake()


def _require(cost: Cost) -> None:
    available = available_memory()
    if cost.memory > available:
        raise Unusable(
            f"a memory worker would take about {cost.memory >> 20:,} MB and there are {available >> 20:,} MB; "
            "leave out --memory-worker, or ask grouped questions of the tables"
        )

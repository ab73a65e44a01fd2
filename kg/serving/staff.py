"""The workers and the bounded line before them, for any number of threads. Nothing here waits but `refill`."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from kg.errors import AvermentError
from kg.serving.jobs import Ended, Limits
from kg.serving.processes import Launcher, Worker
from kg.serving.sandbox import resident
from kg.serving.watching import LOOK, Gone
from kg.store.base import QueryRefused


class Busy(AvermentError):
    """Every worker has work and the queue is full; `seconds` is when to try again."""

    def __init__(self, reason: str, *, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(reason)


@dataclass(slots=True)
class Counts:
    """What has happened since the start."""

    answered: int = 0
    refused: int = 0
    busy: int = 0
    gone: int = 0
    ended: dict[str, int] = field(default_factory=lambda: {"time": 0, "memory": 0, "engine": 0})
    seconds: float = 0.0
    started: int = 0


@dataclass(slots=True, eq=False)
class Place:
    """A place in the line; `wake` is called, by whichever thread, when a worker is given to it or none will be."""

    wake: Callable[[], object]
    worker: Worker | None = None


class Staff:
    """Who has which worker, who is next, and how many workers are missing."""

    def __init__(self, launcher: Launcher, *, workers: int, queue: int, limits: Limits) -> None:
        """Start the workers. Raises Unusable where they cannot be kept from the network."""
        self.launcher, self.limits, self.size, self.queue = launcher, limits, workers, queue
        self.counts = Counts()
        self.closed = False
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._line: deque[Place] = deque()
        # Those that have left the line for a worker that is still busy; they count as waiting.
        self._ahead: set[Place] = set()
        self._alive = 0
        try:
            while self._alive < workers:
                self._idle.append(self.launcher.start())
                self._alive += 1
        except AvermentError:
            self.close()
            raise

    def enter(self, wake: Callable[[], object]) -> Place:
        """A place for one query, with a worker where one is free. Raises Busy where the line is full."""
        with self._lock:
            if self.closed:
                raise self._busy("the server is being stopped", seconds=5)
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive():
                    return Place(wake, worker)
                self._drop(worker)
            if self._waiting >= self.queue:
                raise self._busy(f"every worker has work and {self.queue} queries wait already", seconds=5)
            place = Place(wake)
            self._line.append(place)
            return place

    def leave(self, place: Place, error: AvermentError) -> AvermentError:
        """Leave the line, for the reason that is given back; a worker that was there already goes to the next."""
        with self._lock:
            if place.worker is not None:
                self._hand(place.worker)
            elif place in self._line:
                self._line.remove(place)
            if isinstance(error, Gone):
                self.counts.gone += 1
            elif isinstance(error, Busy):
                self.counts.busy += 1
        return error

    def step_ahead(self, place: Place) -> bool:
        """Leave the line with the place that is next, to be served by a worker that is still busy; whether it is."""
        with self._lock:
            if self.closed or not self._line or self._line[0] is not place:
                return False
            self._ahead.add(self._line.popleft())
            return True

    def step_back(self, place: Place) -> None:
        """Go back to the head of the line, and to a worker where one is free."""
        with self._lock:
            self._ahead.discard(place)
            if self.closed:
                place.wake()
                return
            self._line.appendleft(place)
            if self._idle:
                self._hand(self._idle.pop())

    def settle(
        self,
        worker: Worker,
        error: BaseException | None,
        seconds: float,
        *,
        ahead: Place | None = None,
        vain: bool = False,
    ) -> None:
        """Take a worker back, for the next query where it is fit for one; count what became of the last.

        The next is the one it was handed `ahead`, where there is such: its place then has the worker, if that is fit.
        What was answered in vain counts for nothing.
        """
        fit = isinstance(error, QueryRefused) or (error is None and self._is_light(worker))
        with self._lock:
            if not vain:
                self._count(error, seconds)
            if fit and ahead is not None and not self.closed:
                ahead.worker = worker
                self._ahead.discard(ahead)
            elif fit and not self.closed:
                self._hand(worker)
            else:
                self._drop(worker)
            for each in [each for each in self._idle if not each.is_alive()]:
                self._idle.remove(each)
                self._drop(each)

    def refill(self) -> None:
        """Start the workers that are missing, one after another. Raises Unusable."""
        while self._claim():
            worker = None
            try:
                worker = self.launcher.start()
            finally:
                with self._lock:
                    if worker is None:
                        self._alive -= 1
                    elif self.closed:
                        self._drop(worker)
                    else:
                        self.counts.started += 1
                        self._hand(worker)

    def dismiss_idle(self) -> None:
        """End the workers that are free, so that the next query gets a new one."""
        with self._lock:
            while self._idle:
                self._drop(self._idle.pop())

    @property
    def _waiting(self) -> int:
        return len(self._line) + len(self._ahead)

    @property
    def missing(self) -> bool:
        """Whether there are fewer workers than there should be."""
        return self._alive < self.size and not self.closed

    def state(self) -> dict[str, int]:
        """How many workers there are, how many are free, and how many queries wait."""
        with self._lock:
            return {"workers": self._alive, "idle": len(self._idle), "waiting": self._waiting}

    def pids(self) -> list[int]:
        """The process numbers of the workers that are free."""
        with self._lock:
            return [worker.pid for worker in self._idle]

    def close(self) -> None:
        """End the workers that are free, and tell those who wait; the others end with the launcher."""
        with self._lock:
            self.closed = True
            while self._idle:
                self._drop(self._idle.pop())
            waiting, self._line = self._line, deque()
        for place in waiting:
            place.wake()

    def _is_light(self, worker: Worker) -> bool:
        """Whether it kept little enough of what its queries needed; not weighed again at once."""
        now = time.monotonic()
        if now - worker.weighed < LOOK:
            return True
        worker.weighed = now
        return resident(worker.pid) < worker.base + self.limits.memory // 2

    # --- with the lock held -------------------------------------------------------------------------------------------

    def _busy(self, reason: str, *, seconds: int) -> Busy:
        self.counts.busy += 1
        return Busy(reason, seconds=seconds)

    def _hand(self, worker: Worker) -> None:
        if not self._line:
            self._idle.append(worker)
            return
        place = self._line.popleft()
        place.worker = worker
        place.wake()

    def _drop(self, worker: Worker) -> None:
        worker.kill()
        self._alive -= 1

    def _count(self, error: BaseException | None, seconds: float) -> None:
        self.counts.seconds += seconds
        if error is None:
            self.counts.answered += 1
        elif isinstance(error, QueryRefused):
            self.counts.refused += 1
        elif isinstance(error, Ended):
            self.counts.ended[error.limit] += 1
        elif isinstance(error, Gone):
            self.counts.gone += 1

    def _claim(self) -> bool:
        with self._lock:
            if not self.missing:
                return False
            self._alive += 1
            return True

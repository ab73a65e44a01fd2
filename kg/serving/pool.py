"""The pool as the server sees it: a worker for each query, a bounded queue before them, and an end to every query.

The thread that asks is the one that watches: time, memory, and whether its client is still there.
"""

import json
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self, cast

from kg.errors import AvermentError, Unusable
from kg.serving.jobs import REFUSED, Answered, Ended, Job, Limits
from kg.serving.processes import Launcher, Worker
from kg.serving.sandbox import resident
from kg.serving.watching import LOOK, Gone, Watch, never, to_refusal
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


class Pool:
    """Workers that answer queries; made by one process, used by any number of its threads, until `close`."""

    def __init__(self, *, workers: int = 2, queue: int = 16, exports: int = 1, limits: Limits | None = None) -> None:
        """Start the launcher and the workers. Raises Unusable where they cannot be kept from the network."""
        self.limits = limits or Limits()
        self.size, self.queue = workers, queue
        self.counts = Counts()
        self._exports = threading.BoundedSemaphore(exports)
        self._free = threading.Condition()
        self._idle: list[Worker] = []
        self._alive = 0
        self._waiting = 0
        self._closed = False
        self._launcher = Launcher(memory=self.limits.memory)
        try:
            self._idle = [self._launcher.start() for _ in range(workers)]
        except AvermentError:
            self.close()
            raise
        self._alive = workers
        self.sandbox = self._idle[0].sandbox

    # --- asking -------------------------------------------------------------------------------------------------------

    def ask(self, job: Job, *, gone: Callable[[], bool] = never) -> tuple[Answered, bytes]:
        """The head of an answer, and its bytes.

        Raises QueryRefused, Busy, Ended where a limit was passed, Gone, Unusable where the snapshot cannot be read.
        """
        try:
            return self._ask(job, gone)
        except Ended as error:
            # A worker that was dying when it was given the job; a query that kills workers is not tried a third time.
            if error.begun:
                raise
        self._end_idle()  # others may be dying with it
        return self._ask(job, gone)

    def _ask(self, job: Job, gone: Callable[[], bool]) -> tuple[Answered, bytes]:
        with self._worker(gone) as worker:
            started = time.monotonic()
            try:
                watch = Watch(worker, self.limits, job, gone)
                kind, data = watch.next()
                if kind == REFUSED:
                    raise to_refusal(data)
                head, body = Answered(**json.loads(data)), b"".join(watch.rest())
            finally:
                self.counts.seconds += time.monotonic() - started
        self.counts.answered += 1
        return head, body

    def stream(self, job: Job, *, gone: Callable[[], bool] = never) -> tuple[Answered, Iterator[bytes]]:
        """The head of a whole answer and its bytes as they come; what fails on the way is raised by the iterator.

        The iterator must be used up or closed. Raises as `ask`; Busy also where enough is being exported already.
        """
        if not self._exports.acquire(blocking=False):
            self.counts.busy += 1
            raise Busy("another answer is being exported; one at a time", seconds=30)
        parts = self._stream(job, gone)
        head = next(parts)  # what is raised here has ended the generator, which lets go of everything
        assert isinstance(head, Answered)
        return head, cast(Iterator[bytes], parts)

    def _stream(self, job: Job, gone: Callable[[], bool]) -> Generator[Answered | bytes, None, None]:
        try:
            with self._worker(gone) as worker:
                watch = Watch(worker, self.limits, job, gone)
                kind, data = watch.next()
                if kind == REFUSED:
                    raise to_refusal(data)
                yield Answered(**json.loads(data))
                yield from watch.rest()
            self.counts.answered += 1
        finally:
            self._exports.release()

    # --- workers ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _worker(self, gone: Callable[[], bool]) -> Iterator[Worker]:
        """A worker for one query: given back where it is ready for another, ended and replaced where it is not."""
        worker = self._take(gone)
        fit = False
        try:
            yield worker
            fit = resident(worker.pid) < self.limits.memory // 2
        except QueryRefused:
            self.counts.refused += 1
            fit = True
            raise
        except Ended as error:
            self.counts.ended[error.limit] += 1
            raise
        except Gone:
            self.counts.gone += 1
            raise
        finally:
            self._give_back(worker, fit=fit)

    def _take(self, gone: Callable[[], bool]) -> Worker:
        deadline = time.monotonic() + self.limits.seconds
        with self._free:
            if not self._idle and self._waiting >= self.queue:
                self.counts.busy += 1
                raise Busy(f"every worker has work and {self.queue} queries wait already", seconds=5)
            self._waiting += 1
            try:
                while True:
                    if self._closed:
                        raise Busy("the server is being stopped", seconds=5)
                    while self._idle:
                        worker = self._idle.pop()
                        if worker.is_alive():
                            return worker
                        worker.kill()
                        self._alive -= 1
                    if self._alive < self.size:
                        self._alive += 1
                        break
                    self._free.wait(LOOK)
                    if gone():
                        self.counts.gone += 1
                        raise Gone("the client has gone")
                    if time.monotonic() > deadline:
                        self.counts.busy += 1
                        raise Busy("no worker became free in time", seconds=10)
            finally:
                self._waiting -= 1
        return self._replace()

    def _replace(self) -> Worker:
        worker = None
        try:
            worker = self._launcher.start()
            self.counts.started += 1
        finally:
            if worker is None:
                with self._free:
                    self._alive -= 1
        return worker

    def _give_back(self, worker: Worker, *, fit: bool) -> None:
        with self._free:
            if fit and not self._closed:
                self._idle.append(worker)
            else:
                worker.kill()
                self._alive -= 1
            for each in [each for each in self._idle if not each.is_alive()]:
                self._idle.remove(each)
                each.kill()
                self._alive -= 1
            self._free.notify()
        self._refill()

    def _refill(self) -> None:
        """Have every worker ready for the next queries, so that none waits for a start."""
        while True:
            with self._free:
                if self._alive >= self.size or self._closed:
                    return
                self._alive += 1
            try:
                worker = self._replace()
            except Unusable:
                return  # the next query tries again, and tells
            with self._free:
                self._idle.append(worker)
                self._free.notify()

    def _end_idle(self) -> None:
        """End the workers that are free, so that the next query gets a new one."""
        with self._free:
            for each in self._idle:
                each.kill()
            self._alive -= len(self._idle)
            self._idle.clear()

    # --- looking and ending -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, int]:
        """How many workers there are, how many are free, and how many queries wait."""
        with self._free:
            return {"workers": self._alive, "idle": len(self._idle), "waiting": self._waiting}

    def pids(self) -> list[int]:
        """The process numbers of the workers that are free."""
        with self._free:
            return [worker.pid for worker in self._idle]

    def close(self) -> None:
        """End every worker and the launcher; queries under way are ended."""
        with self._free:
            self._closed = True
            idle, self._idle = self._idle, []
            self._alive -= len(idle)
        for worker in idle:
            worker.kill()
        self._launcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

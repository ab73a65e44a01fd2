"""The pool as the server sees it: a worker for each query, a bounded queue before them, and an end to every query.

The thread that asks is the one that watches: time, memory, and whether its client is still there.
"""

import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self, cast

from kg.errors import AvermentError, Unusable
from kg.serving.jobs import REFUSED, Answered, Ended, Job, Limits
from kg.serving.processes import Launcher, Worker
from kg.serving.reserve import Reserve
from kg.serving.staff import Busy, Counts, Staff
from kg.serving.watching import LOOK, Gone, Watch, never, to_refusal

# How nice a worker is that nobody waits for.
_YIELDING = 10


class Pool:
    """Workers that answer queries; made by one process, used by any number of its threads, until `close`."""

    def __init__(self, *, workers: int = 2, queue: int = 16, exports: int = 1, limits: Limits | None = None) -> None:
        """Start the launcher and the workers. Raises Unusable where they cannot be kept from the network."""
        self.limits = limits or Limits()
        self._launcher = Launcher(memory=self.limits.memory)
        try:
            self.staff = Staff(self._launcher, workers=workers, queue=queue, limits=self.limits)
        except AvermentError:
            self._launcher.close()
            raise
        self.reserve = Reserve(self._launcher, queue=queue, limits=self.limits, counts=self.staff.counts)
        self._exports = threading.BoundedSemaphore(exports)

    @property
    def counts(self) -> Counts:
        """What has happened since the start."""
        return self.staff.counts

    @property
    def sandbox(self) -> str:
        """How workers are kept from the network, in a word."""
        return self._launcher.sandbox

    def choose(self, job: Job) -> Staff:
        """Who a query is for: a worker that holds its snapshot in memory where it asks over everything, else any."""
        return self.reserve if self.reserve.suits(job) else self.staff

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
        self.choose(job).dismiss_idle()  # others may be dying with it
        return self._ask(job, gone)

    def _ask(self, job: Job, gone: Callable[[], bool]) -> tuple[Answered, bytes]:
        with self._worker(job, gone) as worker:
            return Watch(worker, self.limits, job, gone).whole()

    def ask_apart(self, job: Job) -> tuple[Answered, bytes]:
        """The same for the server's own ends, by a worker that nobody else waits for, gives way to the others, and is
        ended with the answer. Raises as `ask`."""
        worker = self._launcher.start()
        try:
            with suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, worker.pid, _YIELDING)
            return Watch(worker, self.limits, job, never).whole()
        finally:
            worker.kill()

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
            with self._worker(job, gone) as worker:
                watch = Watch(worker, self.limits, job, gone)
                kind, data = watch.next()
                if kind == REFUSED:
                    raise to_refusal(data)
                yield Answered.from_bytes(data)
                yield from watch.rest()
        finally:
            self._exports.release()

    # --- workers ------------------------------------------------------------------------------------------------------

    def _worker(self, job: Job, gone: Callable[[], bool]) -> "_Held":
        staff, deadline = self.choose(job), time.monotonic() + self.limits.seconds
        worker = self._take(staff, gone, deadline)
        if worker is None:  # it was there until now
            staff = self.staff
            worker = self._take(staff, gone, deadline)
        if worker is None:
            raise Busy("the server is being stopped", seconds=5)
        return _Held(self, staff, worker)

    def _take(self, staff: Staff, gone: Callable[[], bool], deadline: float) -> Worker | None:
        """A worker, None where there will be none."""
        ready = threading.Event()
        place = staff.enter(ready.set)
        try:
            while place.worker is None:
                staff.refill()
                if ready.wait(LOOK):
                    break
                if gone():
                    raise Gone("the client has gone")
                if time.monotonic() > deadline:
                    raise Busy("no worker became free in time", seconds=10)
        except AvermentError as error:
            staff.leave(place, error)
            raise
        return place.worker

    def settle(self, staff: Staff, worker: Worker, error: BaseException | None, seconds: float) -> None:
        """Take a worker back, and have every worker ready for the next queries, so that none waits for a start."""
        staff.settle(worker, error, seconds)
        with suppress(Unusable):  # the next query tries again, and tells
            staff.refill()

    # --- looking and ending -------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """How many workers there should be."""
        return self.staff.size

    @property
    def queue(self) -> int:
        """How many queries may wait for one."""
        return self.staff.queue

    def state(self) -> dict[str, int]:
        """How many workers there are, how many are free, and how many queries wait."""
        return self.staff.state()

    def pids(self) -> list[int]:
        """The process numbers of the workers that are free."""
        return self.staff.pids()

    def close(self) -> None:
        """End every worker and the launcher; queries under way are ended."""
        self.staff.close()
        self.reserve.close()
        self._launcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class _Held:
    """A worker for one query: given back where it is ready for another, ended and replaced where it is not."""

    def __init__(self, pool: Pool, staff: Staff, worker: Worker) -> None:
        self._pool, self._staff, self._worker, self._started = pool, staff, worker, time.monotonic()

    def __enter__(self) -> Worker:
        return self._worker

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.settle(self._staff, self._worker, error, time.monotonic() - self._started)

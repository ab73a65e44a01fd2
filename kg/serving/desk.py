"""Asking a pool's workers on behalf of one thread that never waits: a loop that has sockets to attend to.

The loop reads a worker's socket when there is something (`read`), and looks round every `LOOK` seconds (`look`): the
same limits hold as where a thread waits for its answer, and the line before the workers is the same line.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from kg.errors import AvermentError, Unusable
from kg.serving.jobs import Answered, Ended, Job
from kg.serving.pool import Pool
from kg.serving.staff import Busy, Place, Staff
from kg.serving.watching import Gone, Watch

Outcome = tuple[Answered, bytes] | AvermentError


@dataclass(slots=True, eq=False)
class Asked:
    """One query under way; `tell` is given its answer or what kept it from being answered."""

    job: Job
    tell: Callable[[Outcome], object]
    gone: Callable[[], bool]
    deadline: float
    staff: Staff
    place: Place | None = None
    watch: Watch | None = None
    again: bool = False


class Desk:
    """The queries of one thread. `wake` is called, by whichever thread, when `attend` should be."""

    def __init__(self, pool: Pool, *, wake: Callable[[], object]) -> None:
        self._pool, self._wake = pool, wake
        self._handed: deque[Asked] = deque()
        self._waiting: dict[Asked, None] = {}
        # By the number of the worker's socket, which is to be read.
        self.running: dict[int, Asked] = {}
        self._mending = threading.Lock()

    def ask(self, job: Job, *, tell: Callable[[Outcome], object], gone: Callable[[], bool]) -> None:
        """Have a query answered, or told why not, now or later."""
        deadline = time.monotonic() + self._pool.limits.seconds
        self._enter(Asked(job, tell, gone, deadline, self._pool.choose(job)))

    @property
    def busy(self) -> bool:
        """Whether there is a query to look after."""
        return bool(self.running or self._waiting)

    def attend(self) -> None:
        """Begin with the queries that a worker is there for now."""
        while self._handed:
            asked = self._handed.popleft()
            if asked in self._waiting:
                del self._waiting[asked]
                self._begin(asked)

    def read(self, number: int) -> None:
        """Read what a worker has sent; its socket is number `number`."""
        asked = self.running[number]
        assert asked.watch is not None
        outcome: Outcome | None
        try:
            outcome = asked.watch.gather()
        except AvermentError as error:
            outcome = error
        if outcome is not None:
            self._finish(number, asked, outcome)

    def look(self) -> None:
        """End the queries that have to end, and give up those that have waited too long or for nobody."""
        for number, asked in list(self.running.items()):
            assert asked.watch is not None
            try:
                asked.watch.look()
            except AvermentError as error:
                self._finish(number, asked, error)
        for asked in list(self._waiting):
            reason = self._tire(asked)
            if reason is not None and asked.place is not None:
                del self._waiting[asked]
                asked.tell(asked.staff.leave(asked.place, reason))
        self._mend()
        self.attend()

    # --- one query ----------------------------------------------------------------------------------------------------

    def _enter(self, asked: Asked) -> None:
        try:
            asked.place = place = asked.staff.enter(lambda: self._hand(asked))
        except Busy as error:
            asked.tell(error)
            return
        if place.worker is not None:
            self._begin(asked)
        else:
            self._waiting[asked] = None
            self._mend()

    def _hand(self, asked: Asked) -> None:
        self._handed.append(asked)
        self._wake()

    def _begin(self, asked: Asked) -> None:
        assert asked.place is not None
        worker = asked.place.worker
        if worker is None and asked.staff is not self._pool.staff:  # it was there until now
            asked.staff = self._pool.staff
            self._enter(asked)
            return
        if worker is None:
            asked.tell(Busy("the server is being stopped", seconds=5))
            return
        number = worker.connection.fileno()
        try:
            asked.watch = Watch(worker, asked.staff.limits, asked.job, asked.gone, waits=False)
        except Ended as error:
            self._finish(number, asked, error)
        else:
            self.running[number] = asked

    def _finish(self, number: int, asked: Asked, outcome: Outcome) -> None:
        self.running.pop(number, None)
        place, watch = asked.place, asked.watch
        assert place is not None
        assert place.worker is not None
        error = outcome if isinstance(outcome, AvermentError) else None
        asked.staff.settle(place.worker, error, time.monotonic() - watch.started if watch else 0.0)
        # The next query is begun before this answer is passed on.
        self.attend()
        self._mend()
        if isinstance(outcome, Ended) and not outcome.begun and not asked.again:
            # A worker that was dying when it was given the job; a query that kills workers is not tried a third time.
            asked.again = True
            asked.staff.dismiss_idle()
            asked.staff = self._pool.staff
            self._enter(asked)
        else:
            asked.tell(outcome)

    def _tire(self, asked: Asked) -> AvermentError | None:
        """Why a query waits no longer, None where it does."""
        if asked.place is not None and asked.place.worker is not None:
            return None
        if asked.gone():
            return Gone("the client has gone")
        if time.monotonic() > asked.deadline:
            return Busy("no worker became free in time", seconds=10)
        return None

    # --- workers that are missing -------------------------------------------------------------------------------------

    def _mend(self) -> None:
        """Start the workers that are missing, in a thread of its own: that takes longer than this one may wait."""
        if self._pool.staff.missing and self._mending.acquire(blocking=False):
            threading.Thread(target=self._refill, daemon=True).start()

    def _refill(self) -> None:
        try:
            with suppress(Unusable):  # tried again at the next look, until nobody waits
                self._pool.staff.refill()
        finally:
            self._mending.release()

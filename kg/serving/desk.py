"""Asking a pool's workers on behalf of one thread that never waits: a loop that has sockets to attend to.

The loop reads a worker's socket when there is something (`read`), and looks round every `LOOK` seconds (`look`): the
same limits hold as where a thread waits for its answer, and the line before the workers is the same line.

Where queries are short, a worker is handed the next one ahead, while it is still at one, so that it need not be woken
for it. Should that one take longer after all, the next goes back to the head of the line.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from kg.errors import AvermentError, Unusable
from kg.serving.jobs import Answered, Ended, Job
from kg.serving.pool import Pool
from kg.serving.processes import Worker
from kg.serving.staff import Busy, Place, Staff
from kg.serving.watching import LOOK, Gone, Watch

Outcome = tuple[Answered, bytes] | AvermentError
# Seconds that queries may take of late, in the mean, for others to be handed ahead; how many count in that mean.
_SHORT, _OF_LATE = 0.02, 16
# How many a worker may be handed ahead, and of how many characters, so that all fit its socket.
_DEPTH, _SMALL = 2, 4 << 10


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
    vain: bool = False


class Desk:
    """The queries of one thread. `wake` is called, by whichever thread, when `attend` should be."""

    def __init__(self, pool: Pool, *, wake: Callable[[], object]) -> None:
        self._pool, self._wake = pool, wake
        self._handed: deque[Asked] = deque()
        self._waiting: dict[Asked, None] = {}
        # By the number of the worker's socket, which is to be read.
        self.running: dict[int, Asked] = {}
        # By the same number: what the worker will find when it is done with the one it is at.
        self._ahead: dict[int, deque[Asked]] = {}
        # Nothing is known of the pace yet.
        self._pace = 2 * _SHORT
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
        self._hand_ahead()

    def read(self, number: int) -> None:
        """Read what a worker has sent; its socket is number `number`."""
        while (asked := self.running.get(number)) is not None:
            outcome: Outcome | None
            try:
                outcome = _watch(asked).gather()
            except AvermentError as error:
                outcome = error
            if outcome is None:
                return
            more = _watch(asked).has_some
            self._finish(number, asked, outcome)
            if not more:
                return

    def look(self) -> None:
        """End the queries that have to end, and give up those that have waited too long or for nobody."""
        for number, asked in list(self.running.items()):
            try:
                _watch(asked).look()
            except AvermentError as error:
                self._finish(number, asked, error)
            else:
                if number in self._ahead and time.monotonic() - _watch(asked).started > LOOK:
                    self._take_back(number)
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
            self._hand_ahead()
            self._mend()

    def _hand(self, asked: Asked) -> None:
        self._handed.append(asked)
        self._wake()

    def _begin(self, asked: Asked) -> None:
        worker = _place(asked).worker
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
        error = outcome if isinstance(outcome, AvermentError) else None
        seconds = time.monotonic() - asked.watch.started if asked.watch else 0.0
        self._pace += (seconds - self._pace) / _OF_LATE
        ahead = _place(self._ahead[number][0]) if number in self._ahead else None
        asked.staff.settle(_worker(asked), error, seconds, ahead=ahead, vain=asked.vain)
        if ahead is not None:
            self._go_on(number)
        # The next query is begun before this answer is passed on.
        self.attend()
        self._mend()
        if isinstance(outcome, Ended) and not outcome.begun and not (asked.again or asked.vain):
            # A worker that was dying when it was given the job; a query that kills workers is not tried a third time.
            asked.again = True
            asked.staff.dismiss_idle()
            asked.staff = self._pool.staff
            self._enter(asked)
        else:
            # Each leads to the other; let go of here, neither has to be looked for.
            asked.place = None
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

    # --- handing ahead ------------------------------------------------------------------------------------------------

    def _hand_ahead(self) -> None:
        """Hand those who are next in the line to workers that will be free soon."""
        if self._pace > _SHORT or not self._waiting:
            return
        now = time.monotonic()
        for depth in range(1, _DEPTH + 1):
            # What was begun last is the least likely to take long.
            for number, busy in reversed(self.running.items()):
                if not self._waiting:
                    return
                if len(self._ahead.get(number, ())) < depth and now - _watch(busy).started < LOOK:
                    self._give(number, busy, next(iter(self._waiting)))

    def _give(self, number: int, busy: Asked, asked: Asked) -> None:
        """Hand one query ahead to the worker of another, where it may be and its turn has come."""
        place = _place(asked)
        if not asked.staff is busy.staff is self._pool.staff or len(asked.job.query) > _SMALL:
            return
        if not asked.staff.step_ahead(place):
            return
        del self._waiting[asked]
        try:
            asked.watch = Watch(_worker(busy), asked.staff.limits, asked.job, asked.gone, waits=False)
        except Ended:
            # The worker is gone, which whoever it works for is told.
            self._return(asked)
        else:
            self._ahead.setdefault(number, deque()).append(asked)

    def _go_on(self, number: int) -> None:
        """Have a worker be at what it was handed ahead; where there is none any more, that goes back to the line."""
        asked = self._ahead[number][0]
        if _place(asked).worker is None:
            self._take_back(number)
            del self._ahead[number]
            return
        self._ahead[number].popleft()
        if not self._ahead[number]:
            del self._ahead[number]
        _watch(asked).begin()
        self.running[number] = asked

    def _take_back(self, number: int) -> None:
        """Put what a worker was handed ahead back to the head of the line; what it makes of it is in vain."""
        handed = self._ahead[number]
        self._ahead[number] = deque(_in_vain(asked) for asked in handed)
        for asked in reversed(handed):
            if not asked.vain:
                self._return(asked)

    def _return(self, asked: Asked) -> None:
        asked.watch = None
        self._waiting = {asked: None, **self._waiting}
        asked.staff.step_back(_place(asked))

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


def _in_vain(asked: Asked) -> Asked:
    """The same query, of which nobody will be told."""
    watch = _watch(asked)
    watch.give_up()
    return replace(
        asked, tell=lambda outcome: None, gone=lambda: True, place=Place(lambda: None), watch=watch, vain=True
    )


def _place(asked: Asked) -> Place:
    assert asked.place is not None
    return asked.place


def _watch(asked: Asked) -> Watch:
    assert asked.watch is not None
    return asked.watch


def _worker(asked: Asked) -> Worker:
    worker = _place(asked).worker
    assert worker is not None
    return worker

"""Watching one worker at one job: time, memory, and whether anyone still waits for the answer."""

import json
import time
from collections.abc import Callable, Iterator

from kg.errors import AvermentError, Unusable
from kg.serving.jobs import DATA, END, HEAD, REFUSED, WHOLE, Answered, Ended, Job, Limits, frame
from kg.serving.processes import PATIENCE, Worker
from kg.serving.sandbox import resident
from kg.store.answering import NotGiven
from kg.store.base import QueryRefused

# Seconds between two looks.
LOOK = 0.05
# Seconds within which a worker that ends has not even begun.
_AT_ONCE = 0.1


def never() -> bool:
    """Nobody goes away."""
    return False


class Gone(AvermentError):
    """Whoever asked no longer waits."""


class Watch:
    """Takes in what one worker answers to one job, and raises where the job has to end.

    Where it does not wait (`waits`), whoever holds it calls `gather` when the worker's socket can be read, and `look`
    every `LOOK` seconds.
    """

    def __init__(
        self, worker: Worker, limits: Limits, job: Job, gone: Callable[[], bool], *, waits: bool = True
    ) -> None:
        self._worker, self._limits, self._seconds, self._gone = worker, limits, job.seconds, gone
        self.started = time.monotonic()
        self._deadline = self.started + job.seconds
        told = frame(HEAD, job.to_bytes())
        connection = worker.connection
        connection.settimeout(PATIENCE if waits else 0)
        try:
            if waits:
                connection.sendall(told)
                connection.settimeout(LOOK)
            elif connection.send(told) < len(told):
                raise self._end_of_worker()
        except (ConnectionError, BlockingIOError) as error:
            raise self._end_of_worker() from error

    def begin(self) -> None:
        """Count the time from now: the worker was busy with another job until now."""
        self.started = time.monotonic()
        self._deadline = self.started + self._seconds

    def give_up(self) -> None:
        """Wait no longer for the answer; the next look ends it."""
        self._gone = lambda: True

    @property
    def has_some(self) -> bool:
        """Whether something of the answer is here already, beside what its socket may hold."""
        return self._worker.frames.has_some

    def next(self) -> tuple[bytes, bytes]:
        """The next frame. Raises Ended or Gone."""
        while True:
            try:
                came = self._worker.frames.read()
            except TimeoutError:
                self.look()
                continue
            if came is None:
                raise self._end_of_worker()
            return came

    def whole(self) -> tuple[Answered, bytes]:
        """The head of an answer and its bytes, once they are whole. Raises Ended, Gone, or QueryRefused."""
        return self._read(*self.next())

    def gather(self) -> tuple[Answered, bytes] | None:
        """Take in what has come, without waiting; the answer, once it is whole. Raises Ended or QueryRefused."""
        try:
            came = self._worker.frames.read()
        except BlockingIOError:
            return None
        if came is None:
            raise self._end_of_worker()
        return self._read(*came)

    def rest(self) -> Iterator[bytes]:
        """The data up to the mark that says it is whole. Raises Ended, Gone, or QueryRefused."""
        while True:
            kind, data = self.next()
            if kind == END:
                return
            if kind == REFUSED:
                raise to_refusal(data)
            assert kind == DATA
            self._check_time()
            yield data

    def look(self) -> None:
        """Raise Ended or Gone where time or memory is used up, or nobody waits any more."""
        self._check_time()
        if resident(self._worker.pid) > self._worker.base + self._limits.memory:
            raise self._too_big()
        if self._gone():
            raise Gone("the client has gone")

    def _read(self, kind: bytes, data: bytes) -> tuple[Answered, bytes]:
        try:
            if kind == REFUSED:
                raise to_refusal(data)
            if kind == WHOLE:
                head, _, body = data.partition(b"\n")
                return Answered.from_bytes(head), body
        except (ValueError, TypeError, KeyError) as error:
            raise self._end_of_worker() from error
        # No worker of ours sends anything else: it is not one any more.
        raise self._end_of_worker()

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise self._too_slow()

    def _end_of_worker(self) -> Ended:
        now = time.monotonic()
        if now > self._deadline:
            return self._too_slow()
        return Ended(
            "engine",
            f"the engine gave up on this query: it asked for more than {_megabytes(self._limits.memory)} of memory at "
            "once, or met a fault. Ask for less at a time, or write it more simply",
            begun=now - self.started > _AT_ONCE,
        )

    def _too_slow(self) -> Ended:
        return Ended(
            "time",
            f"this query was ended after {self._seconds:g} seconds, which is what one query may take here. "
            "Narrow it, write what is rare first and each OPTIONAL last, or take the published files, and ask at home",
        )

    def _too_big(self) -> Ended:
        return Ended(
            "memory",
            f"this query was ended because it needed more than {_megabytes(self._limits.memory)} of memory, which is "
            "what one query may take here. Narrow it, or take the published files and ask them at home",
        )


def to_refusal(data: bytes) -> AvermentError:
    """What a worker refused, as an error."""
    content = json.loads(data)
    if "unusable" in content:
        return Unusable(content["unusable"])
    kind = NotGiven if content["form"] else QueryRefused
    return kind(content["reason"], line=content["line"], column=content["column"])


def _megabytes(size: int) -> str:
    return f"{size >> 20:,} MB"

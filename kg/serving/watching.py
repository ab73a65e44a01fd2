"""Watching one worker at one job: time, memory, and whether anyone still waits for the answer."""

import json
import time
from collections.abc import Callable, Iterator

from kg.errors import AvermentError, Unusable
from kg.serving.jobs import DATA, END, HEAD, REFUSED, Answered, Ended, Job, Limits, frame
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
        self._head: Answered | None = None
        self._parts: list[bytes] = []
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
        while (answer := self._add(*self.next())) is None:
            self._check_time()
        return answer

    def gather(self) -> tuple[Answered, bytes] | None:
        """Take in what has come, without waiting; the answer, once it is whole. Raises Ended or QueryRefused."""
        while True:
            try:
                came = self._worker.frames.read()
            except BlockingIOError:
                return None
            try:
                answer = self._add(*came) if came is not None else None
            except (ValueError, TypeError, KeyError):  # no worker of ours sends this: it is not one any more
                came = answer = None
            if came is None:
                raise self._end_of_worker()
            if answer is not None:
                return answer

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

    def _add(self, kind: bytes, data: bytes) -> tuple[Answered, bytes] | None:
        if kind == REFUSED:
            raise to_refusal(data)
        if kind == HEAD:
            self._head = Answered.from_bytes(data)
        elif kind == DATA:
            self._parts.append(data)
        elif kind == END and self._head is not None:
            return self._head, b"".join(self._parts)
        return None

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

"""Watching one worker at one job: time, memory, and whether anyone still waits for the answer."""

import json
import time
from collections.abc import Callable, Iterator

from kg.errors import AvermentError, Unusable
from kg.serving.jobs import DATA, END, HEAD, REFUSED, Ended, Job, Limits, frame
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
    """Takes in what one worker answers to one job, and raises where the job has to end."""

    def __init__(self, worker: Worker, limits: Limits, job: Job, gone: Callable[[], bool]) -> None:
        self._worker, self._limits, self._seconds, self._gone = worker, limits, job.seconds, gone
        self._started = time.monotonic()
        self._deadline = self._started + job.seconds
        worker.connection.settimeout(PATIENCE)
        try:
            worker.connection.sendall(frame(HEAD, job.to_bytes()))
        except ConnectionError as error:
            raise self._end_of_worker() from error
        worker.connection.settimeout(LOOK)

    def next(self) -> tuple[bytes, bytes]:
        """The next frame. Raises Ended or Gone."""
        while True:
            try:
                came = self._worker.frames.read()
            except TimeoutError:
                self._look()
                continue
            if came is None:
                raise self._end_of_worker()
            return came

    def rest(self) -> Iterator[bytes]:
        """The data up to the mark that says it is whole. Raises Ended, Gone, or QueryRefused."""
        while True:
            kind, data = self.next()
            if kind == END:
                return
            if kind == REFUSED:
                raise to_refusal(data)
            assert kind == DATA
            if time.monotonic() > self._deadline:
                raise self._too_slow()
            yield data

    def _look(self) -> None:
        if time.monotonic() > self._deadline:
            raise self._too_slow()
        if resident(self._worker.pid) > self._limits.memory:
            raise self._too_big()
        if self._gone():
            raise Gone("the client has gone")

    def _end_of_worker(self) -> Ended:
        now = time.monotonic()
        if now > self._deadline:
            return self._too_slow()
        return Ended(
            "engine",
            f"the engine gave up on this query: it asked for more than {_megabytes(self._limits.memory)} of memory at "
            "once, or met a fault. Ask for less at a time, or write it more simply",
            begun=now - self._started > _AT_ONCE,
        )

    def _too_slow(self) -> Ended:
        return Ended(
            "time",
            f"this query was ended after {self._seconds:g} seconds, which is what one query may take here. "
            "Narrow it, give it a LIMIT, or take the published files and ask them at home",
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

"""A worker: shut in, it answers one job after another on one socket, and dies by its own clock if need be."""

import io
import json
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import Unusable
from kg.serving.jobs import DATA, END, HEAD, REFUSED, WHOLE, Answered, FrameReader, Job, frame
from kg.serving.sandbox import enter, limit_memory
from kg.store.answering import Cut, Dataset, NotGiven, Snapshot
from kg.store.base import QueryRefused

# Seconds that whoever reads a streamed answer may stand still.
STALL = 30.0
_END = frame(END, b"")


def work(connection: socket.socket, *, memory: int, in_memory: bool = False) -> None:
    """Answer until the other side is gone; the first frame says how this process is shut in, or why it is not.

    A worker that answers from memory (`in_memory`) reads the snapshot of its first job whole, and has only then to do
    with so many bytes more.
    """
    try:
        way = enter(memory=None if in_memory else memory)
    except Unusable as error:
        connection.sendall(frame(REFUSED, str(error).encode()))
        return
    # Whoever hands out the work goes before those who do it, and need not wait until one of them has used up its turn.
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    connection.sendall(frame(HEAD, way.encode()))
    frames, snapshot = FrameReader(connection), None
    while (came := frames.read()) is not None:
        job = Job.from_bytes(came[1])
        # The server ends what takes too long; this clock ends it where the server cannot.
        signal.setitimer(signal.ITIMER_REAL, job.seconds + 1)
        try:
            if snapshot is None or str(snapshot.path) != job.snapshot:
                snapshot = None
                snapshot = Snapshot.in_memory(Path(job.snapshot)) if in_memory else Snapshot(Path(job.snapshot))
                if in_memory:
                    limit_memory(memory)
            _answer(connection, job, snapshot)
        except QueryRefused as error:
            connection.sendall(frame(REFUSED, _to_json(error, job)))
        except Unusable as error:
            connection.sendall(frame(REFUSED, json.dumps({"unusable": str(error)}).encode()))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(connection: socket.socket, job: Job, snapshot: Snapshot) -> None:
    asked = snapshot.ask(job.query, Dataset(job.default_graphs, job.named_graphs))
    media_type = asked.choose(job.solutions, job.triples)
    if job.export:
        connection.settimeout(STALL)
        connection.sendall(frame(HEAD, Answered(media_type).to_bytes()))
        asked.write(media_type, cast(BinaryIO, _Frames(connection)))
        connection.sendall(_END)
        connection.settimeout(None)
        return
    given = asked.give(media_type, Cut(job.rows, job.size, job.cut_notice))
    head = Answered(given.media_type, given.cut, given.rows)
    connection.sendall(frame(WHOLE, head.to_bytes() + b"\n" + given.body))


def _to_json(error: QueryRefused, job: Job) -> bytes:
    content = {
        # What the engine says of a damaged file names it; where that lies is nobody's business.
        "reason": error.reason.replace(f"{job.snapshot}/", ""),
        "line": error.line,
        "column": error.column,
        "form": isinstance(error, NotGiven),
    }
    return json.dumps(content).encode()


class _Frames(io.RawIOBase):
    """Hands what is written to it on as frames of data."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Hand some bytes on."""
        self._connection.sendall(frame(DATA, bytes(data)))
        return len(data)

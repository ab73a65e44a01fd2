"""What a worker is asked and what it answers, and how both cross a socket: frames of a kind, a length, and bytes."""

import marshal
import socket
import struct
from dataclasses import dataclass
from typing import NamedTuple

from kg.errors import AvermentError

_HEADER = struct.Struct("!cI")

# Bytes read at once: more would have the system map memory for each read, and take it back.
_PIECE = 1 << 16

# What the launcher is asked for: a worker, and one that answers from memory.
ORDINARY, IN_MEMORY = b"+", b"m"
HEAD, DATA, END, WHOLE, REFUSED = b"H", b"D", b"E", b"W", b"X"
"""An answer comes as its head, data and an end; or whole, the head on a line before the data; or it is refused."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take: seconds, bytes of memory, rows (or triples) and bytes of its answer.

    An answer that is streamed (an export) has neither of the last two, but seconds of its own.
    """

    seconds: float = 30.0
    memory: int = 1 << 30
    rows: int = 100_000
    size: int = 32 << 20
    export_seconds: float = 600.0


class Job(NamedTuple):
    """A query, the snapshot it is asked of, and the forms its answer may have ("" where the client takes none such).

    `default_graphs` and `named_graphs` are a dataset as the protocol gives it; None leaves it to the query. `export`
    streams the whole answer; else it is cut at `rows` and `size`, and says so.
    """

    snapshot: str
    query: str
    solutions: str = "application/sparql-results+json"
    triples: str = "application/n-triples"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    rows: int = 0
    size: int = 0
    seconds: float = 30.0
    export: bool = False
    cut_notice: str = ""

    def to_bytes(self) -> bytes:
        """As it crosses the socket, from this program to one that it started."""
        return marshal.dumps(tuple(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Job":
        """As it came over the socket; never of what a worker sent."""
        return cls._make(marshal.loads(data))  # noqa: S302


@dataclass(frozen=True, slots=True)
class Answered:
    """The head of an answer: its media type, and where it was cut how many rows or triples are left in it."""

    media_type: str
    cut: bool = False
    rows: int = 0

    def to_bytes(self) -> bytes:
        """As it crosses the socket."""
        return f"{self.media_type} {int(self.cut)} {self.rows}".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Answered":
        """As it came over the socket. Raises ValueError."""
        media_type, cut, rows = data.decode().split(" ")
        return cls(media_type, cut == "1", int(rows))


class Ended(AvermentError):
    """A query that was ended: `limit` is "time" or "memory", or "engine" where the engine itself gave up.

    `begun` is false where the worker was gone before the query can have been at work.
    """

    def __init__(self, limit: str, reason: str, *, begun: bool = True) -> None:
        self.limit, self.begun = limit, begun
        super().__init__(reason)


def frame(kind: bytes, data: bytes) -> bytes:
    """One frame."""
    return _HEADER.pack(kind, len(data)) + data


class FrameReader:
    """Takes frames out of what arrives; the socket should wait no longer than its caller can, or not at all."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._held = bytearray()

    @property
    def has_some(self) -> bool:
        """Whether something has arrived of a frame that has not been taken out."""
        return bool(self._held)

    def read(self) -> tuple[bytes, bytes] | None:
        """The next frame, None once the other side is gone. Raises TimeoutError, BlockingIOError: none is whole yet."""
        while True:
            if len(self._held) >= _HEADER.size:
                kind, length = _HEADER.unpack_from(self._held)
                if len(self._held) >= _HEADER.size + length:
                    data = bytes(self._held[_HEADER.size : _HEADER.size + length])
                    del self._held[: _HEADER.size + length]
                    return kind, data
            try:
                came = self._connection.recv(_PIECE)
            except ConnectionResetError:
                return None
            if not came:
                return None
            self._held += came

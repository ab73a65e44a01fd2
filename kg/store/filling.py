"""A graph filled by a process of its own, segment by segment, while others are still being made.

It loads into a folder that nothing names until it is swapped in; what a killed one leaves the next writer clears away.
"""

import os
from collections.abc import Iterable, Iterator
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from kg.errors import Unusable
from kg.log.streams import iter_segment
from kg.store.base import Progress
from kg.store.embedded import fill_store
from kg.store.loading import encode_lines, join_parts

_END, _WAIT = "end", "wait"


class Filler:
    """Fills the store in a fresh folder; ended with the block, whole or not."""

    def __init__(self, path: Path, *, entry: int) -> None:
        self.path = path
        self._ours, theirs = get_context("spawn").Pipe()
        # Spawned: a copy of this process would share its threads' locks and the engine's open files.
        self._process = get_context("spawn").Process(target=_fill, args=(theirs, path, entry), daemon=True)
        self._process.start()
        theirs.close()

    def feed(self, path: Path) -> None:
        """Load a segment, or a file of N-Quads whose name ends in `.nq`; it stays where it is until `wait`."""
        self._send(str(path))

    def feed_lines(self, lines: Iterable[str], *, aside: Path) -> None:
        """Load N-Quads lines by files whose names begin as a path does, each as soon as there is enough to load."""
        for number, part in enumerate(join_parts(encode_lines(lines))):
            path = aside.with_name(f"{aside.name}-{number}.nq")
            path.write_bytes(part)
            self.feed(path)

    def wait(self) -> None:
        """Wait until everything fed so far is read. Raises Unusable where it cannot be."""
        self._send(_WAIT)
        self._hear(_WAIT, None)

    def finish(self, progress: Progress | None = None) -> None:
        """Wait until everything is loaded and compacted. Raises Unusable where it could not be."""
        self._send(_END)
        self._hear(_END, progress)
        self._process.join()

    def _hear(self, wanted: str, progress: Progress | None) -> None:
        told: str | int = 0
        while told != wanted:
            try:
                told = self._ours.recv()
            except EOFError:
                told = "the process that filled it ended too soon"
            if isinstance(told, str) and told != wanted:
                raise Unusable(f"{self.path} could not be filled: {told}")
            if isinstance(told, int) and progress:
                progress(told)

    def _send(self, message: object) -> None:
        try:
            self._ours.send(message)
        except BrokenPipeError:
            raise Unusable(f"{self.path} could not be filled: the process that filled it ended too soon") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._ours.close()


def end_with_parent() -> None:
    """End this process the moment the one that started it ends, however that happens.

    What is left over would go on writing into folders that the next import has taken.
    """
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _fill(pipe: Connection, path: Path, entry: int) -> None:
    """What the process does."""
    end_with_parent()
    try:
        fill_store(path, _iter_fed(pipe), entry=entry, progress=pipe.send)
        pipe.send(_END)
    except (Unusable, OSError) as error:
        pipe.send(str(error) or type(error).__name__)


def _iter_fed(pipe: Connection) -> Iterator[bytes]:
    while True:
        try:
            fed = pipe.recv()
        except EOFError:
            raise OSError("the import ended") from None
        if fed == _END:
            return
        if fed == _WAIT:
            pipe.send(_WAIT)
        else:
            yield from _iter_file(Path(fed)) if fed.endswith(".nq") else iter_segment(Path(fed))


def _iter_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            yield data + file.readline()

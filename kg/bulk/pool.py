"""Worker processes that each take a stretch at a time; they end when the process that started them does."""

import gc
import os
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

from kg.bulk.chunks import Chunk, Job, Mapped
from kg.bulk.reading import read_chunk
from kg.errors import Problem, Refused, Unusable
from kg.store.filling import end_with_parent


class Pool:
    """So many workers on one job; none reads the stretches in this process, one after another."""

    def __init__(self, job: Job, *, workers: int) -> None:
        self._job = job
        self._idle: list[Connection] = []
        self._busy: list[Connection] = []
        self._done: list[Mapped] = []
        self._processes: list[BaseProcess] = []
        # Spawned: a copy of this process would share its threads' locks and the engines' open files.
        context = get_context("spawn")
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            ours.send(job)
            self._processes.append(process)
            self._idle.append(ours)

    def submit(self, chunk: Chunk) -> None:
        """Have a stretch read; waits for a worker to be free."""
        if not self._processes:
            self._done.append(read_chunk(self._job, chunk))
            return
        if not self._idle:
            self._collect()
        pipe = self._idle.pop()
        _send(pipe, chunk)
        self._busy.append(pipe)

    def finished(self) -> Iterator[Mapped]:
        """Yield what has been read since the last call."""
        while self._done:
            yield self._done.pop(0)

    def drain(self) -> Iterator[Mapped]:
        """Yield what is still being read."""
        while self._busy:
            self._collect()
            yield from self.finished()
        yield from self.finished()

    def _collect(self) -> None:
        """Take in at least one answer. Raises what the worker raised."""
        for pipe in wait(self._busy):
            assert isinstance(pipe, Connection)
            try:
                answer = pipe.recv()
            except (EOFError, ConnectionResetError):
                raise Unusable("a worker ended too soon; give the command again, what was finished is kept") from None
            self._busy.remove(pipe)
            self._idle.append(pipe)
            if isinstance(answer, tuple):
                raise Refused(answer)
            if isinstance(answer, str):
                raise Unusable(answer)
            self._done.append(Mapped.from_bytes(answer))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for pipe in (*self._idle, *self._busy):
            pipe.close()
        for process in self._processes:
            if kind is not None:
                process.kill()
            process.join()


class _WithoutPandas(MetaPathFinder):
    """Keeps PyArrow from importing pandas at the first column it makes, a third of a second that nothing here needs."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("it is not needed here", name=name)


def _send(pipe: Connection, message: object) -> None:
    try:
        pipe.send(message)
    except BrokenPipeError:
        raise Unusable("a worker ended too soon; give the command again, what was finished is kept") from None


def _work(pipe: Connection) -> None:
    """What a worker does, until nobody is at the other end."""
    end_with_parent()
    sys.meta_path.insert(0, _WithoutPandas())
    try:
        job = pipe.recv()
        # Looking for circles among all that a stretch makes takes long; the few there are, are found afterwards.
        gc.disable()
        gc.freeze()
        while True:
            chunk = pipe.recv()
            try:
                answer: bytes | tuple[Problem, ...] | str = read_chunk(job, chunk).to_bytes()
            except Refused as error:
                answer = error.problems
            except Unusable as error:
                answer = str(error)
            pipe.send(answer)
            gc.collect()
    except (EOFError, BrokenPipeError):
        # Ended without taking the libraries down one by one, which DuckDB's binding would tell of on standard error.
        os._exit(0)

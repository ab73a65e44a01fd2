"""Answering in this process, without limits of time or memory: for whoever may run programs here, and for tests."""

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from kg.serving.jobs import Answered, Job, Limits
from kg.store.answering import Cut, Dataset, Snapshot


class Inline:
    """Has the face of a pool."""

    sandbox = "none"

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def ask(self, job: Job, *, gone: Callable[[], bool] | None = None) -> tuple[Answered, bytes]:
        """The head of an answer, and its bytes. Raises QueryRefused, Unusable."""
        asked = self._open(job.snapshot).ask(job.query, Dataset(job.default_graphs, job.named_graphs))
        media_type = asked.choose(job.solutions, job.triples)
        given = asked.give(media_type, Cut(job.rows, job.size, job.cut_notice))
        return Answered(given.media_type, given.cut, given.rows), given.body

    def ask_apart(self, job: Job) -> tuple[Answered, bytes]:
        """The same."""
        return self.ask(job)

    def stream(self, job: Job, *, gone: Callable[[], bool] | None = None) -> tuple[Answered, Iterator[bytes]]:
        """The head of a whole answer, and its bytes. Raises QueryRefused, Unusable."""
        asked = self._open(job.snapshot).ask(job.query, Dataset(job.default_graphs, job.named_graphs))
        media_type = asked.choose(job.solutions, job.triples)
        output = io.BytesIO()
        asked.write(media_type, output)
        return Answered(media_type), iter([output.getvalue()])

    def state(self) -> dict[str, int]:
        """There are no workers."""
        return {"workers": 0, "idle": 0, "waiting": 0}

    def close(self) -> None:
        """Nothing is held."""

    def _open(self, path: str) -> Snapshot:
        with self._lock:
            if self._snapshot is None or str(self._snapshot.path) != path:
                self._snapshot = Snapshot(Path(path))
            return self._snapshot

"""Questions of strangers, answered from the newest snapshot or an earlier one, and remembered as long as it stands."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from kg.serving.jobs import Answered, Job, Limits
from kg.serving.source import Standing
from kg.serving.watching import never
from kg.store.answering import Dataset
from kg.store.guard import iter_words

_REMEMBERED = 64 << 20
_LARGEST = 2 << 20
# Rows, bytes and seconds of what the server asks for itself.
_ALL, _PATIENCE = 1 << 40, 6 * 3600.0
# What gives something else each time it is asked.
_CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID"})
_MAY_CHANGE = ("now", "rand", "uuid", "\\u")


class Answering(Protocol):
    """A pool of workers, or what stands in for one."""

    @property
    def limits(self) -> Limits:
        """What one query may take."""

    def ask(self, job: Job, *, gone: Callable[[], bool]) -> tuple[Answered, bytes]:
        """The head of an answer, and its bytes."""

    def ask_apart(self, job: Job) -> tuple[Answered, bytes]:
        """The head of an answer to the server itself, and its bytes, at whatever time they take."""

    def stream(self, job: Job, *, gone: Callable[[], bool]) -> tuple[Answered, Iterator[bytes]]:
        """The head of a whole answer, and its bytes as they come."""

    def state(self) -> dict[str, int]:
        """How many workers there are, are free, and how many queries wait for one."""

    def close(self) -> None:
        """End the workers."""


class Standings(Protocol):
    """The snapshots of a graph folder, or where another server stands."""

    def newest(self) -> Standing:
        """What stands now. Raises Unusable."""


class Question(NamedTuple):
    """A query, the forms of its answer that are taken ("" for none), and the graphs it is asked over."""

    query: str
    solutions: str = "application/sparql-results+json"
    triples: str = "application/n-triples"
    dataset: Dataset = Dataset()

    def changes(self) -> bool:
        """Whether it may give something else when asked again of the same snapshot."""
        # Most queries hold none of these words anywhere, not even where they would mean something else.
        lower = self.query.lower()
        if not any(word in lower for word in _MAY_CHANGE):
            return False
        return "\\u" in lower or any(word in _CHANGING for word in iter_words(self.query))

    def tag(self, standing: Standing, limits: Limits) -> str:
        """What tells the answer from every other one: the question, the snapshot, and where answers are cut."""
        told = [
            *(standing.identity, self.query, self.solutions, self.triples),
            *(self.dataset.default, self.dataset.named, limits.rows, limits.size),
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


class Service:
    """Answers from what stands, for any number of threads."""

    def __init__(self, snapshots: Standings, answering: Answering, *, remembered: int = _REMEMBERED) -> None:
        self.snapshots, self.answering = snapshots, answering
        self._room = remembered
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[Answered, bytes]] = OrderedDict()
        self._held = 0
        self.recalled = 0

    @property
    def limits(self) -> Limits:
        """What one query may take."""
        return self.answering.limits

    def newest(self) -> Standing:
        """The snapshot that stands now. Raises Unusable."""
        return self.snapshots.newest()

    def answer(
        self, question: Question, standing: Standing, *, gone: Callable[[], bool] = never, rows: int = 0
    ) -> tuple[Answered, bytes]:
        """The head of an answer and its bytes; cut at `rows` where that is fewer than the limit. Raises as a pool."""
        rows = min(rows or self.limits.rows, self.limits.rows)
        name = f"{question.tag(standing, self.limits)} {rows}"
        if (found := self.recall(name)) is not None:
            return found
        head, body = self.answering.ask(self.job(question, standing, rows=rows), gone=gone)
        if not question.changes():
            self.remember(name, head, body)
        return head, body

    def recall(self, name: str) -> tuple[Answered, bytes] | None:
        """An answer that is remembered under a name."""
        with self._lock:
            found = self._known.get(name)
            if found is not None:
                self._known.move_to_end(name)
                self.recalled += 1
            return found

    def remember(self, name: str, head: Answered, body: bytes) -> None:
        """Remember an answer, in place of those not asked for longest."""
        if len(body) > min(_LARGEST, self._room):
            return
        with self._lock:
            if name in self._known:
                return
            self._known[name] = head, body
            self._held += len(body)
            while self._held > self._room:
                self._held -= len(self._known.popitem(last=False)[1][1])

    def ask_apart(self, query: str, standing: Standing) -> bytes:
        """All rows of an answer as SPARQL JSON, for the server's own ends and at whatever time it takes. Raises as a
        pool."""
        job = self.job(Question(query), standing, rows=_ALL)._replace(size=_ALL, seconds=_PATIENCE)
        return self.answering.ask_apart(job)[1]

    def export(
        self, question: Question, standing: Standing, *, gone: Callable[[], bool] = never
    ) -> tuple[Answered, Iterator[bytes]]:
        """The head of a whole answer and its bytes as they come. Raises as a pool."""
        job = self.job(question, standing, rows=0)._replace(seconds=self.limits.export_seconds, export=True)
        head, parts = self.answering.stream(job, gone=gone)
        return head, _keeping(standing, parts)

    def close(self) -> None:
        """End the workers."""
        self.answering.close()

    def job(self, question: Question, standing: Standing, *, rows: int) -> Job:
        """What a worker is asked, for an answer of so many rows at most."""
        size = self.limits.size >> 20
        return Job(
            snapshot=str(standing.path),
            query=question.query,
            solutions=question.solutions,
            triples=question.triples,
            default_graphs=question.dataset.default,
            named_graphs=question.dataset.named,
            rows=rows,
            size=self.limits.size,
            seconds=self.limits.seconds,
            cut_notice=(
                f"this answer is not whole: only its first {{rows:,}} rows are here. An answer holds at most {rows:,} "
                f"rows and {size} MB; /sparql/export gives the whole, with the same parameters."
            ),
        )


def _keeping(standing: Standing, parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts of an answer; while they come, the snapshot they come from is held."""
    yield from parts
    del standing

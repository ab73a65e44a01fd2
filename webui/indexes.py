"""The indexes that facets and the search need: made in the background, once for each version of the tables."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar, cast
from weakref import WeakKeyDictionary, WeakSet

from flask import current_app

from kg.analysis.facets.held import Held, hold_derived, hold_index
from kg.analysis.facets.held_voices import HeldVoices, hold_voices
from kg.analysis.facets.index import build_index, complete_index
from kg.reading.search import build_names
from kg.store.tables.view import TablesView

EXTENSION = "averment-indexes"
T = TypeVar("T")
# Of the process, not of an application: an index stands in the tables themselves, which two applications may share.
_LOCK = Lock()
_POOL = ThreadPoolExecutor(1, thread_name_prefix="index")
_MADE: WeakKeyDictionary[TablesView, "_Making"] = WeakKeyDictionary()
# Tables whose indexes took longer than a page waits; no other page waits for them.
_LATE: WeakSet[TablesView] = WeakSet()


@dataclass(frozen=True, slots=True)
class Ready:
    """What of the indexes can be asked now: names, the facets in the state they are in, voices; None for not at all."""

    names: bool
    facets: Held | None
    voices: HeldVoices | None


class _Making:
    """The indexes of one version of the tables, each made after those it needs."""

    def __init__(self, view: TablesView) -> None:
        self.names = _POOL.submit(build_names, view)
        self.basic = _POOL.submit(lambda: hold_index(view, build_index(view)))
        self.voices = _POOL.submit(lambda: hold_voices(view, self.basic.result()))
        self.whole = _POOL.submit(self._complete, view)

    def _complete(self, view: TablesView) -> Held:
        complete_index(view)
        return hold_derived(view, self.basic.result())

    def tell(self) -> Ready:
        """What is ready. Raises what kept it from being made."""
        return Ready(
            names=self.names.done(),
            facets=_read(self.whole) or _read(self.basic),
            voices=_read(self.voices),
        )


class Indexes:
    """One thread makes them, so that pages are not held up; what was made goes when its tables go."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds

    def get(self, view: TablesView) -> Ready:
        """What is ready in the time a page has; the rest goes on, and no later page waits for it.

        Raises what kept an index from being made.
        """
        making = self._make(view)
        # One thread makes them in order: when the last is done, all are.
        wait([making.whole], timeout=0 if view in _LATE else self._seconds)
        if not making.whole.done():
            with _LOCK:
                _LATE.add(view)
        return making.tell()

    def peek(self, view: TablesView) -> Ready:
        """What is ready already; what is not is made from now on. Raises what kept an index from being made."""
        return self._make(view).tell()

    def wait(self, view: TablesView) -> None:
        """Wait until all of them are made, or one could not be."""
        wait([self._make(view).whole])

    def _make(self, view: TablesView) -> _Making:
        with _LOCK:
            if view not in _MADE:
                _MADE[view] = _Making(view)
            return _MADE[view]


def _read(made: Future[T]) -> T | None:
    return made.result() if made.done() else None


def get_indexes() -> Indexes:
    """The indexes of this application."""
    return cast(Indexes, current_app.extensions[EXTENSION])

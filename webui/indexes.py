"""The indexes that facets and the search need: made in the background, once for each version of the tables."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock
from typing import cast
from weakref import WeakKeyDictionary, WeakSet

from flask import current_app

from kg.analysis.facets.held import Held, hold_index
from kg.analysis.facets.index import build_index, complete_index
from kg.reading.search import build_names
from kg.store.tables.view import TablesView

EXTENSION = "averment-indexes"
# Of the process, not of an application: an index stands in the tables themselves, which two applications may share.
_LOCK = Lock()
_POOL = ThreadPoolExecutor(1, thread_name_prefix="index")
_MADE: WeakKeyDictionary[TablesView, tuple[Future[None], Future[Held], Future[Held]]] = WeakKeyDictionary()
# Tables whose indexes took longer than a page waits; no other page waits for them.
_LATE: WeakSet[TablesView] = WeakSet()


@dataclass(frozen=True, slots=True)
class Ready:
    """What of the indexes can be asked now: names, and the facets in the state they are in, None for not at all."""

    names: bool
    facets: Held | None


class Indexes:
    """One thread makes them, so that pages are not held up; what was made goes when its tables go."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds

    def get(self, view: TablesView) -> Ready:
        """What is ready in the time a page has; the rest goes on, and no later page waits for it.

        Raises what kept an index from being made.
        """
        with _LOCK:
            found = _MADE.get(view)
            if found is None:
                job = _POOL.submit(build_names, view)
                found = job, _POOL.submit(_hold, build_index, view), _POOL.submit(_hold, complete_index, view)
                _MADE[view] = found
        names, basic, whole = found
        # One thread makes them in order: when the last is done, all are.
        wait([whole], timeout=0 if view in _LATE else self._seconds)
        if whole.done():
            return Ready(names=True, facets=whole.result())
        with _LOCK:
            _LATE.add(view)
        return Ready(names=names.done(), facets=basic.result() if basic.done() else None)


def _hold(make: Callable[[TablesView], str], view: TablesView) -> Held:
    return hold_index(view, make(view))


def get_indexes() -> Indexes:
    """The indexes of this application."""
    return cast(Indexes, current_app.extensions[EXTENSION])

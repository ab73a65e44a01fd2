"""The indexes that facets and the search need: made in the background, once for each version of the tables."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock
from typing import cast
from weakref import WeakKeyDictionary, WeakSet

from flask import current_app

from kg.analysis.facets.index import BASIC, WHOLE, build_index, complete_index
from kg.reading.search import build_names
from kg.store.tables.view import TablesView

EXTENSION = "averment-indexes"
# Of the process, not of an application: an index stands in the tables themselves, which two applications may share.
_LOCK = Lock()
_POOL = ThreadPoolExecutor(1, thread_name_prefix="index")
_MADE: WeakKeyDictionary[TablesView, tuple[Future[None], Future[str], Future[str]]] = WeakKeyDictionary()
# Tables whose indexes took longer than a page waits; no other page waits for them.
_LATE: WeakSet[TablesView] = WeakSet()


@dataclass(frozen=True, slots=True)
class Ready:
    """What of the indexes can be asked now: names, and in which state the facets are, "" for not at all."""

    names: bool
    facets: str


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
                jobs = _POOL.submit(build_names, view), _POOL.submit(build_index, view)
                found = _MADE[view] = (*jobs, _POOL.submit(complete_index, view))
        names, basic, whole = found
        # One thread makes them in order: when the last is done, all are.
        wait([whole], timeout=0 if view in _LATE else self._seconds)
        if whole.done():
            whole.result()
            return Ready(names=True, facets=WHOLE)
        with _LOCK:
            _LATE.add(view)
        return Ready(names=names.done(), facets=BASIC if basic.done() else "")


def get_indexes() -> Indexes:
    """The indexes of this application."""
    return cast(Indexes, current_app.extensions[EXTENSION])

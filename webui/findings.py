"""What analysis finds, within a time: a page tells what is ready, and says of the rest that it is still being found."""

import logging
import secrets
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock
from typing import Any, cast

from flask import current_app

from kg.errors import AvermentError

EXTENSION = "averment-findings"
_log = logging.getLogger(__name__)
_AT_WORK = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What was found; or None, and in words why there is nothing to show; `waiting` says that it may be there soon."""

    value: Any
    problem: str = ""
    waiting: bool = False


class Findings:
    """Analyses run by two threads at most; what one found is kept while it is among the last `kept` asked for."""

    def __init__(self, *, seconds: float, kept: int = 24) -> None:
        self.seconds = seconds
        self._kept = kept
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(_AT_WORK, thread_name_prefix="analysis")
        self._found: dict[Hashable, Future[Any]] = {}

    def tell(
        self, of: Hashable, wanted: Mapping[str, Callable[[], Any]], *, patience: float | None = None
    ) -> dict[str, Told]:
        """What each analysis of a thing finds in the seconds there are for all of them; none of them ever raises.

        `patience` is so many seconds instead, 0 to tell only what is known already.
        """
        futures = {name: self._seek((of, name), make) for name, make in wanted.items()}
        wait(
            [future for future in futures.values() if future is not None],
            timeout=self.seconds if patience is None else patience,
        )
        return {name: self._read(future) for name, future in futures.items()}

    def recall(self, of: Hashable, name: str) -> Told:
        """What was found of a thing, or is being; where nobody has asked yet, it is waited for and not begun."""
        with self._lock:
            future = self._found.get((of, name))
        return Told(None, waiting=True) if future is None else self._read(future)

    def _seek(self, key: Hashable, make: Callable[[], Any]) -> Future[Any] | None:
        """The finding under way or made; None where too much is under way already."""
        with self._lock:
            future = self._found.pop(key, None)
            if future is None:
                if sum(not each.done() for each in self._found.values()) >= self._kept // 2:
                    return None
                future = self._pool.submit(make)
            self._found[key] = future
            done = [each for each, known in self._found.items() if known.done() and each != key]
            for each in done[: max(0, len(self._found) - self._kept)]:
                del self._found[each]
            return future

    def _read(self, future: Future[Any] | None) -> Told:
        if future is None:
            return Told(None, "The server is at work on as much as it can; load this page again in a minute.")
        if not future.done():
            return Told(
                None,
                f"Finding this out takes longer than {self.seconds:g} seconds. It goes on in the background: "
                "load this page again in a minute.",
                waiting=True,
            )
        error = future.exception()
        if error is None:
            return Told(future.result())
        if isinstance(error, AvermentError):
            return Told(None, f"This could not be found out: {error}")
        number = secrets.token_hex(4)
        _log.error("fault %s in an analysis", number, exc_info=error)
        return Told(None, f"A fault of the program kept this from being found out. The log has it under {number}.")


def get_findings() -> Findings:
    """The findings of this application."""
    return cast(Findings, current_app.extensions[EXTENSION])

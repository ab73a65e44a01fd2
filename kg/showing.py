"""Whether a record may be shown: not while something is withdrawn, nor before that is gone from what is read."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kg.log import Record
from kg.log.closing import is_withdrawing, was_ourselves
from kg.projections import find_last_withdrawal, graph_standing, tables_folder
from kg.store.tables import Tables

T = TypeVar("T")
# Seconds between two looks.
_LOOK = 0.1


class Showing:
    """What one server, from its start on, asks before it gives anything out; for one thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._record = Record.open(root)
        self._place = self._record.layout.withdrawing
        self._known = self._find_last()
        self._looked, self._must_end = 0.0, False

    def must_end(self) -> bool:
        """Whether another process withdraws something, or has since the start: what is remembered may hold it."""
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            self._looked = now
            self._must_end = self._must_end or self._find_out()
        return self._must_end

    def _find_out(self) -> bool:
        if is_withdrawing(self._place):
            return not was_ourselves(self._place)
        last = self._find_last()
        if last == self._known or was_ourselves(self._place):
            self._known = last
            return False
        return True

    def _find_last(self) -> int:
        self._record.log.refresh()
        return find_last_withdrawal(self._record)

    def may_begin(self) -> bool:
        """Whether nothing is being withdrawn, and what was is in neither graph nor tables any more."""
        if is_withdrawing(self._place):
            return False
        last = self._find_last()
        return not last or last <= min(graph_standing(self._root), Tables.open(tables_folder(self._root)).standing())

    def open_when_gone(self, opening: Callable[[], T]) -> T:
        """Wait until nothing is being withdrawn, and open what finishes a withdrawal that was killed."""
        while True:
            if not is_withdrawing(self._place):
                # What is opened now holds nothing of what was withdrawn before.
                self._known = self._find_last()
                opened = opening()
                # Where another process records, it was opened as it stands.
                if self.may_begin():
                    return opened
            time.sleep(_LOOK)

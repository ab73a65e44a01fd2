"""When a mapping makes something of a row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.intake.tables.expressions import Template


@dataclass(frozen=True, slots=True)
class Condition:
    """When something is made of a row: what a cell, or a text made of cells, must be."""

    subject: Template
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    filled: bool | None = None
    matches: re.Pattern[str] | None = None
    unlike: re.Pattern[str] | None = None
    differs: Template | None = None
    same: Template | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        others = (each.columns for each in (self.differs, self.same) if each)
        return tuple(name for names in (self.subject.columns, *others) for name in names)

    def holds(self, cells: Mapping[str, str]) -> bool:
        """Whether the text is as it must be."""
        text = self.subject.fill(cells)
        if self.filled is not None and bool(text) is not self.filled:
            return False
        if (self.matches and not self.matches.search(text)) or (self.unlike and self.unlike.search(text)):
            return False
        if self.differs and text == self.differs.fill(cells):
            return False
        if self.same and text != self.same.fill(cells):
            return False
        return (not self.wanted or text in self.wanted) and text not in self.unwanted

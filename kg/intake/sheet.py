"""One case file while it is read: its values by path, and everything found wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from kg.errors import Problem
from kg.intake.yamltext import Path, Tree, field_name
from kg.model import Origin


@dataclass(slots=True)
class Sheet:
    """The values of a case file, where each stands, and the problems and notices gathered so far."""

    file: str
    base: str
    tree: Tree
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    _unsound: set[Path] = field(default_factory=set)

    def get(self, at: Path) -> Any:
        """The value at a path, None where there is none."""
        value = self.tree.data
        try:
            for step in at:
                if isinstance(value, str):
                    return None
                value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
        return value

    def keys(self, at: Path) -> list[str]:
        """The fields of the mapping at a path, in the order written; none where there is no mapping."""
        value = self.get(at)
        return list(value) if isinstance(value, dict) else []

    def items(self, at: Path) -> list[Path]:
        """The paths of the values of a list, or of a single value written without a list."""
        value = self.get(at)
        if isinstance(value, list):
            return [(*at, place) for place, each in enumerate(value) if each is not None]
        return [] if value is None else [at]

    def text(self, at: Path) -> str | None:
        """A scalar exactly as it was written, None where there is none."""
        return None if self.get(at) is None else self.tree.raw_at(at)

    def line(self, at: Path) -> int:
        """The line of what stands at a path, or of the nearest thing around it."""
        return self.tree.line_of(at)

    def origin(self, at: Path) -> Origin:
        """Where the thing at a path was written."""
        return Origin(self.file, self.line(at), field_name(at))

    def refuse(self, at: Path, reason: str, remedy: str, *, value: str | None = None) -> None:
        """Note a problem with what stands at a path; `value` is what was written there unless given."""
        shown = self.tree.raw_at(at) if value is None else value
        self.problems.append(Problem(self.file, self.line(at), field_name(at), shown, reason, remedy))
        self.taint(at)

    def taint(self, at: Path) -> None:
        """Mark what stands at a path as not to be relied on, where the cause is told elsewhere."""
        self._unsound.update(at[:end] for end in range(len(at) + 1))

    def notice(self, at: Path, reason: str, remedy: str) -> None:
        """Note something that deserves a look and keeps nothing from being recorded."""
        shown = self.tree.raw_at(at)
        self.notices.append(Problem(self.file, self.line(at), field_name(at), shown, reason, remedy))

    def is_sound(self, at: Path) -> bool:
        """Whether nothing was found wrong at a path or inside what stands there."""
        return at not in self._unsound

    def drop(self, at: Path) -> None:
        """Take a value of the wrong form out, so that the rest can be read; a list keeps its numbering."""
        holder, last = self.get(at[:-1]) if at else None, at[-1] if at else None
        if isinstance(holder, dict):
            holder.pop(last, None)
        elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
            holder[last] = None
        elif not at:
            self.tree.data = {}

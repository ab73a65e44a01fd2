"""What of a table gives away something that the record withholds: told of every row, at eight bytes for each."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.access.giveaway import Found, to_problem
from kg.errors import Problem


@dataclass(slots=True)
class Telling:
    """The rows of a file in which something withheld is met, by what it is and the columns; 0 is for no one row."""

    file: str
    _rows: dict[tuple[str, str], "array[int]"] = field(default_factory=dict)

    def add(self, what: str, row: int, columns: str) -> None:
        """Note one."""
        self._rows.setdefault((what, columns), array("Q")).append(row)

    def __iter__(self) -> Iterator[tuple[str, Problem]]:
        """Yield each with its severity, made when it is asked for."""
        for (what, columns), rows in self._rows.items():
            for row in rows:
                yield "Warning", to_problem(what, Found(self.file, row, columns))

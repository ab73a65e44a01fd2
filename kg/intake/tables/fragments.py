"""Places in a table as fragments of its address: RFC 7111 for rows and cells, RFC 6901 for nested JSON.

Columns that have no number are named: `line=3&column=killed`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from kg.intake.tables.mapping import Table
from kg.intake.tables.rows import Opened


def to_cells(row: int, columns: Iterable[int]) -> str:
    """A row's cells by RFC 7111, section 2.3: columns count from 1, neighbours make a range.

    >>> to_cells(5, [3, 4, 5, 9])
    'cell=5,3-5,5;5,9'
    """
    spans: list[list[int]] = []
    for column in sorted(set(columns)):
        if spans and spans[-1][1] == column - 1:
            spans[-1][1] = column
        else:
            spans.append([column, column])
    parts = [f"{row},{first}" if first == last else f"{row},{first}-{row},{last}" for first, last in spans]
    return f"cell={';'.join(parts)}" if parts else f"row={row}"


@dataclass(slots=True)
class Places:
    """Writes the fragments of one table; `lent` is what the names of columns of other tables begin with."""

    format: str
    prefix: str
    path: str
    numbers: dict[str, int]
    lent: tuple[str, ...]

    @classmethod
    def of(cls, opened: Opened, table: Table) -> "Places":
        """The fragments of an open table."""
        shape = opened.shape
        prefix = f"sheet={quote(shape.sheet)}&" if shape.format == "xlsx" and shape.sheet else ""
        numbers = {name: place for place, name in enumerate(opened.columns, start=1)}
        lent = tuple(f"{join.name}." for join in table.joins)
        return cls(shape.format, prefix, shape.path, numbers, lent)

    def fragment(self, row: int, columns: Iterable[str]) -> str:
        """The fragment of some columns of a row."""
        if self.numbers:
            numbers = [self.numbers[name] for name in columns if name in self.numbers]
            return self.prefix + to_cells(row, numbers)
        places = {"json": f"{self.path}/{row - 1}", "jsonl": f"line={row}"}
        own = sorted({name for name in columns if not name.startswith(self.lent)})
        return "&".join([places.get(self.format, f"row={row}"), *(f"column={quote(name, safe='')}" for name in own)])

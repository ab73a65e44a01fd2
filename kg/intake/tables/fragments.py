"""Places in a table as fragments of its address: RFC 7111 for rows and cells, RFC 6901 for nested JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

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
    """Writes the fragments of one table."""

    format: str
    prefix: str
    path: str
    numbers: dict[str, int]

    @classmethod
    def of(cls, opened: Opened) -> "Places":
        """The fragments of an open table."""
        shape = opened.shape
        prefix = f"sheet={quote(shape.sheet)}&" if shape.format == "xlsx" and shape.sheet else ""
        numbers = {name: place for place, name in enumerate(opened.columns, start=1)}
        return cls(shape.format, prefix, shape.path, numbers)

    def fragment(self, row: int, columns: Iterable[str]) -> str:
        """The fragment of some columns of a row; of the row alone where columns have no numbers."""
        if self.format == "json":
            return f"{self.path}/{row - 1}"
        if self.format == "jsonl":
            return f"line={row}"
        numbers = [self.numbers[name] for name in columns if name in self.numbers]
        return self.prefix + to_cells(row, numbers)

"""A mapping to begin with, made from the header and the first rows of a table."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from kg.errors import Refused
from kg.intake.tables.files import Source, find_source, open_source
from kg.intake.tables.looking import look_at
from kg.intake.tables.rows import FORMATS, Opened, Row, Shape, open_rows
from kg.intake.tables.starter import Starter

_LOOKED_AT = 500
_DELIMITERS = ";\t|"


def suggest_mapping(path: Path) -> str:
    """The text of a mapping for a table, to be edited. Raises Refused where the table cannot be read."""
    source = find_source(path)
    shape, told = _find_shape(source)
    opened = open_rows(source, shape)
    rows = list(islice(opened.rows, _LOOKED_AT))
    opened.close()
    opened, rows = _part(source, opened, rows)
    names = opened.columns or tuple(dict.fromkeys(name for row in rows for name in row.cells))
    if any("not in the encoding" in fault.reason for row in rows for fault in row.faults):
        told["encoding"] = "not UTF-8, as some bytes show; name it here, such as windows-1252, windows-1256, utf-16"
    given = {name: text for name in ("delimiter", "sheet", "path") if (text := getattr(opened.shape, name))}
    sound = [row for row in rows if not row.faults] or rows
    return "\n".join(Starter(path.name, given, told, look_at(names, sound), sound).lines()) + "\n"


def _find_shape(source: Source) -> tuple[Shape, dict[str, str]]:
    """How to read a workbook of several sheets or nested JSON, with what there is to choose from."""
    form = FORMATS.get(source.suffix, "")
    if form not in ("xlsx", "json"):
        return Shape(), {}
    with open_source(source) as stream:
        if form == "xlsx":
            # Here, as what reads workbooks takes longer to load than most commands run.
            from kg.intake.tables.workbook import list_sheets

            sheets = list_sheets(stream)
            listed = f"the workbook has: {', '.join(sheets)}"
            return (Shape(sheet=sheets[0]), {"sheet": listed}) if len(sheets) > 1 else (Shape(), {})
        try:
            paths = sorted(_iter_lists(json.load(stream), ""), key=lambda found: -found[1])
        except (ValueError, RecursionError):
            return Shape(), {}
    if not paths or paths[0][0] == "":
        return Shape(), {}
    return Shape(path=paths[0][0]), {"path": f"the lists in the file: {', '.join(path for path, _ in paths[:5])}"}


def _iter_lists(value: Any, at: str) -> Iterator[tuple[str, int]]:
    """The JSON Pointers of lists of objects that lie in no other list, with their lengths."""
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        yield at, len(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _iter_lists(inner, f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")


def _part(source: Source, opened: Opened, rows: list[Row]) -> tuple[Opened, list[Row]]:
    """The table read again where its cells are plainly parted by another sign than a comma."""
    if opened.shape.format != "csv" or len(opened.columns) != 1:
        return opened, rows
    for delimiter in _DELIMITERS:
        if delimiter in opened.columns[0]:
            try:
                again = open_rows(source, Shape(delimiter=delimiter))
            except Refused:
                continue
            rows = list(islice(again.rows, _LOOKED_AT))
            again.close()
            return again, rows
    return opened, rows

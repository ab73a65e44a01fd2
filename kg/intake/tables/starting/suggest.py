"""A mapping to begin with, made from the header and the first rows of a table."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from kg.intake.tables.encodings import guess_encoding
from kg.intake.tables.files import Source, find_source, open_source
from kg.intake.tables.rows import FORMATS, Shape, open_rows
from kg.intake.tables.starting.looking import look_at
from kg.intake.tables.starting.seen import Seen
from kg.intake.tables.starting.whole import list_lines

_LOOKED_AT = 500
_HEAD = 1 << 16
_FIRST = 25  # rows among which the header is looked for
_DELIMITERS = ",;\t|"
_GUESSED = "a guess, as it is not UTF-8: do the names and words below look right?"
_HEADED = "the row of the column names; what stands above it is not read"


def suggest_mapping(path: Path) -> str:
    """The text of a mapping for a table, to be edited. Raises Refused where the table cannot be read."""
    source = find_source(path)
    shape, told = _find_shape(source)
    opened = open_rows(source, shape)
    rows = list(islice(opened.rows, _LOOKED_AT))
    opened.close()
    names = tuple(filter(None, opened.columns)) or tuple(dict.fromkeys(name for row in rows for name in row.cells))
    usual = Shape()
    words = ("delimiter", "header", "encoding", "sheet", "path")
    given = {name: str(said) for name in words if (said := getattr(shape, name)) != getattr(usual, name)}
    sound = [row for row in rows if not row.faults] or rows
    return "\n".join(list_lines(Seen(path.name, given, told, look_at(names, sound), sound))) + "\n"


def _find_shape(source: Source) -> tuple[Shape, dict[str, str]]:
    """How to read a table as far as its name does not tell, and what there is to say of that."""
    form = FORMATS.get(source.suffix, "")
    if form in ("csv", "tsv"):
        return _find_text_shape(source, form)
    if form not in ("xlsx", "json"):
        return Shape(), {}
    with open_source(source) as stream:
        if form == "xlsx":
            # Here, as what reads workbooks takes longer to load than most commands run.
            from kg.intake.tables.workbook import iter_sheet, list_sheets

            sheets = list_sheets(stream)
            shape, told = Shape(), {"header": _HEADED}
            if len(sheets) > 1:
                shape, told["sheet"] = Shape(sheet=sheets[0]), f"the workbook has: {', '.join(sheets)}"
            lines = iter_sheet(stream, file=str(source.path), sheet=shape.sheet)
            first = [[cell.text for cell in line] for line in islice(lines, _FIRST)]
            return replace(shape, header=_find_header(first)), told
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


def _find_text_shape(source: Source, form: str) -> tuple[Shape, dict[str, str]]:
    """How the text of a table is encoded and parted, and which row names its columns."""
    with open_source(source) as stream:
        head = stream.read(_HEAD)
    encoding = guess_encoding(head)
    text = head.decode(encoding or "utf-8-sig", "replace")
    parted = {each: _first_rows(text, each) for each in ("\t" if form == "tsv" else _DELIMITERS)}
    delimiter = max(parted, key=lambda each: _count_names(parted[each]))
    shape = Shape(delimiter="" if delimiter in ("," if form == "csv" else "\t") else delimiter)
    shape = replace(shape, encoding=encoding or shape.encoding, header=_find_header(parted[delimiter]))
    return shape, {"encoding": _GUESSED, "header": _HEADED}


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return list(islice(reader, _FIRST))
    except csv.Error:
        return []


def _find_header(rows: Sequence[Sequence[str]]) -> int:
    """The row, counted from 1, that fills about as many cells as any: a title above it fills one or two."""
    filled = [_count_filled(row) for row in rows]
    most = max(filled, default=0)
    return next((number for number, count in enumerate(filled, start=1) if 2 * count > most), 1)


def _count_names(rows: Sequence[Sequence[str]]) -> int:
    return _count_filled(rows[_find_header(rows) - 1]) if rows else 0


def _count_filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)

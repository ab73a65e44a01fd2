"""Sheets of XLSX workbooks, read row by row; the only module that knows openpyxl."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kg.errors import Problem, Refused
from kg.intake.tables.cells import to_cell

# What openpyxl lets through where bytes of a workbook are lost or altered, at opening and at any row.
_DAMAGED = (
    BadZipFile,
    InvalidFileException,
    ParseError,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
)


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell as text, and what is wrong with it ("" where nothing is)."""

    text: str
    fault: str = ""


def iter_sheet(stream: IO[bytes], *, file: str, sheet: str = "") -> Iterator[list[SheetCell]]:
    """The rows of a sheet (the only one, where none is named), the first included. Raises Refused."""
    try:
        values = load_workbook(stream, read_only=True, data_only=True)
        stream.seek(0)
        # Read a second time for the formulas: one whose value was never saved would pass for an empty cell.
        formulas = load_workbook(stream, read_only=True)
    except _DAMAGED as error:
        reason = f"the workbook cannot be read, it may be damaged or cut short: {error}"
        raise Refused([Problem(file, reason=reason, remedy="save it as .xlsx again")]) from None
    names = values.sheetnames
    name = sheet or (names[0] if len(names) == 1 else "")
    if name not in names:
        reason = f"it has no sheet {sheet!r}" if sheet else f"it has {len(names)} sheets and none is named"
        raise Refused([Problem(file, reason=reason, remedy=f"give sheet: one of {', '.join(names)}")])
    number = 0
    try:
        both = zip(values[name].iter_rows(), formulas[name].iter_rows(), strict=True)
        for line, written in both:
            number += 1
            yield [_read_cell(cell, source) for cell, source in zip(line, written, strict=True)]
    except _DAMAGED as error:
        reason = f"the sheet {name!r} cannot be read from here on, the workbook is damaged: {error}"
        raise Refused([Problem(file, number + 1, reason=reason, remedy="save it as .xlsx again")]) from None
    finally:
        values.close()
        formulas.close()


def list_sheets(stream: IO[bytes]) -> list[str]:
    """The names of a workbook's sheets; none where it cannot be read."""
    try:
        return list(load_workbook(stream, read_only=True).sheetnames)
    except _DAMAGED:
        return []


def _read_cell(cell: Any, source: Any) -> SheetCell:
    if cell.value is None and source.value is not None:
        return SheetCell("", "a formula whose value was never saved")
    return SheetCell(to_cell(cell.value))

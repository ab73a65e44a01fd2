"""Rows of CSV, TSV, JSON Lines, nested JSON, XLSX and Parquet, one at a time, every cell as text beside its place."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, Any

from kg.errors import Problem, Refused
from kg.intake.tables.cells import to_cell, unfold
from kg.intake.tables.files import Source, open_source

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
}
"""What a table is, by how its name ends (before `.gz` or `.zst`)."""

_FORMULA_ERRORS = frozenset(
    ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "Err:502", "Err:508")
)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with a row: in which columns (none: the row as a whole), the value, why, and what would be right.

    `unmapped` marks a value that the mapping has no word for.
    """

    columns: tuple[str, ...]
    value: str
    reason: str
    remedy: str
    unmapped: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number counts every row of the file from 1, a header included (RFC 7111, section 2)."""

    number: int
    cells: Mapping[str, str]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is to be read, as its mapping says; "" where that is left to the file's name."""

    format: str = ""
    delimiter: str = ""
    encoding: str = "utf-8"
    sheet: str = ""
    path: str = ""
    header: int = 1


@dataclass(frozen=True, slots=True)
class Opened:
    """A table being read; `columns` is empty where rows name their own (JSON), "" stands for one without a name."""

    source: Source
    shape: Shape
    columns: tuple[str, ...]
    rows: Iterator[Row]
    stream: IO[Any] | None = None

    def estimate_rows(self, read: int) -> int:
        """About how many rows there are, from how far the file is read; 0 where that cannot be told."""
        stream = getattr(self.stream, "buffer", self.stream)
        if self.shape.format not in ("csv", "tsv", "jsonl") or not isinstance(stream, io.BufferedReader):
            return 0
        return max(read, round(read * self.source.length / max(stream.tell(), 1)))

    def close(self) -> None:
        """Let go of the file."""
        if self.stream is not None:
            self.stream.close()


def open_rows(source: Source, shape: Shape) -> Opened:
    """The columns and rows of a table. Raises Refused where there is no table to be read."""
    form = shape.format or FORMATS.get(source.suffix, "")
    shape = replace(shape, format=form)
    openers: dict[str, Callable[[Source, Shape, Any], tuple[tuple[str, ...], Iterator[Row]]]] = {
        "csv": _open_csv,
        "tsv": _open_csv,
        "jsonl": _open_lines,
        "json": _open_json,
    }
    openers |= {"xlsx": _open_xlsx, "parquet": _open_parquet}
    if form not in openers:
        reason = f"what it is cannot be told from its name ({source.suffix or 'no ending'})"
        raise Refused([Problem(str(source.path), reason=reason, remedy=f"give format: {', '.join(sorted(openers))}")])
    stream: IO[Any] = open_source(source)
    try:
        if form in ("csv", "tsv"):
            stream = _decode(source, shape, stream)
        columns, rows = openers[form](source, shape, stream)
    except Refused:
        stream.close()
        raise
    return Opened(source, shape, columns, (_look_over(row) for row in rows), stream)


def _look_over(row: Row) -> Row:
    """A row with the faults that any cell can have, whatever it means."""
    faults = list(row.faults)
    for column, text in row.cells.items():
        if text in _FORMULA_ERRORS:
            faults.append(
                Fault((column,), text, "a formula that failed, not a value", "mend the formula, or empty the cell")
            )
        elif not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
            shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            reason = "bytes that are not in the encoding of the file"
            faults.append(Fault((column,), shown, reason, "save the file as UTF-8, or give its encoding:"))
    return Row(row.number, row.cells, tuple(faults)) if len(faults) > len(row.faults) else row


def _header(source: Source, names: Sequence[str], number: int) -> tuple[str, ...]:
    """The column names in a row, "" for one without. Raises Refused for two alike, and where there is none."""
    columns = [name.strip() for name in names]
    problems = [
        Problem(str(source.path), number, f"column {place + 1}", name, "two columns of this name", "rename one")
        for place, name in enumerate(columns)
        if name and name in columns[:place]
    ]
    if not any(columns):
        reason = "no column has a name" if columns else "the table is empty"
        remedy = "check that it is the right file, and that header: names the row of the column names"
        problems.append(Problem(str(source.path), number, "", "", reason, remedy))
    if problems:
        raise Refused(problems)
    return tuple(columns)


def _decode(source: Source, shape: Shape, stream: IO[bytes]) -> IO[str]:
    # Bytes amiss are let through as marks, so that the row and column that hold them can be named.
    encoding = "utf-8-sig" if shape.encoding.lower() in ("utf-8", "utf8") else shape.encoding
    try:
        return io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="")
    except LookupError:
        reason = f"no encoding is named {shape.encoding!r}"
        raise Refused([Problem(str(source.path), reason=reason, remedy="write utf-8, windows-1256, …")]) from None


def _open_csv(source: Source, shape: Shape, text: IO[str]) -> tuple[tuple[str, ...], Iterator[Row]]:
    delimiter = shape.delimiter or ("\t" if shape.format == "tsv" else ",")
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        names = next(islice(reader, shape.header - 1, None), [])
    except csv.Error as error:
        reason = f"the header cannot be read: {error}"
        problem = Problem(str(source.path), shape.header, reason=reason, remedy="mend its quotation marks")
        raise Refused([problem]) from None
    columns = _header(source, names, shape.header)
    return columns, _iter_csv(reader, lines, columns, (str(source.path), shape.header))


class _Lines:
    """The lines of a file, of which those of the row at hand can be given back, to be read anew."""

    def __init__(self, text: IO[str]) -> None:
        self._text, self._again, self.held = text, list[str](), list[str]()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._text)
        self.held.append(line)
        return line

    def give_back(self) -> str:
        """Give back the lines held but the first, which is returned."""
        first, *others = self.held
        self._again += reversed(others)
        return first


def _iter_csv(
    reader: Iterator[list[str]], lines: _Lines, columns: tuple[str, ...], place: tuple[str, int]
) -> Iterator[Row]:
    file, number = place
    named = "" not in columns
    while True:
        number += 1
        lines.held.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeError as error:
            reason = f"the file cannot be read from here on, it may be cut short or in another encoding: {error}"
            raise Refused([Problem(file, number, reason=reason, remedy="fetch it again, or give encoding:")]) from None
        except csv.Error as error:
            # A mark that is not closed takes in what follows, up to the end: only its own line is refused.
            reason = f"the quotation marks of the line do not match, the file may be cut short: {error}"
            remedy = "mend its quotation marks, or fetch the file again"
            yield Row(number, {}, (Fault((), lines.give_back().rstrip("\r\n"), reason, remedy),))
            continue
        if not any(cells):
            continue
        faults: tuple[Fault, ...] = ()
        if len(cells) != len(columns):
            beyond = f", beyond it {' | '.join(cells[len(columns) :])!r}" if len(cells) > len(columns) else ""
            reason = (
                f"the row has {len(cells)} cells, the header {len(columns)}{beyond}: it may be cut short or misquoted"
            )
            faults = (Fault((), "", reason, "mend the row"),)
        yield (
            Row(number, dict(zip(columns, cells, strict=False)), faults)
            if named
            else _drop_nameless(number, columns, cells, faults)
        )


def _drop_nameless(number: int, columns: Sequence[str], cells: Sequence[str], faults: Iterable[Fault]) -> Row:
    """A row of a table some columns of which have no name: spreadsheets leave such behind, and they hold nothing."""
    held = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
    stray = [(place, cell) for place, cell in enumerate(cells[: len(columns)], 1) if cell and not columns[place - 1]]
    told = [
        Fault((f"column {place}",), cell, "its column has no name in the header", "name the column, or empty the cell")
        for place, cell in stray
    ]
    return Row(number, held, (*faults, *told))


def _open_lines(source: Source, shape: Shape, stream: IO[bytes]) -> tuple[tuple[str, ...], Iterator[Row]]:
    return (), _iter_lines(stream)


def _iter_lines(stream: IO[bytes]) -> Iterator[Row]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = f"the line is no JSON, it may be cut short: {error}"
            shown = line.decode("utf-8", "replace").strip()
            yield Row(number, {}, (Fault((), shown, reason, "mend the line"),))
            continue
        yield _to_row(number, value)


def _to_row(number: int, value: Any) -> Row:
    if not isinstance(value, dict):
        return Row(number, {}, (Fault((), str(value), "not an object with fields", 'write {"column": value, …}'),))
    return Row(number, unfold(value))


def _open_json(source: Source, shape: Shape, stream: IO[bytes]) -> tuple[tuple[str, ...], Iterator[Row]]:
    try:
        found: Any = json.load(stream)
    except (ValueError, RecursionError) as error:
        reason = f"the file is no JSON, it may be cut short: {error}"
        raise Refused([Problem(str(source.path), reason=reason, remedy="fetch the file again")]) from None
    for step in shape.path.split("/")[1:]:
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    if not isinstance(found, list):
        reason = f"no list stands at {shape.path or 'the top'}"
        remedy = "give path: with the JSON Pointer of the list of rows, such as /incidents"
        raise Refused([Problem(str(source.path), reason=reason, remedy=remedy)])
    return (), (_to_row(number, value) for number, value in enumerate(found, start=1))


def _open_xlsx(source: Source, shape: Shape, stream: IO[bytes]) -> tuple[tuple[str, ...], Iterator[Row]]:
    # Here, as what reads workbooks takes longer to load than most commands run, and few tables are workbooks.
    from kg.intake.tables.workbook import iter_sheet

    lines = iter_sheet(stream, file=str(source.path), sheet=shape.sheet)
    names = next(islice(lines, shape.header - 1, None), [])
    columns = _header(source, [cell.text for cell in names], shape.header)
    return columns, _iter_sheet(lines, columns, shape.header)


def _iter_sheet(lines: Iterator[list[Any]], columns: tuple[str, ...], header: int) -> Iterator[Row]:
    for number, line in enumerate(lines, start=header + 1):
        if not any(cell.text or cell.fault for cell in line):
            continue
        held = list(zip(columns, line, strict=False))
        faults = [
            Fault((name or f"column {place}",), cell.text, cell.fault, "save the workbook with its values")
            for place, (name, cell) in enumerate(held, start=1)
            if cell.fault
        ]
        if any(cell.text for cell in line[len(columns) :]):
            faults.append(Fault((), "", "the row has cells beyond the last column of the header", "mend the row"))
        yield _drop_nameless(number, columns, [cell.text for _, cell in held], faults)


def _open_parquet(source: Source, shape: Shape, stream: IO[bytes]) -> tuple[tuple[str, ...], Iterator[Row]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(stream, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        reason = f"the file is no Parquet, it may be cut short: {error}"
        raise Refused([Problem(str(source.path), reason=reason, remedy="fetch the file again")]) from None
    return (), _iter_parquet(table, str(source.path))


def _iter_parquet(table: Any, file: str) -> Iterator[Row]:
    import pyarrow as pa

    number = 0
    try:
        for batch in table.iter_batches(batch_size=4096):
            for value in _to_values(batch):
                number += 1
                yield Row(number, unfold(value))
    except (pa.ArrowException, OSError, UnicodeError) as error:
        told = " ".join(str(error).split())
        reason = f"the file cannot be read from here on, it is damaged: {told}"
        raise Refused([Problem(file, number + 1, reason=reason, remedy="fetch the file again")]) from None


def _to_values(batch: Any) -> list[dict[str, Any]]:
    """The rows of a batch; bytes that are no UTF-8 are let through as marks, so that row and column can be named."""
    import pyarrow as pa

    try:
        found: list[dict[str, Any]] = batch.to_pylist()
    except UnicodeDecodeError:
        columns = {
            field.name: [
                None if text is None else text.decode("utf-8", "surrogateescape")
                for text in column.cast(pa.large_binary()).to_pylist()
            ]
            if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
            else column.to_pylist()
            for field, column in zip(batch.schema, batch.columns, strict=True)
        }
        found = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return found


__all__ = ["FORMATS", "Fault", "Opened", "Row", "Shape", "open_rows", "to_cell"]

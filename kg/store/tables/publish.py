"""The tables as files for others: one sorted Parquet and one CSV a table, the same bytes for the same rows."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from kg.store.tables.columns import IRIS, TABLES, TEXTS, Table
from kg.store.tables.view import TablesView

# What rows refer to that nobody recorded is the tables' own concern.
PUBLISHED = tuple(table for table in TABLES.values() if table.name != "loose")
_FORMS = {"string": "text", "int64": "integer", "date32[day]": "date", "timestamp[us]": "instant"}
# How a form that CSV does not know is written, in SQL.
_FLAT = {
    "list": "array_to_string(\"{0}\", ' ')",
    "json": 'to_json("{0}")::VARCHAR',
    "instant": "strftime(\"{0}\", '%Y-%m-%dT%H:%M:%S.%fZ')",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a CSV file; `form` is text, integer, date, instant (UTC), list (IRIs, a space between) or json.

    `prop` is the property whose values it holds, "" where it is worked out or goes with another column.
    """

    name: str
    form: str
    prop: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A table that was written: its name, key, columns and number of rows."""

    name: str
    key: str
    columns: tuple[Column, ...]
    rows: int


def write_table_files(view: TablesView, folder: Path) -> list[Written]:
    """Write `<table>.parquet` and `<table>.csv` of every table that others can use."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in PUBLISHED:
        columns = columns_of(table)
        flat = {column.name: f"{column.name} as text" for column in columns if column.form in _FLAT}
        told = "".join(f', {_FLAT[c.form].format(c.name)} AS "{flat[c.name]}"' for c in columns if c.name in flat)
        # Sorting is what takes longest: both files are written from the one answer.
        rows = view.arrow(f"SELECT {table.listed}{told} FROM {table.name} ORDER BY {_order(table)}")
        pq.write_table(rows.select(table.names), folder / f"{table.name}.parquet", compression="zstd")
        text = rows.select([flat.get(name, name) for name in table.names]).rename_columns(table.names)
        pacsv.write_csv(text, folder / f"{table.name}.csv")
        written.append(Written(table.name, table.key, columns, rows.num_rows))
    return written


def columns_of(table: Table) -> tuple[Column, ...]:
    """The columns of a table's CSV file."""
    return tuple(Column(name, _form(kind), table.props.get(name, "")) for name, kind in table.columns)


def _form(kind: pa.DataType) -> str:
    if kind == TEXTS:
        return "json"
    return "list" if kind == IRIS else _FORMS[str(kind)]


def _order(table: Table) -> str:
    rest = [name for name in table.names if name not in table.order]
    return ", ".join(f'"{name}" NULLS FIRST' for name in (*table.order, *rest))

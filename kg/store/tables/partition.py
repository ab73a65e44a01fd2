"""The tables as a Parquet data set that other engines read in parts: a folder a table, a file a stretch of events.

tables.json       how many rows each table has and in which files, and the log entry they stand at
<table>/*.parquet sorted as the table is here; what has one event (question, name) lies in one file, so that the least
                  and the greatest in a file's footer tell what need not be opened

There are no tombstones and no deltas: what is no more is not written. An empty table has one file without rows.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import Unusable
from kg.store.tables.columns import TABLES, Table
from kg.store.tables.view import TablesView

FORMAT = 1
LIST = "tables.json"
# Large enough that a cluster is not busy opening files, small enough that it has several at a million claims.
ROWS = 250_000
_GROUP = 65_536
_BATCH = 20_000
_EMPTY = "00000.parquet"


def write_partitioned(view: TablesView, folder: Path, *, base: str, rows: int = ROWS) -> dict[str, int]:
    """Write the tables into a folder that is absent or was written so before; the rows of each table are returned.

    A file is closed at the first new event after `rows` rows. Until all is written, what was there stands. Raises
    Unusable where the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / LIST).is_file():
        raise Unusable(f"{folder} holds something else; name a folder that is new or empty")
    staged = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(staged, ignore_errors=True)
    tables = {name: _write_table(view, table, staged / name, rows) for name, table in TABLES.items()}
    content = {"format": FORMAT, "base": base, "entry": view.standing(), "tables": tables}
    (staged / LIST).write_text(json.dumps(content, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    staged.rename(folder)
    return {name: sum(written.values()) for name, written in tables.items()}


def _write_table(view: TablesView, table: Table, folder: Path, rows: int) -> dict[str, int]:
    """Write one table; the rows of each file are returned, by its name."""
    folder.mkdir(parents=True)
    order = ", ".join(f"{column} NULLS LAST" for column in table.order)
    batches = view.batches(f"SELECT {table.listed} FROM {table.name} ORDER BY {order}", size=min(rows, _BATCH))
    written: dict[str, int] = {}
    for number, part in groupby(_number(batches, table.order[0], rows), key=itemgetter(0)):
        name = f"{number:05}.parquet"
        with pq.ParquetWriter(folder / name, table.schema, compression="zstd") as writer:
            for _, batch in part:
                writer.write_batch(batch.cast(table.schema), row_group_size=_GROUP)
                written[name] = written.get(name, 0) + batch.num_rows
    if not written:
        pq.write_table(table.schema.empty_table(), folder / _EMPTY)
        written[_EMPTY] = 0
    return written


def _number(batches: Iterable[pa.RecordBatch], key: str, rows: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches with the number of the file that each goes into; a batch in which a file ends is cut in two."""
    number, held, last = 0, 0, None
    for batch in batches:
        rest = batch
        if held >= rows:
            values = batch.column(key).to_pylist()
            same = next((place for place, value in enumerate(values) if value != last), len(values))
            if same < len(values):
                yield number, batch.slice(0, same)
                number, held, rest = number + 1, 0, batch.slice(same)
        yield number, rest
        held += rest.num_rows
        last = batch.column(key)[-1].as_py()

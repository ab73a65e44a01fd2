"""What was recorded lately: a few rows of every table in one file, so that a small addition writes one file, not many.

The file holds one Arrow IPC stream after another, each with the name of its table in the metadata of its schema.
"""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

_NAME = b"table"


def write_recent(path: Path, rows: Mapping[str, pa.Table]) -> int:
    """Write rows by name of the table; how many there are is returned."""
    with pa.OSFile(str(path), "wb") as file:
        for name in sorted(rows):
            table = rows[name].replace_schema_metadata({_NAME: name.encode()})
            with pa.ipc.new_stream(file, table.schema) as writer:
                writer.write_table(table)
    return sum(table.num_rows for table in rows.values())


def read_recent(path: Path) -> dict[str, pa.Table]:
    """The rows of a file of `write_recent`, by name of the table."""
    found: dict[str, pa.Table] = {}
    with pa.OSFile(str(path), "rb") as file:
        while file.tell() < file.size():
            table = pa.ipc.open_stream(file).read_all()
            found[table.schema.metadata[_NAME].decode()] = table.replace_schema_metadata(None)
    return found


def join_recent(one: Mapping[str, pa.Table], other: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The rows of both."""
    joined = dict(one)
    for name, table in other.items():
        joined[name] = pa.concat_tables([joined[name], table]) if name in joined else table
    return joined

"""The rows of a table that were recorded before, so that a new version of a file costs what has changed in it.

A row is known by a keyed hash of its cells, under one mapping and one of its tables; without the record's key nobody
can guess from it what the row says. The file can be deleted: a new version is then recorded as if it were the first.
"""

import hashlib

from kg.intake.tables import Mapping, Table
from kg.intake.tables.rows import Row
from kg.log import Record

_BYTES = 16


class PastRows:
    """The rows of earlier imports, and those of this one, which are kept by `keep`."""

    def __init__(self, record: Record, mapping: Mapping, table: Table) -> None:
        name = hashlib.sha256(f"{mapping.sha256} {table.name}".encode()).hexdigest()[:32]
        self._path = record.layout.root / "imports" / f"{name}.rows"
        self._key = bytes.fromhex(record.log.keyed("rows of tables"))
        self._rows = frozenset(self._read())
        self._fresh: dict[int, bytes] = {}

    def holds(self, row: Row) -> bool:
        """Whether a row, with the cells that other tables lend it, was recorded before."""
        # As long as the record's key is secret, the hash tells nothing of a row that is withheld.
        digest = hashlib.blake2b(digest_size=_BYTES, key=self._key)
        digest.update(repr(sorted(row.cells.items())).encode("utf-8", "surrogateescape"))
        found = digest.digest()
        if found in self._rows:
            return True
        self._fresh[row.number] = found
        return False

    def is_empty(self) -> bool:
        """Whether no row of this table was recorded before."""
        return not self._rows

    def keep(self, *, without: set[int]) -> None:
        """Remember the rows asked about as recorded, without some numbers that were refused."""
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = (digest for number, digest in self._fresh.items() if number not in without)
        with self._path.open("ab") as file:
            # What a power cut left of a row is overwritten.
            file.truncate(file.tell() - file.tell() % _BYTES)
            file.write(b"".join(fresh))

    def _read(self) -> list[bytes]:
        data = self._path.read_bytes() if self._path.exists() else b""
        return [data[start : start + _BYTES] for start in range(0, len(data) - len(data) % _BYTES, _BYTES)]

"""Versions of the tables side by side in one database, for a reader who follows a writer of small additions.

From one small addition to the next only the recent rows differ. So the views over the files are made once, and each
version has a schema of its own for the tables that have recent rows, made when a query first names them.
"""

import re
import threading
import weakref
from collections.abc import Mapping

import duckdb
import pyarrow as pa

from kg.store.files import Hold
from kg.store.tables.columns import TABLES
from kg.store.tables.files import Manifest, TablesFolder
from kg.store.tables.recent import read_recent
from kg.store.tables.view import TablesView, attach, connect, lock, stored_rows

_WORD = re.compile(r"\w+")


class Shelf:
    """The newest version of the tables in a folder, whenever it is asked for; for one thread at a time."""

    def __init__(self, folder: TablesFolder) -> None:
        self._folder = folder
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._manifest = Manifest()
        self._versions: dict[str, weakref.ref[TablesView]] = {}

    def newest(self) -> TablesView:
        """The newest version, open for reading; the ones given before stay as they are."""
        manifest, hold = self._folder.hold()
        connection = self._connection
        if connection is None or not self._fits(manifest):
            connection = self._start(manifest)
        self._forget_unread(connection)
        recent = read_recent(self._folder.files / manifest.recent.file) if manifest.recent else {}
        found = _Version(connection.cursor(), hold, manifest, recent)
        self._versions[found.schema] = weakref.ref(found)
        return found

    def _fits(self, manifest: Manifest) -> bool:
        """Whether the views over the files serve this version too."""
        held = self._manifest
        is_new = f"v{manifest.number}" not in self._versions
        return is_new and (held.tables, held.gone) == (manifest.tables, manifest.gone)

    def _start(self, manifest: Manifest) -> duckdb.DuckDBPyConnection:
        """A database with the files of a version; the one before ends with the last view over it."""
        self._connection, self._manifest, self._versions = connect(), manifest, {}
        attach(self._connection, self._folder, manifest, recent=False)
        lock(self._connection, self._folder)
        return self._connection

    def _forget_unread(self, connection: duckdb.DuckDBPyConnection) -> None:
        for schema in [name for name, view in self._versions.items() if view() is None]:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
            del self._versions[schema]


class _Version(TablesView):
    """One version; its recent rows wait in `recent` until a query names their table."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        hold: Hold | None,
        manifest: Manifest,
        recent: Mapping[str, pa.Table],
    ) -> None:
        super().__init__(connection, hold, manifest)
        self.schema = f"v{manifest.number}"
        self._recent = dict(recent)
        self._making = threading.Lock()
        connection.execute(f"CREATE SCHEMA {self.schema}")

    def _cursor(self, sql: str) -> duckdb.DuckDBPyConnection:
        with self._making:
            for name in self._recent.keys() & set(_WORD.findall(sql)):
                self._make(name)
        cursor = self._connection.cursor()
        cursor.execute(f"SET search_path = '{self.schema},main'")
        return cursor

    def _make(self, name: str) -> None:
        self._connection.register("arriving", self._recent[name])
        self._connection.execute(f"CREATE TABLE {self.schema}.lately_{name} AS FROM arriving")
        self._connection.unregister("arriving")
        gone = "main.gone" if self.manifest.gone else ""
        lately = stored_rows(TABLES[name], f"{self.schema}.lately_{name}", gone)
        rows = f"SELECT {TABLES[name].listed} FROM main.{name} UNION ALL {lately}"
        self._connection.execute(f"CREATE VIEW {self.schema}.{name} AS {rows}")
        del self._recent[name]

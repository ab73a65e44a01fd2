"""The tables as files for other programs, made when they are asked for, and anew once the tables have changed."""

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from kg.earlier import MADE, Preparing
from kg.projections import tables_folder
from kg.store.tables import Tables
from kg.store.tables.publish import Written, write_table_files

FOLDER = f"{MADE}/tables"


@dataclass(frozen=True, slots=True)
class Files:
    """One state of the tables as files: where they lie, the log entry they stand at, and what each table holds."""

    folder: Path
    entry: int
    tables: tuple[Written, ...]

    def size(self, name: str) -> int:
        """The bytes of one file."""
        return (self.folder / name).stat().st_size


class HandedOut:
    """The table files of one record, for any number of threads."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._making = threading.Lock()
        self._files: Files | None = None

    def files(self, *, seconds: float) -> Files:
        """The files of the tables as they stand now, waited for so long. Raises Preparing where that is not enough."""
        if (found := self._find()) is not None:
            return found
        maker = threading.Thread(target=self._make, daemon=True)
        maker.start()
        maker.join(seconds)
        if (found := self._find()) is None:
            raise Preparing("the tables are being written; ask again")
        return found

    def _find(self) -> Files | None:
        number = Tables.open(tables_folder(self._root)).manifest().number
        files = self._files
        return files if files and files.folder.name == str(number) and files.folder.exists() else None

    def _make(self) -> None:
        with self._making:
            if self._find() is not None:
                return
            with Tables.open(tables_folder(self._root)).connect() as view:
                folder = self._root / FOLDER / str(view.manifest.number)
                part = folder.with_name(f"{folder.name}.part")
                for old in (self._root / FOLDER).glob("*"):
                    shutil.rmtree(old, ignore_errors=True)
                written = write_table_files(view, part)
                part.rename(folder)
                self._files = Files(folder, view.standing(), tuple(written))

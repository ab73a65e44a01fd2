"""The folder of the tables: Parquet files that are never written again, and a manifest that names those that count.

manifest.json         replaced in one step; with it a new version of the tables stands
versions/<n>.json     the same file under a second name, by which a writer sees that a reader still holds it
files/                <table>-<n>.parquet, recent-<n>.arrows; removed when no version that is newest, last but one or
                      held names them
lock                  held by the one writer
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kg.errors import Unusable
from kg.store.files import Hold, is_held, sync_folder

FORMAT = 1
_KEPT = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a table: its name and how many rows it has."""

    file: str
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files make up the tables, the log entry they stand at, and how many deltas came since they were compacted.

    `gone` names the files of tombstones: a row whose key is in one with a later `seq` than its own is no more. `recent`
    is the one file of rows of all tables that small additions brought since.
    """

    number: int = 0
    entry: int = 0
    deltas: int = 0
    tables: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    gone: tuple[Part, ...] = ()
    recent: Part | None = None

    def to_bytes(self) -> bytes:
        """The manifest as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        """Read a manifest. Raises ValueError for one of another format."""
        content = json.loads(data)
        if content.pop("format", None) != FORMAT:
            raise ValueError("it was written by another version of this program")
        parts = {name: tuple(Part(**part) for part in found) for name, found in content.pop("tables").items()}
        gone = tuple(Part(**part) for part in content.pop("gone"))
        recent = content.pop("recent", None)
        return cls(**content, tables=parts, gone=gone, recent=Part(**recent) if recent else None)

    def iter_files(self) -> Iterator[str]:
        """Yield the names of all files."""
        for parts in (*self.tables.values(), self.gone):
            yield from (part.file for part in parts)
        if self.recent is not None:
            yield self.recent.file

    def rows(self, table: str) -> int:
        """How many rows the files of a table have, the dead ones included."""
        return sum(part.rows for part in self.tables.get(table, ()))


class TablesFolder:
    """The folder of the tables, for readers and for the one writer."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.files = self.path / "files"
        self.staging = self.path / "staging"

    def read(self) -> Manifest:
        """The newest manifest; an empty one where nothing stands yet. Raises Unusable for a damaged one."""
        try:
            return self._parse((self.path / "manifest.json").read_bytes())
        except FileNotFoundError:
            return Manifest()

    def hold(self, number: int | None = None) -> tuple[Manifest, Hold | None]:
        """The newest manifest, held so that its files are not removed; no hold where nothing stands yet.

        With the `number` of a version, that one, which somebody must hold already. Raises Unusable where nobody does.
        """
        if number is not None:
            return self._hold_again(number)
        while True:
            manifest = self.read()
            if not manifest.number:
                return manifest, None
            version = self._version(manifest.number)
            try:
                hold = Hold(version, alone=False)
            except FileNotFoundError as error:
                if self.read().number == manifest.number:
                    raise Unusable(f"{version} is missing; remove {self.path}, it is rebuilt from the log") from error
                continue
            except BlockingIOError:
                continue  # a writer was looking whether anybody holds this very version
            if self.read().number == manifest.number:
                return manifest, hold
            hold.release()  # a newer one came between the two steps

    def _hold_again(self, number: int) -> tuple[Manifest, Hold | None]:
        if not number:
            return Manifest(), None
        version = self._version(number)
        try:
            hold = Hold(version, alone=False)
            return self._parse(version.read_bytes()), hold
        except (FileNotFoundError, BlockingIOError):
            raise Unusable(f"version {number} of {self.path} is held by nobody; give the command again") from None

    @contextmanager
    def writing(self) -> Iterator[Manifest]:
        """Be the one writer, with an empty staging folder. Raises Unusable where another process is."""
        self.files.mkdir(parents=True, exist_ok=True)
        (self.path / "versions").mkdir(exist_ok=True)
        (self.path / "lock").touch()
        try:
            lock = Hold(self.path / "lock", alone=True)
        except BlockingIOError as error:
            raise Unusable(f"{self.path} is being written by another process; wait until it is done") from error
        try:
            shutil.rmtree(self.staging, ignore_errors=True)
            self.staging.mkdir()
            yield self.read()
        finally:
            shutil.rmtree(self.staging, ignore_errors=True)
            lock.release()

    def publish(self, manifest: Manifest, *, after: Callable[[], object] | None = None) -> None:
        """Let a manifest stand, whose files are all in place, and clear away what no reader needs.

        Just before it stands, what it is to come `after` is called.
        """
        for name in set(manifest.iter_files()).difference(self.read().iter_files()):
            _sync_file(self.files / name)
        sync_folder(self.files)
        version = self._version(manifest.number)
        version.unlink(missing_ok=True)  # left by a writer that was killed before the next step
        version.write_bytes(manifest.to_bytes())
        _sync_file(version)
        staged = self.staging / "manifest.json"
        os.link(version, staged)
        if after is not None:
            after()
        staged.replace(self.path / "manifest.json")
        sync_folder(self.path)
        self.clear(manifest.number)

    def find_entries(self) -> Iterator[int]:
        """Yield the log entries that the versions in the folder stand at, whether they are still read or not."""
        for version in (self.path / "versions").glob("*.json"):
            with suppress(FileNotFoundError):  # a writer has just removed it
                yield self._parse(version.read_bytes()).entry

    def clear(self, newest: int, *, since: int = 0) -> None:
        """Remove the versions that are neither the last two up to the `newest` nor being read, and their files.

        Of those at an entry before `since` all but the newest are removed, whoever reads them.
        """
        needed: set[str] = set()
        for version in (self.path / "versions").glob("*.json"):
            number, held = int(version.stem), self._parse(version.read_bytes())
            kept = newest - _KEPT < number <= newest or is_held(version)
            if number == newest or (kept and held.entry >= since):
                needed.update(held.iter_files())
            else:
                version.unlink()
        for path in self.files.iterdir():
            if path.name not in needed:
                path.unlink()

    def _version(self, number: int) -> Path:
        return self.path / "versions" / f"{number}.json"

    def _parse(self, data: bytes) -> Manifest:
        try:
            return Manifest.from_bytes(data)
        except (ValueError, TypeError, KeyError) as error:
            file = self.path / "manifest.json"
            raise Unusable(
                f"{file} cannot be read ({error}); remove {self.path}, it is rebuilt from the log"
            ) from error


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

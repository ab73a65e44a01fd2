"""The folder of the embedded graph: a live store for its writer, immutable snapshots for readers, a pointer to both.

lock              held by the one writer
current.json      names the live store and the snapshot to read; replaced in one step
live-<n>/         the writer's; what the pointer does not name is left from a killed rebuild
snapshots/<n>/    <entry>-<n>; never written again, removed when two newer ones stand and nobody reads it
"""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import Unusable
from kg.store.files import Hold, is_held, write_durably

_KEPT = 2


@dataclass(frozen=True, slots=True)
class Pointer:
    """Names of the live store and of the snapshot to read, "" where there is none yet; `number` only ever grows."""

    number: int = 0
    live: str = ""
    snapshot: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError where the snapshot's name tells no entry."""
        _ = self.standing

    @property
    def standing(self) -> int:
        """The log entry that the snapshot stands at, which its name begins with; -1 where there is none."""
        return _entry_of(self.snapshot)


def read_pointer(folder: Path) -> Pointer:
    """What stands in the folder now; an empty pointer where nothing does. Raises Unusable for a broken pointer."""
    path = pointer_path(folder)
    try:
        return Pointer(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Pointer()
    except (ValueError, TypeError) as error:
        raise Unusable(f"{path} is damaged ({error}); remove {folder}, it is rebuilt from the log") from error


def pointer_path(folder: Path) -> Path:
    """Where the pointer lies: a file that is replaced and never written to, so that its stamp tells when it changes."""
    return folder / "current.json"


def hold_snapshot(folder: Path) -> tuple[Path, Hold]:
    """The snapshot to read, held so that it is not removed. Raises Unusable where there is none."""
    while True:
        pointer = read_pointer(folder)
        if not pointer.snapshot:
            raise Unusable(f"{folder} holds no graph to read; rebuild it from the log")
        path = folder / "snapshots" / pointer.snapshot
        try:
            hold = Hold(path, alone=False)
        except (FileNotFoundError, BlockingIOError) as error:
            if read_pointer(folder) == pointer and not path.exists():
                raise Unusable(f"{path} is missing; remove {folder}, it is rebuilt from the log") from error
            continue  # a writer moved on between the two steps
        if path.exists():
            return path, hold
        hold.release()


def find_entries(folder: Path) -> Iterator[int]:
    """Yield the log entries that the snapshots in the folder stand at, whether they are still read or not."""
    return (_entry_of(path.name) for path in (folder / "snapshots").glob("*-*"))


def _entry_of(snapshot: str) -> int:
    return int(snapshot.partition("-")[0] or -1)


class WriterFolder:
    """The folder as its one writer sees it, from opening to `close`."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, made where it is absent, and clear what a killed writer left. Raises Unusable if taken."""
        self.path = folder
        (folder / "snapshots").mkdir(parents=True, exist_ok=True)
        (folder / "lock").touch()
        try:
            self._lock = Hold(folder / "lock", alone=True)
        except BlockingIOError as error:
            raise Unusable(f"{folder} is being written by another process; wait until it is done") from error
        self.pointer = read_pointer(folder)
        self._aside = ThreadPoolExecutor(max_workers=1)
        self._clearing: Future[None] | None = None
        self.clear_orphans()

    @property
    def live(self) -> Path:
        """The live store; it may not exist yet."""
        return self.path / (self.pointer.live or "live-0")

    def fresh(self) -> Path:
        """A name for a new live store, which stands only once `move` has named it."""
        self._settle()
        path = self.path / f"live-{self.pointer.number + 1}"
        shutil.rmtree(path, ignore_errors=True)
        return path

    def fresh_snapshot(self, entry: int) -> Path:
        """A name for a new snapshot, which is read only once `move` has named it."""
        self._settle()
        path = self.path / "snapshots" / f"{entry}-{self.pointer.number + 1}"
        shutil.rmtree(path, ignore_errors=True)
        return path

    def move(self, *, live: Path | None = None, snapshot: Path | None = None) -> None:
        """Point at a new live store, a new snapshot, or both, in one step."""
        changed = replace(self.pointer, number=self.pointer.number + 1)
        changed = replace(changed, live=(live or self.live).name)
        if snapshot is not None:
            changed = replace(changed, snapshot=snapshot.name)
        content = {"number": changed.number, "live": changed.live, "snapshot": changed.snapshot}
        write_durably(self.path / "current.json", json.dumps(content).encode())
        self.pointer = changed

    def clear_orphans(self, *, since: int = 0) -> None:
        """Remove stores the pointer does not name, and snapshots that are neither the last two nor being read.

        Of those at an entry before `since` all that the pointer does not name are removed, whoever reads them.
        """
        for path in self.path.glob("live-*"):
            if path != self.live:
                shutil.rmtree(path)
        folder = self.path / "snapshots"
        for path in folder.glob("*.tmp"):
            shutil.rmtree(path)  # the engine was killed while it copied
        snapshots = sorted(folder.iterdir(), key=lambda path: int(path.name.rpartition("-")[2]))
        for path in snapshots:
            if path.name == self.pointer.snapshot:
                continue
            if _entry_of(path.name) < since or (path not in snapshots[-_KEPT:] and not is_held(path)):
                shutil.rmtree(path)

    def clear_aside(self) -> None:
        """Remove the same while the writer goes on: a snapshot has as many names as the store has files."""
        self._settle()
        self._clearing = self._aside.submit(self.clear_orphans)

    def _settle(self) -> None:
        """Wait until what is cleared aside is gone."""
        clearing, self._clearing = self._clearing, None
        if clearing is not None:
            clearing.result()

    def close(self) -> None:
        """Let the next writer in, whatever became of what is cleared aside."""
        try:
            self._settle()
        finally:
            self._aside.shutdown()
            self._lock.release()

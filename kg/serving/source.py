"""Which snapshot a query is asked of: the newest, held so that it is not removed while anything still reads it."""

import hashlib
import threading
from dataclasses import dataclass, field
from pathlib import Path

from kg.store.files import Hold, stamp_file
from kg.store.snapshots import hold_snapshot, pointer_path, read_pointer


@dataclass(frozen=True, slots=True)
class Standing:
    """One snapshot: where it lies, the log entry it stands at, and what tells it from every other."""

    path: Path
    entry: int
    identity: str
    hold: Hold | None = field(default=None, repr=False, compare=False)


class Snapshots:
    """The snapshots of one graph folder, as any number of threads see them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # As text, since it is looked at for each query.
        self._pointer = str(pointer_path(folder))
        self._lock = threading.Lock()
        self._number = -1
        self._stamp = (0, 0, 0)
        self._standing: Standing | None = None

    def newest(self) -> Standing:
        """The snapshot that stands now; it stays as long as what is given here is kept. Raises Unusable."""
        stamp = stamp_file(self._pointer)
        with self._lock:
            if self._standing is None or stamp != self._stamp:
                number = read_pointer(self.folder).number
                if self._standing is None or number != self._number:
                    path, hold = hold_snapshot(self.folder)
                    self._standing = stand_on(path, hold)
                    self._number = number
                self._stamp = stamp
            return self._standing


def stand_on(path: Path, hold: Hold | None = None) -> Standing:
    """A snapshot in its folder `<entry>-<number>`."""
    made = (path / "CURRENT").stat()
    identity = hashlib.sha256(f"{path.name} {made.st_mtime_ns} {made.st_ino}".encode()).hexdigest()[:24]
    return Standing(path, int(path.name.partition("-")[0]), identity, hold)

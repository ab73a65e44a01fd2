"""Writing whole files so that a reader sees the old one or the new one, and holding what is in use."""

import fcntl
import os
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file by `content` in one step that survives a power cut."""
    staged = path.with_name(f".{path.name}.{os.getpid()}")
    with staged.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    staged.replace(path)
    sync_folder(path.parent)


def stamp_file(path: Path | str) -> tuple[int, int, int]:
    """What changes whenever a file is replaced; zeros where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked for each query
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Hold:
    """A lock on a file or folder that ends with the process at the latest; shared among readers, or alone."""

    def __init__(self, path: Path, *, alone: bool) -> None:
        """Take the lock at once or not at all; raises BlockingIOError where another holds it, FileNotFoundError."""
        self._handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(self._handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise

    def release(self) -> None:
        """Let go; harmless when repeated."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            self.release()


def is_held(path: Path) -> bool:
    """Whether any process, this one included, holds a lock on a file or folder."""
    try:
        Hold(path, alone=True).release()
    except BlockingIOError:
        return True
    return False

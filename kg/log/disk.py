"""Every change the log makes on disk, as small steps in a known order, and the lock that allows one writer."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import Unusable

_REMEDIES = {
    errno.ENOSPC: "free some space and give the command again; what was finished is kept",
    errno.EROFS: "the file system is read-only: mount it for writing, or work on a copy",
    errno.EACCES: "give this user the right to write there, or work on a copy",
    errno.EPERM: "give this user the right to write there, or work on a copy",
}


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses at `path` into Unusable, with the remedy."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "see to the disk, then give the command again")
        raise Unusable(f"{path}: cannot be written: {error.strerror}. Remedy: {remedy}.") from error


class Disk:
    """Writes, moves and destroys files; `step` is called after every single effect, so that a test can stop there."""

    def step(self, what: str, path: Path) -> None:
        """Do nothing; a test that wants to stop between two effects overrides it."""

    def make_folder(self, path: Path, *, private: bool = False) -> None:
        """Create a folder where there is none; a private one can be read by its owner only."""
        with told(path):
            path.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
        self.step("folder", path)

    def write(self, path: Path, data: bytes, *, sync: bool = True, private: bool = False) -> None:
        """Write a whole file or none, beside its place first, then renamed; `sync` waits for the disk."""
        part = path.with_name(path.name + ".part")
        with told(path):
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666)
            with os.fdopen(handle, "wb", buffering=0) as file:
                for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
                    self._write_all(file.fileno(), piece)
                    self.step("write", part)
                if sync:
                    os.fsync(file.fileno())
                    self.step("sync", part)
            part.rename(path)
        self.step("finish", path)

    @staticmethod
    def _write_all(handle: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]

    def move(self, source: Path, target: Path) -> None:
        """Rename a file; both folders are of one file system."""
        with told(target):
            source.rename(target)
        self.step("move", target)

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        with told(path):
            path.unlink(missing_ok=True)
        self.step("remove", path)

    def wipe(self, path: Path, *, start: int = 0, length: int | None = None) -> None:
        """Overwrite a stretch of a file, in bytes, with zeros, and wait until they are on disk."""
        with told(path), path.open("r+b", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size - start if length is None else length
            file.seek(start)
            self._write_all(file.fileno(), bytes(size))
            self.step("wipe", path)
            os.fsync(file.fileno())
        self.step("sync", path)

    def shred(self, path: Path) -> None:
        """Overwrite a file with zeros, then remove it; nothing where it is gone already."""
        if path.exists():
            self.wipe(path)
            self.remove(path)

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        with told(path):
            path.rmdir()
        self.step("remove", path)

    def sync_folder(self, path: Path) -> None:
        """Wait until the names in a folder are on disk."""
        with told(path):
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        self.step("sync", path)


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`. Raises Unusable, naming the process, where another holds it."""
    with told(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise Unusable(
                f"{path.parent}: another process (pid {holder}) is recording. "
                "Remedy: wait until it has finished, then give the command again."
            ) from None
        with told(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)

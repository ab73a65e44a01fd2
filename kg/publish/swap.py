"""Putting a finished folder in the place of an older one, in one step of the file system."""

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import Unusable
from kg.publish.manifest import MANIFEST
from kg.store.files import Hold, sync_folder

_AT_FDCWD = -100
_EXCHANGE = 2


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """Give an empty folder `<target>.part`; when its user is done, it is `target`. Until then the old one stands.

    Raises Unusable where the target is something else than a publication, or another process publishes there.
    """
    target = target.absolute()
    refuse_strange(target)
    part = target.with_name(f"{target.name}.part")
    hold = _take(part)
    try:
        yield part
        os.sync()
        exchange(part, target)
        sync_folder(target.parent)
    finally:
        # After the exchange this is the old publication, after a failure the half-made one.
        shutil.rmtree(part, ignore_errors=True)
        hold.release()


def refuse_strange(target: Path) -> None:
    """Raises Unusable where what lies at a path is not a publication: publishing would destroy it."""
    if not target.exists():
        return
    if not target.is_dir() or (any(target.iterdir()) and not (target / MANIFEST).exists()):
        raise Unusable(
            f"{target}: holds something else than a publication, which would be replaced. "
            "Remedy: name a folder that is absent, empty, or a publication."
        )


def _take(part: Path) -> Hold:
    part.parent.mkdir(parents=True, exist_ok=True)
    part.mkdir(exist_ok=True)
    try:
        hold = Hold(part, alone=True)
    except BlockingIOError:
        raise Unusable(f"{part}: another process is publishing there. Remedy: wait until it is done.") from None
    for path in part.iterdir():
        # Left by one that was killed.
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return hold


def exchange(part: Path, target: Path) -> None:
    """Let the two folders change places at once (Linux, renameat2); a first publication is renamed into place.

    Raises Unusable where the file system cannot, OSError for what else the system refuses.
    """
    if not target.exists():
        part.rename(target)
        return
    call = ctypes.CDLL(None, use_errno=True).renameat2
    if call(_AT_FDCWD, os.fsencode(part), _AT_FDCWD, os.fsencode(target), _EXCHANGE) == 0:
        return
    number = ctypes.get_errno()
    if number not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(number, os.strerror(number), str(target))
    raise Unusable(
        f"{target}: this file system cannot exchange two folders in one step. "
        "Remedy: publish into a new folder, and let the web server's link point to it."
    )

"""Telling the servers of a record that something is being withdrawn: a lock that ends with whoever holds it."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.log.disk import told

# Tells this process from every other, in whatever container that runs.
_OURSELVES = secrets.token_hex(16).encode()


@contextmanager
def withdrawing(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`, which a server looks at; another withdrawal is waited for."""
    with told(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with told(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, _OURSELVES, 0)
        yield
    finally:
        os.close(handle)


def is_withdrawing(path: Path) -> bool:
    """Whether any process, this one included, withdraws something now."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that those who look are never in each other's way.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def was_ourselves(path: Path) -> bool:
    """Whether it is this process that withdraws, or was the last to do so."""
    return path.exists() and path.read_bytes() == _OURSELVES

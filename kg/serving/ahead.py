"""The files of a snapshot read once at the start, so that nobody who asks first for a page waits for the disk."""

import threading
from collections.abc import Callable
from pathlib import Path

from kg.serving.reserve import available_memory
from kg.store.snapshots import hold_snapshot

# Of the memory that the system could give, so many eighths may be filled with what is read.
_SHARE = 7
_STRETCH = 1 << 20
# Of fewer bytes nothing is told: they are read before anybody has asked.
_WORTH_TELLING = 1 << 30


def read_ahead(folder: Path, *, tell: Callable[[str], object]) -> threading.Thread:
    """Have the system keep the newest snapshot of a graph folder at hand, in the background, where it has room for it.

    What is read is the system's to drop again as soon as a program needs the memory.
    """
    thread = threading.Thread(target=_read_through, args=(folder, tell), name="reading-ahead", daemon=True)
    thread.start()
    return thread


def _read_through(folder: Path, tell: Callable[[str], object]) -> int:
    path, hold = hold_snapshot(folder)
    try:
        files = [each for each in path.iterdir() if each.is_file()]
        size = sum(each.stat().st_size for each in files)
        fits = size <= available_memory() * _SHARE // 8
        if size >= _WORTH_TELLING:
            tell(_in_words(size, fits=fits))
        return sum(map(_read, files)) if fits else 0
    finally:
        hold.release()


def _read(file: Path) -> int:
    """Read a file from end to end; how many bytes it has."""
    held, found = bytearray(_STRETCH), 0
    with file.open("rb", buffering=0) as source:
        while count := source.readinto(held):
            found += count
    return found


def _in_words(size: int, *, fits: bool) -> str:
    graph = f"The graph ({size / 1e9:.1f} GB)"
    if fits:
        return f"{graph} is read once in the background; until then pages may wait for the disk."
    return f"{graph} does not fit into the memory that is free: what nobody asked for yet waits for the disk."

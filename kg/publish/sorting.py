"""Lines in order, however many: stretches are sorted in memory, put aside in files, and merged."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import islice
from pathlib import Path

AT_ONCE = 500_000


def iter_sorted_lines(lines: Iterable[bytes], folder: Path, *, at_once: int = AT_ONCE) -> Iterator[bytes]:
    r"""Yield lines, each with its end, in order of their bytes; stretches of them lie in `folder` meanwhile, unnamed.

    >>> list(iter_sorted_lines([b"c\n", b"a\n", b"b\n"], Path(tempfile.gettempdir()), at_once=2))
    [b'a\n', b'b\n', b'c\n']
    """
    left = iter(lines)
    with ExitStack() as stack:
        stretches = []
        while len(stretch := sorted(islice(left, at_once))) == at_once:
            aside = stack.enter_context(tempfile.TemporaryFile(dir=folder))
            aside.writelines(stretch)
            aside.seek(0)
            stretches.append(aside)
        yield from merge(*stretches, stretch)

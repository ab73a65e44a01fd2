"""N-Quads into a store in bulk: in parts, several at a time, so that nothing waits for the last line to be there.

One load of everything sorts on one core once all of it is read, and sorts the longer the more it holds at once.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import Unusable

PART = 1 << 24
"""Bytes that are loaded together, about 75,000 quads; twice as many take twice the memory and are no quicker."""

LINES = 500
"""Lines that are encoded together."""

_AT_ONCE = 2


def load_quads(store: ox.Store, path: Path, chunks: Iterable[bytes]) -> None:
    """Load N-Quads of a log, in stretches of whole lines, into the store in a folder; `optimize` merges the parts.

    A blank node is the same in two lines only where one part holds both, as with those of the vocabulary at the
    beginning; a log has none. Raises Unusable for what cannot be loaded, and whatever the chunks raise.
    """

    def load(part: bytes) -> None:
        # Lenient, as what is valid was told before it entered the log: telling it again takes a tenth of the time.
        try:
            store.bulk_load(part, format=ox.RdfFormat.N_QUADS, lenient=True)
        except (SyntaxError, OSError, ValueError) as error:
            raise Unusable(f"{path} could not be filled from the log: {error}") from error

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        loading: deque[Future[None]] = deque()
        for part in join_parts(chunks):
            loading.append(pool.submit(load, part))
            if len(loading) == _AT_ONCE:
                loading.popleft().result()
        for each in loading:
            each.result()


def encode_lines(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines as stretches of bytes, each line ended."""
    waiting = iter(lines)
    while chunk := list(islice(waiting, LINES)):
        yield "\n".join([*chunk, ""]).encode()


def join_parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same stretches, joined to parts as large as are loaded together."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= PART:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)

"""A graph in memory, read as the snapshot of a record is read."""

from collections.abc import Iterable

import pyoxigraph as ox

from kg.store.embedded import EmbeddedReader, encode_lines


class HeldGraph(EmbeddedReader):
    """Some N-Quads lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._store = ox.Store()
        for chunk in encode_lines(lines):
            self._store.load(chunk, format=ox.RdfFormat.N_QUADS)

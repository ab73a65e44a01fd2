"""One N-Quads file for each document: the document, its captures and passages, and what was said in it.

Agents and events belong to no one document; they stand in the dump.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

from kg.publish.dumps import LEVEL
from kg.publish.units import Subject
from kg.store.tables.view import TablesView

_BUCKETS = 64
_BATCH = 50_000
_BUFFER = 1 << 18
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
# In the order of the dump's lines: by the bytes of `<subject>`, where ">" ends a shorter IRI.
_PAIRS = """
WITH held AS (SELECT iri, row_number() OVER (ORDER BY iri) - 1 AS place FROM documents),
said AS (SELECT c.iri, c.proposition, h.place FROM claims c JOIN held h ON c.document = h.iri),
of AS (
    SELECT iri, place FROM held
    UNION SELECT c.iri, h.place FROM captures c JOIN held h ON c.document = h.iri
    UNION SELECT p.iri, h.place FROM passages p JOIN captures c ON p.capture = c.iri JOIN held h ON c.document = h.iri
    UNION SELECT o.iri, h.place FROM occasions o JOIN held h ON o.document = h.iri
    UNION SELECT iri, place FROM said
    UNION SELECT proposition, place FROM said WHERE proposition IS NOT NULL
    UNION SELECT r.iri, s.place FROM recordings r JOIN said s ON r.records = s.iri)
SELECT iri, place FROM of ORDER BY iri || '>', place
"""


class SourceFiles:
    """The files of the documents, filled while the subjects go by in order; `folder` is theirs, `spare` is for work."""

    def __init__(self, view: TablesView, folder: Path, spare: Path, *, base: str) -> None:
        self._folder = folder
        self._documents = [
            (str(iri), str(label or ""), _file_name(str(iri), base))
            for iri, label in view.rows("SELECT iri, label FROM documents ORDER BY iri")
        ]
        self._pairs = _iter_pairs(view)
        self._next = next(self._pairs, None)
        spare.mkdir()
        self._spare = spare
        self._buckets: list[BinaryIO] = [
            (spare / f"{number}").open("w+b", buffering=_BUFFER) for number in range(_BUCKETS)
        ]

    def take(self, subject: Subject) -> None:
        """Take in one subject; subjects come in ascending order."""
        while self._next is not None and self._next[0] < subject.start:
            self._next = next(self._pairs, None)
        while self._next is not None and self._next[0] == subject.start:
            place = self._next[1]
            self._buckets[place % _BUCKETS].write(b"%d %d %d\n" % (place, subject.count, len(subject.data)))
            self._buckets[place % _BUCKETS].write(subject.data)
            self._next = next(self._pairs, None)

    def finish(self) -> int:
        """Write the files and their index (`index.csv`: document, title, file, quads); the number of them."""
        quads: dict[int, int] = {}
        compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        for bucket in self._buckets:
            bucket.seek(0)
            texts: dict[int, list[bytes]] = {}
            while head := bucket.readline():
                place, count, size = map(int, head.split())
                texts.setdefault(place, []).append(bucket.read(size))
                quads[place] = quads.get(place, 0) + count
            for place, text in texts.items():
                path = self._folder / self._documents[place][2]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(compressor.compress(b"".join(text)))
            bucket.close()
            Path(bucket.name).unlink()
        self._spare.rmdir()
        self._write_index(quads)
        return len(quads)

    def _write_index(self, quads: dict[int, int]) -> None:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(("document", "title", "file", "quads"))
        for place, (iri, label, name) in enumerate(self._documents):
            if place in quads:
                writer.writerow((iri, label, name, quads[place]))
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "index.csv").write_bytes(text.getvalue().encode())


def _iter_pairs(view: TablesView) -> Iterator[tuple[bytes, int]]:
    for batch in view.arrow(_PAIRS).to_batches(max_chunksize=_BATCH):
        iris, places = batch.column(0).to_pylist(), batch.column(1).to_pylist()
        for iri, place in zip(iris, places, strict=True):
            yield f"<{iri}> ".encode(), place


def _file_name(iri: str, base: str) -> str:
    """The file of a document below the folder: by its key where that is plain, else by the hash of its IRI."""
    digest = hashlib.sha256(iri.encode()).hexdigest()
    key = iri.removeprefix(f"{base}document/")
    return f"{digest[:2]}/{key if key != iri and _PLAIN.fullmatch(key) else digest}.nq.zst"

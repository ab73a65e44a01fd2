"""One N-Quads file for each document: the document, its captures and passages, and what was said in it.

Agents and events belong to no one document; they stand in the dump.
"""

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from pathlib import Path

import zstandard

from kg.log.streams import Subject
from kg.publish.dumps import LEVEL
from kg.publish.manifest import Listed
from kg.store.tables.view import TablesView

FOLDER = "sources"
_BUCKETS = 64
_STRETCH = 1 << 18  # bytes of a bucket held in memory
_QUICK = 1  # level of compression
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_DOCUMENTS = "SELECT iri, label FROM documents ORDER BY iri"
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
SELECT encode('<' || iri || '> ') AS start, place FROM of ORDER BY start, place
"""


class Bucket:
    """A file of work in compressed stretches: a tenth of the bytes, where the disk is what is waited for."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._held: list[bytes] = []
        self._size = 0

    def write(self, head: bytes, data: bytes) -> None:
        """Write a line and what it is about; both are read in one stretch."""
        self._held += (head, data)
        self._size += len(head) + len(data)
        if self._size >= _STRETCH:
            self._flush()

    def close(self) -> None:
        """Write what is held, and close the file."""
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        data = zstandard.ZstdCompressor(level=_QUICK).compress(b"".join(self._held))
        self._file.write(len(data).to_bytes(8) + data)
        self._held, self._size = [], 0


def iter_stretches(path: Path) -> Iterator[bytes]:
    """Yield what was written into a bucket."""
    with path.open("rb") as file:
        while size := int.from_bytes(file.read(8)):
            yield zstandard.ZstdDecompressor().decompress(file.read(size))


class SourceFiles:
    """The files of the documents, gathered while the subjects go by in order; `spare` is a folder for work."""

    def __init__(self, view: TablesView, spare: Path, *, base: str) -> None:
        self._view = view
        self._names = [_file_name(iri, base) for rows in view.stretches(_DOCUMENTS) for iri, _ in rows]
        self._pairs = _iter_pairs(view)
        self._next = next(self._pairs, None)
        spare.mkdir()
        self._spare = spare
        self._buckets = [Bucket(spare / f"{number}") for number in range(_BUCKETS)]
        # By folder, so that no two processes write into one.
        self._homes = bytes(int(name[:2], 16) % _BUCKETS for name in self._names)

    def take(self, batch: Iterable[Subject]) -> None:
        """Take in some subjects; they come in ascending order."""
        pair = self._next
        for start, data in batch:
            while pair is not None and pair[0] < start:
                pair = next(self._pairs, None)
            while pair is not None and pair[0] == start:
                place = pair[1]
                self._buckets[self._homes[place]].write(b"%b %d\n" % (self._names[place].encode(), len(data)), data)
                pair = next(self._pairs, None)
        self._next = pair

    def finish(self, folder: Path, executor: Executor) -> list[Listed]:
        """Write the files into `sources/` of a folder, and their index (`index.csv`: document, title, file, quads)."""
        for bucket in self._buckets:
            bucket.close()
        (folder / FOLDER).mkdir()
        jobs = [executor.submit(write_bucket, self._spare / f"{n}", folder / FOLDER) for n in range(_BUCKETS)]
        written = [each for job in jobs for each in job.result()]
        self._spare.rmdir()
        self._write_index(folder / FOLDER / "index.csv", {name: quads for name, _, _, quads in written})
        return [Listed(f"{FOLDER}/{name}", size, sha256) for name, size, sha256, _ in written]

    def _write_index(self, path: Path, quads: Mapping[str, int]) -> None:
        names = iter(self._names)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("document", "title", "file", "quads"))
            for rows in self._view.stretches(_DOCUMENTS):
                for (iri, label), name in zip(rows, names, strict=False):
                    if count := quads.get(name):
                        writer.writerow((iri, label or "", name, count))


def write_bucket(bucket: Path, folder: Path) -> list[tuple[str, int, str, int]]:
    """Write the files of a bucket's documents; of each its name, size, SHA-256, and how many quads it holds."""
    texts: dict[bytes, list[bytes]] = {}
    for stretch in iter_stretches(bucket):
        file = io.BytesIO(stretch)
        while head := file.readline():
            name, size = head.split()
            texts.setdefault(name, []).append(file.read(int(size)))
    for inner in {name[:2].decode() for name in texts}:
        (folder / inner).mkdir()
    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    written = []
    for name, parts in texts.items():
        text, path = b"".join(parts), name.decode()
        data = compressor.compress(text)
        write_new(f"{folder}/{path}", data)
        written.append((path, len(data), hashlib.sha256(data).hexdigest(), text.count(b"\n")))
    bucket.unlink()
    return written


def write_new(path: str, data: bytes) -> None:
    """Write a new file by three calls of the system: of hundreds of thousands, more would be most of the time."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        while data:
            data = data[os.write(handle, data) :]
    finally:
        os.close(handle)


def _iter_pairs(view: TablesView) -> Iterator[tuple[bytes, int]]:
    """Yield the subjects of each document, as the dump's lines begin, in their order, with the document's place."""
    for rows in view.stretches(_PAIRS):
        yield from rows


def _file_name(iri: str, base: str) -> str:
    """The file of a document below the folder: by its key where that is plain, else by the hash of its IRI."""
    digest = hashlib.sha256(iri.encode()).hexdigest()
    key = iri.removeprefix(f"{base}document/")
    return f"{digest[:2]}/{key if key != iri and _PLAIN.fullmatch(key) else digest}.nq.zst"

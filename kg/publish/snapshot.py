"""The graph of a publication as the endpoint serves it: built from the published files, and from nothing else.

It lies beside the publication, never in it: the engine writes the name of the machine and the hour into its files.
"""

from collections.abc import Iterator
from pathlib import Path

from kg.errors import Unusable
from kg.log.streams import iter_subjects
from kg.publish.layout import ANALYSED, DATASET, DERIVED, DUMP
from kg.publish.manifest import MANIFEST, Manifest
from kg.store.base import Progress
from kg.store.embedded import EmbeddedStore, to_lines
from kg.vocabulary import vocabulary_lines


def build_snapshot(publication: Path, folder: Path, *, progress: Progress | None = None) -> int:
    """Build the compacted graph of a publication in a folder, for `kg.store.embedded.open_reader`; its log entry.

    Readers keep what they have open until it is done, then open the new one. Raises Unusable.
    """
    if folder.absolute().is_relative_to(publication.absolute()):
        raise Unusable(f"{folder}: lies in the publication. Remedy: name a folder outside, it is not to be hosted.")
    entry = int(Manifest.from_bytes((publication / MANIFEST).read_bytes()).checkpoint["entry"])
    with EmbeddedStore(folder) as graph:
        graph.rebuild(_iter_lines(publication), entry=entry, progress=progress)
        # Once more: a store keeps the version before the last, which may hold what was withdrawn since.
        graph.publish()
    return entry


def _iter_lines(publication: Path) -> Iterator[str]:
    yield from vocabulary_lines()
    base = str(Manifest.from_bytes((publication / MANIFEST).read_bytes()).checkpoint["base"])
    described = f"{base}{DATASET}"
    yield from to_lines((publication / DATASET).read_text(encoding="utf-8"), graph=described, base=described)
    for name in (DUMP, DERIVED, ANALYSED):
        for batch in iter_subjects(publication / name):
            yield from b"".join(subject.data for subject in batch).decode().split("\n")[:-1]

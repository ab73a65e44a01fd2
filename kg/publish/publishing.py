"""Publishing: one pass over the public lines writes the dumps and counts; tables, descriptions and manifest follow."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from kg import resources
from kg.derive import list_line_queries
from kg.errors import Unusable
from kg.iris import canonical_json
from kg.log import Record
from kg.log.layout import is_sealed
from kg.log.merkle import root_of
from kg.log.streams import Subject, iter_sorted
from kg.projections import Projections, graph_folder, tables_folder
from kg.publish.ahead import iter_ahead
from kg.publish.analysed import write_analysed
from kg.publish.beside import helpers, is_large
from kg.publish.changes import ADDED, GONE, Changes, require_ancestor, standing_checkpoint, tell_since
from kg.publish.checking import verify_publication
from kg.publish.crate import CRATE, citation, crate_metadata, licence_text
from kg.publish.csvw import METADATA, csvw_metadata
from kg.publish.describe import describe_dataset, describe_questions
from kg.publish.dumps import ZstdFile, write_texts
from kg.publish.layout import ANALYSED, CHECKPOINT, DATASET, DERIVED, DUMP, TRIG, UNITS, describe_files
from kg.publish.manifest import MANIFEST, Listed, Manifest, write_manifest
from kg.publish.page import STYLE, index_page
from kg.publish.partitions import PartitionCounter, Partitions
from kg.publish.settings import Described, Settings, Standing
from kg.publish.signing import Signer
from kg.publish.sources import SourceFiles
from kg.publish.swap import replaced
from kg.publish.units import DIGEST, Digests, split_parts
from kg.store.base import Progress
from kg.store.tables import Tables
from kg.store.tables.publish import Written, write_table_files
from kg.store.tables.view import TablesView

# Units between two signs of progress.
_TOLD = 10_000


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication holds: the entry it stands at, and how many quads, units, documents and files."""

    entry: int
    quads: int
    units: int
    documents: int
    files: int
    withheld: str
    key: str


@dataclass(frozen=True, slots=True)
class _Passed:
    """What the one pass over the lines has brought."""

    units: int
    root: str
    partitions: Partitions
    sources: list[Listed]


def publish(
    root: Path,
    target: Path,
    *,
    settings: Settings,
    signer: Signer | None = None,
    since: Path | None = None,
    progress: Progress | None = None,
) -> Published:
    """Publish the public part of a record into a folder; what stood there stands until all is done.

    Raises Refused for settings that cannot be written, Unusable where record, target or `since` cannot be used.
    """
    settings.check()
    record = Record.open(root)
    if target.absolute().is_relative_to(root.absolute()) or root.absolute().is_relative_to(target.absolute()):
        raise Unusable(f"{target}: lies in the record, or the record in it. Remedy: name a folder of its own.")
    earlier = _open_earlier(since, record) if since is not None else None
    projections = Projections(root, record)
    projections.catch_up()
    with projections.tables.connect() as view, replaced(target) as folder:
        standing = _standing(record, view)
        return _Publisher(record, view, folder, settings, standing, signer).run(since, earlier, progress)


def _open_earlier(since: Path, record: Record) -> Manifest:
    verdict = verify_publication(since)
    if verdict.findings:
        raise Unusable(
            f"{since}: does not verify: {verdict.findings[0]}. Remedy: take an undamaged copy of that publication."
        )
    manifest = Manifest.from_bytes((since / MANIFEST).read_bytes())
    require_ancestor(since, manifest, record)
    return manifest


def _standing(record: Record, view: TablesView) -> Standing:
    entries = record.log.entries()
    if view.standing() != len(entries):
        raise Unusable("the record was changed just now. Remedy: publish again.")
    recorded = entries[-1].recorded if entries else record.about.created
    return Standing(record.base, len(entries), record.log.head, recorded)


def tell_band(count: int) -> str:
    """A number of withheld units as coarse as it may be told: one witness more or less must not show.

    >>> [tell_band(count) for count in (0, 3, 27)]
    ['none', 'fewer than 10', 'at least 20']
    """
    if count == 0:
        return "none"
    return "fewer than 10" if count < 10 else f"at least {count // 10 * 10}"


def _count_withheld(record: Record) -> int:
    entries = record.log.entries()
    sealed = sum(entry.sealed.units for entry in entries if entry.sealed)
    return sealed - sum(is_sealed(each.tree) for entry in entries for each in entry.withdrawn)


def write_tables(tables: Path, version: int, folder: Path) -> list[Written]:
    """Write the tables of a version, which another process holds, into a publication."""
    with Tables.open(tables).connect_again(version) as view:
        return write_table_files(view, folder / "tables")


def write_derived(tables: Path, version: int, folder: Path, base: str) -> None:
    """Write what follows by rule from that version of the tables."""
    lines = " UNION ALL ".join(list_line_queries(base))
    with Tables.open(tables).connect_again(version) as view:
        write_texts(folder / DERIVED, view.texts(f"SELECT DISTINCT line FROM ({lines}) l(line) ORDER BY line"))


def find_root(units: Path) -> str:
    """The root over the digests that a file holds, in hexadecimal."""
    return root_of(Digests(units.read_bytes())).hex()


@dataclass(frozen=True, slots=True)
class _Publisher:
    """One publication in the making."""

    record: Record
    view: TablesView
    folder: Path
    settings: Settings
    standing: Standing
    signer: Signer | None

    def run(self, since: Path | None, earlier: Manifest | None, progress: Progress | None) -> Published:
        """Write everything; the manifest comes last."""
        units = sum(tree.units for entry in self.record.log.entries() for tree in entry.segments)
        with helpers(units) as executor:
            version = tables_folder(self.record.layout.root), self.view.manifest.number
            making = executor.submit(write_tables, *version, self.folder)
            deriving = executor.submit(write_derived, *version, self.folder, self.standing.base)
            finding = executor.submit(
                write_analysed, graph_folder(self.record.layout.root), self.folder / ANALYSED, self.standing.base
            )
            passed = self._pass(self._read(units), since, earlier, progress, executor)
            tables = making.result()
            deriving.result()
            finding.result()
        self._write("tables/" + METADATA, csvw_metadata(tables))
        self._copy_vocabulary()
        withheld = tell_band(_count_withheld(self.record))
        quads = passed.partitions.triples
        checkpoint = standing_checkpoint(
            self.standing, units=passed.units, quads=quads, root=passed.root, withheld=withheld
        )
        self._write(CHECKPOINT, canonical_json(checkpoint) + b"\n")
        files = describe_files(self.folder, tables)
        self._describe(passed, files, withheld, earlier)
        described = (Listed(each.path, each.size, each.sha256) for each in files)
        listed = {each.path: each for each in (*passed.sources, *described)}
        count = write_manifest(self.folder, checkpoint, signer=self.signer, listed=listed)
        key = self.signer.public if self.signer else ""
        return Published(self.standing.entry, quads, passed.units, len(passed.sources), count, withheld, key)

    def _read(self, units: int) -> Iterator[list[Subject]]:
        """The subjects in order; those of a large record come from a process that reads ahead."""
        if is_large(units):
            return iter_ahead(self.record.layout.root, self.standing.head)
        return iter_sorted(self.record.log, upto=self.standing.entry)

    def _pass(
        self,
        batches: Iterable[list[Subject]],
        since: Path | None,
        earlier: Manifest | None,
        progress: Progress | None,
        executor: Executor,
    ) -> _Passed:
        counter, leaves, told = PartitionCounter(), bytearray(), 0
        sources = SourceFiles(self.view, self.folder / "work", base=self.standing.base)
        with ExitStack() as stack:
            quads = stack.enter_context(ZstdFile(self.folder / DUMP))
            trig = stack.enter_context(ZstdFile(self.folder / TRIG))
            changes = None
            if since is not None and earlier is not None:
                changes = Changes(since, earlier, stack.enter_context(ZstdFile(self.folder / ADDED)))
            for batch in batches:
                sources.take(batch)
                for subject in batch:
                    quads.write(subject.data)
                    parts = split_parts(subject)
                    counter.take(parts)
                    for part in parts:
                        leaves += part.digest()
                        trig.write(part.trig())
                        if changes is not None:
                            changes.take(part)
                if progress is not None and len(leaves) - told >= _TOLD * DIGEST:
                    told = len(leaves)
                    progress(told // DIGEST)
            if changes is not None:
                self._write(GONE, changes.finish())
        self._write(UNITS, leaves)
        rooting = executor.submit(find_root, self.folder / UNITS)
        written = sources.finish(self.folder, executor)
        return _Passed(len(leaves) // DIGEST, rooting.result(), counter.result(), written)

    def _copy_vocabulary(self) -> None:
        for name, top in (("ontology", resources.ontology_dir()), ("shapes", resources.shapes_dir())):
            for path in resources.iter_ttl(name):
                copy = self.folder / "vocabulary" / name / path.relative_to(top)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)

    def _describe(self, passed: _Passed, files: Sequence[Described], withheld: str, earlier: Manifest | None) -> None:
        settings, standing = self.settings, self.standing
        turtle = describe_dataset(settings, standing, passed.partitions, files, changes=earlier is not None)
        facts = [
            ("Quads", f"{passed.partitions.triples:,}"),
            ("Units (what is said of one subject in one graph)", f"{passed.units:,}"),
            ("Documents", f"{len(passed.sources):,}"),
            ("Units withheld for the safety of people", withheld),
        ]
        if earlier is not None:
            facts.append(("Changes are told since", tell_since(earlier)))
        key = self.signer.public if self.signer else ""
        self._write(DATASET, turtle)
        self._write("questions.ttl", describe_questions())
        self._write(CRATE, crate_metadata(settings, standing, files))
        self._write("CITATION.cff", citation(settings, standing))
        self._write("LICENSE.txt", licence_text(settings))
        self._write("style.css", STYLE)
        self._write("index.html", index_page(settings, standing, files, facts=facts, key=key))

    def _write(self, name: str, data: bytes | bytearray) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

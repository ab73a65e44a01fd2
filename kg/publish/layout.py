"""What lies where in a publication, and what each file is called to people."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.publish.changes import ADDED, DUMP, GONE
from kg.publish.csvw import METADATA
from kg.publish.manifest import list_file
from kg.publish.settings import Described
from kg.store.tables.publish import Written

__all__ = ["ANALYSED", "CHECKPOINT", "DATASET", "DERIVED", "DUMP", "TRIG", "UNITS", "describe_files"]

TRIG = "dumps/record.trig.zst"
DERIVED = "dumps/derived.nq.zst"
ANALYSED = "dumps/analysis.nq.zst"
UNITS = "integrity/units.bin"
DATASET = "dataset.ttl"
CHECKPOINT = "integrity/checkpoint.json"


def describe_files(folder: Path, tables: Sequence[Written]) -> list[Described]:
    """The files that descriptions name, with size and checksum; the many files of documents go by their index."""
    found = []
    for path, media, title in _iter_known(tables):
        if (folder / path).exists():
            listed = list_file(folder, folder / path)
            found.append(Described(path, media, title, listed.size, listed.sha256))
    return found


def _iter_known(tables: Sequence[Written]) -> Iterator[tuple[str, str, str]]:
    yield DUMP, "application/n-quads", "The whole public record, a graph for each claim, as sorted N-Quads"
    yield TRIG, "application/trig", "The whole public record as TriG"
    yield DERIVED, "application/n-quads", "What follows from the record by rule: labels, av:concerns, plain PROV-O"
    yield ANALYSED, "application/n-quads", "What analysis finds: what is still held, changes, comparisons, origins"
    yield ADDED, "application/n-quads", "The quads that were added since the publication before"
    yield GONE, "application/json", "The units of the publication before that were withdrawn, by their numbers"
    yield "sources/index.csv", "text/csv", "The documents, each with the file of what was said in it"
    for table in tables:
        rows = f"{table.rows:,} row{'' if table.rows == 1 else 's'}"
        yield f"tables/{table.name}.csv", "text/csv", f"Table {table.name}, {rows}"
        parquet = "application/vnd.apache.parquet"
        yield f"tables/{table.name}.parquet", parquet, f"Table {table.name}, {rows}, with its types"
    yield f"tables/{METADATA}", "application/csvm+json", "What each column of the CSV files holds (CSV on the Web)"
    yield CHECKPOINT, "application/json", "Where the log stood, and the root over all units"
    yield UNITS, "application/octet-stream", "SHA-256 of every unit, 32 bytes each, in the order of the dump"

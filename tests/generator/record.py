"""A whole record of a given size, or its tables alone; the same size gives the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.log import Record
from kg.model import Ingestion
from kg.projections import Projections
from kg.rdf import read_unit
from kg.store.tables import Tables
from kg.terms import DEFAULT_BASE
from kg.units import Unit
from tests.generator.entries import Entry, iter_entries


@dataclass(frozen=True, slots=True)
class Brought:
    """A unit, and the entry that brings it."""

    unit: Unit
    entry: int


def make_record(root: Path, claims: int) -> Record:
    """A record of `claims` claims and relays, in entries of 10,000."""
    record = Record.create(root, base=DEFAULT_BASE, created="2026-01-01T00:00:00Z", secret=b"b" * 32)
    for entry in iter_entries(claims):
        ingestion = read_unit(entry.units[1].lines)
        assert isinstance(ingestion, Ingestion)
        with record.log.begin(
            ingestion=ingestion.iri, recorded=ingestion.recorded, recorder=ingestion.recorder
        ) as staging:
            for unit in entry.units:
                staging.add(unit, claim=unit.subject.rsplit("/", 2)[-2] in ("claim", "relay"))
            staging.commit()
    with Projections(root, record) as projections:
        projections.catch_up()
    return record


def make_tables(folder: Path, entries: Iterable[Entry]) -> Tables:
    """The tables of a record of some entries, without its log and its graph, which take much longer."""
    last = 0

    def iter_brought() -> Iterator[Brought]:
        nonlocal last
        for entry in entries:
            last = entry.number
            yield from (Brought(unit, entry.number) for unit in entry.units)

    tables = Tables.open(folder)
    tables.rebuild(iter_brought(), entry=last)
    return tables

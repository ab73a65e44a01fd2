"""A whole record of a given size, log and both projections, for benchmarks; the same size gives the same record."""

from pathlib import Path

from kg.log import Record
from kg.model import Ingestion
from kg.projections import Projections
from kg.rdf import read_unit
from kg.terms import DEFAULT_BASE
from tests.generator.entries import iter_entries


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

"""An import beside the straightforward way to the same record: rdflib, pySHACL, SPARQL and networkx."""

from dataclasses import replace
from pathlib import Path

import pytest

from kg.bulk.importing import Plan, import_table
from kg.intake.tables import find_sources, load_mapping
from kg.log import Record
from tests.bench.plain import hold_against, record_plainly
from tests.generator import tables as made

BASE, WHEN, SOFTWARE = "https://averment.example/id/", "2031-01-01T00:00:00Z", "bench"


def test_both_ways_give_the_same_record(tmp_path: Path) -> None:
    mapping = load_mapping(made.write_table(tmp_path / "in", made.iter_rows(12)), base=BASE)
    table = mapping.tables[0]
    plan = Plan(
        root=tmp_path / "data", mapping=mapping, table=table, folder=tmp_path / "in", workers=0,
        source=find_sources(table, tmp_path / "in", {}), recorded=WHEN, software=SOFTWARE,
    )  # fmt: skip
    import_table(plan, Record.create(tmp_path / "data", base=BASE, created=WHEN))
    plain = record_plainly(
        tmp_path / "in" / "incidents.csv", tmp_path / "plain", base=BASE, when=WHEN, software=SOFTWARE,
        told=lambda part, work: work(),
    )  # fmt: skip

    hold_against(plain, tmp_path / "data")
    plain.found = replace(plain.found, groups=1)
    with pytest.raises(ValueError, match="groups: 1 the straightforward way, 0 in the record"):
        hold_against(plain, tmp_path / "data")

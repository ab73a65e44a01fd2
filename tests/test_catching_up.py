"""What is read of a record stays at its newest entry, whoever opens it while another records."""

import pytest

from kg.errors import Unusable
from kg.log import Record
from kg.projections import Projections, iter_derived_lines, tables_folder
from kg.record import OpenRecord
from kg.store.filling import Filler
from kg.store.tables import Tables
from tests.town import Town, case, killed


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    made.add(case(killed("9")))
    return made


def test_one_who_opened_the_log_earlier_does_not_turn_the_projections_back(town):
    earlier = Projections(town.root, Record.open(town.root))
    town.add(case(killed("11", said="2031-05-03")))
    assert earlier.catch_up() is False
    assert town.open().standing() == 2
    assert town.verify() == ()


def test_nothing_is_made_anew_while_another_records(town):
    (town.root / "graph" / "current.json").unlink()
    projections = Projections(town.root, Record.open(town.root))
    with town.record.log.alone(), pytest.raises(Unusable, match="is recording"):
        projections.catch_up()
    assert projections.catch_up()
    assert town.verify() == ()


def test_a_reader_that_comes_while_another_records_reads_what_stands(town, monkeypatch):
    monkeypatch.setattr("kg.projections.Projections.is_current", lambda self: False)
    told = iter([False, True])
    monkeypatch.setattr("kg.record._is_writing", lambda record: next(told))
    with town.record.log.alone():
        assert OpenRecord.open(town.root).standing() == 1


class _Fed:
    """Takes what a filler would be fed with, while it is still there."""

    def __init__(self):
        self.parts = []

    def feed(self, path):
        self.parts.append(path.read_bytes())


def test_what_follows_is_fed_in_parts_and_none_of_it_is_lost(town, tmp_path, monkeypatch):
    monkeypatch.setattr("kg.store.loading.PART", 1000)
    monkeypatch.setattr("kg.store.loading.LINES", 3)
    fed = _Fed()
    with Tables.open(tables_folder(town.root)).connect() as view:
        lines = list(iter_derived_lines(view, town.record.base))
    Filler.feed_lines(fed, lines, aside=tmp_path / "derived")
    assert len(fed.parts) > 1
    assert all(part.endswith(b"\n") for part in fed.parts)
    assert sorted(b"".join(fed.parts).decode().splitlines()) == sorted(lines)

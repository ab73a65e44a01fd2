"""A small batch is looked at among its surroundings: no table is read for it, and what it leaves equals a rebuild."""

import time
from contextlib import contextmanager

import pytest

from kg import prospect
from kg.errors import Unusable
from kg.projections import tables_folder
from kg.store.embedded import EmbeddedStore
from kg.store.tables import Tables, stage
from kg.surroundings import read_surroundings
from tests.town import BASE, Town, case, killed, occurred

OTHER = {"bridge": {"kind": "incident", "name": {"en": "Bridge of Orrin"}}}


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("9", id="nine"), killed("7", about="bridge", who="vane"), events=OTHER))
    return town


@contextmanager
def no_table_is_opened(monkeypatch):
    """Every way to the Parquet files ends in a failure."""

    def refuse(*args, **options):
        raise AssertionError("a table was opened")

    with monkeypatch.context() as patch:
        patch.setattr(Tables, "connect", refuse)
        patch.setattr(Tables, "append", refuse)
        patch.setattr(stage, "attach", refuse)
        yield


@pytest.mark.parametrize("most", [5_000, 0], ids=["in plain Python", "in SQL on few rows"])
def test_a_claim_is_recorded_without_opening_any_table(town, monkeypatch, most):
    monkeypatch.setattr(prospect, "_MOST_NEARBY", most)
    with no_table_is_opened(monkeypatch):
        assert town.add(case(killed("11"))).claims == 1
    assert town.verify() == ()


@pytest.mark.parametrize("most", [5_000, 0], ids=["in plain Python", "in SQL on few rows"])
def test_a_claim_that_revises_relays_and_denies_needs_no_table(town, monkeypatch, most):
    monkeypatch.setattr(prospect, "_MOST_NEARBY", most)
    nine = town.claim("9 killed")
    with no_table_is_opened(monkeypatch):
        town.add(case(killed("12", revises=nine), killed("9", stance="denies", who="vane", via=["post"])))
    assert town.verify() == ()


def test_what_surrounds_few_claims_is_worked_out_without_a_statement(town, monkeypatch):
    def refuse(*args):
        raise AssertionError("a workbench was made")

    monkeypatch.setattr(prospect, "Slice", refuse)
    town.add(case(killed("12", revises=town.claim("9 killed"), over="dead"), killed("9", stance="denies", who="vane")))
    assert town.verify() == ()


@pytest.mark.parametrize("most", [5_000, 0], ids=["in plain Python", "in SQL on few rows"])
def test_what_is_said_of_one_of_the_dead_needs_no_table(town, monkeypatch, most):
    monkeypatch.setattr(prospect, "_MOST_NEARBY", most)
    nettle = {"nettle": {"name": {"en": "Orla Nettle"}, "listed_in": "post"}}
    for what in ("killed", "injured"):
        with no_table_is_opened(monkeypatch):
            town.add(case({"asserts": {"occurrence": {"about": "victim/nettle", "what": what}}}, victims=nettle))
    about = "SELECT count(*) FROM claims WHERE kind = 'claim' AND event LIKE '%/victim/nettle'"
    assert town.open().view().rows(about) == [(2,)]
    assert town.verify() == ()


@pytest.mark.parametrize("most", [5_000, 0], ids=["in plain Python", "in SQL on few rows"])
def test_what_a_small_batch_breaks_is_found_among_its_surroundings(town, monkeypatch, most):
    monkeypatch.setattr(prospect, "_MOST_NEARBY", most)
    nine = town.claim("9 killed")
    with no_table_is_opened(monkeypatch):
        [problem] = town.refused(case(killed("12", said="2031-05-01", revises=nine)))
    assert "nothing revises or withdraws what was said later" in problem


def test_a_reader_sees_the_claim_as_soon_as_it_is_recorded(town):
    reader = town.open()
    assert reader.counts()["claims"] == 2
    town.add(case(killed("11")))
    assert reader.counts()["claims"] == 3


def test_the_tables_tell_of_nothing_that_is_not_in_the_graph_yet(town, monkeypatch):
    tables, apply, stood = Tables.open(tables_folder(town.root)), EmbeddedStore.apply, []

    def apply_late(self, *lines, entry):
        time.sleep(0.2)
        stood.append(tables.standing())
        apply(self, *lines, entry=entry)

    monkeypatch.setattr(EmbeddedStore, "apply", apply_late)
    town.add(case(killed("11")))
    assert (stood, tables.standing()) == ([1], 2)


def test_where_the_graph_cannot_be_changed_the_tables_stand_as_they_were(town, monkeypatch):
    def fail(self, *lines, entry):
        raise Unusable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedStore, "apply", fail)
        with pytest.raises(Unusable, match="full"):
            town.add(case(killed("11")))
    assert Tables.open(tables_folder(town.root)).standing() == 1
    assert town.open().counts()["claims"] == 3
    assert town.verify() == ()


@pytest.mark.parametrize(
    "content",
    [
        case(occurred(), agents={"vane": {"kind": "person", "name": {"en": "Ketta Vane", "de": "Ketta Fahne"}}}),
        case(occurred(), sets={"dead": {"of": "victim", "within": "mill", "name": {"de": "die Toten"}}}),
    ],
    ids=["a name for a known voice", "a name for a known set"],
)
def test_what_adds_to_a_known_thing_is_worked_out_on_the_tables(town, content, monkeypatch):
    opened = []
    connect = Tables.connect
    monkeypatch.setattr(Tables, "connect", lambda tables, extra=None: opened.append(1) or connect(tables, extra))
    town.add(content)
    assert opened
    assert town.verify() == ()


def test_surroundings_that_are_too_wide_are_left_to_the_tables(town, monkeypatch):
    monkeypatch.setattr(prospect, "_MOST_AROUND", 3)
    town.add(case(killed("11")))
    assert town.verify() == ()


def test_surroundings_leave_out_other_events(town):
    units = []
    monkey = pytest.MonkeyPatch()

    def read(graph, base, new, **options):
        found = read_surroundings(graph, base, new, **options)
        units.extend(found or ())
        return found

    monkey.setattr(prospect, "read_surroundings", read)
    town.add(case(killed("11")))
    monkey.undo()
    around = {unit.subject for unit in units}
    assert {f"{BASE}event/mill", f"{BASE}agent/town-hall", town.claim("9 killed")} <= around
    assert town.claim("7 killed") not in around


def test_many_small_batches_stand_in_one_file_until_they_are_many(town, monkeypatch):
    monkeypatch.setattr("kg.store.tables.write._RECENT", 60)
    parts, recent = [], []
    for number in range(20, 26):
        town.add(case(killed(str(number))))
        manifest = Tables.open(town.root / "tables").manifest()
        parts.append(len(manifest.tables.get("claims", ())))
        recent.append(manifest.recent is not None)
    assert set(recent) == {True, False}
    assert parts[-1] > parts[0]
    assert town.verify() == ()

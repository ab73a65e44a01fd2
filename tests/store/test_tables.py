"""The tables say the same whether built at once or bit by bit, and readers keep the version they opened."""

import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from kg import iris, rdf
from kg.errors import Unusable
from kg.model import (
    Agent,
    AgentKind,
    Assessment,
    Capture,
    Claim,
    Count,
    Document,
    Event,
    EventKind,
    Identity,
    Occasion,
    Partition,
    Passage,
    Relay,
    Set,
    Stance,
    Text,
)
from kg.store.tables import Tables, rows_from_units, write
from kg.store.tables.columns import TABLES
from kg.terms import Iri, av, avc
from kg.units import Unit
from tests.generator.entries import iter_entries
from tests.generator.stories import BASE, event, named, voice

ROOT = Path(__file__).resolve().parents[2]
ING = named("ingestion", "one")
ING2 = named("ingestion", "two")
OCCASION = named("occasion", "o1")


@dataclass(frozen=True, slots=True)
class Brought:
    unit: Unit
    entry: int


@pytest.fixture
def tables(tmp_path):
    return Tables.open(tmp_path / "tables")


def claim_of(proposition, *, said="2019-04-25", occasion=OCCASION, **options) -> Claim:
    content = iris.proposition_iri(BASE, proposition)
    return Claim(stance=Stance.ASSERTS, proposition=content, voice=voice(1), occasion=occasion, said=said, **options)


def units_of(proposition, **options) -> tuple[Iri, list[Unit]]:
    claim = claim_of(proposition, **options)
    return iris.claim_iri(BASE, claim), [rdf.proposition_unit(BASE, proposition), rdf.claim_unit(BASE, claim)]


def relay_of(target: Iri) -> tuple[Iri, Unit]:
    relay = Relay(relays=target, voice=voice(2), occasion=OCCASION)
    return iris.relay_iri(BASE, relay), rdf.relay_unit(BASE, relay)


def set_unit(key: str, *, within: Iri | None = None, graph: Iri = ING) -> Unit:
    return rdf.entity_unit(Set(iri=named("set", key), member_kind=av("Allegation"), within=within), graph)


def only(unit: Unit, *properties: str) -> Unit:
    """The unit with these properties alone, as a later entry would bring what is new of a thing."""
    return Unit(
        unit.subject, unit.graph, tuple(line for line in unit.lines if any(f"{p}> " in line for p in properties))
    )


def ask(tables: Tables, sql: str, *params: object) -> list[tuple]:
    with tables.connect() as view:
        return view.rows(sql, list(params))


def everything(tables: Tables) -> dict[str, list[tuple]]:
    with tables.connect() as view:
        return {name: sorted(view.rows(f"SELECT * FROM {name}"), key=repr) for name in TABLES}


def test_tables_that_were_never_written_are_empty_and_have_all_columns(tables):
    assert tables.standing() == 0
    assert ask(tables, 'SELECT iri, root, depth, "event" FROM claims') == []
    assert all(rows == [] for rows in everything(tables).values())


def test_a_claim_has_its_columns(tables):
    proposition = Count(about=(event(1),), measure=avc("killed"), at_least=318, at_most=318)
    iri, units = units_of(proposition, wording=Text('"318" dead', "en"), earliest="2019-04-01", latest="2019-04-25")
    tables.append(units, entry=1)
    with tables.connect() as view:
        [row] = view.records("SELECT * FROM claims")
    assert (row["iri"], row["kind"], row["stance"], row["root"], row["depth"]) == (iri, "claim", "asserts", iri, 0)
    assert (row["wording"], row["wording_language"], str(row["latest"])) == ('"318" dead', "en", "2019-04-25")
    assert (row["proposition_kind"], row["event"], row["entry"]) == ("Count", event(1), 1)
    assert row["question"] == iris.question_iri(BASE, proposition)


def test_counts_keep_open_bounds_open(tables):
    tables.append(units_of(Count(about=(event(1),), at_least=1601))[1], entry=1)
    assert ask(tables, "SELECT at_least, at_most, about FROM counts") == [(1601, None, [event(1)])]


def test_assessments_and_partitions_have_tables_of_their_own(tables):
    parts = (named("set", "a"), named("set", "b"))
    assessment = Assessment(about=(event(1),), scheme=avc("oir"), any_of=(avc("x"), avc("y")))
    units = [*units_of(Partition(about=(named("set", "w"),), parts=parts))[1], *units_of(assessment)[1]]
    tables.append(units, entry=1)
    assert ask(tables, "SELECT whole, part FROM partitions ORDER BY part") == [(named("set", "w"), p) for p in parts]
    assert ask(tables, "SELECT scheme, status, any_of FROM positions") == [(avc("oir"), None, [avc("x"), avc("y")])]


def test_a_chain_of_relays_leads_to_its_claim_across_entries(tables):
    iri, units = units_of(Count(about=(event(1),), at_least=3))
    first, first_unit = relay_of(iri)
    second, second_unit = relay_of(first)
    tables.append([*units, first_unit], entry=1)
    tables.append([second_unit], entry=2)
    found = ask(tables, "SELECT iri, root, depth, event FROM claims ORDER BY depth")
    assert found == [(iri, iri, 0, event(1)), (first, iri, 1, event(1)), (second, iri, 2, event(1))]


def test_a_relay_takes_no_position_and_counts_for_no_proposition(tables):
    iri, units = units_of(Count(about=(event(1),), at_least=3))
    tables.append([*units, relay_of(iri)[1]], entry=1)
    assert ask(tables, "SELECT stance, proposition, question FROM claims WHERE kind = 'relay'") == [(None, None, None)]


def test_a_claim_concerns_the_event_its_set_lies_in_however_deep(tables):
    sets = [set_unit("inner", within=named("set", "outer")), set_unit("outer", within=event(1))]
    tables.append(sets, entry=1)
    iri, units = units_of(Count(about=(named("set", "inner"),), at_least=3))
    tables.append(units, entry=2)
    assert ask(tables, "SELECT claim, event FROM concerns") == [(iri, event(1))]


def test_a_claim_about_a_claim_concerns_what_that_one_concerns(tables):
    iri, units = units_of(Count(about=(event(1),), at_least=3))
    relay, relay_unit = relay_of(iri)
    tables.append([*units, relay_unit], entry=1)
    about, more = units_of(Assessment(about=(relay,), scheme=avc("oir"), status=avc("open")))
    tables.append(more, entry=2)
    assert ask(tables, "SELECT event FROM concerns WHERE claim = ?", about) == [(event(1),)]


def test_an_identity_concerns_both(tables):
    _, units = units_of(Identity(about=(event(1),), other=event(2), relation=avc("same")))
    tables.append(units, entry=1)
    assert ask(tables, "SELECT event FROM concerns ORDER BY event") == [(event(1),), (event(2),)]


def test_sets_within_each_other_end_nowhere_and_nothing_hangs(tables):
    sets = [set_unit("a", within=named("set", "b")), set_unit("b", within=named("set", "a"))]
    _, units = units_of(Count(about=(named("set", "a"),), at_least=3))
    tables.append([*sets, *units], entry=1)
    assert ask(tables, "SELECT event FROM claims") == [(None,)]


def test_a_set_placed_in_an_event_later_changes_what_older_claims_concern(tables):
    tables.append([set_unit("s")], entry=1)
    iri, units = units_of(Count(about=(named("set", "s"),), at_least=3))
    tables.append([*units, relay_of(iri)[1]], entry=2)
    assert ask(tables, "SELECT DISTINCT event FROM concerns") == [(named("set", "s"),)]
    tables.append([only(set_unit("s", within=event(1), graph=ING2), "within")], entry=3)
    assert ask(tables, "SELECT event, count(*) FROM concerns GROUP BY 1") == [(event(1), 2)]
    assert ask(tables, "SELECT DISTINCT event FROM claims") == [(event(1),)]


def test_a_relay_that_arrives_before_its_claim_finds_it_later(tables):
    iri, units = units_of(Count(about=(event(1),), at_least=3))
    relay, unit = relay_of(iri)
    tables.append([unit], entry=1)
    assert ask(tables, "SELECT root, depth FROM claims") == [(None, None)]
    tables.append(units, entry=2)
    assert ask(tables, "SELECT root, depth, event FROM claims WHERE iri = ?", relay) == [(iri, 1, event(1))]


def test_a_name_added_by_a_later_entry_joins_the_others(tables):
    def agent(*names: Text) -> Agent:
        return Agent(iri=voice(1), kind=AgentKind.ORGANISATION, names=names)

    tables.append([rdf.entity_unit(agent(Text("التحالف", "ar")), ING)], entry=1)
    assert ask(tables, "SELECT label, label_language FROM agents") == [("التحالف", "ar")]
    tables.append([only(rdf.entity_unit(agent(Text("Coalition", "en")), ING2), "name")], entry=2)
    [row] = ask(tables, "SELECT label, label_language, kind, len(names), entry FROM agents")
    assert row == ("Coalition", "en", "Organisation", 2, 1)


def test_what_two_entries_say_of_one_event_is_one_row(tables):
    first = Event(iri=event(1), kind=EventKind.INCIDENT, identifiers=("CS1",))
    second = Event(iri=event(1), kind=EventKind.INCIDENT, identifiers=("CS2",), recorder=voice(1))
    tables.append([rdf.entity_unit(first, ING)], entry=1)
    tables.append([rdf.entity_unit(second, ING2)], entry=2)
    assert ask(tables, "SELECT kind, identifiers, recorder FROM events") == [("Incident", ["CS1", "CS2"], voice(1))]


def test_the_document_of_a_claim_comes_from_its_occasion_else_from_its_passage(tables):
    document, other = named("document", "d"), named("document", "e")
    capture = Capture(iri=iris.capture_iri(BASE, "ab"), document=other, sha256="ab", length=9)
    passage = Passage(iri=named("passage", "p"), capture=capture.iri, start=1, end=4, sha256="cd")
    placed = Occasion(iri=OCCASION, kind=avc("report"), document=document, ordinal=1)
    unplaced = Occasion(iri=named("occasion", "o2"), kind=avc("interview"), ordinal=1)
    things = [rdf.entity_unit(thing, ING) for thing in (capture, passage, placed, unplaced)]
    proposition = Count(about=(event(1),), at_least=3)
    one, units = units_of(proposition)
    two, more = units_of(proposition, occasion=unplaced.iri, passages=(passage.iri,))
    tables.append([*things, *units, more[1]], entry=1)
    assert dict(ask(tables, "SELECT iri, document FROM claims")) == {one: document, two: other}
    assert ask(tables, 'SELECT start, "end" FROM passages') == [(1, 4)]


def test_a_title_is_the_label_of_a_document(tables):
    document = Document(iri=named("document", "d"), title=Text("A report", "en"), urls=(Iri("http://e/1"),))
    tables.append([rdf.entity_unit(document, ING)], entry=1)
    assert ask(tables, "SELECT label, label_language, urls FROM documents") == [("A report", "en", ["http://e/1"])]


def test_a_claim_knows_when_and_by_which_ingestion_it_was_recorded(tables):
    [entry] = iter_entries(20)
    tables.append(entry.units, entry=1)
    rows = ask(tables, "SELECT DISTINCT ingestion, recorded FROM claims")
    assert len(rows) == 1
    assert str(rows[0][1]) == "2026-01-02 12:01:00"


def test_built_at_once_or_entry_by_entry_the_tables_are_the_same(tables, tmp_path):
    entries = list(iter_entries(400, per_entry=50))
    for entry in entries:
        tables.append(entry.units, entry=entry.number)
    whole = Tables.open(tmp_path / "whole")
    whole.rebuild((Brought(unit, e.number) for e in entries for unit in e.units), entry=entries[-1].number)
    assert everything(tables) == everything(whole)
    assert len(everything(whole)["claims"]) == 400


@pytest.mark.exhaustive
def test_what_is_worked_out_in_little_memory_is_the_same(tables, tmp_path, monkeypatch):
    entries = list(iter_entries(8000, per_entry=4000))
    brought = [Brought(unit, entry.number) for entry in entries for unit in entry.units]
    tables.rebuild(brought, entry=2)
    monkeypatch.setattr("kg.store.tables.view.MEMORY", "100MB")
    small = Tables.open(tmp_path / "small")
    small.rebuild(brought, entry=2)
    assert everything(small) == everything(tables)


def test_circles_of_relays_have_no_root_and_nothing_hangs(tables):
    one, two, three = (named("relay", str(number)) for number in range(3))
    relays = {one: two, two: one, three: one}
    made = {iri: Relay(relays=target, voice=voice(2), occasion=OCCASION) for iri, target in relays.items()}
    tables.append([rdf.relay_unit(BASE, relay, iri=iri) for iri, relay in made.items()], entry=1)
    assert ask(tables, "SELECT root, depth FROM claims") == [(None, None)] * 3


def test_the_order_of_units_within_a_rebuild_does_not_matter(tables, tmp_path):
    [entry] = iter_entries(100)
    brought = [Brought(unit, 1) for unit in entry.units]
    tables.rebuild(brought, entry=1)
    other = Tables.open(tmp_path / "other")
    other.rebuild(random.Random(4).sample(brought, len(brought)), entry=1)
    assert everything(tables) == everything(other)


def test_what_stands_already_is_not_added_again(tables):
    iri, units = units_of(Count(about=(event(1),), at_least=3))
    tables.append(units, entry=1)
    tables.append([*units, relay_of(iri)[1]], entry=2)
    assert ask(tables, "SELECT count(*), count(DISTINCT iri) FROM claims") == [(2, 2)]
    assert ask(tables, "SELECT count(*) FROM counts") == [(1,)]
    assert ask(tables, "SELECT count(*) FROM concerns") == [(2,)]


def test_what_is_removed_is_in_no_table_and_can_come_back(tables):
    iri, units = units_of(Count(about=(event(1),), at_least=3))
    tables.append(units, entry=1)
    tables.remove([iri], entry=2)
    assert (ask(tables, "FROM claims"), ask(tables, "FROM concerns"), tables.standing()) == ([], [], 2)
    tables.append([units[1]], entry=3)
    assert ask(tables, "SELECT iri, entry FROM claims") == [(iri, 3)]


def test_compaction_changes_no_answer_and_leaves_one_file_a_table(tables):
    entries = list(iter_entries(100, per_entry=20))
    for entry in entries:
        tables.append(entry.units, entry=entry.number)
    [gone] = ask(tables, "SELECT min(iri) FROM claims WHERE kind = 'claim'")
    tables.remove(gone, entry=9)
    before = everything(tables)
    tables.compact()
    assert everything(tables) == before
    assert tables.standing() == 9
    assert {len(parts) for parts in tables.manifest().tables.values()} <= {0, 1}
    assert tables.manifest().gone == ()


def test_many_small_files_are_joined_and_nothing_is_lost(tables, monkeypatch):
    monkeypatch.setattr(write, "_SMALL_FILES", 3)
    entries = list(iter_entries(80, per_entry=10))
    for entry in entries:
        tables.append(entry.units, entry=entry.number)
    assert max(len(parts) for parts in tables.manifest().tables.values()) <= 3
    assert ask(tables, "SELECT count(*), count(DISTINCT iri) FROM claims") == [(80, 80)]


def test_after_enough_deltas_the_tables_compact_themselves(tables, monkeypatch):
    monkeypatch.setattr(write, "_DELTAS", 3)
    for entry in iter_entries(60, per_entry=20):
        tables.append(entry.units, entry=entry.number)
    assert tables.manifest().deltas == 0
    assert len(tables.manifest().tables["claims"]) == 1


def test_a_reader_keeps_the_version_it_opened_whatever_is_written_meanwhile(tables):
    entries = list(iter_entries(100, per_entry=20))
    tables.append(entries[0].units, entry=1)
    with tables.connect() as view:
        for entry in entries[1:]:
            tables.append(entry.units, entry=entry.number)
        tables.compact()
        assert view.rows("SELECT count(*) FROM claims") == [(20,)]
        assert (view.standing(), tables.standing()) == (1, 5)
    assert ask(tables, "SELECT count(*) FROM claims") == [(100,)]


def test_files_that_nobody_needs_are_removed(tables, tmp_path):
    for entry in iter_entries(60, per_entry=20):
        tables.append(entry.units, entry=entry.number)
    for _ in range(3):
        tables.compact()
    files = {path.name for path in (tmp_path / "tables" / "files").iterdir()}
    named_now = set(tables.manifest().iter_files())
    assert named_now <= files
    assert len(files) <= 2 * len(named_now)


def test_extra_rows_are_seen_as_if_recorded_and_leave_no_trace(tables):
    iri, units = units_of(Count(about=(event(1),), at_least=3))
    tables.append([*units, rdf.entity_unit(Agent(iri=voice(1), kind=AgentKind.PERSON), ING)], entry=1)
    relay, unit = relay_of(iri)
    named_agent = rdf.entity_unit(Agent(iri=voice(1), kind=AgentKind.PERSON, names=(Text("A", "en"),)), ING2)
    extra = rows_from_units([unit, only(named_agent, "name")], entry=2)
    with tables.connect(extra) as view:
        assert view.rows("SELECT root, depth, event FROM claims WHERE iri = ?", [relay]) == [(iri, 1, event(1))]
        assert view.rows("SELECT label FROM agents") == [("A",)]
        assert view.rows("SELECT count(*) FROM claims") == [(2,)]
    assert ask(tables, "SELECT count(*) FROM claims") == [(1,)]


def test_extra_rows_that_change_older_ones_do_so_in_the_view(tables):
    tables.append([set_unit("s")], entry=1)
    iri, units = units_of(Count(about=(named("set", "s"),), at_least=3))
    tables.append(units, entry=2)
    placing = only(set_unit("s", within=event(1), graph=ING2), "within")
    with tables.connect(rows_from_units([placing], entry=3)) as view:
        assert view.rows("SELECT claim, event FROM concerns") == [(iri, event(1))]
    assert ask(tables, "SELECT event FROM concerns") == [(named("set", "s"),)]


def test_extra_rows_work_before_anything_is_recorded(tables):
    iri, units = units_of(Count(about=(event(1),), at_least=3))
    with tables.connect(rows_from_units(units, entry=1)) as view:
        assert view.rows("SELECT iri, event FROM claims") == [(iri, event(1))]


def test_a_view_reads_the_tables_and_nothing_else(tables, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    tables.append(units_of(Count(about=(event(1),), at_least=3))[1], entry=1)
    with tables.connect() as view:
        with pytest.raises(duckdb.PermissionException):
            view.rows(f"SELECT * FROM read_csv('{secret}')")
        with pytest.raises(duckdb.Error):
            view.rows("SET enable_external_access = true")
        assert view.rows("SELECT count(*) FROM claims") == [(1,)]


def test_every_query_finds_the_footers_that_an_earlier_one_read(tables):
    tables.append(units_of(Count(about=(event(1),), at_least=3))[1], entry=1)
    with tables.connect() as view:
        assert view.rows("SELECT current_setting('parquet_metadata_cache')") == [(True,)]


def test_a_folder_whose_name_has_a_quote_works(tmp_path):
    tables = Tables.open(tmp_path / "it's")
    for entry in iter_entries(30, per_entry=10):
        tables.append(entry.units, entry=entry.number)
    tables.compact()
    assert ask(tables, "SELECT count(*) FROM claims") == [(30,)]


def test_a_rebuild_that_fails_leaves_the_old_tables_standing(tables):
    def failing():
        yield from (Brought(unit, 2) for unit in units_of(Count(about=(event(2),), at_least=1))[1])
        raise ValueError("the log is damaged")

    tables.append(units_of(Count(about=(event(1),), at_least=3))[1], entry=1)
    with pytest.raises(ValueError, match="damaged"):
        tables.rebuild(failing(), entry=2)
    assert ask(tables, "SELECT event FROM claims") == [(event(1),)]
    assert tables.standing() == 1


def test_a_damaged_manifest_is_named(tables, tmp_path):
    tables.append((), entry=1)
    (tmp_path / "tables" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Unusable, match=r"manifest\.json cannot be read"):
        tables.standing()


def test_a_date_that_does_not_exist_is_refused_by_name(tables):
    unit = rdf.claim_unit(BASE, claim_of(Count(about=(event(1),)), latest="2017-02-30"))
    with pytest.raises(Unusable, match=r"latest: .*2017-02-30"):
        tables.append([unit], entry=1)
    assert tables.standing() == 0


def test_every_field_of_the_model_is_a_column():
    assert {"actor", "basis", "over", "approximately", "convention"} <= set(TABLES["counts"].names)
    assert {"consulted", "renders", "withdraws", "worded_as", "speaker"} <= set(TABLES["claims"].names)


def test_a_version_that_a_writer_removes_meanwhile_is_not_told_of(tables, tmp_path):
    for entry in (1, 2):
        tables.rebuild((), entry=entry)
    found = tables.find_entries()
    assert next(found) in (1, 2)
    for version in (tmp_path / "tables" / "versions").iterdir():
        version.unlink()
    assert list(found) == []


def test_a_long_query_draws_no_bar_into_the_output_of_a_worker() -> None:
    said = "SELECT current_setting('enable_progress_bar')"
    code = f"from kg.store.tables.view import connect; print(connect().execute({said!r}).fetchone())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout == "(False,)\n"

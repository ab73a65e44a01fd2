"""A record read from a SPARQL server is the record read from the log: tables, statements, answers, commands."""

import pytest
from click.testing import CliRunner

from kg.cli import averment
from kg.errors import Unusable
from kg.keeping import compare_tables
from kg.projecting import project
from kg.questions import ask, list_questions
from kg.remote_record import RemoteRecord
from kg.store.http import Transport, Unanswered
from kg.store.ledger import read_state
from kg.store.remote import RemoteReader, RemoteStore
from tests.store.faulty import answer, before
from tests.store.server import QUICK, open_store, serve_sparql
from tests.test_pipeline import secret_case
from tests.test_projecting import iter_cases
from tests.town import BASE, Town, case, killed

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A record of several entries, the server that shows it, and a cache."""
    folder = tmp_path_factory.mktemp("shown")
    town = Town(folder)
    for content in list(iter_cases())[:3]:
        town.add(content)
    town.add(secret_case())
    with serve_sparql() as addresses:
        project(town.root, open_store(addresses))
        yield town, addresses, folder / "cache"


@pytest.fixture
def remote(shown):
    _, addresses, cache = shown
    return RemoteRecord(RemoteReader(addresses.query, Transport(patience=QUICK)), cache)


def test_the_tables_of_a_server_are_those_of_the_log_row_by_row(shown, remote):
    here = shown[0].open()
    assert compare_tables(remote.view(), here.view()) == []
    assert remote.view().rows("SELECT count(*) FROM claims") != [(0,)]
    assert (remote.standing(), remote.base, remote.counts()) == (here.standing(), here.base, here.counts())


def test_the_statements_of_a_thing_are_the_same(shown, remote):
    here = shown[0].open()
    claim = here.find("claim/")[0] if here.find("claim/") else here.view().rows("SELECT min(iri) FROM claims")[0][0]
    for iri in (claim, f"{BASE}event/mill", f"{BASE}agent/post"):
        assert remote.statements(iri) == here.statements(iri) != []


def test_the_place_in_the_log_is_the_same(shown, remote):
    here = shown[0].open()
    claim = here.view().rows("SELECT min(iri) FROM claims")[0][0]
    assert remote.place_in_log(claim) == here.place_in_log(claim)
    assert remote.place_in_log(f"{BASE}claim/none") is None


def test_the_tables_are_read_from_the_server_once(shown):
    _, addresses, cache = shown
    with before(addresses) as faulty:
        reader = RemoteReader(faulty.addresses.query, Transport(patience=QUICK))
        first = RemoteRecord(reader, cache / "once").view().manifest
        faulty.always = lambda exchange: "tab-separated" in exchange.headers["Accept"] and answer(500)(exchange)
        assert RemoteRecord(reader, cache / "once").view().manifest == first
        with pytest.raises(Unanswered):
            RemoteRecord(reader, cache / "other").view()


COMMANDS = [
    "stats",
    "ask events-overview",
    "ask who-asserts-what --param event=mill --format csv",
    "show event/mill",
    "show agent/town-hall",
    "compare mill",
    "compare mill --all --format json",
    "origins mill",
    "history mill",
    "history mill --recorded-by 2031-06-02 --positions --format csv",
    "export",
    "export --format csv",
    "export --derived --format trig",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_reads_prints_the_same_from_a_server(shown, monkeypatch, command):
    town, addresses, cache = shown
    monkeypatch.setenv("AVERMENT_CACHE", str(cache))
    here = CliRunner().invoke(averment, [*command.split(), "--data", str(town.root)])
    there = CliRunner().invoke(averment, [*command.split(), "--data", "/none", "--store", addresses.query])
    assert here.exit_code == there.exit_code == 0, there.output
    assert there.stdout == here.stdout != ""


def test_a_query_prints_the_same_from_a_server(shown, monkeypatch):
    town, addresses, cache = shown
    monkeypatch.setenv("AVERMENT_CACHE", str(cache))
    text = f"SELECT ?g (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s a ?o }} FILTER(STRSTARTS(STR(?g), '{BASE}')) }} GROUP BY ?g"
    text += " ORDER BY ?g"
    for form in ("table", "csv", "json", "tsv"):
        args = ["query", "-", "--format", form]
        here = CliRunner().invoke(averment, [*args, "--data", str(town.root)], input=text)
        there = CliRunner().invoke(averment, [*args, "--store", addresses.query], input=text)
        assert here.exit_code == there.exit_code == 0
        assert there.stdout == here.stdout


def test_every_named_question_is_answered_alike(shown, remote):
    here = shown[0].open()
    params = {
        "event": "mill",
        "agent": "town-hall",
        "document": "post",
        "date": "2031-05-03",
        "voice": "town-hall",
        "other": "post",
    }
    asked = 0
    for question in list_questions():
        given = {each.name: params[each.name] for each in question.params if each.name in params}
        if any(each.required and each.name not in given for each in question.params):
            continue
        there, known = (ask(record, question.name, given, base=BASE).rows for record in (remote, here))
        assert sorted(map(repr, there)) == sorted(map(repr, known)), question.name
        asked += 1
    assert asked > 25


def test_a_server_is_held_against_the_log(tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("9")))
    with serve_sparql() as own:
        store = open_store(own)
        project(town.root, store)
        args = ["verify", "--data", str(town.root), "--store", own.query]
        assert CliRunner().invoke(averment, args).exit_code == 0
        store.update("INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }")
        found = CliRunner().invoke(averment, args)
        assert found.exit_code == 1
        assert "on the server but not in the log: <http://e/s>" in found.output


def test_a_server_that_shows_no_record_is_told(tmp_path):
    with serve_sparql() as addresses, pytest.raises(Unusable, match="no record is shown there"):
        RemoteRecord(RemoteReader(addresses.query, Transport(patience=QUICK)), tmp_path)


def test_a_record_that_is_there_in_part_is_not_read(tmp_path):
    town = Town(tmp_path)
    town.add(case(*(killed(str(n)) for n in range(1, 12))))
    with serve_sparql() as addresses, before(addresses) as faulty:
        open_store(addresses)
        faulty.acts, faulty.always = [lambda _: False] * 10, answer(503)
        with pytest.raises(Unanswered):
            project(town.root, RemoteStore(faulty.addresses, Transport(patience=QUICK), batch=2000))
        with pytest.raises(Unusable, match="not there as a whole"):
            RemoteRecord(RemoteReader(addresses.query, Transport(patience=QUICK)), tmp_path / "cache")


def test_an_entry_that_is_on_its_way_is_not_read_yet(tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("9")))
    with serve_sparql() as addresses, before(addresses) as faulty:
        store = open_store(addresses)
        project(town.root, store)
        town.add(case(*(killed(str(n), said=f"2031-04-{n:02}") for n in range(1, 12))))
        faulty.acts, faulty.always = [lambda _: False] * 9, answer(503)
        with pytest.raises(Unanswered):
            project(town.root, RemoteStore(faulty.addresses, Transport(patience=QUICK), batch=2000))
        assert read_state(store).loaded
        remote = RemoteRecord(RemoteReader(addresses.query, Transport(patience=QUICK)), tmp_path / "cache")
        assert remote.view().rows("SELECT count(*) FROM claims WHERE kind = 'claim'") == [(1,)]
        project(town.root, store)
        assert remote.view().rows("SELECT count(*) FROM claims WHERE kind = 'claim'") == [(12,)]


def test_a_server_whose_graphs_are_not_asked_as_one_is_refused(tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("9")))
    with serve_sparql(union=False) as addresses:
        project(town.root, open_store(addresses))
        with pytest.raises(Unusable, match=r"docs/stores\.md"):
            RemoteRecord(RemoteReader(addresses.query, Transport(patience=QUICK)), tmp_path / "cache")

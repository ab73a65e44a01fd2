"""The log on a real SPARQL server: whatever happens on the way, it ends with what the log says must stand there."""

import random

import pytest

from kg.errors import Unusable
from kg.keeping import withdraw_units
from kg.log import Record
from kg.projecting import project
from kg.projections import Projections
from kg.store.base import MARKER_GRAPH
from kg.store.http import Transport, Unanswered
from kg.store.ledger import read_entries, read_state
from kg.store.remote import RemoteStore
from kg.vocabulary import vocabulary_lines
from tests.store.faulty import answer, before, drop_after, drop_before
from tests.store.server import QUICK, open_store, serve_sparql
from tests.test_pipeline import SECRET_WORDS, secret_case
from tests.town import WHEN, Town, case, killed, occurred


@pytest.fixture(scope="module")
def server():
    with serve_sparql() as addresses:
        yield addresses


@pytest.fixture
def store(server):
    return open_store(server)


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


def expected(town):
    """What the log says must stand there."""
    projections = Projections(town.root, town.record)
    projections.catch_up()
    return {*town.lines(), *projections.expected_derived(), *vocabulary_lines()}


def held(store):
    """What stands there, the marker left out."""
    return {line for line in store.iter_lines() if not line.endswith(f"<{MARKER_GRAPH}> .")}


def iter_cases():
    """Cases that change what stood: revisions, identities, sets, corrections of place, comparisons."""
    yield case(killed("9", said="2031-05-01"), killed("4", who="vane", said="2031-05-02"))
    yield case(killed("12", said="2031-05-03"), occurred(who="vane", stance="denies"))
    mill = {"other": {"kind": "incident", "name": {"en": "The same mill"}}}
    same = {"asserts": {"identity": {"one": "mill", "other": "other", "relation": "same"}}}
    yield case(same, {**same, "who": "vane"}, killed("10", about="other"), events=mill)
    turned = {"asserts": {"identity": {"one": "other", "other": "mill", "relation": "different"}}}
    yield case({**turned, "who": "post", "via": []}, events=mill)
    hall = {"hall": {"kind": "joint-voice", "name": {"en": "Hall and mayor"}, "members": ["town-hall", "vane"]}}
    yield case(killed("20", who="hall", said="2031-05-04"), agents=hall)


def test_a_record_is_shown_whole_and_a_second_time_changes_nothing(town, store):
    town.add(case(killed("9"), killed("4", who="vane")))
    done = project(town.root, store)
    assert (done.before, done.entry, done.is_union) == (0, 1, True)
    assert held(store) == expected(town)
    before_, again = store.count(), project(town.root, store)
    assert (again.units, again.removed, store.count()) == (0, 0, before_)


def test_each_entry_adds_what_it_brings_and_changes_what_follows_from_it(town, store):
    project(town.root, store)
    for place, content in enumerate(iter_cases(), start=1):
        town.add(content)
        done = project(town.root, store)
        assert (done.before, done.entry) == (place - 1, place)
        assert held(store) == expected(town)


def test_several_entries_at_once_come_to_the_same(town, store):
    contents = list(iter_cases())
    town.add(contents[0])
    project(town.root, store)
    for content in contents[1:]:
        town.add(content)
    project(town.root, store)
    assert held(store) == expected(town)


def test_entries_are_listed_with_what_they_brought(town, store):
    for content in list(iter_cases())[:2]:
        town.add(content)
    project(town.root, store)
    entries = town.record.log.entries()
    assert [(each.number, each.hash) for each in read_entries(store)] == [(e.number, e.hash) for e in entries]
    assert [each.brought[0] for each in read_entries(store)] == [entry.ingestion for entry in entries]


def test_a_dropped_connection_is_gone_on_with_and_nothing_is_doubled(town, server, store):
    dice = random.Random(4)
    contents = list(iter_cases())[:2]
    with before(server) as faulty:
        for content in contents:
            town.add(content)
            for _ in range(30):
                faulty.acts = [lambda _: False] * dice.randrange(12) + [dice.choice([drop_before, drop_after])]
                patient = RemoteStore(
                    faulty.addresses, Transport(patience=QUICK), batch=dice.choice([700, 4000, 10**6])
                )
                try:
                    project(town.root, patient)
                except Unanswered:
                    continue
                break
    project(town.root, store)
    assert held(store) == expected(town)
    assert store.count() == len(expected(town)) + len([*read_state(store).to_lines()]) + 3 * len(contents)


def test_an_interrupted_one_goes_on_after_what_arrived(town, server, store):
    town.add(case(*(killed(str(n), said=f"2031-04-{n:02}") for n in range(1, 20))))
    with before(server) as faulty:
        faulty.acts = [lambda _: False] * 20
        faulty.always = answer(503)
        with pytest.raises(Unanswered):
            project(town.root, RemoteStore(faulty.addresses, Transport(patience=QUICK), batch=2000))
    state = read_state(store)
    assert state.entry == 0
    assert state.loaded
    assert store.standing() == 0
    total = len(list(town.record.log.iter_units()))
    assert 0 < project(town.root, store).units < total
    assert held(store) == expected(town)


def test_nothing_that_is_withheld_leaves_the_house(town, server, store):
    town.add(secret_case())
    with before(server) as faulty:
        sent = []
        faulty.always = lambda exchange: sent.append(exchange.body.decode()) or False
        project(town.root, RemoteStore(faulty.addresses, Transport(patience=QUICK)))
    assert sent
    assert [word for word in SECRET_WORDS for text in sent if word in text] == []
    assert held(store) == expected(town)


def test_what_is_withdrawn_is_taken_away(town, store):
    town.add(case(killed("9"), killed("4", who="vane")))
    project(town.root, store)
    gone = next(unit.unit.subject for unit in town.record.log.iter_units() if "/claim/" in unit.unit.subject)
    withdraw_units(town.root, [gone], reason="https://w3id.org/averment/codes/withdrawn-consent", who="A", when=WHEN)
    town.record.log.refresh()
    project(town.root, store)
    assert held(store) == expected(town)
    assert not [line for line in store.iter_lines() if line.startswith(f"<{gone}>")]


def test_data_of_others_is_left_alone(town, store):
    store.update("INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }")
    with pytest.raises(Unusable, match="1 quads stand there already"):
        project(town.root, store)
    assert store.count() == 1
    project(town.root, store, replace_all=True)
    assert held(store) == expected(town)


def test_another_record_is_left_alone(town, store, tmp_path):
    other = Record.create(tmp_path / "other", base="https://other.example/id/", created=WHEN)
    project(tmp_path / "other", store)
    with pytest.raises(Unusable, match=f"another record stands there .{other.base}"):
        project(town.root, store)
    assert read_state(store).base == other.base


def test_another_history_of_the_same_record_is_left_alone(town, store, tmp_path):
    (tmp_path / "copy").mkdir()
    copy = Town(tmp_path / "copy")
    town.add(case(killed("9")))
    copy.add(case(killed("8")))
    project(town.root, store)
    with pytest.raises(Unusable, match="another history"):
        project(copy.root, store)
    assert held(store) == expected(town)


def test_another_vocabulary_is_taken_in(town, store, monkeypatch):
    town.add(case(killed("9")))
    project(town.root, store)
    lines = vocabulary_lines()[:-5]
    monkeypatch.setattr("kg.projecting.vocabulary_lines", lambda: lines)
    project(town.root, store)
    assert {line for line in held(store) if line.endswith("<https://w3id.org/averment/ns> .")} == set(lines)


def test_a_server_whose_graphs_are_not_asked_as_one_is_told(town):
    town.add(case(killed("9")))
    with serve_sparql(union=False) as addresses:
        assert not project(town.root, open_store(addresses)).is_union

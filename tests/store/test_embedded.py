"""The embedded graph keeps the contract, and its readers never meet its writer."""

import json
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from kg.errors import Unusable
from kg.store import embedded, loading
from kg.store.base import QueryRefused, Rows, Triples, Truth
from kg.store.embedded import EmbeddedStore, open_reader, to_vocabulary_lines
from kg.store.refusal import explain_syntax_error
from kg.store.snapshots import read_pointer
from tests.store.contract import GraphStoreContract, iri, quad

ANY = f"ASK {{ {iri('a')} ?p ?o }}"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "graph"


@pytest.fixture
def store(folder):
    with EmbeddedStore(folder) as opened:
        yield opened


class TestEmbeddedStore(GraphStoreContract):
    """The contract, kept by the embedded store."""


class TestEmbeddedStoreInBulk(GraphStoreContract):
    """The contract, kept on the way that large additions take."""

    @pytest.fixture(autouse=True)
    def _always_in_bulk(self, monkeypatch):
        monkeypatch.setattr(embedded, "_BULK", 0)


def test_all_graphs_are_asked_as_one_unless_told_otherwise(store):
    store.apply([quad("a", "p", iri("b"), "g1"), quad("b", "p", iri("c"), "g2")], [], entry=1)
    path = f"ASK {{ {iri('a')} {iri('p')}/{iri('p')} {iri('c')} }}"
    assert store.query(path, default_graph_union=False) == Truth(False)


def test_what_is_applied_is_seen_by_readers_opened_later_and_not_by_those_open_already(store, folder):
    with open_reader(folder) as before:
        store.apply([quad("a", "p", '"x"')], [], entry=1)
        with open_reader(folder) as after:
            assert (before.query(ANY), after.query(ANY)) == (Truth(False), Truth(True))
            assert (before.standing(), after.standing()) == (0, 1)


def test_a_snapshot_that_is_read_outlives_many_newer_ones(store, folder):
    store.apply([quad("a", "p", '"x"')], [], entry=1)
    with open_reader(folder) as reader:
        for entry in range(2, 8):
            store.apply([quad("b", "p", f'"{entry}"')], [], entry=entry)
        assert reader.path.exists()
        assert reader.query(ANY) == Truth(True)
    store.publish()
    store.close()
    assert not reader.path.exists()


def test_only_the_last_two_snapshots_are_kept(folder):
    with EmbeddedStore(folder) as store:
        for entry in range(1, 6):
            store.apply([quad("a", "p", f'"{entry}"')], [], entry=entry)
    assert len(list((folder / "snapshots").iterdir())) == 2


def test_a_snapshot_that_cannot_be_removed_keeps_no_writer_out(folder, monkeypatch):
    def fail(path):
        raise OSError("not permitted")

    store = EmbeddedStore(folder)
    with monkeypatch.context() as patch:
        patch.setattr("kg.store.snapshots.WriterFolder.clear_orphans", fail)
        store.publish()
        with pytest.raises(OSError, match="not permitted"):
            store.close()
    EmbeddedStore(folder).close()


def test_what_was_applied_is_there_when_the_store_is_opened_again(folder):
    with EmbeddedStore(folder) as store:
        store.apply([quad("a", "p", '"x"')], [], entry=4)
    with EmbeddedStore(folder) as store:
        assert (store.standing(), store.query(ANY)) == (4, Truth(True))


def test_the_pointer_tells_where_the_snapshot_stands(store, folder):
    assert read_pointer(folder).standing == 0
    store.apply([quad("a", "p", iri("b"))], [], entry=7)
    assert read_pointer(folder).standing == open_reader(folder).standing() == 7
    store.rebuild([quad("a", "p", iri("b"))], entry=12)
    assert read_pointer(folder).standing == open_reader(folder).standing() == 12


def test_a_second_writer_is_told_to_wait(store, folder):
    with pytest.raises(Unusable, match="being written by another process"):
        EmbeddedStore(folder)


def test_a_reader_of_nothing_is_told_what_to_do(folder):
    with pytest.raises(Unusable, match="rebuild it from the log"):
        open_reader(folder)


@pytest.mark.parametrize("content", ["{", '{"snapshot": "newest"}', '{"latest": "1-2"}'])
def test_a_damaged_pointer_is_named(folder, content):
    EmbeddedStore(folder).close()
    (folder / "current.json").write_text(content, encoding="utf-8")
    with pytest.raises(Unusable, match=r"current\.json is damaged"):
        open_reader(folder)


def _rebuild_until_killed(folder: Path, ready) -> None:
    def endless():
        for number in range(10**9):
            if number == 5_000:
                ready.set()
            yield quad("a", "p", f'"{number}"')

    EmbeddedStore(folder).rebuild(endless(), entry=9)


def test_a_killed_rebuild_leaves_the_old_graph_and_its_leftovers_are_cleared(folder):
    with EmbeddedStore(folder) as store:
        store.apply([quad("a", "p", '"old"')], [], entry=1)
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writer = context.Process(target=_rebuild_until_killed, args=(folder, ready))
    writer.start()
    assert ready.wait(60)
    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    assert len(list(folder.glob("live-*"))) == 2
    with EmbeddedStore(folder) as store:
        assert (store.standing(), store.query(ANY)) == (1, Truth(True))
    assert len(list(folder.glob("live-*"))) == 1


def test_a_rebuild_reports_how_far_it_is(store):
    seen: list[int] = []
    store.rebuild([quad("a", "p", f'"{number}"') for number in range(120)], entry=1, progress=seen.append)
    assert seen[-1] == 120


def test_answers_are_written_in_each_form(store, folder):
    store.apply([quad("a", "p", '"x"')], [], entry=1)
    select, construct = "SELECT ?o { <http://example.org/a> ?p ?o }", "CONSTRUCT WHERE { <http://example.org/a> ?p ?o }"
    with open_reader(folder) as reader:
        found = json.loads(reader.query_serialised(select, "application/sparql-results+json"))
        assert found["results"]["bindings"] == [{"o": {"type": "literal", "value": "x"}}]
        assert reader.query_serialised(select, "text/csv") == b"o\r\nx\r\n"
        assert reader.query_serialised(construct, "application/n-triples").strip().decode() == (
            '<http://example.org/a> <http://example.org/p> "x" .'
        )


def test_a_form_that_an_answer_does_not_have_is_refused_with_those_it_has(store, folder):
    with open_reader(folder) as reader, pytest.raises(QueryRefused, match="text/turtle"):
        reader.query_serialised("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv")


def test_the_vocabulary_stands_in_a_graph_of_its_own(store):
    lines = to_vocabulary_lines(["@prefix e: <http://example.org/> . e:A a [ e:p 1 ] .", "<a:b> <a:b> [] ."])
    store.rebuild(lines, entry=1)
    found = store.query("SELECT ?s { GRAPH <https://w3id.org/averment/ns> { ?s ?p ?o } }")
    assert isinstance(found, Rows)
    assert len(found.rows) == 3


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { ?s e:p ?o }", "line 1, column 15: the prefix e: is not declared"),
        ("SELEC", "the query ends too early"),
        ("SELECT ?x { ?s ?p ?o } GROUP BY ?s", "neither grouped nor bound"),
        ("SELECT (LANG(?o) AS ?l) (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY (LANG(?o))", "write GROUP BY .* AS .name"),
    ],
)
def test_what_is_wrong_with_a_query_is_said_in_words(store, query, said):
    with pytest.raises(QueryRefused, match=said):
        store.query(query)


def test_an_account_of_an_error_without_a_place_is_passed_on():
    assert str(explain_syntax_error("something else", "ASK {}")) == "not SPARQL: something else"


def test_a_closed_store_says_so(folder):
    store = EmbeddedStore(folder)
    store.close()
    with pytest.raises(ValueError, match="closed"):
        store.query(ANY)


def test_describe_gives_triples(store):
    store.apply([quad("a", "p", '"x"')], [], entry=1)
    assert store.query(f"DESCRIBE {iri('a')}") == Triples((f'{iri("a")} {iri("p")} "x" .',))


def test_what_is_loaded_in_many_parts_is_all_there_once(folder, monkeypatch):
    monkeypatch.setattr(loading, "PART", 1)
    lines = [quad("a", "p", f'"{number}"') for number in range(2_000)]
    with EmbeddedStore(folder) as store:
        store.rebuild([*lines, *lines], entry=3)
        assert sorted(store.iter_lines()) == sorted([*lines, embedded._marker(3)])
        assert store.standing() == 3


def test_what_is_amiss_in_a_later_part_is_told_and_the_old_graph_stands(folder, monkeypatch):
    monkeypatch.setattr(loading, "PART", 1)
    lines = [*(quad("a", "p", f'"{number}"') for number in range(2_000)), "no quad"]
    with EmbeddedStore(folder) as store:
        with pytest.raises(Unusable, match="could not be filled from the log"):
            store.rebuild(lines, entry=3)
        assert (store.standing(), store.query(ANY)) == (0, Truth(False))

"""Nothing that is withheld leaves in a publication, in no file and in no form."""

import hashlib

import pytest

from kg.keeping import withdraw_units
from kg.publish import Settings, publish
from kg.publish.snapshot import build_snapshot
from kg.store.embedded import open_reader
from kg.terms import AV, avc
from tests.publish.printed import iter_bytes, where_found
from tests.test_pipeline import SECRET_FIELDS, SECRET_WORDS, field_case
from tests.town import BASE, WHEN, Town, case, killed


def sealed_traces(town: Town) -> tuple[str, ...]:
    """IRIs, hashes of units and commitments of all that is sealed and of nothing that is public."""
    public = {found.unit.subject for found in town.record.log.iter_units()}
    traces = []
    for found in town.record.log.iter_sealed():
        traces += [found.commitment, found.unit.digest()]
        if found.unit.subject not in public:
            traces += [found.unit.subject.rsplit("/", 1)[1], hashlib.sha256(found.unit.subject.encode()).hexdigest()]
    return tuple(traces)


@pytest.mark.parametrize("access", ["sealed", "restricted"])
def test_nothing_withheld_is_met_in_any_byte(tmp_path, access):
    town = Town(tmp_path)
    town.add(field_case(access))
    publish(town.root, tmp_path / "out", settings=Settings())
    assert len(sealed_traces(town)) > 12
    assert where_found(tmp_path / "out", (*SECRET_WORDS, *SECRET_FIELDS, *sealed_traces(town))) == []


def test_the_search_itself_finds_a_word_in_every_kind_of_file(tmp_path):
    town = Town(tmp_path)
    town.add(field_case("public"))
    publish(town.root, tmp_path / "out", settings=Settings())
    places = {place.split(":")[0] for place in where_found(tmp_path / "out", ("seven whispered",))}
    expected = ("record.nq.zst", "record.trig.zst", "claims.csv", "claims.parquet", "post.nq.zst")
    assert all(any(name in place for place in places) for name in expected), places
    held = " ".join(where_found(tmp_path / "out", SECRET_FIELDS))
    assert [word for word in SECRET_FIELDS if word not in held] == []


def test_neither_the_machine_nor_the_folder_is_named(town, target):
    assert where_found(target, (str(town.folder), str(town.root))) == []


def test_the_bytes_of_documents_are_not_published(tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("9", passage={"quote": "nine people were killed"})), capture=True)
    publish(town.root, tmp_path / "out", settings=Settings())
    assert where_found(tmp_path / "out", ("Mayor Ketta Vane says nine",)) == []


def test_a_count_of_what_is_withheld_is_too_coarse_to_tell_one_witness_from_none_more(town, target):
    sealed = sum(1 for _ in town.record.log.iter_sealed())
    page = (target / "index.html").read_text(encoding="utf-8")
    assert "fewer than 10" in page
    assert f'"withheld":"{sealed}"' not in (target / "integrity" / "checkpoint.json").read_text(encoding="utf-8")


def test_what_is_withdrawn_is_gone_from_the_next_publication_and_from_its_changes(town, target):
    claim = town.claim("11 killed")
    withdraw_units(town.root, [claim], reason=str(avc("withdrawn-consent")), who="A", when=WHEN)
    publish(town.root, town.folder / "next", settings=Settings(), since=target)
    assert where_found(town.folder / "next", ("11 killed",)) == []
    assert where_found(target, ("11 killed",)) != []
    town.record.log.refresh()
    digest = next(part for part in town.record.log.entries()[-1].withdrawn).commitment
    assert where_found(town.folder / "next", (digest,)) == []


def test_the_graph_for_the_endpoint_holds_the_publication_and_nothing_withheld(town, target):
    build_snapshot(target, town.folder / "graph")
    with open_reader(town.folder / "graph") as graph:
        answer = graph.query("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }", default_graph_union=False)
        assert graph.standing() == 2
        void = "http://rdfs.org/ns/void#"
        told = graph.query(f"SELECT ?c ?n {{ ?part <{void}class> ?c ; <{void}entities> ?n }}")
    text = repr(answer.rows)
    assert f"{BASE}event/mill" in text
    worked_out = ("/graph/derived", "/graph/analysis")
    counted = {}
    for subject, prop, kind, name in answer.rows:
        if prop.value.endswith("#type") and name.value.startswith(BASE) and not name.value.endswith(worked_out):
            counted.setdefault(kind.value, set()).add(subject.value)
    described = {kind.value: int(count.value) for kind, count in told.rows}
    assert described == {kind: len(found) for kind, found in counted.items() if kind in described}
    assert f"{AV}Claim" in described
    assert [word for word in SECRET_WORDS if word in text] == []
    assert where_found(town.folder / "graph", SECRET_WORDS) == []


def test_a_graph_built_again_keeps_nothing_of_what_was_withdrawn(town, target):
    build_snapshot(target, town.folder / "graph")
    withdraw_units(town.root, [town.claim("11 killed")], reason=str(avc("withdrawn-consent")), who="A", when=WHEN)
    publish(town.root, target, settings=Settings())
    assert any(b"11 killed" in data for _, data in iter_bytes(town.folder / "graph"))
    build_snapshot(target, town.folder / "graph")
    assert where_found(town.folder / "graph", ("11 killed",)) == []

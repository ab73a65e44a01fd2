"""Viewpoints in the record: saved by a file, found again by what they are called, and held to their shape."""

import shutil

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kg import iris, rdf
from kg.analysis.viewpoint.choices import load_viewpoint
from kg.analysis.viewpoint.record import find_viewpoint
from kg.cli import averment
from kg.errors import AvermentError, Refused
from kg.log import Record
from kg.model import Viewpoint
from kg.pipeline import record_batch
from kg.record import OpenRecord
from tests.analysis.history_cases import BASE, CASES
from tests.model_strategies import iris as some_iris
from tests.model_strategies import texts

pytestmark = pytest.mark.long

FILE = """viewpoint: 1
name: Two monitors, as a range
recorder: Test coder
description: What the monitors hold, the second preferred
voices: [wren, command]
denials: leave-out
bases: [assessed-credible]
said_by: 2031-12
policy: prioritise-source
prefer: [wren, command]
"""
FULL = st.builds(
    Viewpoint,
    name=texts,
    description=st.one_of(st.none(), texts),
    voices=st.lists(some_iris, max_size=3).map(tuple),
    grades=st.lists(some_iris, max_size=2).map(tuple),
    relays=st.sampled_from(["count", "leave-out"]),
    said_by=st.one_of(st.none(), texts),
    policy=some_iris,
    prefer=st.one_of(st.none(), st.lists(some_iris, min_size=1).map(" ".join)),
)


def run(data, *words):
    result = CliRunner().invoke(averment, [*words, "--data", str(data)])
    if isinstance(result.exception, AvermentError):
        return str(result.exception)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def town(tmp_path):
    data = tmp_path / "data"
    run(data, "init", "--base", BASE)
    run(data, "add", str(CASES / "number-revised-up.yaml"))
    return data


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "choices.yaml"
    path.write_text(FILE)
    return path


def name_of(path):
    return iris.viewpoint_iri(BASE, load_viewpoint(path, base=BASE).viewpoint)


@given(FULL)
def test_a_viewpoint_comes_back_from_its_quads(viewpoint):
    unit = rdf.viewpoint_unit(BASE, viewpoint)
    assert rdf.read_unit(unit.lines) == viewpoint
    assert unit.subject == unit.graph == iris.viewpoint_iri(BASE, viewpoint)


def test_a_saved_viewpoint_is_found_by_name_key_and_iri_as_it_was_written(town, file):
    assert f"viewpoint recorded in entry 2 as {name_of(file)}" in run(town, "viewpoint", str(file), "--save")
    record, written = OpenRecord.open(town), load_viewpoint(file, base=BASE).viewpoint
    iri = name_of(file)
    for name in (written.name, iri, iri.removeprefix(BASE), iri.rsplit("/", 1)[1], iri.rsplit("/", 1)[1][:9]):
        assert find_viewpoint(record.view(), BASE, name) == written
    assert find_viewpoint(record.view(), BASE, iri).preferred == (f"{BASE}agent/wren", f"{BASE}agent/command")


def test_a_recorded_viewpoint_answers_as_its_file_does(town, file):
    from_file = run(town, "viewpoint", str(file), "mill", "--save").split("\n", 1)[1]
    assert from_file.startswith("Two monitors, as a range (")
    assert run(town, "viewpoint", "Two monitors, as a range", "mill") == from_file
    key = name_of(file).rsplit("/", 1)[1]
    assert "; the same." in run(town, "viewpoint", str(file), "mill", "--versus", key)


def test_the_same_choices_saved_again_add_nothing_and_say_so(town, file):
    run(town, "viewpoint", str(file), "--save")
    before = Record.open(town).log.number
    again = file.with_name("again.yaml")
    again.write_text(f"# another file\n{FILE}")
    for path in (file, again):
        assert f"recorded already as {name_of(file)}, nothing added" in run(town, "viewpoint", str(path), "--save")
    assert Record.open(town).log.number == before


def test_the_same_batch_recorded_twice_is_one_entry(town, file):
    record = Record.open(town)
    batch = load_viewpoint(file, base=BASE).to_batch(BASE, recorded="2040-01-01T00:00:00Z", software="test 1")
    assert record_batch(town, record, batch).entry == 2
    assert record_batch(town, record, batch).entry is None


def test_a_recorded_viewpoint_is_shown_queried_and_verified(town, file):
    run(town, "viewpoint", str(file), "--save")
    shown = run(town, "show", name_of(file).rsplit("/", 1)[1])
    assert shown.startswith("Two monitors, as a range\n")
    assert f"ns#countsVoice> <{BASE}agent/wren>" in shown
    query = "SELECT ?v ?by WHERE { ?v a av:Viewpoint ; av:countsVoice ?voice . GRAPH ?v { ?v av:name ?by } }"
    answer = OpenRecord.open(town).query(f"PREFIX av: <https://w3id.org/averment/ns#> {query}")
    assert {row[0].value for row in answer.rows} == {name_of(file)}
    assert run(town, "verify")


def test_a_rebuilt_record_has_the_same_viewpoints(town, file):
    run(town, "viewpoint", str(file), "--save")
    before = run(town, "viewpoint", name_of(file), "mill")
    shutil.rmtree(town / "tables")
    shutil.rmtree(town / "graph")
    assert run(town, "viewpoint", name_of(file), "mill") == before


def test_a_name_the_record_does_not_show_is_warned_of(town, file):
    file.write_text(FILE.replace("voices: [wren, command]", "voices: [wrem]"))
    result = CliRunner().invoke(averment, ["viewpoint", str(file), "--save", "--data", str(town)])
    assert result.exit_code == 0
    assert f"{BASE}agent/wrem, which this record does not show; did you mean wren?" in result.output


def test_it_is_warned_of_where_nothing_is_recorded_too(town, file):
    file.write_text(FILE.replace("voices: [wren, command]", "voices: [wrem]"))
    result = CliRunner().invoke(averment, ["viewpoint", str(file), "mill", "--data", str(town)])
    assert result.output.count("which this record does not show") == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("recorder: Test coder\n", "", "says who chose this"),
        ("said_by: 2031-12", "said_by: soon", "soon"),
        ("said_by: 2031-12", "recorded_by: soon", "soon"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_nothing_is(old, new, told, town, file):
    file.write_text(FILE.replace(old, new))
    assert told in run(town, "viewpoint", str(file), "--save")
    assert Record.open(town).log.number == 1


def test_a_viewpoint_that_breaks_its_shape_is_refused_at_its_file(town, file):
    file.write_text(FILE.replace("prefer: [wren, command]", "prefer: ['the monitors: all']"))
    held = load_viewpoint(file, base=BASE)
    with pytest.raises(Refused) as refused:
        record_batch(town, Record.open(town), held.to_batch(BASE, recorded="2040-01-01T00:00:00Z", software="test 1"))
    assert [problem.file for problem in refused.value.problems] == [str(file)]


def test_a_viewpoint_that_is_nowhere_is_told_with_what_to_do(town):
    assert "--save` records one" in run(town, "viewpoint", "nobody", "mill")
    for words in (["viewpoint", "nobody"], ["viewpoint", "nobody", "--save"]):
        assert CliRunner().invoke(averment, [*words, "--data", str(town)]).exit_code == 2

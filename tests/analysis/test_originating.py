"""`averment origins`, on an event with nothing, with one claim, with a few, and with five thousand."""

import csv
import io
import json
import random

import pytest
from click.testing import CliRunner

from kg.analysis.origins.trace import find_origins
from kg.cli import averment
from kg.errors import AvermentError, NotFound
from kg.store.tables import Tables
from tests.generator.entries import make_units
from tests.generator.stories import make_story

HEAD = """averment: 1
recorder: Test coder
agents:
  ranger: {kind: person, name: {en: A ranger}}
  wire: {kind: organisation, name: {en: The Wire}}
  daily: {kind: organisation, name: {en: The Daily}}
  weekly: {kind: organisation, name: {en: The Weekly}}
events:
  mill: {kind: incident, name: {en: Strike on the mill}}
  ford: {kind: incident, name: {en: Strike at the ford}}
occasions:
  seen: {kind: interview, speaker: ranger}
  story: {kind: news-article, speaker: wire}
  print: {kind: news-article, speaker: daily}
  issue: {kind: news-article, speaker: weekly}
"""
CLAIMS = """claims:
  - id: eyes
    who: ranger
    on: seen
    asserts: {count: {about: mill, measure: killed, number: "3"}}
    wording: three killed
    as: indirect-speech
    grounds: [saw]
    chains: [[{who: wire, on: story}, {who: daily, on: print}], [{who: wire, on: story}, {who: weekly, on: issue}]]
  - id: own
    who: weekly
    on: issue
    asserts: {count: {about: mill, measure: killed, number: "4"}}
    wording: four killed
    via: []
"""


def run(data, *words, status=0):
    result = CliRunner().invoke(averment, ["origins", *words, "--data", str(data)])
    if isinstance(result.exception, AvermentError):
        return str(result.exception)
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("record")
    (folder / "case.yaml").write_text(HEAD + CLAIMS, encoding="utf-8")
    for words in (["init"], ["add", str(folder / "case.yaml")]):
        result = CliRunner().invoke(averment, [*words, "--data", str(folder / "data")])
        assert result.exit_code == 0, result.output
    return folder / "data"


def test_an_event_nobody_speaks_of_has_no_reports(data):
    lines = run(data, "ford").splitlines()
    assert lines[0] == "Strike at the ford"
    assert lines[2:] == [
        "no reports, no origins.",
        "Nothing that still stands takes this position, so there is nothing to trace.",
    ]


def test_an_event_is_told_with_its_bounds_and_the_chains_that_show_them(data):
    assert run(data, "event/mill").splitlines()[2:] == [
        "3 reports, 1 to 2 independent origins.",
        "2 claims by 2 voices reach the reader in 3 reports.",
        "At least 1: one chain ends at a first-hand ground.",
        "At most 2: 1 more ends where it is not said how the voice knows, and may be an origin of its own or rest on "
        "one counted already.",
        "At least 1, from the reader to the ground:",
        "- The Daily → The Wire → A ranger (saw it happen)",
        "At most 2, from the reader to the ground:",
        "- The Daily → The Wire → A ranger (saw it happen)",
        "- The Weekly (does not say how it knows)",
    ]


def test_a_claim_a_relay_a_proposition_and_a_question_are_found_by_what_names_them(data):
    claims = json.loads(run(data, "mill", "--format", "json"))["claims"]
    told = [json.loads(run(data, claim, "--format", "json")) for claim in claims]
    assert sorted(one["sentence"] for one in told) == [
        "1 report, 0 to 1 independent origins",
        "2 reports, 1 independent origin",
    ]
    [row] = csv.DictReader(io.StringIO(run(data, "mill", "--questions", "--format", "csv")))
    key = row["question"].rsplit("/", 1)[1]
    for name in (row["question"], f"question/{key}", f"question/{key[:9]}"):
        assert json.loads(run(data, name, "--format", "json"))["sentence"] == "3 reports, 1 to 2 independent origins"
    relay = next(step["saying"] for step in told[0]["possible"][0]["steps"])
    assert json.loads(run(data, relay, "--format", "json"))["kind"] == "claim"


def test_the_table_of_questions_gives_the_bounds_of_each(data):
    [row] = csv.DictReader(io.StringIO(run(data, "mill", "--questions", "--format", "csv")))
    assert (row["reports"], row["at least"], row["at most"]) == ("3", "1", "2")
    assert row["such as"].startswith("there were ")


def test_each_chain_is_a_row_of_csv(data):
    rows = list(csv.DictReader(io.StringIO(run(data, "mill", "--format", "csv"))))
    assert [(row["shows"], row["chain"]) for row in rows] == [
        ("at least", "The Daily → The Wire → A ranger"),
        ("at most", "The Daily → The Wire → A ranger"),
        ("at most", "The Weekly"),
    ]
    assert len(rows[0]["sayings"].split()) == 3


def test_what_has_no_origins_is_refused_with_what_to_do(data):
    assert "`averment ask events-overview` lists the events" in run(data, "nothing")
    assert "No event, proposition, question or claim" in run(data, "daily")
    [claim, _] = json.loads(run(data, "mill", "--format", "json"))["claims"]
    assert "--questions goes with an event" in run(data, claim, "--questions", status=2)


def test_a_claim_that_is_not_there_is_said_to_be_so(tmp_path):
    with Tables.open(tmp_path).connect() as view, pytest.raises(NotFound, match="no claim"):
        find_origins(view, "https://averment.example/id/claim/none", kind="claim")


def test_other_kinds_are_refused(tmp_path):
    with Tables.open(tmp_path).connect() as view, pytest.raises(ValueError, match="not of 'agent'"):
        find_origins(view, "https://averment.example/id/agent/a", kind="agent")


def test_an_empty_record_has_an_answer(tmp_path):
    with Tables.open(tmp_path).connect() as view:
        assert find_origins(view, "https://averment.example/id/event/a", kind="event").sentence == (
            "no reports, no origins"
        )


def test_five_thousand_reports_on_one_event_are_bounded(tmp_path):
    story = make_story(1, threads=0, reports=5000, dice=random.Random(5), unknown=0.3)
    tables = Tables.open(tmp_path)
    tables.append(make_units(1, story.beats), entry=1)
    with tables.connect() as view:
        found = find_origins(view, story.event, kind="event")
    assert found.reports == story.truth.reports >= 5000
    assert found.at_least <= story.truth.origins <= found.at_most
    assert found.exact

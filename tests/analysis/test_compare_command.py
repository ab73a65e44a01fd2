"""The command `compare`, and the page on comparison."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from kg.analysis.compare.event import FEW
from kg.cli import averment
from tests import comparison_page
from tests.town import Town, case, killed

VOICES = {f"voice-{number}": {"kind": "organisation", "name": {"en": f"Voice {number}"}} for number in range(12)}


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


def run(town, *arguments):
    return CliRunner().invoke(averment, ["compare", *arguments, "--data", str(town.root)])


def test_an_event_without_claims_and_one_with_a_single_claim_have_nothing_to_compare(town):
    town.add(case(killed("9"), events={"barn": {"kind": "incident", "name": {"en": "Barn of Orrin"}}}))
    assert run(town, "mill").stdout == "Mill of Orrin: 1 claim, so that there is nothing to compare.\n"
    barn = {"events": {"barn": {"kind": "incident", "name": {"en": "Barn of Orrin"}}}}
    town.add(case(killed("3", about="barn"), note="2", **barn))
    assert run(town, "barn").stdout == "Barn of Orrin: 1 claim, so that there is nothing to compare.\n"


def test_two_voices_at_odds_are_told_so_in_a_sentence(town):
    town.add(case(killed("9"), {**killed("4"), "who": "vane"}))
    result = run(town, "mill")
    assert result.exit_code == 0
    told = " ".join(result.stdout.split())
    assert "Mill of Orrin: 2 claims; 1 pair of different voices contradicts each other." in told
    assert "They contradict each other: no number satisfies both, and the nearest lie 5 apart." in told


@pytest.mark.parametrize(
    ("form", "read"), [("csv", lambda text: list(csv.DictReader(io.StringIO(text)))), ("json", json.loads)]
)
def test_a_table_for_a_machine_names_the_rule_the_slots_and_both_claims(town, form, read):
    town.add(case(killed("9"), {**killed("4", over="dead"), "who": "vane"}))
    (row,) = read(run(town, "mill", "--format", form).stdout)
    assert (row["outcome"], row["rule"], row["unstated"]) == ("scope-differs", "count-scope", "over")
    assert row["first claim"].startswith(town.record.base)
    assert row["first claim"] != row["second claim"]


def test_pairs_that_say_little_are_left_out_and_how_many_is_said(town):
    town.add(case(killed("9"), {**killed("4", stance="cannot-confirm"), "who": "vane"}))
    result = run(town, "mill")
    assert "1 more pair cannot be compared or says little; --all lists it." in result.stderr
    assert "takes no position here" in " ".join(run(town, "mill", "--all").stdout.split())


def test_an_event_that_is_not_there_is_said_not_to_be(town):
    result = run(town, "nowhere")
    assert result.exit_code == 1
    assert "No event in this record is named 'nowhere'" in str(result.exception or result.output)


@pytest.mark.long
def test_thousands_of_claims_on_one_event_give_the_widest_contradictions_and_say_how_many_there_are(town):
    said = [{**killed(str(number)), "who": f"voice-{number % 12}"} for number in range(1, FEW + 50)]
    town.add(case(*said, agents=VOICES))
    result = run(town, "mill")
    assert result.exit_code == 0
    assert "100 widest contradictions of" in result.stderr
    first = result.stdout.split("\n\n")[1]
    assert f"lie {FEW + 48} apart" in " ".join(first.split())
    assert run(town, "mill", "--all").exit_code == 1
    rows = list(csv.reader(io.StringIO(run(town, "mill", "--all", "--format", "csv").stdout)))
    assert len(rows) == 1 + (FEW + 49) * (FEW + 48) // 2


def test_the_page_on_comparison_holds_the_rules_as_they_are():
    text = comparison_page.PAGE.read_text(encoding="utf-8")
    assert comparison_page.to_page(text) == text
    for table in comparison_page.to_tables().values():
        assert table in text

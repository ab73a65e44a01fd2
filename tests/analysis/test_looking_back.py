"""`averment history` and `averment viewpoint`, on records with nothing, with one claim, and with five thousand."""

import json

import pytest
from click.testing import CliRunner

from kg import iris, rdf
from kg.analysis.history.changes import changes, positions
from kg.analysis.history.turns import Change
from kg.analysis.history.words import change_sentences
from kg.analysis.viewpoint.numbers import numbers_under
from kg.cli import averment
from kg.errors import AvermentError
from kg.model import Claim, Count, Occasion, Stance, Viewpoint
from kg.reading import Reader
from kg.store.tables import Tables
from kg.terms import Iri, avc
from tests.analysis.history_cases import BASE, CASES

HEAD = """averment: 1
recorder: Test coder
agents: {command: {kind: organisation, name: {en: Northern Command}}}
events: {mill: {kind: incident, name: {en: Strike on the mill}}, ford: {kind: incident, name: {en: Strike at the ford}}}
occasions: {says: {kind: official-statement, speaker: command}}
defaults: {via: [], on: says}
"""
VIEWPOINT = "viewpoint: 1\nname: Everyone\npolicy: report-range\n"


def run(data, *words):
    result = CliRunner().invoke(averment, [*words, "--data", str(data)])
    if isinstance(result.exception, AvermentError):
        return str(result.exception)
    assert result.exit_code == 0, result.output
    return result.output


def make(folder, *cases):
    run(folder / "data", "init")
    if cases:
        run(folder / "data", "add", *map(str, cases))
    (folder / "view.yaml").write_text(VIEWPOINT)
    return folder / "data", str(folder / "view.yaml")


def test_an_event_that_is_not_there_is_told_with_what_to_do(tmp_path):
    data, view = make(tmp_path)
    assert "averment ask events-overview" in run(data, "history", "mill")
    assert "No event in this record is named 'mill'" in run(data, "viewpoint", view, "mill")


def test_an_event_nobody_speaks_of_has_no_history_and_no_number(tmp_path):
    case = tmp_path / "case.yaml"
    case.write_text(
        HEAD + 'claims:\n  - {id: one, who: command, said: "2031-01-01", '
        "asserts: {assessment: {of: mill, scheme: scheme-oir-allegation-status, status: oir-open}}}\n"
    )
    data, view = make(tmp_path, case)
    assert "No voice holds a position" in run(data, "history", "ford")
    assert "No number: no claim counts" in run(data, "viewpoint", view, "ford")
    assert "the status of Strike on the mill is “open”" in run(data, "history", "mill")
    assert "No voice has changed a position" in run(data, "history", "mill")
    assert "No voice holds a position" in run(data, "history", "mill", "--recorded-by", "2001-01-01")


def test_a_history_is_told_in_sentences_and_as_json(tmp_path):
    data, view = make(tmp_path, CASES / "number-revised-up.yaml")
    assert "revised its number for Strike on the mill upward" in run(data, "history", "mill")
    (change,) = json.loads(run(data, "history", "mill", "--changes", "--format", "json"))
    assert (change["date"], change["change"]) == ("2031-07-26", "revision upward")
    told = run(data, "viewpoint", view, "mill", "--versus", view, "--without", "command")
    assert "6 to 16 (population: not stated; basis: assessed credible" in told
    assert "the same." in told
    assert "with it, 6 to 16; without it, 6; different." in told


def test_two_tables_do_not_go_into_one_csv(tmp_path):
    data, _ = make(tmp_path)
    result = CliRunner().invoke(averment, ["history", "mill", "--format", "csv", "--data", str(data)])
    assert result.exit_code == 2
    assert "--positions or --changes" in result.output


@pytest.mark.parametrize("words", [("history", "mill", "--as-of", "soon"), ("history", "mill", "--recorded-by", "x")])
def test_a_date_that_cannot_be_read_is_refused(words, tmp_path):
    data, _ = make(tmp_path)
    assert "Remedy" in run(data, *words)


def test_five_thousand_claims_on_one_event_are_answered_in_order(tmp_path):
    mill = iris.named_iri(BASE, "event", "mill")
    says = Occasion(iri=iris.named_iri(BASE, "occasion", "says"), kind=avc("remark"), ordinal=1)
    units = [rdf.entity_unit(says, Iri(f"{BASE}ingestion/one"))]
    for number in range(5000):
        count = Count(about=(mill,), measure=avc("killed"), at_least=number, at_most=number)
        day = f"{1000 + number}-01-01"
        claim = Claim(
            stance=Stance.ASSERTS, proposition=iris.proposition_iri(BASE, count), said=day, earliest=day, latest=day,
            voice=iris.named_iri(BASE, "agent", "command"), occasion=says.iri,
        )  # fmt: skip
        units += [rdf.proposition_unit(BASE, count), rdf.claim_unit(BASE, claim)]
    tables = Tables.open(tmp_path)
    tables.append(units, entry=1)
    with tables.connect() as view:
        found = changes(view, event=mill)
        assert [each.change for each in found] == [Change.UPWARD] * 4999
        assert len(change_sentences(Reader(view, BASE), found)) == 4999
        assert [each.at_least for each in positions(view, event=mill)] == [4999]
        answer = numbers_under(view, Viewpoint(name="everyone"), event=mill)
    assert [number.at_least for number in answer.numbers] == [4999]
    assert {left.reason for left in answer.left_out} == {"its voice said otherwise later"}


def test_a_viewpoint_is_told_as_rows_with_what_it_leaves_out_and_why(tmp_path):
    data, view = make(tmp_path, CASES / "number-revised-up.yaml")
    rows = json.loads(run(data, "viewpoint", view, "mill", "--without", "wren", "--format", "json"))
    used = {(row["viewpoint"].endswith("without Wren Desk"), row["at least"]) for row in rows if row["use"] == "used"}
    assert used == {(False, 6), (True, 16)}
    assert {row["reason"] for row in rows if row["use"] == "left out"} >= {"its voice said otherwise later"}


def test_positions_are_told_voice_by_voice(tmp_path):
    data, _ = make(tmp_path, CASES / "number-revised-up.yaml")
    told = run(data, "history", "mill", "--positions").splitlines()
    assert "Positions held, 2 by 2 voices:" in told
    assert told.index("Northern Command") < told.index("Wren Desk")

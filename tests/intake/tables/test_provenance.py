"""A claim leads back to its file, row, columns, and the mapping it was read by."""

from click.testing import CliRunner

from kg.cli import averment
from tests.intake.tables.town import GOOD, write


def test_a_claim_that_is_shown_leads_to_the_row_and_the_mapping(tmp_path, monkeypatch):
    monkeypatch.setenv("AVERMENT_DATA", str(tmp_path / "data"))
    run = CliRunner().invoke
    assert run(averment, ["init"]).exit_code == 0
    assert run(averment, ["import", str(write(tmp_path, GOOD))]).exit_code == 0
    ask = "SELECT ?c WHERE { ?c <https://w3id.org/averment/ns#wording> ?w }"
    (tmp_path / "ask.rq").write_text(ask, encoding="utf-8")
    claim = run(averment, ["query", str(tmp_path / "ask.rq"), "--format", "csv"]).output.split()[-1]
    shown = run(averment, ["show", claim]).output
    assert "from incidents.csv (row 2, columns 1, 3–5; cell=2,1;2,3-2,5; SHA-256 " in shown
    assert "Read with mapping.yaml (SHA-256 " in shown


def test_a_small_table_that_is_recorded_already_is_known_by_its_hash_and_not_read(tmp_path, monkeypatch):
    monkeypatch.setenv("AVERMENT_DATA", str(tmp_path / "data"))
    run = CliRunner().invoke
    assert run(averment, ["init"]).exit_code == 0
    command = ["import", str(write(tmp_path, GOOD, "2,M2,2020-13-01,2,5,final,")), "--on-bad-rows", "set-aside"]
    assert "2 rows = 1 recorded + 0 skipped + 1 refused" in run(averment, command).output
    monkeypatch.setattr("kg.intake.tables.read_table", None)
    again = run(averment, command)
    assert again.exit_code == 0
    assert "incidents.csv is recorded already\n  nothing added" in again.output

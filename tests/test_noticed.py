"""What `averment import` says of a table beside its counts."""

from click.testing import CliRunner

from kg.cli import averment
from kg.cli.noticed import sort_noticed, tell_each, tell_noticed
from kg.errors import Problem
from tests.generator import tables as made


def test_a_claim_of_a_table_is_said_to_lead_to_its_row_and_not_warned_of(tmp_path):
    mapping = made.write_table(tmp_path / "in", made.iter_rows(3))
    run = CliRunner()
    assert run.invoke(averment, ["init", "--data", str(tmp_path / "data")]).exit_code == 0
    told = run.invoke(averment, ["import", str(mapping), "--data", str(tmp_path / "data")]).output
    assert "note: each claim leads to its row and columns here, and to no passage of its document (3 rows" in told
    assert "leads to no passage:" not in told
    assert "Nobody kept" not in told


def test_a_kind_of_warning_is_told_once_with_its_rows(capsys):
    noticed = sort_noticed([("Warning", Problem(line=line, reason="Too many (here 7).")) for line in (9, 4, 4)])
    tell_noticed(noticed, advice=False)
    tell_noticed(sort_noticed([("Info", Problem(line=1, reason="Only advice"))]), advice=False)
    assert capsys.readouterr().err == "warning: Too many (2 rows, the first is 4)\n"


def test_every_warning_is_told_with_what_it_is_of_where_that_is_asked_for(capsys):
    found = [("Warning", Problem(line=line, reason=f"Too many (here {line})")) for line in (9, 4)]
    tell_each([*found, ("Info", Problem(line=1, reason="Only advice"))], advice=False)
    told = capsys.readouterr().err
    assert (told.count("warning: "), "(here 9)" in told, "(here 4)" in told, "advice" in told) == (2, True, True, False)

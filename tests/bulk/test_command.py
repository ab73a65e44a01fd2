"""`averment import` of a table that counts as large."""

import pytest
from click.testing import CliRunner

from kg.cli import averment, importing_large
from tests.generator import tables as made


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command on a record of its own, every table counting as large."""
    monkeypatch.setattr(importing_large, "LARGE", 0)

    def call(*words):
        return CliRunner().invoke(averment, [*words, "--data", str(tmp_path / "data")])

    assert call("init").exit_code == 0
    return call


def test_its_counts_add_up_and_the_same_file_adds_nothing(tmp_path, run):
    mapping = made.write_table(tmp_path / "in", made.iter_rows(20))
    first = run("import", str(mapping))
    assert first.exit_code == 0, first.output
    assert "20 rows = 20 recorded + 0 recorded before + 0 skipped + 0 refused" in first.output
    assert "nothing added" in run("import", str(mapping)).output


def test_a_bad_row_is_told_and_nothing_recorded(tmp_path, run):
    rows = list(made.iter_rows(20))
    rows[4][4] = "-3"
    refused = run("import", str(made.write_table(tmp_path / "in", rows)))
    assert refused.exit_code == 1
    assert "1 of 20 rows refused" in refused.output

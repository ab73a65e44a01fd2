"""`averment import` of a table that counts as large."""

import io
import re
import sys
from pathlib import Path

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
    assert "0 problems" not in refused.output


def test_on_a_terminal_rate_and_time_left_are_shown_within_eighty_columns(monkeypatch):
    # Each time more rows are estimated, as they are while a file is read.
    ticks = iter(range(0, 1000, 10))
    monkeypatch.setattr(importing_large, "monotonic", lambda: next(ticks))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    written = io.StringIO()
    monkeypatch.setattr(written, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", written)
    with importing_large.show_bar(Path("20330808-a-list-with-a-very-long-name-of-its-own.csv")) as tell:
        for done, total in ((1000, 9000), (2000, 8800), (3000, 9100)):
            tell("rows read", done, total)
        tell("rules across claims", 0, 0)
        tell("quads loaded", 500_000, 0)
    frames = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", each) for each in re.split("[\r\n]+", written.getvalue())]
    assert any("100/s, 0:01:01 left" in frame for frame in frames)
    assert any(re.search("[0-9,]+/s *$", frame) for frame in frames)
    assert max(map(len, frames)) <= 80

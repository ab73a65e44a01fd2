"""Thirty different mistakes in one file, thirty findings, no batch."""

from pathlib import Path

import pytest

from kg.errors import Refused
from kg.intake import read_case

HERE = Path(__file__).parent
CASE = HERE / "thirty_mistakes.yaml"
EXPECTED = (HERE / "thirty_mistakes.txt").read_text(encoding="utf-8").splitlines()


def test_a_file_with_thirty_mistakes_gets_thirty_findings_at_once():
    with pytest.raises(Refused) as refused:
        read_case(CASE, base="https://record.example/id/", recorded="2031-06-01T12:00:00Z", software="test")
    found = [str(problem).removeprefix(f"{HERE}/") for problem in refused.value.problems]
    assert found == EXPECTED
    assert len(found) == 30


def test_every_finding_names_file_line_field_reason_and_remedy():
    with pytest.raises(Refused) as refused:
        read_case(CASE, base="https://record.example/id/", recorded="2031-06-01T12:00:00Z", software="test")
    for problem in refused.value.problems:
        assert problem.file == str(CASE)
        assert all((problem.line, problem.field, problem.reason, problem.remedy)), problem


def test_the_thirty_mistakes_are_of_different_kinds():
    reasons = {line.split(": ", 2)[2].partition("Remedy")[0] for line in EXPECTED}
    assert len(reasons) == 30

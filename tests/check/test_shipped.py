"""The shapes that ship: loud, and read alike by both engines on their fixtures however these are spoilt."""

import json
import random
from functools import cache
from pathlib import Path

import pytest

from kg import resources
from kg.check import Finding, Shapes, parse_checked_shapes, to_ntriples, to_sentence, validate

FIXTURES = Path(__file__).resolve().parent.parent / "shapes"
NAMES = sorted(path.name for path in FIXTURES.glob("*.ttl"))
COMPARING = ("LessThan", "MinInclusive", "MaxInclusive", "MinExclusive", "MaxExclusive")
SPOILS = (
    '""', '"x"', '"x"@en', '"seven"@fr', '"2033-05-03"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"2031-05-02"^^<http://www.w3.org/2001/XMLSchema#date>', '"-1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"3"^^<http://www.w3.org/2001/XMLSchema#integer>', '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
    "<https://averment.example/id/agent/other>", "<https://w3id.org/averment/codes/not-stated>",
)  # fmt: skip


@cache
def shipped() -> Shapes:
    texts = {
        name: {p.name: p.read_text(encoding="utf-8") for p in resources.iter_ttl(name)}
        for name in ("shapes", "ontology")
    }
    return parse_checked_shapes(texts["shapes"], ontology=texts["ontology"])


def spoil(rows: list[str], chance: random.Random) -> str:
    """A few rows dropped, and a few given another value, another property or a second value.

    A typed value is only changed for one of its type: pySHACL ends with a TypeError where it has to order any other.
    """
    spoilt = [row for row in rows if chance.random() > 0.05]
    untyped = [row.split(" ", 2)[1] for row in rows if "^^" not in row]
    for row in chance.sample(rows, min(len(rows), 8)):
        subject, predicate, value = row.split(" ", 2)
        _, typed, datatype = value.removesuffix(" .").rpartition("^^")
        fitting = [other for other in SPOILS if other.endswith(datatype)] if typed else SPOILS
        if fitting:
            predicate = predicate if typed else chance.choice((predicate, predicate, chance.choice(untyped)))
            spoilt.append(f"{subject} {predicate} {chance.choice(fitting)} .")
    return "".join(f"{row}\n" for row in sorted(set(spoilt)))


def comparable(findings: list[Finding]) -> list[Finding]:
    """All but the comparisons of values that are refused for their datatype: there the referee says nothing more."""
    mistyped = {f.focus for f in findings if f.component == "DatatypeConstraintComponent"}
    return [f for f in findings if not (f.focus in mistyped and f.component.startswith(COMPARING))]


def test_there_are_shapes_and_none_could_pass_everything_in_silence():
    assert len(shipped()) > 0
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_both_engines_find_the_same_in_a_fixture_however_it_is_spoilt(name):
    rows = to_ntriples((FIXTURES / name).read_text(encoding="utf-8")).splitlines()
    found = 0
    for seed in range(5):
        data = spoil(rows, random.Random(f"{name} {seed}"))
        fast = comparable(validate(data, shipped(), engine="fast"))
        assert fast == comparable(validate(data, shipped(), engine="referee"))
        found += len(fast)
    assert found


def test_every_finding_listed_reads_as_a_sentence():
    rows = [row for path in sorted(FIXTURES.glob("*.json")) for row in json.loads(path.read_text(encoding="utf-8"))]
    assert rows
    assert all(to_sentence(Finding(**row)).endswith(".") for row in rows)

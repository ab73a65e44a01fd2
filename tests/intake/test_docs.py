"""The page on case files: its example is read, and no field is missing from it."""

import re
from dataclasses import replace

import pytest

from kg.intake.structure import load_schema
from kg.model import Stance
from tests.intake.merrow import BASE, HERE, only, problems, read

PAGE = (HERE.parent.parent / "docs" / "case-files.md").read_text(encoding="utf-8")


def block(kind):
    return re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.fixture
def article(tmp_path):
    (tmp_path / "flood.txt").write_text(block("text"), encoding="utf-8")
    return tmp_path


def test_the_example_is_read_without_a_problem_or_a_notice(article):
    reading = read(article, block("yaml"), capture=False)
    assert reading.notices == ()
    drowned, denied = reading.batch.claims
    assert [(each.at_least, each.at_most) for each in reading.batch.propositions[:1]] == [(41, None)]
    assert (drowned.voice, denied.stance) == (f"{BASE}agent/rangers", Stance.DENIES)
    assert len(reading.batch.relays) == 2


def test_the_message_shown_is_the_one_given(article):
    shown = re.search(r"flood\.yaml:\d+: .*", PAGE)[0]
    problem = only(problems(article, block("yaml").replace("killed", "kiled"), capture=False))
    assert str(replace(problem, file="flood.yaml")) == shown


def fields():
    definitions = load_schema()["$defs"]
    for part in (load_schema(), *definitions.values()):
        yield from part.get("properties", {})


@pytest.mark.parametrize("field", sorted(set(fields())))
def test_every_field_is_told_of(field):
    assert re.search(rf"`[^`]*\b{re.escape(field)}\b[^`]*`", PAGE)

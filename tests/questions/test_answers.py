"""Every question answers its fixture with exactly the expected rows, in its order, under the types of its header."""

import re
from collections import Counter
from pathlib import Path

import pytest

from kg.model import Text
from kg.questions import Ref, ask, get_question, list_questions, to_text
from kg.store.base import Rows
from tests.questions import answers, every, fixture, shipped

ASKED = list(answers.iter_asked())
TYPES = {"iri": Ref, "code": Ref, "term": Ref, "words": Text, "date": str, "text": str, "integer": int, "list": tuple}


@pytest.mark.parametrize(("name", "written", "expected"), ASKED, ids=[f"{each[0]} {each[1]}" for each in ASKED])
def test_a_question_answers_with_exactly_the_expected_rows(store, name, written, expected):
    # Rows that sort alike come in order of their IRIs, which say nothing.
    assert sorted(answers.to_lines(answers.answer(store, name, written))) == sorted(expected)


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: question.name)
def test_every_question_has_an_answer_with_rows_to_hold_it_to(question):
    assert any(name == question.name and rows for name, _, rows in ASKED)


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: question.name)
def test_every_parameter_is_asked_with_somewhere(question):
    written = " ".join(written for name, written, _ in ASKED if name == question.name)
    assert [param.name for param in question.params if f"{param.name}=" not in written] == []


@pytest.mark.parametrize(("name", "written"), [(name, written) for name, written, rows in ASKED if rows])
def test_cells_are_of_the_types_the_header_tells(store, name, written):
    table = answers.answer(store, name, written)
    wrong = [
        (column.name, cell)
        for row in table.rows
        for column, cell in zip(table.columns, row, strict=True)
        if cell is not None and not isinstance(cell, TYPES[column.type])
    ]
    assert wrong == []


@pytest.mark.parametrize(("name", "written"), [(name, written) for name, written, _ in ASKED])
def test_no_row_comes_twice(store, name, written):
    repeated = [row for row, times in Counter(answers.answer(store, name, written).rows).items() if times > 1]
    assert repeated == []


def test_a_chain_is_told_from_the_claim_to_the_reader(store):
    table = answers.answer(store, "chain-of-voices", "claim=@joint-total")
    assert [row[0] for row in table.rows] == [0, 1, 1, 2]
    assert [to_text(row[1]) for row in table.rows][::3] == ["Wren Desk and Lantern", "River Wire"]


def test_revisions_come_oldest_first(store):
    table = answers.answer(store, "revisions", "(all)")
    assert [(row[4], row[8], row[11]) for row in table.rows if row[11]] == [(12, 31, "up"), (31, 28, "down")]


def test_an_open_bound_stays_open_and_words_keep_their_language(store):
    table = answers.answer(store, "who-asserts-what", "event=ortava word=civilians")
    cells = dict(zip((column.name for column in table.columns), table.rows[0], strict=True))
    assert (cells["atLeast"], cells["atMost"], cells["wording"]) == (201, None, Text("more than 200 civilians", "en"))


def test_an_agent_without_a_name_still_stands_in_the_answer(store):
    table = answers.answer(store, "agents-overview", "(all)")
    nameless = next(row[0] for row in table.rows if row[0] == Ref(fixture.agent("no-name"), ""))
    assert to_text(nameless, base=fixture.BASE) == "agent/no-name"


def test_the_agents_who_say_most_come_first(store):
    claims = [row[2] for row in answers.answer(store, "agents-overview", "(all)").rows]
    assert claims == sorted(claims, reverse=True)
    assert len(set(claims)) > 2


@pytest.mark.parametrize("given", ["ortava", "event/ortava", f"{fixture.BASE}event/ortava"])
def test_a_key_a_kind_and_key_and_a_full_iri_mean_the_same(store, given):
    table = ask(store, "who-asserts-what", {"event": given}, base=fixture.BASE)
    assert len(table.rows) == 30


def test_the_bound_text_runs_as_it_is_shown(store):
    table = ask(store, "who-asserts-what", {"event": "ortava", "measure": "killed"}, base=fixture.BASE)
    shown = store.query(table.sparql)
    assert isinstance(shown, Rows)
    assert len(shown.rows) == len(table.rows) == 4
    assert set(get_question("who-asserts-what").columns) == set(table.columns)


def test_the_documentation_tells_which_questions_the_shipped_tables_leave_empty(tmp_path):
    page = (Path(__file__).resolve().parents[2] / "docs" / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z-]+)` \| ([0-9,]+) \|", page, re.MULTILINE))
    with shipped.load(tmp_path) as store:
        rows = {asked.name: asked.rows for asked in every.iter_asked(store, base=fixture.BASE)}
    assert told.keys() == rows.keys()
    assert {name for name, count in told.items() if count == "0"} == {name for name, count in rows.items() if not count}

"""The library itself: files, headers, names, and the page that lists them."""

import itertools

import pyoxigraph as ox
import pytest

from kg import resources
from kg.errors import NotFound, Refused
from kg.questions import Question, bind, get_question, list_questions
from kg.questions.bind import list_named
from kg.questions.header import parse_question
from tests.questions import fixture, page

VALUES = {"iri": "some-key", "scheme": "airwars-grading", "date": "2031-02", "integer": "3", "text": "word"}
CODES = {"measure": "killed", "population": "civilians", "counting-basis": "submitted", "grounds": "saw"}
CODES |= {"characterisation": "shocking-scale", "": "oir-credible"}
GOOD = """# title: A
# description: B.
# reads: record
# param: x (integer, optional): how many
# column: s (iri): it
SELECT ?s WHERE { ?s ?p $x }
"""


def value_of(param):
    return CODES[param.options.get("scheme", "")] if param.type == "code" else VALUES[param.type]


def iter_bindings(question: Question):
    """Every choice of optional parameters, with the required ones."""
    fixed = [param for param in question.params if param.required]
    free = [param for param in question.params if not param.required]
    for count in range(len(free) + 1):
        for chosen in itertools.combinations(free, count):
            yield {param.name: value_of(param) for param in (*fixed, *chosen)}


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: question.name)
def test_columns_are_what_the_query_selects_whatever_is_given(question):
    declared = [column.name for column in question.columns]
    for params in iter_bindings(question):
        results = ox.Store().query(bind(question.name, params, base=fixture.BASE))
        selected = [variable.value for variable in results.variables]
        labels = [name for name in selected if name.endswith("Label") and name.removesuffix("Label") in declared]
        assert [name for name in selected if name not in labels] == declared


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: question.name)
def test_every_parameter_is_declared_and_used(question):
    assert list_named(question.sparql) == {param.name for param in question.params}


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: question.name)
def test_a_question_reads_plainly(question):
    lines = question.sparql.split("\n")
    assert lines[0].startswith("PREFIX av:")
    assert max(map(len, lines)) <= 120
    assert question.title[0].isupper()
    assert not question.title.endswith(".")
    assert question.description.endswith(".")


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: question.name)
def test_every_declared_prefix_is_used(question):
    lines = [line for line in question.sparql.split("\n") if line.startswith("PREFIX")]
    body = question.sparql[sum(map(len, lines)) :]
    dates = any(param.type == "date" for param in question.params)
    unused = [line.split()[1] for line in lines if line.split()[1] not in body]
    assert unused == (["xsd:"] if dates else [])


def test_there_are_at_least_fifteen_and_each_has_its_file():
    names = [path.stem for path in resources.iter_questions()]
    assert names == [question.name for question in list_questions()]
    assert len(names) >= 15


def test_the_page_of_questions_is_up_to_date():
    assert page.PAGE.read_text(encoding="utf-8") == page.to_page()


def test_a_mistyped_name_gets_the_nearest_ones():
    with pytest.raises(NotFound, match="did you mean who-asserts-what"):
        get_question("who-assert-what")


def test_a_name_like_no_other_is_told_where_the_list_is():
    with pytest.raises(NotFound, match="`averment ask` lists them"):
        get_question("zzzz")


def test_a_good_header_is_read():
    question = parse_question("a", GOOD)
    assert (question.params[0].required, question.params[0].meaning) == (False, "how many")
    assert question.sparql == "SELECT ?s WHERE { ?s ?p $x }\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# title: A\n", "", "title"),
        ("reads: record", "reads: minds", "record, derived"),
        ("(integer, optional)", "(number, optional)", "integer"),
        ("(integer, optional)", "(iri, optional)", "kind="),
        ("(integer, optional)", "(date, optional)", "bound="),
        ("(integer, optional)", "(integer, maybe)", "required or optional"),
        ("s (iri): it", "s (thing): it", "iri, code"),
        ("# column: s (iri): it\n", "", "no column"),
        ("# reads", "# writes", "not a line of a header"),
    ],
)
def test_what_is_wrong_with_a_header_is_told(old, new, said):
    with pytest.raises(Refused, match=said):
        parse_question("a", GOOD.replace(old, new))

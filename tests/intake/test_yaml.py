"""A file that is not what it should be as YAML is refused with the line, and nothing else is ever raised."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import Refused
from kg.intake.yamltext import LARGEST, parse_yaml
from tests.intake.merrow import CASE, dump, only, problems


def told(data):
    with pytest.raises(Refused) as refused:
        parse_yaml(data, file="case.yaml")
    return list(refused.value.problems)


def test_a_syntax_error_is_told_with_line_and_column():
    problem = only(told(b"averment: 1\nnote: a: b\n"))
    assert (problem.line, problem.reason) == (2, "not YAML, column 8: mapping values are not allowed here")


def test_every_line_indented_with_a_tab_is_told():
    lines = [each.line for each in told(b"agents:\n\ta: b\n\tc: d\n") if "tab" in each.reason]
    assert lines == [2, 3]


def test_a_field_written_twice_is_refused_with_both_lines(tmp_path):
    problem = only(problems(tmp_path, dump(CASE) + "averment: 1\n"))
    assert problem.field == "averment"
    assert problem.reason == "written twice, first on line 1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("note: &a text", "anchors are not read"),
        ("note: *a", "aliases are not read"),
        ("note: !!python/name:os.system x", "tags are not read"),
        ("{[a]: b}", "a list or mapping stands where a field's name should"),
        (": b", "a field without a name"),
        (r'note: "\0"', "the text holds the character U+0000, which no text file may hold"),
        (r'note: "\ud800"', "the text holds the character U+D800, which no text file may hold"),
    ],
)
def test_what_yaml_allows_and_a_case_file_does_not_is_told(text, reason):
    _, found = parse_yaml(text.encode(), file="case.yaml")
    assert only(found).reason == reason


def test_ten_lines_of_aliases_that_stand_for_billions_are_refused_at_once():
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    tree, found = parse_yaml("\n".join(lines).encode(), file="case.yaml")
    assert tree.data["a29"] == [None, None, None]
    assert len(found) == 30 + 3 * 29


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"# only a remark\n", "the file is empty"),
        (b"a: 1\n---\nb: 2\n", "a second document begins here"),
        (b"note: \xff\n", "the file is not UTF-8: byte 6 is 0xff"),
        (b"[" * 40, "values lie more than 30 deep"),
        (b'"\\UFFFFFFFF"', "not YAML: an escape such as \\UFFFFFFFF names no character"),
        (b"a: \x01", "not YAML: a control character, which YAML does not allow"),
        (b" " * (LARGEST + 1), f"the file has {LARGEST + 1:,} bytes; at most {LARGEST:,} are read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(data, reason):
    assert only(told(data)).reason == reason


def test_a_missing_file_is_refused_by_name(tmp_path):
    from kg.intake import read_case

    with pytest.raises(Refused, match=r"none\.yaml: the file cannot be read: No such file"):
        read_case(tmp_path / "none.yaml", base="https://r.example/", recorded="2031-06-01T12:00:00Z", software="t")


def test_scalars_keep_the_words_they_were_written_in():
    tree, _ = parse_yaml(b"a: 007\nb: 1.50\nc: no\nd: 2031-05-03\n", file="case.yaml")
    assert tree.data == {"a": 7, "b": 1.5, "c": "no", "d": "2031-05-03"}
    assert [tree.raw_at((key,)) for key in "abcd"] == ["007", "1.50", "no", "2031-05-03"]


YAMLISH = st.text(alphabet="ab:-[]{}?!&*%\\\"' \n\t#|>,.~1U0x@`é", max_size=60).map(str.encode)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | YAMLISH)
def test_random_bytes_raise_nothing_but_a_refusal(data):
    with suppress(Refused):
        tree, found = parse_yaml(data, file="case.yaml")
        assert tree.data is not None or found

"""Writes docs/questions.md from the headers of the questions: `python -m tests.questions.page`."""

from pathlib import Path

from kg.questions import Param, Question, list_questions

PAGE = Path(__file__).resolve().parents[2] / "docs" / "questions.md"
INTRODUCTION = """# The named questions

Written from `kg/questions/*.rq` by `python -m tests.questions.page`; a test holds the two together.

`averment ask` lists them; `averment ask NAME --param key=value` answers one. In a file a parameter is written `$name`
and stands for one value, never for pasted text; a line that names an optional parameter is left out where none is
given, so that nothing given means all. An `iri` is a key such as `ortava` or `event/ortava` under the record's base,
or a full IRI; a `code` is its slug, with or without `avc:`; a `date` is EDTF, of which the last day, or the first where
the question says so, is taken.

In the answer an `iri` column comes with its label (`voice` with `voiceLabel`); `list` is several texts in one cell.

"""


def to_page() -> str:
    """The whole page as Markdown."""
    rows = [f"| [{each.name}](#{each.name}) | {each.title} |" for each in list_questions()]
    head = ["| question | what it answers |", "|---|---|"]
    return INTRODUCTION + "\n".join([*head, *rows, "", *(_part(each) for each in list_questions())])


def _part(question: Question) -> str:
    lines = [f"## {question.name}", "", f"{question.title}. {question.description}", ""]
    lines += [f"- `{param.name}` ({_type(param)}): {param.meaning}" for param in question.params]
    lines += [""] if question.params else []
    columns = ", ".join(f"`{column.name}` ({column.type})" for column in question.columns)
    return "\n".join([*lines, f"Columns: {columns}.", ""])


def _type(param: Param) -> str:
    words = [param.type, *(f"{key} {value}" for key, value in param.options.items())]
    return ", ".join([*words, "required" if param.required else "optional"])


if __name__ == "__main__":
    PAGE.write_text(to_page(), encoding="utf-8")

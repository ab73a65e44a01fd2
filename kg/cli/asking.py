"""Commands that ask: `ask`, `query`, `show`."""

import sys
from typing import TYPE_CHECKING, TextIO

import click

from kg.cli.present import emit, format_option, print_problems, print_table, say, visible
from kg.cli.storing import Source, source_options
from kg.errors import AvermentError, NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.questions import Param, Table
    from kg.record import OpenRecord
    from kg.store.base import Answer

_NAMED = ("iri", "code", "term")
_RESULT_TYPES = {
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "xml": "application/sparql-results+xml",
    "tsv": "text/tab-separated-values",
}


@click.command()
@click.argument("name", required=False)
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter of the question. Repeatable.")
@click.option("--sparql", is_flag=True, help="Print the SPARQL instead of asking it.")
@format_option
@source_options
def ask(name: str | None, params: tuple[str, ...], sparql: bool, form: str, source: Source) -> None:
    """Ask a named question; without a NAME, list the questions and their parameters.

    An event, agent or document is given by its key: --param event=raqqa-2017.
    """
    from kg.questions import ask as answer
    from kg.questions import bind, list_questions

    if name is None:
        listed = [(q.name, " ".join(_parameter(p) for p in q.params), q.description) for q in list_questions()]
        print_table(("question", "parameters", "what it answers"), listed, form=form)
        return

    record = source.open()
    try:
        if sparql:
            click.echo(bind(name, _pairs(params), base=record.base))
            return
        table = answer(record, name, _pairs(params), base=record.base)
    except Refused as error:
        print_problems(error.problems, note="The question was not asked.")
        sys.exit(1)
    columns, rows = _plain_rows(table, record.base) if form == "table" else _full_rows(table)
    print_table(columns, rows, form=form)
    if not rows:
        _explain_empty(table.sparql, record.query)


def _explain_empty(sparql: str, answer: "Callable[[str], Answer]") -> None:
    from kg.questions import explain_empty

    for line in explain_empty(sparql, answer):
        say(line)


def _parameter(parameter: "Param") -> str:
    return parameter.name if parameter.required else f"[{parameter.name}]"


def _plain_rows(table: "Table", base: str) -> tuple[list[str], list[list[object]]]:
    """Columns and rows for a person: labels, not addresses."""
    from kg.questions import to_text

    rows: list[list[object]] = [[to_text(cell, base=base) for cell in row] for row in table.rows]
    return [column.name for column in table.columns], rows


def _full_rows(table: "Table") -> tuple[list[str], list[list[object]]]:
    """Columns and rows for a program: each address in full, its label in a column beside it."""
    columns: list[str] = []
    for column in table.columns:
        columns += [column.name, f"{column.name}_label"] if column.type in _NAMED else [column.name]
    rows: list[list[object]] = []
    for row in table.rows:
        cells: list[object] = []
        for column, cell in zip(table.columns, row, strict=True):
            if column.type in _NAMED:
                cells += [getattr(cell, "iri", cell), getattr(cell, "label", None)]
            else:
                cells.append("; ".join(cell) if isinstance(cell, tuple) and column.type == "list" else _own(cell))
        rows.append(cells)
    return columns, rows


def _own(cell: object) -> object:
    return getattr(cell, "text", cell)


def _pairs(params: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for param in params:
        key, equals, value = param.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{param!r} is not KEY=VALUE, such as event=raqqa-2017", param_hint="--param")
        pairs[key] = value
    return pairs


@click.command()
@click.argument("file", metavar="FILE|-", type=click.File("r", encoding="utf-8"))
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", *_RESULT_TYPES]),
    default="table",
    show_default=True,
    help="How a SELECT is printed; CONSTRUCT always gives N-Triples.",
)
@source_options
def query(file: TextIO, form: str, source: Source) -> None:
    """Ask any SPARQL 1.1 query, read from FILE or from standard input (-); all graphs are asked as one."""
    from kg.questions import is_empty

    record = source.open()
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise AvermentError(f"{file.name}: not UTF-8 at byte {error.start}. Remedy: save the query as UTF-8.") from None
    answer = record.query(text)
    _print_answer(record, text, answer, form)
    if is_empty(answer):
        _explain_empty(text, record.query)


def _print_answer(record: "OpenRecord", text: str, answer: "Answer", form: str) -> None:
    from kg.store.base import Rows, Truth

    if isinstance(answer, Truth):
        click.echo("true" if answer.value else "false")
    elif not isinstance(answer, Rows):
        for line in answer.lines:
            emit(line)
    elif form in _RESULT_TYPES:
        emit(record.query_serialised(text, _RESULT_TYPES[form]).decode())
    else:
        rows = [tuple(term.value if term else None for term in row) for row in answer.rows]
        print_table(answer.variables, rows)


@click.command()
@click.argument("name", metavar="ID|IRI")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "nanopub", "provn", "provjson"]),
    default="text",
    show_default=True,
    help="A claim to hand on: as a nanopublication (TriG), its chain as PROV-N or PROV-JSON.",
)
@source_options
def show(name: str, form: str, source: Source) -> None:
    """Tell one claim, event, agent or document in sentences; or give a claim in a form to hand on.

    NAME is an IRI, a path such as event/raqqa-2017, or a key or the beginning of one where that is enough.
    """
    from kg.cli.telling import hand_on, tell

    record = source.open()
    found = record.find(name)
    if not found:
        raise NotFound(f"Nothing in this record is named {name!r}. `averment ask events-overview` lists the events.")
    if len(found) > 1:
        say(f"{len(found)} things are named so; say which:")
        for iri in found[:20]:
            click.echo(visible(iri))
        if len(found) > 20:
            say(f"… and {len(found) - 20} more; give more of the name.")
        sys.exit(1)
    if form != "text":
        emit(hand_on(record, found[0], form))
        return
    for line in tell(record, found[0]):
        click.echo(visible(line))

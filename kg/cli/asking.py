"""Commands that ask: `ask`, `query`, `show`."""

import sys
from pathlib import Path
from typing import TextIO

import click

from kg.cli.present import data_option, format_option, print_problems, print_table, say, visible
from kg.errors import NotFound, Refused

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
@data_option
def ask(name: str | None, params: tuple[str, ...], sparql: bool, form: str, data: Path) -> None:
    """Ask a named question; without a NAME, list the questions and their parameters.

    An event, agent or document is given by its key: --param event=raqqa-2017.
    """
    from kg.questions import get_question, list_questions

    if name is None:
        rows = [(q.name, ", ".join(_parameter(p) for p in q.parameters), q.description) for q in list_questions()]
        print_table(("question", "parameters", "what it answers"), rows, form=form)
        return
    from kg.record import OpenRecord

    question = get_question(name)
    record = OpenRecord.open(data)
    try:
        bound = question.bind(_pairs(params), base=record.base)
        if sparql:
            click.echo(bound)
            return
        table = question.ask(record.query, _pairs(params), base=record.base)
    except Refused as error:
        print_problems(error.problems, note="The question was not asked.")
        sys.exit(1)
    answers = [tuple(_cell(cell) for cell in row) for row in table.rows]
    print_table(
        [column.name for column in table.columns], answers, form=form, title=question.title if form == "table" else ""
    )


def _parameter(parameter: object) -> str:
    name, required = getattr(parameter, "name", ""), getattr(parameter, "required", False)
    return str(name) if required else f"[{name}]"


def _cell(cell: object) -> object:
    return getattr(cell, "value", cell)


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
@data_option
def query(file: TextIO, form: str, data: Path) -> None:
    """Ask any SPARQL 1.1 query, read from FILE or from standard input (-); all graphs are asked as one."""
    from kg.record import OpenRecord
    from kg.store.base import Rows, Truth

    record = OpenRecord.open(data)
    text = file.read()
    answer = record.query(text)
    if isinstance(answer, Truth):
        click.echo("true" if answer.value else "false")
    elif not isinstance(answer, Rows):
        for line in answer.lines:
            click.echo(line)
    elif form in _RESULT_TYPES:
        click.echo(record.query_serialised(text, _RESULT_TYPES[form]), nl=False)
    else:
        rows = [tuple(term.value if term else None for term in row) for row in answer.rows]
        print_table(answer.variables, rows)


@click.command()
@click.argument("name", metavar="ID|IRI")
@data_option
def show(name: str, data: Path) -> None:
    """Tell one claim, event, agent or document in sentences.

    NAME is an IRI, a path such as event/raqqa-2017, or a key or the beginning of one where that is enough.
    """
    from kg.cli.telling import tell
    from kg.record import OpenRecord

    record = OpenRecord.open(data)
    found = record.find(name)
    if not found:
        raise NotFound(f"Nothing in this record is named {name!r}. `averment ask events-overview` lists the events.")
    if len(found) > 1:
        say(f"{len(found)} things are named so; say which:")
        for iri in found[:20]:
            click.echo(iri)
        if len(found) > 20:
            say(f"… and {len(found) - 20} more; give more of the name.")
        sys.exit(1)
    for line in tell(record, found[0]):
        click.echo(visible(line))

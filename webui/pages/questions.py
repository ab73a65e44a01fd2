"""The question library: each question with a form for its parameters, its answer as a table, and its SPARQL."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request

from kg.codes import Code, load_codes, load_schemes
from kg.errors import Refused
from kg.model import Text
from kg.questions import Param, Question, Ref, Table, ask, bind, explain_empty, get_question, list_questions, to_text
from kg.reading import Ref as Thing
from kg.reading import lists
from kg.terms import AVC, Iri
from webui.addresses import key_of
from webui.question_topics import group_by_topic
from webui.source import get_reader, get_record
from webui.tables import table_file

pages = Blueprint("questions", __name__)
OFFERED = 500
SHOWN = 1000


@pages.get("/questions")
def list_all() -> str:
    """Every named question."""
    return render_template("questions/list.html", topics=group_by_topic(list_questions()))


@pages.get("/questions/<name>")
def show_question(name: str) -> str | Response | tuple[str, int]:
    """One question, and its answer once its parameters are given."""
    question, record = get_question(name), get_record()
    params = {param.name: value for param in question.params if (value := request.args.get(param.name, "").strip())}
    table: Table | None = None
    problems: tuple[object, ...] = ()
    if params or not any(param.required for param in question.params):
        try:
            table = ask(record, name, params, base=record.base)
        except Refused as error:
            problems = error.problems
    form = request.args.get("format", "")
    if form and table is not None:
        rows = [[_whole(cell) for cell in row] for row in table.rows]
        return table_file([column.name for column in table.columns], rows, form=form, name=name)
    shown = table.rows[:SHOWN] if table else ()
    labels = get_reader().labels
    labels.learn(cell.iri for row in shown for cell in row if isinstance(cell, Ref) and not cell.label)
    page = render_template(
        "questions/question.html",
        question=question,
        params=params,
        offers={param.name: _offer(param) for param in question.params},
        most_offered=OFFERED,
        table=table,
        why=explain_empty(table.sparql, record.query) if table and not table.rows else [],
        sparql=_sparql(question, params),
        problems=problems,
        shown=shown,
        label=labels.text,
        is_words=lambda cell: isinstance(cell, Text),
        is_thing=lambda cell: isinstance(cell, Ref),
        to_text=lambda cell: to_text(cell, base=record.base),
    )
    return (page, 400) if problems else page


def _sparql(question: Question, params: Mapping[str, str]) -> str:
    """What is asked, with the values given; with its parameters still open where some are missing or unfit."""
    try:
        return bind(question.name, params, base=get_record().base)
    except Refused:
        return question.sparql


def _offer(param: Param) -> list[tuple[str, str]]:
    """What a parameter can be set to, as (value, label); [] where anything may be written."""
    if param.type == "code":
        scheme = param.options.get("scheme", "")
        wanted = Iri(f"{AVC}scheme-{scheme}")
        codes = [code for code in load_codes().values() if not scheme or wanted in code.schemes]
        return [(code.slug, _told(code)) for code in sorted(codes, key=lambda code: code.label)]
    if param.type == "scheme":
        return [(key_of(iri).removeprefix("scheme-"), scheme.label) for iri, scheme in sorted(load_schemes().items())]
    return [(key_of(ref.iri), ref.label) for ref in _list_things(param.options.get("kind", ""))]


def _list_things(kind: str) -> list[Thing]:
    """The first things of a kind that can be chosen from a list, one more than are offered where there are more."""
    reader = get_reader()
    if kind == "event":
        return [line.ref for line in lists.list_events(reader, limit=OFFERED + 1)]
    if kind == "agent":
        return [line.ref for line in lists.list_agents(reader, limit=OFFERED + 1)]
    if kind == "document":
        return [line.ref for line in lists.list_documents(reader, limit=OFFERED + 1)]
    return []


def _told(code: Code) -> str:
    return f"{code.label} ({code.slug})"


def _whole(cell: object) -> object:
    """A cell for a file: IRIs whole, so that they can be followed."""
    if isinstance(cell, Ref):
        return str(cell.iri)
    if isinstance(cell, Text):
        return cell.text
    return "; ".join(cell) if isinstance(cell, tuple) else cell

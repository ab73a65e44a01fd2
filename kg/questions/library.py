"""The library of named questions: which there are, and the answer to one."""

from collections.abc import Mapping
from functools import cache

from kg import resources
from kg.errors import NotFound, Problem, Refused
from kg.nearest import list_nearest
from kg.questions.bind import bind_question, write_values
from kg.questions.header import Param, Question, parse_question
from kg.questions.table import Table, to_table
from kg.store.base import GraphReader, Rows, Truth
from kg.terms import AV

_CLASSES = {kind: f"{AV}{kind.capitalize()}" for kind in ("event", "agent", "document", "claim", "set", "victim")}
_LISTED_BY = {
    "event": "events-overview",
    "agent": "agents-overview",
    "document": "documents-overview",
    "set": "sets-and-their-counts",
}
_CANDIDATES = 5_000


@cache
def list_questions() -> tuple[Question, ...]:
    """Every named question, in order of name."""
    return tuple(parse_question(path.stem, path.read_text(encoding="utf-8")) for path in resources.iter_questions())


def get_question(name: str) -> Question:
    """The question of that name; raises NotFound with the nearest names.

    >>> get_question("who-asserts-what").title
    'Who asserts what about an event'
    """
    known = {question.name: question for question in list_questions()}
    if name in known:
        return known[name]
    near = list_nearest(name, known)
    asked = f"did you mean {' or '.join(near)}?" if near else f"there are {len(known)}; `averment ask` lists them"
    raise NotFound(f"there is no question {name[:120]!r}: {asked}")


def bind(name: str, params: Mapping[str, str], *, base: str) -> str:
    """The SPARQL of a question for these values; raises NotFound, or Refused with everything wrong with the values."""
    return bind_question(get_question(name), params, base=base)


def ask(store: GraphReader, name: str, params: Mapping[str, str], *, base: str) -> Table:
    """The answer to a question; raises NotFound, or Refused, also where a value names nothing in the record."""
    question = get_question(name)
    sparql = bind_question(question, params, base=base)
    _refuse_strangers(store, question, params, base)
    answer = store.query(sparql)
    if not isinstance(answer, Rows):
        raise TypeError(f"{name} is not a SELECT")
    return to_table(question, answer, sparql)


def _refuse_strangers(store: GraphReader, question: Question, params: Mapping[str, str], base: str) -> None:
    """Refuse what is not in the record: an empty answer to a mistyped name would look like silence of the sources."""
    terms = write_values(question, params, base=base)
    problems: list[Problem] = []
    for param in question.params:
        term = terms.get(param.name)
        if param.type != "iri" or term is None:
            continue
        found = store.query(f"ASK {{ {term} a <{_CLASSES[param.options['kind']]}> }}")
        if not (isinstance(found, Truth) and found.value):
            problems.append(_stranger(store, question, param, term, base))
    if problems:
        raise Refused(problems)


def _stranger(store: GraphReader, question: Question, param: Param, term: str, base: str) -> Problem:
    kind = param.options["kind"]
    answer = store.query(f"SELECT ?thing {{ ?thing a <{_CLASSES[kind]}> }} LIMIT {_CANDIDATES}")
    known = [row[0].value for row in answer.rows if row[0]] if isinstance(answer, Rows) and kind != "claim" else []
    start = f"{base}{kind}/"
    keys = [iri.removeprefix(start) for iri in known]
    near = list_nearest(term[1:-1].removeprefix(start), keys)
    lister = _LISTED_BY.get(kind)
    remedy = f"did you mean {' or '.join(near)}?" if near else ""
    if lister and lister != question.name:
        remedy = f"{remedy} `averment ask {lister}` lists what there is".strip()
    return Problem(
        file=question.name,
        field=param.name,
        value=term[1:-1],
        reason=f"the record holds no {kind} of this name",
        remedy=remedy or "take the name from another answer",
    )

"""Asks every question of a record, and of one event that has rows: `python -m tests.questions.every FOLDER`."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import click

from kg.questions import Question, Ref, Table, ask, list_questions
from kg.record import OpenRecord
from kg.store.base import GraphReader, Rows
from kg.terms import AV, PREFIXES, Iri

_TRIED = 50
_PAIR = f"""PREFIX av: <{AV}>
PREFIX prov: <{PREFIXES["prov"]}>
SELECT ?one ?other (COUNT(*) AS ?pairs) {{
  ?number a av:Count ; av:about ?event .
  ?claim av:asserts ?number ; prov:wasAttributedTo ?one .
  ?event a av:Event .
  ?otherNumber av:about ?event ; a av:Count .
  ?otherClaim av:asserts ?otherNumber ; prov:wasAttributedTo ?other .
  FILTER(STR(?one) < STR(?other))
}} GROUP BY ?one ?other ORDER BY DESC(?pairs) LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the parameters it needs as found in the record, its rows, and the rows on an event that has some.

    `event` is "" where the question takes none, or none has rows; `seconds` are the processor's.
    """

    name: str
    params: dict[str, str]
    rows: int
    event: str
    on_event: int
    seconds: float


def iter_asked(store: GraphReader, *, base: str) -> Iterator[Asked]:
    """Every question of the library, asked of all that the record holds."""
    events = ask(store, "events-overview", {}, base=base).rows
    often = [_iri(row[0]) for row in sorted(events, key=lambda row: -_number(row[2]))[:_TRIED]]
    needed = _find_needed(store, often[0], max(str(row[5]) for row in events if row[5]), base=base)
    for question in list_questions():
        started = time.process_time()
        params = {param.name: needed[param.name] for param in question.params if param.required}
        table = ask(store, question.name, params, base=base)
        seconds = time.process_time() - started
        takes = any(param.name == "event" for param in question.params)
        event, on_event = _find_event(store, question, params, table, often, base=base) if takes else ("", 0)
        yield Asked(question.name, params, len(table.rows), event, on_event, seconds)


def _find_needed(store: GraphReader, event: str, date: str, *, base: str) -> dict[str, str]:
    """What some questions cannot do without: of each kind, the thing of which most is said, and the last date."""

    def first(name: str, column: int) -> str:
        return _iri(max(ask(store, name, {}, base=base).rows, key=lambda row: _number(row[column]))[0])

    relayed = ask(store, "claims-through-one-outlet-only", {"event": event}, base=base).rows
    said = ask(store, "who-asserts-what", {"event": event}, base=base).rows
    pair = store.query(_PAIR)
    if not isinstance(pair, Rows) or not pair.rows:
        raise ValueError("no two voices of this record give a number of one event")
    one, other = (str(cell.value) for cell in pair.rows[0][:2] if cell)
    return {
        "event": event,
        "voice": one,
        "other": other,
        "agent": first("agents-overview", 2),
        "document": first("documents-overview", 4),
        "claim": _iri((relayed or said)[0][-1]),
        "date": date,
    }


def _find_event(
    store: GraphReader, question: Question, params: dict[str, str], table: Table, often: list[str], *, base: str
) -> tuple[str, int]:
    """An event that rows of the answer lead to, or of which most is said, and how many rows the question has on it."""
    if "event" in params:
        return params["event"], len(table.rows)
    if not table.rows:
        return "", 0
    for event in islice(dict.fromkeys(chain(islice(_iter_events(store, table), _TRIED), often)), 2 * _TRIED):
        rows = ask(store, question.name, params | {"event": event}, base=base).rows
        if rows:
            return event, len(rows)
    return "", 0


def _iter_events(store: GraphReader, table: Table) -> Iterator[str]:
    """The events that the cells of an answer are or concern."""
    looked_at: set[str] = set()
    for row in table.rows:
        for iri in {cell.iri for cell in row if isinstance(cell, Ref)} - looked_at:
            looked_at.add(iri)
            answer = store.query(
                f"SELECT DISTINCT ?event {{ {{ BIND(<{iri}> AS ?event) }} UNION {{ <{iri}> <{AV}concerns> ?event }} "
                f"?event a <{AV}Event> }}"
            )
            if isinstance(answer, Rows):
                yield from sorted(str(each[0].value) for each in answer.rows if each[0])


def _number(cell: object) -> int:
    if not isinstance(cell, int):
        raise TypeError(f"{cell!r} is no number")
    return cell


def _iri(cell: object) -> Iri:
    if not isinstance(cell, Ref):
        raise TypeError(f"{cell!r} names nothing")
    return cell.iri


def _main(folder: Path) -> None:
    record = OpenRecord.open(folder)
    for asked in iter_asked(record, base=record.base):
        event = f"{asked.on_event} on {asked.event.removeprefix(record.base)}" if asked.event else ""
        click.echo(f"{asked.name:45}{asked.rows:8}  {asked.seconds:6.2f} s  {event}")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))

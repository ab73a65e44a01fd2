"""Every two claims of an event and how they stand to each other, a page at a time."""

from collections import Counter

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from kg.analysis.compare.event import EventComparison, compare_event
from webui.addresses import iri_of, key_of
from webui.comparing import COLUMNS, pair_row
from webui.findings import get_findings
from webui.source import get_reader, get_tables
from webui.tables import table_file

pages = Blueprint("comparisons", __name__)
ON_A_PAGE = 50
# Of an event with more claims than can all be held against each other: so many of the widest contradictions.
WIDEST = 1000


@pages.get("/doc/event/<key>/comparisons")
def show_comparisons(key: str) -> str | Response:
    """Who differs from whom on an event, and why: all pairs, or those of one outcome."""
    iri = iri_of("event", key)
    event = get_reader().get_event(iri)
    tables = get_tables()
    told = get_findings().tell(
        (tables.view().standing(), iri), {"pairs": lambda: compare_event(tables, iri, all=True, most=WIDEST)}
    )["pairs"]
    form = request.args.get("format", "")
    if form and told.value is None:
        raise ServiceUnavailable(told.problem)
    found: EventComparison | None = told.value
    outcome = request.args.get("outcome", "")
    pairs = [pair for pair in found.pairs if outcome in ("", pair.comparison.outcome.value)] if found else []
    if form:
        return table_file(COLUMNS, map(pair_row, pairs), form=form, name=f"{key_of(iri)}-comparisons")
    last = max(1, -(-len(pairs) // ON_A_PAGE))
    page = _read_page(last)
    outcomes = Counter(pair.comparison.outcome for pair in found.pairs) if found else Counter()
    return render_template(
        "events/comparisons.html",
        event=event,
        key=key,
        told=told,
        found=found,
        outcome=outcome,
        outcomes=outcomes,
        total=len(pairs),
        pairs=pairs[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        page=page,
        last=last,
    )


def _read_page(last: int) -> int:
    """The number of the page asked for, from 1. Raises BadRequest."""
    given = request.args.get("page", "1")
    if not (given.isascii() and given.isdecimal() and len(given) < 8 and 1 <= int(given) <= last):
        raise BadRequest(f"There is no page {given!r}; there are pages 1 to {last}.")
    return int(given)

"""Every two claims of an event and how they stand to each other, a page at a time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from kg.analysis.compare.event import Compared, EventComparison, compare_event
from kg.analysis.compare.outcomes import Outcome
from kg.analysis.compare.partitions import Conclusion, find_conclusions
from kg.analysis.compare.ranked import RankedPairs
from kg.analysis.near import find_over, surround_event
from webui.addresses import iri_of, key_of
from webui.comparing import COLUMNS, pair_row
from webui.findings import Told, get_findings
from webui.source import get_points, get_reader, get_tables
from webui.tables import FORMS, stream_table

pages = Blueprint("comparisons", __name__)
ON_A_PAGE = 50
# Up to so many claims, every pair is ranked; of an event with more, so many of the widest contradictions are listed.
MANY = 2000
WIDEST = 1000


@dataclass(frozen=True, slots=True)
class Listing:
    """The pairs of an event: `partly` says that only the widest contradictions of very many are among them."""

    claims: int
    contradictions: int
    outcomes: Counter[Outcome]
    conclusions: tuple[Conclusion, ...]
    pairs: RankedPairs | tuple[Compared, ...]
    partly: bool

    def tell(self, first: int, end: int, *, outcome: str = "") -> Iterator[Compared]:
        """The pairs from one place up to another, of all or of one outcome."""
        if isinstance(self.pairs, RankedPairs):
            return self.pairs.tell(first, end, outcome=outcome)
        return iter([pair for pair in self.pairs if outcome in ("", pair.comparison.outcome.value)][first:end])

    def count(self, outcome: str) -> int:
        """How many pairs there are in all, or of one outcome."""
        return sum(count for each, count in self.outcomes.items() if outcome in ("", each.value))


@pages.get("/doc/event/<key>/comparisons")
def show_comparisons(key: str) -> str | Response:
    """Who differs from whom on an event, and why: all pairs, or those of one outcome."""
    iri = iri_of("event", key)
    event = get_reader().get_event(iri, claims=False)
    told = _list_all(iri) if get_points().is_busy(iri, most=MANY) else Told(_rank(iri))
    found: Listing | None = told.value
    form, outcome = request.args.get("format", ""), request.args.get("outcome", "")
    if form not in ("", *FORMS):
        raise BadRequest(f"The pairs are given as {' or '.join(FORMS)}, not as {form!r}.")
    if form and found is None:
        raise ServiceUnavailable(told.problem)
    total = found.count(outcome) if found else 0
    if form and found:
        rows = map(pair_row, found.tell(0, total, outcome=outcome))
        return stream_table(COLUMNS, rows, form=form, name=f"{key_of(iri)}-comparisons")
    last = max(1, -(-total // ON_A_PAGE))
    page = _read_page(last)
    return render_template(
        "events/comparisons.html",
        event=event,
        key=key,
        told=told,
        found=found,
        outcome=outcome,
        total=total,
        pairs=list(found.tell((page - 1) * ON_A_PAGE, page * ON_A_PAGE, outcome=outcome)) if found else [],
        page=page,
        last=last,
    )


def _rank(event: str) -> Listing:
    """Every pair, from the graph."""
    around = surround_event(get_reader(), get_points(), event)
    pairs = RankedPairs(around, find_over(around))
    conclusions = find_conclusions(around.positions, around.context)
    return Listing(len(around.positions), pairs.contradictions, pairs.outcomes, conclusions, pairs, partly=False)


def _list_all(event: str) -> Told:
    """The widest contradictions, from the tables."""
    tables = get_tables()

    def find() -> Listing:
        found: EventComparison = compare_event(tables, event, most=WIDEST)
        outcomes = Counter(pair.comparison.outcome for pair in found.pairs)
        return Listing(
            found.claims, found.contradictions, outcomes, found.conclusions, found.pairs, partly=found.partly
        )

    return get_findings().tell((tables.view().standing(), event), {"pairs": find})["pairs"]


def _read_page(last: int) -> int:
    """The number of the page asked for, from 1. Raises BadRequest."""
    given = request.args.get("page", "1")
    if not (given.isascii() and given.isdecimal() and len(given) < 8 and 1 <= int(given) <= last):
        raise BadRequest(f"There is no page {given!r}; there are pages 1 to {last}.")
    return int(given)

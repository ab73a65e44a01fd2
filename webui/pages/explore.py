"""Explore: search by name, facets with counts, the claims they leave, where and when those are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from werkzeug.exceptions import BadRequest, ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from kg.analysis.facets.choice import FACETS, Choice, Counted, Named
from kg.analysis.facets.held_map import place_held
from kg.analysis.facets.map import Placed
from kg.analysis.facets.narrow import find_claims, gives_number
from kg.reading import ClaimView, Reader
from kg.reading.search import Hit, Hits, find_named
from kg.store.tables.view import TablesView
from kg.values.numerals import to_ascii_digits
from kg.values.refused import ValueRefused
from webui.drawn_map import draw_map
from webui.drawn_months import draw_months
from webui.exploring import ORDERS, State, read_months, read_state, token_of
from webui.facet_words import FACET_WORDS, value_words
from webui.findings import Told, get_findings
from webui.indexes import Ready, get_indexes
from webui.source import get_reader, get_record, get_tables
from webui.tables import FORMS, claims_table, stream_table

pages = Blueprint("explore", __name__)
ON_A_PAGE = 20
VALUES, EVERY_VALUE = 10, 200
HITS = 12
# Of a search with more hits than this the nearest narrow the claims; the page says so.
NARROWED_BY = 2000
_AT_ONCE = 500
_FIELDS = {"event": "events", "agent": "voices", "place": "places", "document": "documents", "code": "codes"}


@dataclass(frozen=True, slots=True)
class Offered:
    """One value of a facet as the page offers it."""

    token: str
    label: str
    claims: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What is counted under a choice, the claims of one page, and where the events are."""

    counted: Counted
    keys: list[str]
    placed: Placed


@pages.get("/search")
def search() -> AnyResponse:
    """The search by name is part of explore."""
    return redirect(f"{url_for('explore.show_explore')}?{urlencode([('q', request.args.get('q', ''))])}", code=302)


@pages.get("/explore")
def show_explore() -> str | Response:
    """The claims under everything the address asks for."""
    state = read_state(request.args)
    tables, reader = get_tables(), get_reader()
    ready = get_indexes().get(tables.view())
    hits = find_named(tables.view(), reader.labels, state.q, most=NARROWED_BY) if state.q and ready.names else None
    named = _named(tables.view(), hits, state.q) if hits is not None else None
    choice = state.to_choice(tables.base, named)
    form = request.args.get("format", "")
    if form:
        return _give_file(choice, ready, form)
    told = _find(state, choice, ready)
    found: Found | None = told.value if told else None
    claims = _read(reader, found.keys, places=False) if found else []
    counted, placed = (found.counted, found.placed) if found else (None, None)
    return render_template(
        "explore/explore.html",
        state=state,
        ready=ready,
        told=told,
        hits=hits,
        shown_hits=hits.hits[:HITS] if hits else (),
        narrowed_by=NARROWED_BY,
        left_out=hits is not None and len(_fitting(hits)) < len(hits.hits),
        number=named.number if named else None,
        counted=counted,
        facets=_offer(counted, state) if counted else {},
        chips=_chips(state),
        words=FACET_WORDS,
        claims=claims,
        last=max(1, -(-counted.claims // ON_A_PAGE)) if counted else state.page,
        on_a_page=ON_A_PAGE,
        placed=placed,
        drawn=draw_map(placed) if placed and placed.cells else None,
        months=_months(counted, state) if counted else {},
        orders=ORDERS,
        link=_link,
        around=lambda name: _around(state, name),
        every=EVERY_VALUE,
    )


def _named(view: TablesView, hits: Hits, text: str) -> Named:
    """What claims must bear: a number where any gives it; names that fit before names that only sound alike."""
    number = _number(text)
    if number is not None and gives_number(view, number):
        return Named(number=number)
    found: dict[str, list[str]] = {}
    for hit in _fitting(hits):
        found.setdefault(_FIELDS.get(hit.ref.kind, "sets"), []).append(hit.ref.iri)
    return Named(number=None, **{field: tuple(iris) for field, iris in found.items()})


def _fitting(hits: Hits) -> Sequence[Hit]:
    """Things whose name fits, where there are none those that sound alike; and the codes, which are never heard."""
    if all(hit.alike or hit.ref.kind == "code" for hit in hits.hits):
        return hits.hits
    return [hit for hit in hits.hits if not hit.alike]


def _number(text: str) -> int | None:
    """The number that a search is, as "1,600" or "٣١٨", None where it is none."""
    try:
        digits = to_ascii_digits(text).replace(",", "").replace(" ", "")
    except ValueRefused:
        return None
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else None


def _find(state: State, choice: Choice, ready: Ready) -> Told | None:
    """What the index tells in the time there is, None where it does not hold what is asked yet."""
    held = ready.facets
    if held is None or (choice.needs_whole and not held.whole):
        return None
    view, most = get_tables().view(), EVERY_VALUE if state.every else VALUES
    skipped = (state.page - 1) * ON_A_PAGE

    def find() -> Found:
        tests = held.test(view, choice)
        return Found(
            held.count(choice, tests, most=most),
            held.find(tests, order=state.order, most=ON_A_PAGE, skipped=skipped),
            place_held(held, choice, tests),
        )

    key = (view.manifest.number, view.standing(), held.index, tuple(state.pairs()))
    return get_findings().tell(key, {"found": find})["found"]


def _read(reader: Reader, keys: Sequence[str], *, places: bool = True) -> list[ClaimView]:
    """Claims in the order they are named in."""
    order = {iri: place for place, iri in enumerate(keys)}
    return sorted(reader.get_claims(keys, places=places), key=lambda claim: order[claim.iri])


def _give_file(choice: Choice, ready: Ready, form: str) -> Response:
    """Every claim of the result, written as it is read. Raises BadRequest, ServiceUnavailable."""
    if form not in FORMS:
        raise BadRequest(f"A table is given as {' or '.join(FORMS)}, not as {form!r}.")
    if ready.facets is None or (choice.needs_whole and not ready.facets.whole):
        raise ServiceUnavailable("The record is still being counted; ask again in a minute.")
    keys = find_claims(get_tables().view(), choice, index=ready.facets.index, order="happened", most=None)
    reader = get_reader()

    def rows() -> Iterator[Any]:
        for start in range(0, len(keys), _AT_ONCE):
            yield from claims_table(_read(reader, keys[start : start + _AT_ONCE]))[1]

    return stream_table(claims_table([])[0], stream_with_context(rows()), form=form, name="claims")


def _offer(counted: Counted, state: State) -> dict[str, list[Offered]]:
    base, labels = get_record().base, get_reader().labels
    if "voice" in counted.facets:
        labels.learn(value.value for value in counted.facets["voice"].values)
    found = {}
    for name in FACETS:
        if name not in counted.facets:
            continue
        chosen = set(state.values.get(name, ()))
        facet = counted.facets[name]
        kept = facet.values if state.every == name or name in ("happened", "said") else facet.values[:VALUES]
        kept = (*kept, *(each for each in facet.values[len(kept) :] if token_of(name, each.value, base) in chosen))
        found[name] = [
            Offered(
                token := token_of(name, each.value, base),
                value_words(name, each.value, labels.text),
                each.claims,
                token in chosen,
            )
            for each in kept
        ]
    return found


def _chips(state: State) -> list[tuple[str, str, State]]:
    """Everything that narrows the claims, each with the state without it."""
    base, labels = get_record().base, get_reader().labels
    labels.learn(base + "agent/" + token for token in state.values.get("voice", ()))
    found = [("sought", state.q, state.asking(""))] if state.q else []
    whole = state.to_choice(base, None)
    for name in FACETS:
        values: Iterable[str] = whole.values.get(name, state.values.get(name, ()))
        for token, value in zip(state.values.get(name, ()), values, strict=True):
            found.append((FACET_WORDS[name], value_words(name, value, labels.text), state.turned(name, token)))
    if state.box:
        west, south, east, north = state.box.split(",")
        found.append(
            (
                "on the map",
                f"{float(south):.2f} to {float(north):.2f} north, {float(west):.2f} to {float(east):.2f} east",
                state.within(""),
            )
        )
    return found


def _months(counted: Counted, state: State) -> dict[str, Any]:
    return {
        name: draw_months(months, [read_months(each) for each in state.values.get(name, ())])
        for name, months in counted.months.items()
        if months
    }


def _link(state: State, **more: str) -> str:
    pairs = [*state.pairs(), *more.items()]
    return url_for("explore.show_explore") + (f"?{urlencode(pairs)}" if pairs else "")


def _around(state: State, name: str) -> tuple[str, str]:
    """What stands before and after the value in the address with one choice alone in a facet of dates."""
    before, given, after = _link(state.only(name, "-")).partition(f"{name}=-")
    return before + given[:-1], after

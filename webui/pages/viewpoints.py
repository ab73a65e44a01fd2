"""Viewpoints: which there are, what each chooses, and what becomes of an event's number under one or two of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest, NotFound, ServiceUnavailable

from kg.analysis.viewpoint.numbers import Answer, Difference, side_by_side
from kg.analysis.viewpoint.record import is_recorded, list_viewpoints
from kg.analysis.viewpoint.words import ANSWER_COLUMNS, answer_rows, figure_words, scope_words
from kg.codes import load_codes
from kg.model import Viewpoint
from kg.reading import ClaimView
from kg.terms import AVC, avc
from webui.addresses import iri_of, key_of
from webui.eventpage import Wanted
from webui.negotiate import describes
from webui.source import get_reader, get_record, get_tables, once
from webui.tables import table_file
from webui.viewpoint_words import choices_of
from webui.viewpoints import Chosen, address_under, dated, get_chosen, read_viewpoint, seek_numbers

pages = Blueprint("viewpoints", __name__)
# Claims told in sentences on one page; the file has every one.
TOLD = 40


@dataclass(frozen=True, slots=True)
class Side:
    """One viewpoint, and its answer for the measure asked for."""

    chosen: Chosen
    answer: Answer


@pages.get("/viewpoints")
def list_all() -> str:
    """Every viewpoint and what it chooses."""
    record = get_record()
    view = get_tables().view()
    every = [(iri, each, choices_of(each), is_recorded(view, record.base, each)) for iri, each in _list()]
    return render_template("viewpoints/list.html", every=every, address_under=address_under)


@pages.get("/doc/viewpoint/<key>")
@describes("viewpoint")
def show_viewpoint(iri: str) -> str:
    """What one viewpoint chooses."""
    found = read_viewpoint(iri)
    recorded = is_recorded(get_tables().view(), get_record().base, found.viewpoint)
    return render_template(
        "viewpoints/viewpoint.html", iri=iri, one=found, choices=choices_of(found.viewpoint), recorded=recorded
    )


@pages.get("/doc/event/<key>/number")
def explain(key: str) -> str | Response:
    """An event's number under the viewpoint chosen: what is used, what is left out and why; beside another; without."""
    event = get_reader().get_event(iri_of("event", key), claims=False)
    wanted, measure = Wanted.read(), _read_measure()
    mine = get_chosen()
    versus = read_viewpoint(text) if (text := request.args.get("versus", "").strip()) else None
    without = _read_source()
    sides = [_find(event.ref.iri, each, measure, wanted) for each in (mine, versus) if each is not None]
    gone = _find(event.ref.iri, mine, measure, wanted, without=without) if without else None
    if form := request.args.get("format", ""):
        name = f"{key_of(event.ref.iri)}-number"
        return table_file(("viewpoint", *ANSWER_COLUMNS), _rows(sides, gone, without), form=form, name=name)
    told = _read_claims([*sides, *([gone] if gone else [])])
    reader = get_reader()
    return render_template(
        "viewpoints/number.html",
        event=event,
        key=key,
        measure=measure,
        measures=_measures(),
        wanted=wanted,
        mine=sides[0],
        other=sides[1] if versus else None,
        beside=side_by_side(sides[0].answer, sides[1].answer) if versus else [],
        without=without,
        source=reader.labels.ref(without) if without else None,
        changed=_changes(sides[0], gone),
        claims=told,
        left=_by_reason(sides[0].answer),
        sources=_sources(told.values()),
        offers_all=_count_claims(sides[0].answer) <= len(told),
        every=[(key_of(iri), each.name) for iri, each in _list()],
        figure=figure_words,
        scope=lambda number: scope_words(reader, number),
        choices=choices_of(mine.viewpoint),
    )


def _list() -> list[tuple[str, Viewpoint]]:
    return once("viewpoints", lambda: list_viewpoints(get_tables().view(), get_record().base))


def _measures() -> list[tuple[str, str]]:
    scheme = avc("scheme-measure")
    return [(code.slug, code.label) for code in load_codes().values() if scheme in code.schemes]


def _read_measure() -> str:
    """The measure asked for. Raises BadRequest."""
    slug = request.args.get("measure", "") or "killed"
    known = [name for name, _ in _measures()]
    if slug not in known:
        raise BadRequest(f"{slug!r} is no measure; there are {', '.join(known)}.")
    return AVC + slug


def _read_source() -> str:
    """The voice or document to be taken away, "" for none. Raises NotFound."""
    text = request.args.get("without", "").strip()
    kind, _, key = text.removeprefix(get_record().base).partition("/")
    if text and kind not in ("agent", "document"):
        raise BadRequest(f"{text!r} is neither agent/KEY nor document/KEY.")
    iri = iri_of(kind, key) if text else ""
    if iri and not get_record().graph().describe(iri):
        raise NotFound(f"This record shows no {kind} named {key}.")
    return iri


def _find(event: str, chosen: Chosen, measure: str, wanted: Wanted, *, without: str = "") -> Side:
    """Raises ServiceUnavailable where it takes longer than there is time, Refused for dates."""
    told = seek_numbers(event, dated(chosen.viewpoint, wanted), (measure,), without=without)
    if told.value is None:
        raise ServiceUnavailable(told.problem)
    return Side(chosen, told.value[measure])


def _read_claims(sides: Iterable[Side]) -> dict[str, ClaimView]:
    """The claims a page tells of, the used ones first, as many as it tells."""
    used, left = dict[str, None](), dict[str, None]()
    for side in sides:
        used.update(dict.fromkeys(claim for number in side.answer.numbers for claim in number.used))
        left.update(dict.fromkeys(each.claim for each in side.answer.left_out))
    return {claim.iri: claim for claim in get_reader().get_claims(list(dict.fromkeys((*used, *left)))[:TOLD])}


def _count_claims(answer: Answer) -> int:
    used = {claim for number in answer.numbers for claim in number.used}
    return len(used | {each.claim for each in answer.left_out})


def _by_reason(answer: Answer) -> list[tuple[str, list[str]]]:
    """The claims left out by reason, the reason of the most first."""
    found: dict[str, list[str]] = {}
    for left in answer.left_out:
        found.setdefault(left.reason, []).append(left.claim)
    return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _sources(claims: Iterable[ClaimView]) -> list[tuple[str, str]]:
    """The voices and documents that some claims rest on, as an address names them."""
    found: dict[str, str] = {}
    for claim in claims:
        for step in (claim.step, *(step for chain in claim.chains for step in chain)):
            for thing in (step.voice, step.document):
                if thing is not None:
                    found[thing.iri.removeprefix(get_record().base)] = thing.label
    return sorted(found.items(), key=lambda pair: (pair[0].partition("/")[0], pair[1].casefold()))


def _changes(mine: Side, gone: Side | None) -> Sequence[Difference]:
    return [each for each in side_by_side(mine.answer, gone.answer) if each.is_change] if gone else []


def _rows(sides: Sequence[Side], gone: Side | None, without: str) -> Iterator[tuple[object, ...]]:
    for side in sides:
        for row in answer_rows(get_reader(), side.answer):
            yield side.chosen.viewpoint.name, *row
    for row in answer_rows(get_reader(), gone.answer) if gone else ():
        yield f"{sides[0].chosen.viewpoint.name}, without {without}", *row

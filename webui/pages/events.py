"""An event: every voice on it, what each takes a position on, in which words, when, and through whom it is known."""

from collections.abc import Iterable, Sequence

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from kg.analysis.viewpoint.record import EVERY_VOICE
from kg.analysis.viewpoint.words import figure_words, scope_words
from kg.model import Count, Identity, Location, Method, Timing, Viewpoint
from kg.reading import ClaimView, Ref
from kg.reading.listing import list_entries
from kg.reading.lists import Placed
from kg.terms import NOT_STATED
from webui.addresses import iri_of, key_of
from webui.comparing import group_pairs
from webui.eventpage import Seen, Wanted, analyse, choices_of, entries_of, see_event, seek
from webui.filters import KIND_WORDS
from webui.findings import Told
from webui.folding import draw_groups, give_graph
from webui.maps import draw_map
from webui.negotiate import describes
from webui.numbers import group_numbers
from webui.provenance import ProvGraph
from webui.ranges import draw_ranges
from webui.source import get_points, get_reader, get_tables, once
from webui.tables import claims_table, table_file
from webui.timelines import draw_timeline
from webui.viewpoints import NAME, dated, get_chosen, seek_numbers

pages = Blueprint("events", __name__)
# So many voices that say the same and nothing else are told in one row.
_ALIKE = 3
# So many claims on where and when an event of many claims took place are read for the head of its page.
_PLACES = 12
_FOUND = ("pairs", "origins", "changes")


@pages.get("/doc/event/<key>")
@describes("event")
def show_event(iri: str) -> str | Response:
    """Every voice on an event."""
    seen = see_event(iri)
    if form := seen.wanted.form:
        columns, rows = claims_table(seen.shown if seen.all_here else get_reader().get_claims(seen.chosen))
        return table_file(columns, rows, form=form, name=key_of(iri))
    found = analyse(seen)
    pairs = found.pairs.value.pairs if found.pairs.value else ()
    measured = group_numbers(seen.shown)
    entries = once("entries", lambda: list_entries(get_tables().view()))
    viewpoint, reader = get_chosen(), get_reader()
    measures = tuple(group.measure for group in measured)
    return render_template(
        "events/event.html",
        event=seen.event,
        seen=seen,
        wanted=seen.wanted,
        choices=choices_of(seen.lines, seen.wanted),
        voices=len({line.voice for line in seen.lines}),
        found=found,
        told={"pairs": found.pairs, "origins": found.origins, "changes": found.changes},
        standing_now=_stand_now(seen.shown, found.over),
        measured=[
            (group, draw_ranges(group, over=found.over, pairs=pairs if seen.all_here else None)) for group in measured
        ],
        viewpoint=viewpoint,
        numbers=_numbers(iri, dated(viewpoint.viewpoint, seen.wanted), measures, wait=seen.all_here),
        figure=figure_words,
        scope=lambda number: scope_words(reader, number),
        groups=group_by_kind(seen.shown),
        map=draw_map(seen.shown),
        timeline=draw_timeline(seen.claims, entries, entries_of(iri, seen.claims, entries)),
        placed=_place(seen),
        victims=(victims := _victims(seen.shown)),
        names={person.iri: get_points().names_of(person.iri) for _, people in victims for person, _ in people},
        sets=[(ref, _totals(seen.claims, ref)) for ref in seen.event.sets],
        pairs_of=group_pairs(pairs, frozenset(claim.iri for claim in seen.shown)),
        graph=_draw(seen),
    )


@pages.get("/doc/event/<key>/graph.<form>")
def give_event_graph(key: str, form: str) -> Response:
    """The provenance of what is said of an event, for the drawing or to keep."""
    return give_graph(_draw(see_event(iri_of("event", key))), form, key)


@pages.get("/doc/event/<key>/found/<what>")
def show_found(key: str, what: str) -> str:
    """One analysis of an event, waited for; a page shows it in its place when it is there. Raises NotFound."""
    iri, wanted = iri_of("event", key), Wanted.read()
    event = get_reader().get_event(iri, claims=False)
    if what not in _FOUND:
        raise NotFound(f"There is nothing named {what!r} to be found out about an event.")
    told = {what: seek(iri, what, wanted, wanted.as_of(), wait=True)}
    pairs = told["pairs"].value.pairs if what == "pairs" and told["pairs"].value else ()
    return render_template(
        "events/found.html",
        event=event,
        key=key,
        what=what,
        told=told,
        wanted=wanted,
        pairs_of=group_pairs(pairs, frozenset(pair.one.claim for pair in pairs)),
    )


def _draw(seen: Seen) -> ProvGraph:
    """Who says what of an event, each voice's claims folded together."""
    known = {claim.iri: claim for claim in seen.claims}

    def read(iris: Sequence[str]) -> Sequence[ClaimView]:
        missing = [iri for iri in iris if iri not in known]
        return [*(known[iri] for iri in iris if iri in known), *get_reader().get_claims(missing)]

    claims = ((line.iri, line.voice) for line in seen.lines)
    return draw_groups(seen.event.ref, "entity", claims, lambda voice: f"by {get_reader().labels.text(voice)}", read)


def group_by_kind(claims: Iterable[ClaimView]) -> list[tuple[str, list[ClaimView]]]:
    """Claims by kind of proposition, in the order in which kinds are told; numbers are told elsewhere."""
    found: dict[str, list[ClaimView]] = {kind: [] for kind in KIND_WORDS}
    for claim in claims:
        if not isinstance(claim.proposition, Count):
            found.setdefault(claim.proposition_kind, []).append(claim)
    return [(kind, members) for kind, members in found.items() if members]


def _numbers(iri: str, viewpoint: Viewpoint, measures: tuple[str, ...], *, wait: bool) -> Told | None:
    """The numbers under a viewpoint that was chosen; what every voice says is in the ranges already."""
    if viewpoint == EVERY_VOICE and NAME not in request.args:
        return None
    return seek_numbers(iri, viewpoint, measures, wait=wait)


def _stand_now(claims: Iterable[ClaimView], over: Iterable[str]) -> list[tuple[list[Ref], list[ClaimView]]]:
    """What each voice says now, the latest first; links between records are told elsewhere.

    Voices that say one thing each, in the same words and of the same date, stand together at the end, claim by claim.
    """
    ended = frozenset(over)
    found: dict[Ref, list[ClaimView]] = {}
    for claim in reversed(list(claims)):
        if claim.iri not in ended and not isinstance(claim.proposition, Identity):
            found.setdefault(claim.step.voice, []).append(claim)
    for members in found.values():
        members.sort(key=_rank)
    alike: dict[tuple[object, ...], list[Ref]] = {}
    for voice, (first, *others) in found.items():
        if not others and not first.step.wording:
            alike.setdefault((first.step.stance, first.clause, first.step.said), []).append(voice)
    together = [voices for voices in alike.values() if len(voices) >= _ALIKE]
    taken = {voice for voices in together for voice in voices}
    alone = [([voice], members) for voice, members in found.items() if voice not in taken]
    return [*alone, *((voices, [found[voice][0] for voice in voices]) for voices in together)]


def _rank(claim: ClaimView) -> int:
    """What a voice says of the event comes before each person it lists, and that before each source it names."""
    if isinstance(claim.proposition, Method):
        return 2
    return 1 if any("/victim/" in iri for iri in claim.proposition.about) else 0


def _place(seen: Seen) -> Placed | None:
    """Where and when the event took place, by the voice that says both, its recorder before others."""
    said = [line.iri for line in seen.lines if line.kind in ("Location", "Timing") and line.stance == "asserts"]
    known = {claim.iri: claim for claim in seen.claims}
    claims = [known[iri] for iri in said if iri in known] if seen.all_here else get_reader().get_claims(said[:_PLACES])
    found: dict[Ref, Placed] = {}
    for claim in claims:
        if seen.event.ref.iri in (about := claim.proposition).about:
            before = found.get(voice := claim.step.voice, Placed(voice, "", ""))
            place = about.place if isinstance(about, Location) and about.place else before.place
            time = about.time if isinstance(about, Timing) and about.time != NOT_STATED else before.time
            found[voice] = Placed(voice, place, time)
    told = [one for one in found.values() if one.place or one.time]
    return max(told, key=lambda one: (bool(one.place and one.time), one.voice == seen.event.recorder), default=None)


def _victims(claims: Iterable[ClaimView]) -> list[tuple[Ref, list[tuple[Ref, list[ClaimView]]]]]:
    """The people each source lists, as it lists them, with what it says of each; they are never merged."""
    listed: dict[Ref, dict[str, list[ClaimView]]] = {}
    for claim in claims:
        for iri in claim.proposition.about:
            if "/victim/" in iri:
                listed.setdefault(claim.step.voice, {}).setdefault(iri, []).append(claim)
    labels = get_reader().labels
    labels.learn(iri for members in listed.values() for iri in members)
    return [(voice, [(labels.ref(iri), said) for iri, said in members.items()]) for voice, members in listed.items()]


def _totals(claims: Iterable[ClaimView], ref: Ref) -> list[ClaimView]:
    """The claims that say how many a set has or holds."""
    return [claim for claim in claims if isinstance(claim.proposition, Count) and claim.proposition.over == ref.iri]

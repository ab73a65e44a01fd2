"""An event: every voice on it, what each takes a position on, in which words, when, and through whom it is known."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from kg.analysis.compare_event import compare_event
from kg.analysis.origins import find_origins
from kg.model import Count
from kg.reading import ClaimView, Ref
from webui.addresses import key_of
from webui.comparing import find_turns, group_pairs
from webui.filters import KIND_WORDS
from webui.findings import Told, get_findings
from webui.negotiate import describes
from webui.numbers import group_numbers
from webui.source import get_reader, get_tables
from webui.tables import claims_table, table_file

pages = Blueprint("events", __name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims are asked for; "" for any."""

    voice: str
    kind: str
    stance: str

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return bool(self.voice or self.kind or self.stance)

    def fits(self, claim: ClaimView) -> bool:
        """Whether a claim is asked for."""
        stance = claim.step.stance.value if claim.step.stance else ""
        return (
            self.voice in ("", key_of(claim.step.voice.iri))
            and self.kind in ("", claim.proposition_kind)
            and self.stance in ("", stance)
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a filter offers, and how many claims it leaves."""

    value: str
    label: str
    count: int


@pages.get("/doc/event/<key>")
@describes("event")
def show_event(iri: str) -> str | Response:
    """Every voice on an event."""
    reader = get_reader()
    event = reader.get_event(iri)
    claims = reader.claims_of("event", iri)
    args = request.args
    wanted = Wanted(args.get("voice", ""), args.get("kind", ""), args.get("stance", ""))
    shown = [claim for claim in claims if wanted.fits(claim)]
    if form := args.get("format", ""):
        columns, rows = claims_table(shown)
        return table_file(columns, rows, form=form, name=key_of(iri))
    told = find_out(iri)
    pairs = told["pairs"].value.pairs if told["pairs"].value else ()
    return render_template(
        "events/event.html",
        event=event,
        claims=claims,
        shown=shown,
        wanted=wanted,
        choices=_choices(claims),
        voices=_voices(claims),
        measured=group_numbers(shown),
        groups=group_by_kind(shown),
        sets=[(ref, _totals(claims, ref)) for ref in event.sets],
        told=told,
        pairs_of=group_pairs(pairs, frozenset(claim.iri for claim in shown)),
    )


def find_out(iri: str) -> dict[str, Told]:
    """What analysis finds of an event: the `pairs` that matter, the `origins`, the `changes`."""
    tables = get_tables()
    return get_findings().tell(
        (tables.view().standing(), iri, "page"),
        {
            "pairs": lambda: compare_event(tables, iri),
            "origins": lambda: find_origins(tables.view(), iri, kind="event"),
            "changes": lambda: find_turns(tables, iri),
        },
    )


def group_by_kind(claims: Iterable[ClaimView]) -> list[tuple[str, list[ClaimView]]]:
    """Claims by kind of proposition, in the order in which kinds are told; numbers are told elsewhere."""
    found: dict[str, list[ClaimView]] = {kind: [] for kind in KIND_WORDS}
    for claim in claims:
        if not isinstance(claim.proposition, Count):
            found.setdefault(claim.proposition_kind, []).append(claim)
    return [(kind, members) for kind, members in found.items() if members]


def _voices(claims: Sequence[ClaimView]) -> list[tuple[Ref, int]]:
    counts = Counter(claim.step.voice for claim in claims)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].label))


def _choices(claims: Sequence[ClaimView]) -> dict[str, list[Choice]]:
    kinds = Counter(claim.proposition_kind for claim in claims)
    stances = Counter(claim.step.stance for claim in claims if claim.step.stance)
    return {
        "voice": [Choice(key_of(ref.iri), ref.label, count) for ref, count in _voices(claims)],
        "kind": [
            Choice(kind, KIND_WORDS.get(kind, (kind, kind))[1], kinds[kind])
            for kind in (*KIND_WORDS, *sorted(kinds.keys() - KIND_WORDS))
            if kinds[kind]
        ],
        "stance": [Choice(stance.value, stance.value, count) for stance, count in sorted(stances.items())],
    }


def _totals(claims: Iterable[ClaimView], ref: Ref) -> list[ClaimView]:
    """The claims that say how many a set has or holds."""
    return [claim for claim in claims if isinstance(claim.proposition, Count) and claim.proposition.over == ref.iri]

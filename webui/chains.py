"""The chain of voices from the origin to the reader, with what is missing on the way named."""

from collections.abc import Iterator
from dataclasses import dataclass

from kg.reading import ClaimView, Step
from kg.terms import NOT_STATED
from webui.dates import UNSTATED, date_words


@dataclass(frozen=True, slots=True)
class Link:
    """One voice of a chain: its saying, its date in words, and what is not known of it."""

    step: Step
    role: str
    when: str
    gaps: tuple[str, ...]


def link_chains(claim: ClaimView) -> list[tuple[Link, ...]]:
    """Every way the claim came to the reader, origin first; one of the origin alone where nobody relays it."""
    origin = _link(claim.step, "says it", first=True)
    relays = claim.chains or ((),)
    return [(origin, *(_link(step, "relays it", first=False) for step in chain)) for chain in relays]


def _link(step: Step, role: str, *, first: bool) -> Link:
    return Link(step, role, _when(step), tuple(_gaps(step, first=first)))


def _when(step: Step) -> str:
    """The date of a saying; one with an open beginning was not stated, only a day it was surely made by."""
    words = date_words(step.said)
    return f"{UNSTATED}; {words}" if step.said.startswith(("../", "/")) else words


def _gaps(step: Step, *, first: bool) -> Iterator[str]:
    if not step.said or step.said.startswith(("../", "/")):
        yield "the date is not stated"
    if step.occasion_kind.iri == NOT_STATED:
        yield "the occasion is not stated"
    if step.document is None:
        yield "the original is not in this record" if first else "where it was relayed is not in this record"
    if not step.passages and not first:
        yield "no passage of its own is recorded"


def through(claim: ClaimView) -> list[tuple[str, ...]]:
    """The voices of every chain by label, origin first, for a table."""
    return [tuple(link.step.voice.label for link in chain) for chain in link_chains(claim)]

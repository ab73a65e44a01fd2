"""The chain of voices from the origin to the reader, with what is missing on the way named."""

from collections.abc import Iterator
from dataclasses import dataclass

from kg.reading import ClaimView, Step
from kg.terms import NOT_STATED


@dataclass(frozen=True, slots=True)
class Link:
    """One voice of a chain: its saying, and what is not known of it beside its date."""

    step: Step
    role: str
    gaps: tuple[str, ...]


def link_chains(claim: ClaimView) -> list[tuple[Link, ...]]:
    """Every way the claim came to the reader, origin first; one of the origin alone where nobody relays it."""
    origin = _link(claim.step, "says it", first=True)
    relays = claim.chains or ((),)
    return [(origin, *(_link(step, "relays it", first=False) for step in chain)) for chain in relays]


def _link(step: Step, role: str, *, first: bool) -> Link:
    return Link(step, role, tuple(_gaps(step, first=first)))


def _gaps(step: Step, *, first: bool) -> Iterator[str]:
    if step.occasion_kind.iri == NOT_STATED:
        yield "the occasion is not stated"
    if step.document is None:
        yield "the original is not in this record" if first else "where it was relayed is not in this record"
    if not step.passages and not first:
        yield "no passage of its own is recorded"

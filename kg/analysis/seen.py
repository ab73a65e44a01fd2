"""Claims as they were seen by a date, on either axis: what was said later, or recorded later, is not there yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kg.analysis.as_of import AsOf
from kg.reading import ClaimView, Step


def look_back(
    claims: Sequence[ClaimView], at: AsOf, entries: Mapping[str, int], *, beside: Collection[str] = ()
) -> list[ClaimView]:
    """The claims that were there as of a date, each with the relays and later words of that date only.

    `entries` is the log entry that first recorded each claim and relay; `beside` are other claims of that date.
    """
    if at.said_by is None and at.entry is None:
        return list(claims)
    seen = [claim for claim in claims if _is_seen(claim.step, at, entries)]
    known = {*beside, *(claim.iri for claim in seen)}
    return [_as_seen(claim, at, entries, known) for claim in seen]


def _as_seen(claim: ClaimView, at: AsOf, entries: Mapping[str, int], known: set[str]) -> ClaimView:
    chains = dict.fromkeys(_known_part(chain, at, entries) for chain in claim.chains)
    longest = [chain for chain in chains if chain and not any(_continues(other, chain) for other in chains)]
    return replace(
        claim,
        chains=tuple(longest),
        superseded_by=tuple(iri for iri in claim.superseded_by if iri in known),
        withdrawn_by=tuple(iri for iri in claim.withdrawn_by if iri in known),
    )


def _known_part(chain: tuple[Step, ...], at: AsOf, entries: Mapping[str, int]) -> tuple[Step, ...]:
    for place, step in enumerate(chain):
        if not _is_seen(step, at, entries):
            return chain[:place]
    return chain


def _continues(longer: tuple[Step, ...], chain: tuple[Step, ...]) -> bool:
    return len(longer) > len(chain) and longer[: len(chain)] == chain


def _is_seen(step: Step, at: AsOf, entries: Mapping[str, int]) -> bool:
    return at.sees(_day(step.earliest), _day(step.latest), entries.get(step.iri, 0))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

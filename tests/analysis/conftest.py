"""What several tests of the analysis start from."""

import pytest

from kg import iris
from kg.model import Claim, Count, Stance
from kg.terms import Iri, avc
from tests.analysis.standings import BASE, EVENTS, VOICES, Small


@pytest.fixture
def crowd() -> Small:
    """Three voices that give 1, 5 and 12 killed, on one day, and one that denies 3 to 6."""
    claims = []
    for number, voice in zip((1, 5, 12), VOICES[:3], strict=True):
        count = Count(about=(EVENTS[0],), measure=avc("killed"), at_least=number, at_most=number)
        claims.append((_claim(count, voice, Stance.ASSERTS), count))
    denied = Count(about=(EVENTS[0],), measure=avc("killed"), at_least=3, at_most=6)
    claims.append((_claim(denied, VOICES[3], Stance.DENIES), denied))
    return Small(tuple(claims))


def _claim(count: Count, voice: Iri, stance: Stance) -> Claim:
    day = "2018-01-01"
    return Claim(
        stance=stance,
        proposition=iris.proposition_iri(BASE, count),
        voice=voice,
        occasion=Iri(f"{BASE}occasion/1"),
        earliest=day,
        latest=day,
    )

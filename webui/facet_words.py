"""Facets and their values in words."""

from collections.abc import Callable

from kg.analysis.compare.contradicted import Standing
from kg.analysis.origins.bounds import MOST
from kg.codes import find_label
from kg.model import Stance
from kg.terms import compact_iri
from webui.filters import KIND_WORDS, STANCES

FACET_WORDS = {
    "voice": "Voice",
    "kind": "What is said",
    "measure": "What is counted",
    "stance": "Position",
    "status": "Status or grade given",
    "place": "Place",
    "standing": "Agreement and contradiction",
    "origins": "Independent origins, at most",
    "happened": "When it happened",
    "said": "When it was said",
}
STANDING_WORDS = {
    Standing.CONTRADICTED: "contradicted by another voice",
    Standing.SHARED: "another voice says the same",
    Standing.BESIDE: "others answer differently, without contradiction",
    Standing.ALONE: "no other voice answers the question",
    Standing.OVER: "its voice has said otherwise since",
    Standing.NO_STAND: "takes no stand",
}


def value_words(name: str, value: str, label: Callable[[str], str]) -> str:
    """A value of a facet in words; `label` names a voice."""
    if name == "voice":
        return label(value)
    if name == "kind":
        return KIND_WORDS.get(value, (value, value))[1]
    if name == "stance":
        return STANCES[Stance(value)][0] if value in set(Stance) else value
    if name in ("measure", "status"):
        return find_label(value) or compact_iri(value)
    if name == "standing":
        known = {str(int(each)): words for each, words in STANDING_WORDS.items()}
        return known.get(value, value)
    if name == "origins":
        return _origins(value)
    return value.replace("..", " to ")


def _origins(value: str) -> str:
    if value == "0":
        return "asserted of no event"
    return f"{value} or more" if value == str(MOST) else value

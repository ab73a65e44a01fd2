"""Every code that values hand out is declared in the ontology."""

import re
from pathlib import Path

from kg.terms import AVC
from kg.values.conventions import CONVENTIONS
from kg.values.places import ACCURACIES

CODES = Path(__file__).parents[2] / "ontology" / "codes"


def declared(scheme):
    """The slugs a scheme's file declares, its own left out."""
    return {
        slug for slug in re.findall(r"(?m)^avc:(\S+)", (CODES / f"{scheme}.ttl").read_text()) if slug[:7] != "scheme-"
    }


def test_the_conventions_are_those_of_the_ontology():
    assert {convention.code for convention in CONVENTIONS} == declared("number-convention")


def test_the_accuracies_are_those_of_the_ontology():
    assert {accuracy.code.removeprefix(AVC) for accuracy in ACCURACIES} == declared("geolocation-accuracy")

"""Findings read as sentences that tell the fix."""

import pytest

from kg.check import Finding, to_sentence
from kg.check.vocabulary import PARAMETERS, PROPERTY_SHAPE_ONLY
from kg.check.words import _FALLBACK
from kg.terms import av

PLAIN = Finding(
    "http://example.org/c", av("said"), "DatatypeConstraintComponent", "http://example.org/S", "Violation", "", '"soon"'
)


def test_the_words_of_the_shape_come_first():
    finding = PLAIN._replace(message="Say the date in EDTF.")
    assert to_sentence(finding) == "Say the date in EDTF (here it is “soon”)."


def test_a_value_that_the_message_already_tells_is_not_repeated():
    finding = PLAIN._replace(message="A date cannot be soon.", value='"soon"')
    assert to_sentence(finding._replace(value="")) == "A date cannot be soon."


def test_without_words_of_its_own_the_component_tells_what_is_wrong():
    assert to_sentence(PLAIN).startswith("av:said has “soon”, which is not of the right kind: write it")


def test_a_long_value_is_cut_with_its_length_told():
    assert "(5000 characters)" in to_sentence(PLAIN._replace(value=f'"{"x" * 5000}"'))


def test_a_component_nobody_foresaw_still_gives_a_sentence_and_its_shape():
    assert to_sentence(PLAIN._replace(component="OtherConstraintComponent")).endswith("(http://example.org/S).")


@pytest.mark.parametrize("parameter", sorted(PARAMETERS | PROPERTY_SHAPE_ONLY))
def test_every_constraint_of_shacl_core_has_words(parameter):
    name = parameter.rpartition("#")[2][:-1]
    if name not in ("property", "qualifiedValueShape"):
        assert f"{name[0].upper()}{name[1:]}" in _FALLBACK

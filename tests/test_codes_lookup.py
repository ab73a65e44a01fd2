"""Codes and schemes as the program looks them up."""

from kg.codes import find_label, load_codes, load_schemes
from kg.terms import avc


def test_every_code_belongs_to_a_scheme_and_says_what_it_means():
    codes = load_codes()
    assert len(codes) > 100
    assert [code.iri for code in codes.values() if not (code.label and code.definition and code.schemes)] == []
    assert {scheme for code in codes.values() for scheme in code.schemes} <= load_schemes().keys()


def test_every_scheme_says_where_it_comes_from_and_lists_its_codes_by_label():
    for scheme in load_schemes().values():
        assert scheme.label, scheme.iri
        assert scheme.source, scheme.iri
        assert [code.label for code in scheme.codes] == sorted(code.label for code in scheme.codes)
        assert scheme.codes, scheme.iri


def test_the_three_ways_of_not_credible_are_three_codes():
    labels = {find_label(avc(f"oir-not-credible-{why}")) for why in ("no-strike-on-record", "insufficient-information")}
    assert None not in labels
    assert len(labels) == 2


def test_what_is_no_code_has_no_label():
    assert find_label("https://w3id.org/averment/codes/no-such-code") is None
    assert find_label("") is None


def test_a_scheme_has_a_label_too():
    assert find_label(avc("scheme-withdrawal-reason")) == load_schemes()[avc("scheme-withdrawal-reason")].label


def test_a_code_knows_its_name_without_the_namespace():
    assert load_codes()[avc("killed")].slug == "killed"

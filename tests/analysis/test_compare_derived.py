"""What comparison finds, as quads: marked as derived, with its inputs, the same bit by bit and all at once."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import iris
from kg.analysis.compare.outcomes import Outcome
from kg.analysis.compare.rules import RULES_VERSION
from kg.analysis.derived.derive import COMPARISON, MAKERS, SOFTWARE, analysis_graph, derive_analysis_lines, find_touched
from kg.codes import load_schemes
from kg.model import Claim, Comparison, Stance
from kg.terms import PROV, Iri, av, avc
from tests.analysis.standings import BASE, VOICES, Small, records, units_of, view_of

pytestmark = pytest.mark.long


def citing(small: Small, one: int, other: int) -> tuple[Claim, Comparison]:
    """A claim that compares two claims of a record."""
    ends = [iris.claim_iri(BASE, small.claims[number % len(small.claims)][0]) for number in (one, other)]
    said = Comparison(about=(ends[0],), other=ends[1], relation=avc("fewer-than"), measure=avc("killed"))
    claim = Claim(
        stance=Stance.ASSERTS,
        proposition=iris.proposition_iri(BASE, said),
        voice=VOICES[2],
        occasion=Iri(f"{BASE}occasion/9"),
    )
    return claim, said


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(small=records, cut=st.integers(0, 40), ends=st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_adding_claims_derives_what_they_touch_and_nothing_else(small, cut, ends):
    whole = replace(small, claims=(*small.claims, citing(small, *ends))) if small.claims else small
    first = Small(whole.claims[:cut])
    added = {unit.subject for unit in units_of(whole)} - {unit.subject for unit in units_of(first)}
    with view_of(first) as before, view_of(whole) as after:
        touched = find_touched(after, added)
        old = derive_analysis_lines(before, BASE, subjects=touched)
        new = derive_analysis_lines(after, BASE, subjects=touched)
        assert (derive_analysis_lines(before, BASE) - old) | new == derive_analysis_lines(after, BASE)


def how_it_was_made() -> set[str]:
    """What stands in the graph whatever is derived: each deriving, its rules, and the software."""
    return {line.partition(" ")[0] for maker in MAKERS for line in maker.to_lines(BASE)}


def test_whatever_is_derived_is_marked_so_and_stands_in_a_graph_of_its_own(crowd, tmp_path):
    with view_of(crowd, tmp_path / "none") as view:
        lines = derive_analysis_lines(view, BASE)
    subjects = {line.partition(" ")[0] for line in lines}
    marked = {line.partition(" ")[0] for line in lines if f"<{av('Derived')}>" in line}
    assert marked
    assert subjects - marked == how_it_was_made()
    assert all(line.endswith(f" <{analysis_graph(BASE)}> .") for line in lines)


def test_a_summary_says_how_many_voices_how_far_apart_and_from_what(crowd, tmp_path):
    with view_of(crowd, tmp_path / "none") as view:
        lines = derive_analysis_lines(view, BASE)
    facts = {tuple(line.split(" ")[1:3]) for line in lines}
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    for name, number in (("voiceCount", 4), ("claimCount", 4), ("gap", 11), ("lowest", 1), ("highest", 12)):
        assert (f"<{av(name)}>", f'"{number}"{integer}') in facts
    assert (f"<{av('outcome')}>", f"<{avc('outcome-contradicts')}>") in facts
    inputs = {value for predicate, value in facts if predicate == f"<{PROV}wasDerivedFrom>"}
    assert inputs == {f"<{position.claim}>" for position in crowd.positions}


def test_the_activity_names_the_software_and_the_version_of_the_rules(crowd, tmp_path):
    with view_of(crowd, tmp_path / "none") as view:
        lines = [
            line for line in derive_analysis_lines(view, BASE) if line.startswith(f"<{COMPARISON.activity(BASE)}>")
        ]
    assert any(f'<{av("software")}> "{SOFTWARE}"' in line for line in lines)
    assert any(f'<{av("ruleVersion")}> "{RULES_VERSION}"' in line for line in lines)


def test_a_pair_that_a_claim_compares_carries_its_outcome_and_its_sentence(crowd, tmp_path):
    whole = replace(crowd, claims=(*crowd.claims, citing(crowd, 0, 2)))
    with view_of(whole, tmp_path / "none") as view:
        lines = derive_analysis_lines(view, BASE)
    told = [line for line in lines if "no number satisfies both, and the nearest lie 11 apart" in line]
    assert len(told) == 1
    about = [line for line in lines if line.startswith(told[0].partition(" ")[0])]
    assert any(f"<{av('outcome')}> <{avc('outcome-contradicts')}>" in line for line in about)
    assert any(f"<{av('citedBy')}>" in line for line in about)
    assert any(f"<{av('matchesIn')}> <{av('measure')}>" in line for line in about)


def test_a_voice_alone_needs_no_summary_and_an_empty_record_has_no_lines(crowd, tmp_path):
    with view_of(Small(crowd.claims[:1]), tmp_path / "none") as view:
        lines = derive_analysis_lines(view, BASE)
    assert not any(f"<{av('ComparisonSummary')}>" in line or f"<{av('OriginSummary')}>" in line for line in lines)
    with view_of(Small(()), tmp_path / "none") as view:
        assert derive_analysis_lines(view, BASE) == set()


def test_every_outcome_is_a_code_of_its_scheme_and_every_code_an_outcome():
    codes = {code.iri for code in load_schemes()[avc("scheme-comparison-outcome")].codes}
    assert codes == {outcome.code for outcome in Outcome}

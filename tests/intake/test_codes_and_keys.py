"""Codes and keys that stand for nothing are told with what was probably meant."""

import pytest

from kg.intake.codes import load_schemes
from kg.terms import avc
from tests.intake.merrow import BASE, CASE, batch, case, occurrence, only, problems, with_claims


def count(**more):
    return {"asserts": {"count": {"about": "market", "measure": "killed", "number": 3, **more}}, "wording": "three"}


@pytest.mark.parametrize(
    ("field", "code", "reason", "remedy"),
    [
        ("measure", "kiled", "no code of measure", "did you mean 'killed'?"),
        ("measure", "civilians", "a code of population, not of measure", "Every code here: air-strikes"),
        ("basis", "avc:joint-estimat", "no code of counting-basis", "did you mean 'joint-estimate'?"),
        ("population", "not-statd", "no code of population", "did you mean 'not-stated'?"),
    ],
)
def test_an_unknown_code_is_told_with_the_nearest(tmp_path, field, code, reason, remedy):
    problem = only(problems(tmp_path, with_claims(count(**{field: code}))))
    assert (problem.field, problem.value, problem.reason) == (f"claims[0].asserts.count.{field}", code, reason)
    assert problem.remedy.startswith(remedy)


def test_a_code_may_be_written_whole_or_without_what_its_scheme_begins_with(tmp_path):
    for written in ("outlet", "source-outlet", "avc:source-outlet", str(avc("source-outlet"))):
        documents = {"gazette-1": {**CASE["documents"]["gazette-1"], "kind": written}}
        [document] = [each for each in batch(tmp_path, case(documents=documents)).entities if hasattr(each, "copies")]
        assert document.source_kind == avc("source-outlet")


def test_the_short_codes_of_a_scheme_stand_for_codes_of_it():
    for scheme in load_schemes().values():
        for word in scheme.words():
            assert scheme.find(word) in scheme.slugs


def test_the_status_of_another_scheme_is_refused(tmp_path):
    claim = {"asserts": {"assessment": {"of": "market", "scheme": "airwars", "status": "oir-credible"}}}
    problem = only(problems(tmp_path, with_claims(claim)))
    assert problem.reason == "a code of counting-basis, oir-allegation-status, not of airwars-grading"


def test_a_reason_belongs_to_the_schemes_of_reasons(tmp_path):
    assessment = {"of": "market", "scheme": "oir", "status": "not-credible", "reasons": ["no-strike-on-record", "fair"]}
    problem = only(problems(tmp_path, with_claims({"asserts": {"assessment": assessment}})))
    assert problem.field == "claims[0].asserts.assessment.reasons[1]"


def test_an_unknown_key_is_told_with_the_nearest_and_with_uses(tmp_path):
    problem = only(problems(tmp_path, with_claims(occurrence(speaker="pel"))))
    assert problem.reason == "no agent of this key is described in the file or named under `uses`"
    assert problem.remedy == (
        "did you mean 'pell'? Describe it, or list agent/pel under `uses` if it is in the record already"
    )


def test_a_key_of_another_kind_is_told_its_kind(tmp_path):
    problem = only(problems(tmp_path, with_claims({**occurrence(), "who": "market"})))
    assert problem.reason == "market is of kind event, where agent belongs"


def test_a_key_that_stands_for_two_things_needs_its_kind(tmp_path):
    agents = {**CASE["agents"], "market": {"kind": "organisation", "name": "Market board"}}
    problem = only(problems(tmp_path, with_claims(occurrence(), agents=agents)))
    assert problem.remedy == "write event/market or agent/market"


def test_a_key_under_uses_and_a_full_iri_need_no_description(tmp_path):
    claim = {"asserts": {"occurrence": {"about": ["event/flood", "https://other.example/event/9"]}}}
    [proposition] = batch(tmp_path, with_claims(claim, uses=["event/flood"])).propositions
    assert set(proposition.about) == {f"{BASE}event/flood", "https://other.example/event/9"}


def test_an_iri_with_a_space_is_refused(tmp_path):
    claim = {"asserts": {"occurrence": {"about": "https://other.example/a b"}}}
    assert only(problems(tmp_path, with_claims(claim))).reason.startswith("not an IRI")


def test_sources_are_codes_agents_or_documents(tmp_path):
    [claim] = batch(tmp_path, with_claims(occurrence(consulted=["interviewed", "pell", "gazette-1"]))).claims
    assert set(claim.consulted) == {avc("interviewed"), f"{BASE}agent/pell", f"{BASE}document/gazette-1"}


def test_a_source_that_is_neither_code_nor_key_is_told(tmp_path):
    problem = only(problems(tmp_path, with_claims(occurrence(consulted="interviewd"))))
    assert problem.remedy.startswith("did you mean 'interviewed'")


def test_a_source_that_is_both_code_and_key_is_told(tmp_path):
    agents = {**CASE["agents"], "interviewed": {"kind": "organisation", "name": "Interviewed Ltd"}}
    problem = only(problems(tmp_path, with_claims(occurrence(consulted="interviewed"), agents=agents)))
    assert problem.remedy == "write avc:interviewed, or the kind before the key"

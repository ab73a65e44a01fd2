import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg import iris
from kg.model import Assessment, Claim, Count, Proposition, Text
from kg.terms import Iri, avc
from tests.model_strategies import BASE, claims, propositions

EVENT = Iri(BASE + "event/e")


@given(propositions, propositions)
def test_two_propositions_bear_one_name_only_where_they_are_equal(one: Proposition, other: Proposition) -> None:
    same = iris.proposition_iri(BASE, one) == iris.proposition_iri(BASE, other)
    assert same == (one == other and type(one) is type(other))


@given(claims)
def test_a_claims_name_depends_on_everything_it_says(claim: Claim) -> None:
    changed = replace(claim, said="1871", wording=None)
    same = iris.claim_iri(BASE, claim) == iris.claim_iri(BASE, changed)
    assert same == (claim == changed)


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_names_do_not_collide_by_joining_text(one: list[str], other: list[str]) -> None:
    assert (iris.hash_key({"x": one}) == iris.hash_key({"x": other})) == (one == other)


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
_leaves = _texts | st.integers() | st.booleans() | st.none() | st.builds(Text, _texts, _texts)
_contents = st.recursive(
    _leaves, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(_texts, inner), max_leaves=12
)


@given(st.dictionaries(_texts, _contents))
@example({'\x7f\u2028\x1f"\\/': 2**64, "é": Text("\U0001f600", "en"), "z": (-(2**63), [])})
def test_canonical_json_is_what_pythons_own_encoder_writes(content: dict[str, Any]) -> None:
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert iris.canonical_json(content) == plain.encode()


@pytest.mark.parametrize("value", ["\ud800", b"bytes", {1, 2}])
def test_what_is_no_content_has_no_canonical_json(value: object) -> None:
    with pytest.raises((TypeError, UnicodeEncodeError)):
        iris.canonical_json({"a": value})


def test_totals_over_different_sets_answer_one_question() -> None:
    first = Count(about=(EVENT,), measure=avc("killed"), over=Iri(BASE + "set/s1"), at_least=23, at_most=23)
    later = replace(first, over=Iri(BASE + "set/s2"), at_least=318, at_most=318)
    assert iris.question_iri(BASE, first) == iris.question_iri(BASE, later)
    assert iris.proposition_iri(BASE, first) != iris.proposition_iri(BASE, later)


def test_another_population_is_another_question() -> None:
    first = Count(about=(EVENT,), measure=avc("killed"), population=avc("civilians"), at_least=1)
    assert iris.question_iri(BASE, first) != iris.question_iri(BASE, replace(first, population=avc("combatants")))


def test_a_changed_status_answers_the_same_question() -> None:
    first = Assessment(about=(EVENT,), scheme=avc("scheme-oir-allegation-status"), status=avc("oir-open"))
    later = replace(first, status=avc("oir-credible"), reasons=(avc("oir-reason-none-given"),))
    assert iris.question_iri(BASE, first) == iris.question_iri(BASE, later)


def test_dating_an_occasion_does_not_rename_it() -> None:
    # The date is no argument: there is nothing to give it to.
    one = iris.occasion_iri(BASE, document=EVENT, speaker=None, kind=avc("email"), ordinal=1)
    other = iris.occasion_iri(BASE, document=EVENT, speaker=None, kind=avc("email"), ordinal=2)
    assert one != other


def test_an_ingestion_is_named_by_its_files_and_not_by_their_order() -> None:
    assert iris.ingestion_iri(BASE, ["a", "b"]) == iris.ingestion_iri(BASE, ["b", "a"])
    assert iris.ingestion_iri(BASE, ["a"]) != iris.ingestion_iri(BASE, ["a"], mapping="m")


@pytest.mark.parametrize("bad", ["", "Raqqa", "a b", "-a", "a-", "a/b", "é", "x" * 121])
def test_what_is_not_a_key_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        iris.named_iri(BASE, "event", bad)

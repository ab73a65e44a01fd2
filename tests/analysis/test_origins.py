"""Small networks drawn by hand, each with the answer a person would give."""

import pytest

from kg.analysis.origins.network import FIRST_HAND
from kg.analysis.origins.reading import Suggestion
from kg.codes import load_schemes
from kg.terms import avc
from tests.analysis.origin_case import Case


@pytest.fixture
def case():
    return Case()


def test_a_witness_nobody_relays_is_one_report_and_one_origin(case):
    case.claim("c", "witness", grounds="saw")
    assert case.bounds() == (1, 1, 1)
    assert case.trace().sentence == "1 report, 1 independent origin"


def test_one_wire_story_behind_ten_outlets_is_one_origin(case):
    case.claim("c", "witness", grounds="saw")
    case.relay("story", "wire", "c")
    for number in range(10):
        case.relay(f"r{number}", f"outlet{number}", "story")
    assert case.bounds() == (10, 1, 1)
    assert [ref.label for ref in case.trace().passes_through] == ["Wire", "Witness"]


def test_a_voice_that_does_not_say_how_it_knows_is_none_or_one(case):
    case.claim("c", "ministry")
    case.claim("d", "monitor", grounds="visited")
    assert case.bounds() == (2, 1, 2)


def test_two_that_consulted_one_unrecorded_party_share_its_end(case):
    case.claim("c", "daily", consulted=["hospital"])
    case.claim("d", "weekly", consulted=["hospital"])
    assert case.bounds() == (2, 0, 1)
    assert [ref.label for ref in case.trace().passes_through] == ["hospital"]


def test_whom_a_claim_consulted_is_followed_to_their_own_claim(case):
    case.claim("c", "daily", consulted=["hospital"], grounds="told-by-another")
    case.claim("h", "hospital", grounds="own-records")
    assert case.bounds() == (2, 1, 1)
    assert case.trace().declared[0].words == "Hospital (own records)"


def test_material_of_unnamed_kinds_leaves_an_end_open_beside_a_named_source(case):
    case.claim("c", "daily", consulted=["hospital"], material=["social-media"])
    case.claim("h", "hospital", grounds="own-records")
    assert case.bounds() == (2, 1, 2)


def test_a_claim_both_relayed_and_consulted_is_one_origin(case):
    case.claim("c", "witness", grounds="saw")
    case.relay("r", "wire", "c")
    case.claim("d", "monitor", consulted=["witness"], grounds="told-by-another")
    assert case.bounds() == (2, 1, 1)


@pytest.mark.parametrize(("day", "least"), [("2017-05-30", 1), ("2017-06-01", 1), ("2017-06-09", 0)])
def test_a_claim_rests_on_no_claim_that_is_surely_later(case, day, least):
    case.claim("c", "daily", consulted=["hospital"], said="2017-06-01")
    case.claim("h", "hospital", grounds="own-records", said=day)
    # Of the later one it is not recorded whether the hospital had spoken to the daily before.
    assert case.bounds(wanted=lambda said: said.iri == "c") == (1, least, 1)


def test_a_denial_that_was_consulted_is_no_origin_of_the_assertion(case):
    case.claim("c", "daily", consulted=["army"])
    case.claim("d", "army", grounds="own-records", stance="denies")
    assert case.bounds() == (1, 0, 1)
    assert case.bounds(stance="denies") == (1, 1, 1)


def test_outlets_of_one_owner_count_as_one(case):
    case.agent("group")
    for name in ("daily", "radio", "site"):
        case.agent(name, owner="group")
        case.claim(f"c-{name}", name, grounds="interviewed")
    assert case.bounds() == (3, 1, 1)


def test_owners_that_own_each_other_count_as_one(case):
    case.agent("daily", owner="radio")
    case.agent("radio", owner="daily")
    case.claim("c", "daily", grounds="saw")
    case.claim("d", "radio", grounds="saw")
    assert case.bounds() == (2, 1, 1)


def test_a_copy_leads_through_the_document_it_reprints(case):
    case.document("release", publisher="ministry")
    case.document("page", publisher="site", copies=["release"])
    case.claim("c", "ministry", grounds="own-records", document="release")
    case.claim("d", "site", document="page", grounds="saw")
    # The site's "I saw" stands in a text of the ministry's.
    assert case.bounds() == (2, 1, 1)


def test_two_relays_reprinted_from_one_article_are_one_chain(case):
    case.document("article", publisher="daily")
    for number in (1, 2):
        case.claim(f"c{number}", f"witness{number}", grounds="saw", document="article")
        case.document(f"page{number}", publisher=f"site{number}", copies=["article"])
        case.relay(f"r{number}", f"site{number}", f"c{number}", document=f"page{number}")
    case.agent("daily")
    assert case.bounds() == (2, 1, 1)
    assert [ref.label for ref in case.trace().passes_through] == ["Daily"]


def test_an_undeclared_claim_in_a_copy_rests_on_what_the_original_says(case):
    case.document("release", publisher="ministry")
    case.document("page", publisher="site", copies=["release"])
    case.claim("c", "ministry", document="release")
    case.claim("d", "site", document="page")
    assert case.bounds() == (2, 0, 1)


def test_documents_that_copy_each_other_are_named_and_still_lead_on(case):
    case.document("one", publisher="daily", copies=["two"])
    case.document("two", publisher="weekly", copies=["one"])
    case.claim("c", "witness", grounds="saw")
    case.relay("r", "daily", "c", document="one")
    case.relay("s", "weekly", "c", document="two")
    found = case.trace()
    assert (found.reports, found.at_least, found.at_most) == (2, 1, 1)
    assert found.lines[-1] == "Circular reporting: One copies Two, Two copies One."


def test_a_document_that_copies_itself_is_read_as_it_stands(case):
    case.document("one", publisher="daily", copies=["one"])
    case.claim("c", "daily", grounds="saw", document="one")
    assert case.bounds() == (1, 1, 1)


def test_a_circle_of_sources_has_no_origin_and_is_named(case):
    case.claim("c", "daily", consulted=["weekly"], grounds="told-by-another")
    case.claim("d", "weekly", consulted=["daily"], grounds="told-by-another")
    found = case.trace()
    assert (found.reports, found.at_least, found.at_most) == (2, 0, 0)
    assert found.lines[-1] == "Circular reporting: Daily consulted Weekly, Weekly consulted Daily."


def test_a_circle_with_one_way_out_has_one_origin(case):
    case.claim("c", "daily", consulted=["weekly", "witness"])
    case.claim("d", "weekly", consulted=["daily"])
    case.claim("w", "witness", grounds="saw")
    found = case.trace()
    assert (found.reports, found.at_least, found.at_most) == (3, 1, 1)
    assert len(found.circles) == 1


def test_a_voice_that_relays_what_rests_on_it_is_named(case):
    case.claim("c", "daily", consulted=["weekly"])
    case.relay("r", "weekly", "c")
    # What the weekly told the daily cannot be its relay of the daily, which came after.
    assert case.bounds() == (1, 0, 1)
    assert case.trace().lines[-1] == "Circular reporting: Daily consulted Weekly, Weekly relays Daily."


def test_a_voice_that_names_itself_as_its_source_is_named(case):
    case.claim("c", "daily", consulted=["daily"])
    found = case.trace()
    assert (found.at_least, found.at_most) == (0, 1)
    assert found.lines[-1] == "Circular reporting: Daily consulted Daily."


def test_voices_that_relay_each_other_on_other_matters_are_no_circle(case):
    case.claim("c", "daily", grounds="saw")
    case.claim("d", "weekly", grounds="saw")
    case.relay("r", "weekly", "c")
    case.relay("s", "daily", "d")
    assert case.trace().circles == ()


def test_a_joint_voice_takes_up_each_of_its_members(case):
    case.agent("both", "JointVoice", members=["amber", "birch"])
    case.claim("c", "both", grounds="own-investigation")
    case.claim("d", "amber", grounds="interviewed")
    case.claim("e", "birch", grounds="interviewed")
    assert case.bounds() == (3, 2, 2)
    del case.sayings["e"]
    assert case.bounds() == (2, 1, 1)


def test_two_joint_voices_with_a_common_member_are_not_independent(case):
    case.agent("first", "JointVoice", members=["amber", "birch"])
    case.agent("second", "JointVoice", members=["birch", "cedar"])
    case.claim("c", "first", grounds="saw")
    case.claim("d", "second", grounds="saw")
    assert case.bounds() == (2, 1, 1)
    case.claim("e", "amber", grounds="saw")
    case.claim("f", "cedar", grounds="saw")
    assert case.bounds() == (4, 2, 2)


def test_a_class_of_actors_may_be_one_or_several(case):
    case.agent("residents", "ActorClass")
    case.claim("c", "residents", grounds="saw")
    case.claim("d", "residents", grounds="saw", question="other")
    assert case.bounds() == (2, 1, 2)


def test_one_outlet_between_the_reader_and_two_witnesses_is_one_chain(case):
    for name in ("first", "second"):
        case.claim(f"c-{name}", name, grounds="saw")
        case.relay(f"r-{name}", "daily", f"c-{name}")
    found = case.trace()
    assert (found.reports, found.at_least, found.at_most) == (2, 1, 1)
    assert [ref.label for ref in found.passes_through] == ["Daily"]


def test_what_was_read_at_the_voice_itself_reaches_the_reader_beside_its_relays(case):
    for name in ("first", "second"):
        case.claim(f"c-{name}", name, grounds="saw", document=f"release-{name}", at_hand=True)
        case.relay(f"r-{name}", "daily", f"c-{name}", document="article")
    assert case.bounds() == (4, 2, 2)


def test_what_was_read_in_the_document_that_relays_it_does_not(case):
    case.claim("c", "first", grounds="saw", document="article", at_hand=True)
    case.relay("r", "daily", "c", document="article", at_hand=True)
    assert case.bounds() == (1, 1, 1)


def test_a_chain_is_not_made_of_halves_of_two(case):
    # The wire passes on both witnesses; the blog knows it for the first one only, whom the daily relays too.
    case.claim("c", "first", grounds="saw")
    case.claim("d", "second", grounds="saw")
    case.relay("w1", "wire", "c")
    case.relay("w2", "wire", "d")
    case.relay("b", "blog", "w1")
    case.relay("g", "daily", "w2")
    case.relay("h", "daily", "c")
    # Blog, wire, second would be a chain beside daily, first; but the blog never relayed the second witness.
    assert case.bounds() == (3, 1, 1)


def test_a_voice_twice_in_one_chain_does_not_stand_in_its_own_way(case):
    case.claim("c", "wire", grounds="saw")
    case.relay("r", "daily", "c")
    case.relay("s", "wire", "r")
    assert case.bounds() == (1, 1, 1)


def test_another_voice_withdraws_nothing_and_a_joint_voice_ends_with_its_last_member(case):
    case.agent("both", "JointVoice", members=["daily", "weekly"])
    case.claim("c", "both", grounds="saw")
    case.claim("w", "ministry", stance="denies", withdraws=["c"])
    assert case.bounds() == (1, 1, 1)
    case.claim("x", "daily", stance="denies", withdraws=["c"])
    assert case.bounds() == (1, 1, 1)
    case.claim("y", "weekly", stance="denies", withdraws=["c"])
    assert case.bounds() == (0, 0, 0)


def test_a_joint_voice_withdraws_what_a_member_said(case):
    case.agent("both", "JointVoice", members=["daily", "weekly"])
    case.claim("c", "daily", grounds="saw")
    case.claim("w", "both", stance="denies", withdraws=["c"])
    assert case.bounds() == (0, 0, 0)


def test_a_member_who_left_a_joint_claim_is_no_party_to_it(case):
    case.agent("both", "JointVoice", members=["daily", "weekly"])
    case.claim("c", "both", grounds="saw")
    case.claim("d", "daily", grounds="visited")
    assert case.bounds() == (2, 1, 1)
    case.claim("x", "daily", stance="denies", withdraws=["c"])
    assert case.bounds() == (2, 2, 2)


def test_a_withdrawn_claim_and_its_relays_are_left_out_and_counted(case):
    case.claim("c", "ministry", grounds="own-records")
    case.relay("r", "daily", "c")
    case.claim("w", "ministry", stance="denies", withdraws=["c"])
    found = case.trace()
    assert found.sentence == "no reports, no origins"
    assert found.lines[-1] == "1 claim withdrawn by the voice or corrected by the recorder is left out."


def test_a_relay_of_what_is_not_recorded_ends_where_that_would_stand(case):
    case.claim("c", "daily", consulted=["wire"])
    case.relay("r", "wire", "gone")
    assert case.bounds() == (1, 0, 1)


def test_relays_in_a_circle_give_an_answer(case):
    case.relay("r", "daily", "s")
    case.relay("s", "weekly", "r")
    case.claim("c", "witness", consulted=["daily"])
    assert case.bounds()[0] == 1


def test_a_suggested_link_is_told_and_not_counted(case):
    case.document("one", publisher="daily")
    case.document("two", publisher="weekly")
    case.claim("c", "daily", grounds="saw", document="one")
    case.claim("d", "weekly", grounds="saw", document="two")
    found = case.trace(suggestions=(Suggestion("passage", "ab" * 32, 120, ("one", "two")),))
    assert (found.at_least, found.at_most) == (2, 2)
    assert found.lines[-1] == (
        "Suggested, not counted: “One” and “Two” hold the same 120 characters (SHA-256 abababababab…); "
        "record a copy where it is one."
    )


def test_each_line_says_why_the_bounds_are_what_they_are(case):
    case.claim("c", "ministry")
    case.claim("d", "monitor", grounds="visited")
    case.relay("r", "daily", "d")
    assert case.trace().lines == (
        "2 claims by 2 voices reach the reader in 2 reports.",
        "At least 1: one chain ends at a first-hand ground.",
        "At most 2: 1 more ends where it is not said how the voice knows, and may be an origin of its own or rest on "
        "one counted already.",
    )


def test_the_chains_that_show_it_run_from_the_reader_to_the_ground(case):
    case.claim("c", "witness", grounds="saw")
    case.relay("story", "wire", "c")
    case.relay("r", "daily", "story")
    assert [trace.words for trace in case.trace().declared] == ["Daily → Wire → Witness (saw it happen)"]


def test_a_long_chain_of_relays_and_copies_needs_no_deep_stack(case):
    case.claim("s0", "v0", grounds="saw")
    for number in range(1, 1200):
        case.relay(f"s{number}", f"v{number}", f"s{number - 1}")
        case.document(f"d{number}", copies=[f"d{number - 1}"])
    case.document("d0", publisher="press")
    case.relay("last", "reader", "s1199", document="d1199")
    assert case.bounds() == (1, 1, 1)


def test_no_claims_give_a_plain_answer(case):
    found = case.trace()
    assert found.sentence == "no reports, no origins"
    assert found.lines == ("Nothing that still stands takes this position, so there is nothing to trace.",)


def test_every_first_hand_ground_is_a_code_of_the_scheme_of_grounds():
    assert {code.iri for code in load_schemes()[avc("scheme-grounds")].codes} >= FIRST_HAND

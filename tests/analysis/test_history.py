"""What each pattern of reversal comes out as, and that the past is what it was."""

from datetime import UTC, date, datetime

import pytest

from kg.analysis.as_of import AsOf, Certainty, find_entry, read_as_of
from kg.analysis.history.changes import changes, positions
from kg.analysis.history.turns import Change
from kg.analysis.history.words import change_sentences
from kg.errors import Refused
from tests.analysis.history_cases import agent, event, reader, record

MILL = event("mill")


def kinds(view):
    return [each.change for each in changes(view)]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("denial-then-admission", [Change.REVERSAL]),
        ("stale-status", [Change.STALE_STATUS, Change.STALE_STATUS]),
        ("number-revised-up", [Change.UPWARD]),
        ("official-correction", [Change.WITHDRAWAL]),
        ("stronger-denial", [Change.STRONGER_DENIAL, Change.STALE_STATUS]),
        ("open-then-decided-then-reopened", [Change.DECISION, Change.REOPENING, Change.DECISION]),
        ("declared-duplicate", [Change.DUPLICATE]),
        ("one-total-over-several", []),
        ("two-allegations-one-incident", []),
        ("date-and-place-disagreement", []),
    ],
)
def test_each_pattern_comes_out_as_what_it_is(case, expected, tmp_path):
    with record(tmp_path, [case]) as view:
        assert kinds(view) == expected


def test_an_admission_is_told_in_one_sentence(tmp_path):
    with record(tmp_path, ["denial-then-admission"]) as view:
        (sentence,) = change_sentences(reader(view), changes(view))
    assert sentence == (
        "Northern Command reversed its position on Strike on the mill: on 26 July 2031, it asserted that the status "
        "of Strike on the mill is “not credible: insufficient information” (Coalition allegation status, for the "
        "reason: insufficient evidence); on 10 March 2035, it asserted that the status of Strike on the mill is "
        "“credible” (Coalition allegation status)."
    )


def test_a_stale_field_is_told_with_what_the_party_had_said(tmp_path):
    with record(tmp_path, ["stale-status"]) as view:
        found = changes(view)
        sentences = change_sentences(reader(view), found)
    assert {(each.voice, each.party) for each in found} == {(agent("wren"), agent("command"))}
    assert sentences[0] == (
        "Wren Desk gave the position of Northern Command on 10 January 2037 so: the status of Strike on the mill is "
        "“non-credible” (belligerent position in Airwars data); but Northern Command had said otherwise on "
        "10 March 2035 already: it asserted that the status of Strike on the mill is “credible” (Coalition allegation "
        "status). The status is stale."
    )


def test_a_correction_names_what_was_put_in_place(tmp_path):
    with record(tmp_path, ["official-correction"]) as view:
        (found,) = changes(view)
        (sentence,) = change_sentences(reader(view), [found])
    assert len(found.instead) == 1
    assert "In its place it asserted that there was 1 person injured" in sentence


def test_a_withdrawn_number_stands_no_more_and_is_said_to_be_withdrawn(tmp_path):
    with record(tmp_path, ["official-correction"]) as view:
        before = positions(view, as_of=AsOf(said_by=date(2031, 3, 1)))
        held = [(each.is_withdrawn, each.said) for each in positions(view)]
    assert sorted(held) == [(False, "2031-04-01"), (True, "2031-02-01")]
    assert [(each.is_withdrawn, each.said) for each in before] == [(False, "2031-02-01")]


def test_one_voice_holds_its_newest_number_and_another_its_own(tmp_path):
    with record(tmp_path, ["number-revised-up"]) as view:
        early = positions(view, event=MILL, as_of=AsOf(said_by=date(2031, 6, 1)))
        late = positions(view, event=MILL)
    assert {each.voice: each.at_least for each in early} == {agent("command"): 3, agent("wren"): 6}
    assert {each.voice: each.at_least for each in late} == {agent("command"): 16, agent("wren"): 6}


def test_voices_that_disagree_each_keep_their_day_and_place(tmp_path):
    with record(tmp_path, ["date-and-place-disagreement"]) as view:
        held = positions(view, event=MILL)
    assert sorted((each.kind, each.voice) for each in held) == [
        (kind, agent(voice)) for kind in ("Location", "Timing") for voice in ("command", "wren")
    ]


def test_one_total_over_several_is_one_position_about_all_of_them(tmp_path):
    with record(tmp_path, ["one-total-over-several"]) as view:
        (total,) = positions(view, event=event("ford"))
    assert total.about == (event("ford"), event("gate"), MILL)


def test_what_was_recorded_later_is_not_known_before(tmp_path):
    with record(tmp_path, ["number-revised-up", "official-correction"]) as view:
        first = read_as_of(view, recorded_by="2040-01-01")
        none = read_as_of(view, recorded_by="2039-12-31")
        assert (first.entry, none.entry) == (1, 0)
        assert len(positions(view, as_of=first)) == 2
        assert positions(view, as_of=none) == []
        assert Change.WITHDRAWAL not in [each.change for each in changes(view, as_of=first)]


def test_an_instant_is_read_with_its_offset(tmp_path):
    with record(tmp_path, ["number-revised-up"]) as view:
        assert read_as_of(view, recorded_by="2040-01-01T12:30:00+01:00").entry == 0
        assert read_as_of(view, recorded_by="2040-01-01T13:00:00+01:00").entry == 1
        assert find_entry(view, datetime(2040, 1, 1, 11, 59, tzinfo=UTC)) == 0


def test_possibly_looks_at_the_first_day_and_surely_at_the_last(tmp_path):
    with record(tmp_path, ["stale-status"]) as view:
        surely = read_as_of(view, said_by="2035")
        possibly = read_as_of(view, said_by="2035", certainty="possibly")
        assert possibly.certainty is Certainty.POSSIBLY
        # The field is dated "../2037-01-10": it may have been there in 2035.
        assert (len(positions(view, as_of=surely)), len(positions(view, as_of=possibly))) == (1, 2)


def test_a_claim_of_an_uncertain_date_is_surely_said_by_its_last_day_only(tmp_path):
    with record(tmp_path, ["stale-status"]) as view:
        # The field is dated "../2037-01-10".
        days = [len(positions(view, as_of=read_as_of(view, said_by=day))) for day in ("2037-01-09", "2037-01-10")]
        condition = AsOf(said_by=date(2037, 1, 9)).condition
        shown = view.rows(
            f"SELECT count(*) FROM (SELECT DATE '2037-01-01' AS earliest, DATE '2037-01-10' AS latest, 1 AS entry) c "
            f"WHERE {condition}",
            {"said": date(2037, 1, 9), "entry": None},
        )
    assert days == [1, 2]
    assert shown == [(0,)]


@pytest.mark.parametrize("wrong", [{"said_by": "2031-02-30"}, {"said_by": "2031/.."}, {"recorded_by": "soon"}])
def test_a_date_that_cannot_be_read_is_refused_with_a_remedy(wrong, tmp_path):
    with record(tmp_path, []) as view, pytest.raises(Refused, match="Remedy"):
        read_as_of(view, **wrong)


def test_an_empty_record_has_no_history(tmp_path):
    with record(tmp_path, []) as view:
        assert positions(view) == changes(view) == positions(view, event=MILL) == []
        assert find_entry(view, datetime(2040, 1, 1, tzinfo=UTC)) == 0

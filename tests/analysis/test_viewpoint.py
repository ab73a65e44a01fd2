"""Numbers under viewpoints: what is used, what is left out and why, and what a source is worth."""

from dataclasses import replace

import pytest

from kg import iris, rdf
from kg.analysis.viewpoint.choices import load_viewpoint
from kg.analysis.viewpoint.numbers import numbers_under, side_by_side, what_if_withdrawn
from kg.errors import Refused
from kg.model import Viewpoint
from kg.terms import avc
from tests.analysis.history_cases import BASE, agent, event, record

MILL = event("mill")
ALL = Viewpoint(name="everything", policy=avc("policy-report-range"))
REVISED = ["number-revised-up"]


def spans(answer):
    return [(number.at_least, number.at_most) for number in answer.numbers]


def reasons(answer):
    return sorted(left.reason for left in answer.left_out)


def test_a_range_spans_what_the_voices_hold_now_and_names_what_it_leaves_out(tmp_path):
    with record(tmp_path, REVISED) as view:
        answer = numbers_under(view, ALL, event=MILL)
    assert spans(answer) == [(6, 16)]
    assert len(answer.numbers[0].used) == 2
    assert reasons(answer) == ["its voice said otherwise later"]


def test_as_of_an_earlier_day_the_earlier_number_stands(tmp_path):
    with record(tmp_path, REVISED) as view:
        answer = numbers_under(view, replace(ALL, said_by="2031-06"), event=MILL)
    assert spans(answer) == [(3, 6)]
    assert reasons(answer) == ["it was said or recorded here after the viewpoint's dates, or its date is not sure"]


@pytest.mark.parametrize(
    ("change", "span", "undecided"),
    [
        ({"policy": avc("policy-prioritise-source"), "prefer": agent("wren")}, (6, 6), ""),
        ({"policy": avc("policy-prioritise-source"), "prefer": agent("lantern")}, (None, None), "no preferred"),
        ({"policy": avc("policy-majority")}, (None, None), "2 numbers have as many voices"),
        ({"policy": avc("policy-keep-pending")}, (None, None), "2 different numbers stand, and it stays pending"),
        ({"policy": avc("policy-keep-all")}, (None, None), "every version is kept"),
        ({"voices": (agent("command"),), "policy": avc("policy-keep-pending")}, (16, 16), ""),
        ({"without": (agent("command"),)}, (6, 6), ""),
    ],
)
def test_each_policy_makes_its_own_number(change, span, undecided, tmp_path):
    with record(tmp_path, REVISED) as view:
        (number,) = numbers_under(view, replace(ALL, **change), event=MILL).numbers
    assert (number.at_least, number.at_most) == span
    assert undecided in number.undecided
    assert bool(undecided) == bool(number.undecided)


def test_one_total_over_several_events_is_no_number_of_one_of_them(tmp_path):
    with record(tmp_path, ["one-total-over-several"]) as view:
        answer = numbers_under(view, ALL, event=MILL)
    assert spans(answer) == [(2, 2)]
    assert reasons(answer) == ["one total over 3 events, which it does not divide"]


def test_a_withdrawn_number_is_left_out_as_withdrawn(tmp_path):
    with record(tmp_path, ["official-correction"]) as view:
        killed = numbers_under(view, ALL, event=MILL)
        injured = numbers_under(view, ALL, event=MILL, measure=avc("injured"))
    assert (spans(killed), reasons(killed)) == ([], ["its voice withdrew it"])
    assert spans(injured) == [(1, 1)]


def test_a_denial_of_the_harm_counts_as_none_where_denials_count(tmp_path):
    with record(tmp_path, ["stronger-denial", "number-revised-up"]) as view:
        counted = numbers_under(view, ALL, event=MILL)
        ignored = numbers_under(view, replace(ALL, denials="leave-out"), event=MILL)
    assert spans(counted) == [(0, 16)]
    assert spans(ignored) == [(6, 16)]
    assert "denials do not count" in reasons(ignored)


def test_numbers_of_another_record_of_the_event_count_only_with_an_accepted_identity(tmp_path):
    with record(tmp_path, ["two-allegations-one-incident"]) as view:
        links = tuple(
            str(row[0]) for row in view.rows("SELECT iri FROM claims WHERE proposition_kind = 'Identity' ORDER BY iri")
        )
        alone = numbers_under(view, ALL, event=MILL)
        linked = numbers_under(view, replace(ALL, identities=links), event=MILL)
    assert spans(alone) == [(12, 13)]
    # They stay numbers of their own: that two records are one incident does not add them up.
    assert sorted(spans(linked)) == [(1, 1), (12, 12), (12, 13)]


def test_an_event_without_a_required_grade_has_no_number(tmp_path):
    with record(tmp_path, [*REVISED, "denial-then-admission"]) as view:
        needs = replace(ALL, grades=(avc("oir-credible"),), bases=(avc("assessed-credible"),))
        assert spans(numbers_under(view, needs, event=MILL)) == [(6, 16)]
        early = numbers_under(view, replace(needs, said_by="2032"), event=MILL)
    assert spans(early) == []
    assert "no accepted status of the event is one it requires" in reasons(early)


def test_taking_a_source_away_shows_what_rested_on_it(tmp_path):
    with record(tmp_path, REVISED) as view:
        (change,) = what_if_withdrawn(view, ALL, agent("command"), event=MILL)
        nothing = what_if_withdrawn(view, ALL, agent("lantern"), event=MILL)
    assert (change.one.at_least, change.one.at_most) == (6, 16)
    assert (change.other.at_least, change.other.at_most) == (6, 6)
    assert nothing == []


def test_two_viewpoints_stand_side_by_side(tmp_path):
    with record(tmp_path, REVISED) as view:
        one, other = (numbers_under(view, each, event=MILL) for each in (ALL, replace(ALL, voices=(agent("lantern"),))))
    (difference,) = side_by_side(one, other)
    assert difference.one is not None
    assert difference.other is None


FILE = """viewpoint: 1
name: Named sources only
relays: leave-out
voices: [wren]
policy: majority
said_by: 2031-06
"""


def test_a_file_is_read_and_named_by_its_choices(tmp_path):
    path, other = tmp_path / "one.yaml", tmp_path / "two.yaml"
    path.write_text(FILE)
    other.write_text(f"# the same\n{FILE}")
    one, two = (load_viewpoint(each, base=BASE).viewpoint for each in (path, other))
    assert one.voices == (agent("wren"),)
    assert (one.relays, one.denials, one.policy) == ("leave-out", "count", avc("policy-majority"))
    assert one == two
    assert iris.viewpoint_iri(BASE, one) != iris.viewpoint_iri(BASE, replace(one, relays="count"))
    unit = rdf.viewpoint_unit(BASE, one)
    assert unit.subject == unit.graph == iris.viewpoint_iri(BASE, one)
    assert sum("ns#countsVoice" in line for line in unit.lines) == 1


def test_everything_wrong_with_a_file_is_told_at_once(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text("viewpoint: 2\nrelays: perhaps\npolicy: killed\ncolour: red\nbases: [made-up]\ncertainty: no\n")
    with pytest.raises(Refused) as refused:
        load_viewpoint(path, base=BASE)
    assert sorted({problem.field for problem in refused.value.problems}) == sorted(
        ["viewpoint", "name", "relays", "policy", "colour", "bases", "certainty"]
    )


def test_in_a_majority_a_voice_counts_once_however_often_it_speaks(tmp_path):
    case = tmp_path / "often.yaml"
    case.write_text(
        "averment: 1\nrecorder: Test coder\nagents: {a: {kind: organisation, name: {en: A}}, "
        "b: {kind: organisation, name: {en: B}}}\nevents: {mill: {kind: incident, name: {en: Mill}}}\n"
        "occasions: {x: {kind: press-release, speaker: a}, y: {kind: interview, speaker: a}, "
        'z: {kind: press-release, speaker: b}}\ndefaults: {via: [], said: "2031-01-01"}\nclaims:\n'
        + "".join(
            f"  - {{id: {on}, who: {who}, on: {on}, wording: {{en: some}}, "
            f"asserts: {{count: {{about: mill, measure: killed, number: {number}}}}}}}\n"
            for who, on, number in (("a", "x", '"9"'), ("a", "y", '"9"'), ("b", "z", '"6"'))
        )
    )
    with record(tmp_path, [str(case.with_suffix(""))]) as view:
        (number,) = numbers_under(view, replace(ALL, policy=avc("policy-majority")), event=MILL).numbers
    assert "2 numbers have as many voices, 1 each" in number.undecided

"""What the first case is told, word for word, and the sentences of each kind."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from kg import resources
from kg.analysis.compare.event import EventComparison, compare_event
from kg.analysis.compare.outcomes import Context, Outcome, Position
from kg.analysis.compare.pair import compare
from kg.analysis.compare.partitions import find_conclusions
from kg.intake import read_case
from kg.log import Record
from kg.model import (
    Assessment,
    Characterisation,
    Count,
    Location,
    Occurrence,
    Partition,
    Proposition,
    Request,
    Responsibility,
    Stance,
    Timing,
)
from kg.pipeline import record_batch
from kg.record import OpenRecord
from kg.terms import DEFAULT_BASE, Iri, avc
from tests.analysis.standings import FEW, SETS, SOME, WITHIN

WHEN = "2031-06-01T12:00:00Z"
MILL, BARN = Iri("event/mill"), Iri("event/barn")
NAMES = {
    "north": "North Watch",
    "south": "South Watch",
    MILL: "Mill fire",
    BARN: "Barn fire",
    SETS[0]: "the fallen",
    SOME: "the named",
    FEW: "the met",
    SETS[3]: "the feared",
}


@pytest.fixture(scope="module")
def first_case(tmp_path_factory: pytest.TempPathFactory) -> EventComparison:
    root = tmp_path_factory.mktemp("first") / "record"
    record = Record.create(root, base=DEFAULT_BASE, created=WHEN)
    case = Path(str(resources.ontology_dir())).parent / "kg" / "cases" / "raqqa-2017-voa.yaml"
    record_batch(root, record, read_case(case, base=DEFAULT_BASE, recorded=WHEN, software="averment"))
    return compare_event(OpenRecord.open(root), f"{DEFAULT_BASE}event/raqqa-2017")


def sentence_on(found: EventComparison, *numbers: int) -> tuple[Outcome, str]:
    for pair in found.pairs:
        counts = pair.one.proposition, pair.other.proposition
        if {count.at_least for count in counts if isinstance(count, Count)} == set(numbers):
            return pair.comparison.outcome, pair.comparison.sentence
    raise AssertionError(numbers)


def test_the_joint_total_and_the_deaths_in_credible_allegations_are_no_rivals_and_it_is_said_why(first_case):
    assert sentence_on(first_case, 1601, 318) == (
        Outcome.SCOPE_DIFFERS,
        "Amnesty International and Airwars jointly: at least 1,601 people killed; US-led Coalition: 318 people killed. "
        "These are not rival values of one number. The first is counted over “the civilians counted in the joint total "
        "of Amnesty International and Airwars”, the second over “the allegations out of Raqqa that the Coalition "
        "assessed as credible” (69 allegations, by its own count). Both sets lie within Battle of Raqqa, 2017; the "
        "record places neither within the other. They differ in basis (“joint estimate” against “credible”). Only the "
        "first states a population (civilians), an actor (US-led Coalition) and a period (June to October 2017). They "
        "match in event (Battle of Raqqa, 2017), measure (people killed) and place (Raqqa). They would be comparable "
        "if both had the same basis and set and the second stated its population, actor and period.",
    )


def test_the_names_gathered_are_a_part_of_the_joint_total(first_case):
    assert sentence_on(first_case, 1601, 1001) == (
        Outcome.SCOPE_DIFFERS,
        "Amnesty International and Airwars jointly: at least 1,601 people killed; Amnesty International: at least "
        "1,001 people killed. These are not rival values of one number: the second is counted over a part of what the "
        "first is counted over, “the victims whose names Amnesty International says it has gathered” within “the "
        "civilians counted in the joint total of Amnesty International and Airwars”. As numbers they fit: the part (at "
        "least 1,001) need not exceed the whole (at least 1,601). They differ in basis (“joint estimate” against "
        "“named”). Only the first states a population (civilians), an actor (US-led Coalition), a period "
        "(June to October 2017) and a place (Raqqa). They match in event (Battle of Raqqa, 2017) and measure (people "
        "killed). They would be comparable if both had the same basis and set and the second stated its population, "
        "actor, period and place.",
    )


def test_the_deaths_verified_lie_in_the_battle_and_are_not_placed_in_the_joint_total(first_case):
    outcome, sentence = sentence_on(first_case, 1601, 641)
    assert outcome is Outcome.SCOPE_DIFFERS
    assert (
        "The first is counted over “the civilians counted in the joint total of Amnesty International and Airwars”, "
        "the second over “the deaths Amnesty International says it has verified on the ground”. Both sets lie within "
        "Battle of Raqqa, 2017; the record places neither within the other."
    ) in sentence
    assert "the record places neither within the other" in sentence_on(first_case, 1001, 641)[1]


def test_of_the_partition_it_is_said_what_follows_and_what_does_not(first_case):
    assert [conclusion.sentence for conclusion in first_case.conclusions] == [
        "43 + 43 = 86 holds by US-led Coalition’s own counts of allegations: “the allegations Amnesty International "
        "provided to the Coalition” has the parts “those already assessed as credible and reported, or deemed not "
        "credible” and “those on which the Coalition asked for additional information”.",
        "How the 43 allegations of “those already assessed as credible and reported, or deemed not credible” divide "
        "into “those already assessed as credible and previously reported” and “those deemed not credible for want of "
        "a matching strike record” is not stated by US-led Coalition: each of them may hold anything from 0 to 43, and "
        "together they hold 43.",
        "How many of the 69 allegations of “the allegations out of Raqqa that the Coalition assessed as credible” are "
        "among “the allegations Amnesty International provided to the Coalition” is therefore not known: US-led "
        "Coalition gives both the status “credible”, but to a part of the latter that it does not count, so that it "
        "may be 0 to 43.",
    ]


def test_nothing_in_the_first_case_contradicts_and_the_widest_difference_between_voices_comes_first(first_case):
    assert first_case.contradictions == 0
    assert not any(group.contradicts for group in first_case.groups)
    assert sentence_on(first_case, 1601, 318)[1] == first_case.pairs[0].comparison.sentence
    assert first_case.claims * (first_case.claims - 1) // 2 == len(first_case.pairs) + first_case.left_out


AROUND = Context(label=lambda iri: NAMES.get(iri, iri.removeprefix(avc(""))), within=WITHIN)


def said(proposition: Proposition, *, voice: str = "north", stance: Stance = Stance.ASSERTS, day: str = "") -> Position:
    claim = f"{voice} {stance} {day} {proposition}"
    return Position(claim=claim, stance=stance, voice=voice, proposition=proposition, earliest=day, latest=day)


def killed(least: int | None, most: int | None, **slots: object) -> Count:
    return Count(about=(MILL,), measure=avc("killed"), at_least=least, at_most=most, **slots)  # type: ignore[arg-type]


def told(one: Proposition, other: Proposition, **more: object) -> str:
    """The sentence on two propositions, without what each voice says."""
    first, second = said(one), said(other, voice="south", **more)  # type: ignore[arg-type]
    sentence = compare(first, second, AROUND).sentence
    if isinstance(one, Count) and isinstance(other, Count):
        return sentence.partition(". ")[2]
    return sentence.partition(". South Watch ")[2].partition(". ")[2]


SAME_SCOPE = (
    "They match in event (Mill fire) and measure (killed). Neither states a population, a basis, an actor, a period, a "
    "place or a set."
)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (killed(5, 5), killed(5, 5), "They agree on the number."),
        (killed(5, 6), killed(4, 9), "They agree, and the first says it more narrowly: 5 to 6 within 4 to 9."),
        (killed(4, None), killed(6, 6), "They agree, and the second says it more narrowly: 6 within at least 4."),
        (
            killed(4, 6),
            killed(5, None),
            "They overlap: both allow 5 to 6, and each allows what the other does not.",
        ),
        (
            killed(1601, None),
            killed(318, 318),
            "They contradict each other: no number satisfies both, and the nearest lie 1,283 apart.",
        ),
        (
            killed(None, None, approximately=40),
            killed(5000, 5000),
            "How far off the round figure may be is not stated, so that it contradicts nothing.",
        ),
        (
            killed(None, None, approximately=40),
            killed(30, 50),
            "They can agree: the one allows the other's round figure, which has no bounds.",
        ),
    ],
)
def test_counts_of_one_scope_are_told_so(one, other, words):
    assert told(one, other) == f"{words} {SAME_SCOPE}"


def test_two_measures_are_told_apart():
    allegations = Count(about=(MILL,), measure=avc("allegations"), at_least=3, at_most=3)
    assert told(killed(5, 5), allegations) == "They count different things: killed, and allegations."


def test_a_part_that_is_too_large_is_told_so():
    assert told(killed(None, 3, over=SETS[0]), killed(4, None, over=FEW)) == (
        "These are not rival values of one number: the second is counted over a part of what the first is counted "
        "over, “the met” within “the fallen”. They contradict each other: the part (at least 4) is larger than the "
        "whole (at most 3). They match in event (Mill fire) and measure (killed). Neither states a population, a "
        "basis, an actor, a period or a place."
    )


POINT = {"accuracy": avc("airwars-geo-within-100m")}


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (
            Timing(about=(MILL,), time="2017-06"),
            Timing(about=(MILL,), time="2017-06-12/2017-08"),
            "Both can be true, and neither implies the other. They share 2017-06-12 to 2017-06-30.",
        ),
        (
            Timing(about=(MILL,), time="2017-06-06"),
            Timing(about=(MILL,), time="2017-06-12"),
            "They contradict each other: both cannot be true.",
        ),
        (
            Timing(about=(MILL,), time="2017-06~"),
            Timing(about=(MILL,), time="2019"),
            "A date without firm bounds contradicts nothing.",
        ),
        (
            Location(about=(MILL,), point="POINT(39 35.95)", **POINT),
            Location(about=(MILL,), point="POINT(39.01 35.95)", **POINT),
            "They contradict each other: both cannot be true. The points lie 900 m apart; their stated accuracy is "
            "100 m and 100 m.",
        ),
        (
            Location(about=(MILL,), place="Abu Kamal"),
            Location(about=(MILL,), place="Al Jalaa"),
            "No distance follows, since a point with an accuracy in metres is not stated on both sides.",
        ),
        (
            Characterisation(about=(MILL,), character=avc("munitions-precise")),
            Characterisation(about=(MILL,), character=avc("indiscriminate-effect")),
            "These are two descriptions that neither support nor exclude each other.",
        ),
        (
            Responsibility(about=(MILL,), actor=Iri("north")),
            Responsibility(about=(MILL,), actor=Iri("north"), means=(avc("air-strikes"),)),
            "The second implies the first, and says more.",
        ),
        (
            killed(8, 8),
            Assessment(
                about=(MILL,), scheme=avc("scheme-oir-allegation-status"), status=avc("oir-not-credible-did-not-occur")
            ),
            "The first implies that harm occurred, the second that harm did not occur. They contradict each other: "
            "both cannot be true.",
        ),
        (
            killed(8, 8),
            Assessment(
                about=(MILL,),
                scheme=avc("scheme-oir-allegation-status"),
                status=avc("oir-not-credible-insufficient-information"),
            ),
            "They are of different kinds: count and assessment. The second implies nothing about whether harm "
            "occurred.",
        ),
        (
            Assessment(about=(MILL,), scheme=avc("scheme-airwars-grading"), status=avc("airwars-fair")),
            Assessment(about=(MILL,), scheme=avc("scheme-oir-allegation-status"), status=avc("oir-not-credible")),
            "They are assessed under different schemes, which are never merged. Neither implies anything "
            "about whether harm occurred.",
        ),
        (
            Occurrence(about=(MILL,), what=avc("strikes")),
            Occurrence(about=(BARN,), what=avc("strikes")),
            "They are about different things, and nothing is declared that joins them.",
        ),
        (
            killed(8, 8),
            Request(about=(MILL,), requested=avc("investigate-fully")),
            "South Watch takes no position here, so that nothing is at odds.",
        ),
    ],
)
def test_each_kind_is_told_in_its_own_words(one, other, words):
    assert told(one, other) == words


def test_who_cannot_confirm_is_told_to_take_no_position():
    words = told(killed(8, 8), killed(8, 8), stance=Stance.CANNOT_CONFIRM)
    assert words == "South Watch takes no position here, so that nothing is at odds."


def test_one_person_is_told_as_one():
    around = replace(AROUND, label=lambda iri: "people killed" if iri == avc("killed") else AROUND.label(iri))
    found = compare(said(killed(1, 1)), said(killed(2, 2), voice="south"), around).sentence
    assert found.startswith("North Watch: 1 person killed; South Watch: 2 people killed.")


def test_the_sentence_names_the_two_in_the_order_they_are_given():
    one, other = said(killed(5, 6)), said(killed(4, 9), voice="south")
    sides = [compare(*pair, AROUND).sentence for pair in permutations((one, other))]
    assert sides[0].startswith("North Watch: 5 to 6 killed; South Watch: 4 to 9 killed.")
    assert sides[1].startswith("South Watch: 4 to 9 killed; North Watch: 5 to 6 killed.")
    assert "the second says it more narrowly: 5 to 6 within 4 to 9" in sides[1]


def counted(number: int, over: Iri, **more: str) -> Position:
    return said(Count(about=(MILL,), over=over, measure=avc("killed"), at_least=number, at_most=number), **more)  # type: ignore[arg-type]


WHOLE = said(Partition(about=(SETS[0],), parts=(SOME, SETS[3])))


def conclusions(*positions: Position) -> list[tuple[str, str]]:
    return [(found.kind, found.sentence) for found in find_conclusions((WHOLE, *positions), AROUND)]


def test_parts_that_hold_more_than_the_whole_do_not_add_up():
    assert conclusions(counted(9, SETS[0]), counted(6, SOME), counted(4, SETS[3])) == [
        (
            "does-not-add-up",
            "4 + 6 = 9 does not hold by North Watch’s own counts of killed: “the fallen” has the parts “the feared” "
            "and “the named”.",
        )
    ]


def test_the_one_part_nobody_counted_is_what_is_left():
    assert conclusions(counted(9, SETS[0]), counted(6, SOME)) == [
        (
            "bounded",
            "“the feared” is not counted by North Watch; of the 9 killed of “the fallen” it can hold 3.",
        )
    ]


def test_a_count_that_was_revised_and_one_of_another_voice_conclude_nothing():
    old = counted(9, SETS[0], day="2018-01-01")
    new = counted(12, SETS[0], day="2018-02-01")
    others = counted(7, SOME, voice="south")
    assert conclusions(old, new, others)[0][1].startswith("How the 12 killed of “the fallen” divide")

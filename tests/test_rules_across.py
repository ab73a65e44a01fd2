"""Rules across claims: each with an example that passes and one that is refused, in exact words."""

import pytest

from kg.model import Agent, AgentKind, Batch, Document, Set, Text
from kg.pipeline import record_batch
from kg.rules import RULES
from kg.terms import Iri, av
from tests.town import BASE, SHA256, WHEN, Town, case, killed, occurred

HALVES = {
    "north": {"of": "victim", "within": "dead", "name": {"en": "the dead of the north"}},
    "south": {"of": "victim", "within": "dead", "name": {"en": "the dead of the south"}},
}
PARTITION = {"asserts": {"partition": {"whole": "dead", "parts": ["north", "south"]}}}
OTHERS = {
    "east": {"of": "victim", "within": "dead", "name": {"en": "the dead of the east"}},
    "west": {"of": "victim", "within": "dead", "name": {"en": "the dead of the west"}},
}
SUMS = "mend a number or the partition; if the source itself says so, record it as stated (--as-stated)."


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


def counts(**numbers):
    """Counts of one voice, by set."""
    return [killed(number, over=key, said="2031-05-04") for key, number in numbers.items()]


def split(**numbers):
    return case(PARTITION, *counts(**numbers), sets=HALVES)


def line_of(town, field):
    """`case-1.yaml:LINE` of the numbered claim, as a person would count it."""
    text = (town.folder / "case-1.yaml").read_text(encoding="utf-8").split("\n")
    entries = [number for number, line in enumerate(text, start=1) if line.startswith("- ") and number > start(text)]
    return f"case-1.yaml:{entries[field]}"


def start(text):
    return text.index("claims:") + 1


# --- order ------------------------------------------------------------------------------------------------------------


def test_what_is_relayed_on_the_day_it_was_said_passes(town):
    assert town.refused(case(occurred(said="2031-05-04"))) == []


def test_a_relay_before_its_claim_is_refused(town):
    (problem,) = town.refused(case(occurred(via=[{"who": "post", "said": "2031-05-01"}])))
    place, _, told = problem.partition(": ")
    line = int(place.removeprefix("case-1.yaml:"))
    assert "who: post" in (town.folder / "case-1.yaml").read_text(encoding="utf-8").split("\n")[line - 1]
    assert told == (
        "claims[0].via[0]: nothing is relayed before it is said: it was said by 2031-05-01 (2031-05-01), but what it "
        "relays not before 2031-05-04 (2031-05-04). "
        "Remedy: mend one of the two dates, or widen the one that is not certain."
    )


def test_a_relay_that_may_have_come_after_its_claim_passes(town):
    assert town.refused(case(occurred(said="2031-05/2031-06", via=[{"who": "post", "said": "2031-05-04"}]))) == []


def test_a_claim_revises_an_earlier_one(town):
    assert town.refused(case(killed("7", id="old", said="2031-05-01"), killed("9", revises="old"))) == []


@pytest.mark.parametrize("how", ["revises", "withdraws"])
def test_a_claim_that_revises_or_withdraws_a_later_one_is_refused(town, how):
    content = case(killed("7", id="old"), killed("9", said="2031-05-01", **{how: "old"}))
    assert town.refused(content) == [
        f"{line_of(town, 1)}: claims[1]: nothing revises or withdraws what was said later: "
        "it was said by 2031-05-01, but what it revises or withdraws not before 2031-05-04. "
        "Remedy: mend one of the two dates, or turn the revision round."
    ]


def test_a_voice_withdraws_its_own(town):
    assert town.refused(case(killed("7", id="old"), occurred(stance="denies", withdraws="old"))) == []


def test_a_member_takes_itself_out_of_what_was_said_jointly(town):
    joint = {"both": {"kind": "joint-voice", "name": {"en": "both"}, "members": ["town-hall", "vane"]}}
    content = case(
        killed("7", id="old", who="both"), occurred(who="vane", stance="denies", withdraws="old"), agents=joint
    )
    assert town.refused(content) == []
    assert town.verify() == ()
    asked = town.ask("SELECT ?how { ?joint ?how ?own FILTER(?how IN (av:leftBy, av:withdrawnBy, av:supersededBy)) }")
    assert asked == [("https://w3id.org/averment/ns#leftBy",)]


def test_withdrawing_the_claim_of_another_voice_is_refused(town):
    content = case(killed("7", id="old"), occurred(who="vane", stance="denies", withdraws="old"))
    assert town.refused(content) == [
        f"{line_of(town, 1)}: claims[1]: a voice withdraws only its own: it withdraws a claim of another voice. "
        "Remedy: record a denial, or an assessment of that claim; only a voice itself retracts, or a member for itself."
    ]


def captured(day, published="2031-05-04"):
    content = case(occurred())
    content["documents"]["post"]["published"] = published
    content["documents"]["post"]["captures"][0]["captured"] = day
    return content


@pytest.mark.parametrize("day", ["2031-05-04", "2031-05-05", "2031-05"])
def test_a_capture_of_the_day_of_publication_or_later_passes(town, day):
    assert town.refused(captured(day)) == []


def test_a_capture_older_than_its_document_is_refused(town):
    (problem,) = town.refused(captured("2031-05-03"))
    assert problem.endswith(
        "documents.post.captures[0]: a capture is not older than its document: it was taken by 2031-05-03, but its "
        "document was published not before 2031-05-04. Remedy: mend the date of the capture or of the document."
    )


def test_what_is_read_before_it_is_said_is_refused(town):
    problems = town.refused(case(occurred(who="post", via=[], said="2031-05-09")))
    assert problems == [
        f"{line_of(town, 0)}: claims[0]: nothing is read before it is said: it was said not before 2031-05-09, but "
        "what it is read in was published by 2031-05-04. Remedy: mend the date of the claim or of the document."
    ]


def test_a_claim_of_an_earlier_file_is_held_against_a_later_one(town):
    town.add(case(killed("7", said="2031-05-04"), PARTITION, *counts(north="4", dead="9"), sets=HALVES))
    problems = town.refused(case(*counts(south="4"), sets=HALVES, note="2"))
    assert len(problems) == 1
    assert "its parts hold 8, the whole 9" in problems[0]


# --- circles ----------------------------------------------------------------------------------------------------------


def batch_of(town, *entities):
    from kg.intake import read_case

    path = town.write(case(occurred()))
    batch = read_case(path, base=BASE, recorded=WHEN, software="averment test")
    kept = [entity for entity in batch.entities if entity.iri not in {each.iri for each in entities}]
    return Batch(
        **{name: getattr(batch, name) for name in Batch.__dataclass_fields__ if name != "entities"},
        entities=(*kept, *entities),
    )


def circle_problems(town, *entities):
    from kg.errors import Refused

    with pytest.raises(Refused) as caught:
        record_batch(town.root, town.record, batch_of(town, *entities))
    return [problem.reason for problem in caught.value.problems]


def test_sets_within_each_other_are_refused(town):
    one, two = (Iri(f"{BASE}set/{key}") for key in ("one", "two"))
    sets = [
        Set(iri=a, names=(Text("x", "en"),), member_kind=av("Victim"), within=b) for a, b in ((one, two), (two, one))
    ]
    assert circle_problems(town, *sets) == ["no circle of sets: it lies within itself"] * 2


def test_joint_voices_of_each_other_are_refused(town):
    one, two = (Iri(f"{BASE}agent/{key}") for key in ("one", "two"))
    hall = Iri(f"{BASE}agent/town-hall")
    agents = [
        Agent(iri=a, kind=AgentKind.JOINT_VOICE, names=(Text("x", "en"),), members=(b, hall))
        for a, b in ((one, two), (two, one))
    ]
    assert circle_problems(town, *agents) == ["no circle of joint voices: it is a member of itself"] * 2


def test_copies_of_each_other_are_refused(town):
    one, two = (Iri(f"{BASE}document/{key}") for key in ("one", "two"))
    pairs = ((one, two), (two, one))
    documents = [
        Document(iri=a, title=Text("x", "en"), publisher=Iri(f"{BASE}agent/post"), copies=(b,)) for a, b in pairs
    ]
    assert circle_problems(town, *documents) == ["no circle of copies: it is a copy of itself"] * 2


# --- arithmetic -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers",
    [
        {"dead": "9", "north": "4", "south": "5"},
        {"dead": "at least 9", "north": "4", "south": "6"},
        {"dead": "9", "north": "at least 4", "south": "3"},
        {"dead": "between 8 and 10", "north": "4", "south": "5"},
        {"dead": "9", "north": "4"},  # what is unknown of one part cannot contradict
        {"north": "4", "south": "5"},
    ],
)
def test_parts_that_can_sum_to_the_whole_pass(town, numbers):
    assert town.refused(split(**numbers)) == []


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({"dead": "9", "north": "4", "south": "4"}, "its parts hold 8, the whole 9"),
        ({"dead": "9", "north": "4", "south": "6"}, "its parts hold 10, the whole 9"),
        ({"dead": "at least 10", "north": "4", "south": "5"}, "its parts hold 9, the whole from 10 up"),
        ({"dead": "9", "north": "at least 7", "south": "3"}, "its parts hold from 10 up, the whole 9"),
    ],
)
def test_parts_that_cannot_sum_to_the_whole_are_refused(town, numbers, told):
    assert town.refused(split(**numbers)) == [
        f"{line_of(town, 0)}: claims[0]: the parts of a partition sum to the whole: {told}. Remedy: {SUMS}"
    ]
    assert town.record.log.number == 0


def test_figures_that_do_not_add_up_are_recorded_as_stated_when_that_is_said(town):
    outcome = town.add(split(dead="9", north="4", south="4"), as_stated=True)
    assert outcome.claims == 4
    assert [severity for severity, problem in outcome.notices if "sum to the whole" in problem.reason] == ["arithmetic"]


def test_as_stated_excuses_arithmetic_alone(town):
    content = case(killed("7", id="old"), killed("9", said="2031-05-01", revises="old"))
    assert len(town.refused(content, as_stated=True)) == 1


def test_numbers_of_another_voice_are_not_added(town):
    numbers = [{**claim, "who": "vane"} for claim in counts(north="4", south="4")]
    assert town.refused(case(PARTITION, *counts(dead="9"), *numbers, sets=HALVES)) == []


def test_numbers_that_were_revised_are_not_added(town):
    old, new = counts(south="1")[0], counts(south="5")[0]
    old, new = {**old, "id": "old", "said": "2031-05-01"}, {**new, "revises": "old"}
    assert town.refused(case(PARTITION, *counts(dead="9", north="4"), old, new, sets=HALVES)) == []


def test_two_partitions_of_one_whole_that_disagree_are_refused(town):
    other = {"asserts": {"partition": {"whole": "dead", "parts": ["east", "west"]}}}
    numbers = counts(north="4", south="5", east="4", west="4")
    problems = town.refused(case(PARTITION, other, *numbers, sets={**HALVES, **OTHERS}))
    assert [problem.partition(": ")[2] for problem in problems] == [
        f"claims[{number}]: two partitions of one whole agree: its parts hold {mine}, the parts of another "
        f"partition of the same whole {theirs}. Remedy: carried over + received must equal completed + open; if the "
        "source itself says otherwise, use --as-stated."
        for number, mine, theirs in ((0, 9, 8), (1, 8, 9))
    ]


def ledger(**numbers):
    entry = {name: {"number": number, "wording": {"en": f"{name} {number}"}} for name, number in numbers.items()}
    return case({"ledger": {"about": "mill", "of": "allegation", "scheme": "oir-allegation-status", **entry}})


def test_a_ledger_that_balances_passes(town):
    assert town.refused(ledger(carried="10", opened="5", closed="3", open="12")) == []


def test_a_ledger_that_does_not_balance_is_refused(town):
    problems = town.refused(ledger(carried="10", opened="5", closed="3", open="11"))
    assert sorted(
        problem.partition("two partitions of one whole agree: ")[2].partition(".")[0] for problem in problems
    ) == [
        "its parts hold 14, the parts of another partition of the same whole 15",
        "its parts hold 15, the parts of another partition of the same whole 14",
    ]


# --- references -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (occurred(who=f"{BASE}agent/nobody"), "the voice is known: it names the voice {}agent/nobody"),
        (occurred(speaker=f"{BASE}agent/nobody"), "the speaker is known: it names the speaker {}agent/nobody"),
        (occurred(revises=f"{BASE}claim/none"), "what it revises is known: it names what it revises, {}claim/none"),
        (occurred(about=f"{BASE}event/none"), "what it is about is known: it names what it is about, {}event/none"),
    ],
)
def test_what_is_named_and_nowhere_described_is_refused(town, claim, told):
    problems = town.refused(case(claim))
    assert any(
        f"{told.format(BASE)}, which is not in the record. Remedy: describe it in this file, or mend its key." in p
        for p in problems
    ), problems


def test_what_an_earlier_file_described_is_known(town):
    town.add(case(killed("9")))
    assert town.refused(case(occurred(about=f"{BASE}event/mill", who=f"{BASE}agent/vane"), note="2")) == []


def test_every_rule_has_a_remedy_and_a_severity():
    assert all(rule.remedy and rule.severity in {"violation", "arithmetic"} for rule in RULES)
    assert SHA256

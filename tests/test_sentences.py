"""Every kind of proposition and every stance, word for word."""

import pytest

from kg.model import (
    PROPOSITIONS,
    Assessment,
    Characterisation,
    Comparison,
    Count,
    Identity,
    Location,
    Method,
    Occurrence,
    Partition,
    Request,
    Responsibility,
    Stance,
    Statement,
    Timing,
)
from kg.sentences import claim_sentence, clause_head, list_words, number_words, proposition_clause, scope_words
from kg.terms import NOT_STATED, Iri

MILL, HALL, DEAD, NORTH, SOUTH = (Iri(name) for name in ("the mill", "the hall", "the dead", "the north", "the south"))
CODE, OTHER = Iri("a code"), Iri("another code")


def label(iri: str) -> str:
    return "not stated" if iri == NOT_STATED else iri


def say(proposition, stance=Stance.ASSERTS, **more):
    return claim_sentence(stance, proposition, label, voice="Vane", **more)


SENTENCES = [
    (
        Count(about=(MILL,), measure=CODE, at_least=1601),
        "that there were at least 1,601 a code in the mill (population: not stated; basis: not stated; attributed to: "
        "not stated; period: not stated)",
    ),
    (
        Count(
            about=(MILL,),
            over=DEAD,
            measure=CODE,
            population=OTHER,
            basis=OTHER,
            actor=HALL,
            period="2031",
            place="Orrin",
            at_least=24,
            at_most=99,
            convention=CODE,
        ),
        "that there were 24 to 99 a code in the mill (counted over the dead; population: another code; basis: another "
        "code; attributed to: the hall; period: 2031; place: Orrin; read under the convention “a code”)",
    ),
    (Responsibility(about=(MILL,)), "that responsibility for the mill lies with a party that is not stated"),
    (
        Responsibility(about=(MILL,), actor=HALL, means=(CODE, OTHER), degree=CODE),
        "that responsibility for the mill lies with the hall, by a code and another code (a code)",
    ),
    (
        Location(about=(MILL,), place="Orrin", point="POINT(1 2)", mgrs="38S", accuracy=CODE, radius="50"),
        "that the mill took place at Orrin, 2° N 1° E or MGRS 38S (accuracy: a code, radius 50 m)",
    ),
    (Timing(about=(MILL,), time="2031-05"), "that the mill took place in May 2031"),
    (Timing(about=(MILL,)), "that the mill took place at a time that is not stated"),
    (Occurrence(about=(MILL,)), "that the mill took place"),
    (Occurrence(about=(MILL,), what=CODE), "that a code in the mill took place"),
    (Characterisation(about=(MILL,), character=CODE), ", on the mill: “a code”"),
    (
        Characterisation(about=(MILL,), actor=HALL, character=CODE, period="2031"),
        ", of the hall, on the mill in 2031: “a code”",
    ),
    (Assessment(about=(MILL,), scheme=CODE, status=OTHER), "that the status of the mill is “another code” (a code)"),
    (
        Assessment(about=(MILL,), scheme=CODE, any_of=(CODE, OTHER), reasons=(CODE,), standard=OTHER, methodology="v2"),
        "that the status of the mill is “a code” or “another code”, the source does not say which (a code, for the "
        "reason: a code, standard of proof: another code, methodology: v2)",
    ),
    (Partition(about=(DEAD,), parts=(NORTH, SOUTH)), "that the parts of the dead are: the north; the south"),
    (Identity(about=(NORTH,), other=SOUTH, relation=CODE), "that the north and the south are: a code"),
    (
        Method(about=(MILL,), actor=HALL, uses=(CODE, OTHER), period="2031"),
        "that the sources of the hall on the mill in 2031 are: a code and another code",
    ),
    (
        Comparison(about=(MILL,), actor=HALL, measure=CODE, other=DEAD, relation=OTHER),
        ", of the hall, on the mill: a code, another code the dead",
    ),
    (Request(about=(MILL,), addressee=HALL, requested=CODE), "asking the hall to a code, on the mill"),
    (
        Statement(about=(MILL,), code=CODE, actor=HALL, period="2031", value="in spring"),
        ", of the hall, on the mill: a code — in spring in 2031",
    ),
    (Statement(about=(MILL,), code=CODE), ", on the mill: a code"),
]


@pytest.mark.parametrize(("proposition", "told"), SENTENCES)
def test_a_claim_is_told_word_for_word(proposition, told):
    assert say(proposition) == f"Vane asserted{told if told.startswith(',') else f' {told}'}."


def test_every_kind_of_proposition_has_a_sentence_here():
    assert {type(proposition) for proposition, _ in SENTENCES} == set(PROPOSITIONS)


def test_a_request_that_is_asked_needs_no_second_verb():
    request = Request(about=(MILL,), addressee=HALL, requested=CODE)
    assert say(request, Stance.ASKS) == "Vane asked the hall to a code, on the mill."
    assert say(request, Stance.DENIES) == "Vane denied asking the hall to a code, on the mill."


@pytest.mark.parametrize(
    ("stance", "told"),
    [
        (Stance.ASSERTS, "asserted that"),
        (Stance.DENIES, "denied that"),
        (Stance.CANNOT_CONFIRM, "could not confirm that"),
        (Stance.ASKS, "asked whether"),
    ],
)
def test_a_stance_is_a_verb(stance, told):
    clause = say(Occurrence(about=(MILL,))).removeprefix("Vane asserted that")
    assert say(Occurrence(about=(MILL,)), stance) == f"Vane {told}{clause}"


def test_a_speaker_is_named_where_it_is_not_the_voice():
    assert say(Occurrence(about=(MILL,)), speaker="Pell").startswith("Vane, through Pell, asserted that")
    assert say(Occurrence(about=(MILL,)), speaker="Vane").startswith("Vane asserted that")


def test_open_bounds_stay_open():
    assert number_words(None, 7) == "at most 7"
    assert number_words(1, None, 40) == "at least 1, about 40"
    assert number_words(None, None) == "an unstated number"


def test_an_empty_list_says_so():
    assert list_words([]) == "nothing stated"


@pytest.mark.parametrize("proposition", [proposition for proposition, _ in SENTENCES])
def test_a_clause_is_its_head_and_its_scope_whatever_brackets_names_hold(proposition):
    head, scope = clause_head(proposition, bracketed), scope_words(proposition, bracketed)
    assert proposition_clause(proposition, bracketed) == (f"{head} ({scope})" if scope else head)
    assert "(" not in head.replace("(once)", "")


def bracketed(iri):
    return f"{iri} (once)"

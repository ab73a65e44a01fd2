"""The rules of comparison in one place, each with its reason, and the small tables they use.

`docs/comparison.md` shows these tables; a test holds the two together. Whoever changes what a rule decides raises
`RULES_VERSION`, which stands on everything that is derived by it.
"""

from dataclasses import dataclass
from enum import StrEnum

from kg.model import (
    Assessment,
    Comparison,
    Count,
    Identity,
    Location,
    Occurrence,
    Proposition,
    Timing,
)
from kg.terms import Iri, avc

RULES_VERSION = "3"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, when it applies, what comes out, and why."""

    name: str
    when: str
    outcome: str
    reason: str


class Implied(StrEnum):
    """What a position implies about harm."""

    OCCURRED = "harm occurred"
    DID_NOT_OCCUR = "harm did not occur"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Implication:
    """What a status of some scheme implies about harm, and why."""

    status: Iri
    implies: Implied
    reason: str


@dataclass(frozen=True, slots=True)
class Opposed:
    """Two codes that cannot both hold of the same conduct or quantity, and why."""

    one: Iri
    other: Iri
    reason: str


RULES: tuple[Rule, ...] = (
    Rule("one-claim", "a claim beside itself", "agrees", "Nothing contradicts itself."),
    Rule(
        "said-revision",
        "one says that it revises or withdraws the other, and is of the same voice or of a joint one with it in it",
        "revises",
        "The voice itself says so; no reading of dates or numbers can say it better. A member's own word takes that "
        "member out of a joint claim, which the sentence says, and ends it only with the last of them.",
    ),
    Rule(
        "later-word",
        "one voice answers one question twice, differently, the second time surely later "
        "(its earliest day after the other's latest)",
        "revises",
        "Successive totals of one party are one voice revising itself, not two voices at odds. Where answers can stand "
        "side by side (responsibility, characterisation, method, partition, statement) only a contradiction revises. "
        "A part counted later than its whole revises nothing.",
    ),
    Rule(
        "no-stand",
        "one asks, or cannot confirm",
        "not comparable",
        "To ask, or to be unable to confirm, is neither to assert nor to deny.",
    ),
    Rule(
        "other-thing",
        "they are about different things, and nothing is declared that joins them",
        "not comparable",
        "Events are kept apart until some voice says that they are one or overlap.",
    ),
    Rule(
        "linked-things",
        "they are about two things of which one lies within the other, or that are declared to overlap, to be possibly "
        "the same, or to be part of each other",
        "scope differs",
        "What is true of a part need not be true of the whole. Things declared the same are compared as one, with the "
        "declaring voice named.",
    ),
    Rule(
        "other-kind",
        "they are of different kinds, or assessed under different schemes, and one of them implies nothing about harm",
        "not comparable",
        "Only the few implications in the table below lead from one kind to another; none is invented.",
    ),
    Rule(
        "implied",
        "they are of different kinds or schemes, and both imply something about harm",
        "agrees, contradicts",
        "A count of at least one implies that harm occurred, a count of none and the finding that it did not occur "
        "imply the opposite.",
    ),
    Rule(
        "count-measure",
        "two counts measure different things, or one does not say what it measures",
        "not comparable",
        "Deaths and allegations share no scale.",
    ),
    Rule(
        "count-nested",
        "two counts are over sets of which one lies within the other",
        "scope differs, contradicts",
        "A part and its whole are not rivals. They contradict each other only where the part must be larger than the "
        "whole and population, actor, period and place are the same; the basis may differ, since the sets say what is "
        "counted.",
    ),
    Rule(
        "count-scope",
        "population, basis, actor, period, place or set differ, or are stated by one side alone",
        "scope differs",
        "Numbers of different scopes are not rival values. Silence is not agreement: what one side leaves open may "
        "make the difference. Where neither side states a slot, they are compared, and the sentence says so.",
    ),
    Rule(
        "count-round",
        "a round figure (“about 40”) without bounds stands beside another number",
        "agrees, overlaps, contradicts, not comparable",
        "How far off “about” may be is not said, so that it contradicts no other number: the same round figure agrees, "
        "a number that allows it overlaps, any other cannot be compared. Only who denies that very figure contradicts.",
    ),
    Rule(
        "count-values",
        "two counts of one scope",
        "agrees, refines, overlaps, contradicts",
        "Each is the set of numbers it allows, open ends left open; who denies a number allows all others.",
    ),
    Rule(
        "scope",
        "actor, period, standard of proof or methodology differ, or are stated by one side alone",
        "scope differs",
        "As for counts: they answer different questions, or may.",
    ),
    Rule(
        "occurrence",
        "both say that the same kind of thing took place, or deny it",
        "agrees, contradicts",
        "An occurrence has no values: two voices agree or they do not.",
    ),
    Rule(
        "responsibility",
        "responsibility of the same actor",
        "agrees, refines, overlaps, contradicts",
        "A stated means or degree says more than none. Two different ones can both hold.",
    ),
    Rule(
        "responsibility-actors",
        "responsibility of different actors",
        "overlaps",
        "Several may be responsible for one event; to name one does not clear another.",
    ),
    Rule(
        "location",
        "two points, each with a stated accuracy in metres",
        "agrees, refines, overlaps, contradicts",
        "A point is a circle of its stated accuracy. The circles' distance on the sphere decides.",
    ),
    Rule(
        "location-names",
        "a place without a circle",
        "agrees, contradicts, not comparable",
        "The same name agrees, or contradicts where the one denies it. Different names may be one place spelt twice, "
        "or one within the other, and a village is no number of metres.",
    ),
    Rule(
        "timing",
        "two dates with bounds",
        "agrees, refines, overlaps, contradicts",
        "A date is the days it can mean (EDTF).",
    ),
    Rule(
        "timing-round",
        "a date marked uncertain or approximate, or in no calendar form",
        "agrees, overlaps, contradicts, not comparable",
        "As for round figures.",
    ),
    Rule(
        "assessment",
        "two statuses of one scheme for the same thing, by the same standard and methodology",
        "agrees, refines, overlaps, contradicts",
        "A status is what it and its narrower codes allow; “one of several” allows each. Reasons beside the same "
        "status add to it and never contradict.",
    ),
    Rule(
        "characterisation",
        "the same description, or two opposed ones, of the same actor",
        "agrees, refines, overlaps, contradicts",
        "Opposed are only the pairs in the table below.",
    ),
    Rule(
        "characterisation-other",
        "two descriptions that are not opposed",
        "not comparable",
        "They neither support nor exclude each other: munitions can be precise and their effect indiscriminate.",
    ),
    Rule(
        "identity",
        "two statements on how the same two records stand to each other",
        "agrees, refines, contradicts",
        "Same, different, part and overlap exclude each other; “possibly the same” leaves all of them open.",
    ),
    Rule(
        "method",
        "two statements on the sources of the same party",
        "agrees, refines, overlaps, contradicts",
        "Who names more sources says more; to leave one out is not to deny it.",
    ),
    Rule(
        "partition",
        "two divisions of the same whole",
        "agrees, overlaps, contradicts",
        "One whole can be divided in several ways. What follows for the numbers is told with the sets.",
    ),
    Rule(
        "comparison",
        "two comparisons of the same with the same",
        "agrees, contradicts, not comparable",
        "More and less exclude each other; other relations are not ordered.",
    ),
    Rule(
        "statement",
        "the same coded statement of the same actor and period",
        "agrees, refines, contradicts",
        "A value in words says more than none.",
    ),
    Rule(
        "statement-words",
        "different coded statements, or different values in words",
        "not comparable",
        "Words are not compared by a machine.",
    ),
)

# Kinds in which a new answer takes the place of the old one; in the others answers can stand side by side.
EXCLUSIVE: tuple[type[Proposition], ...] = (Assessment, Comparison, Count, Identity, Location, Occurrence, Timing)

HARM_MEASURES = frozenset({avc("killed"), avc("injured"), avc("killed-or-injured")})
HARM_POPULATIONS_NOT = frozenset({avc("combatants"), avc("direct-participants")})

IMPLICATIONS: tuple[Implication, ...] = (
    Implication(
        avc("oir-credible"),
        Implied.OCCURRED,
        "The Coalition finds it more likely than not that its strike caused the casualties.",
    ),
    Implication(
        avc("oir-not-credible-did-not-occur"),
        Implied.DID_NOT_OCCUR,
        "The Coalition finds it more likely than not that the casualties did not occur.",
    ),
    Implication(avc("airwars-confirmed"), Implied.OCCURRED, "A belligerent has accepted that it caused the harm."),
    Implication(avc("amnesty-verified"), Implied.OCCURRED, "Amnesty verified the deaths on the ground."),
    Implication(avc("ohchr-verified"), Implied.OCCURRED, "The office holds the record to meet its standard."),
    Implication(
        avc("oir-not-credible-insufficient-information"),
        Implied.NOTHING,
        "The absence of a finding is not a denial.",
    ),
    Implication(
        avc("oir-not-credible-no-strike-on-record"),
        Implied.NOTHING,
        "It speaks of the Coalition's records and its own part, not of the harm.",
    ),
    Implication(avc("oir-not-credible"), Implied.NOTHING, "The ground is not stated, and may be want of information."),
    Implication(
        avc("airwars-fair"), Implied.NOTHING, "It grades how well the harm is reported; Airwars asserts the reports."
    ),
    Implication(
        avc("airwars-no-civilian-harm-reported"),
        Implied.NOTHING,
        "That nobody reported harm is not that there was none.",
    ),
)

OPPOSED: tuple[Opposed, ...] = (
    Opposed(
        avc("complies-with-law-of-armed-conflict"),
        avc("violations-committed"),
        "To keep to the law is not to have violated it.",
    ),
    Opposed(
        avc("complies-with-law-of-armed-conflict"),
        avc("war-crime"),
        "A war crime is a violation of the law of armed conflict.",
    ),
    Opposed(
        avc("deliberate-attack-on-civilians"),
        avc("inadvertent-killing"),
        "What was the object of attack was not hit without meaning to.",
    ),
    Opposed(avc("fewer-than"), avc("more-than"), "One quantity is not both less and more than another."),
)

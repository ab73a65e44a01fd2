"""The sentences of a comparison: what is said on each side, which parts match, which differ, what would be needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.analysis.compare.outcomes import Context, Outcome, Position
from kg.model import Count, Proposition, Stance
from kg.sentences import claim_sentence, list_words, measure_words, number_words
from kg.terms import NOT_STATED
from kg.values.dates_in_words import date_words

SLOT_WORDS = {
    "about": "event",
    "over": "set",
    "methodology": "methodology version",
    "standard": "standard of proof",
    "what": "kind of occurrence",
}
_OUTCOME_WORDS = {
    Outcome.AGREES: "They agree.",
    Outcome.REFINES: "The first implies the second, and says more.",
    Outcome.REFINED_BY: "The second implies the first, and says more.",
    Outcome.OVERLAPS: "Both can be true, and neither implies the other.",
    Outcome.CONTRADICTS: "They contradict each other: both cannot be true.",
}
_STANCE_WORDS = {
    Stance.ASSERTS: "",
    Stance.DENIES: "denied: ",
    Stance.CANNOT_CONFIRM: "could not confirm: ",
    Stance.ASKS: "asked whether: ",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Slots of two propositions sorted by who states them: the same, different, only one side, neither."""

    matches: tuple[str, ...]
    differs: tuple[str, ...]
    first_only: tuple[str, ...]
    second_only: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs and nothing is stated by one side alone."""
        return not (self.differs or self.first_only or self.second_only)

    @property
    def unstated(self) -> tuple[str, ...]:
        """What only one side states."""
        return self.first_only + self.second_only


def sort_slots(one: Proposition, other: Proposition, names: Sequence[str]) -> Scope:
    """The named slots of two propositions of one kind, sorted."""
    places: dict[str, list[str]] = {key: [] for key in ("same", "differs", "first", "second", "silent")}
    for name in names:
        mine, theirs = getattr(one, name), getattr(other, name)
        stated = _is_stated(mine), _is_stated(theirs)
        if stated == (True, True):
            places["same" if mine == theirs else "differs"].append(name)
        else:
            places["first" if stated[0] else "second" if stated[1] else "silent"].append(name)
    return Scope(*map(tuple, places.values()))


def _is_stated(value: object) -> bool:
    return value not in (None, (), NOT_STATED)


def outcome_words(outcome: Outcome) -> str:
    """An outcome in a sentence of its own, for contents without a scale."""
    return _OUTCOME_WORDS[outcome]


def opening(one: Position, other: Position, context: Context) -> str:
    """Who says what, on both sides."""
    if isinstance(one.proposition, Count) and isinstance(other.proposition, Count):
        return f"{_short(one, context)}; {_short(other, context)}."
    return f"{_full(one, context)} {_full(other, context)}"


def _short(position: Position, context: Context) -> str:
    return f"{context.label(position.voice)}: {_STANCE_WORDS[position.stance]}{numbered(position, context)}"


def numbered(position: Position, context: Context) -> str:
    """The number of a count with what it measures; "" for any other kind."""
    count = position.proposition
    return measured(count, context.label(count.measure)) if isinstance(count, Count) else ""


def measured(count: Count, measure: str) -> str:
    """The number of a count with what it measures, by its label."""
    return f"{figure(count)} {measure_words(measure, count.at_least, count.at_most)}"


def _full(position: Position, context: Context) -> str:
    label = context.label
    return claim_sentence(position.stance, position.proposition, label, voice=label(position.voice))


def figure(count: Count) -> str:
    """The number of a count in words."""
    return number_words(count.at_least, count.at_most, count.approximately)


def slot_word(name: str) -> str:
    """What a slot is called in a sentence.

    >>> slot_word("over"), slot_word("population")
    ('set', 'population')
    """
    return SLOT_WORDS.get(name, name)


def slot_value(proposition: Proposition, name: str, context: Context) -> str:
    """What a proposition states in a slot, in words."""
    value = getattr(proposition, name)
    if isinstance(value, tuple):
        return list_words(context.label(each) for each in value)
    if name == "period" and "://" not in str(value):
        return date_words(str(value))
    return context.label(value) if "://" in str(value) else str(value)


def differing_words(one: Proposition, other: Proposition, names: Sequence[str], context: Context) -> list[str]:
    """Which slots differ, with both values; nothing where none does."""
    if not names:
        return []
    pairs = [
        f"{slot_word(name)} (“{slot_value(one, name, context)}” against “{slot_value(other, name, context)}”)"
        for name in names
    ]
    return [f"They differ in {list_words(pairs)}."]


def one_sided_words(one: Proposition, other: Proposition, scope: Scope, context: Context) -> list[str]:
    """Which slots only one side states, with the value; nothing where none is."""
    found = []
    for side, names, proposition in (("first", scope.first_only, one), ("second", scope.second_only, other)):
        if names:
            stated = (f"{slot_word(name)} ({slot_value(proposition, name, context)})" for name in names)
            found.append(f"Only the {side} states {list_words(_with_article(text) for text in stated)}.")
    return found


def matching_words(proposition: Proposition, names: Sequence[str], context: Context) -> list[str]:
    """Which slots are the same, with the value; nothing where none is."""
    if not names:
        return []
    return [f"They match in {list_words(f'{slot_word(n)} ({slot_value(proposition, n, context)})' for n in names)}."]


def silent_words(names: Sequence[str]) -> list[str]:
    """Which slots neither side states; nothing where all are."""
    return [f"Neither states {list_words(map(_with_article, map(slot_word, names)), 'or')}."] if names else []


def remedy_words(scope: Scope) -> str:
    """What would make two propositions comparable."""
    needs = []
    on_the_same = [slot_word(name) for name in scope.differs]
    if on_the_same:
        needs.append(f"both had the same {list_words(on_the_same)}")
    for side, names in (("second", scope.first_only), ("first", scope.second_only)):
        if names:
            needs.append(f"the {side} stated its {list_words(map(slot_word, names))}")
    return f"They would be comparable if {list_words(needs)}."


def _with_article(text: str) -> str:
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"

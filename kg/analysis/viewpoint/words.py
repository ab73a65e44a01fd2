"""Numbers under viewpoints in sentences."""

from collections.abc import Iterator

from kg.analysis.viewpoint.numbers import Answer, Difference, Number
from kg.reading import Reader
from kg.sentences import number_words
from kg.terms import NOT_STATED

ANSWER_COLUMNS = (
    *("use", "at least", "at most", "undecided", "population", "basis", "set", "question"),
    *("claim", "sentence", "reason"),
)


def scope_words(reader: Reader, number: Number) -> str:
    """What a number counts, so that two of them are not taken for rivals."""
    parts = [f"counted over {reader.ref(number.over).label}"] if number.over else []
    for name, value in (("population", number.population), ("basis", number.basis)):
        parts.append(f"{name}: {reader.ref(value).label if value != NOT_STATED else 'not stated'}")
    return "; ".join(parts)


def figure_words(number: Number | None) -> str:
    """The number itself, or why there is none."""
    if number is None:
        return "no number"
    if number.undecided:
        return f"undecided: {number.undecided}"
    return number_words(number.at_least, number.at_most)


def answer_lines(reader: Reader, answer: Answer) -> Iterator[str]:
    """An answer told line by line: each number with the claims it uses, then what was left out and why."""
    sentences = {view.iri: view.sentence for view in reader.get_claims(_names(answer))}
    if not answer.numbers:
        yield "No number: no claim counts under this viewpoint."
    for number in answer.numbers:
        yield f"{figure_words(number)} ({scope_words(reader, number)}), by {_claims(len(number.used))}:"
        yield from (f"  + {sentences.get(claim, claim)}" for claim in number.used)
    if answer.left_out:
        yield f"Left out, {len(answer.left_out)}:"
    for left in answer.left_out:
        yield f"  - {sentences.get(left.claim, left.claim)} Why: {left.reason}."


def answer_rows(reader: Reader, answer: Answer) -> Iterator[tuple[object, ...]]:
    """An answer as rows: use, bounds, why undecided, population, basis, set, question, claim, sentence, reason."""
    sentences = {view.iri: view.sentence for view in reader.get_claims(_names(answer))}
    for number in answer.numbers:
        bounds = (number.at_least, number.at_most, number.undecided)
        scope = (number.population, number.basis, number.over, number.question)
        for claim in number.used:
            yield "used", *bounds, *scope, claim, sentences.get(claim, ""), ""
    for left in answer.left_out:
        yield "left out", None, None, "", "", "", "", "", left.claim, sentences.get(left.claim, ""), left.reason


def difference_lines(reader: Reader, found: list[Difference], *, one: str, other: str) -> Iterator[str]:
    """Two answers side by side, under the names of both."""
    for each in found:
        number = each.one or each.other
        assert number is not None  # a scope is there because one of the two has it
        sides = f"{one}, {figure_words(each.one)}; {other}, {figure_words(each.other)}"
        yield f"{scope_words(reader, number)}: {sides}; {'different' if each.is_change else 'the same'}."
    if not found:
        yield f"Nothing differs between {one} and {other}: neither has a number that the other lacks."


def _names(answer: Answer) -> set[str]:
    used = {claim for number in answer.numbers for claim in number.used}
    return used | {left.claim for left in answer.left_out}


def _claims(count: int) -> str:
    return f"{count} claim{'' if count == 1 else 's'}"

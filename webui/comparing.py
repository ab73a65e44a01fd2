"""How claims stand to each other, as pages show it: the pairs that matter beside what they are of, never too many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.analysis.as_of import AsOf
from kg.analysis.compare.beside import Beside, count_beside, list_beside
from kg.analysis.compare.event import Compared, compare_claims
from kg.analysis.compare.outcomes import Outcome
from kg.analysis.history.changes import changes, changes_of
from kg.analysis.history.turns import Changed
from kg.analysis.history.words import change_sentences
from kg.analysis.near import FEW, compare_one, read_positions, surround
from kg.model import Count
from kg.reading import Points, Reader, Ref
from webui.source import Tables

SHOWN = 4
MOST_BESIDE = 100
MOST_CHANGES = 20
COLUMNS = (
    *("outcome", "first", "second", "sentence", "rule", "matches", "differs", "unstated"),
    *("first_claim", "second_claim"),
)
_ORDER = (
    *(Outcome.CONTRADICTS, Outcome.REVISES, Outcome.REVISED_BY, Outcome.AGREES, Outcome.REFINES, Outcome.REFINED_BY),
    *(Outcome.OVERLAPS, Outcome.SCOPE_DIFFERS, Outcome.NOT_COMPARABLE),
)
_BESIDE = """
    SELECT c.iri FROM claims c
    WHERE c.kind = 'claim' AND c.iri <> $claim
      AND (c.question = $question
           OR c.iri IN (SELECT claim FROM concerns WHERE event IN (SELECT event FROM concerns WHERE claim = $claim)))
    ORDER BY c.question IS DISTINCT FROM $question, c.latest, c.iri LIMIT $most"""


@dataclass(frozen=True, slots=True)
class Paired:
    """The first pairs under one heading, and how many there are."""

    pairs: tuple[Compared, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How other claims stand to one: the pairs that can be compared, how many cannot, whether only some were tried."""

    pairs: tuple[Compared, ...]
    apart: int
    partly: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One change of a position, in words, and the claims before and after it."""

    change: str
    sentence: str
    before: str
    after: str


def group_pairs(pairs: Iterable[Compared], shown: frozenset[str], *, most: int = SHOWN) -> dict[str, Paired]:
    """Pairs with a claim among those shown: by measure where both are numbers, by kind, under "" where kinds differ."""
    found: dict[str, list[Compared]] = {}
    for pair in pairs:
        if pair.one.claim in shown or pair.other.claim in shown:
            found.setdefault(_heading(pair), []).append(pair)
    return {heading: Paired(tuple(members[:most]), len(members)) for heading, members in found.items()}


def _heading(pair: Compared) -> str:
    one, other = pair.one.proposition, pair.other.proposition
    if isinstance(one, Count) and isinstance(other, Count) and one.measure == other.measure:
        return one.measure
    return type(one).__name__ if type(one) is type(other) and not isinstance(one, Count) else ""


def compare_beside(record: Tables, claim: str, question: str) -> Standing:
    """How the claims on the same question and on the same events stand to a claim, by outcome."""
    params = {"claim": claim, "question": question, "most": MOST_BESIDE + 1}
    others = [str(row[0]) for row in record.view().rows(_BESIDE, params)]
    return _stand(
        compare_claims(record, [(claim, other) for other in others[:MOST_BESIDE]]), partly=len(others) > MOST_BESIDE
    )


def compare_near_by(reader: Reader, points: Points, claim: str) -> Standing | None:
    """The same from the graph, at once, where the events of a claim have few claims; None where they have many."""
    events = points.events_of(claim)
    if not events or any(points.is_busy(event, most=FEW) for event in events):
        return None
    near = list(dict.fromkeys(iri for event in events for iri in points.claims_of(event)))
    return _stand(compare_one(claim, surround(reader, points, read_positions(points, near))), partly=False)


def _stand(compared: Sequence[Compared], *, partly: bool) -> Standing:
    told = [pair for pair in compared if pair.comparison.outcome is not Outcome.NOT_COMPARABLE]
    told.sort(key=_place)
    return Standing(tuple(told), len(compared) - len(told), partly)


def _place(pair: Compared) -> tuple[int, int]:
    found = pair.comparison
    return _ORDER.index(found.outcome), len(found.differs) + len(found.unstated)


def find_turns(record: Tables, event: str, *, as_of: AsOf | None = None) -> tuple[list[Turn], int]:
    """The latest changes of a position on an event, and how many there are."""
    return _tell_turns(record, changes(record.view(), event=event, as_of=as_of))


def find_voice_turns(record: Tables, voice: str) -> tuple[list[Turn], int]:
    """The latest changes of one voice's positions, and how many there are."""
    return _tell_turns(record, changes_of(record.view(), voice))


def name_beside(record: Tables, voice: str) -> list[tuple[Ref, Beside]]:
    """The other voices that a voice agrees with or differs from, each by its label."""
    found = count_beside(record.view(), voice)
    labels = Reader(record.view(), record.base).labels
    labels.learn(each.voice for each in found)
    return [(labels.ref(each.voice), each) for each in found]


def compare_voices(record: Tables, voice: str, other: str) -> list[Compared]:
    """The first pairs of claims in which two voices differ, then those in which they agree."""
    return compare_claims(record, list_beside(record.view(), voice, other, most=MOST_BESIDE))


def _tell_turns(record: Tables, found: list[Changed]) -> tuple[list[Turn], int]:
    last = found[-MOST_CHANGES:]
    sentences = change_sentences(Reader(record.view(), record.base), last)
    told = zip(last, sentences, strict=True)
    return [Turn(each.change.value, words, each.before, each.after) for each, words in told], len(found)


def pair_row(pair: Compared) -> Sequence[object]:
    """A pair as a row of a table."""
    told = pair.comparison
    slots = (" ".join(told.matches), " ".join(told.differs), " ".join(told.unstated))
    return (told.outcome.value, *pair.voices, told.sentence, told.rule, *slots, pair.one.claim, pair.other.claim)

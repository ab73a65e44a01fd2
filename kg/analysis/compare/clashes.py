"""Which contents of coded kinds clash: found once by `compare` for each two different contents, however many claims."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from kg.analysis.claims_sql import EXCLUSIVE_KINDS, Query, View
from kg.analysis.compare.kinds import COMPATIBLE, compare_kind
from kg.analysis.compare.outcomes import Context, Outcome, Position
from kg.analysis.compare.pair import implied_harm
from kg.analysis.compare.rules import Implied
from kg.codes import load_codes
from kg.model import Assessment, Identity, Proposition, Responsibility, Stance
from kg.reading.claims import read_proposition
from kg.terms import Iri

_CONTENTS = """
    WITH said AS (SELECT DISTINCT c.proposition, c.stance, c.proposition_kind AS kind FROM {claims} c
                  WHERE c.kind = 'claim' AND c.stance IN ('asserts', 'denies') AND ({condition})
                    AND c.proposition_kind NOT IN {without})
    SELECT s.kind, p.slots, s.stance, NULL, NULL, NULL FROM said s JOIN propositions p ON p.iri = s.proposition
    WHERE s.kind NOT IN ('Location', 'Timing', 'Identity') GROUP BY ALL
    UNION ALL
    SELECT s.kind, p.slots, s.stance, p.iri, p.about, p.question
    FROM said s JOIN propositions p ON p.iri = s.proposition WHERE s.kind IN ('Location', 'Timing', 'Identity')"""
_NOWHERE = (Iri("about:blank"),)


@dataclass(frozen=True, slots=True)
class Content:
    """One content under one stance: how the tables name it, and the group it can clash in."""

    kind: str
    part: str
    stance: Stance
    bucket: tuple[str, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Clashes:
    """The clashing contents, and what single contents imply about harm, ready to be joined in SQL."""

    pairs: tuple[tuple[Content, Content], ...]
    implied: tuple[tuple[Content, Implied], ...]

    def to_params(self) -> Mapping[str, list[str]]:
        """The lists that the common table expressions of `kg.analysis.claims_sql` unnest."""
        return {
            "kinds": [one.kind for one, _ in self.pairs],
            "ones": [one.part for one, _ in self.pairs],
            "one_stances": [one.stance.value for one, _ in self.pairs],
            "others": [other.part for _, other in self.pairs],
            "other_stances": [other.stance.value for _, other in self.pairs],
        }

    def to_implied_params(self) -> Mapping[str, list[str]]:
        """The same for what contents imply; a scheme stands where the kind alone does not tell two apart."""
        return {
            "implied_kinds": [content.kind for content, _ in self.implied],
            "implied_parts": [content.part for content, _ in self.implied],
            "implied_stances": [content.stance.value for content, _ in self.implied],
            "implied_schemes": [_scheme(content.position.proposition) for content, _ in self.implied],
            "implied_harms": [harm.name for _, harm in self.implied],
        }


def find_clashes(view: View, query: Query, *, exclusive: bool = True) -> Clashes:
    """The contents among some claims that contradict each other when they are about the same thing.

    With `exclusive` false only among kinds in which answers can stand side by side.
    """
    without = "('Count', 'Request')" if exclusive else EXCLUSIVE_KINDS
    return to_clashes(view.rows(_CONTENTS.format(**query.words, without=without), dict(query.params)))


def to_clashes(rows: Iterable[tuple[Any, ...]]) -> Clashes:
    """The clashing contents among rows of kind, slots and stance; of what is told apart by name, with that as well:
    IRI, things it is about, and question."""
    contents = [_content(*row) for row in rows]
    context = Context(broader={code.iri: tuple(code.broader) for code in load_codes().values() if code.broader})
    buckets: dict[tuple[str, ...], list[Content]] = {}
    for content in contents:
        buckets.setdefault(content.bucket, []).append(content)
    pairs = [pair for bucket in buckets.values() for pair in _clashing(bucket, context)]
    implied = ((content, implied_harm(content.position)) for content in contents)
    return Clashes(tuple(pairs), tuple((content, harm) for content, harm in implied if harm is not Implied.NOTHING))


def _clashing(contents: Sequence[Content], context: Context) -> Iterator[tuple[Content, Content]]:
    for one, other in _opposable(contents):
        if compare_kind(one.position, other.position, context).outcome is Outcome.CONTRADICTS:
            yield one, other


def _opposable(contents: Sequence[Content]) -> Iterator[tuple[Content, Content]]:
    """Each two contents of a bucket of which the stances leave open that they clash."""
    asserted = [content for content in contents if content.position.stance is Stance.ASSERTS]
    denied = [content for content in contents if content.position.stance is Stance.DENIES]
    yield from product(asserted, denied)
    if not isinstance(contents[0].position.proposition, COMPATIBLE):
        yield from combinations(asserted, 2)


def _content(kind: Any, slots: Any, stance: Any, iri: Any, about: Any, question: Any) -> Content:
    proposition = read_proposition(kind, about or _NOWHERE, slots)
    position = Position(claim=iri or slots, stance=Stance(stance), voice="", proposition=proposition)
    return Content(kind, iri or slots, Stance(stance), _bucket(kind, proposition, question), position)


def _bucket(kind: str, proposition: Proposition, question: str | None) -> tuple[str, ...]:
    """What must be the same for two contents to clash, so that few pairs are looked at."""
    if isinstance(proposition, Identity):
        return kind, *sorted((*proposition.about, proposition.other))
    if question is not None:
        return kind, question
    if isinstance(proposition, Assessment):
        return kind, proposition.scheme
    if isinstance(proposition, Responsibility):
        return kind, proposition.actor
    names = ("what", "actor", "measure", "other", "code", "period")
    return kind, *(str(getattr(proposition, name, "")) for name in names)


def _scheme(proposition: Proposition) -> str:
    return proposition.scheme if isinstance(proposition, Assessment) else ""

"""What is told of origins: the bounds, the chains that show them, who rests on whom, and all of it in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.analysis.origins.reading import Suggestion
from kg.reading.views import Ref
from kg.sentences import list_words
from kg.terms import Iri

RULES = "2"
"""The version of the rules by which origins are counted; it is raised when they would count differently."""

_VERBS = {"consulted": "consulted", "copies": "copies", "relays": "relays", "from": "speaks through"}


@dataclass(frozen=True, slots=True)
class Step:
    """One saying of a chain; `saying` is "" for a text that was reprinted or a source that is not recorded."""

    voice: Ref
    saying: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A chain from a report to its end; `grounds` are the codes of the first-hand ground, () where none is declared."""

    steps: tuple[Step, ...]
    grounds: tuple[Ref, ...]

    @property
    def words(self) -> str:
        """The voices of the chain, from the reader's end, and the ground.

        >>> one = Step(Ref("a", "Daily", "agent"), "r"), Step(Ref("b", "Witness", "agent"), "c")
        >>> Trace(one, (Ref("g", "saw it happen", "code"),)).words
        'Daily → Witness (saw it happen)'
        """
        ground = ", ".join(ref.label for ref in self.grounds) or "does not say how it knows"
        return f"{' → '.join(step.voice.label for step in self.steps)} ({ground})"


@dataclass(frozen=True, slots=True)
class Link:
    """That one voice or document rests on another, and how: `consulted`, `copies`, `relays`, `from`."""

    source: Ref
    how: str
    target: Ref


@dataclass(frozen=True, slots=True)
class Origins:
    """Bounds on the independent origins of what is asserted; `exact` is false where the search was cut short.

    `declared` shows `at_least`; `possible` shows `at_most`, undeclared ends taken for origins.
    """

    subject: Ref
    reports: int
    at_least: int
    at_most: int
    declared: tuple[Trace, ...] = ()
    possible: tuple[Trace, ...] = ()
    passes_through: tuple[Ref, ...] = ()
    circles: tuple[tuple[Link, ...], ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    documents: dict[str, str] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    voices: int = 0
    left_out: int = 0
    exact: bool = True

    @property
    def sentence(self) -> str:
        """The answer in one line, such as “7 reports, 2 to 4 independent origins”."""
        return to_sentence(self.reports, self.at_least, self.at_most)

    @property
    def lines(self) -> tuple[str, ...]:
        """Why, in plain sentences."""
        return tuple(describe(self))


@dataclass(frozen=True, slots=True)
class OriginRow:
    """The bounds of an event or of one question about it, as a derived statement; `claims` are what it used.

    `circular` holds all that stands in one of the `circles`.
    """

    subject: Iri
    kind: str
    event: Iri
    reports: int
    at_least: int
    at_most: int
    passes_through: tuple[Iri, ...]
    circular: tuple[Iri, ...]
    claims: tuple[Iri, ...]
    circles: tuple[tuple[Iri, ...], ...] = ()
    rules: str = RULES


def to_sentence(reports: int, at_least: int, at_most: int) -> str:
    """The answer in one line.

    >>> to_sentence(7, 2, 4), to_sentence(1, 0, 1), to_sentence(10, 1, 1), to_sentence(0, 0, 0)
    ('7 reports, 2 to 4 independent origins', '1 report, 0 to 1 independent origins', \
'10 reports, 1 independent origin', 'no reports, no origins')
    """
    if not reports:
        return "no reports, no origins"
    bounds = f"{at_least:,}" if at_least == at_most else f"{at_least:,} to {at_most:,}"
    origins = "origin" if at_least == at_most == 1 else "origins"
    return f"{_number(reports, 'report')}, {bounds} independent {origins}"


def describe(origins: "Origins") -> Iterator[str]:
    """Why the bounds are what they are, in plain sentences."""
    if not origins.reports:
        yield "Nothing that still stands takes this position, so there is nothing to trace."
    else:
        yield from _bounds(origins)
    if origins.passes_through:
        names = list_words(ref.label for ref in origins.passes_through)
        yield f"Every chain passes through {names}."
    yield from map(_circle, origins.circles)
    yield from (_suggestion(one, origins.documents) for one in origins.suggestions)
    if origins.left_out:
        yield (
            f"{_number(origins.left_out, 'claim')} withdrawn by the voice or corrected by the recorder "
            f"{'is' if origins.left_out == 1 else 'are'} left out."
        )
    if not origins.exact:
        yield "The search was cut short: the bounds hold, but may be wider than the record makes them."


def _bounds(origins: "Origins") -> Iterator[str]:
    yield (
        f"{_number(len(origins.claims), 'claim')} by {_number(origins.voices, 'voice')} "
        f"{'reaches' if len(origins.claims) == 1 else 'reach'} the reader in {_number(origins.reports, 'report')}."
    )
    if origins.at_least == 1:
        yield "At least 1: one chain ends at a first-hand ground."
    elif origins.at_least:
        yield f"At least {origins.at_least:,}: so many chains end at first-hand grounds, with no claim or party in two."
    else:
        yield "At least 0: no chain ends at a first-hand ground."
    more = origins.at_most - origins.at_least
    if more:
        ends = f"{more:,} more end" if more > 1 else "1 more ends"
        yield (
            f"At most {origins.at_most:,}: {ends} where it is not said how the voice knows, "
            "and may be an origin of its own or rest on one counted already."
        )
    elif not origins.at_most:
        yield "At most 0: every chain leads round in a circle, and no voice in it says how it knows."
    else:
        yield f"At most {origins.at_most:,}: whatever else is reported shares a claim or a party with these chains."


def _circle(circle: tuple[Link, ...]) -> str:
    links = ", ".join(f"{link.source.label} {_VERBS[link.how]} {link.target.label}" for link in circle)
    return f"Circular reporting: {links}."


def _suggestion(one: Suggestion, documents: dict[str, str]) -> str:
    names = list_words(f"“{documents.get(iri) or iri.rsplit('/', 1)[-1]}”" for iri in one.documents)
    what = f"the same {one.length:,} bytes" if one.kind == "capture" else f"the same {one.length:,} characters"
    return f"Suggested, not counted: {names} hold {what} (SHA-256 {one.sha256[:12]}…); record a copy where it is one."


def _number(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"

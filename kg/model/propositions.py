"""What is said, apart from who says it and in which words: one class for each kind of proposition."""

from dataclasses import dataclass

from kg.model.slots import Kind, Sorted, fill, many, need, slot
from kg.terms import GEO, Iri, av


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposition(Sorted):
    """What is said, apart from who says it and in which words; `about` names what it is about."""

    about: tuple[Iri, ...] = many(av("about"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Proposition):
    """How many; `at_least` and `at_most` are inclusive, absent where that bound is open."""

    over: Iri | None = slot(av("over"), Kind.IRI, answer=True)
    measure: Iri = fill(av("measure"))
    population: Iri = fill(av("population"))
    basis: Iri = fill(av("basis"))
    actor: Iri = fill(av("actor"))
    period: str = fill(av("period"), Kind.TERM_OR_TEXT)
    place: str | None = slot(av("place"), Kind.TEXT)
    at_least: int | None = slot(av("atLeast"), Kind.INTEGER, answer=True)
    at_most: int | None = slot(av("atMost"), Kind.INTEGER, answer=True)
    approximately: int | None = slot(av("approximately"), Kind.INTEGER, answer=True)
    convention: Iri | None = slot(av("convention"), Kind.IRI, answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility(Proposition):
    """Whose act it was, by which means, and how firmly that is said."""

    actor: Iri = fill(av("actor"), answer=True)
    means: tuple[Iri, ...] = many(av("means"), answer=True)
    degree: Iri | None = slot(av("degree"), Kind.IRI, answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Proposition):
    """Where; a point never stands without its stated accuracy. `radius` is in metres."""

    place: str | None = slot(av("place"), Kind.TEXT, answer=True)
    point: str | None = slot(GEO + "asWKT", Kind.WKT, answer=True)
    mgrs: str | None = slot(av("mgrs"), Kind.TEXT, answer=True)
    accuracy: Iri = fill(av("accuracy"), answer=True)
    radius: str | None = slot(av("radius"), Kind.DECIMAL, answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing(Proposition):
    """When, in EDTF (ISO 8601-2)."""

    time: str = fill(av("time"), Kind.TERM_OR_TEXT, answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence(Proposition):
    """That it took place; the claim's stance says whether it is asserted or denied."""

    what: Iri = fill(av("what"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Characterisation(Proposition):
    """Conduct as someone describes it, in law or in plain words."""

    actor: Iri = fill(av("actor"))
    character: Iri = fill(av("character"), answer=True)
    period: str | None = slot(av("period"), Kind.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Proposition):
    """The status one scheme gives an event, an allegation, a set or a claim; `any_of` where it is not said which."""

    scheme: Iri = need(av("scheme"), Kind.IRI)
    status: Iri | None = slot(av("status"), Kind.IRI, answer=True)
    any_of: tuple[Iri, ...] = many(av("anyOf"), answer=True)
    reasons: tuple[Iri, ...] = many(av("reason"), answer=True)
    standard: Iri = fill(av("standard"), answer=True)
    methodology: str | None = slot(av("methodology"), Kind.TEXT, answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition(Proposition):
    """A whole and its parts, which do not overlap; it holds no numbers, the Counts of its sets do."""

    parts: tuple[Iri, ...] = many(av("part"), answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Proposition):
    """How two records stand to each other: the same, different, possibly the same, part of, overlapping.

    `about` holds one of them and `other` the other; for the symmetric relations the lesser IRI is `about`.
    """

    other: Iri = need(av("other"), Kind.IRI)
    relation: Iri = fill(av("relation"), answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(Proposition):
    """Which sources a party is said to use."""

    actor: Iri = fill(av("actor"))
    uses: tuple[Iri, ...] = many(av("uses"), answer=True)
    period: str | None = slot(av("period"), Kind.TEXT, answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Proposition):
    """How something in one war stands to the same thing in others."""

    actor: Iri = fill(av("actor"))
    measure: Iri = fill(av("measure"))
    other: Iri | None = slot(av("other"), Kind.IRI)
    relation: Iri = fill(av("relation"), answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Proposition):
    """What is asked, and of whom."""

    addressee: Iri = fill(av("addressee"))
    requested: Iri = fill(av("requested"), answer=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Proposition):
    """The fallback: a code, whom it concerns, and at most one value in words."""

    code: Iri = need(av("code"), Kind.IRI)
    actor: Iri | None = slot(av("actor"), Kind.IRI)
    period: str | None = slot(av("period"), Kind.TEXT)
    value: str | None = slot(av("value"), Kind.TEXT, answer=True)


PROPOSITIONS: tuple[type[Proposition], ...] = (
    Count,
    Responsibility,
    Location,
    Timing,
    Occurrence,
    Characterisation,
    Assessment,
    Partition,
    Identity,
    Method,
    Comparison,
    Request,
    Statement,
)

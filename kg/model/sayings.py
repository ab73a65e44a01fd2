"""Who says it: claims, and relays of claims."""

from dataclasses import dataclass
from enum import StrEnum

from kg.model.slots import Kind, Sorted, Text, fill, fill_many, many, need, slot
from kg.terms import PROV, Iri, av


class Stance(StrEnum):
    """What a voice does with a proposition; the value is the local name of the property."""

    ASSERTS = "asserts"
    DENIES = "denies"
    CANNOT_CONFIRM = "cannotConfirm"
    ASKS = "asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Sorted):
    """One voice's own position on one proposition, on one occasion.

    `said` is EDTF; `earliest` and `latest` are ISO dates, absent where that side is open.
    """

    stance: Stance
    proposition: Iri = need(av("content"), Kind.IRI)
    voice: Iri = need(PROV + "wasAttributedTo", Kind.IRI)
    speaker: Iri | None = slot(av("speaker"), Kind.IRI)
    occasion: Iri = need(PROV + "wasGeneratedBy", Kind.IRI)
    wording: Text | None = slot(av("wording"), Kind.LANG)
    worded_as: Iri = fill(av("wordedAs"))
    passages: tuple[Iri, ...] = many(av("passage"))
    said: str | None = slot(av("said"), Kind.TEXT)
    earliest: str | None = slot(av("earliest"), Kind.DATE)
    latest: str | None = slot(av("latest"), Kind.DATE)
    consulted: tuple[Iri, ...] = many(av("consulted"))
    grounds: tuple[Iri, ...] = fill_many(av("groundedBy"))
    revises: tuple[Iri, ...] = many(av("revises"))
    withdraws: tuple[Iri, ...] = many(av("withdraws"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay(Sorted):
    """One voice's report of another's claim, or of another relay, without taking a position."""

    relays: Iri = need(av("relays"), Kind.IRI)
    voice: Iri = need(PROV + "wasAttributedTo", Kind.IRI)
    speaker: Iri | None = slot(av("speaker"), Kind.IRI)
    occasion: Iri = need(PROV + "wasGeneratedBy", Kind.IRI)
    wording: Text | None = slot(av("wording"), Kind.LANG)
    worded_as: Iri = fill(av("wordedAs"))
    passages: tuple[Iri, ...] = many(av("passage"))
    said: str | None = slot(av("said"), Kind.TEXT)
    earliest: str | None = slot(av("earliest"), Kind.DATE)
    latest: str | None = slot(av("latest"), Kind.DATE)
    consulted: tuple[Iri, ...] = many(av("consulted"))
    renders: Iri | None = slot(av("renders"), Kind.IRI)


Saying = Claim | Relay

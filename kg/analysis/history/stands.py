"""What a claim says of one party's stand on a harm, by a small versioned table: accepted, denied, no finding, open.

A code that means "no finding" is never taken for a denial (ontology/codes/oir-allegation-status.ttl). What is not in
the table says nothing of a stand.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from kg.analysis.compare.rules import HARM_MEASURES, HARM_POPULATIONS_NOT
from kg.terms import NOT_STATED, avc

VERSION = "2"


class Stand(StrEnum):
    """Where a party stands on harm that is ascribed to it."""

    ACCEPTED = "accepted"
    NO_FINDING = "no finding"
    DENIED = "denied"
    OPEN = "open"
    REOPENED = "reopened"
    DUPLICATE = "duplicate"


STAND_OF_STATUS: dict[str, Stand] = {
    avc("oir-credible"): Stand.ACCEPTED,
    avc("oir-not-credible"): Stand.NO_FINDING,
    avc("oir-not-credible-insufficient-information"): Stand.NO_FINDING,
    avc("oir-not-credible-no-strike-on-record"): Stand.NO_FINDING,
    avc("oir-not-credible-did-not-occur"): Stand.DENIED,
    avc("oir-open"): Stand.OPEN,
    avc("oir-reopened"): Stand.REOPENED,
    avc("oir-duplicate"): Stand.DUPLICATE,
    avc("airwars-position-credible"): Stand.ACCEPTED,
    avc("airwars-position-non-credible"): Stand.NO_FINDING,
    avc("airwars-position-open"): Stand.OPEN,
    avc("airwars-position-duplicate"): Stand.DUPLICATE,
}
# A field that one party keeps about another's position.
FIELD_SCHEMES = (avc("scheme-airwars-belligerent-position"),)
# Numbers a party passes on or asks about without making them its own.
_OTHERS = tuple(avc(slug) for slug in ("submitted", "reported", "information-requested", "claimed-by-attacker"))


def stand_of_statuses(statuses: Iterable[str]) -> Stand | None:
    """The stand of an assessment by one status or by one of several, None where they are not all one stand."""
    stands = {STAND_OF_STATUS.get(status) for status in statuses}
    return stands.pop() if len(stands) == 1 else None


def stand_of_count(count: Mapping[str, Any]) -> Stand | None:
    """The stand of a row of `counts`: at least one killed or injured is an acceptance of harm."""
    if (count["at_least"] or 0) < 1 or count["measure"] not in HARM_MEASURES:
        return None
    is_other = count["population"] in HARM_POPULATIONS_NOT or count["basis"] in _OTHERS
    return None if is_other else Stand.ACCEPTED


def stand_of_occurrence(what: str) -> Stand | None:
    """The stand of an occurrence."""
    return Stand.ACCEPTED if what == NOT_STATED or what in HARM_MEASURES else None


def _listed(iris: Iterable[str]) -> str:
    return ", ".join(f"'{iri}'" for iri in sorted(iris))


_STATUSES = ", ".join(f"('{iri}', '{stand}')" for iri, stand in STAND_OF_STATUS.items())

# The same in SQL: the stand of every proposition that takes one, one row each; `field` where it is a field about
# another's position.
# An assessment that leaves open which of several statuses takes a stand where all of them are one.
STANDS = f"""
    statuses(status, stand) AS (VALUES {_STATUSES}),
    said_statuses AS (
        SELECT proposition, scheme, unnest(list_distinct(list_concat(any_of, [status]))) AS status FROM positions),
    stands AS (
        SELECT s.proposition, min(t.stand) AS stand, bool_or(s.scheme IN ({_listed(FIELD_SCHEMES)})) AS field
        FROM said_statuses s LEFT JOIN statuses t USING (status) WHERE s.status IS NOT NULL
        GROUP BY s.proposition HAVING count(*) = count(t.stand) AND min(t.stand) = max(t.stand)
        UNION ALL
        SELECT proposition, '{Stand.ACCEPTED}', false FROM counts
        WHERE at_least >= 1 AND measure IN ({_listed(HARM_MEASURES)})
          AND population NOT IN ({_listed(HARM_POPULATIONS_NOT)}) AND basis NOT IN ({_listed(_OTHERS)})
        UNION ALL
        SELECT iri, '{Stand.ACCEPTED}', false FROM propositions
        WHERE kind = 'Occurrence' AND slots ->> '$.what' IN ('{NOT_STATED}', {_listed(HARM_MEASURES)}))"""

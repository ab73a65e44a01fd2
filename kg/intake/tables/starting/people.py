"""What a table of people claims: a row is a person, and what happened to them."""

import re
from collections.abc import Iterator

from kg.intake.tables.starting.claims import claim, claim_location, claim_timing
from kg.intake.tables.starting.quoting import quote
from kg.intake.tables.starting.seen import Seen

_DIED = re.compile(
    r"(?i)\b(died|dead|killed|deceased|death|martyr|expired|décédée?s?|tuée?s?|morte?s?|muert[oa]s?|fallecid[oa]s?)\b"
    "|متوفى|متوفاة|شهيد|قتيل|وفاة|استشهاد"
)
_HURT = re.compile(
    r"(?i)\b(injured|wounded|hurt|discharged|admitted|survived|blessée?s?|herid[oa]s?)\b|جريح|مصاب|إصابة"
)
_WORDED = 6
"""So many columns at most stand in the wording of a claim."""


def list_people_lines(seen: Seen) -> Iterator[str]:
    """The people of a table, and the claims about them."""
    person = seen.find("person")
    assert person is not None
    yield "    # The people in the rows, as this table records them. {column} is the cell of a row;"
    yield "    # {column|key} makes a key of it."
    yield "    victims:"
    yield f'      "{seen.name}":'
    yield f"        name: {{column: {quote(person.name)}}}"
    if seen.keys:
        yield f'        identifiers: "{" ".join(f"{{{key}}}" for key in seen.keys)}"'
    yield "        listed_in: table"
    yield "    # What each row claims. where: says which rows make the claim."
    yield "    claims:"
    about = f"victim/{seen.name}"
    shown = [person, *(each for each in seen.usable if each is not person and (each.plays("age") or each.is_few))]
    wording = "; ".join(f"{{{each.name}|maybe}}" for each in shown[:_WORDED])
    for what, where in _find_outcomes(seen) or [("killed", "")]:
        yield from claim(seen, where, [f'occurrence: {{about: "{about}", what: {what}}}'], wording=wording)
    day = next((each for each in seen.usable if each.dates and each.plays("death")), None)
    yield from claim_timing(seen, about, day)
    yield from claim_location(seen, about, seen.find("place") if day else None)


def _find_outcomes(seen: Seen) -> list[tuple[str, str]]:
    """What happened to people, and the condition that says so, from columns of a few values."""
    found: dict[str, str] = {}
    for what, words in (("killed", _DIED), ("injured", _HURT)):
        for column in filter(lambda each: each.is_few, seen.usable):
            values = [quote(value) for value in column.values if words.search(value)]
            if values:
                found.setdefault(what, f"{quote(column.name)}: [{', '.join(values)}]")
    return list(found.items())

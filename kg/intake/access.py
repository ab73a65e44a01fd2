"""Who may see it, as a file says so: of a whole claim, or of one field of a victim, a place or a claim, and why."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from kg.intake.codes import read_code
from kg.intake.fields import read_integer, read_text
from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.model import Decision, Location
from kg.terms import DCTERMS, GEO, NOT_STATED, Iri, av, avc
from kg.values.coarse import LEAST_METRES, MOST_DECIMALS, MOST_METRES, Circle, Coarseness, coarsen, coarsen_mgrs
from kg.values.mgrs_squares import SIDES
from kg.values.places import ACCURACIES, parse_place
from kg.values.refused import ValueRefused

PUBLIC, RESTRICTED, SEALED = (avc(f"access-{level}") for level in ("public", "restricted", "sealed"))
LEVELS = (PUBLIC, RESTRICTED, SEALED)
FIELDS: dict[str, Iri] = {
    "name": av("name"),
    "identifiers": Iri(DCTERMS + "identifier"),
    "listed_in": av("listedIn"),
    "wording": av("wording"),
    "passage": av("passage"),
    "place": av("place"),
    "point": Iri(GEO + "asWKT"),
    "mgrs": av("mgrs"),
}
"""The fields of which it may be decided who sees them, and the property that each is."""
_OF_A_LOCATION = ("place", "point", "mgrs")
_WKT = re.compile(r"POINT\((\S+) (\S+)\)")


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as it is written: the level, the reason (None only of what is public anyway), who and which day.

    `by` and `on` are None where the file leaves them to who records it, and when; `coarser` is what a point is
    reduced to.
    """

    at: Path
    level: Iri
    reason: Iri | None = None
    by: str | None = None
    on: str | None = None
    coarser: Coarseness | None = None

    def is_withheld(self) -> bool:
        """Whether not everyone may see it."""
        return self.level != PUBLIC

    def to_decision(self, decides: Iri, field: str | None = None) -> Decision:
        """As a record, with what the file leaves open left empty."""
        return Decision(
            decides=decides,
            field=FIELDS[field] if field else None,
            access=self.level,
            reason=self.reason or NOT_STATED,
            decided_by=self.by or "",
            decided=self.on or "",
            decimals=self.coarser.decimals if self.coarser else None,
            metres=self.coarser.metres if self.coarser else None,
            ingestion=Iri(""),
        )


def settle(decision: Decision, *, ingestion: Iri, recorder: str, recorded: str) -> Decision:
    """A decision with what a file left open: taken by the recorder, on the day of recording."""
    return replace(
        decision,
        decides=decision.decides or ingestion,
        decided_by=decision.decided_by or recorder,
        decided=decision.decided or recorded[:10],
        ingestion=ingestion,
    )


def read_whole(sheet: Sheet, at: Path) -> Decided | None:
    """Who may see the whole, as `access` at a path says; None where it says nothing of the whole."""
    if not isinstance(sheet.get(at), dict):
        return _read_level(sheet, at, at)
    return (
        _read_decision(sheet, at) if any(name in sheet.keys(at) for name in ("level", "reason", "by", "on")) else None
    )


def read_fields(sheet: Sheet, at: Path, names: tuple[str, ...]) -> dict[str, Decided]:
    """Who may see each field, as `access` at a path says; a field that is not there is noted."""
    found = {}
    for name in names:
        place = (*at, name)
        if not isinstance(sheet.get(place), dict):
            continue
        if sheet.get((*at[:-1], name)) is None:
            sheet.refuse(place, f"there is no {name} to decide about", f"give `{name}`, or leave this out", value=name)
            continue
        decided = _read_decision(sheet, place)
        if decided is not None:
            found[name] = decided
    return found


def _read_decision(sheet: Sheet, at: Path) -> Decided | None:
    decided = _read_level(sheet, (*at, "level"), at)
    if decided is None and sheet.get((*at, "level")) is None and sheet.is_sound((*at, "level")):
        sheet.refuse(at, "the level is missing", "write level: public, restricted or sealed", value="")
    reason = read_code(sheet, (*at, "reason"), "access-reason")
    if decided is None:
        return None
    if reason is None and sheet.get((*at, "reason")) is None and sheet.is_sound((*at, "reason")):
        _refuse_reason(sheet, at)
    return replace(
        decided,
        reason=reason,
        by=read_text(sheet, (*at, "by")),
        on=_read_day(sheet, (*at, "on")),
        coarser=_read_coarseness(sheet, at),
    )


def _read_level(sheet: Sheet, at: Path, holder: Path) -> Decided | None:
    level = read_code(sheet, at, "access-level")
    if level is None:
        return None
    if at == holder and level != PUBLIC:
        _refuse_reason(sheet, at)
    return Decided(holder, level)


def _refuse_reason(sheet: Sheet, at: Path) -> None:
    shown = sheet.text(at) or "sealed"
    remedy = f"write {{level: {shown}, reason: safety}}, with a code of ontology/codes/access-reason.ttl"
    sheet.refuse(at, "the reason is missing: nothing is withheld, and nothing let go, without one", remedy)


def _read_day(sheet: Sheet, at: Path) -> str | None:
    text = sheet.text(at)
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        sheet.refuse(at, "no day", "write the day of the decision as 2032-06-09")
        return None


def _read_coarseness(sheet: Sheet, at: Path) -> Coarseness | None:
    decimals, metres = (read_integer(sheet, (*at, name)) for name in ("decimals", "metres"))
    if decimals is not None and metres is not None:
        sheet.refuse((*at, "decimals"), "both decimals and metres are given", "keep one of the two")
        return None
    for name, value, least, most in (
        ("decimals", decimals, 0, MOST_DECIMALS),
        ("metres", metres, LEAST_METRES, MOST_METRES),
    ):
        if value is not None and not least <= value <= most:
            sheet.refuse(
                (*at, name), f"not from {least:,} to {most:,}", "give a level that hides something, and not all"
            )
            return None
    return None if decimals is None and metres is None else Coarseness(decimals, metres)


def read_location(sheet: Sheet, at: Path, location: Location) -> tuple[Location, dict[str, Decided]]:
    """What stands in the open of a location written at a path, and what is decided about its fields.

    A grid reference is as exact as a point, so that what is decided about the point holds for it too. Where it stands
    alone, it can be reduced to a larger square.
    """
    decided = read_fields(sheet, (*at, "access"), _OF_A_LOCATION)
    point = decided.get("point")
    if point and point.is_withheld() and location.mgrs and not ("mgrs" in decided and decided["mgrs"].is_withheld()):
        decided["mgrs"] = replace(point, coarser=None)
    withheld = {name: each for name, each in decided.items() if each.is_withheld()}
    if not withheld:
        return location, decided
    nothing: dict[str, Any] = dict.fromkeys(withheld)
    public = replace(location, **nothing)
    if "point" in withheld:
        circle = _coarsen(sheet, withheld["point"], location)
        public = replace(
            public,
            point=circle.wkt if circle else None,
            accuracy=NOT_STATED,
            radius=str(circle.metres) if circle else None,
        )
    if (grid := withheld.get("mgrs")) and grid.coarser:
        public = replace(public, mgrs=_cut(sheet, grid, location), accuracy=NOT_STATED)
    if not any((public.place, public.point, public.mgrs)) and sheet.is_sound(at):
        remedy = "reduce the point with decimals or metres, leave the place in words, or withhold the whole claim"
        sheet.refuse((*at, "access"), "nothing would be left of where it is", remedy, value="")
    return public, decided


def _coarsen(sheet: Sheet, decided: Decided, location: Location) -> Circle | None:
    """The circle that is published for the point of a location; None where the point is withheld as a whole."""
    to, found = decided.coarser, _WKT.fullmatch(location.point or "")
    if to is None or found is None:
        return None
    place = parse_place(found[2], found[1])
    stated = _stated_metres(location)
    circle = coarsen(place, to)
    finest = max(len(text.partition(".")[2]) for text in found.groups())
    named = "decimals" if to.decimals is not None else "metres"
    if circle.metres <= stated:
        reason = f"{to} is finer than the {stated:,} metres that the source itself states, and would hide nothing"
        sheet.refuse((*decided.at, named), reason, "give a coarser level, or leave the point as it is")
    elif to.decimals is not None and finest <= to.decimals:
        reason = f"the point is written to {Coarseness(finest)}: {to} would hide nothing"
        sheet.refuse((*decided.at, named), reason, "give fewer decimals, or leave the point as it is")
    return replace(circle, metres=circle.metres + stated)


def _cut(sheet: Sheet, decided: Decided, location: Location) -> str | None:
    """The larger square that is published for the grid reference of a location; None where that is refused."""
    side = decided.coarser.metres if decided.coarser else None
    if location.point is not None:
        reason = "the point beside it says the same, more exactly"
        sheet.refuse(decided.at, reason, "reduce the point; the grid reference is then withheld with it", value="")
    elif side not in SIDES:
        told = ", ".join(f"{each:,}" for each in SIDES if each >= LEAST_METRES)
        sheet.refuse((*decided.at, "metres"), "no square of the grid is so large", f"give one of {told}")
    else:
        try:
            return coarsen_mgrs(location.mgrs or "", side)
        except ValueRefused as refused:
            sheet.refuse((*decided.at, "metres"), refused.reason, refused.remedy)
    return None


def _stated_metres(location: Location) -> int:
    """How far off the source says that its point may be, in whole metres rounded up; 0 where it gives no metres."""
    if location.radius is not None:
        return -int(-Decimal(location.radius) // 1)
    return next((each.metres or 0 for each in ACCURACIES if each.code == location.accuracy), 0)

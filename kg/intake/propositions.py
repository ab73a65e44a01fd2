"""Propositions as a case file writes them: one reader for each kind, by the name it has there."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from kg.intake.codes import read_assessment_scheme, read_code, read_codes
from kg.intake.fields import read_integer, read_period, read_text, refuse_value
from kg.intake.references import SUBJECTS, References
from kg.intake.sheet import Sheet
from kg.intake.sources import read_sources
from kg.intake.yamltext import Path
from kg.model import (
    Assessment,
    Characterisation,
    Comparison,
    Count,
    Identity,
    Location,
    Method,
    Occurrence,
    Partition,
    Proposition,
    Request,
    Responsibility,
    Statement,
    Timing,
)
from kg.terms import NOT_STATED, Iri, avc
from kg.values.conventions import get_convention
from kg.values.mgrs_squares import parse_mgrs
from kg.values.places import parse_place
from kg.values.quantities import Quantity, parse_quantity
from kg.values.refused import ValueRefused

_REASONS = {"oir-allegation-status": ("oir-reason-not-credible", "oir-reason-credible")}
SILENT = ("not-stated", "avc:not-stated")
_NOWHERE = Iri("")
"""Stands where something missing was noted; a file with anything noted never becomes a batch."""


@dataclass(slots=True)
class Propositions:
    """Reads propositions; `language` is that of the words at hand, for numbers."""

    sheet: Sheet
    references: References
    language: str = "en"

    def read(self, at: Path, language: str) -> Proposition | None:
        """The proposition whose kind is the one field of the mapping at a path; None where it is amiss and noted so."""
        kinds = [kind for kind in self.sheet.keys(at) if kind in _READERS]
        if len(kinds) != 1:
            return None
        self.language = language
        return _READERS[kinds[0]](self, (*at, kinds[0]))

    def _about(self, at: Path, name: str = "about") -> tuple[Iri, ...]:
        return self.references.read_all((*at, name), *SUBJECTS)

    def _agent(self, at: Path, name: str = "actor") -> Iri:
        if self.sheet.text((*at, name)) in SILENT:
            return NOT_STATED
        return self.references.read((*at, name), "agent") or NOT_STATED

    def _code(self, at: Path, name: str, *schemes: str) -> Iri:
        return read_code(self.sheet, (*at, name), *schemes) or NOT_STATED

    def _period(self, at: Path, name: str = "period") -> str | None:
        return None if self.sheet.text((*at, name)) in SILENT else read_period(self.sheet, (*at, name))

    def _read_count(self, at: Path) -> Count:
        quantity = read_number(self.sheet, at, self.language)
        return Count(
            about=self._about(at),
            over=self.references.read((*at, "over"), "set"),
            measure=self._code(at, "measure", "measure"),
            population=self._code(at, "population", "population"),
            basis=self._code(at, "basis", "counting-basis"),
            actor=self._agent(at),
            period=self._period(at) or NOT_STATED,
            place=read_text(self.sheet, (*at, "place")),
            at_least=quantity.at_least if quantity else None,
            at_most=quantity.at_most if quantity else None,
            approximately=quantity.about if quantity else None,
            convention=avc(quantity.convention) if quantity and quantity.convention else None,
        )

    def _read_responsibility(self, at: Path) -> Responsibility:
        return Responsibility(
            about=self._about(at),
            actor=self._agent(at),
            means=read_codes(self.sheet, (*at, "means"), "measure"),
            degree=read_code(self.sheet, (*at, "degree"), "airwars-belligerent-type"),
        )

    def _read_location(self, at: Path) -> Location:
        sheet = self.sheet
        accuracy, radius = self._code(at, "accuracy", "geolocation-accuracy"), _read_decimal(sheet, (*at, "radius"))
        point = _read_point(sheet, (*at, "point"))
        if not any(sheet.get((*at, name)) for name in ("place", "point", "mgrs")) and sheet.is_sound(at):
            sheet.refuse(at, "it says nowhere", "give place, point or mgrs")
        if point and accuracy == NOT_STATED and radius is None and sheet.is_sound(at):
            reason = "a point without its accuracy, which makes it look exact"
            sheet.refuse((*at, "point"), reason, "give accuracy or radius as the source states it, or the place alone")
        if radius is not None and Decimal(radius) <= 0:
            sheet.refuse((*at, "radius"), "not above 0", "give metres, or leave it out")
        return Location(
            about=self._about(at),
            place=read_text(sheet, (*at, "place")),
            point=point,
            mgrs=_read_mgrs(sheet, (*at, "mgrs")),
            accuracy=accuracy,
            radius=radius,
        )

    def _read_timing(self, at: Path) -> Timing:
        return Timing(about=self._about(at), time=self._period(at, "time") or NOT_STATED)

    def _read_occurrence(self, at: Path) -> Occurrence:
        return Occurrence(about=self._about(at), what=self._code(at, "what", "measure"))

    def _read_characterisation(self, at: Path) -> Characterisation:
        return Characterisation(
            about=self._about(at),
            actor=self._agent(at),
            character=self._code(at, "character", "characterisation"),
            period=self._period(at),
        )

    def _read_assessment(self, at: Path) -> Assessment:
        sheet = self.sheet
        scheme = read_assessment_scheme(sheet, (*at, "scheme"))
        status = any_of = None
        if scheme:
            status = read_code(sheet, (*at, "status"), scheme)
            any_of = read_codes(sheet, (*at, "any_of"), scheme)
        given = [name for name in ("status", "any_of") if (*at, name) in sheet.tree.marks]
        if len(given) != 1:
            reason = "both status and any_of are given" if given else "neither status nor any_of is given"
            sheet.refuse(at, reason, "give status, or any_of where the source does not say which")
        return Assessment(
            about=self._about(at, "of"),
            scheme=avc(f"scheme-{scheme}"),
            status=status,
            any_of=any_of or (),
            reasons=read_codes(sheet, (*at, "reasons"), *_REASONS.get(scheme or "", _REASONS["oir-allegation-status"])),
            standard=self._code(at, "standard", "standard-of-proof"),
            methodology=read_text(sheet, (*at, "methodology")),
        )

    def _read_partition(self, at: Path) -> Partition:
        whole = self.references.read((*at, "whole"), "set")
        places = self.sheet.items((*at, "parts"))
        parts = [self.references.read(each, "set") for each in places]
        for place, part in zip(places, parts, strict=True):
            if part is not None and part == whole:
                self.sheet.refuse(place, "the whole is one of its own parts", "name a set that is less than the whole")
            elif part is not None and parts.index(part) < places.index(place):
                self.sheet.refuse(place, "this part is listed twice", "list it once")
        return Partition(about=(whole or _NOWHERE,), parts=tuple(part for part in parts if part))

    def _read_identity(self, at: Path) -> Identity:
        kinds = (*SUBJECTS, "document")
        one = self.references.read((*at, "one"), *kinds) or _NOWHERE
        other = self.references.read((*at, "other"), *kinds) or _NOWHERE
        relation = self._code(at, "relation", "identity-relation")
        if one and one == other:
            self.sheet.refuse((*at, "other"), "the same record stands on both sides", "name the other record")
        if relation != avc("identity-part-of") and other < one:
            one, other = other, one  # these relations hold both ways: one name for the proposition
        return Identity(about=(one,), other=other, relation=relation)

    def _read_method(self, at: Path) -> Method:
        uses = read_sources(self.sheet, self.references, (*at, "uses"))
        return Method(about=self._about(at), actor=self._agent(at), uses=uses, period=self._period(at))

    def _read_comparison(self, at: Path) -> Comparison:
        other = self.references.read((*at, "other"), *SUBJECTS)
        about = self._about(at)
        if other is not None and other in about:
            self.sheet.refuse((*at, "other"), "it is compared with itself", "name the other event")
        return Comparison(
            about=about,
            actor=self._agent(at),
            measure=self._code(at, "measure", "measure"),
            other=other,
            relation=self._code(at, "relation", "comparison-relation"),
        )

    def _read_request(self, at: Path) -> Request:
        return Request(
            about=self._about(at),
            addressee=self._agent(at, "addressee"),
            requested=self._code(at, "requested", "request-kind"),
        )

    def _read_statement(self, at: Path) -> Statement:
        return Statement(
            about=self._about(at),
            code=self._code(at, "code", "statement-kind"),
            actor=self.references.read((*at, "actor"), "agent"),
            period=self._period(at),
            value=read_text(self.sheet, (*at, "value")),
        )


_READERS: dict[str, Callable[[Propositions, Path], Proposition]] = {
    "count": Propositions._read_count,
    "responsibility": Propositions._read_responsibility,
    "location": Propositions._read_location,
    "timing": Propositions._read_timing,
    "occurrence": Propositions._read_occurrence,
    "characterisation": Propositions._read_characterisation,
    "assessment": Propositions._read_assessment,
    "partition": Propositions._read_partition,
    "identity": Propositions._read_identity,
    "method": Propositions._read_method,
    "comparison": Propositions._read_comparison,
    "request": Propositions._read_request,
    "statement": Propositions._read_statement,
}


def read_number(sheet: Sheet, at: Path, language: str, *, name: str = "number") -> Quantity | None:
    """The quantity in the fields `name` and `under` of the mapping at a path; None where it is amiss and noted so."""
    place, under = (*at, name), read_code(sheet, (*at, "under"), "number-convention")
    written = sheet.get(place)
    try:
        if isinstance(written, dict):
            low, high, about = (read_integer(sheet, (*place, name)) for name in ("at_least", "at_most", "about"))
            if not sheet.is_sound(place):
                return None
            convention = under.rpartition("/")[2] if under else None
            shown = ", ".join(f"{name}: {sheet.text((*place, name))}" for name in sheet.keys(place))
            return Quantity(low, high, about, shown, convention)
        text = read_text(sheet, place)
        if text is None or not sheet.is_sound((*at, "under")):
            return None
        named = get_convention(under.rpartition("/")[2]) if under else None
        return parse_quantity(text, convention=named, language=language or "en")
    except ValueRefused as refused:
        refuse_value(sheet, place, refused)
        return None


def _read_point(sheet: Sheet, at: Path) -> str | None:
    """A point written [latitude, longitude], as WKT, which has longitude first."""
    if sheet.get(at) is None or not sheet.is_sound(at):
        return None
    try:
        return to_point(*(sheet.text((*at, place)) or "" for place in (0, 1)))
    except ValueRefused as refused:
        refuse_value(sheet, at, refused)
        return None


def to_point(latitude: str, longitude: str) -> str:
    """A point as WKT, from two numbers as written. Raises ValueRefused, InvalidOperation for what is no number."""
    return parse_place(*(each and _to_decimal(each) for each in (latitude, longitude))).wkt


def _read_mgrs(sheet: Sheet, at: Path) -> str | None:
    """A grid reference, as written, that names a square."""
    text = read_text(sheet, at)
    if text is not None:
        try:
            parse_mgrs(text)
        except ValueRefused as refused:
            refuse_value(sheet, at, refused)
    return text


def _read_decimal(sheet: Sheet, at: Path) -> str | None:
    """A number as a plain decimal with the digits that were written."""
    text = sheet.text(at)
    return None if text is None else _to_decimal(text)


def _to_decimal(text: str) -> str:
    return format(Decimal(text), "f").removeprefix("+")

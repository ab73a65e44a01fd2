"""Rows made into claims as an earlier row was, with what is their own put in its place.

The readers of case files read whatever is met for the first time: which fields are filled, with which codes and
parties. What they made of it is kept, and made again of each row that differs only in what is free to differ: names,
words, dates, bounds, points, and which of its own things a claim is about. A row that is not plainly in order is left
to the readers, so that they alone find and tell what is amiss.
"""

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Given
from dataclasses import dataclass, field
from decimal import InvalidOperation
from typing import Any

from kg import iris
from kg.intake.fields import parse_date
from kg.intake.propositions import SILENT, to_point
from kg.intake.references import SECTIONS, SUBJECTS
from kg.intake.sayings import to_days
from kg.intake.tables.expressions import NUMBER, ROW, Expression, Misfit
from kg.intake.tables.fragments import Places
from kg.intake.tables.frame import Described, Group
from kg.intake.tables.gathering import TableReading
from kg.intake.tables.mapping import Claim as Written
from kg.intake.tables.mapping import Mapping, Table
from kg.intake.tables.nodes import Const, Fields, Filling, Node, is_omitted
from kg.intake.tables.rows import Row
from kg.intake.yamltext import Path
from kg.model import Claim, Count, Entity, Origin, Proposition, Relay, Text, slots_of
from kg.terms import Iri, avc
from kg.values.names import parse_name
from kg.values.quantities import Quantity
from kg.values.refused import ValueRefused

MOST = 3000
"""So many shapes are kept; a table that has more is left to the readers."""

_PUBLIC = avc("access-public")
_DESCRIBED = ("agents", "events", "sets", "victims")
# What these fields hold depends on other entries of the file.
_TIED = frozenset(("revises", "withdraws", "ledger", "chains", "passage"))
# A comparison or an identity looks at both its sides.
_ONE_SIDED = ("count", "responsibility", "location", "timing", "occurrence", "characterisation", "assessment")
_DIGITS = 30

Shape = tuple[int, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that a claim draws from the row; `free` names what it is put into, "" where it is part of the shape."""

    expression: Expression
    free: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A claim of the mapping, by all that it draws from a row."""

    written: Written
    leaves: tuple[Leaf, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the readers made of a claim, by its fields, and the occasions it brought about."""

    kind: type[Proposition]
    proposition: Given[str, Any]
    claim: Given[str, Any]
    relays: tuple[Given[str, Any], ...]
    things: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """What a row has in one place: its shape, and what is free; for a thing, also its name and what is said of it."""

    shape: Shape
    free: Given[str, str]
    columns: tuple[str, ...]
    at: tuple[str, str] = ("", "")
    content: int = 0


@dataclass(frozen=True, slots=True)
class Saying:
    """A claim that was made again, with its proposition and relays, by IRI."""

    proposition: tuple[Iri, Proposition]
    claim: tuple[Iri, Claim]
    relays: tuple[tuple[Iri, Relay], ...]
    things: tuple[Entity, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remade:
    """What a row gives: the things it describes, and what it says."""

    row: int
    things: tuple[tuple[Entity, Met], ...]
    sayings: tuple[Saying, ...]

    def take(self, reading: TableReading, described: Described, places: Places) -> bool:
        """Move it into the reading; False, and nothing, where an earlier row describes something otherwise."""
        if any(described.compare(met.at, met.content, self.row) is not None for _, met in self.things):
            described.forget()
            return False
        described.keep()
        file, origins = reading.file, reading.origins
        for thing, met in self.things:
            reading.entities.setdefault(thing.iri, thing)
            origins.setdefault(thing.iri, Origin(file, self.row, ", ".join(met.columns)))
        for each in self.sayings:
            origin = Origin(file, self.row, ", ".join(each.columns))
            fragment = places.fragment(self.row, each.columns)
            for thing in each.things:
                reading.entities.setdefault(thing.iri, thing)
            reading.propositions.update((each.proposition,))
            reading.claims.update((each.claim,))
            reading.relays.update(each.relays)
            for iri in (*(thing.iri for thing in each.things), each.proposition[0], each.claim[0]):
                origins.setdefault(iri, origin)
            for iri, _ in (each.claim, *each.relays):
                origins.setdefault(iri, origin)
                reading.places.append((iri, self.row, fragment, _PUBLIC))
        return True


class _NotPlain(Exception):
    """Something is amiss, or was not met before."""


@dataclass(slots=True)
class Recipes:
    """What is known of one table so far."""

    table: Table
    base: str
    keys: frozenset[str]
    templates: tuple[Template, ...]
    is_open: bool
    claims: dict[Shape, Recipe] = field(default_factory=dict)
    things: dict[Shape, Entity] = field(default_factory=dict)

    @classmethod
    def of(cls, mapping: Mapping, table: Table) -> "Recipes":
        """Those of a table, none yet."""
        behind = table.behind()
        templates = [_to_template(claim, behind) for claim in table.claims]
        sheet = mapping.sheet
        used = [(sheet.text(at) or "").partition("/")[2] for at in sheet.items(("uses",))]
        known = frozenset([*used, *(key for section in SECTIONS for key in sheet.keys((section,)))])
        plain = all(entry.section in _DESCRIBED for entry in table.entries)
        plain = plain and not any(expression.split for _, expression in table.values) and None not in templates
        return cls(table, sheet.base, known, tuple(filter(None, templates)), plain)

    def make(self, row: Row) -> Remade | None:
        """What a row gives, None where it has to be read."""
        if not self.is_open:
            return None
        try:
            met = list(self._meet_things(row))
            own = self._name(met)
            things = tuple((self._remake_thing(each), each) for each in met)
            return Remade(row.number, things, tuple(self._remake(each, own) for each in self._meet_claims(row)))
        except (_NotPlain, Misfit, ValueRefused, InvalidOperation):
            return None

    def share(self, rows: Iterable[Row], some: Collection[int]) -> bool:
        """Whether rows of some numbers describe what others do."""
        mine: set[tuple[str, str]] = set()
        others: set[tuple[str, str]] = set()
        for row in rows:
            (mine if row.number in some else others).update(self._iter_names(row))
        return not mine.isdisjoint(others)

    def _iter_names(self, row: Row) -> Iterator[tuple[str, str]]:
        cells = _cells(row)
        for entry in self.table.entries:
            for key, _ in entry.node.items:
                yield entry.section, key if isinstance(key, str) else key.fill(cells)

    def learn(self, rows: list[Row], made: Group) -> None:
        """Keep what the readers made of rows in which nothing was amiss."""
        # Where it is decided who may see something, more is recorded than the claims themselves.
        self.is_open = self.is_open and not (made.things.decisions or made.found.decisions)
        if not self.is_open:
            return
        owned = {iri for iri, at in made.things.origins.items() if at[0] != "claims" and made.rows_of(at)}
        first = {at: iri for iri, at in made.found.origins.items() if iri in made.found.claims}
        numbers: dict[int, list[Path]] = {}
        for at, owners in made.owners.items():
            if at[0] == "claims":
                numbers.setdefault(owners[0], []).append(at)
        for row in rows:
            try:
                met = list(self._meet_things(row))
                own = self._name(met)
                claims = list(self._meet_claims(row))
            except (_NotPlain, Misfit):
                continue
            for thing in met:
                self._learn_thing(thing, made, owned)
            places = numbers.get(row.number, [])
            if len(places) == len(claims):
                for at, claim in zip(places, claims, strict=True):
                    self._learn_claim(claim, first.get(at), at, made, own, owned)
        self.is_open = len(self.claims) + len(self.things) <= MOST

    def _meet_things(self, row: Row) -> Iterator[Met]:
        filling = Filling(row.number, self.table.behind())
        cells = _cells(row)
        for number, entry in enumerate(self.table.entries):
            made = filling.fill(entry.node, cells, (entry.section,))
            if is_omitted(made):
                continue
            if filling.faults:
                raise _NotPlain
            for key, value in made.items():
                if not iris.is_key(key) or key in self.keys:
                    raise _NotPlain
                marks = {at[2:]: mark.raw for at, mark in filling.marks.items() if at[:2] == (entry.section, key)}
                free = {at[0]: raw for at, raw in marks.items() if at in (("name",), ("identifiers",)) and raw}
                shape = tuple((at, None if at and at[0] in free else raw) for at, raw in marks.items())
                columns = tuple(
                    n for at, names in filling.columns.items() if at[:2] == (entry.section, key) for n in names
                )
                at = (entry.section, key)
                yield Met((number, shape), free, tuple(dict.fromkeys(columns)), at, hash(repr(value)))

    def _name(self, met: list[Met]) -> dict[str, Iri]:
        """The things that a row describes, as its claims may call them."""
        kinds = [(SECTIONS[each.at[0]], each.at[1]) for each in met]
        return {f"{kind}/{key}": iris.named_iri(self.base, kind, key) for kind, key in kinds}

    def _meet_claims(self, row: Row) -> Iterator[Met]:
        cells = _cells(row)
        for number, template in enumerate(self.templates):
            if not all(condition.holds(row.cells) for condition in template.written.where):
                continue
            shape: list[object] = []
            free: dict[str, str] = {}
            for leaf in template.leaves:
                text = next(iter(leaf.expression.evaluate(cells)), None)
                if text is None and leaf.listed:
                    # What comes after it in the list takes its place.
                    raise _NotPlain
                if text is None or not leaf.free:
                    shape.append(text)
                    continue
                # The kind of thing that something is about decides whether it may be.
                shape.append(text.partition("/")[0] if leaf.free == "about" else True)
                free[leaf.free] = text
            yield Met((number, tuple(shape)), free, template.columns)

    def _remake_thing(self, met: Met) -> Entity:
        known = self.things.get(met.shape)
        if known is None:
            raise _NotPlain
        return _vary_thing(known, iris.named_iri(self.base, SECTIONS[met.at[0]], met.at[1]), met.free)

    def _remake(self, met: Met, own: Given[str, Iri]) -> Saying:
        recipe = self.claims.get(met.shape)
        if recipe is None or not _are_foreign(met.shape, own):
            raise _NotPlain
        return _follow(self.base, recipe, met, own)

    def _learn_thing(self, met: Met, made: Group, owned: set[Iri]) -> None:
        iri = iris.named_iri(self.base, SECTIONS[met.at[0]], met.at[1])
        thing = made.things.found[iri]
        if owned.isdisjoint(_values(thing)) and _vary_thing(thing, iri, met.free) == thing:
            self.things.setdefault(met.shape, thing)

    def _learn_claim(
        self, met: Met, iri: Iri | None, at: Path, made: Group, own: Given[str, Iri], owned: set[Iri]
    ) -> None:
        """Keep a claim, if making it again gives the same."""
        if met.shape in self.claims or iri is None:
            return
        found = made.found
        claim = found.claims[iri]
        relays = [(each, relay) for each, relay in found.relays.items() if found.origins[each][:2] == at]
        if any(found.access[each] != _PUBLIC for each in (iri, *(each for each, _ in relays))):
            return
        occasions = {claim.occasion, *(relay.occasion for _, relay in relays)}
        recipe = Recipe(
            kind=type(found.propositions[claim.proposition]),
            proposition=_fields(found.propositions[claim.proposition]),
            claim=_fields(claim) | {"stance": claim.stance},
            relays=tuple(_fields(relay) for _, relay in relays),
            things=tuple(
                made.things.found[each]
                for each in sorted(occasions)
                if made.things.origins.get(each, at)[0] == "claims" and each in made.things.found
            ),
        )
        tied = [value for thing in (claim, *(relay for _, relay in relays), *recipe.things) for value in _values(thing)]
        tied += [value for name, each in recipe.proposition.items() if name != "about" for value in _flat(each)]
        tied += [] if "about" in met.free else recipe.proposition["about"]
        if not owned.isdisjoint(tied) or not _are_foreign(met.shape, own):
            return
        try:
            again = _follow(self.base, recipe, met, own)
        except (_NotPlain, ValueRefused, InvalidOperation):
            return
        if again.claim == (iri, claim) and again.relays == tuple(relays) and not any(r.renders for _, r in relays):
            self.claims[met.shape] = recipe


def _cells(row: Row) -> dict[str, str]:
    return {NUMBER: str(row.number), **row.cells, ROW: str(row.number)}


def _to_template(claim: Written, behind: Given[str, tuple[str, ...]]) -> Template | None:
    """What a claim draws from a row; None where it is tied to more than the row and what the mapping says of all."""
    if not isinstance(claim.node, Fields) or any(key in _TIED for key, _ in claim.node.items):
        return None
    leaves = list(_iter_leaves(claim.node, ()))
    if None in leaves:
        return None
    found = tuple(leaf for leaf in leaves if leaf is not None)
    names = [column for leaf in found for name in leaf.expression.columns for column in behind.get(name, (name,))]
    return Template(claim, found, tuple(dict.fromkeys(names)))


def _iter_leaves(node: Node, at: Path) -> Iterator[Leaf | None]:
    """Yield what is drawn from a row, None for what no recipe can hold."""
    if isinstance(node, Const):
        return
    if isinstance(node, Expression):
        yield None if node.split else Leaf(node, _find_free(at), listed=any(isinstance(step, int) for step in at))
        return
    steps = node.items if isinstance(node, Fields) else enumerate(node.items)
    for step, inner in steps:
        if (*at, step) == ("id",):
            # Another claim may speak of this one by it; the claim itself does not hold it.
            continue
        if isinstance(step, str | int):
            yield from _iter_leaves(inner, (*at, step))
        else:
            yield None


def _find_free(at: Path) -> str:
    match at:
        case ("wording",) | ("said",):
            return str(at[0])
        case (_, "count", "number", "at_least" | "at_most" as name):
            return str(name)
        case (_, "count" | "location", "place"):
            return "place"
        case (_, "location", "point", 0):
            return "latitude"
        case (_, "location", "point", 1):
            return "longitude"
        case (_, "timing", "time"):
            return "time"
        case (_, kind, "about" | "of") if kind in _ONE_SIDED:
            return "about"
    return ""


def _follow(base: str, recipe: Recipe, met: Met, own: Given[str, Iri]) -> Saying:
    """The claim of a recipe with what a row has of its own."""
    free = met.free
    proposition = recipe.kind(**{**recipe.proposition, **_vary_proposition(recipe, free, own)})
    content = iris.proposition_iri(base, proposition)
    claim = Claim(**{**recipe.claim, **_vary_words(recipe, free), "proposition": content})
    iri = relayed = iris.claim_iri(base, claim)
    relays = []
    for fields in recipe.relays:
        relay = Relay(**{**fields, "relays": relayed})
        relayed = iris.relay_iri(base, relay)
        relays.append((relayed, relay))
    return Saying((content, proposition), (iri, claim), tuple(relays), recipe.things, met.columns)


def _vary_words(recipe: Recipe, free: Given[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (words := free.get("wording")) is not None:
        found["wording"] = Text(_filled(words), recipe.claim["wording"].language)
    if (text := free.get("said")) is not None:
        date = parse_date(text)
        found["said"] = date.text
        found["earliest"], found["latest"] = to_days(date)
    return found


def _vary_proposition(recipe: Recipe, free: Given[str, str], own: Given[str, Iri]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (name := free.get("about")) is not None:
        if name not in own or name.partition("/")[0] not in SUBJECTS:
            raise _NotPlain
        found["about"] = (own[name],)
    if (place := free.get("place")) is not None:
        found["place"] = _filled(place)
    if (time := free.get("time")) is not None:
        if time in SILENT:
            raise _NotPlain
        found["time"] = parse_date(time).text
    if "latitude" in free or "longitude" in free:
        if len({"latitude", "longitude"} & free.keys()) < 2:
            raise _NotPlain
        found["point"] = to_point(free["latitude"], free["longitude"])
    if "at_least" in free or "at_most" in free:
        found |= {name: _to_number(free[name]) for name in ("at_least", "at_most") if name in free}
        _check_bounds(recipe, found)
    return found


def _check_bounds(recipe: Recipe, found: Given[str, Any]) -> None:
    held = {**recipe.proposition, **found}
    if recipe.kind is not Count or held["convention"] is not None or held["approximately"] is not None:
        raise _NotPlain
    Quantity(held["at_least"], held["at_most"], None, "", None)


def _to_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise _NotPlain
    return int(text)


def _filled(text: str) -> str:
    if not text.strip():
        raise _NotPlain
    return text


def _vary_thing(thing: Any, iri: Iri, free: Given[str, str]) -> Entity:
    changes: dict[str, Any] = {"iri": iri}
    if "name" in free:
        changes["names"] = (Text(parse_name(_filled(free["name"])).text, thing.names[0].language),)
    if "identifiers" in free:
        changes["identifiers"] = (_filled(free["identifiers"]),)
    kind = {"kind": thing.kind} if hasattr(thing, "kind") else {}
    made: Entity = type(thing)(**{**_fields(thing), **kind, **changes})
    return made


def _fields(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in slots_of(type(thing))}


def _values(thing: Any) -> Iterator[Any]:
    return (value for each in _fields(thing).values() for value in _flat(each))


def _flat(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) and not isinstance(value, Text) else (value,)


def _are_foreign(shape: Shape, own: Given[str, Iri]) -> bool:
    """Whether nothing in a shape could mean something that the row itself describes."""
    keys = {name.partition("/")[2] for name in own}
    return not any(isinstance(each, str) and each.rpartition("/")[2] in keys for each in shape[1])

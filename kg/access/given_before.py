"""What was public before and gives away what is withheld now: the same words, digits or place in what stands already.

It is told and refuses nothing, since the same name may be another person's: whoever decides takes it out as well, or
lets it stand. Every text of the tables is looked at, every name of a thing, and the captures that are kept.
"""

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from kg import iris
from kg.access.giveaway import About, Secret, by_first_word, find_near, find_whole, gather, gather_whole, words_of
from kg.errors import Problem
from kg.model import Batch, Location, Origin
from kg.store.tables import TABLES
from kg.terms import AVC
from kg.values.mgrs_squares import parse_mgrs
from kg.values.places import Place, distance_m, parse_place, place_from_mgrs

_WKT = re.compile(r"POINT\((\S+) (\S+)\)")
# Metres within which an earlier point tells where something is, where no coarser place is published beside it.
_NEAR = 10_000
# More words are not looked for by a pattern: every text is read.
_MOST_WORDS = 300
# The tables of things whose names people choose; other names are hashes.
_NAMED = ("agents", "events", "sets", "victims", "documents", "loose")
_SAID_ABOUT = """
    WITH spoken AS (SELECT iri, unnest(about) AS thing FROM propositions),
    said AS (SELECT c.iri, c.proposition, c.passages, s.thing FROM claims c JOIN spoken s ON c.proposition = s.iri
             WHERE list_contains($things::VARCHAR[], s.thing)),
    roots AS (SELECT iri, thing FROM said UNION SELECT thing, thing FROM (SELECT unnest($things::VARCHAR[]) AS thing))
    SELECT thing, iri FROM said UNION SELECT thing, proposition FROM said UNION SELECT thing, unnest(passages) FROM said
    UNION SELECT r.thing, c.iri FROM claims c JOIN roots r ON c.root = r.iri"""
_LOCATIONS = """
    SELECT iri, slots FROM propositions WHERE kind = 'Location' AND list_has_any(about, $things::VARCHAR[])
    ORDER BY iri"""


class View(Protocol):
    """Read access to the tables, as `kg.store.tables.view` gives it."""

    def rows(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows an SQL query yields."""

    def stretches(
        self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The same, so many at a time."""


def find_given_before(
    base: str, batch: Batch, withheld: Container[str], view: View, read_capture: Callable[[str], bytes | None]
) -> Iterator[Problem]:
    """Yield a problem for each thing of the record that gives away what a batch withholds, of which `withheld` are the
    subjects that are so whole; `view` is of the tables without the batch."""
    about = [*gather(base, batch), *gather_whole(base, batch, withheld)]
    if about:
        near = _near(view, about)
        whole = by_first_word(about)
        texts = (*_iter_texts(view, base, whole, near), *_iter_captures(view, read_capture))
        told = {(secret, iri) for iri, text in texts for secret in _find(iri, text, whole, near)}
        for secret, iri in sorted(told, key=lambda each: (each[1], each[0].what)):
            yield _problem(f"the {secret.what} that is withheld, or a part of it,", "stands", iri, secret.origin)
    for whole_place, public in _withheld_places(base, batch):
        yield from _find_closer(base, batch, whole_place, public, view)


def _find(iri: str, text: str, whole: dict[str, list[Secret]], near: dict[str, list[Secret]]) -> Iterator[Secret]:
    words = [words_of(text)]
    yield from find_whole(words, whole)
    yield from find_near(words, near.get(iri, ()))


def _near(view: View, about: Iterable[About]) -> dict[str, list[Secret]]:
    """What is withheld, by what stands in the record in which even a part of it would be understood."""
    found: dict[str, list[Secret]] = {}
    for each in about:
        for subject in each.near:
            found.setdefault(subject, []).extend(each.secrets)
    for thing, iri in view.rows(_SAID_ABOUT, {"things": list(found)}):
        if iri not in found:
            found[iri] = list(found[thing])
    return found


def _iter_texts(view: View, base: str, whole: Mapping[str, object], near: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every text of the tables in which something withheld may stand, with what it is of.

    A name of a thing is a text of that thing alone, not of what refers to it.
    """
    # Of texts in other scripts, in which words have several forms, all are read.
    may_hold = "strlen(text) > length(text)"
    if len(whole) > _MOST_WORDS:
        may_hold = "true"
    elif whole:
        may_hold += f" OR regexp_matches(lower(text), '{'|'.join(map(re.escape, whole))}')"
    for table in TABLES.values():
        key = f'"{table.key}"'
        texts = f"SELECT {key} AS iri, unnest({table.texts}) AS text FROM {table.name}"
        own = f"({'text = iri OR ' * (table.name in _NAMED)}NOT starts_with(text, $base))"
        where = f"(list_contains($near::VARCHAR[], iri) OR {may_hold}) AND {own}"
        sql = f"SELECT DISTINCT iri, text FROM ({texts}) WHERE {where} AND NOT starts_with(text, $codes)"
        found = view.stretches(sql, {"near": list(near), "base": base, "codes": AVC})
        for iri, text in (row for rows in found for row in rows):
            values = _values(json.loads(text)) if table.name == "propositions" and text.startswith("{") else (text,)
            yield from ((iri, each) for each in values if each == iri or not each.startswith(base))


def _values(content: object) -> Iterator[str]:
    """Every text in some JSON."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for each in content.values() if isinstance(content, dict) else content:
            yield from _values(each)


def _iter_captures(view: View, read_capture: Callable[[str], bytes | None]) -> Iterator[tuple[str, str]]:
    """The text of each capture that is kept, which pages show around a passage."""
    for iri, sha256, encoding in view.rows("SELECT iri, sha256, encoding FROM captures WHERE sha256 IS NOT NULL"):
        if (data := read_capture(sha256)) is not None:
            yield iri, data.decode(encoding or "utf-8", "replace")


def _withheld_places(base: str, batch: Batch) -> Iterator[tuple[Location, Location]]:
    """Each location of which the exact point is withheld, with what is public of it."""
    propositions = {iris.proposition_iri(base, each): each for each in batch.propositions}
    claims = {iris.claim_iri(base, each): each for each in batch.claims}
    for each in batch.withheld:
        if each.whole is not None:
            whole, public = (propositions.get(claims[iri].proposition) for iri in (each.whole, each.withheld_from))
            if isinstance(whole, Location) and isinstance(public, Location) and _exact(whole) != _exact(public):
                yield whole, public


def _find_closer(base: str, batch: Batch, whole: Location, public: Location, view: View) -> Iterator[Problem]:
    """A problem for each location of the same thing that says more exactly where it is than what is now public."""
    true = _point_of(whole.point, whole.mgrs)
    if true is None:
        return
    limit = _metres(public.point, public.mgrs, public.radius) or _NEAR
    origin = batch.origins.get(iris.proposition_iri(base, public))
    for iri, slots in view.rows(_LOCATIONS, {"things": list(whole.about)}):
        told = {name: json.loads(slots).get(name) for name in ("point", "mgrs", "radius")}
        place = _point_of(told["point"], told["mgrs"])
        if place is not None and _metres(**told) < limit and distance_m(true, place) < limit:
            what = f"a place less than {limit:,.0f} metres from what is withheld"
            yield _problem(what, "is given", iri, origin)


def _exact(location: Location) -> tuple[str | None, str | None]:
    return location.point, location.mgrs


def _metres(point: str | None, mgrs: str | None, radius: str | None) -> float:
    """How exactly a place is given: within so many metres, 0 where nothing is said of that."""
    if point is None and mgrs is not None:
        return parse_mgrs(mgrs).side_m
    return float(radius or 0)


def _point_of(point: str | None, mgrs: str | None) -> Place | None:
    found = _WKT.fullmatch(point or "")
    if found:
        return parse_place(found[2], found[1])
    return place_from_mgrs(mgrs) if mgrs else None


def _problem(what: str, stands: str, iri: str, origin: Origin | None) -> Problem:
    return Problem(
        file=origin.file if origin else "",
        line=origin.line if origin else 0,
        field=origin.field if origin else "",
        reason=f"{what} {stands} in what was public before (here {iri})",
        remedy=f"take that out too, with `averment withdraw {iri}`, and from what was handed out; "
        "let it stand only where it tells of something else",
    )

"""Rows as the tables hold them, worked out of units: merged things, the claim at a relay's end, what a claim concerns.

The same as `kg.store.tables.resolve` works out in SQL, where no older rows have to be looked at.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any

from kg.store.tables.columns import TABLES, Table
from kg.store.tables.merge import name_columns

Row = dict[str, Any]

# What a claim can rest on without its being recorded, which a record of many claims has to be asked about.
_THINGS = ("events", "sets", "victims")


class Rows:
    """Rows of every table, by its name."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> Sequence[Row]:
        return self._tables.get(name, ())

    def find(self, name: str, iri: str | None) -> Row | None:
        """The row of a table that an IRI names, None where there is none."""
        if name not in self._index:
            self._index[name] = {row[TABLES[name].key]: row for row in self[name]}
        return None if iri is None else self._index[name].get(iri)

    @cached_property
    def _index(self) -> dict[str, dict[str, Row]]:
        return {}

    @cached_property
    def claims(self) -> Sequence[Row]:
        """The claims, without relays."""
        return [row for row in self["claims"] if row["kind"] == "claim"]

    @cached_property
    def relays(self) -> Sequence[Row]:
        """The relays."""
        return [row for row in self["claims"] if row["kind"] == "relay"]

    @cached_property
    def corrected(self) -> frozenset[str]:
        """The claims that their recorder has corrected."""
        return frozenset(row["corrects"] for row in self["corrections"])

    @cached_property
    def holders(self) -> Mapping[str, frozenset[str]]:
        """What a set lies within, at any depth, by set."""
        within = {row["iri"]: row["within"] for row in self["sets"] if row["within"] is not None}
        return {name: frozenset(_climb(name, within)) for name in within}

    def before(self, entry: int) -> "Rows":
        """The rows that entries before this one brought."""
        return self._pick(lambda number: number < entry)

    def since(self, entry: int) -> "Rows":
        """The rows that this entry or a later one brought."""
        return self._pick(lambda number: number >= entry)

    def _pick(self, wanted: Callable[[int], bool]) -> "Rows":
        found = {
            name: [row for row in rows if wanted(row["entry"])]
            for name, rows in self._tables.items()
            if name != "concerns"
        }
        claims = {row["iri"] for row in found.get("claims", ())}
        return Rows({**found, "concerns": [row for row in self["concerns"] if row["claim"] in claims]})

    def iter_tables(self) -> Iterator[tuple[str, Sequence[Row]]]:
        """Yield the tables that have rows."""
        return ((name, rows) for name, rows in self._tables.items() if rows)


def _climb(name: str, within: Mapping[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    while (name := within.get(name, "")) and name not in seen:
        seen.add(name)
        yield name


def other_of(proposition: Row) -> str | None:
    """The second thing of a proposition that is about two."""
    other: str | None = json.loads(proposition["slots"]).get("other")
    return other


def resolve(raw: Mapping[str, Iterable[Row]]) -> Rows | None:
    """The rows of units, with what they say only together; None where they refer to what is not among them."""
    tables: dict[str, list[Row]] = {name: _unite(TABLES[name], rows) for name, rows in raw.items()}
    things = Rows(tables)
    if _has_loose_ends(things):
        return None
    _follow_relays(things)
    reach = _Reach(things)
    first = _first_recordings(things)
    concerns: list[Row] = []
    for row in things["claims"]:
        events = sorted(reach.ends(row["iri"]))
        concerns += [{"claim": row["iri"], "event": event, "home": events[0]} for event in events]
        _complete(row, things, event=events[0] if events else None, recording=first.get(row["iri"]))
    known = {row["iri"] for name in _THINGS for row in things[name]}
    if any(row["event"] not in known for row in concerns):
        return None
    return Rows({**tables, "concerns": concerns})


def _unite(table: Table, rows: Iterable[Row]) -> list[Row]:
    """One row for one thing: what the first entry says, or for a list what any entry says."""
    name = itemgetter(*name_columns(table.name))
    groups: dict[Any, list[Row]] = {}
    for row in sorted(rows, key=itemgetter("entry")):
        groups.setdefault(name(row), []).append(row)
    if not table.merged:
        return [dict(group[0]) for group in groups.values()]
    return [_merge(table, group) for group in groups.values()]


def _merge(table: Table, group: Sequence[Row]) -> Row:
    merged: Row = {}
    for column, first in group[0].items():
        if isinstance(first, list):
            said = [value for row in group for value in row[column]]
            merged[column] = _sorted_once(said)
        else:
            merged[column] = next((row[column] for row in group if row[column] is not None), None)
    if "label" in table.made:
        merged |= _label(merged)
    return merged


def _sorted_once(values: list[Any]) -> list[Any]:
    if values and isinstance(values[0], dict):
        pairs = sorted({(value["text"], value["language"]) for value in values})
        return [{"text": text, "language": language} for text, language in pairs]
    return sorted(set(values))


def _label(row: Row) -> Row:
    """The English name, else one without a language, else the first; a document's title."""
    if "title" in row:
        return {"label": row["title"], "label_language": row["title_language"]}
    names = row["names"]
    if not names:
        return {"label": None, "label_language": None}
    # The first of those that fit best: they are sorted.
    name = min(names, key=lambda each: _language_rank(each["language"]))
    return {"label": name["text"], "label_language": name["language"]}


def _language_rank(language: str) -> int:
    fits = (language == "en", language.startswith("en-"), language == "", True)
    return fits.index(True)


def _has_loose_ends(rows: Rows) -> bool:
    """Whether a saying refers to something that decides where it stands, and that is not among the rows."""
    for row in rows["claims"]:
        named = (("claims", row["relays"]), ("propositions", row["proposition"]), ("occasions", row["occasion"]))
        if any(iri is not None and rows.find(name, iri) is None for name, iri in named):
            return True
        if not _occasion_document(row, rows) and any(
            (passage := rows.find("passages", iri)) is None or rows.find("captures", passage["capture"]) is None
            for iri in row["passages"]
        ):
            return True
    return False


def _follow_relays(rows: Rows) -> None:
    """Give every saying its root and how far off that is, None in a circle."""
    for row in rows["claims"]:
        seen, end = [row["iri"]], row
        while end["kind"] == "relay" and end["relays"] not in seen:
            found = rows.find("claims", end["relays"])
            assert found is not None
            seen.append(found["iri"])
            end = found
        is_claim = end["kind"] == "claim"
        row["root"], row["depth"] = (end["iri"], len(seen) - 1) if is_claim else (None, None)


class _Reach:
    """What sayings concern: what their proposition is about, through sets, and through the claims it is about."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def ends(self, claim: str) -> set[str]:
        """Where the ways from a saying end."""
        found, seen, waiting = set(), {claim}, list(self._edges(claim))
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            onward = list(self._edges(name))
            waiting += onward
            if not onward and self._rows.find("claims", name) is None:
                found.add(name)
        return found

    def _edges(self, name: str) -> Iterator[str]:
        said = self._rows.find("claims", name)
        if said is not None:
            proposition = self._rows.find("propositions", said["proposition"])
            if proposition is not None:
                yield from proposition["about"]
                if proposition["kind"] == "Identity" and (other := other_of(proposition)) is not None:
                    yield other
            if said["root"] not in (None, name):
                yield said["root"]
        group = self._rows.find("sets", name)
        if group is not None and group["within"] is not None:
            yield group["within"]


def _first_recordings(rows: Rows) -> dict[str, Row]:
    """The first recording of each saying."""
    found: dict[str, Row] = {}
    for row in sorted(rows["recordings"], key=itemgetter("entry", "iri")):
        found.setdefault(row["records"], row)
    return found


def _complete(row: Row, rows: Rows, *, event: str | None, recording: Row | None) -> None:
    """Fill the columns of a saying that other rows decide."""
    proposition = rows.find("propositions", row["proposition"])
    ingestion = recording and rows.find("ingestions", recording["ingestion"])
    row |= {
        "document": _occasion_document(row, rows) or _passage_document(row, rows),
        "event": event,
        "recorded": ingestion and ingestion["recorded"],
        "ingestion": recording and recording["ingestion"],
        "proposition_kind": proposition and proposition["kind"],
        "question": proposition and proposition["question"],
    }


def _occasion_document(row: Row, rows: Rows) -> str | None:
    occasion = rows.find("occasions", row["occasion"])
    return occasion["document"] if occasion is not None else None


def _passage_document(row: Row, rows: Rows) -> str | None:
    passages = (rows.find("passages", iri) for iri in row["passages"])
    captures = (rows.find("captures", passage["capture"]) for passage in passages if passage is not None)
    return min((capture["document"] for capture in captures if capture is not None), default=None)

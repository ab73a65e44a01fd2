"""Rows of claims, propositions, passages and labels out of the tables, many at once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from kg.model import PROPOSITIONS, Proposition

_KINDS = {cls.__name__: cls for cls in PROPOSITIONS}
_OWN = (
    *("iri", "kind", "stance", "proposition", "voice", "speaker", "occasion", "document", "relays", "root"),
    *("worded_as", "wording", "wording_language", "said", "revises", "withdraws", "consulted", "grounds", "passages"),
    *("renders", "depth"),
)
_COLUMNS = (*_OWN, "earliest", "latest", "occasion_kind")
_DATES = "CAST(c.earliest AS VARCHAR), CAST(c.latest AS VARCHAR), o.kind"
_SAYING = f"""
    SELECT {", ".join(f"c.{name}" for name in _OWN)}, {_DATES}
    FROM claims c LEFT JOIN occasions o ON o.iri = c.occasion"""
_BARE = f"""
    SELECT {", ".join(f"NULL AS {name}" if name == "document" else f"c.{name}" for name in _OWN)},
           CAST(c.earliest AS VARCHAR), CAST(c.latest AS VARCHAR), '' FROM claims c"""
_GIVEN = "IN (SELECT unnest(?::VARCHAR[]))"
_SUCCESSORS = """
    WITH given AS (SELECT unnest(?::VARCHAR[]))
    SELECT old, iri, 'revises' FROM (SELECT unnest(revises) AS old, iri FROM claims) WHERE old IN (FROM given)
    UNION SELECT old, iri, 'withdraws' FROM (SELECT unnest(withdraws) AS old, iri FROM claims)
    WHERE old IN (FROM given) ORDER BY ALL"""
_PASSAGES = f"""
    SELECT p.iri, p.start, p."end", p.sha256, p.capture, c.sha256, c.document
    FROM passages p JOIN captures c ON c.iri = p.capture WHERE p.iri {_GIVEN}"""
_TABLES = {
    "agent": "agents",
    "event": "events",
    "set": "sets",
    "victim": "victims",
    "document": "documents",
    "occasion": "occasions",
}
_SAID = f"""
    SELECT c.iri, a.label || '’s ' || c.kind || coalesce(' “' || c.wording || '”', ''), a.label_language, c.kind
    FROM claims c JOIN agents a ON a.iri = c.voice WHERE c.iri {_GIVEN}"""
_LABELS = {
    **{
        kind: f"SELECT iri, label, label_language, '{kind}' FROM {table} WHERE iri {_GIVEN}"
        for kind, table in _TABLES.items()
    },
    "viewpoint": f"SELECT iri, name, NULL, 'viewpoint' FROM viewpoints WHERE iri {_GIVEN}",
    "claim": _SAID,
    "relay": _SAID,
}

Row = dict[str, Any]
Read = tuple[str, str, Proposition]
"""The kind of a proposition, its question, and itself."""
Successors = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""What revises and what withdraws a claim."""
PassageRow = tuple[str, int, int, str, str, str, str]
"""A passage: its IRI, start, end and hash, its capture with its hash, and their document."""
LabelRow = tuple[str, str, str, str]
"""IRI, label, its language, and the kind of thing."""


class View(Protocol):
    """Read access to the tables, as `kg.store.tables` gives it."""

    def rows(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows an SQL query yields."""


class TableRows:
    """Reads by IRI out of the tables, a query for any number of them."""

    def __init__(self, view: View) -> None:
        self._view = view

    def sayings(self, iris: Iterable[str], *, places: bool = True) -> list[Row]:
        """The claims with these IRIs; without `places`, where they were said and read is left out."""
        return self.select(f"c.kind = 'claim' AND c.iri {_GIVEN}", [list(iris)], places=places)

    def relays(self, roots: Iterable[str], *, places: bool = True) -> list[Row]:
        """Every relay that leads to one of some claims; without `places`, where it was made and read is left out."""
        return self.select(f"c.kind = 'relay' AND c.root {_GIVEN}", [list(roots)], places=places)

    def select(self, condition: str, params: Sequence[object], *, places: bool = True) -> list[Row]:
        """The sayings that meet a condition on `claims c`."""
        rows = self._view.rows(f"{_SAYING if places else _BARE} WHERE {condition}", params)
        return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]

    def propositions(self, iris: Iterable[str]) -> dict[str, Read]:
        """The propositions with these IRIs, each with its kind and its question."""
        sql = f"SELECT iri, kind, question, about, slots FROM propositions WHERE iri {_GIVEN}"
        rows = self._view.rows(sql, [sorted(iris)])
        return {str(i): (str(k), str(q), read_proposition(str(k), about, str(s))) for i, k, q, about, s in rows}

    def successors(self, iris: Iterable[str]) -> Successors:
        """What revises and what withdraws each of some claims."""
        found: Successors = {}
        for old, new, how in self._view.rows(_SUCCESSORS, [list(iris)]):
            revised, withdrawn = found.get(str(old), ((), ()))
            if how == "revises":
                revised = (*revised, str(new))
            else:
                withdrawn = (*withdrawn, str(new))
            found[str(old)] = (revised, withdrawn)
        return found

    def passages(self, iris: Iterable[str]) -> list[PassageRow]:
        """The passages with these IRIs, with the hash and the document of their capture."""
        rows: list[Any] = self._view.rows(_PASSAGES, [sorted(set(iris))])
        return [(str(a), int(b), int(c), str(d), str(e), str(f), str(g)) for a, b, c, d, e, f, g in rows]

    def labels(self, iris: Iterable[str]) -> list[LabelRow]:
        """Those of some things that bear a label."""
        by_kind: dict[str, list[str]] = {}
        for iri in iris:
            by_kind.setdefault(iri.rsplit("/", 2)[-2], []).append(iri)
        wanted = {kind: named for kind, named in by_kind.items() if kind in _LABELS}
        if not wanted:
            return []
        rows = self._view.rows(" UNION ALL ".join(_LABELS[kind] for kind in wanted), list(wanted.values()))
        return [(str(i), str(label), str(tag or ""), str(kind)) for i, label, tag, kind in rows if label]


def read_proposition(kind: str, about: Any, slots: str) -> Proposition:
    """A proposition from its kind, what it is about, and the JSON of its other slots by field name."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in json.loads(slots).items()}
    return _KINDS[kind](about=tuple(about or ()), **values)

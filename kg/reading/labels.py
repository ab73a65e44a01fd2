"""Labels of things and codes, looked up in one query for many."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from kg.codes import find_label
from kg.reading.views import Ref
from kg.terms import AV, AVC, compact_iri


class View(Protocol):
    """Read access to the tables, as `kg.store.tables` gives it."""

    def rows(self, sql: str, params: Sequence[object] | None = None) -> list[tuple[object, ...]]:
        """The rows an SQL query yields."""


_TABLES = {
    "agent": "agents",
    "event": "events",
    "set": "sets",
    "victim": "victims",
    "document": "documents",
    "occasion": "occasions",
}
_LOOK_UP = " UNION ALL ".join(
    f"SELECT iri, label, label_language, '{kind}' FROM {table} WHERE iri IN (SELECT unnest(?::VARCHAR[]))"
    for kind, table in _TABLES.items()
)
_LOOK_UP += """ UNION ALL
    SELECT iri, name, NULL, 'viewpoint' FROM viewpoints WHERE iri IN (SELECT unnest(?::VARCHAR[])) UNION ALL
    SELECT c.iri, a.label || '’s ' || c.kind || coalesce(' “' || c.wording || '”', ''), a.label_language, c.kind
    FROM claims c JOIN agents a ON a.iri = c.voice WHERE c.iri IN (SELECT unnest(?::VARCHAR[]))"""


class Labels:
    """Labels met so far; `learn` fetches what is missing, so that no page asks once per name."""

    def __init__(self, view: View, base: str) -> None:
        self._view = view
        self._base = base
        self._known: dict[str, Ref] = {}

    def learn(self, iris: Iterable[str | None]) -> None:
        """Fetch the labels of things of the record not known yet, in one query."""
        missing = sorted({iri for iri in iris if iri and iri.startswith(self._base) and iri not in self._known})
        if not missing:
            return
        for iri, label, language, kind in self._view.rows(_LOOK_UP, [missing] * (len(_TABLES) + 2)):
            if label:
                self._known[str(iri)] = Ref(str(iri), str(label), str(kind), str(language or ""))

    def ref(self, iri: str) -> Ref:
        """A thing or code with its label; what bears none is named by its kind and key."""
        if iri in self._known:
            return self._known[iri]
        if iri.startswith(AVC):
            found = Ref(iri, find_label(iri) or compact_iri(iri), "code")
        elif iri.startswith(AV):
            found = Ref(iri, compact_iri(iri), "term")
        elif iri.startswith(self._base):
            kind, _, key = iri.removeprefix(self._base).partition("/")
            found = Ref(iri, f"{kind} {key[:8]}", kind)
        else:
            found = Ref(iri, iri, "iri")
        self._known[iri] = found
        return found

    def find(self, iri: str | None) -> Ref | None:
        """A thing with its label, None for none."""
        return self.ref(iri) if iri else None

    def text(self, iri: str) -> str:
        """The label alone, for sentences."""
        return self.ref(iri).label

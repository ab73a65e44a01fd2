"""Labels of things and codes, looked up in one query for many."""

from collections.abc import Callable, Iterable
from typing import Protocol

from kg.codes import find_label
from kg.reading.rows import LabelRow, TableRows, View
from kg.reading.views import Ref
from kg.terms import AV, AVC, compact_iri


class Source(Protocol):
    """Where labels are read, as `kg.reading.rows` and `kg.reading.points` give them."""

    def labels(self, iris: Iterable[str]) -> list[LabelRow]:
        """Those of some things that bear a label."""


class Labels:
    """Labels met so far; `learn` fetches what is missing, so that no page asks once per name.

    `source` is a view of the tables, or says where so many labels are best read.
    """

    def __init__(self, source: View | Callable[[int], Source], base: str) -> None:
        self._source = source if callable(source) else _only(TableRows(source))
        self._base = base
        self._known: dict[str, Ref] = {}

    def learn(self, iris: Iterable[str | None]) -> None:
        """Fetch the labels of things of the record not known yet, all at once."""
        missing = sorted({iri for iri in iris if iri and iri.startswith(self._base) and iri not in self._known})
        if not missing:
            return
        for iri, label, language, kind in self._source(len(missing)).labels(missing):
            self._known[iri] = Ref(iri, label, kind, language)

    def ref(self, iri: str) -> Ref:
        """A thing or code with its label; what bears none is named by its kind and key."""
        if iri in self._known:
            return self._known[iri]
        if iri.startswith(self._base):
            # It may be learned yet.
            kind, _, key = iri.removeprefix(self._base).partition("/")
            return Ref(iri, f"{kind} {key[:8]}", kind)
        if iri.startswith(AVC):
            found = Ref(iri, find_label(iri) or compact_iri(iri), "code")
        elif iri.startswith(AV):
            found = Ref(iri, compact_iri(iri), "term")
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


def _only(source: Source) -> Callable[[int], Source]:
    return lambda count: source

"""How much the data hold: triples, classes, properties, and properties by class; counted once for each snapshot.

On a large record that takes minutes. So it is counted in the background, by a worker that no stranger waits for; until
then what was counted last is told, with the entry that it is of.
"""

import json
import threading
from dataclasses import dataclass
from typing import cast

from flask import current_app

from kg.earlier import Preparing
from kg.errors import AvermentError
from kg.serving import Service, Standing

EXTENSION = "averment-holding"
_COUNTED = "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) WHERE { ?s ?p ?o }"
_CLASSES = "SELECT ?class (COUNT(*) AS ?count) WHERE { ?s a ?class } GROUP BY ?class ORDER BY ?class"
_PROPERTIES = "SELECT ?p (COUNT(*) AS ?count) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"
_CLASS_PROPERTIES = """SELECT ?class ?p (COUNT(*) AS ?count) WHERE { ?s a ?class ; ?p ?o }
GROUP BY ?class ?p ORDER BY ?class ?p"""


@dataclass(frozen=True, slots=True)
class Held:
    """What one snapshot holds, by the log entry it stands at."""

    identity: str
    entry: int
    triples: int
    subjects: int
    classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int], ...]
    class_properties: tuple[tuple[str, str, int], ...]


class Counting:
    """Counts what stands, one snapshot at a time, for any number of threads."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._maker: threading.Thread | None = None
        self._held: Held | None = None
        self._failed: tuple[str, AvermentError] | None = None

    def find(self, *, seconds: float) -> Held:
        """What stands now, waited for so long; else what was counted last. Raises Preparing where nothing was, and what
        kept it from being counted."""
        held = self.find_soon(seconds=seconds)
        if held is None:
            raise self._failed[1] if self._failed else Preparing("what the data hold is being counted; ask again")
        return held

    def find_soon(self, *, seconds: float) -> Held | None:
        """The same, None where nothing was counted yet. Raises Unusable where nothing stands."""
        standing = self._service.newest()
        with self._lock:
            done = (self._held.identity if self._held else "", self._failed[0] if self._failed else "")
            if standing.identity not in done and (self._maker is None or not self._maker.is_alive()):
                self._maker = threading.Thread(target=self._count, args=(standing,), name="counting", daemon=True)
                self._maker.start()
            maker = None if standing.identity in done else self._maker
        if maker is not None:
            maker.join(seconds)
        return self._held

    def _count(self, standing: Standing) -> None:
        try:
            ((triples, subjects),) = self._rows(_COUNTED, standing)
            self._held = Held(
                identity=standing.identity,
                entry=standing.entry,
                triples=int(triples),
                subjects=int(subjects),
                classes=tuple((kind, int(count)) for kind, count in self._rows(_CLASSES, standing)),
                properties=tuple((prop, int(count)) for prop, count in self._rows(_PROPERTIES, standing)),
                class_properties=tuple(
                    (kind, prop, int(count)) for kind, prop, count in self._rows(_CLASS_PROPERTIES, standing)
                ),
            )
        except AvermentError as error:
            # Not tried again of the same snapshot: it would take as long, and fail alike.
            self._failed = standing.identity, error

    def _rows(self, query: str, standing: Standing) -> list[list[str]]:
        content = json.loads(self._service.ask_apart(query, standing))
        names = content["head"]["vars"]
        return [
            [row[name]["value"] for name in names] for row in content["results"]["bindings"] if len(row) == len(names)
        ]


def get_counting() -> Counting:
    """What counts for this application."""
    return cast(Counting, current_app.extensions[EXTENSION])

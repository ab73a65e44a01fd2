"""How much the data hold, counted once for each snapshot, and kept beside the record for the next start.

On a large record that takes a minute. So it is counted in the background, by workers that no stranger waits for; until
then what was counted last is told, with the entry that it is of.
"""

import json
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from flask import current_app

from kg.earlier import MADE, Preparing
from kg.errors import AvermentError
from kg.serving import Service, Standing
from kg.serving.holdings import Holdings, count_holdings
from kg.store.files import write_durably

EXTENSION = "averment-holding"
_FILE = f"{MADE}/holdings.json"


@dataclass(frozen=True, slots=True)
class Held:
    """What one snapshot holds, by the log entry it stands at."""

    identity: str
    entry: int
    holdings: Holdings

    def to_bytes(self) -> bytes:
        """As it is kept."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Held":
        """As it was kept. Raises ValueError, KeyError, TypeError for what another version has kept."""
        content = json.loads(data)
        return cls(content["identity"], content["entry"], Holdings.from_lists(**content["holdings"]))


class Counting:
    """Counts what stands, one snapshot at a time, for any number of threads; keeps it in the folder `root`, if any."""

    def __init__(self, service: Service, *, root: Path | None = None) -> None:
        self._service = service
        self._kept = root / _FILE if root else None
        self._lock = threading.Lock()
        self._maker: threading.Thread | None = None
        self._held = _read(self._kept) if self._kept else None
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
            holdings = count_holdings(lambda query: self._rows(query, standing))
            self._held = held = Held(standing.identity, standing.entry, holdings)
            if self._kept and self._service.newest().identity == standing.identity:
                _write(self._kept, held)
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


def _read(path: Path) -> Held | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return Held.from_bytes(path.read_bytes())
    return None


def _write(path: Path, held: Held) -> None:
    """Keep it; a folder that may not be written to is counted anew at each start."""
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        write_durably(path, held.to_bytes())

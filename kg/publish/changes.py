"""What changed since an earlier publication: the quads that were added, and the places of the units that are gone.

The log only grows, so that what is gone was withdrawn. Its quads, or a hash of them, must not be published once more;
its number among the units of the earlier publication tells those who hold that one what to delete, and nobody else.
"""

import json
from pathlib import Path
from typing import Any

from kg.errors import Unusable
from kg.log import Record
from kg.log.streams import iter_subjects
from kg.publish.dumps import ZstdFile
from kg.publish.manifest import Manifest
from kg.publish.settings import Standing
from kg.publish.units import Part, iter_parts

ADDED = "changes/added.nq.zst"
GONE = "changes/gone.json"
DUMP = "dumps/record.nq.zst"


class Changes:
    """Compares the units that go by, in order, with those of an earlier publication."""

    def __init__(self, earlier: Path, manifest: Manifest, output: ZstdFile) -> None:
        self.added = 0
        self._checkpoint = manifest.checkpoint
        self._output = output
        self._gone: list[int] = []
        self._number = -1
        self._parts = iter_parts(iter_subjects(earlier / DUMP))
        self._held: Part | None = None
        self._step()

    def take(self, part: Part) -> None:
        """Take in the next unit of the new publication."""
        here = part.start, part.end
        while self._held is not None and (self._held.start, self._held.end) < here:
            self._gone.append(self._number)
            self._step()
        if self._held is not None and (self._held.start, self._held.end) == here:
            old, lines = set(self._held.lines()), part.lines()
            if not old <= set(lines):
                # Some of its lines are gone: who holds the old unit is to take the new one.
                self._gone.append(self._number)
                old = set()
            fresh = [line for line in lines if line not in old]
            self._step()
        else:
            fresh = part.lines()
        self._output.write(b"".join(line + b"\n" for line in fresh))
        self.added += len(fresh)

    def finish(self) -> bytes:
        """What is gone, as JSON: numbers of units, from 0, in the order of the earlier publication's dump."""
        while self._held is not None:
            self._gone.append(self._number)
            self._step()
        since = {name: self._checkpoint[name] for name in ("entry", "head", "root", "units")}
        return json.dumps({"since": since, "added_quads": self.added, "gone_units": self._gone}, indent=1).encode()

    def _step(self) -> None:
        self._held = next(self._parts, None)
        self._number += 1


def require_ancestor(earlier: Path, manifest: Manifest, record: Record) -> None:
    """Raises Unusable where a publication is not of an earlier state of this record."""
    entry, head = _place(manifest.checkpoint)
    entries = record.log.entries()
    known = record.about.hash if entry == 0 else entries[entry - 1].hash if 0 < entry <= len(entries) else ""
    if known != head:
        raise Unusable(
            f"{earlier}: is not a publication of an earlier state of this record (it stands at entry {entry}, "
            f"{head[:12]}…). Remedy: name one that is, or publish without --since."
        )


def tell_since(manifest: Manifest) -> str:
    """Where an earlier publication stood, in words."""
    entry, head = _place(manifest.checkpoint)
    return f"entry {entry}, {head[:16]}…"


def _place(checkpoint: dict[str, Any]) -> tuple[int, str]:
    return int(checkpoint["entry"]), str(checkpoint["head"])


def standing_checkpoint(standing: Standing, *, units: int, quads: int, root: str, withheld: str) -> dict[str, Any]:
    """What a publication signs: where the log stood, and the root over the units."""
    return {
        "base": standing.base,
        "entry": standing.entry,
        "head": standing.head,
        "quads": quads,
        "recorded": standing.recorded,
        "root": root,
        "units": units,
        "withheld": withheld,
    }

"""What is handed to a worker and what it hands back: a stretch of rows, and what was made of it."""

import base64
import hashlib
import json
from collections.abc import Mapping as Cells
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from kg.access.giveaway import Search
from kg.intake.tables.files import Source
from kg.intake.tables.fragments import Places
from kg.intake.tables.mapping import Mapping, Table
from kg.intake.tables.recipes import Recipes
from kg.intake.tables.rows import Fault, Row
from kg.iris import canonical_json
from kg.log import Tree
from kg.log.stage import Stage
from kg.terms import Iri
from kg.units import Unit

KEY = 16
"""Bytes of a subject's key, by which one is recognised without keeping its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is the same for every stretch of a table; what each process learns of its shapes is in `recipes`.

    Of the things in `guarded` a field was ever decided about; `search` is for what the record withholds, None where it
    withholds nothing.
    """

    mapping: Mapping
    table: Table
    source: Source
    columns: tuple[str, ...]
    places: Places
    ingestion: Iri
    file: Iri
    stage: Stage
    recipes: Recipes
    guarded: frozenset[str] = frozenset()
    search: Search | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of rows, counted from 1; `key` tells one from another of the same number."""

    number: int
    rows: tuple[Row, ...]
    key: str

    @classmethod
    def of(cls, number: int, rows: tuple[Row, ...]) -> "Chunk":
        """A stretch of these rows."""
        digest = hashlib.blake2b(digest_size=KEY)
        for row in rows:
            digest.update(repr((row.number, row.cells)).encode("utf-8", "surrogateescape"))
        return cls(number, rows, digest.hexdigest())


class Described(NamedTuple):
    """A thing that a row describes: its content's key, the row, and the columns it was drawn from."""

    subject: Iri
    content: str
    row: int
    columns: str


@dataclass(slots=True)
class Mapped:
    """What was made of a stretch: its segment and rows are in the stage already.

    `said` tells of each of the `subjects` which kind of claim it is, or that it is a relay, "" where it is neither;
    `loose` are the units that many stretches give alike; `noticed` tells of findings that refuse nothing, by severity
    and reason: in how many rows, and the first; `telling` of what gives away something withheld: what, row, columns.
    """

    number: int
    key: str
    tree: Tree | None = None
    subjects: list[bytes] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    described: list[Described] = field(default_factory=list)
    loose: list[Unit] = field(default_factory=list)
    refused: dict[int, list[Fault]] = field(default_factory=dict)
    noticed: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    telling: list[tuple[str, int, str]] = field(default_factory=list)
    withheld: bool = False

    def to_bytes(self) -> bytes:
        """It as JSON."""
        content = {
            "number": self.number,
            "key": self.key,
            "tree": asdict(self.tree) if self.tree else None,
            "subjects": base64.b64encode(b"".join(self.subjects)).decode(),
            "describes": self.described,
            "loose": [[each.subject, each.graph, list(each.lines)] for each in self.loose],
            "refused": [[row, [asdict(each) for each in faults]] for row, faults in self.refused.items()],
            "said": " ".join(each or "-" for each in self.said),
            "noticed": [[*of, *told] for of, told in self.noticed.items()],
            "telling": self.telling,
            "withheld": self.withheld,
        }
        return canonical_json(content)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Mapped":
        """Read it back. Raises ValueError, KeyError or TypeError for what is none."""
        content: dict[str, Any] = json.loads(data)
        keys = base64.b64decode(content["subjects"])
        return cls(
            number=content["number"],
            key=content["key"],
            tree=Tree(**content["tree"]) if content["tree"] else None,
            subjects=[keys[start : start + KEY] for start in range(0, len(keys), KEY)],
            described=[Described(Iri(subject), *rest) for subject, *rest in content["describes"]],
            loose=[Unit(Iri(subject), Iri(graph), tuple(lines)) for subject, graph, lines in content["loose"]],
            refused={row: [_fault(each) for each in faults] for row, faults in content["refused"]},
            said=[each.strip("-") for each in content["said"].split()],
            noticed={(severity, reason): (rows, first) for severity, reason, rows, first in content["noticed"]},
            telling=[(what, row, columns) for what, row, columns in content["telling"]],
            withheld=content["withheld"],
        )


def key_of(subject: str) -> bytes:
    """The key of a subject."""
    return hashlib.blake2b(subject.encode(), digest_size=KEY).digest()


def _fault(content: Cells[str, Any]) -> Fault:
    return Fault(**{**content, "columns": tuple(content["columns"])})

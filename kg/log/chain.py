"""Entries and the chain: each commit file is canonical JSON that carries the hash of the one before it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kg.iris import canonical_json
from kg.terms import Iri

FORMAT = 1
WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Tree:
    """A list of commitments under one root: a segment's or an entry's sealed units; `claims` of them are sayings."""

    name: str
    units: int
    claims: int
    root: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """One unit that a withdrawal destroyed, by tree and leaf; `name` is its IRI, keyed, so that nobody can guess it."""

    tree: str
    leaf: int
    commitment: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the log; `recorded` is an instant in UTC, hashes are SHA-256 in hexadecimal."""

    number: int
    previous: str
    kind: str
    recorded: str
    recorder: str
    ingestion: Iri | None = None
    segments: tuple[Tree, ...] = ()
    sealed: Tree | None = None
    reason: str | None = None
    withdrawn: tuple[Withdrawn, ...] = ()
    hash: str = ""

    @property
    def trees(self) -> tuple[Tree, ...]:
        """Every list of commitments it brought."""
        return (*self.segments, self.sealed) if self.sealed else self.segments

    @property
    def units(self) -> int:
        """How many units it brought."""
        return sum(tree.units for tree in self.trees)

    @property
    def claims(self) -> int:
        """How many claims and relays it brought."""
        return sum(tree.claims for tree in self.trees)


def hash_content(content: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal, of canonical JSON without its member `hash`."""
    return hashlib.sha256(canonical_json({k: v for k, v in content.items() if k != "hash"})).hexdigest()


def _content(entry: Entry) -> dict[str, Any]:
    return {"format": FORMAT, **asdict(entry)}


def with_hash(entry: Entry) -> Entry:
    """The same entry with its own hash."""
    return replace(entry, hash=hash_content(_content(entry)))


def to_bytes(entry: Entry) -> bytes:
    """The commit file of an entry."""
    return canonical_json(_content(entry)) + b"\n"


def from_bytes(data: bytes) -> Entry:
    """The entry of a commit file. Raises ValueError where a single byte is not as it was written."""
    try:
        content = json.loads(data)
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}, this program reads {FORMAT}")
        del content["format"]
        content["segments"] = tuple(Tree(**tree) for tree in content["segments"])
        content["sealed"] = Tree(**content["sealed"]) if content["sealed"] else None
        content["withdrawn"] = tuple(Withdrawn(**each) for each in content["withdrawn"])
        entry = Entry(**content)
        written = to_bytes(entry)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it is not a commit of this log ({type(error).__name__}: {error})") from error
    if written != data:
        raise ValueError("its bytes are not canonical JSON")
    if with_hash(entry).hash != entry.hash:
        raise ValueError("its hash is not the hash of its content")
    return entry


@dataclass(slots=True)
class Standing:
    """What the withdrawals so far leave: by tree, the leaves that are gone and the entry that withdrew each."""

    gone: dict[str, dict[int, int]] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Standing":
        """The standing after some entries."""
        standing = cls()
        for entry in entries:
            standing.take(entry)
        return standing

    def take(self, entry: Entry) -> None:
        """Take in one more entry."""
        for each in entry.withdrawn:
            self.gone.setdefault(each.tree, {})[each.leaf] = entry.number
            self.names[each.name] = entry.number

    def leaves_gone(self, tree: str) -> dict[int, int]:
        """The withdrawn leaves of a tree, with the entry that withdrew each."""
        return self.gone.get(tree, {})

    def version(self, tree: str) -> int:
        """Which version of a segment's file holds: one more for every withdrawal that touched it."""
        return 1 + len(set(self.leaves_gone(tree).values()))

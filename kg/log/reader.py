"""The log as it is read: entries in a chain, and the units they brought."""

from collections.abc import Iterator

from kg.errors import NotFound, Unusable
from kg.log import reading
from kg.log.chain import Entry, Standing, from_bytes
from kg.log.damage import Damage
from kg.log.disk import Disk
from kg.log.layout import Layout
from kg.log.proofs import Proof, prove
from kg.log.reading import LoggedUnit
from kg.log.verify import Progress, verify
from kg.log.withdrawing import keyed


class LogReader:
    """What can be read of a log; `secret` keys the names of what was withdrawn, `genesis` is what entry 1 follows."""

    def __init__(self, layout: Layout, *, genesis: str, secret: bytes | None, disk: Disk) -> None:
        self.layout, self.disk = layout, disk
        self._genesis, self._secret = genesis, secret
        self._entries: list[Entry] = []
        self._standing = Standing()
        self.refresh()

    def refresh(self) -> None:
        """Take in what other processes have committed since. Raises Unusable where the chain is broken."""
        while (path := self.layout.commit(len(self._entries) + 1)).exists():
            try:
                entry = from_bytes(path.read_bytes())
            except ValueError as error:
                raise reading.damaged(path, str(error)) from error
            if (entry.number, entry.previous) != (len(self._entries) + 1, self.head):
                raise reading.damaged(path, "it does not follow the entry before it")
            self._take(entry)

    def _take(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._standing.take(entry)

    def entries(self) -> tuple[Entry, ...]:
        """Every entry, in order."""
        return tuple(self._entries)

    @property
    def head(self) -> str:
        """The hash of the last entry, or of the record itself before the first."""
        return self._entries[-1].hash if self._entries else self._genesis

    @property
    def number(self) -> int:
        """The number of the last entry, 0 before the first."""
        return len(self._entries)

    def find_ingestion(self, iri: str) -> Entry | None:
        """The entry that recorded an ingestion."""
        return next((entry for entry in self._entries if entry.ingestion == iri), None)

    def has_ingestion(self, iri: str) -> bool:
        """Whether an ingestion is recorded already."""
        return self.find_ingestion(iri) is not None

    def iter_units(
        self, after: int = 0, upto: int | None = None, *, include_sealed: bool = False
    ) -> Iterator[LoggedUnit]:
        """Yield the units of the entries after one and up to another, what was withdrawn left out."""
        last = self.number if upto is None else upto
        for entry in self._entries[after:last]:
            for tree in entry.trees:
                yield from reading.iter_tree(self.layout, entry, tree, self._current, include_sealed=include_sealed)

    def withholds(self) -> bool:
        """Whether anything was ever sealed or restricted."""
        return any(entry.sealed is not None for entry in self._entries)

    def iter_sealed(self) -> Iterator[LoggedUnit]:
        """Yield the units that are sealed or restricted, what was withdrawn left out; reads no segment."""
        for entry in self._entries:
            if entry.sealed is not None:
                yield from reading.iter_tree(self.layout, entry, entry.sealed, self._current, include_sealed=True)

    def _current(self, *, again: bool = False) -> Standing:
        if again:
            self.refresh()
        return self._standing

    def find_units(self, subject: str, *, include_sealed: bool = False, entry: int | None = None) -> list[LoggedUnit]:
        """The units of a subject, in the order they were recorded; reads every segment, or every one of an entry."""
        entries = self._entries if entry is None else self._entries[entry - 1 : entry]
        return reading.find_units(self.layout, entries, {subject}, self._current, include_sealed=include_sealed)

    def find_unit(self, subject: str, *, include_sealed: bool = False, entry: int | None = None) -> LoggedUnit | None:
        """The first unit of a subject."""
        return next(iter(self.find_units(subject, include_sealed=include_sealed, entry=entry)), None)

    def find_withdrawal(self, subject: str) -> Entry | None:
        """The entry that withdrew a subject; needs the record's key."""
        number = self._standing.names.get(self.keyed(subject))
        return self._entries[number - 1] if number else None

    def keyed(self, text: str) -> str:
        """A name for `text` that nobody can guess without the record's key (HMAC-SHA-256, hexadecimal)."""
        return keyed(self._require_secret(), text)

    def _require_secret(self) -> bytes:
        if self._secret is None:
            raise Unusable(
                f"{self.layout.secret}: is missing. Remedy: put the folder keys/ back from where it is kept."
            )
        return self._secret

    def inclusion_proof(self, subject: str, *, include_sealed: bool = False) -> Proof:
        """The proof that the first unit of a subject is in the log. Raises NotFound."""
        found = self.find_unit(subject, include_sealed=include_sealed)
        if found is None:
            raise NotFound(f"nothing in the log is called {subject}")
        return prove(self.layout, found)

    def verify(self, progress: Progress | None = None) -> list[Damage]:
        """Recompute every hash and the whole chain; what is wrong, in order of file."""
        return verify(self.layout, progress)

    def is_unfinished(self) -> bool:
        """Whether an interrupted or running writer has something in staging."""
        return any(self.layout.staging.glob("*"))

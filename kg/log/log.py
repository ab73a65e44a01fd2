"""The log as it is written: record, withdraw, recover; one writer at a time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from kg.errors import NotFound, Refused, Unusable
from kg.log import placing, reading, withdrawing
from kg.log.chain import WITHDRAWAL, Entry
from kg.log.disk import only_writer
from kg.log.reader import LogReader
from kg.log.reading import LoggedUnit
from kg.log.staging import Plan, Staging, find_plan, new_seed
from kg.terms import Iri

CLAIMS_PER_SEGMENT = 10_000
BYTES_PER_SEGMENT = 64 * 1024 * 1024
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Log(LogReader):
    """The log of one data directory."""

    def find_planned_instant(
        self, *, ingestion: Iri, recorder: str, plan: bytes, kind: str = "ingestion"
    ) -> str | None:
        """The instant of an interrupted recording that `begin` would carry on."""
        wanted = self._plan(ingestion=ingestion, recorded="", recorder=recorder, plan=plan, kind=kind, seed=None)
        found = find_plan(self.layout, wanted)
        return found.recorded if found else None

    @contextmanager
    def begin(
        self,
        *,
        ingestion: Iri,
        recorded: str,
        recorder: str,
        plan: bytes = b"",
        kind: str = "ingestion",
        seed: bytes | None = None,
        claims_per_segment: int = CLAIMS_PER_SEGMENT,
        bytes_per_segment: int = BYTES_PER_SEGMENT,
    ) -> Iterator[Staging]:
        """Begin or carry on a recording: all of it is committed by `Staging.commit`, or none of it is in the log.

        `recorded` is an instant in UTC (`2017-10-01T12:00:00Z`), `plan` the bytes that tell one plan from another.
        An interrupted recording of the same plan is carried on, with its instant (`Staging.recorded`) and its seed.
        Raises Unusable where another process records, the disk refuses, or the ingestion is recorded already.
        """
        if not _INSTANT.fullmatch(recorded) or kind == WITHDRAWAL:
            raise ValueError(f"not an instant in UTC, or a kind kept for withdrawals: {recorded!r}, {kind!r}")
        with self._writing():
            wanted = self._plan(
                ingestion=ingestion, recorded=recorded, recorder=recorder, plan=plan, kind=kind, seed=seed
            )
            found = find_plan(self.layout, wanted)
            placing.recover(self.disk, self.layout, self._entries, keep=wanted.folder(self.layout) if found else None)
            self._refuse_twice(ingestion)
            chosen = found or replace(wanted, seed=wanted.seed or new_seed())
            limits = claims_per_segment, bytes_per_segment
            staging = Staging(self.disk, self.layout, chosen, limits=limits, settle=self._settle)
            try:
                yield staging
            except Refused:
                self._discard(staging)
                raise
            self._discard(staging)

    def withdraw(self, subjects: Iterable[str], *, reason: str, who: str, when: str) -> Entry:
        """Destroy every unit of some subjects and append the entry that says so; the chain still verifies.

        Raises NotFound, naming every subject that has no unit, and then withdraws nothing.
        """
        if not _INSTANT.fullmatch(when):
            raise ValueError(f"not an instant in UTC: {when!r}")
        secret = self._require_secret()
        with self._writing():
            placing.recover(self.disk, self.layout, self._entries)
            wanted = sorted({subjects} if isinstance(subjects, str) else set(subjects))
            found = reading.find_units(self.layout, self._entries, set(wanted), self._current, include_sealed=True)
            self._require_all(wanted, found)
            entry = withdrawing.write(
                self.disk, self.layout, found, self._standing, secret=secret,
                entry=Entry(
                    number=self.number + 1, previous=self.head, kind=WITHDRAWAL,
                    recorded=when, recorder=who, reason=reason,
                ),
            )  # fmt: skip
            self._settle(entry)
            placing.recover(self.disk, self.layout, self._entries)
            return entry

    def recover(self) -> None:
        """Finish or undo what an interrupted writer left; every writer does so by itself."""
        with self._writing():
            placing.recover(self.disk, self.layout, self._entries)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others from recording, at the newest entry. Raises Unusable where another process records."""
        with self._writing():
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with only_writer(self.layout.lock):
            self.refresh()
            if placing.read_head(self.layout) != (self.number, self.head):
                self._write_head()
            yield

    def _write_head(self) -> None:
        """Raises Unusable where the log has lost entries: writing on would hide that."""
        noted = placing.read_head(self.layout)
        if noted and noted[0] >= self.number:
            raise Unusable(
                f"{self.layout.head}: the log stood at entry {noted[0]}, {noted[1][:12]}…; it now ends with entry "
                f"{self.number}, {self.head[:12]}…. Remedy: put the missing entries back from a backup."
            )
        placing.write_head(self.disk, self.layout, self.number, self.head)

    def _settle(self, entry: Entry) -> None:
        self._take(entry)
        self._write_head()

    def _discard(self, staging: Staging) -> None:
        if staging.folder.is_dir():
            placing.recover(self.disk, self.layout, self._entries)

    def _refuse_twice(self, ingestion: Iri) -> None:
        if entry := self.find_ingestion(ingestion):
            raise Unusable(
                f"{ingestion} is recorded already, as entry {entry.number} on {entry.recorded}. "
                "Remedy: none is needed; nothing was added."
            )

    def _require_all(self, wanted: Sequence[str], found: Sequence[LoggedUnit]) -> None:
        present = {each.unit.subject for each in found}
        missing = []
        for subject in wanted:
            if subject not in present:
                earlier = self.find_withdrawal(subject)
                missing.append(
                    f"{subject}: withdrawn by entry {earlier.number}" if earlier else f"{subject}: not in the log"
                )
        if missing:
            raise NotFound("nothing was withdrawn:\n" + "\n".join(missing))

    def _plan(
        self, *, ingestion: Iri, recorded: str, recorder: str, plan: bytes, kind: str, seed: bytes | None
    ) -> Plan:
        return Plan(
            number=self.number + 1,
            previous=self.head,
            kind=kind,
            ingestion=ingestion,
            recorded=recorded,
            recorder=recorder,
            plan=withdrawing.sha256(plan),
            seed=seed.hex() if seed else "",
        )

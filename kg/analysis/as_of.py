"""The record as of a date on either axis: when it was said, and when it was recorded here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Protocol

from kg.errors import Problem, Refused
from kg.values.dates import parse_edtf
from kg.values.refused import ValueRefused


class View(Protocol):
    """Read access to the tables, as `kg.store.tables` gives it."""

    def rows(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows an SQL query yields."""

    def records(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """The rows an SQL query yields, by column."""


class Certainty(StrEnum):
    """What an uncertain date is taken to allow: `surely` by a day is its latest day, `possibly` its earliest."""

    SURELY = "surely"
    POSSIBLY = "possibly"


@dataclass(frozen=True, slots=True)
class AsOf:
    """How far to look on both axes; None looks as far as the record reaches.

    `entry` is the last log entry that counts: what was recorded here, and in which order.
    """

    said_by: date | None = None
    entry: int | None = None
    certainty: Certainty = Certainty.SURELY

    @property
    def condition(self) -> str:
        """The condition on a row of `claims` called c, with $said and $entry as its parameters."""
        if self.certainty is Certainty.SURELY:
            said = "c.latest <= $said"
        else:
            said = "(c.earliest IS NULL OR c.earliest <= $said)"
        return f"($entry::BIGINT IS NULL OR c.entry <= $entry) AND ($said::DATE IS NULL OR {said})"

    def sees(self, earliest: date | None, latest: date | None, entry: int) -> bool:
        """The same of one claim, by its first and last day and the entry that recorded it."""
        if self.entry is not None and entry > self.entry:
            return False
        if self.said_by is None:
            return True
        if self.certainty is Certainty.SURELY:
            return latest is not None and latest <= self.said_by
        return earliest is None or earliest <= self.said_by

    @property
    def params(self) -> dict[str, object]:
        """The parameters of the condition."""
        return {"said": self.said_by, "entry": self.entry}


def read_as_of(
    view: View,
    *,
    said_by: str | None = None,
    recorded_by: str | None = None,
    certainty: Certainty | str = Certainty.SURELY,
) -> AsOf:
    """As-of dates as a person writes them: an EDTF date, whose last day counts, and an instant or day in UTC.

    Raises Refused where either cannot be read.
    """
    return AsOf(
        said_by=_last_day(said_by) if said_by else None,
        entry=find_entry(view, _instant(recorded_by)) if recorded_by else None,
        certainty=Certainty(certainty),
    )


def find_entry(view: View, instant: datetime) -> int:
    """The last log entry before the first one that was recorded after an instant, 0 where there is none.

    Clocks are set back: an entry that follows a later one in the log is not known before that one.
    """
    rows = view.rows(
        "SELECT coalesce(min(entry) FILTER (WHERE recorded > $at::TIMESTAMP) - 1, max(entry), 0) FROM ingestions",
        {"at": instant.astimezone(UTC).replace(tzinfo=None)},
    )
    return int(rows[0][0])


def _last_day(text: str) -> date:
    try:
        latest = parse_edtf(text).latest
    except ValueRefused as error:
        raise _refused("as-of", text, error.reason, error.remedy) from None
    if latest is None:
        raise _refused("as-of", text, "it has no last day", "give a day, month or year, such as 2019-04-25")
    return latest


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        remedy = "give a day or an instant in UTC, such as 2026-03-01 or 2026-03-01T12:00:00Z"
        raise _refused("recorded-by", text, "it is not an instant", remedy) from None
    if len(text) == len("2026-03-01"):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999999)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _refused(field: str, value: str, reason: str, remedy: str) -> Refused:
    return Refused([Problem(field=field, value=value, reason=reason, remedy=remedy)])

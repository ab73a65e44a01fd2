"""What is known of a table to begin with, and which of its columns seems to say what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.intake.tables.rows import Row
from kg.intake.tables.starting.looking import Column, find_key


@dataclass(frozen=True)
class Seen:
    """A table: its file, how it is read and what there is to say of that, its columns and its first rows."""

    file: str
    given: Mapping[str, str]
    told: Mapping[str, str]
    columns: Sequence[Column]
    rows: Sequence[Row]

    @cached_property
    def usable(self) -> list[Column]:
        """The columns whose names can stand in a template."""
        return [column for column in self.columns if column.name.isprintable() and not set('{}|"\\') & set(column.name)]

    def find(self, role: str) -> Column | None:
        """The first column that seems to play a role and says anything."""
        return next((column for column in self.usable if column.values and column.plays(role)), None)

    @cached_property
    def table(self) -> str:
        """A name for the table."""
        return re.sub("[^a-z0-9]+", "-", self.file.split(".")[0].lower()).strip("-") or "rows"

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell rows apart."""
        return find_key(self.usable, self.rows)

    @cached_property
    def name(self) -> str:
        """The template that names what a row is about."""
        return f"{self.table}-" + ("-".join(f"{{{key}|key}}" for key in self.keys) or "{#}")

    @cached_property
    def shared(self) -> Column | None:
        """The column that names events, several rows speaking of one."""
        events = (each for each in self.usable if each.is_named_only("event", "number", "person") and not each.dates)
        return next((each for each in events if each.repeated and each.filled == each.rows), None)

    @cached_property
    def event(self) -> str:
        """The template that names the event of a row: by the column that several rows of one event share, if any."""
        return f"{self.table}-{{{self.shared.name}|key}}" if self.shared else self.name

    @cached_property
    def is_of_people(self) -> bool:
        """Whether each row seems to be a person: it has a name, and an age or a sex."""
        return self.find("person") is not None and self.find("age") is not None

    @cached_property
    def day(self) -> Column | None:
        """The column for when it happened."""
        return next((column for column in self.usable if column.dates and not column.plays("told")), None)

    @cached_property
    def said(self) -> Column | None:
        """The column for when the row was written, if any says so, else for when it happened."""
        return next((column for column in self.usable if column.dates and column.plays("told")), self.day)

    @cached_property
    def speaker(self) -> Column | None:
        """The column that names who speaks in a row, where one does so in every row."""
        return next((each for each in self.usable if each.plays("voice") and each.filled == each.rows), None)

    @cached_property
    def voice(self) -> str:
        """The key of the agent who speaks in a row, "" where no column names one."""
        return f"{self.table}-{{{self.speaker.name}|key}}" if self.speaker else ""

"""One root error, and the form in which everything wrong with an input is told at once."""

from collections.abc import Iterable
from dataclasses import dataclass


class AvermentError(Exception):
    """Anything a user can be told about without a traceback."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with an input: where, what, why, and what would be right.

    >>> print(Problem(file="case.yaml", line=12, field="claims[0].said", value="2017-02-30",
    ...               reason="February 2017 has 28 days", remedy="give a date that exists, or 2017-02"))
    case.yaml:12: claims[0].said: '2017-02-30': February 2017 has 28 days. Remedy: give a date that exists, or 2017-02.
    """

    file: str = ""
    line: int = 0
    field: str = ""
    value: str = ""
    reason: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        shown = self.value if len(self.value) <= 120 else f"{self.value[:120]}… ({len(self.value)} characters)"
        parts = [place, self.field, repr(shown) if shown else "", self.reason.rstrip(".")]
        text = ": ".join(part for part in parts if part) + "."
        return f"{text} Remedy: {self.remedy.rstrip('.')}." if self.remedy else text


class Refused(AvermentError):
    """An input refused as a whole; it carries every problem found, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NotFound(AvermentError):
    """Nothing in the record bears the name that was asked for."""


class Unusable(AvermentError):
    """A data directory, store or file that cannot be worked with as it stands; the message says how to mend it."""

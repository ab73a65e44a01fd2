"""The one way in which a value is refused: the text, the reason, and what would be right."""

from kg.errors import AvermentError, Problem


class ValueRefused(AvermentError):
    """A text that is not read as a value, with the reason and the remedy.

    >>> print(ValueRefused("1.600", "a point may part thousands or decimals", "write 1,600"))
    '1.600': a point may part thousands or decimals. Remedy: write 1,600.
    """

    def __init__(self, text: str, reason: str, remedy: str = "") -> None:
        self.text = text
        self.reason = reason
        self.remedy = remedy
        super().__init__(text, reason, remedy)

    def __str__(self) -> str:
        return str(self.to_problem())

    def to_problem(self, *, file: str = "", line: int = 0, field: str = "") -> Problem:
        """The refusal as a finding about one place of a file."""
        return Problem(file=file, line=line, field=field, value=self.text, reason=self.reason, remedy=self.remedy)


def check_length(text: str, limit: int) -> None:
    """Raise ValueRefused for a text longer than `limit` code points, before anything slower looks at it."""
    if len(text) > limit:
        raise ValueRefused(text, f"it is {len(text)} characters long; at most {limit} are read", "give only the value")

"""What a publisher says about a publication, and what a publication says about where the record stood."""

import re
from dataclasses import dataclass

from kg.errors import Problem, Refused

_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """The words of the publisher: a title, who publishes (a name), the licence (an http address), "" where unsaid."""

    title: str = "A record of who asserts what, on whose word, and when"
    publisher: str = ""
    licence: str = ""

    def check(self) -> None:
        """Raises Refused with everything that cannot stand in the files."""
        problems = []
        for name, value in (("title", self.title), ("publisher", self.publisher)):
            if not value.isprintable() or (name == "title" and not value.strip()):
                problems.append(_problem(name, value, "it is empty or has control characters", "give one line of text"))
        if self.licence and not _IRI.fullmatch(self.licence):
            remedy = "give the address of a licence, such as https://creativecommons.org/licenses/by/4.0/"
            problems.append(_problem("licence", self.licence, "not an http address", remedy))
        if problems:
            raise Refused(problems)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the record stood: the base of its IRIs, the last entry, its hash, and its instant in UTC."""

    base: str
    entry: int
    head: str
    recorded: str

    @property
    def description(self) -> str:
        """What a publication of it is, in words."""
        return (
            "Who asserts what, on whose word, and when, about harm to civilians in war: the public part of a record "
            f"as it stood at entry {self.entry}. It does not decide what is true."
        )


@dataclass(frozen=True, slots=True)
class Described:
    """A file of the publication as its descriptions name it: path in the folder, media type, what it holds, size."""

    path: str
    media: str
    title: str
    size: int
    sha256: str


def _problem(name: str, value: str, reason: str, remedy: str) -> Problem:
    return Problem(file="publish", field=f"--{name}", value=value, reason=reason, remedy=remedy)

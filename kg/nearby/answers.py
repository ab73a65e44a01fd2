"""Claims that answer something, with what they say: what groups and histories are made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kg.model import Identity, Location, Stance, Timing
from kg.nearby.rows import Row, Rows, other_of

_BY_NAME = tuple(kind.__name__ for kind in (Location, Timing, Identity))


@dataclass(frozen=True, slots=True)
class Answer:
    """A claim, its proposition, and the row of its number or status where it has one.

    `topic` is the question, of an identity the same one whichever of the two is named first; `part` is what its content
    is told apart by.
    """

    claim: Row
    proposition: Row
    count: Row | None
    topic: str
    part: str

    @property
    def iri(self) -> str:
        """The name of the claim."""
        return str(self.claim["iri"])

    @property
    def voice(self) -> str:
        """Who is committed."""
        return str(self.claim["voice"])

    @property
    def kind(self) -> str:
        """The kind of proposition."""
        return str(self.proposition["kind"])

    @property
    def stance(self) -> Stance:
        """The stance."""
        return Stance(self.claim["stance"])

    @property
    def question(self) -> str:
        """The question."""
        return str(self.proposition["question"])

    @property
    def earliest(self) -> date | None:
        """The first day on which it may have been said."""
        found: date | None = self.claim["earliest"]
        return found

    @property
    def latest(self) -> date | None:
        """The last day on which it may have been said."""
        found: date | None = self.claim["latest"]
        return found

    @property
    def over(self) -> str:
        """The set that is counted over, "" for none."""
        return str(self.count["over"] or "") if self.count else ""


def to_answer(rows: Rows, claim: Row) -> Answer | None:
    """A claim with what it says, None where its proposition is not recorded."""
    proposition = rows.find("propositions", claim["proposition"])
    if proposition is None:
        return None
    topic = proposition["question"]
    if proposition["kind"] == "Identity":
        topic = " ".join(sorted([proposition["about"][0], str(other_of(proposition))]))
    part = proposition["iri"] if proposition["kind"] in _BY_NAME else proposition["slots"]
    return Answer(claim, proposition, rows.find("counts", proposition["iri"]), topic, part)


def speaks_for(rows: Rows, one: str, other: str) -> bool:
    """Whether a voice is another, or a joint voice with it among its members."""
    return one == other or other in members_of(rows, one)


def members_of(rows: Rows, voice: str) -> Sequence[str]:
    """The members of a joint voice, none of any other."""
    agent = rows.find("agents", voice)
    return agent["members"] if agent else ()


def are_all_out(rows: Rows, voice: str, enders: Iterable[str]) -> bool:
    """Whether among these voices is every member of a joint voice."""
    members = members_of(rows, voice)
    return bool(members) and set(members) <= set(enders)


def find_endings(rows: Rows, column: str) -> Mapping[str, list[Row]]:
    """The claims that `revises` or `withdraws` others and were not corrected, by what they end."""
    found: dict[str, list[Row]] = {}
    for row in rows["claims"]:
        if row["iri"] not in rows.corrected:
            for old in row[column]:
                found.setdefault(old, []).append(row)
    return found


def is_later(one: Any, other: Any) -> bool:
    """Whether a day comes after another; unknown days are neither before nor after."""
    return one is not None and other is not None and bool(one > other)

"""Rows of the tables on a few claims, looked up one by one in the graph: as many as their histories and numbers need.

The columns that neither asks for are not there.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kg.analysis.near import corrected_among, members_of
from kg.iris import canonical_json
from kg.model import Assessment, Count, Proposition, slots_of
from kg.nearby.rows import Row, Rows
from kg.reading import Points, Reader


def read_rows(reader: Reader, points: Points, claims: Iterable[Row], entries: Mapping[str, int]) -> Rows:
    """Claims with what ends them, what they say, whose they are, and what was corrected.

    `claims` are as `kg.analysis.near.read_stands` gives them. `entries` is the log entry that recorded
    each; what is not there counts as recorded from the beginning.
    """
    given = {row["iri"]: row for row in claims}
    ending = {iri for pair in points.successors(given).values() for found in pair for iri in found}
    stands = [*given.values(), *points.stands(sorted(ending - given.keys()))]
    read = points.propositions({row["proposition"] for row in stands})
    said = [_claim(row, read[row["proposition"]][:2], entries) for row in stands if row["proposition"] in read]
    propositions = [
        {"iri": iri, "kind": kind, "question": question, "about": list(content.about), "slots": _slots(content)}
        for iri, (kind, question, content) in read.items()
    ]
    over = {content.over for _, _, content in read.values() if isinstance(content, Count) and content.over}
    joint = members_of(reader, points, {row["voice"] for row in said})
    corrected = corrected_among(reader, points, [row["iri"] for row in said])
    return Rows(
        {
            "claims": said,
            "propositions": propositions,
            "counts": _details(read, Count),
            "positions": _details(read, Assessment),
            "agents": [{"iri": voice, "members": members} for voice, members in joint.items()],
            "sets": [{"iri": one, "within": whole} for each in over for one, whole in points.holders_of(each)],
            "corrections": [{"corrects": claim} for claim in corrected],
        }
    )


def _claim(row: Row, answers: tuple[str, str], entries: Mapping[str, int]) -> Row:
    kind, question = answers
    return {
        **{name: row[name] for name in ("iri", "kind", "stance", "voice", "proposition", "occasion", "said")},
        "revises": row["revises"] or (),
        "withdraws": row["withdraws"] or (),
        "earliest": _day(row["earliest"]),
        "latest": _day(row["latest"]),
        "proposition_kind": kind,
        "question": question,
        "event": None,
        "entry": entries.get(row["iri"], 0),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _details(read: Mapping[str, tuple[str, str, Proposition]], cls: type) -> list[Row]:
    return [
        {"proposition": iri, "question": question, **{name: getattr(content, name) for name in slots_of(cls)}}
        for iri, (_, question, content) in read.items()
        if isinstance(content, cls)
    ]


def _slots(content: Proposition) -> str:
    """The slots of a proposition but what it is about, as the tables hold them."""
    values = ((name, getattr(content, name)) for name in slots_of(type(content)) if name != "about")
    return canonical_json({name: _plain(value) for name, value in values if value not in (None, ())}).decode()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value

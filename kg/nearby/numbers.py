"""The number of an event under a viewpoint by the graph, as `kg.analysis.viewpoint.numbers` has it by the tables."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from kg.analysis.as_of import AsOf
from kg.analysis.history.changes import held_among
from kg.analysis.history.stands import Stand, stand_of_occurrence, stand_of_statuses
from kg.analysis.near import read_stands
from kg.analysis.viewpoint.numbers import Answer, decide
from kg.model import LEAVE_OUT, Identity, Stance, Viewpoint
from kg.nearby.around import read_rows
from kg.nearby.rows import Row, Rows
from kg.nearby.trail import read_trail
from kg.reading import Points, Reader
from kg.terms import av, avc

MANY = 5000
"""Up to so many claims of an event, this takes less time than the tables do."""
_KINDS = ("Count", "Assessment", "Occurrence")
_CORRECTED = (
    "SELECT corrects FROM corrections WHERE entry <= $entry AND corrects IN (SELECT unnest($claims::VARCHAR[]))"
)
_ENTRIES = "SELECT iri, entry FROM claims WHERE iri IN (SELECT unnest($claims::VARCHAR[]))"
# Where it does not matter how a claim is heard of.
_ANYHOW = {"relayed": False, "source_gone": False}
_SLOTS = ("measure", "population", "basis", "over", "at_least", "at_most", "approximately")


def numbers_near(
    reader: Reader,
    points: Points,
    viewpoint: Viewpoint,
    at: AsOf,
    *,
    event: str,
    measure: str,
    without: str | None = None,
) -> Answer:
    """The numbers of a measure of an event under a viewpoint; `without` is a voice or document taken away.

    `at` are the dates of the viewpoint, as `kg.analysis.viewpoint.choices.as_of` reads them.
    """
    events = _same_events(points, viewpoint, event)
    asked = {row["iri"]: row for each in events for row in read_stands(reader, points, each)}
    everything = _read(reader, points, list(asked.values()), at)
    rows = _as_of(everything, at)
    trail = read_trail(rows, (), {row["question"] for row in rows["propositions"]})
    claims = [row for row in everything.claims if row["iri"] in asked and row["proposition_kind"] in _KINDS]
    considered = [
        found
        for row in sorted(claims, key=lambda row: (row["voice"], row["latest"] or date.max, row["iri"]))
        if (found := _consider(everything, row, at))["measure"] == measure or found["denial"]
    ]
    own = set(points.claims_of(event))
    held = held_among(told for told in trail if told.claim in own)
    asks = viewpoint.relays == LEAVE_OUT or without is not None
    heard = [row | (_heard(points, row, without) if asks else _ANYHOW) for row in considered]
    return decide(heard, trail, held, viewpoint, event=event)


def _same_events(points: Points, viewpoint: Viewpoint, event: str) -> set[str]:
    """The event, and those that an identity which the viewpoint accepts says are the same."""
    found = {event}
    for row in points.stands(viewpoint.identities):
        _, _, proposition = points.propositions([row["proposition"]])[row["proposition"]]
        if (
            row["stance"] == Stance.ASSERTS
            and isinstance(proposition, Identity)
            and proposition.relation == avc("identity-same")
            and event in (pair := (proposition.about[0], proposition.other))
        ):
            found.update(pair)
    return found


def _read(reader: Reader, points: Points, asked: Sequence[Row], at: AsOf) -> Rows:
    """The rows around the claims asked for, of any date; where one asks for an entry, with theirs from the tables."""
    if at.entry is None:
        return read_rows(reader, points, asked, {})
    around = [row["iri"] for row in read_rows(reader, points, asked, {})["claims"]]
    entries = {str(iri): int(entry) for iri, entry in reader.view.rows(_ENTRIES, {"claims": around})}
    corrected = reader.view.rows(_CORRECTED, {"entry": at.entry, "claims": around})
    known = dict(read_rows(reader, points, asked, entries).iter_tables())
    return Rows({**known, "corrections": [{"corrects": str(row[0])} for row in corrected]})


def _as_of(rows: Rows, at: AsOf) -> Rows:
    """What was there by the dates."""
    return Rows({**dict(rows.iter_tables()), "claims": [row for row in rows["claims"] if _is_seen(row, at)]})


def _is_seen(row: Row, at: AsOf) -> bool:
    return at.sees(row["earliest"], row["latest"], row["entry"])


def _consider(rows: Rows, row: Row, at: AsOf) -> dict[str, Any]:
    """A claim as it could count, and what speaks against it, but for how it is heard of."""
    proposition = rows.find("propositions", row["proposition"])
    assert proposition is not None
    count: Mapping[str, Any] = rows.find("counts", row["proposition"]) or {}
    position: Mapping[str, Any] = rows.find("positions", row["proposition"]) or {}
    return {
        **{name: row[name] for name in ("voice", "stance", "said", "question")},
        **{name: count.get(name) for name in _SLOTS},
        "claim": row["iri"],
        "kind": proposition["kind"],
        "about": proposition["about"],
        "members": list((rows.find("agents", row["voice"]) or {"members": ()})["members"]),
        "unseen": not _is_seen(row, at),
        "corrected": row["iri"] in rows.corrected,
        "denial": _is_denial(rows, row, proposition),
        "scheme": position.get("scheme"),
    }


def _is_denial(rows: Rows, row: Row, proposition: Row) -> bool:
    """Whether a claim denies the harm."""
    if row["proposition_kind"] == "Occurrence" and row["stance"] == Stance.DENIES:
        return stand_of_occurrence(str(json.loads(proposition["slots"])["what"])) is not None
    position = rows.find("positions", proposition["iri"])
    if position is None or row["stance"] != Stance.ASSERTS:
        return False
    return stand_of_statuses([*position["any_of"], *filter(None, [position["status"]])]) is Stand.DENIED


def _heard(points: Points, row: Mapping[str, Any], source: str | None) -> dict[str, bool]:
    """Whether a claim is known through relays, and whether nothing of it is heard without a source."""
    claim = row["claim"]
    relayed = bool(points.subjects(av("relays"), claim))
    if source is None:
        return {"relayed": relayed, "source_gone": False}
    (own,) = points.sayings([claim])
    gone = source in (own["voice"], own["document"]) or (relayed and not any(_reach(points.relays([claim]), source)))
    return {"relayed": relayed, "source_gone": gone}


def _reach(relays: Sequence[Row], source: str) -> Iterator[str]:
    """The relays that nobody relays, as far as the way to them does not lead through a source."""
    relayed: dict[str, list[Row]] = {}
    for row in relays:
        relayed.setdefault(row["relays"], []).append(row)
    waiting: list[Row] = [row for row in relays if row["depth"] == 1]
    while waiting:
        row = waiting.pop()
        if source not in (row["voice"], row["document"]):
            waiting += (further := relayed.get(row["iri"], []))
            if not further:
                yield row["iri"]

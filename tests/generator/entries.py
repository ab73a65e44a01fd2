"""The made-up stories as entries of a log: units, in the order in which they would be recorded."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg import iris, rdf
from kg.model import Agent, Claim, Event, File, Ingestion, Recording
from kg.terms import Iri, avc
from kg.units import Unit
from tests.generator.stories import BASE, Beat, draw_threads, make_story


@dataclass(frozen=True, slots=True)
class Entry:
    """What one entry of a log adds."""

    number: int
    units: tuple[Unit, ...]


def iter_entries(claims: int, *, per_entry: int = 10_000, seed: int = 1, first: int = 1) -> Iterator[Entry]:
    """Entries of a log that holds `claims` claims and relays in all; many events are told across several entries."""
    seen: set[Iri] = set()
    number, left = first, claims
    waiting: list[Beat] = []
    for beat in _iter_beats(seed, at_once=2 * min(per_entry, claims)):
        waiting.append(beat)
        if len(waiting) == min(per_entry, left):
            yield Entry(number, tuple(make_units(number, waiting, seen=seen)))
            number, left, waiting = number + 1, left - len(waiting), []
            if not left:
                return


def make_entry(number: int, claims: int, *, events: int, dice: random.Random) -> Entry:
    """One ingestion of at least `claims` claims and relays about known voices and events, numbered below `events`."""
    beats: list[Beat] = []
    while len(beats) < claims:
        where = dice.randrange(events)
        beats += make_story(where, threads=1, dice=dice, batch=f"b{number}-{len(beats)}-").beats
    return Entry(number, tuple(make_units(number, beats, names=False)))


def make_units(
    number: int, beats: Iterable[Beat], *, seen: set[Iri] | None = None, names: bool = True
) -> Iterator[Unit]:
    """The units of one ingestion, without those of things already `seen`; without `names`, no voices and events."""
    seen = set() if seen is None else seen
    sha = f"{number:064x}"
    file = File(iri=iris.file_iri(BASE, sha), name="rows.csv", sha256=sha, length=1000)
    minute = f"2026-01-{1 + number % 28:02}T12:{number % 60:02}:00Z"
    ingestion = Ingestion(
        iri=iris.ingestion_iri(BASE, [sha]),
        files=(file.iri,),
        recorder="A. Recorder",
        software="averment 0.1",
        recorded=minute,
    )
    yield rdf.entity_unit(file, ingestion.iri)
    yield rdf.entity_unit(ingestion, ingestion.iri)
    for row, beat in enumerate(beats, start=1):
        for thing in beat.things:
            if thing.iri not in seen and (names or not isinstance(thing, Agent | Event)):
                seen.add(thing.iri)
                yield rdf.entity_unit(thing, ingestion.iri)
        yield from _saying(beat, seen)
        yield _recording(beat.iri, ingestion, file, f"line={row}")


def _saying(beat: Beat, seen: set[Iri]) -> Iterator[Unit]:
    if not isinstance(beat.said, Claim):
        yield rdf.relay_unit(BASE, beat.said)
        return
    assert beat.proposition is not None
    if beat.said.proposition not in seen:
        seen.add(beat.said.proposition)
        yield rdf.proposition_unit(BASE, beat.proposition)
    yield rdf.claim_unit(BASE, beat.said)


def _recording(records: Iri, ingestion: Ingestion, file: File, fragment: str) -> Unit:
    recording = Recording(
        records=records, ingestion=ingestion.iri, file=file.iri, fragment=fragment, access=avc("public")
    )
    return rdf.recording_unit(BASE, recording, Iri(f"{ingestion.iri}/recordings"))


def _iter_beats(seed: int, *, at_once: int) -> Iterator[Beat]:
    """The sayings of one event after another, those of a few hundred events mixed, each event's in their order."""
    number = 0
    while True:
        dice = random.Random(f"{seed} {number}")
        mixed: list[tuple[float, Beat]] = []
        while len(mixed) < at_once:
            own = random.Random(f"{seed} {number}")
            beats = make_story(number, threads=draw_threads(own), dice=own).beats
            mixed += zip(sorted(dice.random() for _ in beats), beats, strict=True)
            number += 1
        yield from (beat for _, beat in sorted(mixed, key=lambda pair: pair[0]))

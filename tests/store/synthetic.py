"""A made-up record with the shape of the real ones: heavy-tailed reports per event, relay chains, revisions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from kg import iris, rdf
from kg.model import (
    Agent,
    AgentKind,
    Assessment,
    Capture,
    Claim,
    Count,
    Document,
    Event,
    EventKind,
    File,
    Ingestion,
    Occasion,
    Passage,
    Proposition,
    Recording,
    Relay,
    Set,
    Stance,
    Text,
)
from kg.terms import DEFAULT_BASE, Iri, avc
from kg.units import Unit

BASE = DEFAULT_BASE
VOICES = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """What one entry of a log adds."""

    number: int
    units: tuple[Unit, ...]


def named(kind: str, key: str) -> Iri:
    return iris.named_iri(BASE, kind, key)


def voice(number: int) -> Iri:
    return named("agent", f"voice-{number}")


def event(number: int) -> Iri:
    return named("event", f"event-{number}")


def iter_entries(claims: int, *, per_entry: int = 10_000, seed: int = 1, first: int = 1) -> Iterator[Entry]:
    """Entries of a log that holds about `claims` claims and relays; the first one brings voices, events and sets."""
    dice = random.Random(seed)
    events = max(10, claims // 16)
    seen: set[Iri] = set()
    for number, start in enumerate(range(0, claims, per_entry), start=first):
        size = min(per_entry, claims - start)
        yield make_entry(number, size, events=events, dice=dice, seen=seen, brings_names=number == first)


def make_entry(
    number: int,
    claims: int,
    *,
    events: int,
    dice: random.Random,
    seen: set[Iri] | None = None,
    brings_names: bool = False,
) -> Entry:
    """One ingestion of `claims` claims and relays about events numbered below `events`."""
    file = File(iri=iris.file_iri(BASE, f"{number:064x}"), name="rows.csv", sha256=f"{number:064x}", length=1000)
    minute = f"2026-01-{1 + number % 28:02}T12:{number % 60:02}:00Z"
    ingestion = Ingestion(
        iri=iris.ingestion_iri(BASE, [f"{number:064x}"]),
        files=(file.iri,),
        recorder="A. Recorder",
        software="averment 0.1",
        recorded=minute,
    )
    graph = ingestion.iri
    units = [rdf.entity_unit(file, graph), rdf.entity_unit(ingestion, graph)]
    if brings_names:
        units += [rdf.entity_unit(thing, graph) for thing in _named_things(events)]
    seen = set() if seen is None else seen
    for unit in _claims(number, claims, events, dice, ingestion, file):
        if unit.subject not in seen:
            seen.add(unit.subject)
            units.append(unit)
    return Entry(number, tuple(units))


def _named_things(events: int) -> Iterator[Agent | Event | Set]:
    for number in range(VOICES):
        names = (Text(f"Voice {number}", "en"), Text(f"صوت {number}", "ar"))
        yield Agent(iri=voice(number), kind=AgentKind.ORGANISATION, names=names)
    for number in range(events):
        yield Event(iri=event(number), kind=EventKind.INCIDENT, names=(Text(f"Event {number}", "en"),))
        if number % 50 == 0:
            names = (Text(f"Set {number}", "en"),)
            member = Iri("https://w3id.org/averment/ns#Allegation")
            yield Set(iri=named("set", f"set-{number}"), names=names, member_kind=member, within=event(number))


def _claims(
    batch: int, claims: int, events: int, dice: random.Random, ingestion: Ingestion, file: File
) -> Iterator[Unit]:
    made = 0
    while made < claims:
        # One document: a few claims about one event, some of them relayed, some revised in place.
        where = min(int(dice.paretovariate(0.9)) - 1, events - 1) if dice.random() < 0.5 else dice.randrange(events)
        serial = f"{batch}-{made}"
        document = Document(iri=named("document", f"report-{serial}"), title=Text(f"Report {serial}", "en"))
        sha = f"{batch:032x}{made:032x}"
        capture = Capture(iri=iris.capture_iri(BASE, sha), document=document.iri, sha256=sha, length=5000)
        yield rdf.entity_unit(document, ingestion.iri)
        yield rdf.entity_unit(capture, ingestion.iri)
        previous: Iri | None = None
        for ordinal in range(dice.randint(1, 4)):
            about = named("set", f"set-{where}") if where % 50 == 0 and dice.random() < 0.3 else event(where)
            day = f"20{dice.randint(14, 19)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
            proposition = _proposition(about, dice)
            claim = _claim(document, capture, proposition, day, ordinal, previous, dice)
            previous = iris.claim_iri(BASE, claim)
            yield from _spoken(claim, proposition, document, capture, ingestion, file, f"line={made + 1}")
            made += 1
            target = previous
            for _ in range(_chain_length(dice)):
                if made >= claims:
                    return
                relay = Relay(relays=target, voice=voice(dice.randrange(VOICES)), occasion=claim.occasion, said=day)
                target = iris.relay_iri(BASE, relay)
                yield rdf.relay_unit(BASE, relay)
                yield _recording(target, ingestion, file, f"line={made + 1}")
                made += 1
            if made >= claims:
                return


def _chain_length(dice: random.Random) -> int:
    return (0, 0, 0, 1, 1, 2)[dice.randrange(6)]


def _proposition(about: Iri, dice: random.Random) -> Proposition:
    if dice.random() < 0.7:
        least = int(dice.paretovariate(0.8))
        return Count(about=(about,), measure=avc("killed"), at_least=least, at_most=least + dice.randint(0, 5))
    status = avc(dice.choice(["oir-credible", "oir-non-credible", "oir-open"]))
    return Assessment(about=(about,), scheme=avc("oir-status"), status=status)


def _claim(
    document: Document,
    capture: Capture,
    proposition: Proposition,
    day: str,
    ordinal: int,
    previous: Iri | None,
    dice: random.Random,
) -> Claim:
    occasion = iris.occasion_iri(BASE, document=document.iri, speaker=None, kind="report", ordinal=ordinal)
    start = 10 * ordinal
    return Claim(
        stance=Stance.DENIES if dice.random() < 0.1 else Stance.ASSERTS,
        proposition=iris.proposition_iri(BASE, proposition),
        voice=voice(int(dice.paretovariate(0.8)) % VOICES),
        occasion=occasion,
        wording=Text(f'said to be "{ordinal}" \\ about {dice.randrange(1000)}', "en"),
        passages=(iris.passage_iri(BASE, capture.iri, start, start + 8),),
        said=day,
        earliest=day,
        latest=day,
        revises=(previous,) if previous is not None and dice.random() < 0.2 else (),
    )


def _spoken(
    claim: Claim,
    proposition: Proposition,
    document: Document,
    capture: Capture,
    ingestion: Ingestion,
    file: File,
    fragment: str,
) -> Iterator[Unit]:
    iri = iris.claim_iri(BASE, claim)
    start = 10 * _ordinal(claim)
    occasion = Occasion(iri=claim.occasion, kind=avc("report"), document=document.iri, ordinal=start // 10)
    passage = Passage(iri=claim.passages[0], capture=capture.iri, start=start, end=start + 8, sha256="0" * 64)
    yield rdf.entity_unit(occasion, ingestion.iri)
    yield rdf.entity_unit(passage, ingestion.iri)
    yield rdf.proposition_unit(BASE, proposition)
    yield rdf.claim_unit(BASE, claim)
    yield _recording(iri, ingestion, file, fragment)


def _ordinal(claim: Claim) -> int:
    assert claim.wording is not None
    return int(claim.wording.text.split('"')[1])


def _recording(records: Iri, ingestion: Ingestion, file: File, fragment: str) -> Unit:
    recording = Recording(
        records=records, ingestion=ingestion.iri, file=file.iri, fragment=fragment, access=avc("public")
    )
    return rdf.recording_unit(BASE, recording, Iri(f"{ingestion.iri}/recordings"))

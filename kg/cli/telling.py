"""A claim, event, agent or document told in sentences, from its origin to the reader."""

from collections.abc import Callable, Iterator

from kg.cli.present import many
from kg.reading import ClaimView, PassageView, Reader, Step
from kg.reading.decisions import decision_words, find_decisions
from kg.record import OpenRecord
from kg.sentences import list_words, place_words, with_scope
from kg.values.dates_in_words import date_words


def tell(record: OpenRecord, iri: str) -> Iterator[str]:
    """Lines that tell a thing of the record; a relay is told with its claim. Raises NotFound."""
    reader = record.reader()
    kind = iri.removeprefix(record.base).partition("/")[0]
    if kind == "relay":
        iri, kind = reader.find_root(iri) or iri, "claim"
    tellers: dict[str, Callable[[OpenRecord, Reader, str], Iterator[str]]] = {
        "claim": _claim,
        "event": _event,
        "agent": _agent,
        "document": _document,
    }
    yield from tellers.get(kind, _statements)(record, reader, iri)


def hand_on(record: OpenRecord, iri: str, form: str) -> str:
    """A claim as "nanopub" (TriG), "provn" or "provjson". Raises NotFound for what is no claim."""
    from kg.export import export_lines, write_nanopub, write_provenance

    reader = record.reader()
    claim = reader.get_claim(iri)
    recordings = reader.get_recordings(claim.iri)
    if form == "nanopub":
        return export_lines(write_nanopub(claim, record.statements, recordings, base=record.base), "trig").decode()
    decisions = find_decisions(record.graph(), iri)
    return write_provenance(claim, recordings, form, base=record.base, decisions=decisions)


def _claim(record: OpenRecord, reader: Reader, iri: str) -> Iterator[str]:
    view = reader.get_claim(iri)
    yield view.sentence
    yield f"  {iri}"
    yield from _own_words(view)
    yield f"When: {_when(view.step)}. Occasion: {_occasion(view.step)}."
    for number, chain in enumerate(view.chains, start=1):
        yield f"Chain {number}, from the voice to the reader:"
        yield f"  {_voice(view.step)}, {_when(view.step)}"
        for step in chain:
            yield f"  → {_voice(step)}, {_when(step)}{_rendering(step)}"
    if not view.chains:
        yield "Read at the voice itself: nobody relays it here."
    for passage in view.step.passages:
        yield from _passage(record, passage)
    yield from _decisions(record, iri)
    for other in reader.get_claims(view.revises):
        yield f"It revises: {other.sentence}"
    for other in reader.get_claims(view.superseded_by):
        yield f"It was revised: {other.sentence}"
    for other in reader.get_claims(view.withdrawn_by):
        by = "withdrawn by its voice" if other.step.voice == view.step.voice else "left by a member of its voice"
        yield f"It was {by}: {other.sentence}"
    for placed in reader.get_recordings(iri):
        place = (
            f"{place_words(placed.fragment)}; {placed.fragment}"
            if "cell=" in placed.fragment or "column=" in placed.fragment
            else placed.fragment
        )
        where = f"{placed.file} ({place}; {_hash_words(placed.file_sha256)})"
        yield f"Recorded by {placed.recorder} at {placed.recorded}Z from {where}, log entry {placed.entry}."
        if placed.others:
            yield f"Read with {list_words(f'{name} ({_hash_words(sha256)})' for name, sha256 in placed.others)}."


def _hash_words(sha256: str) -> str:
    return f"SHA-256 {sha256[:12]}…" if sha256 else "its hash is withheld with what it holds"


def _own_words(view: ClaimView) -> Iterator[str]:
    step = view.step
    if step.wording:
        yield f"In the words “{step.wording}” ({step.worded_as.label})."
    if step.consulted:
        yield f"It says it consulted: {list_words(ref.label for ref in step.consulted)}."
    yield f"How it knows: {list_words(ref.label for ref in step.grounds)}."


def _when(step: Step) -> str:
    return date_words(step.said)


def _voice(step: Step) -> str:
    return f"{step.voice.label}, through {step.speaker.label}" if step.speaker else step.voice.label


def _occasion(step: Step) -> str:
    if step.occasion.label.startswith("occasion "):
        return f"of the kind “{step.occasion_kind.label}”"
    return f"“{step.occasion.label}” ({step.occasion_kind.label})"


def _rendering(step: Step) -> str:
    words = f", as “{step.wording}” ({step.worded_as.label})" if step.wording else ""
    return f"{words}; its own version: {with_scope(step.renders, step.renders_scope)}" if step.renders else words


def _passage(record: OpenRecord, passage: PassageView) -> Iterator[str]:
    place = f"characters {passage.start}–{passage.end} of {passage.document.label}"
    text = record.read_text(passage.capture_sha256)
    if text is None:
        yield f"Read at {place}; the capture is not at hand (SHA-256 of the words {passage.sha256[:12]}…)."
    else:
        yield f"Read at {place}:"
        words = text[passage.start : passage.end]
        yield from (f"  {line}" for line in f"“{words}”".split("\n"))


def _event(record: OpenRecord, reader: Reader, iri: str) -> Iterator[str]:
    event = reader.get_event(iri)
    claims = reader.claims_of("event", iri)
    voices = {view.step.voice.iri for view in claims}
    yield f"{event.ref.label} ({event.event_kind}): {many(len(claims), 'claim')} by {many(len(voices), 'voice')}."
    yield f"  {iri}"
    for view in claims:
        through = list_words(ref.label for ref in view.known_through) if view.known_through else "the voice itself"
        yield f"- {view.sentence} ({_when(view.step)}; known through {through}) [{view.iri.rsplit('/', 1)[1][:8]}]"


def _agent(record: OpenRecord, reader: Reader, iri: str) -> Iterator[str]:
    agent = reader.get_agent(iri)
    made = f"{many(len(agent.claims), 'claim')}, {many(len(agent.relays), 'relay')} of others"
    yield f"{agent.ref.label} ({agent.agent_kind}): {made}."
    yield f"  {iri}"
    if agent.members:
        yield f"Speaks for: {list_words(ref.label for ref in agent.members)}."
    if agent.quoted_in:
        yield f"Known only as quoted in “{agent.quoted_in.label}”."
    for view in reader.claims_of("voice", iri):
        yield f"- {view.sentence} ({_when(view.step)}) [{view.iri.rsplit('/', 1)[1][:8]}]"
    if agent.spoken:
        yield f"Spoke for others in {many(len(agent.spoken), 'claim or relay', 'claims or relays')}."


def _document(record: OpenRecord, reader: Reader, iri: str) -> Iterator[str]:
    document = reader.get_document(iri)
    publisher = f", published by {document.publisher.label}" if document.publisher else ""
    yield f"“{document.ref.label}”{publisher} ({date_words(document.published)})."
    yield f"  {iri}"
    for capture in document.captures:
        hand = "at hand" if record.read_capture(capture.sha256) is not None else "not at hand"
        yield f"Capture of {capture.length:,} bytes, SHA-256 {capture.sha256}, {hand}."
    if not document.captures:
        yield "No capture of it is kept."
    yield f"Cited of it: {many(len(document.passages), 'passage')}."
    for passage, claims in document.passages:
        yield f"- characters {passage.start}–{passage.end}: {many(len(claims), 'claim')}"


def _decisions(record: OpenRecord, iri: str) -> Iterator[str]:
    return (decision_words(each) for each in find_decisions(record.graph(), iri))


def _statements(record: OpenRecord, reader: Reader, iri: str) -> Iterator[str]:
    yield f"{reader.ref(iri).label}"
    yield f"  {iri}"
    yield from _decisions(record, iri)
    yield from (f"  {line}" for line in record.statements(iri))

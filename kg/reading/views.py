"""What a reader is shown of the record: frozen views with every name resolved, for pages and for `averment show`."""

from dataclasses import dataclass

from kg.model import Proposition, Stance
from kg.sentences import with_scope


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing of the record or a code, with the label it bears now; `kind` is such as `agent`, `claim` or `code`."""

    iri: str
    label: str
    kind: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class PassageView:
    """A span of a capture: code-point offsets and the hash of its words. `sha256` of the capture leads to its bytes."""

    iri: str
    start: int
    end: int
    sha256: str
    capture: str
    capture_sha256: str
    document: Ref


@dataclass(frozen=True, slots=True)
class Step:
    """One saying: a claim, or a relay of a claim. `said` is EDTF; `earliest` and `latest` are ISO dates or ""."""

    iri: str
    kind: str
    stance: Stance | None
    voice: Ref
    speaker: Ref | None
    occasion: Ref
    occasion_kind: Ref
    document: Ref | None
    said: str
    earliest: str
    latest: str
    wording: str
    wording_language: str
    worded_as: Ref
    consulted: tuple[Ref, ...]
    grounds: tuple[Ref, ...]
    passages: tuple[PassageView, ...]
    relays: str
    renders: str
    """The clause of the version this relay gives, without its scope, "" where it gives none of its own."""
    renders_scope: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One coded slot of a proposition: its field name, and its values as things or as plain text."""

    name: str
    values: tuple[Ref | str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a saying was recorded from, and by whom; `others` are the files it was read with: mapping, joined tables.

    Each of these is its name and its SHA-256.
    """

    ingestion: str
    recorder: str
    recorded: str
    file: str
    file_sha256: str
    fragment: str
    entry: int
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as a whole: what it says, who carried it to the reader, and what it replaces or was replaced by."""

    step: Step
    proposition_iri: str
    proposition_kind: str
    question: str
    proposition: Proposition
    head: str
    """What is said, as a clause without its scope."""
    scope: str
    """Over what, of whom, by which scheme or how exactly it is said; "" where that is all in the head."""
    sentence: str
    slots: tuple[Slot, ...]
    chains: tuple[tuple[Step, ...], ...]
    revises: tuple[str, ...]
    superseded_by: tuple[str, ...]
    withdraws: tuple[str, ...]
    withdrawn_by: tuple[str, ...]

    @property
    def iri(self) -> str:
        """The claim's IRI."""
        return self.step.iri

    @property
    def clause(self) -> str:
        """What is said, as a clause in full."""
        return with_scope(self.head, self.scope)

    @property
    def known_through(self) -> tuple[Ref, ...]:
        """The voices nearest to the reader, one for each chain."""
        last = {chain[-1].voice.iri: chain[-1].voice for chain in self.chains if chain}
        return tuple(last.values())


@dataclass(frozen=True, slots=True)
class CaptureView:
    """The bytes someone kept of a document."""

    iri: str
    sha256: str
    length: int
    media_type: str
    encoding: str
    captured: str
    captured_by: Ref | None
    tool: str
    archived_at: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document, its captures, and the passages of it that sayings cite, in order of place."""

    ref: Ref
    publisher: Ref | None
    creators: tuple[Ref, ...]
    published: str
    language: str
    source_kind: Ref | None
    urls: tuple[str, ...]
    copies: tuple[Ref, ...]
    captures: tuple[CaptureView, ...]
    passages: tuple[tuple[PassageView, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class AgentView:
    """A voice: what it claims, what it relays, and for whom it speaks."""

    ref: Ref
    agent_kind: str
    names: tuple[tuple[str, str], ...]
    description: str
    members: tuple[Ref, ...]
    member_of: tuple[Ref, ...]
    owner: Ref | None
    quoted_in: Ref | None
    claims: tuple[str, ...]
    relays: tuple[str, ...]
    spoken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventView:
    """An event: names and codes only, and the claims that concern it."""

    ref: Ref
    event_kind: str
    names: tuple[tuple[str, str], ...]
    identifiers: tuple[str, ...]
    recorder: Ref | None
    sets: tuple[Ref, ...]
    claims: tuple[str, ...]

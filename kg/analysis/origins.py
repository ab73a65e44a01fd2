"""How many independent origins stand behind what is asserted: two bounds, and the chains that show them.

What reaches the reader is followed back, from relay to claim to ground. A chain that ends at a first-hand ground shows
an origin; where a voice does not say how it knows, there may be one or none. Chains that share a claim or a party are
not independent, so that the bounds are the largest numbers of disjoint chains without and with the undeclared ends.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kg.analysis.chains import Chain, find_bottlenecks, find_chains
from kg.analysis.network import find_circles
from kg.analysis.origin_network import FIRST_HAND, RESTING, Network, build_network
from kg.analysis.origin_parties import Parties
from kg.analysis.origin_reading import Material, Said, Suggestion, read_material
from kg.analysis.origin_words import describe, to_sentence
from kg.codes import find_label
from kg.errors import NotFound
from kg.reading.views import Ref
from kg.store.tables_view import TablesView
from kg.terms import Iri

RULES = "1"
"""The version of the rules by which origins are counted; it is raised when they would count differently."""

_KINDS = ("event", "question", "proposition", "claim")
_ASSERTS = "asserts"


@dataclass(frozen=True, slots=True)
class Step:
    """One saying of a chain; `saying` is "" for a text that was reprinted or a source that is not recorded."""

    voice: Ref
    saying: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A chain from a report to its end; `grounds` are the codes of the first-hand ground, () where none is declared."""

    steps: tuple[Step, ...]
    grounds: tuple[Ref, ...]

    @property
    def words(self) -> str:
        """The voices of the chain, from the reader's end, and the ground.

        >>> one = Step(Ref("a", "Daily", "agent"), "r"), Step(Ref("b", "Witness", "agent"), "c")
        >>> Trace(one, (Ref("g", "saw it happen", "code"),)).words
        'Daily → Witness (saw it happen)'
        """
        ground = ", ".join(ref.label for ref in self.grounds) or "does not say how it knows"
        return f"{' → '.join(step.voice.label for step in self.steps)} ({ground})"


@dataclass(frozen=True, slots=True)
class Link:
    """That one voice or document rests on another, and how: `consulted`, `copies`, `relays`, `from`."""

    source: Ref
    how: str
    target: Ref


@dataclass(frozen=True, slots=True)
class Origins:
    """Bounds on the independent origins of what is asserted; `exact` is false where the search was cut short.

    `declared` shows `at_least`; `possible` shows `at_most`, undeclared ends taken for origins.
    """

    subject: Ref
    reports: int
    at_least: int
    at_most: int
    declared: tuple[Trace, ...] = ()
    possible: tuple[Trace, ...] = ()
    passes_through: tuple[Ref, ...] = ()
    circles: tuple[tuple[Link, ...], ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    documents: dict[str, str] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    voices: int = 0
    left_out: int = 0
    exact: bool = True

    @property
    def sentence(self) -> str:
        """The answer in one line, such as “7 reports, 2 to 4 independent origins”."""
        return to_sentence(self.reports, self.at_least, self.at_most)

    @property
    def lines(self) -> tuple[str, ...]:
        """Why, in plain sentences."""
        return tuple(describe(self))


@dataclass(frozen=True, slots=True)
class OriginRow:
    """The bounds of an event or of one question about it, as a derived statement; `claims` are what it used."""

    subject: Iri
    kind: str
    event: Iri
    reports: int
    at_least: int
    at_most: int
    passes_through: tuple[Iri, ...]
    circular: tuple[Iri, ...]
    claims: tuple[Iri, ...]
    rules: str = RULES


def find_origins(view: TablesView, iri: str, *, kind: str, label: str = "") -> Origins:
    """The origins of an `event`, `question`, `proposition` or `claim`, of what is asserted (a claim: of its stance).

    Raises NotFound where the record holds no such claim, ValueError for another kind.
    """
    if kind not in _KINDS:
        raise ValueError(f"origins are told of {', '.join(_KINDS)}, not of {kind!r}")
    material = read_material(view, kind, iri)
    subject = Ref(iri, label or iri.rsplit("/", 1)[-1], kind)
    stance = _ASSERTS
    if kind == "claim":
        own = next((said for said in material.sayings if said.iri == iri), None)
        if own is None:
            raise NotFound(f"no claim {iri} in this record")
        stance = own.stance
    return trace_origins(material, subject, _selector(kind, iri), stance=stance)


def derive_origin_rows(view: TablesView, base: str, event: str) -> tuple[OriginRow, ...]:
    """The bounds of an event and of every question asserted about it, as rows to be projected; read in one go."""
    material = read_material(view, "event", event, suggest=False)
    questions = sorted({said.question for said in material.sayings if said.stance == _ASSERTS and said.question})
    subjects = [(event, "event"), *((question, "question") for question in questions)]
    rows = []
    for iri, kind in subjects:
        found = trace_origins(material, Ref(iri, iri.removeprefix(base), kind), _selector(kind, iri))
        rows.append(_row(found, event))
    return tuple(row for row in rows if row.reports)


def trace_origins(
    material: Material, subject: Ref, wanted: Callable[[Said], bool], *, stance: str = _ASSERTS
) -> Origins:
    """The origins of the wanted claims, among all that is recorded around them; no query is made."""
    parties = Parties(material.agents, material.sources)
    network = build_network(material, parties, wanted, stance=stance)
    least = find_chains(network.nodes, opened=False)
    most = find_chains(network.nodes, opened=True)
    shown = most.chains if len(most.chains) > len(least.chains) else least.chains
    documents = {said.document for said in network.said if said is not None}
    return Origins(
        subject=subject,
        reports=sum(node.report for node in network.nodes),
        at_least=len(least.chains),
        at_most=most.bound,
        declared=_trace_all(least.chains, network, parties),
        possible=_trace_all(shown, network, parties),
        passes_through=tuple(_ref(party, parties) for party in find_bottlenecks(network.nodes)),
        circles=tuple(_find_circles(network, parties)),
        suggestions=tuple(one for one in material.suggestions if not documents.isdisjoint(one.documents)),
        documents={iri: source.label for iri, source in parties.sources.items()},
        claims=tuple(said.iri for said in network.claims),
        voices=len({said.voice for said in network.claims}),
        left_out=network.left_out,
        exact=least.bound == len(least.chains) and most.bound == len(most.chains),
    )


def _selector(kind: str, iri: str) -> Callable[[Said], bool]:
    tests: dict[str, Callable[[Said], bool]] = {
        "event": lambda said: True,
        "question": lambda said: said.question == iri,
        "proposition": lambda said: said.proposition == iri,
        "claim": lambda said: said.iri == iri,
    }
    return tests[kind]


def _row(found: Origins, event: str) -> OriginRow:
    circular = {link.source.iri for circle in found.circles for link in circle}
    return OriginRow(
        subject=Iri(found.subject.iri),
        kind=found.subject.kind,
        event=Iri(event),
        reports=found.reports,
        at_least=found.at_least,
        at_most=found.at_most,
        passes_through=tuple(Iri(ref.iri) for ref in found.passes_through),
        circular=tuple(Iri(iri) for iri in sorted(circular)),
        claims=tuple(Iri(iri) for iri in found.claims),
    )


def _ref(iri: str, parties: Parties) -> Ref:
    kind = "document" if iri in parties.sources else "agent"
    return Ref(iri, parties.label(iri), kind)


def _trace_all(chains: Iterable[Chain], network: Network, parties: Parties) -> tuple[Trace, ...]:
    """Chains as they are shown: those that end at a first-hand ground before the others."""
    traces = [_trace(chain, network, parties) for chain in chains]
    return tuple(sorted(traces, key=lambda trace: (not trace.grounds, trace.words)))


def _trace(chain: Chain, network: Network, parties: Parties) -> Trace:
    steps = []
    material: set[str] = set()
    for place in chain:
        said = network.said[place]
        steps.append(Step(_ref(network.stands[place], parties), said.iri if said else ""))
        material |= set(said.material) if said and said.kind == "claim" else set()
    grounds = sorted(material & FIRST_HAND) if network.nodes[chain[-1]].first_hand else []
    return Trace(tuple(steps), tuple(_code(code) for code in grounds))


def _code(iri: str) -> Ref:
    return Ref(iri, find_label(iri) or iri, "code")


def _find_circles(network: Network, parties: Parties) -> list[tuple[Link, ...]]:
    """Circles of voices and documents that rest on each other, question by question; each is told once."""
    by_question: dict[str, dict[tuple[str, str], str]] = {}
    for (question, here, there), how in network.rests.items():
        by_question.setdefault(question, {})[here, there] = how
    found: dict[tuple[str, ...], tuple[Link, ...]] = {}
    for edges in by_question.values():
        if RESTING.isdisjoint(edges.values()):
            continue
        for circle in find_circles({pair: how in RESTING for pair, how in edges.items()}):
            pairs = zip(circle, (*circle[1:], circle[0]), strict=True)
            links = tuple(Link(_ref(a, parties), edges[a, b], _ref(b, parties)) for a, b in pairs)
            found.setdefault(tuple(sorted(circle)), links)
    return [found[members] for members in sorted(found)]

"""How many independent origins stand behind what is asserted: two bounds, and the chains that show them.

What reaches the reader is followed back, from relay to claim to ground. A chain that ends at a first-hand ground shows
an origin; where a voice does not say how it knows, there may be one or none. Chains that share a claim or a party are
not independent, so that the bounds are the largest numbers of disjoint chains without and with the undeclared ends.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from kg.analysis.claims_sql import View
from kg.analysis.origins.alike import Alike
from kg.analysis.origins.answer import Link, OriginRow, Origins, Step, Trace
from kg.analysis.origins.chains import Chain, find_bottlenecks, find_chains
from kg.analysis.origins.flows import find_circles
from kg.analysis.origins.network import FIRST_HAND, RESTING, Network, build_network
from kg.analysis.origins.parties import Parties
from kg.analysis.origins.reading import Material, Said, read_material, read_materials
from kg.analysis.origins.sayings import Sayings
from kg.codes import find_label
from kg.errors import NotFound
from kg.reading.views import Ref
from kg.terms import Iri

__all__ = ["OriginRow", "Origins", "Trace", "derive_origin_rows", "find_origins", "iter_origin_rows", "trace_origins"]
_KINDS = ("event", "question", "proposition", "claim")
_ASSERTS = "asserts"


def find_origins(view: View, iri: str, *, kind: str, label: str = "") -> Origins:
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


def derive_origin_rows(view: View, event: str) -> tuple[OriginRow, ...]:
    """The bounds of an event and of every question asserted about it, as rows to be projected; read in one go."""
    return next((rows for _, rows in iter_origin_rows(view, [event])), ())


def iter_origin_rows(
    view: View, events: Sequence[str], *, least: int = 1
) -> Iterator[tuple[str, tuple[OriginRow, ...]]]:
    """The same for each of many events, read together; of what reaches the reader in fewer than `least` reports, only
    circles are told."""
    alike = Alike(lambda material, event: iter_rows(material, event, least=least))
    for event, material in read_materials(view, events):
        yield event, alike.rows(material, event)


def iter_rows(material: Material, event: str, *, least: int = 1) -> Iterator[OriginRow]:
    """The rows of one event, out of all that is recorded around it."""
    sayings: dict[str, int] = {}
    question_of = {said.iri: said.question for said in material.sayings if said.stance == _ASSERTS}
    for said in material.sayings:
        question = question_of.get(said.root if said.relays else said.iri, "")
        sayings[question] = sayings.get(question, 0) + 1
    subjects = [(event, "event", len(material.sayings))]
    subjects += [(question, "question", count) for question, count in sorted(sayings.items()) if question]
    parties = Parties(material.agents, material.sources)
    standing = Sayings(material, parties, stance=_ASSERTS)
    is_consulting = any(said.consulted for said in material.sayings)
    for iri, kind, count in subjects:
        # One saying is one report, and rests on nobody but whom it names.
        if count < least and not is_consulting:
            continue
        network = build_network(standing, _selector(kind, iri))
        row = _row(network, parties, iri, kind, event)
        if row.reports >= least or row.circles:
            yield row


def trace_origins(
    material: Material, subject: Ref, wanted: Callable[[Said], bool], *, stance: str = _ASSERTS
) -> Origins:
    """The origins of the wanted claims, among all that is recorded around them; no query is made."""
    parties = Parties(material.agents, material.sources)
    network = build_network(Sayings(material, parties, stance=stance), wanted)
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


def _row(network: Network, parties: Parties, iri: str, kind: str, event: str) -> OriginRow:
    """The same bounds as `trace_origins` gives, without the words and chains that show them."""
    circles = tuple(tuple(Iri(link.source.iri) for link in circle) for circle in _find_circles(network, parties))
    return OriginRow(
        subject=Iri(iri),
        kind=kind,
        event=Iri(event),
        reports=sum(node.report for node in network.nodes),
        at_least=len(find_chains(network.nodes, opened=False).chains),
        at_most=find_chains(network.nodes, opened=True).bound,
        passes_through=tuple(map(Iri, find_bottlenecks(network.nodes))),
        circular=tuple(sorted({iri for circle in circles for iri in circle})),
        claims=tuple(Iri(said.iri) for said in network.claims),
        circles=circles,
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

"""A short hand for networks of reports, and the slow way to count their disjoint chains."""

from datetime import date
from itertools import combinations

from kg.analysis.origins.chains import Node
from kg.analysis.origins.network import Network, build_network
from kg.analysis.origins.parties import Parties
from kg.analysis.origins.reading import Agent, Material, Said, Source
from kg.analysis.origins.sayings import Sayings
from kg.analysis.origins.trace import Origins, trace_origins
from kg.reading.views import Ref
from kg.terms import NOT_STATED, avc


class Case:
    """Sayings about one event; agents and documents are known by bare names, grounds by the slugs of their codes."""

    def __init__(self):
        self.sayings, self.agents, self.sources = {}, {}, {}

    def agent(self, name, kind="Organisation", *, owner="", members=()):
        self.agents[name] = Agent(name, name.title(), kind, tuple(members), owner)

    def document(self, name, *, publisher="", copies=()):
        self.sources[name] = Source(name, name.title(), publisher, tuple(copies))

    def claim(self, name, who, *, grounds="", consulted=(), material=(), stance="asserts", question="q", **more):
        codes = {avc(grounds) if grounds else NOT_STATED, *map(avc, material)}
        self._say(
            name,
            who,
            kind="claim",
            stance=stance,
            question=question,
            proposition=more.pop("proposition", f"p-{question}"),
            root=name,
            consulted=tuple(consulted),
            material=tuple(sorted(codes)),
            **more,
        )

    def relay(self, name, who, of, *, consulted=(), **more):
        target = self.sayings.get(of)
        root = target.root if target else ""
        self._say(name, who, kind="relay", relays=of, root=root, consulted=tuple(consulted), **more)

    def _say(self, name, who, *, said="", document="", at_hand=False, withdraws=(), **more):
        if who not in self.agents:
            self.agent(who)
        day = date.fromisoformat(said) if said else None
        given = dict.fromkeys(("stance", "proposition", "question", "speaker", "relays", "root"), "")
        given |= {"consulted": (), "material": (), "corrected": False, "earliest": day, "latest": day, **more}
        passages = (f"passage-{name}",) if at_hand else ()
        self.sayings[name] = Said(
            iri=name, voice=who, document=document, withdraws=tuple(withdraws), passages=passages, **given
        )

    def material(self, suggestions=()):
        values = (self.sayings, self.agents, self.sources)
        return Material(*(tuple(each.values()) for each in values), suggestions)

    def trace(self, wanted=lambda said: True, stance="asserts", suggestions=()) -> Origins:
        return trace_origins(self.material(suggestions), Ref("event", "event", "event"), wanted, stance=stance)

    def bounds(self, **options) -> tuple[int, int, int]:
        """Reports, least, most."""
        found = self.trace(**options)
        return found.reports, found.at_least, found.at_most

    def network(self) -> Network:
        material = self.material()
        parties = Parties(material.agents, material.sources)
        return build_network(Sayings(material, parties, stance="asserts"), lambda _: True)


def count_slowly(nodes: tuple[Node, ...], *, opened: bool) -> int:
    """The largest number of disjoint chains, by trying all of them."""
    groups = [frozenset(node.apart if opened else node.parties) for node in nodes]
    uses = set()
    pending = [((place,), groups[place]) for place, node in enumerate(nodes) if node.report]
    while pending:
        chain, used = pending.pop()
        last = nodes[chain[-1]]
        if last.first_hand or (opened and last.undeclared):
            uses.add(used)
        pending += [((*chain, target), used | groups[target]) for target in last.targets if target not in chain]
    smallest = [one for one in uses if not any(other < one for other in uses)]
    for size in range(len(smallest), 0, -1):
        for chosen in combinations(smallest, size):
            if sum(map(len, chosen)) == len(frozenset().union(*chosen)):
                return size
    return 0

"""Origins of an event with 20 and with 5,000 reports, beside a plain maximum flow through the same network unreduced.

python tests/bench/bench_origins.py [REPORTS …], by default 20 and 5000. `threads` is an event as the generator tells
it; in `tangled` any outlet relays any wire and any wire any witness, owners and joint voices among them. Figures are
medians in milliseconds; `flow` is networkx.maximum_flow with the algorithm it takes by itself, for both bounds, as
`origins` is.
"""

import json
import random
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import networkx as nx

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.analysis.origins.chains import Node
from kg.analysis.origins.network import build_network
from kg.analysis.origins.parties import Parties
from kg.analysis.origins.reading import Agent, Material, Said, read_material
from kg.analysis.origins.sayings import Sayings
from kg.analysis.origins.trace import trace_origins
from kg.reading.views import Ref
from kg.store.tables import Tables
from kg.terms import avc
from tests.generator.entries import iter_entries, make_units
from tests.generator.stories import make_story

SEED = 20310502
OUT = Path("build/bench/origins.json")
AROUND = 5_000


def timed(work: Callable[[], object], *, times: int) -> float:
    """The median time of some work, in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return round(statistics.median(taken), 2)


def peak(work: Callable[[], object]) -> float:
    """The most memory that some work holds at once, in MB."""
    tracemalloc.start()
    work()
    found = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return round(found, 1)


def make_tangle(reports: int, dice: random.Random) -> Material:
    """Witnesses, wires and outlets that pass each other on without order."""
    witnesses, wires, outlets = (max(3, reports // share) for share in (10, 50, 8))
    agents = [Agent(f"owner{number}", "", "Organisation") for number in range(outlets // 10 + 1)]
    agents += [
        Agent(f"outlet{number}", "", "Organisation", owner=dice.choice(["", "", dice.choice(agents).iri]))
        for number in range(outlets)
    ]
    agents += [
        Agent(f"witness{number}", "", "JointVoice", members=(f"m{number}", f"m{number + 1}"))
        for number in range(0, witnesses, 7)
    ]
    told = [_say(f"c{number}", f"witness{number}", grounds="saw" if number % 3 else "") for number in range(witnesses)]
    carried = [_say(f"w{number}", f"wire{number % wires}", of=dice.choice(told)) for number in range(4 * wires)]
    last = [
        _say(f"r{number}", f"outlet{dice.randrange(outlets)}", of=dice.choice(carried[dice.randrange(2) :] + told))
        for number in range(reports)
    ]
    return Material(tuple(told + carried + last), tuple(agents))


def _say(iri: str, voice: str, *, of: Said | None = None, grounds: str = "") -> Said:
    return Said(
        iri=iri, kind="relay" if of else "claim", stance="" if of else "asserts", proposition="p",
        question="" if of else "q", voice=voice, speaker="", document="", relays=of.iri if of else "",
        root=of.root if of else iri, earliest=None, latest=None, consulted=(),
        material=() if of else (avc(grounds or "not-stated"),), withdraws=(), passages=(), corrected=False,
    )  # fmt: skip


def plain_flow(nodes: tuple[Node, ...], *, opened: bool) -> int:
    """The number of disjoint chains by one maximum flow, every saying and every party a node."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["reader", "end"])
    for place, node in enumerate(nodes):
        party = (node.apart if opened else node.parties)[0]
        graph.add_edge(place, (party, "in"), capacity=1)
        graph.add_edge((party, "in"), (party, "out"), capacity=1)
        graph.add_edges_from((((party, "out"), target) for target in node.targets), capacity=1)
        if node.report:
            graph.add_edge("reader", place, capacity=1)
        if node.first_hand or (opened and node.undeclared):
            graph.add_edge((party, "out"), "end", capacity=1)
    return int(nx.maximum_flow(graph, "reader", "end")[0])


def measure(material: Material, *, times: int) -> dict[str, object]:
    """What tracing an event costs, beside the plain flow."""
    subject = Ref("event", "event", "event")
    found = trace_origins(material, subject, lambda said: True)
    parties = Parties(material.agents, material.sources)
    nodes = build_network(Sayings(material, parties, stance="asserts"), lambda said: True).nodes
    figures: dict[str, object] = {"answer": found.sentence, "exact": found.exact, "nodes": len(nodes)}
    ours = timed(lambda: trace_origins(material, subject, lambda said: True), times=times)
    flow = timed(lambda: [plain_flow(nodes, opened=opened) for opened in (False, True)], times=max(1, times // 10))
    figures |= {"origins ms": ours, "flow ms": flow, "flow / origins": round(flow / ours, 1)}
    figures["origins peak MB"] = peak(lambda: trace_origins(material, subject, lambda said: True))
    return figures


def main(sizes: list[int]) -> dict[str, object]:
    """Figures by shape and number of reports."""
    return dict(_measure_all(sizes))


def _measure_all(sizes: list[int]) -> Iterator[tuple[str, object]]:
    yield "seed", SEED
    yield "claims around the event", AROUND
    for reports in sizes:
        times = 30 if reports < 1000 else 3
        with tempfile.TemporaryDirectory() as folder:
            reading, material = read_among_others(Path(folder), reports, times=times)
        yield f"threads, {reports} reports", {**reading, **measure(material, times=times)}
        yield f"tangled, {reports} reports", measure(make_tangle(reports, random.Random(SEED)), times=times)


def read_among_others(folder: Path, reports: int, *, times: int) -> tuple[dict[str, float], Material]:
    """Reading one event out of the tables of a record with many, with and without looking for equal words."""
    story = make_story(10**6, threads=0, reports=reports, dice=random.Random(SEED))
    tables = Tables.open(folder)
    for entry in iter_entries(AROUND, seed=SEED):
        tables.append(entry.units, entry=entry.number)
    tables.append(make_units(99, story.beats), entry=99)
    tables.compact()
    with tables.connect() as view:
        figures = {
            "reading ms": timed(lambda: read_material(view, "event", story.event, suggest=False), times=times),
            "with suggestions ms": timed(lambda: read_material(view, "event", story.event), times=times),
        }
        return figures, read_material(view, "event", story.event)


if __name__ == "__main__":
    result = json.dumps(main([int(size) for size in sys.argv[1:]] or [20, 5000]), indent=1)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(result + "\n", encoding="utf-8")
    sys.stdout.write(result + "\n")

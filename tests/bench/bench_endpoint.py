"""/sparql beside the oxigraph server and rdflib-endpoint: python tests/bench/bench_endpoint.py [CLAIMS], or 100,000.

All are asked the same questions by the same clients (`clients.py`: one process, apart from the servers), one after
another, several times in turn. The oxigraph server reads the very snapshot that /sparql reads; `--record DIR` takes
that of a record instead of filling one. /sparql is measured twice, remembering answers and not; the ratios are of the
latter. rdflib-endpoint is measured where it is on the PATH (`pip install rdflib-endpoint[cli]` in an environment of its
own), and asked of at most 10,000 claims, as it holds them in Python. `--seconds N` is how long each turn is,
`--clients N` how many ask at the same time, `--workers N` of how many workers.
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.serving import Dataset, Ended, Limits, Pool, Question, Service, Snapshots
from kg.serving.sandbox import resident
from kg.store.answering import Cut, Snapshot
from kg.store.embedded import EmbeddedStore
from tests.bench.clients import Asked, ask_for
from tests.generator.entries import iter_entries

OUT = Path("build/bench/endpoint.json")
# One more than there are processors, so that none is idle while a worker waits for its next question.
WORKERS = multiprocessing.cpu_count() + 1
CLIENTS = 8
TURNS = 3
PREFIXES = "PREFIX av: <https://w3id.org/averment/ns#> PREFIX prov: <http://www.w3.org/ns/prov#> "
QUESTIONS = (
    PREFIXES + "SELECT ?claim ?wording {{ ?p av:about <{event}> . ?claim av:content ?p ; av:wording ?wording }}",
    PREFIXES + "SELECT ?who (COUNT(?claim) AS ?n) {{ ?p av:about <{event}> . ?claim av:content ?p ; "
    "prov:wasAttributedTo ?who }} GROUP BY ?who ORDER BY DESC(?n)",
    PREFIXES + "SELECT * {{ ?p av:about <{event}> ; ?q ?v . ?claim av:asserts ?p ; av:said ?said }} LIMIT 100",
    PREFIXES + "ASK {{ ?p av:about <{event}> . ?claim av:denies ?p }}",
)
GREEDY = "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"


def serve_ours(folder: str, port: int, remembered: int, workers: int) -> None:
    """Answer from a graph folder, remembering so many bytes of answers."""
    from webui.app import create_app
    from webui.serve import listen, serve

    record = SimpleNamespace(root=Path(folder), base="https://made.example/id/")
    with Pool(workers=workers, queue=32, limits=Limits(seconds=60)) as pool:
        service = Service(Snapshots(Path(folder) / "graph"), pool, remembered=remembered)
        app = create_app(record, service=service)  # type: ignore[arg-type]
        serve(app, listen("127.0.0.1", port), threads=40, on_ready=lambda address: None)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], port: int, *, seconds: float = 600) -> Iterator[psutil.Process]:
    """A server in a process of its own, once it listens."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        try:
            deadline = time.monotonic() + seconds
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if run.poll() is not None or time.monotonic() > deadline:
                        raise SystemExit(f"{command[0]} did not start") from None
                    time.sleep(0.1)
            yield psutil.Process(run.pid)
        finally:
            run.terminate()
            run.wait()


@dataclass(slots=True)
class Server:
    """A server under measure: where it is asked, and what came of each turn."""

    port: int
    path: str
    process: psutil.Process
    clients: int
    turns: list[Asked] = field(default_factory=list)
    busy: float = 0.0

    def take_turn(self, queries: list[str], seconds: float) -> None:
        """Be asked for so many seconds."""
        before = self._busy()
        self.turns.append(ask_for(seconds, self.port, self.path, queries, clients=self.clients))
        self.busy += self._busy() - before

    def _busy(self) -> float:
        """Processor seconds that it and its workers have taken."""
        every = [self.process, *self.process.children(recursive=True)]
        return sum(each.cpu_times().user + each.cpu_times().system for each in every)

    def figures(self, name: str) -> dict[str, float]:
        """Throughput (the median of the turns), latency and processor time."""
        times = [took for turn in self.turns for took in turn.times]
        shares = statistics.quantiles(times, n=100)
        asked = len(times) * (1 + 1 / statistics.mean(turn.seconds for turn in self.turns))  # the warming, too
        rate = statistics.median(len(turn.times) / turn.seconds for turn in self.turns)
        return {
            f"{name}: questions a second": round(rate, 1),
            f"{name}: ms, 50th percentile": round(shares[49], 2),
            f"{name}: ms, 99th percentile": round(shares[98], 2),
            f"{name}: processor ms a question": round(1000 * self.busy / asked, 3),
            f"{name}: of the clients": round(1000 * sum(turn.busy for turn in self.turns) / len(times), 3),
        }


def compare(servers: dict[str, Server], queries: list[str], seconds: float) -> dict[str, float]:
    """Throughput and latency of each server, the turns taken one after another; the answers have to be alike."""
    answers = {name: [_answer(server, query) for query in queries[:40]] for name, server in servers.items()}
    assert all(each == next(iter(answers.values())) for each in answers.values())
    for _ in range(TURNS):
        for server in servers.values():
            server.take_turn(queries, seconds)
    return {label: value for name, server in servers.items() for label, value in server.figures(name).items()}


def _answer(server: Server, query: str) -> object:
    """An answer, its rows in any order."""
    address = f"http://127.0.0.1:{server.port}{server.path}?{urlencode({'query': query})}"
    asked = Request(address, headers={"Accept": "application/sparql-results+json"})
    with urlopen(asked, timeout=120) as answer:
        content = json.load(answer)
    if "boolean" in content:
        return content["boolean"]
    rows = content["results"]["bindings"]
    # Which rows a LIMIT leaves is not said.
    return len(rows) if "LIMIT" in query else sorted(json.dumps(row, sort_keys=True) for row in rows)


def fill(folder: Path, claims: int) -> tuple[Path, list[str]]:
    """A graph of so many claims, the same as a file of quads, and the events they are about."""
    quads, events = folder / "quads.nq", set()
    with quads.open("w", encoding="utf-8") as file:
        for entry in iter_entries(claims):
            for unit in entry.units:
                for line in unit.lines:
                    file.write(f"{line}\n")
                    if "ns#about> <" in line:
                        events.add(line.split(" ")[2][1:-1])
    with EmbeddedStore(folder / "graph") as graph, quads.open(encoding="utf-8") as file:
        graph.rebuild((line.rstrip("\n") for line in file), entry=1)
    return quads, sorted(events)


def make_queries(events: list[str]) -> list[str]:
    dice = random.Random(7)
    return [dice.choice(QUESTIONS).format(event=event) for event in dice.sample(events, min(2000, len(events)))]


def find_events(folder: Path) -> list[str]:
    """The events of a graph folder that claims are about."""
    query = "SELECT DISTINCT ?event { ?p <https://w3id.org/averment/ns#about> ?event }"
    asked = Snapshot(Snapshots(folder / "graph").newest().path).ask(query, Dataset())
    given = asked.give("text/csv", Cut(1 << 40, 1 << 40, ""))
    return sorted(given.body.decode().split()[1:])


def beside_oxigraph(folder: Path, events: list[str], given: argparse.Namespace, command: str) -> dict[str, float]:
    """The figures at full size."""
    queries = make_queries(events)
    # A copy of links: whatever the other server writes beside the files is not written into ours.
    store = Path(tempfile.mkdtemp(dir=folder)) / "store"
    shutil.copytree(Snapshots(folder / "graph").newest().path, store, copy_function=os.link)
    ports = [free_port() for _ in range(3)]
    bind = ["-b", f"127.0.0.1:{ports[0]}", "--union-default-graph"]
    own = [sys.executable, __file__, "--serve", str(folder)]
    with (
        started([command, "serve-read-only", "-l", str(store), *bind], ports[0]) as theirs,
        started([*own, str(ports[1]), "0", str(given.workers)], ports[1]) as ours,
        started([*own, str(ports[2]), str(64 << 20), str(given.workers)], ports[2]) as remembering,
    ):
        servers = {
            "oxigraph": Server(ports[0], "/query", theirs, given.clients),
            "averment": Server(ports[1], "/sparql", ours, given.clients),
            "averment, remembering": Server(ports[2], "/sparql", remembering, given.clients),
        }
        found = compare(servers, queries, given.seconds)
    shutil.rmtree(store.parent)
    for name in ("averment", "averment, remembering"):
        found[f"{name}: throughput, of oxigraph's"] = _ratio(found, "questions a second", name, "oxigraph")
        found[f"{name}: 99th percentile, times oxigraph's"] = _ratio(found, "ms, 99th percentile", name, "oxigraph")
    return found | memory_back(folder)


def beside_rdflib(folder: Path, claims: int, seconds: float, command: str) -> dict[str, float]:
    """The figures beside an endpoint that holds everything in Python."""
    folder.mkdir()
    quads, events = fill(folder, min(claims, 10_000))
    ours, theirs = free_port(), free_port()
    own = [sys.executable, __file__, "--serve", str(folder), str(ours), "0", str(WORKERS)]
    other = [command, "serve", str(quads), "--host", "127.0.0.1", "--port", str(theirs)]
    with started(own, ours) as here, started(other, theirs) as there:
        servers = {
            "averment, small": Server(ours, "/sparql", here, CLIENTS),
            "rdflib-endpoint": Server(theirs, "/", there, CLIENTS),
        }
        found = compare(servers, make_queries(events)[:200], seconds)
    rate = _ratio(found, "questions a second", "averment, small", "rdflib-endpoint")
    return found | {"throughput, times rdflib-endpoint's": rate}


def _ratio(found: dict[str, float], figure: str, ours: str, theirs: str) -> float:
    return round(found[f"{ours}: {figure}"] / found[f"{theirs}: {figure}"], 2)


def memory_back(folder: Path) -> dict[str, float]:
    """How long after a greedy query was told off its memory is back, in milliseconds; the longest of five."""
    waits, most = [], 0
    with Pool(workers=1, limits=Limits(seconds=60, memory=400 << 20)) as pool:
        snapshots = Snapshots(folder / "graph")
        service = Service(snapshots, pool)
        service.answer(Question("ASK {}"), snapshots.newest())
        for _ in range(5):
            pid = pool.pids()[0]
            watcher = _Watcher(pid)
            try:
                service.answer(Question(GREEDY), snapshots.newest())
            except Ended:
                told = time.monotonic()
                while resident(pid):
                    time.sleep(0.001)
                waits.append(1000 * (time.monotonic() - told))
            most = max(most, watcher.stop())
    return {"killed query: MB it held": most >> 20, "killed query: ms until they are back": round(max(waits), 1)}


class _Watcher:
    def __init__(self, pid: int) -> None:
        self._pid, self._most, self._ended = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(0.01):
            self._most = max(self._most, resident(self._pid))

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._most


def main() -> None:
    if sys.argv[1:2] == ["--serve"]:
        serve_ours(sys.argv[2], *map(int, sys.argv[3:6]))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("claims", nargs="?", type=int, default=100_000)
    parser.add_argument("--record", type=Path, help="a record whose graph is asked, in place of one that is filled")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    options = parser.parse_args()
    found: dict[str, float] = {"processors": multiprocessing.cpu_count()}
    oxigraph = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))
    with tempfile.TemporaryDirectory() as name:
        folder = options.record or Path(name)
        events = find_events(folder) if options.record else fill(folder, options.claims)[1]
        found |= beside_oxigraph(folder, events, options, oxigraph)
        if rdflib := shutil.which("rdflib-endpoint"):
            found |= beside_rdflib(Path(name) / "small", options.claims, options.seconds, rdflib)
        else:
            sys.stdout.write("rdflib-endpoint is not on the PATH and is left out\n")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for label, value in found.items():
        sys.stdout.write(f"{label:50} {value:>12,}\n")


if __name__ == "__main__":
    main()

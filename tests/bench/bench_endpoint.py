"""/sparql beside the oxigraph server and rdflib-endpoint: python tests/bench/bench_endpoint.py [CLAIMS], or 100,000.

All are asked the same questions of the same quads by the same clients, one after another, several times in turn. The
two others are used where they are on the PATH (`pip install oxigraph rdflib-endpoint` in an environment of their own);
the second is asked of at most 10,000 claims, as it holds them in Python. `--seconds N` is how long each turn is.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.serving import Ended, Limits, Pool, Question, Service, Snapshots
from kg.serving.sandbox import resident
from kg.store.embedded import EmbeddedStore
from tests.generator.entries import iter_entries

OUT = Path("build/bench/endpoint.json")
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


def serve_ours(folder: str, port: int) -> None:
    """Answer from a graph folder, without remembering answers."""
    from webui.app import create_app
    from webui.serve import serve

    record = SimpleNamespace(root=Path(folder), base="https://made.example/id/")
    with Pool(workers=2, queue=32, limits=Limits(seconds=60)) as pool:
        service = Service(Snapshots(Path(folder) / "graph"), pool, remembered=0)
        app = create_app(record, service=service)  # type: ignore[arg-type]
        serve(app, host="127.0.0.1", port=port, threads=40, on_ready=lambda address: None)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], port: int, *, seconds: float = 600) -> Iterator[int]:
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
            yield port
        finally:
            run.terminate()


class Connection:
    """A client that does as little as possible, and keeps its connection."""

    def __init__(self, port: int, path: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._path, self._held = path, b""

    def ask(self, query: str) -> int:
        """Ask; the length of the answer. Raises ValueError where it is none."""
        address = f"{self._path}?{urlencode({'query': query})}"
        head = f"GET {address} HTTP/1.1\r\nHost: localhost\r\nAccept: application/sparql-results+json\r\n\r\n"
        self._socket.sendall(head.encode())
        head = self._until(b"\r\n\r\n").decode().lower()
        if " 200 " not in head.partition("\r\n")[0]:
            raise ValueError(head)
        if "content-length:" in head:
            length = int(head.partition("content-length:")[2].partition("\r\n")[0])
            self._take(length)
            return length
        total = 0
        while size := int(self._until(b"\r\n").strip() or b"0", 16):
            self._take(size + 2)
            total += size
        self._until(b"\r\n")
        return total

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._held:
            self._more()
        found, _, self._held = self._held.partition(mark)
        return found

    def _take(self, length: int) -> None:
        while len(self._held) < length:
            self._more()
        self._held = self._held[length:]

    def _more(self) -> None:
        came = self._socket.recv(1 << 17)
        if not came:
            raise ValueError("hung up")
        self._held += came


def ask_for(seconds: float, port: int, path: str, queries: list[str]) -> tuple[float, list[float]]:
    """Questions answered a second, and milliseconds each took, by so many clients at once."""
    taken: list[float] = []

    def run(number: int) -> None:
        dice, connection = random.Random(number), Connection(port, path)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            start = time.perf_counter()
            connection.ask(dice.choice(queries))
            taken.append(1000 * (time.perf_counter() - start))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / (time.monotonic() - start), taken


def compare(servers: dict[str, tuple[int, str]], queries: list[str], seconds: float) -> dict[str, float]:
    """Throughput and latency of each server, the turns taken one after another; the answers have to be alike."""
    lengths = {name: [Connection(*at).ask(query) > 0 for query in queries[:40]] for name, at in servers.items()}
    assert len({tuple(each) for each in lengths.values()}) == 1
    rates: dict[str, list[float]] = {name: [] for name in servers}
    times: dict[str, list[float]] = {name: [] for name in servers}
    for at in servers.values():
        ask_for(1, *at, queries)  # warm
    for _ in range(TURNS):
        for name, at in servers.items():
            rate, taken = ask_for(seconds, *at, queries)
            rates[name].append(rate)
            times[name] += taken
    found = {}
    for name in servers:
        found[f"{name}: questions a second"] = round(statistics.median(rates[name]), 1)
        for share in (50, 99):
            found[f"{name}: ms, {share}th percentile"] = round(statistics.quantiles(times[name], n=100)[share - 1], 2)
    return found


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


def beside_oxigraph(folder: Path, claims: int, seconds: float, command: str) -> dict[str, float]:
    """The figures at full size."""
    quads, events = fill(folder, claims)
    queries = make_queries(events)
    store = str(folder / "oxigraph")
    subprocess.run([command, "load", "-l", store, "-f", str(quads)], check=True, stderr=subprocess.DEVNULL)
    subprocess.run([command, "optimize", "-l", store], check=True)
    ours, theirs = free_port(), free_port()
    bind = ["-b", f"127.0.0.1:{theirs}", "--union-default-graph"]
    own = [sys.executable, __file__, "--serve", str(folder), str(ours)]
    with started(own, ours), started([command, "serve-read-only", "-l", store, *bind], theirs):
        found = compare({"averment": (ours, "/sparql"), "oxigraph": (theirs, "/query")}, queries, seconds)
    found["throughput, of oxigraph's"] = _ratio(found, "questions a second", "averment", "oxigraph")
    found["99th percentile, times oxigraph's"] = _ratio(found, "ms, 99th percentile", "averment", "oxigraph")
    return found | memory_back(folder)


def beside_rdflib(folder: Path, claims: int, seconds: float, command: str) -> dict[str, float]:
    """The figures beside an endpoint that holds everything in Python."""
    folder.mkdir()
    quads, events = fill(folder, min(claims, 10_000))
    ours, theirs = free_port(), free_port()
    own = [sys.executable, __file__, "--serve", str(folder), str(ours)]
    other = [command, "serve", str(quads), "--host", "127.0.0.1", "--port", str(theirs)]
    with started(own, ours), started(other, theirs):
        servers = {"averment, small": (ours, "/sparql"), "rdflib-endpoint": (theirs, "/")}
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
        serve_ours(sys.argv[2], int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("claims", nargs="?", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    found: dict[str, float] = {"claims": float(options.claims), "processors": multiprocessing.cpu_count()}
    work: dict[str, Callable[..., dict[str, float]]] = {"oxigraph": beside_oxigraph, "rdflib-endpoint": beside_rdflib}
    with tempfile.TemporaryDirectory() as name:
        for command, measure in work.items():
            if path := shutil.which(command):
                folder = Path(name) if measure is beside_oxigraph else Path(name) / "small"
                found |= measure(folder, options.claims, options.seconds, path)
            else:
                sys.stdout.write(f"{command} is not on the PATH and is left out\n")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for label, value in found.items():
        sys.stdout.write(f"{label:50} {value:>12,}\n")


if __name__ == "__main__":
    main()

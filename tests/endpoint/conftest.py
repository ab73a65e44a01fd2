"""A server in a process of its own, over real sockets; what it is asked of is a graph made for the purpose."""

import http.client
import json
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psutil
import pytest

from kg.projections import graph_folder
from kg.store.embedded import EmbeddedStore
from tests.web import invented

PROGRAM = """
import os, sys
from pathlib import Path
from kg.projections import graph_folder
from kg.record import OpenRecord
from kg.serving import Limits, Pool, Service, Snapshots
from webui.app import create_app
from webui.serve import listen, serve
if __name__ == "__main__":
    root = Path(sys.argv[1])
    limits = Limits(seconds=float(sys.argv[2]), memory=200 << 20, rows=2000, size=1 << 20, export_seconds=20)
    with Pool(workers=2, queue=4, limits=limits) as pool:
        service = Service(Snapshots(graph_folder(root)), pool)
        app = create_app(OpenRecord.open(root), service=service, writers=dict(each.split("=") for each in sys.argv[3:]))
        serve(app, listen("127.0.0.1", 0), threads=14, on_ready=lambda address: print(address, flush=True))
    os._exit(0)  # as `averment serve` ends: threads inside an engine cannot be taken down with the interpreter
"""


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def media_type(self):
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self):
        return json.loads(self.body)


@dataclass
class Server:
    port: int
    process: psutil.Process
    root: object
    asked: set = field(default_factory=set)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def send(self, method, path, body=None, timeout=30, **headers):
        self.asked.add((method, path.partition("?")[0]))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read())
        finally:
            connection.close()

    def get(self, query, path="/sparql", accept="application/sparql-results+json", **params):
        return self.send("GET", f"{path}?{urlencode({'query': query, **params}, doseq=True)}", Accept=accept)

    def rows(self, query):
        return self.get(query).json()["results"]["bindings"]

    def workers(self):
        return [each for each in self.process.children(recursive=True) if is_at_work(each)]

    def memory(self):
        held = 0
        for each in [self.process, *self.workers()]:
            with suppress(psutil.NoSuchProcess):
                held += each.memory_info().rss
        return held


def is_at_work(process):
    """Whether a process runs: one that has ended stays listed until its parent has asked after it."""
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


@contextmanager
def serving(root, *more, program=PROGRAM):
    command = [sys.executable, "-c", program, str(root), *map(str, more or ("2",))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        try:
            address = run.stdout.readline().strip()
            yield Server(int(address.rstrip("/").rpartition(":")[2]), psutil.Process(run.pid), root)
        finally:
            children = psutil.Process(run.pid).children(recursive=True)
            run.terminate()
            assert run.wait(20) == 0
            _, left = psutil.wait_procs(children, timeout=5)
            assert not left, "a worker was left over"


@pytest.fixture(scope="session")
def record(tmp_path_factory):
    return invented.make(tmp_path_factory.mktemp("endpoint"))


@pytest.fixture(scope="module")
def server(record):
    with serving(record.root) as started:
        yield started


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A server on a graph that is large enough to be asked too much of."""
    root = invented.make(tmp_path_factory.mktemp("large")).root
    with EmbeddedStore(graph_folder(root)) as store:
        lines = [f'<http://e/s{i}> <http://e/p> "v{i}" <http://e/g{i % 7}> .' for i in range(5000)]
        lines += [f"<http://e/n{i}> <http://e/next> <http://e/n{i * 7 % 400}> <http://e/ring> ." for i in range(400)]
        store.apply(lines, [], entry=store.standing())
    with serving(root, 1) as started:
        yield started


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()

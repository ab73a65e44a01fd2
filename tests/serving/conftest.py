import pytest

from kg.serving import Limits, Pool, Snapshots
from kg.serving.jobs import Job
from kg.store.embedded import EmbeddedStore

ROWS = 3000


@pytest.fixture(scope="session")
def graph(tmp_path_factory):
    """A graph of three thousand triples, each in a graph of its own."""
    folder = tmp_path_factory.mktemp("served") / "graph"
    words = 'a}},{\\"\\n,\\tb --> </result>'
    lines = [f'<http://e/s{i}> <http://e/p> "{words} {i}" <http://e/g{i}> .' for i in range(ROWS)]
    with EmbeddedStore(folder) as store:
        store.rebuild(lines, entry=1)
    return Snapshots(folder)


@pytest.fixture(scope="module")
def pool():
    with Pool(workers=2, queue=3, limits=Limits(seconds=1.0, memory=200 << 20, export_seconds=20)) as started:
        yield started


@pytest.fixture
def job(graph, pool):
    def make(query, **more):
        more = {"rows": 10_000, "size": 8 << 20, "seconds": pool.limits.seconds, "cut_notice": "only {rows}", **more}
        return Job(str(graph.newest().path), query, **more)

    return make

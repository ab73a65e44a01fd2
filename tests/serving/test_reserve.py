"""The worker that holds the graph in memory: what goes to it, what it costs, and what happens when it is not there."""

import re
import time
from pathlib import Path

import pytest

from kg.errors import Unusable
from kg.serving import Ended, Limits, Pool, Snapshots, reserve
from kg.serving.jobs import Job
from kg.serving.sandbox import resident
from kg.store.embedded import EmbeddedStore
from tests.serving.test_desk import Loop
from tests.serving.test_pool import ONCE

BASE = "http://e/"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GROUPED = "SELECT ?p (COUNT(*) AS ?n) (MAX(?o) AS ?last) { ?s ?p ?o } GROUP BY ?p"
NARROW = "SELECT (COUNT(*) AS ?n) { <http://e/s1> ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("held") / "graph"
    with EmbeddedStore(folder) as store:
        store.rebuild([f'<http://e/s{i}> <http://e/p> "{i}" <http://e/g{i}> .' for i in range(300)], entry=1)
    return folder


@pytest.fixture(scope="module")
def snapshots(folder):
    return Snapshots(folder)


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def kept(snapshots, told):
    with Pool(workers=1, queue=3, limits=Limits(seconds=20, memory=200 << 20)) as pool:
        pool.reserve.keep(snapshots.newest, base=BASE, tell=told.append)
        yield pool


@pytest.fixture
def pool(kept, snapshots, monkeypatch):
    """The pool, once there is a memory worker that holds what stands."""
    monkeypatch.setattr(reserve, "_TURN", 0.05)
    wait_for(lambda: kept.reserve.pids() and kept.choose(job(snapshots, COUNT)) is kept.reserve)
    return kept


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def job(snapshots, query, **more):
    return Job(str(snapshots.newest().path), query, **{"rows": 1000, "size": 1 << 20, "seconds": 20.0, **more})


def publish(folder):
    """One triple more."""
    with EmbeddedStore(folder) as store:
        entry = store.standing() + 1
        store.apply([f'<http://e/a{entry}> <http://e/p> "new" <http://e/g> .'], [], entry=entry)


def count(pool, snapshots):
    return int(re.search(rb'"value":"(\d+)"', pool.ask(job(snapshots, COUNT))[1])[1])


def test_it_says_at_start_what_it_will_cost_and_then_what_it_did(pool, told):
    wait_for(lambda: len(told) > 1)
    assert re.fullmatch(r"The memory worker reads entry 1: about \d+ seconds and \d+ MB of memory; .*", told[0])
    assert re.fullmatch(r"The memory worker holds entry 1: it took \d+ seconds and \d+ MB of memory\.", told[1])
    assert pool.reserve.cost.memory == pytest.approx(resident(pool.reserve.pids()[0]), rel=0.5)


def test_what_groups_over_everything_goes_to_it_and_nothing_else(pool, snapshots):
    for query, there in ((COUNT, True), (GROUPED, True), (NARROW, False), ("ASK { ?s ?p 'COUNT' }", False)):
        assert (pool.choose(job(snapshots, query)) is pool.reserve) == there, query


def test_it_answers_as_the_others_do(pool, snapshots, monkeypatch):
    asked = [job(snapshots, query) for query in (COUNT, GROUPED)]
    from_memory = [pool.ask(each) for each in asked]
    monkeypatch.setattr(pool, "choose", lambda job: pool.staff)
    assert [pool.ask(each) for each in asked] == from_memory


def test_it_is_shut_in_as_the_others_are(pool):
    if pool.sandbox != "seccomp":
        pytest.skip("this system has no seccomp")
    told = Path(f"/proc/{pool.reserve.pids()[0]}/status").read_text(encoding="ascii")
    assert "Seccomp:\t2" in told


def test_it_follows_the_newest_snapshot_and_while_it_reads_others_answer(pool, snapshots, folder):
    [old], before = pool.reserve.pids(), count(pool, snapshots)
    publish(folder)
    assert pool.choose(job(snapshots, COUNT)) is pool.staff
    assert count(pool, snapshots) == before + 1
    wait_for(lambda: pool.choose(job(snapshots, COUNT)) is pool.reserve)
    assert count(pool, snapshots) == before + 1
    wait_for(lambda: not resident(old))


def test_a_query_that_takes_too_long_ends_it_and_others_answer_until_it_is_back(pool, snapshots, told):
    [before], held = pool.reserve.pids(), count(pool, snapshots)
    with pytest.raises(Ended, match=r"0\.3 seconds"):
        pool.ask(job(snapshots, ENDLESS, seconds=0.3))
    wait_for(lambda: not resident(before))
    assert count(pool, snapshots) == held
    wait_for(lambda: pool.reserve.pids() not in ([], [before]))
    assert count(pool, snapshots) == held


def test_a_query_that_takes_too_much_memory_is_ended_whatever_the_graph_itself_takes(pool, snapshots):
    with pytest.raises(Ended) as ended:
        pool.ask(job(snapshots, ONCE.replace("STRLEN", "COUNT")))
    assert ended.value.limit in {"memory", "engine"}


def test_those_who_wait_for_it_when_it_ends_are_answered_by_others(pool, snapshots):
    held, loop = count(pool, snapshots), Loop(pool)
    loop.ask(job(snapshots, ENDLESS, seconds=0.5))
    loop.ask(job(snapshots, COUNT))
    assert (pool.reserve.state()["waiting"], pool.staff.state()["idle"]) == (1, 1)
    ended, (_, body) = loop.run(2)
    assert isinstance(ended, Ended)
    assert f'"{held}"'.encode() in body


def test_where_there_is_not_the_memory_for_it_the_server_says_so_and_does_not_start(pool, snapshots, monkeypatch):
    monkeypatch.setattr(reserve, "available_memory", lambda: 1000)
    with Pool(workers=1) as other, pytest.raises(Unusable, match="leave out --memory-worker"):
        other.reserve.keep(snapshots.newest, base=BASE, tell=print)
    assert pool.choose(job(snapshots, COUNT)) is pool.reserve


def test_a_snapshot_that_outgrows_the_memory_is_told_and_answered_by_others(pool, snapshots, folder, told, monkeypatch):
    before = count(pool, snapshots)
    monkeypatch.setattr(reserve, "available_memory", lambda: 1000)
    publish(folder)
    entry = snapshots.newest().entry
    reason = f"There is no memory worker for entry {entry} yet: a memory worker would take about "
    wait_for(lambda: told[-1].startswith(reason))
    assert count(pool, snapshots) == before + 1
    monkeypatch.undo()
    publish(folder)
    wait_for(lambda: pool.choose(job(snapshots, COUNT)) is pool.reserve)


def test_memory_that_is_free_again_is_taken_for_the_same_snapshot(pool, snapshots, folder, told, monkeypatch):
    monkeypatch.setattr(reserve, "_LATER", 0.05)
    with monkeypatch.context() as short:
        short.setattr(reserve, "available_memory", lambda: 1000)
        publish(folder)
        entry = snapshots.newest().entry
        wait_for(lambda: told[-1].startswith(f"There is no memory worker for entry {entry} yet"))
        time.sleep(0.3)
    wait_for(lambda: pool.choose(job(snapshots, COUNT)) is pool.reserve)
    assert [told for told in told if f"for entry {entry} " in told] == [told[-2]]

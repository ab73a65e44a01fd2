"""Workers answer, are ended and replaced; what they cannot answer is told as what it is."""

import os
import shutil
import signal
import threading
import time

import pytest

from kg.errors import Unusable
from kg.serving import Busy, Ended, Pool
from kg.serving.processes import Launcher, Worker
from kg.serving.sandbox import resident
from kg.serving.watching import Gone
from kg.store.answering import NotGiven
from kg.store.base import QueryRefused
from tests.serving.conftest import ROWS

ALL = "SELECT * { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GREEDY = "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"
DOUBLING = "{} AS ?x0) " + " ".join(f"BIND(CONCAT({','.join([f'?x{n}'] * 10)}) AS ?x{n + 1})" for n in range(6))
ONCE = "SELECT (STRLEN(?x6) AS ?n) { BIND('" + "x" * 10_000 + "'" + DOUBLING.format("") + " }"


def wait_until_gone(pids):
    deadline = time.monotonic() + 5
    while any(resident(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [pid for pid in pids if resident(pid)] == []


@pytest.fixture(autouse=True)
def whole(pool, job):
    """Wait until every worker is free: one that an earlier test ended may still be on its way back."""
    deadline = time.monotonic() + 10
    while pool.state()["idle"] < pool.size and time.monotonic() < deadline:
        pool.ask(job("ASK {}"))
        time.sleep(0.02)
    assert pool.state() == {"workers": pool.size, "idle": pool.size, "waiting": 0}


def test_an_answer_is_the_engines_own(pool, job):
    head, body = pool.ask(job(ALL, solutions="text/csv"))
    assert (head.media_type, head.cut) == ("text/csv", False)
    assert body.count(b"http://e/s") == ROWS


def test_a_refusal_keeps_its_place_and_its_worker(pool, job):
    before = pool.pids()
    with pytest.raises(QueryRefused) as refused:
        pool.ask(job("SELECT *\n{ ?s ?p }"))
    assert (refused.value.line, refused.value.column) == (2, 10)
    assert sorted(pool.pids()) == sorted(before)


def test_a_form_that_an_answer_does_not_have_is_told_apart(pool, job):
    with pytest.raises(NotGiven, match="given as any of"):
        pool.ask(job(ALL, solutions=""))


@pytest.mark.parametrize(("query", "limit"), [(ENDLESS, "time"), (GREEDY, "memory"), (ONCE, "memory")])
def test_what_passes_a_limit_is_ended_and_its_worker_replaced(pool, job, query, limit):
    started = pool.counts.started
    with pytest.raises(Ended) as ended:
        pool.ask(job(query, seconds=20.0 if limit == "memory" else 0.5))
    assert ended.value.limit in {limit, "engine" if limit == "memory" else limit}
    assert pool.state() == {"workers": 2, "idle": 2, "waiting": 0}
    assert pool.counts.started > started
    assert pool.ask(job("ASK {}"))[1].endswith(b"true}")


def test_a_query_ends_when_its_client_has_gone(pool, job):
    running = pool.pids()
    with pytest.raises(Gone):
        pool.ask(job(ENDLESS, seconds=30.0), gone=lambda: True)
    assert len(set(running) & set(pool.pids())) == len(running) - 1


def test_workers_that_died_idle_are_replaced_before_anyone_notices(pool, job):
    pids = pool.pids()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    wait_until_gone(pids)
    assert pool.ask(job("ASK {}"))[1].endswith(b"true}")


def test_a_worker_that_dies_at_work_is_told_and_replaced(pool, job):
    idle = set(pool.pids())

    def kill():
        time.sleep(0.2)
        os.kill((idle - set(pool.pids())).pop(), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(Ended, match="gave up"):
        pool.ask(job(ENDLESS, seconds=10.0))
    killer.join()
    assert pool.ask(job("ASK {}"))[1].endswith(b"true}")


def test_a_launcher_that_dies_takes_its_workers_and_is_started_anew(pool, job):
    os.kill(pool.staff.launcher.pid, signal.SIGKILL)
    wait_until_gone(pool.pids())
    assert pool.ask(job("ASK {}"))[1].endswith(b"true}")
    assert pool.state()["workers"] <= 2


def test_a_query_given_to_a_dying_worker_among_dying_ones_is_answered_by_a_new_one(pool, job, monkeypatch):
    dying, is_alive = pool.pids(), Worker.is_alive
    monkeypatch.setattr(Worker, "is_alive", lambda worker: worker.pid in dying or is_alive(worker))
    monkeypatch.setattr(pool, "settle", lambda staff, *told: staff.settle(*told))  # and start none anew
    os.kill(pool.staff.launcher.pid, signal.SIGKILL)
    wait_until_gone(dying)
    assert pool.ask(job("ASK {}"))[1].endswith(b"true}")


def test_beyond_the_queue_a_query_is_told_to_come_again(pool, job):
    told = []

    def ask():
        try:
            pool.ask(job(ENDLESS, seconds=0.6))
        except (Busy, Ended) as error:
            told.append(type(error))

    threads = [threading.Thread(target=ask) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(Busy) >= 9 - (2 + pool.queue)
    assert told.count(Ended) >= 2


def test_the_server_asks_for_itself_while_every_worker_is_at_work_and_leaves_nothing_over(pool, job):
    busy = job(ENDLESS, seconds=2.0)
    threads = [threading.Thread(target=pytest.raises, args=(Ended, pool.ask, busy)) for _ in range(pool.size)]
    for thread in threads:
        thread.start()
    while pool.state()["idle"]:
        time.sleep(0.01)
    _, body = pool.ask_apart(job(ALL, solutions="text/csv", seconds=20.0))
    assert (body.count(b"http://e/s"), pool.state()["idle"]) == (ROWS, 0)
    for thread in threads:
        thread.join()


def test_an_export_is_whole_and_not_cut(pool, job):
    head, parts = pool.stream(job(ALL, rows=5, solutions="text/csv", export=True))
    assert head.media_type == "text/csv"
    assert b"".join(parts).count(b"http://e/s") == ROWS


def test_an_export_that_is_let_go_of_frees_its_place_and_its_worker(pool, job):
    _, parts = pool.stream(job("SELECT * { ?s ?p ?o . ?a ?b ?c }", export=True, seconds=20.0))
    with pytest.raises(Busy, match="exported"):
        pool.stream(job(ALL, export=True))
    next(parts)
    parts.close()
    assert pool.state() == {"workers": 2, "idle": 2, "waiting": 0}
    assert b"".join(pool.stream(job("ASK {}", export=True))[1]).endswith(b"true}")


def test_an_export_that_fails_on_the_way_never_looks_whole(pool, job):
    _, parts = pool.stream(job("SELECT * { ?s ?p ?o . ?a ?b ?c }", export=True, seconds=0.3))
    with pytest.raises(Ended):
        list(parts)


def test_a_snapshot_that_came_since_is_read_by_the_same_workers(pool, job, graph, tmp_path):
    from kg.serving import Snapshots
    from kg.store.embedded import EmbeddedStore

    with EmbeddedStore(tmp_path / "graph") as store:
        source = Snapshots(tmp_path / "graph")
        old = source.newest()
        store.apply(['<http://e/a> <http://e/b> "c" <http://e/d> .'], [], entry=2)
        new = source.newest()
    assert (old.entry, new.entry) == (0, 2)
    assert old.identity != new.identity
    for standing, found in ((old, b"false}"), (new, b"true}"), (old, b"false}")):
        query = "ASK { <http://e/a> ?p ?o }"

        assert pool.ask(job(query)._replace(snapshot=str(standing.path)))[1].endswith(found)


def test_a_flipped_byte_in_a_snapshot_never_gives_another_answer_nor_tells_where_it_lies(pool, job, graph, tmp_path):
    asked, refused = job("SELECT * { GRAPH ?g { ?s ?p ?o } }"), []
    sound = pool.ask(asked)
    for number, file in enumerate(sorted(graph.newest().path.glob("*.sst"))):
        damaged = tmp_path / f"1-{number}"
        shutil.copytree(graph.newest().path, damaged)
        data = bytearray(file.read_bytes())
        data[len(data) // 3] ^= 1
        (damaged / file.name).write_bytes(data)
        try:
            assert pool.ask(asked._replace(snapshot=str(damaged))) == sound  # it is not what this query reads
        except (QueryRefused, Ended, Unusable) as error:
            refused.append((file.name, str(error)))
    assert any("checksum mismatch" in told and f" in {name} " in told for name, told in refused)
    assert not [told for _, told in refused if str(tmp_path) in told]


def test_nothing_is_left_over_when_a_pool_is_closed():
    pool = Pool(workers=2)
    pids = [*pool.pids(), pool.staff.launcher.pid]
    pool.close()
    wait_until_gone(pids)


def test_workers_are_watched_where_thousands_of_files_are_open(job):
    import resource

    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < 2100:
        pytest.skip("so many files may not be opened here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(least, 2100), most))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with Pool(workers=1) as pool:
            assert pool.ask(job("ASK {}"))[1].endswith(b"true}")
            assert pool.ask(job("ASK {}"))[1].endswith(b"true}")
            assert pool.state()["idle"] == 1
    finally:
        for each in held:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (least, most))


def test_a_launcher_that_was_closed_starts_nothing_any_more():
    launcher = Launcher(memory=1 << 30)
    launcher.start().kill()
    launcher.close()
    with pytest.raises(Unusable, match="closing"):
        launcher.start()
    assert launcher.pid == 0

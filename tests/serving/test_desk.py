"""A loop that never waits has its queries answered, ended and told as a thread that waits for each."""

import json
import os
import random
import select
import signal
import threading
import time
from types import SimpleNamespace

import pytest

from kg.serving import Busy, Desk, Ended, Gone, Limits, Pool
from kg.serving.jobs import HEAD, REFUSED
from kg.serving.processes import Worker
from kg.serving.staff import Staff
from kg.serving.watching import LOOK
from kg.store.base import QueryRefused
from tests.serving.conftest import ROWS
from tests.serving.test_pool import ALL, ENDLESS, GREEDY


class Loop:
    """A desk and the loop around it; what is told stands in `told`, in order."""

    def __init__(self, pool):
        self.told, self._woken = [], threading.Event()
        self.desk = Desk(pool, wake=self._woken.set)

    def ask(self, job, gone=lambda: False, name=""):
        self.desk.ask(job, tell=lambda outcome: self.told.append((name, outcome)), gone=gone)

    def run(self, count=1, seconds=20):
        deadline = time.monotonic() + seconds
        while len(self.told) < count and time.monotonic() < deadline:
            self.turn()
        return [outcome for _, outcome in self.told]

    def turn_until(self, reached, seconds=20):
        deadline = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < deadline
            self.turn()

    def turn(self):
        poll = select.poll()
        for number in self.desk.running:
            poll.register(number, select.POLLIN)
        for number, _ in poll.poll(1000 * LOOK):
            self.desk.read(number)
        self.desk.look()


@pytest.fixture(scope="module")
def pool():
    with Pool(workers=2, queue=3, limits=Limits(seconds=1.0, memory=200 << 20)) as started:
        yield started


@pytest.fixture(autouse=True)
def whole(pool, job):
    yield
    deadline = time.monotonic() + 10
    while pool.state()["idle"] < pool.size and time.monotonic() < deadline:
        pool.ask(job("ASK {}"))
        time.sleep(0.02)
    assert pool.state() == {"workers": pool.size, "idle": pool.size, "waiting": 0}


@pytest.fixture
def loop(pool):
    return Loop(pool)


def test_answers_are_told_whole(loop, job):
    loop.ask(job(ALL, solutions="text/csv"))
    assert loop.told == []
    [(head, body)] = loop.run()
    assert (head.media_type, body.count(b"http://e/s")) == ("text/csv", ROWS)
    assert not loop.desk.busy


def test_a_refusal_keeps_its_place_and_its_worker(loop, pool, job):
    before = sorted(pool.pids())
    loop.ask(job("SELECT *\n{ ?s ?p }"))
    [refused] = loop.run()
    assert isinstance(refused, QueryRefused)
    assert (refused.line, refused.column) == (2, 10)
    assert sorted(pool.pids()) == before


@pytest.mark.parametrize(
    ("query", "seconds", "limits"), [(ENDLESS, 0.3, {"time"}), (GREEDY, 20.0, {"memory", "engine"})]
)
def test_what_passes_a_limit_is_ended_and_its_worker_replaced(loop, pool, job, query, seconds, limits):
    started = pool.counts.started
    loop.ask(job(query, seconds=seconds))
    [ended] = loop.run()
    assert isinstance(ended, Ended)
    assert ended.limit in limits
    loop.ask(job("ASK {}"))
    assert loop.run(2)[1][1].endswith(b"true}")
    loop.turn_until(lambda: pool.counts.started > started)


def test_a_query_ends_when_its_client_has_gone_be_it_at_work_or_in_the_line(loop, pool, job):
    before = pool.counts.gone
    for _ in range(2):
        loop.ask(job(ENDLESS, seconds=30.0), gone=lambda: len(loop.told) > 0)
    loop.ask(job("ASK {}"), gone=lambda: True)
    assert pool.state()["waiting"] == 1
    assert [type(each) for each in loop.run(3)] == [Gone] * 3
    assert pool.counts.gone == before + 3


def test_beyond_the_line_a_query_is_told_at_once_to_come_again(loop, pool, job):
    for number in range(8):
        loop.ask(job(ENDLESS, seconds=0.3), name=number)
    assert [(name, type(outcome)) for name, outcome in loop.told] == [(5, Busy), (6, Busy), (7, Busy)]
    assert {type(each) for each in loop.run(8)} == {Busy, Ended}
    assert [name for name, _ in loop.told[3:]] == [0, 1, 2, 3, 4]


def test_a_query_that_no_worker_became_free_for_in_time_is_told_so(loop, pool, job):
    for _ in range(2):
        loop.ask(job(ENDLESS, seconds=2.0))
    loop.ask(job("ASK {}"), name="late")
    loop.run(1)
    assert [(name, type(outcome)) for name, outcome in loop.told] == [("late", Busy)]
    loop.run(3)


def test_threads_and_the_loop_stand_in_one_line(loop, pool, job):
    for _ in range(2):
        loop.ask(job(ENDLESS, seconds=0.3))
    answers = []
    thread = threading.Thread(target=lambda: answers.append(pool.ask(job("ASK {}"))))
    thread.start()
    while pool.state()["waiting"] < 1:
        time.sleep(0.01)
    loop.ask(job(ALL), name="after")
    loop.run(3)
    thread.join()
    assert answers[0][1].endswith(b"true}")
    assert loop.told[-1][0] == "after"


def test_a_query_given_to_a_dying_worker_is_answered_by_another(loop, pool, job, monkeypatch):
    dying, is_alive = pool.pids(), Worker.is_alive
    for pid in dying:
        os.kill(pid, signal.SIGKILL)
    monkeypatch.setattr(Worker, "is_alive", lambda worker: worker.pid in dying or is_alive(worker))
    loop.ask(job("ASK {}"))
    assert loop.run()[0][1].endswith(b"true}")


def test_a_worker_that_dies_at_work_is_told_and_replaced(loop, pool, job):
    idle = set(pool.pids())
    loop.ask(job(ENDLESS, seconds=10.0))
    [pid] = idle - set(pool.pids())
    for _ in range(5):
        loop.turn()
    os.kill(pid, signal.SIGKILL)
    [ended] = loop.run()
    assert (ended.limit, ended.begun) == ("engine", True)


@pytest.mark.parametrize("sent", [(HEAD, b"[]"), (HEAD, b"\xff"), (REFUSED, b"{}"), (REFUSED, b"")])
def test_a_worker_that_sends_what_no_worker_sends_is_ended(loop, pool, job, sent):
    loop.ask(job(ENDLESS, seconds=10.0))
    [(number, asked)] = loop.desk.running.items()
    asked.watch.started -= 1
    asked.place.worker.frames = SimpleNamespace(read=lambda: sent, has_some=False)
    loop.desk.read(number)
    [(_, ended)] = loop.told
    assert (ended.limit, ended.begun) == ("engine", True)


def test_those_who_wait_are_told_when_the_server_is_stopped(job):
    pool = Pool(workers=1, queue=2, limits=Limits(seconds=30))
    loop = Loop(pool)
    for _ in range(3):
        loop.ask(job(ENDLESS, seconds=30.0))
    pool.close()  # the one at work is tried again, as it had hardly begun
    assert [type(each) for each in loop.run(3)] == [Busy] * 3


def make_short(number):
    return f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {' '.join(map(str, range(number)))} }} }}"


step_ahead = Staff.step_ahead
SLOW = """SELECT (COUNT(*) AS ?n) {
    { SELECT ?a { ?a <http://e/p> ?b } LIMIT 500 } ?c <http://e/p> ?d FILTER(STRLEN(?d) > 0) }"""
"""Takes longer than a worker may take while another query waits for it."""


def told_number(outcome):
    return int(json.loads(outcome[1])["results"]["bindings"][0]["n"]["value"])


@pytest.fixture
def quick(loop, job):
    """The loop, once it knows that queries are short."""
    for number in range(1, 60):
        loop.ask(job("ASK {}"))
        loop.run(number)
    loop.told.clear()
    return loop


def test_a_worker_finds_the_next_query_when_it_is_done_and_is_not_idle_between_two(quick, pool, job, monkeypatch):
    handed = []
    monkeypatch.setattr(Staff, "step_ahead", lambda staff, place: handed.append(place) or step_ahead(staff, place))
    for number in range(5):
        quick.ask(job(make_short(number)), name=number)
    assert pool.state() == {"workers": 2, "idle": 0, "waiting": 3}
    assert len(handed) == 3
    quick.run(5)
    assert sorted((name, told_number(outcome)) for name, outcome in quick.told) == [(n, n) for n in range(5)]


def numbers_told(loop):
    return sorted((name, told_number(outcome)) for name, outcome in loop.told if name != "endless")


def test_what_was_handed_to_a_worker_that_takes_long_is_answered_by_another(quick, pool, job):
    left = []
    quick.ask(job(ENDLESS, seconds=20.0), gone=lambda: bool(left), name="endless")
    for number in range(4):
        quick.ask(job(make_short(number)), name=number)
    quick.run(4)
    assert numbers_told(quick) == [(number, number) for number in range(4)]
    left.append("the client of the endless one")
    assert isinstance(quick.run(5)[4], Gone)


def test_what_was_handed_to_a_worker_that_dies_is_answered_by_another(quick, pool, job):
    pids, left = set(pool.pids()), []
    quick.ask(job(ENDLESS, seconds=20.0), gone=lambda: bool(left), name="endless")
    [endless] = pids - set(pool.pids())
    for number in range(4):
        quick.ask(job(make_short(number)), name=number)
    os.kill(endless, signal.SIGKILL)
    quick.turn_until(lambda: len(numbers_told(quick)) == 4)
    assert numbers_told(quick) == [(number, number) for number in range(4)]
    left.append("the client of the endless one")
    quick.run(5)


def test_among_short_and_long_queries_each_has_its_own_answer(quick, pool, job):
    dice = random.Random(5)
    wanted = {}
    for number in range(150):
        long = dice.random() < 0.08
        wanted[number] = long
        quick.turn_until(lambda: pool.state()["waiting"] < 3)
        quick.ask(job(SLOW if long else make_short(number), seconds=10.0), name=number)
    quick.run(150)
    found = {name: told_number(outcome) for name, outcome in quick.told}
    assert found == {number: 500 * ROWS if long else number for number, long in wanted.items()}

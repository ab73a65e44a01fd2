"""A server under attack answers, or says why not; afterwards it is as it was."""

import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from urllib.parse import quote, urlencode

import psutil
import pytest

from tests.endpoint.conftest import wait_until
from tests.endpoint.hostile import HALF, HEAD, QUERIES, REQUESTS, SILENT, noise, send_raw

COUNT = "SELECT (COUNT(*) AS ?n) { ?s <http://e/p> ?o }"
FORM = "application/x-www-form-urlencoded"
POSTED = b"Content-Type: application/sparql-query\r\nContent-Length: 1100000\r\n\r\n"
ENDLESS = QUERIES["a product that is counted"]


def ask_anew(server):
    """The count, from a worker: an answer to the same text would be remembered. None while every worker is busy."""
    answer = server.get(f"{COUNT} # {time.monotonic_ns()}")
    return answer.json()["results"]["bindings"] if answer.status == 200 else None


@pytest.fixture(autouse=True)
def as_before(large):
    """What an attack leaves behind: the same answer, three processes of its own, and no more memory than it needs."""
    right, held = large.rows(COUNT), large.memory()
    yield
    assert wait_until(lambda: ask_anew(large) == right, 20)
    # A worker that was killed while it had nothing to do is replaced by the next query that any worker answers.
    assert wait_until(lambda: ask_anew(large) == right and len(large.workers()) == 3), large.workers()
    assert wait_until(lambda: large.memory() < held + (120 << 20)), (held >> 20, large.memory() >> 20)


@pytest.mark.parametrize("name", QUERIES)
def test_a_hostile_query_is_answered_or_told_off(large, name):
    answer = large.send(
        "POST",
        "/sparql",
        urlencode({"query": QUERIES[name]}),
        **{"Content-Type": FORM, "Accept": "text/csv, */*;q=0.1"},
    )
    assert answer.status in {200, 400, 413, 500, 504}, answer.body
    if answer.status != 200:
        assert answer.media_type == "application/problem+json"
        assert "fault of the program" not in answer.json()["detail"]
    assert b"root:" not in answer.body


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_that_is_none_is_told_off(large, name):
    answer = send_raw(large.port, REQUESTS[name], seconds=0.3 if name in SILENT else 5)
    assert not answer or answer.startswith(b"HTTP/1.")
    assert b" 500 " not in answer[:20]
    assert b"root:" not in answer


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (REQUESTS["a huge head"], b"431"),
        (REQUESTS["many heads"], b"431"),
        (REQUESTS["a huge address"], b"431"),
        (REQUESTS["a huge length"], b"413"),
        (REQUESTS["a body of a wrong length"], b"400"),
        (REQUESTS["two lengths"], b"400"),
        (b"POST /sparql HTTP/1.1\r\n" + HEAD + POSTED + b" " * 1_100_000, b"413"),
        (b"GET /sparql?query=ASK%20%7B%7D&x=" + b"x" * 100_000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n", b"200"),
    ],
)
def test_what_is_larger_than_may_be_is_told_by_its_status(large, data, status):
    assert send_raw(large.port, data)[9:12] == status


def test_noise_is_answered_or_told_off(large):
    for data in noise(60):
        assert send_raw(large.port, data, seconds=10)[9:12] in {b"200", b"400", b"500", b"504"}


def test_while_queries_never_end_others_are_told_to_come_again_and_pages_are_served(large):
    with ThreadPoolExecutor(14) as threads:
        told = [threads.submit(large.get, ENDLESS) for _ in range(12)]
        time.sleep(0.5)
        assert large.send("GET", "/", Accept="text/html").status == 200
        answers = [each.result() for each in told]
    busy = [answer for answer in answers if answer.status == 503]
    assert {answer.status for answer in answers} == {503, 504}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in busy)


def metric(server, name):
    for line in server.send("GET", "/metrics").body.decode().splitlines():
        if line.startswith(f"averment_{name} "):
            return float(line.rpartition(" ")[2])
    raise LookupError(name)


def test_a_query_ends_when_its_client_hangs_up(large):
    gone, slow = (f'queries_total{{outcome="{name}"}}' for name in ("gone", "ended_time"))
    before = metric(large, gone), metric(large, slow)
    for _ in range(2):
        client = socket.create_connection(("127.0.0.1", large.port))
        client.sendall(b"GET /sparql?query=" + quote(ENDLESS).encode() + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
        assert wait_until(lambda: metric(large, "workers_idle") == 1)
        client.close()
        assert wait_until(lambda: metric(large, "workers_idle") == 2)
    assert (metric(large, gone), metric(large, slow)) == (before[0] + 2, before[1])


def test_memory_is_back_after_a_query_that_took_too_much(large):
    before = large.memory()
    answer = large.get(QUERIES["a product without doubles"])
    assert answer.status in {500, 504}
    assert wait_until(lambda: large.memory() < before + (64 << 20), 5)


def slow_clients(server, count):
    with ExitStack() as held:
        clients = []
        for number in range(count):
            client = held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            client.sendall(REQUESTS[HALF[1 + number % 4]])
            clients.append(client)
        for _ in range(3):
            assert server.get(COUNT).status == 200
            for client in clients:
                with suppress(OSError):
                    client.send(b"x")


def test_hundreds_of_slow_clients_keep_nobody_waiting(large):
    slow_clients(large, 300)


@pytest.mark.exhaustive
def test_a_thousand_slow_clients_keep_nobody_waiting_and_are_hung_up_on(large):
    slow_clients(large, 1000)
    with ExitStack() as held:
        clients = [
            held.enter_context(socket.create_connection(("127.0.0.1", large.port), timeout=40)) for _ in range(1000)
        ]
        for client in clients:
            client.sendall(b"GET /sparql HTTP/1.1\r\nX")
        gone, deadline = 0, time.monotonic() + 60
        for client in clients:
            client.settimeout(max(deadline - time.monotonic(), 0.1))
            with suppress(OSError):
                gone += client.recv(1000) == b"" or True
        assert gone == 1000


def test_clients_that_do_not_read_hold_no_worker(large):
    whole = f"/sparql?{urlencode({'query': 'SELECT * { ?s ?p ?o . ?a <http://e/next> ?b }'})}".encode()
    with ExitStack() as held:
        for _ in range(20):
            client = held.enter_context(socket.create_connection(("127.0.0.1", large.port)))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(b"GET " + whole + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
        assert wait_until(lambda: large.get(COUNT).status == 200, 20)


def kill_workers(server):
    """Kill all that answer queries, and leave the launcher."""
    for each in server.workers():
        with suppress(psutil.NoSuchProcess):
            if each.ppid() != server.process.pid:
                each.kill()


def test_an_export_that_breaks_off_is_not_taken_for_whole(large):
    connection = http.client.HTTPConnection("127.0.0.1", large.port, timeout=30)
    connection.request("GET", f"/sparql/export?{urlencode({'query': 'SELECT * { ?s ?p ?o . ?a ?b ?c }'})}")
    answer = connection.getresponse()
    answer.read(1000)
    killer = threading.Timer(0.2, kill_workers, [large])
    killer.start()
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()
    killer.join()
    connection.close()


def test_a_worker_that_is_killed_at_work_takes_nothing_with_it(large):
    with ThreadPoolExecutor(2) as threads:
        told = threads.submit(large.get, ENDLESS)
        time.sleep(0.4)
        kill_workers(large)
        assert told.result().status == 500
    assert large.get(COUNT).status == 200

"""The guard against the engine itself: whatever the guard lets pass, the engine calls nobody."""

import random
import socket
import threading
from contextlib import suppress

import pyoxigraph as ox
import pytest

from kg.store.base import QueryRefused
from kg.store.guard import check_query

PIECES = (
    *("SERVICE", "service", "SeRvIcE", "SERV\\u0049CE", "\\u0053ERVICE", "SERVICESILENT", "SERVICE SILENT"),
    *("{", "}", "(", ")", "[", "]", "<", ">", '"', "'", '"""', "'''", "\\", "\\'", '\\"', "#", "# x\r", "\n"),
    *(" ", ".", ";", ",", "?x", "$y", "a:b", ":", "_:b", "\\u0027", "\\u0022", "\\u003E", "\\U0000003C", "\r"),
    *("OPTIONAL {", "FILTER EXISTS {", "MINUS {", "GRAPH ?g {", "UNION", "BIND(1 AS ?z)", "VALUES ?v { 1 }", "<<"),
    *("{ SELECT * {", "ASK {", "PREFIX a: <http://a/>", "BASE <http://b/>", "@en", "^^", "true", "1", "1e", "%41"),
    *("\t", "\ufeff", "\u2028", "a\\:b", ">>", "SERVICE?x"),
)
SHAPES = (
    "PREFIX a: <{at}> SELECT * {{ ?s ?p ?o {0} SERVICE {1} <{at}> {{ ?s ?p ?o }} {2} }}",
    "PREFIX a: <{at}> ASK {{ {0} {{ SERVICE{1}a:{2} {{ ?s ?p ?o }} }} }}",
    "PREFIX a: <{at}> SELECT * {{ FILTER {0} EXISTS {{ {1} SERVICE SILENT <{at}> {{ ?s ?p ?o }} }} {2} }}",
    'SELECT * {{ ?s ?p "{0}" . {1} SERVICE <{at}> {{ ?s ?p ?o }} # {2}\n }}',
    "SELECT * {{ BIND(<{at}> AS ?x) {0} SERVICE ?x {1} {{ ?s ?p ?o }} {2} }}",
)


class Listener:
    """A server that counts who calls it."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self.calls = 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        with suppress(OSError):
            while True:
                self._socket.accept()[0].close()
                self.calls += 1

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def make(dice, address):
    shape = dice.choice(SHAPES)
    holes = ["".join(dice.choices(PIECES, k=dice.choice((0, 0, 1, 1, 2, 3)))) for _ in range(3)]
    query = shape.format(*holes, at=address)
    for _ in range(dice.choice((0, 0, 1, 2))):
        place = dice.randrange(len(query))
        query = query[:place] + dice.choice(PIECES) + query[place + dice.choice((0, 0, 1)) :]
    return query


def hunt(tries, seed):
    """How many made-up queries the engine would run, and those of them that passed the guard and called out."""
    dice, store, listener = random.Random(seed), ox.Store(), Listener()
    store.add(ox.Quad(*(ox.NamedNode(f"http://e/{name}") for name in "spo"), ox.DefaultGraph()))
    run, found = 0, []
    try:
        for _ in range(tries):
            query = make(dice, listener.address)
            passes = True
            try:
                check_query(query)
            except QueryRefused:
                passes = False
            before = listener.calls
            try:
                list(store.query(query)) if "SELECT" in query else store.query(query)
                run += 1
            except (OSError, RuntimeError):
                run += 1
                if passes:
                    found.append(query)
            except (SyntaxError, ValueError, TypeError):
                continue
            if passes and listener.calls > before:
                found.append(query)
    finally:
        listener.close()
    return run, found


def test_what_the_guard_lets_pass_calls_nobody():
    run, found = hunt(1500, seed=1)
    assert run > 50
    assert found == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(2, 6))
def test_what_the_guard_lets_pass_calls_nobody_in_many_tries(seed):
    run, found = hunt(50_000, seed=seed)
    assert run > 1000
    assert found == []

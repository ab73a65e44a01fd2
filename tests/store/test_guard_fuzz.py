"""The guard against the engine itself: whatever the guard lets pass, the engine calls nobody.

`python -m tests.store.test_guard_fuzz --seconds 600` looks for longer, each time with other queries.
"""

import argparse
import random
import re
import socket
import sys
import threading
import time
from contextlib import suppress

import pyoxigraph as ox
import pytest

from kg.store import guard
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
# So made that the engine runs what they stand in, and that a guard which reads one of them otherwise goes astray.
WHOLE = (
    *(" FILTER(1 <2) ", " FILTER(1 <2 || 2>1) ", ' BIND(""" " """ AS ?l) ', " BIND(''' ' ''' AS ?k) ", " # it's \n"),
    *(
        ' BIND("y" AS ?m) ',
        " BIND('y' AS ?n) ",
        " OPTIONAL { ?s a:b\\' ?q } ",
        ' BIND("\\"" AS ?e) ',
        " # x\r",
        ' # "\r\n',
        " ",
    ),
    *(
        " OPTIONAL { ?s <http://e/it's> ?i } ",
        " OPTIONAL { ?s ?p ?j } ",
        " OPTIONAL { ?s a:b\\# ?u } ",
        ' BIND("""a""" AS ?h) ',
    ),
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
    shape, pieces = dice.choice(SHAPES), dice.choice((PIECES, WHOLE))
    holes = ["".join(dice.choices(pieces, k=dice.choice((0, 0, 1, 1, 2, 3)))) for _ in range(3)]
    query = shape.format(*holes, at=address)
    for _ in range(dice.choice((0, 0, 1, 2)) if pieces is PIECES else 0):
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


FAULTS = {
    "comments that end at a line feed alone": (r"\#[^\n\r]*", r"\#[^\n]*"),
    "IRIs that hold spaces": (r'<[^\x00-\x20<>"{}|^`\\]*(?:\\[uU][0-9A-Fa-f]+[^\x00-\x20<>"{}|^`\\]*)*>', r"<[^>]*>"),
    "no long strings": (r"(?P<long>", r"(?P<long>(?!)"),
    "no escaped signs in names": (r"(?P<escape>", r"(?P<escape>(?!)"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_guard_that_reads_otherwise_than_the_engine_is_found_out(monkeypatch, name):
    right, wrong = FAULTS[name]
    assert right in guard._TOKEN.pattern
    faulty = guard._TOKEN.pattern.replace(right, wrong)
    monkeypatch.setattr(guard, "_TOKEN", re.compile(faulty, guard._TOKEN.flags))
    assert hunt(3000, seed=1)[1]


def test_what_the_guard_lets_pass_calls_nobody():
    run, found = hunt(1500, seed=1)
    assert run > 200
    assert found == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(2, 6))
def test_what_the_guard_lets_pass_calls_nobody_in_many_tries(seed):
    run, found = hunt(50_000, seed=seed)
    assert run > 1000
    assert found == []


def main():
    """Hunt for some seconds; exit status 1 where a query got past the guard."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=int, default=600)
    end, seed, run = time.monotonic() + asked.parse_args().seconds, time.time_ns(), 0
    while time.monotonic() < end:
        more, found = hunt(5000, seed=seed)
        run, seed = run + more, seed + 1
        if found:
            raise SystemExit("\n".join(["the guard let pass:", *map(repr, found)]))
    sys.stdout.write(f"the engine ran {run:,} queries, and none that the guard lets pass called out\n")


if __name__ == "__main__":
    main()

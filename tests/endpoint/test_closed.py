"""While something is withdrawn, servers give nothing out; afterwards they hold nothing of what they held."""

import http.client
import os
import re
import signal
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

import kg.keeping
from kg.keeping import withdraw_units
from kg.log import Record
from kg.log.closing import withdrawing
from kg.projections import Projections
from kg.record import OpenRecord
from kg.showing import Showing
from tests.endpoint.conftest import Server, is_at_work, wait_until
from tests.endpoint.test_secrets import Ears
from tests.town import Town, case, killed

WORDS = ("Ilse Maar", "over the bridge")
REASON = "https://w3id.org/averment/codes/withdrawn-consent"
EVERYTHING = f"/sparql?query={quote('SELECT * { GRAPH ?g { ?s ?p ?o } }')}"
PATHS = ("/", "/doc/agent/witness", EVERYTHING, "/tables/claims.parquet", "/graph-store?default", "/health", "/none")


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("11")))
    witness = {"witness": {"kind": "person", "name": {"en": "Ilse Maar"}}}
    town.add(case(killed("9", who="witness", wording={"en": "they came over the bridge"}), agents=witness, note="2"))
    return town


def names(town):
    claim = town.claim("they came over the bridge")
    ((relay,),) = town.ask(f"SELECT ?r {{ ?r av:relays <{claim}> }}")
    return [claim, relay, f"{town.record.base}agent/witness"]


def withdraw(town, withdrawn):
    return withdraw_units(town.root, withdrawn, reason=REASON, who="A. Keeper", when="2031-07-01T00:00:00Z")


@contextmanager
def served(root):
    """`averment serve` as it is; what it says goes to standard output, and only that."""
    command = [str(Path(sys.executable).with_name("averment")), "serve", "--data", str(root), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        try:
            port = re.search(r"http://127.0.0.1:(\d+)/", run.stdout.readline())[1]
            yield Server(int(port), psutil.Process(run.pid), root)
        finally:
            run.send_signal(signal.SIGTERM)
            told = run.stderr.read()
            assert (run.wait(20), told) == (0, "")


def connected(server):
    return closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20))


def listen(server):
    ears = Ears(server)
    for path in PATHS:
        ears.get(path, {"Accept": "text/csv, text/html;q=0.9, */*;q=0.5"})
    return ears


def statuses(server):
    """How each address answers; none where the server cuts the connection."""
    with suppress(OSError, http.client.HTTPException):
        return {server.send("GET", path, Accept="*/*").status for path in PATHS}


def test_nothing_is_given_out_while_something_is_withdrawn_nor_is_it_known_afterwards(town, monkeypatch):
    withdrawn, looked = names(town), []
    with served(town.root) as server, connected(server) as waiting:
        assert {word for word in WORDS if listen(server).where([word])} == set(WORDS)
        waiting.request("GET", "/ns", headers={"Accept": "text/turtle"})
        waiting.getresponse().read(10)
        workers = server.workers()

        def look(root):
            """It is in the log that it is withdrawn; graph and tables hold it still."""
            assert wait_until(lambda: statuses(server) == {503})
            with suppress(ConnectionError):
                while waiting.sock.recv(1 << 16):
                    pass
            assert workers
            assert not any(map(is_at_work, workers))
            assert "a few minutes" in server.send("GET", "/", Accept="text/html").body.decode()
            assert server.send("GET", "/", Accept="*/*").headers["retry-after"] == "60"
            assert server.send("HEAD", "/").body == b""
            looked.append(root)

        monkeypatch.setattr(kg.keeping, "forget_made", look)
        withdraw(town, withdrawn)
        assert looked == [town.root]
        assert wait_until(lambda: 503 not in (statuses(server) or {503}), 30)
        assert listen(server).where(WORDS) == []
        assert "11 killed" in server.get("SELECT * { ?s ?p ?o }").body.decode()
        assert server.send("GET", f"/doc/claim/{withdrawn[0].rpartition('/')[2]}", Accept="text/turtle").status == 410


@pytest.mark.exhaustive
def test_a_withdrawal_that_was_killed_is_finished_before_anything_is_given_out(town, monkeypatch):
    withdrawn = names(town)
    with monkeypatch.context() as patch:
        patch.setattr(Projections, "catch_up", lambda self: None)
        withdraw(town, withdrawn)
    assert not Showing(town.root).may_begin()
    with served(town.root) as server:
        assert wait_until(lambda: 503 not in (statuses(server) or {503}), 30)
        assert listen(server).where(WORDS) == []


def test_a_server_that_waits_for_a_withdrawal_ends_when_it_is_told(town):
    with withdrawing(Record.open(town.root).layout.withdrawing), served(town.root) as server:
        assert statuses(server) == {503}


def test_a_server_begins_again_after_every_withdrawal_but_its_own(town, monkeypatch):
    monkeypatch.setattr("kg.showing._LOOK", 0)
    showing, withdrawn = Showing(town.root), names(town)
    with withdrawing(Record.open(town.root).layout.withdrawing):
        assert not showing.may_begin()
        assert not showing.must_end()
    withdraw(town, withdrawn[:1])
    assert not showing.must_end()
    assert showing.may_begin()
    monkeypatch.setattr("kg.log.closing._OURSELVES", os.urandom(4))
    assert not showing.must_end()
    withdraw(town, withdrawn[1:])
    monkeypatch.undo()
    assert showing.must_end()
    assert Showing(town.root).may_begin()


def test_what_is_opened_while_another_records_is_not_shown_before_the_withdrawn_is_gone(town, monkeypatch):
    withdrawn, opened = names(town), []
    with monkeypatch.context() as patch:
        patch.setattr(Projections, "catch_up", lambda self: None)
        withdraw(town, withdrawn)

    def opening():
        """At the second time nobody records."""
        opened.append(OpenRecord(town.root, Record.open(town.root)) if not opened else OpenRecord.open(town.root))
        return opened[-1]

    showing = Showing(town.root)
    showing._known = 0  # as it was when the server began, before the withdrawal was in the log
    assert (len(opened), showing.open_when_gone(opening).standing()) == (0, 3)
    assert (len(opened), showing.must_end()) == (2, False)

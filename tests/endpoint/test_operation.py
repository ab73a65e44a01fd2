"""What whoever runs the server is told, and what nobody is told."""

import json
import re


def test_a_server_that_is_well_says_so(server):
    health = server.send("GET", "/health")
    told = json.loads(health.body)
    assert health.status == 200
    assert (told["status"], told["workers"], told["waiting"]) == ("ok", 2, 0)
    assert told["entry"] == 1


def test_the_numbers_can_be_read_by_prometheus(server):
    server.get("ASK {}")
    server.get("ASK {")
    text = server.send("GET", "/metrics").body.decode()
    for line in text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) \w+ .+|\w+(\{\w+="\w+"(,\w+="\w+")*\})? -?[0-9.e+-]+', line), line
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values['averment_queries_total{outcome="answered"}']) >= 1
    assert float(values['averment_queries_total{outcome="refused"}']) >= 1
    assert float(values['averment_requests_total{part="sparql",status="200"}']) >= 1


def test_neither_numbers_nor_log_tell_who_asked_or_what(record):
    import subprocess
    import sys
    from urllib.parse import quote

    from tests.endpoint.conftest import PROGRAM, Server

    secret = "SELECT ?whispered_name {"
    command = [sys.executable, "-c", PROGRAM, str(record.root), "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        address = run.stdout.readline().strip()
        server = Server(int(address.rstrip("/").rpartition(":")[2]), None, None)
        for path in ("/sparql?query=" + quote(secret), "/doc/event/whispered_name", "/%ff?whispered_name"):
            server.send("GET", path, Accept="text/csv")
        numbers = server.send("GET", "/metrics").body.decode()
        run.terminate()
        logged = run.stdout.read() + run.stderr.read()
    assert "whispered" not in numbers + logged
    assert "127.0.0.1" not in numbers + logged


def test_a_proxy_on_this_machine_may_say_that_it_was_asked_by_https(server):
    told = {"X-Forwarded-Proto": "https", "Host": "record.example"}
    assert server.send("GET", "/openapi.json", **told).json()["servers"] == [{"url": "https://record.example"}]
    description = server.send("GET", "/sparql", Accept="application/n-triples", **told).body
    assert b"<https://record.example/sparql" in description
    assert b"<http://record.example" not in description

"""The short way of a query gives what the long way gives, to the byte; who says `Connection` is led the long way."""

import json
import socket
from urllib.parse import quote, urlencode

import pytest

from tests.endpoint.conftest import PROGRAM, serving
from tests.endpoint.hostile import HEAD
from tests.endpoint.test_protocol import CLAIMS, DIRECT, FORM, JSON, TYPES

LONG = "SELECT * { ?s <http://e/p> ?o } LIMIT 1900"
WIDE = "SELECT (CONCAT(?o, STRUUID()) AS ?x) ?s { ?s <http://e/p> ?o } LIMIT 20"
ASKED = {
    "rows": ("GET", {"query": CLAIMS}, JSON, None),
    "rows as CSV": ("GET", {"query": CLAIMS}, "text/csv;q=0.9, */*;q=0.1", None),
    "triples": ("GET", {"query": TYPES}, "text/turtle", None),
    "under another name": ("GET", {"query": CLAIMS}, "application/xml", None),
    "whatever": ("GET", {"query": "ASK {}"}, "*/*", None),
    "nothing said": ("GET", {"query": "ASK {}"}, None, None),
    "a form": ("GET", {"query": CLAIMS, "format": "tsv"}, None, None),
    "a form that there is not": ("GET", {"query": CLAIMS, "format": "docx"}, None, None),
    "a form it does not have": ("GET", {"query": CLAIMS, "format": "turtle"}, None, None),
    "a type it does not have": ("GET", {"query": CLAIMS}, "text/turtle", None),
    "no such type": ("GET", {"query": CLAIMS}, "image/png", None),
    "a page": ("GET", {"query": "ASK {}"}, "text/html", None),
    "a page after all": ("GET", {"query": "ASK {}"}, "text/html;q=0.1, text/csv", None),
    "posted as a form": ("POST", {"query": CLAIMS}, JSON, FORM),
    "posted as it is": ("POST", CLAIMS, JSON, DIRECT),
    "posted as something else": ("POST", CLAIMS, JSON, "text/plain"),
    "not UTF-8": ("POST", b"ASK { ?s ?p '\xff' }", JSON, DIRECT),
    "no query": ("GET", {}, JSON, None),
    "two queries": ("GET", [("query", "ASK {}"), ("query", "ASK {}")], JSON, None),
    "an update": ("GET", {"query": "ASK {}", "update": "CLEAR ALL"}, JSON, None),
    "another parameter": ("GET", {"query": "ASK {}", "viewpoint": "nobody's"}, JSON, None),
    "an earlier entry": ("GET", {"query": "ASK {}", "as-of": "99"}, JSON, None),
    "a graph": ("GET", {"query": "ASK { ?s ?p ?o }", "named-graph-uri": "http://e/ring"}, JSON, None),
    "a graph that is not here": ("GET", {"query": "ASK {}", "default-graph-uri": "http://e/none"}, JSON, None),
    "wrong syntax": ("GET", {"query": "ASK {\n{"}, JSON, None),
    "a call": ("GET", {"query": "ASK { SERVICE <http://e/> {} }"}, JSON, None),
    "what the engine gives up": ("GET", {"query": "SELECT (STRLEN(?x) AS ?n) { BIND(1/0 AS ?x) }"}, JSON, None),
    "a cut answer": ("GET", {"query": "SELECT * { ?s <http://e/p> ?o }"}, JSON, None),
    "a long answer": ("GET", {"query": LONG}, JSON, None),
}


def send(server, name, **headers):
    method, given, accept, kind = ASKED[name]
    if accept is not None:
        headers["Accept"] = accept
    if kind is not None:
        headers["Content-Type"] = kind
    if method == "GET":
        return server.send("GET", f"/sparql?{urlencode(given)}", **headers)
    return server.send("POST", "/sparql", urlencode(given) if isinstance(given, dict) else given, **headers)


@pytest.mark.parametrize("name", ASKED)
def test_the_short_way_and_the_long_give_the_same(large, name):
    short, long = send(large, name), send(large, name, Connection="keep-alive")
    assert (short.status, short.body) == (long.status, long.body)
    assert short.headers.pop("date")
    assert long.headers.pop("date")
    assert short.headers == long.headers


@pytest.fixture(scope="module")
def bare(record):
    """A server whose application answers nothing: there is the short way only."""
    program = PROGRAM.replace("        serve(", "        app.wsgi_app = None\n        serve(")
    with serving(record.root, program=program) as started:
        yield started


@pytest.mark.parametrize("name", ["rows", "triples", "nothing said", "a form", "posted as a form", "posted as it is"])
def test_what_is_ordinary_does_without_the_application(bare, name):
    assert [send(bare, name).status for _ in range(2)] == [200, 200]
    assert send(bare, name, Connection="keep-alive").status == 500


def test_answers_come_in_the_order_of_the_requests_whichever_way_they_go(large):
    paths = [f"/sparql?query={quote(f'SELECT ({number} AS ?n) {{}}')}" for number in range(4)]
    heads = [HEAD, HEAD + b"Connection: keep-alive\r\n", HEAD, HEAD]
    sent = b"".join(
        b"GET %s HTTP/1.1\r\n%s\r\n" % (path.encode(), head) for path, head in zip(paths, heads, strict=True)
    )
    with socket.create_connection(("127.0.0.1", large.port), timeout=10) as client:
        client.sendall(sent)
        got = b""
        while got.count(b"HTTP/1.1 200 OK") < 4 or not got.endswith(b"}]}}"):
            got += client.recv(1 << 16)
    bodies = [json.loads(part.partition(b"\r\n\r\n")[2]) for part in got.split(b"HTTP/1.1 200 OK")[1:]]
    assert [body["results"]["bindings"][0]["n"]["value"] for body in bodies] == ["0", "1", "2", "3"]


def test_an_answer_that_is_not_read_at_once_arrives_whole(large):
    query = "SELECT ?s (CONCAT(?o, '" + "x" * 100 + "') AS ?x) { ?s <http://e/p> ?o } LIMIT 1000"
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(10)
        client.connect(("127.0.0.1", large.port))
        client.sendall(b"GET /sparql?query=" + quote(query).encode() + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
        assert large.get("ASK {}").status == 200
        got = client.recv(100)
        while b"\r\n\r\n" not in got:
            got += client.recv(100)
        head, _, body = got.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += client.recv(1 << 12)
    assert len(json.loads(body)["results"]["bindings"]) == 1000


def test_what_changes_each_time_is_asked_each_time(large):
    assert large.get(WIDE).body != large.get(WIDE).body
    assert large.get(LONG).body == large.get(LONG).body

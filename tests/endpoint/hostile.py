"""What a hostile client sends: queries that never end or grow, and requests that are no requests."""

import random
import socket
from contextlib import suppress
from urllib.parse import quote

CROSS = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(6))
WORD = "x" * 10_000
TENFOLD = " ".join(f"BIND(CONCAT({','.join([f'?x{n}'] * 10)}) AS ?x{n + 1})" for n in range(7))
NEXT = "<http://e/next>"

QUERIES = {
    "a product that is counted": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "a product that is sorted": f"SELECT * {{ {CROSS} }} ORDER BY DESC(?c3) ?a1",
    "a product without doubles": f"SELECT DISTINCT ?a0 ?a1 ?a2 {{ {CROSS} }}",
    "a product in groups": f"SELECT ?a0 ?a1 (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a0 ?a1",
    "a product sent whole": f"SELECT * {{ {CROSS} }}",
    "a product as triples": f"CONSTRUCT {{ ?a0 ?b1 ?c2 }} WHERE {{ {CROSS} }}",
    "paths from everywhere to everywhere": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>)+ ?b . ?b (!<urn:y>)+ ?c }",
    "paths in a circle": f"SELECT (COUNT(*) AS ?n) {{ ?a {NEXT}*/{NEXT}*/{NEXT}*/{NEXT}* ?b . ?b {NEXT}+ ?c }}",
    "a path of many steps": f"ASK {{ ?a {'/'.join([f'({NEXT}|^{NEXT})'] * 60)} ?b . FILTER(?a != ?a) }}",
    "a pattern that goes back": f"ASK {{ ?s ?p ?o FILTER(REGEX('{'a' * 5000}!', '^(a+)+$|(a|aa)+$|(.*)*b')) }}",
    "a pattern that is large": "ASK { FILTER(REGEX('a', '((a{1,100}){1,100}){1,100}')) }",
    "words that grow": f"SELECT (STRLEN(?x7) AS ?n) {{ BIND('{WORD}' AS ?x0) {TENFOLD} }}",
    "words put together": f"SELECT (GROUP_CONCAT(?c0; SEPARATOR='{WORD}') AS ?all) {{ {CROSS} }}",
    "a subquery in a subquery": "SELECT * { " + "{ SELECT * { " * 90 + CROSS + " } }" * 90 + " }",
    "many braces": "ASK " + "{" * 190 + "?s ?p ?o" + "}" * 190,
    "too many braces": "ASK " + "{" * 100_000 + "}" * 100_000,
    "many brackets": "ASK { FILTER(" + "(" * 190 + "1" + ")" * 190 + ") }",
    "a long chain of not": "ASK { FILTER(" + "!" * 50_000 + "true) }",
    "a long sum": "SELECT (" + "+".join(["1"] * 60_000) + " AS ?n) {}",
    "a long minus": "SELECT (" + "-" * 50_000 + "1 AS ?n) {}",
    "a long choice": "ASK { " + " UNION ".join(["{ ?s ?p ?o }"] * 8000) + " }",
    "a long path": "ASK { ?s " + "/".join(["<http://e/p>"] * 20_000) + " ?o }",
    "a path of inverses": "ASK { ?s " + "^" * 50_000 + "<http://e/p> ?o }",
    "many optionals": "ASK { ?s ?p ?o " + "OPTIONAL { ?s ?p ?q } " * 2000 + "}",
    "optional in optional": "ASK { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o " * 150 + "}" * 151,
    "many values": "SELECT * { VALUES ?x { " + " ".join(f'"{n}"' for n in range(60_000)) + " } ?x ?y ?z }",
    "a huge word": f"SELECT ('{'w' * 900_000}' AS ?w) {{}}",
    "a huge number": f"SELECT ({'9' * 100_000} + 1 AS ?n) {{}}",
    "a call": "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "a call that hides": "SELECT * { FILTER EXISTS { # \r SERV\\u0049CE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
    "a load": "LOAD <file:///etc/passwd>",
    "a file as dataset": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "nothing": "\x00",
    "signs that turn": "\u202e\u2028\ufeff{} SELECT",
}

HEAD = b"Host: a\r\nAccept: application/sparql-results+json\r\n"
REQUESTS = {
    "nothing at all": b"",
    "half a line": b"GET /spar",
    "half a head": b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost:",
    "half a body": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: 1000\r\n\r\nASK",
    "a body without end": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\nASK",
    "a body of a wrong length": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: -5\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK {}",
    "a huge length": b"POST /sparql HTTP/1.1\r\n" + HEAD + b"Content-Length: 99999999999999\r\n\r\n",
    "a huge head": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
    "many heads": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
    "a huge address": b"GET /sparql?query=" + b"A" * 300_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "an escape cut short": b"GET /sparql?query=%7 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "an escape that is none": b"GET /sparql?query=%zz%f HTTP/1.1\r\n" + HEAD + b"\r\n",
    "bytes that are no text": b"GET /sparql?query=\xff\xfe HTTP/1.1\r\n" + HEAD + b"\r\n",
    "escapes that are no text": b"GET /sparql?query=%C3%28%ED%A0%80 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "zeros": b"\x00" * 5000,
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "HTTP of the future": b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    "a path upwards": b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path upwards, escaped": b"GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
    "many at once": (b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\n" + HEAD + b"\r\n") * 200,
}
# Those that leave the server waiting for more.
HALF = ("nothing at all", "half a line", "half a head", "half a body", "a body without end")
SILENT = (*HALF, "zeros", "another protocol")


def send_raw(port, data, *, seconds=5):
    """The beginning of what comes back, b"" where the server hung up or waits for more."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client, suppress(OSError):
        client.sendall(data)
        return client.recv(1 << 16)
    return b""


def noise(count, *, seed=1):
    """Made-up queries: true ones with bytes changed, cut, doubled."""
    dice = random.Random(seed)
    for _ in range(count):
        data = bytearray(dice.choice(list(QUERIES.values()))[:400].encode())
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        yield b"GET /sparql?query=" + quote(bytes(data)).encode() + b" HTTP/1.0\r\n" + HEAD + b"\r\n"

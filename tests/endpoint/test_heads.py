"""A head that is read in one step is read as waitress reads it, and whatever is not ordinary is left to it."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from webui.heads import Parser

ADJUSTMENTS = Adjustments(max_request_header_size=1 << 17)
HOST = b"Host: h.example\r\n"
NAMES = [b"Host", b"Accept", b"accept", b"User-Agent", b"X-Forwarded-Proto", b"Cookie", b"If-None-Match", b"Origin"]
DECIDING = [b"Connection", b"Content-Length", b"Expect", b"Transfer-Encoding", b"A_b", b"Upgrade"]
VALUES = [
    b"close",
    b"keep-alive",
    b"100-continue",
    b"chunked",
    b"0",
    b"12",
    b"a, b;q=0.1",
    b"",
    b" \t",
    b"x:y",
    b"\xe4",
]


def parse(kind, data):
    """What a reader has found once it has been given some bytes, in pieces or not."""
    reader = kind(ADJUSTMENTS)
    taken = reader.received(data)
    found = {name: value for name, value in vars(reader).items() if name not in ("adj", "body_rcv")}
    return taken, found | {"error": repr(reader.error and reader.error.body), "body": type(reader.body_rcv)}


def one_step(data):
    """Whether a head is read in one step."""
    reader = Parser(ADJUSTMENTS)
    with patch.object(HTTPRequestParser, "parse_header") as left:
        reader.parse_header(data)
    return not left.called


def assert_same(data):
    (taken, ours), (wanted, theirs) = parse(Parser, data), parse(HTTPRequestParser, data)
    differing = {name for name in ours | theirs if ours.get(name) != theirs.get(name)}
    assert (taken, differing) == (wanted, set())


@given(
    target=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    fields=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=4),
    more=st.sampled_from([b"", b"GET / HTTP/1.1\r\n\r\n", b"x"]),
)
def test_what_is_read_of_a_query_is_what_waitress_reads(target, fields, more):
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    assert_same(b"GET /sparql?" + target.encode() + b" HTTP/1.1\r\n" + HOST + lines + b"\r\n" + more)


@given(st.lists(st.tuples(st.sampled_from(NAMES + DECIDING), st.sampled_from(VALUES)), max_size=4))
def test_what_decides_more_is_left_to_waitress(fields):
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    data = b"GET /sparql?query=ASK HTTP/1.1\r\n" + HOST + lines + b"\r\n"
    assert_same(data)
    names = [name.lower() for name, _ in fields]
    twice = len(set(names)) < len(names) or b"host" in names
    if twice or {b"connection", b"content-length", b"expect", b"transfer-encoding", b"a_b"} & set(names):
        assert not one_step(data)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
        b"GET /sparql?[]\\^`{|}~'()*+,;=:@!$&/? HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_an_ordinary_head_is_read_in_one_step(head):
    assert one_step(head)
    assert_same(head)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /sparql HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET //sparql?a HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://b.example/sparql?a HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?a HTTP/1.0\r\nHost: a\r\n\r\n",
        b"GET /sparql?a HTTP/1.1\nHost: a\n\n",
        b"GET  /sparql?a HTTP/1.1\r\nHost: a\r\n\r\n",
        b"get /sparql?a HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /sparql?a HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?a HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET /sparql?a HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        b"GET /sparql?a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /sparql?a HTTP/1.1\r\nHost:a\r\n\r\n",
        b"GET /sparql?a HTTP/1.1\r\nHost: a\rb\r\n\r\n",
        b"GET /sparql?\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?a HTTP/1.1\r\n\r\n",
        b"GET /sparql?a HTTP/1.1\r\nHost: a\r\nCookie: " + b"x" * 2100 + b"\r\n\r\n",
    ],
)
def test_any_other_head_is_left_to_waitress(head):
    assert not one_step(head)
    assert_same(head)

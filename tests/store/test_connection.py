"""A connection to a SPARQL server that fails, asks who is there, or leads elsewhere."""

import base64
import socket

import pytest

from kg.errors import Unusable
from kg.store.base import Truth
from kg.store.credentials import HARVEST, STORE, Credentials, find_credentials
from kg.store.http import Patience, Rejected, Transport, Unanswered, check_address
from kg.store.remote import RemoteStore
from tests.store.contract import quad
from tests.store.faulty import answer, ask_for, ask_for_digest, before, cut_short, drop_after, drop_before, too_large
from tests.store.server import open_store

LINES = [quad(f"s{n}", "p", '"x"', f"g{n % 3}") for n in range(60)]
BASIC = "Basic " + base64.b64encode(b"ada:s3cret").decode()


@pytest.fixture
def faulty(sparql_server):
    open_store(sparql_server)
    with before(sparql_server) as made:
        yield made


class Slept(list):
    """The pauses that were made."""

    def __call__(self, seconds):
        self.append(seconds)


def connect(faulty, credentials=None, *, batch=1_000_000, attempts=3, slept=None):
    transport = Transport(
        credentials, patience=Patience(timeout=20, attempts=attempts), sleep=Slept() if slept is None else slept
    )
    return RemoteStore(faulty.addresses, transport, batch=batch)


@pytest.mark.parametrize("fault", [drop_before, drop_after, cut_short, answer(503), answer(429)])
def test_what_is_sent_again_after_a_fault_is_there_once(faulty, fault):
    store = connect(faulty, batch=500)
    for place in range(4):
        faulty.acts = [lambda _: False] * place + [fault]
        store.apply(LINES, [], entry=place + 1)
        assert (store.count(), store.standing()) == (61, place + 1)


def test_an_answer_that_ends_early_is_asked_for_again(faulty):
    faulty.acts = [cut_short]
    assert connect(faulty).query("ASK { ?s ?p ?o }") == Truth(False)
    assert len(faulty.seen) == 2


def test_pauses_grow_and_a_server_that_names_a_time_is_given_it(faulty):
    slept = Slept()
    faulty.acts = [answer(503), answer(503), answer(503, Retry_After="7")]
    connect(faulty, attempts=4, slept=slept).standing()
    assert slept == [0.5, 1.0, 7]


def test_after_the_last_attempt_the_server_is_named_with_its_words(faulty):
    faulty.always = answer(503, "the disk is full")
    with pytest.raises(Unanswered, match=r"127\.0\.0\.1.*503.*the disk is full"):
        connect(faulty).standing()
    assert len(faulty.seen) == 3


def test_what_is_too_large_for_the_server_is_sent_in_halves(faulty):
    faulty.always = too_large(900)
    store = connect(faulty, batch=2_000)
    store.apply(LINES, [], entry=1)
    assert store.count() == 61


def test_one_line_too_large_is_told(faulty):
    faulty.always = too_large(100)
    with pytest.raises(Rejected, match="413"):
        connect(faulty, batch=1).apply([quad("s", "p", f'"{"x" * 200}"')], [], entry=1)


@pytest.mark.parametrize(
    ("act", "credentials"),
    [
        (ask_for("Basic", BASIC), Credentials("ada", "s3cret")),
        (ask_for("Bearer", "Bearer t0ken"), Credentials(token="t0ken")),
        (ask_for_digest("ada", "s3cret"), Credentials("ada", "s3cret")),
    ],
    ids=["basic", "bearer", "digest"],
)
def test_who_is_asked_tells_the_server_once_and_then_always(faulty, act, credentials):
    faulty.always = act
    store = connect(faulty, credentials)
    store.apply(LINES, [], entry=1)
    assert store.count() == 61
    assert [told != "" for _, _, told, _ in faulty.seen] == [False, True, True]


def test_a_wrong_password_is_told_once_and_not_tried_again(faulty):
    faulty.always = ask_for("Basic", BASIC)
    with pytest.raises(Rejected, match="asks who you are") as refused:
        connect(faulty, Credentials("ada", "wr0ng")).standing()
    assert len(faulty.seen) == 2
    assert "wr0ng" not in str(refused.value)


def test_without_credentials_nothing_is_told(faulty):
    faulty.always = ask_for("Basic", BASIC)
    with pytest.raises(Rejected, match=r"docs/stores\.md"):
        connect(faulty).standing()
    assert [told for _, _, told, _ in faulty.seen] == [""]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_the_new_address_is_told(faulty, status):
    with before(faulty.addresses) as elsewhere:
        faulty.acts = [
            answer(401, WWW_Authenticate="Basic"),
            answer(status, Location=f"{elsewhere.addresses.query}?x=1"),
        ]
        with pytest.raises(Rejected, match=rf"moved to {elsewhere.addresses.query}\. "):
            connect(faulty, Credentials("ada", "s3cret")).standing()
        assert elsewhere.seen == []


def test_a_password_is_not_sent_where_it_can_be_read_on_the_way():
    from email.message import Message
    from urllib.request import Request

    from kg.store.challenges import Authenticator

    asked = Message()
    asked["WWW-Authenticate"] = 'Basic realm="record"'
    with pytest.raises(Unusable, match="https"):
        Authenticator(Credentials("ada", "s3cret")).take(Request("http://graph.example/query"), asked)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (answer(403, "read only"), "does not allow this .403.: read only"),
        (answer(404), "another"),
        (answer(500, "out of memory"), "fails .500.: out of memory"),
    ],
)
def test_a_refusal_is_told_in_words(faulty, act, words):
    faulty.acts = [act]
    with pytest.raises(Unusable, match=words):
        connect(faulty).standing()


def test_a_server_that_is_not_there_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/query"
    with pytest.raises(Unanswered, match="nobody answers there"):
        RemoteStore(_addresses(address), Transport(patience=Patience(attempts=1))).standing()


def test_a_server_that_says_nothing_is_not_waited_for_for_ever():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/query"
        with pytest.raises(Unanswered, match=r"within 0\.1 seconds"):
            RemoteStore(_addresses(address), Transport(patience=Patience(timeout=0.1, attempts=1))).standing()


def test_fewer_rows_than_the_server_counts_are_told(faulty):
    store = connect(faulty)
    store.apply(LINES, [], entry=1)

    def keep_half(exchange):
        status, kind, body = exchange.forward()
        exchange.give(status, kind, b"".join(body.splitlines(keepends=True)[:30]))
        return True

    faulty.acts = [lambda _: False, keep_half]
    with pytest.raises(Unusable, match="counts 61 quads and sends 29"):
        list(store.iter_lines())


@pytest.mark.parametrize(
    "address",
    ["https://ada:s3cret@graph.example/query", "file:///etc/passwd", "graph.example", "https://", "http://a b/"],
)
def test_an_address_that_is_none_or_carries_a_password_is_refused(address):
    with pytest.raises(Unusable, match="--store") as refused:
        check_address(address, option="--store")
    assert "s3cret" not in str(refused.value)


def test_credentials_come_from_the_environment_for_one_purpose_only():
    environ = {f"{STORE}_USER": "ada", f"{STORE}_PASSWORD": "s3cret", f"{HARVEST}_TOKEN": "t0ken", "HOME": "/nowhere"}
    assert find_credentials("https://a.example/", environ, prefix=STORE) == Credentials("ada", "s3cret")
    assert find_credentials("https://a.example/", environ, prefix=HARVEST) == Credentials(token="t0ken")
    assert "s3cret" not in repr(find_credentials("https://a.example/", environ, prefix=STORE))


def test_credentials_come_from_a_netrc_file_that_others_cannot_read(tmp_path):
    path = tmp_path / "netrc"
    path.write_text("machine a.example login ada password s3cret\n", encoding="utf-8")
    environ = {"NETRC": str(path)}
    path.chmod(0o644)
    with pytest.raises(Unusable, match="chmod 600"):
        find_credentials("https://a.example/query", environ, prefix=STORE)
    path.chmod(0o600)
    assert find_credentials("https://a.example/query", environ, prefix=STORE) == Credentials("ada", "s3cret")
    assert not find_credentials("https://b.example/query", environ, prefix=STORE)


def test_half_of_a_name_and_password_is_refused():
    with pytest.raises(Unusable, match="belong together"):
        find_credentials("https://a.example/", {f"{STORE}_USER": "ada"}, prefix=STORE)


def _addresses(address):
    from kg.store.remote import Addresses

    return Addresses(address, address)

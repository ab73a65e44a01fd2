"""The configurations of nginx that the pages give, run to the letter by nginx: what it passes on, limits, and keeps."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.publish import Settings, publish
from tests.endpoint.conftest import Server, wait_until

DOCS = Path(__file__).parents[2] / "docs"
NGINX = shutil.which("nginx")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

needs_nginx = [pytest.mark.exhaustive, pytest.mark.skipif(NGINX is None, reason="there is no nginx on this machine")]


def block(page, **places):
    """The configuration that a page gives, but for the places it names, which are others here."""
    text = re.search(r"## Behind nginx\n\n```\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)[1]
    for before, after in places.values():
        assert text.count(before) == 1
        text = text.replace(before, after)
    return text


@contextmanager
def running(folder, port, text):
    """nginx with a configuration, in the foreground; what it keeps on disk is in the folder."""
    kept = "".join(f"{name}_temp_path {folder}/{name};\n" for name in TEMPORARY)
    user = "user root;" if os.geteuid() == 0 else ""
    own = f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log info; events {{ }}\n"
    whole = f"{own}http {{\naccess_log {folder}/access.log;\n{kept}{text}}}\n"
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    with subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE) as run:
        try:
            assert wait_until(lambda: listens(port)), run.stderr.read()
            yield Server(port, None, None)
        finally:
            run.terminate()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture
def behind(server, tmp_path):
    port = free_port()
    text = block(
        "serving.md",
        server=("server 127.0.0.1:8642;", f"server 127.0.0.1:{server.port};"),
        listen=("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
    )
    with running(tmp_path, port, text) as found:
        yield found


class TestBefore:
    pytestmark = needs_nginx

    def test_the_server_what_is_asked_is_answered_as_without_it(self, server, behind):
        for path, accept in (
            ("/id/event/mill", "text/turtle"),
            ("/doc/event/mill", "text/turtle"),
            ("/doc/event/mill", "text/html"),
            ("/doc/event/mill.nq", "*/*"),
            ("/doc/event/mill", "image/png"),
            ("/sparql?query=ASK%7B%7D%23" + "a" * 60_000, "*/*"),
            ("/sparql/export?query=SELECT%20*%20%7B?s%20?p%20?o%7D", "text/csv"),
        ):
            one, other = server.send("GET", path, Accept=accept), behind.send("GET", path, Accept=accept)
            for name in ("content-type", "etag", "vary", "location", "link"):
                assert one.headers.get(name) == other.headers.get(name), path
            assert (one.status, sorted(one.body)) == (other.status, sorted(other.body)), path
        again = behind.send("GET", "/sparql?query=ASK%7B%7D")
        known = behind.send("GET", "/sparql?query=ASK%7B%7D", **{"If-None-Match": again.headers["etag"]})
        assert (again.status, known.status) == (200, 304)
        address = behind.send("GET", "/openapi.json").json()["servers"][0]["url"]
        assert address == f"http://127.0.0.1:{behind.port}"

    def test_the_server_too_much_is_refused_in_words_and_too_often_with_a_number(self, behind):
        direct = {"Content-Type": "application/sparql-query"}
        long = behind.send("POST", "/sparql", b"#" * 3_000_000, **direct)
        assert (long.status, long.media_type) == (413, "application/problem+json")
        assert behind.send("GET", "/metrics").status == 403
        assert 429 in {behind.send("GET", "/sparql?query=ASK%7B%7D").status for _ in range(60)}
        assert {behind.send("GET", "/health").status for _ in range(60)} == {200}

    def test_the_server_a_client_that_hangs_up_ends_its_query(self, server, behind):
        connection = http.client.HTTPConnection("127.0.0.1", behind.port, timeout=20)
        body = {"Content-Type": "application/sparql-query"}
        connection.request("POST", "/sparql", ENDLESS, headers=body)
        assert wait_until(lambda: server.send("GET", "/health").json()["idle"] == 1)
        connection.close()
        started = time.monotonic()
        assert wait_until(lambda: server.send("GET", "/health").json()["idle"] == 2, 1.5), time.monotonic() - started

    def test_the_server_it_keeps_nothing_of_who_asked_what(self, behind, tmp_path):
        for path in ("/doc/agent/whispered", "/sparql?query=whispered", "/metrics?whispered", "/none/whispered"):
            for _ in range(15):
                behind.send("GET", path)
        behind.send("POST", "/sparql", b"#whispered" * 100_000, **{"Content-Type": "application/sparql-query"})
        kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "nginx.conf"]
        assert not [data for data in kept if b"whispered" in data or b"127.0.0.1" in data]


@pytest.mark.exhaustive
@pytest.mark.skipif(NGINX is None, reason="there is no nginx on this machine")
def test_a_publication_is_hosted_as_the_page_says(record, tmp_path):
    port, folder = free_port(), tmp_path / "public"
    publish(record.root, folder, settings=Settings(title="Orrin", publisher="The Archive"))
    text = block(
        "publishing.md",
        root=("root /srv/averment/public;", f"root {folder};"),
        listen=("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
    )
    with running(tmp_path, port, text) as host:
        for name, kind in (
            ("index.html", "text/html; charset=utf-8"),
            ("dataset.ttl", "text/turtle; charset=utf-8"),
            ("tables/claims.csv", "text/csv; charset=utf-8"),
            ("tables/claims.parquet", "application/vnd.apache.parquet"),
            ("dumps/record.nq.zst", "application/zstd"),
            ("manifest.json", "application/json"),
            ("integrity/units.bin", "application/octet-stream"),
        ):
            answer = host.send("GET", f"/{name}")
            assert (answer.status, answer.headers["content-type"]) == (200, kind), name
            assert answer.body == (folder / name).read_bytes()
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "content-encoding" not in answer.headers
            assert host.send("GET", f"/{name}", **{"If-None-Match": answer.headers["etag"]}).status == 304
        moved = host.send("GET", "/.well-known/void?whispered")
        assert (moved.status, moved.headers["access-control-allow-origin"]) == (302, "*")
        assert moved.headers["location"].endswith("/dataset.ttl")
        host.send("GET", "/whispered")
    assert "whispered" not in (tmp_path / "error.log").read_text() + (tmp_path / "access.log").read_text()

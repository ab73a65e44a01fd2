"""Every page of a record on a SPARQL server is the page of the record itself, but for what only the log knows."""

import json
import re

import pytest

from kg.projecting import project
from kg.remote_record import RemoteRecord
from kg.serving import Limits, Service
from kg.serving.live import Live, LiveStandings
from kg.store.http import Transport
from kg.store.remote import RemoteReader
from tests.store.server import QUICK, open_store, serve_sparql
from tests.test_projecting import iter_cases
from tests.town import Town
from webui.app import create_app

pytestmark = pytest.mark.long

WIDE = "SELECT * { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?q ?r } }"
LINK = re.compile(r'href="(/[^"#?]*)')
PROPERTY = re.compile(r"void#property> (\S+)")


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """The same record, served from its folder and from a server."""
    folder = tmp_path_factory.mktemp("sites")
    town = Town(folder)
    for content in iter_cases():
        town.add(content)
    with serve_sparql() as addresses:
        project(town.root, open_store(addresses))
        reader = RemoteReader(addresses.query, Transport(patience=QUICK))
        service = Service(LiveStandings(reader), Live(reader, Limits(rows=20, size=1_000_000)))
        remote = create_app(RemoteRecord(reader, folder / "cache"), seconds=60, service=service)
        yield create_app(town.open(), seconds=60).test_client(), remote.test_client()


def test_every_page_that_can_be_reached_is_the_same(sites):
    here, there = sites
    pending, seen, different = ["/", "/sparql"], set(), []
    while pending and len(seen) < 80:
        path = pending.pop(0)
        if path in seen or path.startswith(("/static", "/.well-known/void")):
            continue
        seen.add(path)
        one, other = here.get(path), there.get(path)
        if one.mimetype == "text/html":
            pending += LINK.findall(one.text)
        if (one.status_code, _told(one)) != (other.status_code, _told(other)):
            different.append(path)
    assert different == []
    assert len(seen) > 30


def _told(response):
    """A page without what only the log knows: the salted commitment."""
    return re.sub(r"\s*<tr><th[^>]*>commitment in the log</th>.*?</tr>", "", response.text)


def test_what_a_server_holds_is_told_whole_with_where_it_stands(sites):
    here, there = (set(PROPERTY.findall(site.get("/.well-known/void").text)) for site in sites)
    assert len(here) > 100  # more than its answers may have rows
    marker = {"av:brought", "av:builtWith", "av:entryHash", "av:entryNumber", "av:ofBase", "av:ofRecord"}
    assert there == here | marker


def test_a_query_of_a_reader_is_answered_by_the_server(sites):
    found = sites[1].get("/sparql", query_string={"query": "ASK { ?s ?p ?o }", "format": "json"})
    assert found.get_json() == {"head": {}, "boolean": True}


def test_an_answer_that_is_cut_says_so_and_the_export_gives_the_whole(sites):
    params = {"query": "SELECT ?s { GRAPH ?g { ?s ?p ?o } }", "format": "json"}
    found = sites[1].get("/sparql", query_string=params)
    assert len(json.loads(found.text)["results"]["bindings"]) == 20
    assert found.headers["Averment-Cut"] == "rows=20"
    whole = sites[1].get("/sparql/export", query_string=params, environ_base={"SERVER_PROTOCOL": "HTTP/1.1"})
    assert len(json.loads(whole.text)["results"]["bindings"]) > 4000


def test_an_answer_longer_than_allowed_is_refused_with_the_way_to_the_whole(sites):
    found = sites[1].get("/sparql", query_string={"query": WIDE, "format": "csv"})
    assert found.status_code == 500
    assert "/sparql/export" in found.text


@pytest.mark.parametrize("query", ["ASK { SERVICE <http://127.0.0.1:9/> {} }", "CLEAR ALL", "SELEC"])
def test_what_is_no_query_of_this_record_is_refused(sites, query):
    assert sites[1].get("/sparql", query_string={"query": query, "format": "json"}).status_code == 400

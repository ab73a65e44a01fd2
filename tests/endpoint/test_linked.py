"""What a reader of linked data is given by a running server: citations, earlier states, forms, and what is gone."""

import json
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import rdflib

from kg.export import parse_export
from kg.keeping import withdraw_units
from kg.record import OpenRecord
from kg.terms import avc
from tests.endpoint.conftest import serving, wait_until
from tests.town import BASE, WHEN, Town, case, killed

WORDS = "SELECT ?c ?w { ?c a <https://w3id.org/averment/ns#Claim> ; <https://w3id.org/averment/ns#wording> ?w }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
pytestmark = pytest.mark.xdist_group("linked")


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A town, its running server, and the claim that is withdrawn as the last of three entries."""
    town = Town(tmp_path_factory.mktemp("linked"))
    town.add(case(killed("9", id="nine", said="2031-05-02")))
    (claim,) = OpenRecord.open(town.root).find("claim/")
    with serving(town.root) as server:
        yield town, server, claim


@pytest.fixture(scope="module")
def cited(started):
    """The address of a question that was kept at each of the three entries, and what it told then."""
    town, server, claim = started
    address = keep(server)
    told = [again(server, address)]
    town.add(case(killed("11", id="eleven", said="2031-05-03"), note="2"))
    told.append(wait_for(server, address, entry=2))
    withdraw_units(town.root, [claim], reason=avc("withdrawn-consent"), who="A. Judge", when=WHEN)
    told.append(wait_for(server, address, entry=3))
    return address, told


def keep(server):
    answer = server.send("POST", "/q", urlencode({"query": WORDS}), **FORM)
    assert answer.status == 303
    return answer.headers["location"]


def again(server, address):
    return server.send("GET", address, Accept="application/json").json()


def wait_for(server, address, *, entry):
    assert wait_until(lambda: again(server, address).get("now", {}).get("entry") == entry, 30)
    return again(server, address)


def test_a_citation_is_proven_and_tells_what_has_changed(started, cited):
    _, server, _ = started
    address, (first, second, third) = cited
    assert (first["entry"], first["then"]["same"], first["now"]["same"]) == (1, True, True)
    assert (second["entry"], second["then"]["same"], second["come"], second["gone"]) == (1, True, 1, 0)
    assert not second["now"]["same"]
    assert not third["then"]["same"], "what was withdrawn is in no answer any more"
    page = server.send("GET", address, Accept="text/html").body.decode()
    assert "does not give what was cited" in page
    assert "9 killed" not in page
    assert server.send("GET", "/q/" + "0" * 32).status == 404
    assert server.send("POST", "/q", urlencode({"query": "SELECT * {"}), **FORM).status == 400


def test_the_record_is_asked_as_it_stood_at_an_entry_or_on_a_day(started, cited):
    _, server, _ = started
    day = WHEN[:10]
    ways = {each: server.get(WORDS, **{"as-of": each}) for each in ("1", "2", day)}
    assert wait_until(lambda: all(server.get(WORDS, **{"as-of": each}).status == 200 for each in ways), 30)
    numbers = {}
    for each in ways:
        answer = server.get(WORDS, **{"as-of": each})
        rows = answer.json()["results"]["bindings"]
        numbers[each] = int(answer.headers["averment-entry"]), sorted(row["w"]["value"] for row in rows)
    # The withdrawn claim is in no earlier state either.
    assert numbers["1"] == (1, [])
    assert numbers["2"] == (2, ["11 killed"])
    assert server.get(WORDS, **{"as-of": "99"}).status == 404


def test_a_thing_leads_to_its_description_in_the_form_that_is_asked_for(started):
    _, server, _ = started
    led = server.send("GET", "/id/event/mill", Accept="text/turtle")
    assert (led.status, led.headers["location"]) == (303, "/doc/event/mill")
    assert "Accept" in led.headers["vary"]
    given = server.send("GET", led.headers["location"], Accept="text/turtle")
    assert (given.status, given.media_type) == (200, "text/turtle")
    assert "Accept" in given.headers["vary"]
    assert 'rel="alternate"' in given.headers["link"]
    for suffix in ("ttl", "nt", "jsonld", "trig", "nq"):
        given = server.send("GET", f"/doc/event/mill.{suffix}").body
        quads = ox.parse(given, format=ox.RdfFormat.from_extension(suffix))
        assert ox.NamedNode(f"{BASE}event/mill") in {quad.subject for quad in quads}, suffix


def test_a_claim_is_handed_on_as_nanopublication_and_as_prov(started, cited):
    town, server, _ = started
    (claim,) = (iri for iri in OpenRecord.open(town.root).find("claim/"))
    key = claim.rpartition("/")[2]
    nanopub = server.send("GET", f"/doc/nanopub/{key}.trig")
    graphs = {line[line.rindex(" <") :] for line in parse_export(nanopub.body, "trig")}
    assert (nanopub.media_type, len(graphs)) == ("application/trig", 4)
    notation = server.send("GET", f"/doc/provenance/{key}.provn")
    assert (notation.media_type, notation.body[:9]) == ("text/provenance-notation", b"document\n")
    assert f"id:claim/{key}" in json.loads(server.send("GET", f"/doc/provenance/{key}.json").body)["entity"]


def test_what_was_withdrawn_is_gone_and_says_who_decided_and_why(started, cited):
    _, server, claim = started
    path = "/doc/" + claim.removeprefix(BASE)
    gone = server.send("GET", path, Accept="text/turtle")
    assert (gone.status, gone.media_type) == (410, "text/turtle")
    told = rdflib.Graph().parse(data=gone.body, format="turtle")
    act = told.value(rdflib.URIRef(claim), rdflib.PROV.wasInvalidatedBy)
    assert str(told.value(act, rdflib.DCTERMS.creator)) == "A. Judge"
    assert server.send("GET", path, Accept="text/html").status == 410
    assert server.send("GET", f"/doc/nanopub/{claim.rpartition('/')[2]}.trig").status == 410


@pytest.mark.parametrize("path", ["/ns", "/codes/", "/shapes"])
def test_vocabulary_codes_and_shapes_are_at_their_own_addresses(started, path):
    _, server, _ = started
    data = server.send("GET", path, Accept="text/turtle")
    assert (data.status, data.media_type) == (200, "text/turtle")
    assert len(rdflib.Graph().parse(data=data.body, format="turtle")) > 5
    page = server.send("GET", path, Accept="text/html")
    assert (page.status, page.media_type) == (200, "text/html")

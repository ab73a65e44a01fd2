"""What was withdrawn, where it is safe to say so; vocabulary, codes and shapes at the paths of their namespaces."""

import pytest
import rdflib

from kg.codes import load_codes
from kg.keeping import withdraw_units
from kg.record import OpenRecord
from kg.terms import avc
from tests.test_pipeline import SECRET_FIELDS, field_case, secret_case
from tests.town import BASE, WHEN, Town, case, killed
from webui.app import create_app

pytestmark = pytest.mark.long

PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
AV = rdflib.Namespace("https://w3id.org/averment/ns#")
TURTLE = {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def withdrawn(tmp_path_factory):
    """A client of a record that a claim and an agent were withdrawn from, and the path of that claim."""
    town = Town(tmp_path_factory.mktemp("withdrawn"))
    town.add(case(killed("9", id="nine")))
    record = OpenRecord.open(town.root)
    claim = record.find("claim/")[0]
    names = [claim, f"{BASE}agent/vane"]
    withdraw_units(town.root, names, reason=avc("withdrawn-consent"), who="A. Judge", when=WHEN)
    return create_app(OpenRecord.open(town.root)).test_client(), claim


def path_of(iri):
    return "/doc/" + iri.removeprefix(BASE)


def test_a_withdrawn_claim_is_gone_and_says_since_when_by_whom_and_why(withdrawn):
    client, claim = withdrawn
    answer = client.get(path_of(claim), headers=TURTLE)
    assert (answer.status_code, answer.mimetype, "Accept" in answer.headers["Vary"]) == (410, "text/turtle", True)
    graph = rdflib.Graph().parse(data=answer.data, format="turtle")
    act = graph.value(rdflib.URIRef(claim), PROV.wasInvalidatedBy)
    assert graph.value(act, rdflib.DCTERMS.type) == rdflib.URIRef(avc("withdrawn-consent"))
    assert str(graph.value(act, rdflib.DCTERMS.creator)) == "A. Judge"
    assert len(graph) == 6
    page = client.get(path_of(claim), headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert "consent withdrawn" in page.text


@pytest.mark.parametrize("place", ["nanopub/{}.trig", "nanopub/{}.jsonld", "provenance/{}.provn", "provenance/{}.json"])
def test_what_is_handed_on_of_a_withdrawn_claim_is_gone_with_it(withdrawn, place):
    client, claim = withdrawn
    answer = client.get("/doc/" + place.format(claim.rsplit("/", 1)[-1]))
    assert (answer.status_code, b"A. Judge" in answer.data) == (410, True)
    assert client.get("/doc/" + place.format("none")).status_code == 404


def test_the_name_of_a_withdrawn_agent_can_be_guessed_and_so_is_as_if_it_had_never_been(withdrawn):
    client, _ = withdrawn
    known, unknown = (client.get(f"/doc/agent/{name}", headers=TURTLE) for name in ("vane", "vann"))
    assert known.status_code == unknown.status_code == 404
    assert known.text.replace("vane", "vann") == unknown.text


@pytest.mark.parametrize("access", ["sealed", "restricted"])
def test_what_is_withheld_is_as_if_it_had_never_been_before_and_after_it_is_withdrawn(tmp_path, access):
    town = Town(tmp_path)
    town.add(secret_case(access))
    public = {found.unit.subject for found in town.record.log.iter_units()}
    hidden = {found.unit.subject for found in town.record.log.iter_sealed()} - public
    claims = sorted(iri for iri in hidden if "/claim/" in iri)
    assert claims
    for _ in range(2):
        client = create_app(OpenRecord.open(town.root)).test_client()
        assert {client.get(path_of(iri), headers=TURTLE).status_code for iri in hidden} == {404}
        if claims:
            withdraw_units(town.root, claims, reason=avc("withdrawn-safety"), who="A. Judge", when=WHEN)
            claims = []


def test_a_server_without_the_key_tells_nothing_of_what_was_withdrawn(withdrawn, tmp_path):
    _, claim = withdrawn
    town = Town(tmp_path)
    town.add(case(killed("9", id="nine")))
    withdraw_units(town.root, [claim], reason=avc("withdrawn-consent"), who="A. Judge", when=WHEN)
    town.record.layout.secret.unlink()
    assert create_app(OpenRecord.open(town.root)).test_client().get(path_of(claim)).status_code == 404


@pytest.mark.parametrize("name", ["ns", "codes", "shapes"])
def test_a_vocabulary_is_given_at_the_path_of_its_namespace_to_people_and_programs(client, name):
    page = client.get(f"/{name}", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "Accept" in page.headers["Vary"]
    asked = client.get(f"/{name}", headers=TURTLE)
    named = client.get(f"/{name}.ttl")
    assert asked.data == named.data
    graphs = [
        rdflib.Graph().parse(data=answer.data, format=form)
        for answer, form in ((named, "turtle"), (client.get(f"/{name}.rdf"), "xml"), (client.get(f"/{name}.nt"), "nt"))
    ]
    assert len(graphs[0]) > 300
    assert {len(graph) for graph in graphs} == {len(graphs[0])}


def test_every_class_has_its_place_on_the_page_of_the_vocabulary(client):
    graph = rdflib.Graph().parse(data=client.get("/ns.ttl").data, format="turtle")
    page = client.get("/ns", headers={"Accept": "text/html"}).text
    classes = [str(each) for each in graph.subjects(rdflib.RDF.type, rdflib.OWL.Class) if "averment/ns#" in each]
    assert len(classes) > 30
    assert [each for each in classes if f'id="{each.partition("#")[2]}"' not in page] == []


def test_a_code_is_given_as_data_and_a_browser_is_led_to_its_page(client):
    led = client.get("/codes/withdrawn-consent", headers={"Accept": "text/html"})
    assert (led.status_code, led.headers["Location"]) == (303, "/code/withdrawn-consent")
    scheme = rdflib.Graph().parse(data=client.get("/codes/scheme-withdrawal-reason.ttl").data, format="turtle")
    inside = {code.iri for code in load_codes().values() if avc("scheme-withdrawal-reason") in code.schemes}
    assert {str(each) for each in scheme.subjects(rdflib.SKOS.inScheme)} == inside
    assert client.get("/codes/none", headers=TURTLE).status_code == 404


def test_a_page_links_to_its_other_forms_and_to_what_it_describes(client):
    links = client.get("/doc/event/mill", headers={"Accept": "text/html"}).headers.getlist("Link")
    assert f'<{BASE}event/mill>; rel="describes"' in links
    for suffix in (".html", ".ttl", ".trig", ".nq", ".nt", ".rdf", ".jsonld"):
        assert any(link.startswith(f"</doc/event/mill{suffix}>") for link in links)
        assert client.get(f"/doc/event/mill{suffix}").status_code == 200
    led = client.get("/id/event/mill")
    assert (led.status_code, led.headers["Link"]) == (303, '</doc/event/mill>; rel="describedby"')


def test_an_event_is_led_back_from_by_what_points_to_it(client):
    text = client.get("/doc/agent/town-hall", headers={"Accept": "text/html"}).text
    assert "/doc/claim/" in text
    assert "/doc/claim/" in client.get("/doc/event/mill", headers={"Accept": "text/html"}).text


def test_what_is_withheld_of_a_thing_is_said_on_its_page_and_in_its_data(tmp_path):
    town = Town(tmp_path)
    town.add(field_case("restricted"))
    client = create_app(OpenRecord.open(town.root)).test_client()
    page = client.get("/doc/victim/first", headers={"Accept": "text/html"})
    assert "Its name is withheld (restricted; safety of a person): decided by A. Coder, 1 June 2031." in page.text
    graph = rdflib.Graph().parse(data=client.get("/doc/victim/first", headers=TURTLE).data, format="turtle")
    said = {(str(graph.value(d, AV.field)), str(graph.value(d, AV.decidedBy))) for d in graph.subjects(AV.decides)}
    assert said == {(str(AV.name), "A. Coder"), ("http://purl.org/dc/terms/identifier", "A. Coder")}
    ((place,),) = town.ask("SELECT ?c { ?c av:asserts ?p . ?p a av:Location }")
    page = client.get(path_of(place), headers={"Accept": "text/html"})
    assert "what is shown is coarsened to 2,000 metres" in page.text
    assert "radius 2020 m" in page.text
    assert [word for word in SECRET_FIELDS if word in page.text] == []
    chain = client.get(f"/doc/provenance/{place.rsplit('/', 1)[-1]}.provn").text
    assert "what is shown is coarsened to 2,000 metres" in chain
    assert "av:accessReason='avc:because-sensitive-site'" in chain

"""Reading graphs one by one and as they stood earlier; recording over HTTP, for those who may."""

import hashlib
import json
import re
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from kg.earlier import Earlier
from kg.keeping import withdraw_units
from tests.endpoint.conftest import wait_until
from tests.town import BASE, Town, case, dump, killed, occurred, withheld
from webui.app import create_app

TOKEN = "correct horse"
WRITERS = {hashlib.sha256(TOKEN.encode()).hexdigest(): "A. Coder"}
CLAIMS = "SELECT ?s { ?s a <https://w3id.org/averment/ns#Claim> }"


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    made.add(case(killed("9", said="2031-05-02")))
    made.add(case(killed("11", said="2031-05-03")))
    return made


@pytest.fixture
def client(town):
    return create_app(town.open(), writers=WRITERS).test_client()


def count(client, **params):
    answer = client.get("/sparql", query_string={"query": CLAIMS, **params}, headers={"Accept": "text/csv"})
    return answer.text.count(BASE) if answer.status_code == 200 else answer.status_code


# --- one graph --------------------------------------------------------------------------------------------------------


def test_a_graph_is_given_whole_in_the_form_that_is_wanted(server):
    claim = server.rows(CLAIMS)[0]["s"]["value"]
    answer = server.send("GET", f"/graph-store?graph={quote(claim)}", Accept="application/n-triples")
    held = server.rows(f"SELECT * {{ GRAPH <{claim}> {{ ?s ?p ?o }} }}")
    assert (answer.status, answer.media_type) == (200, "application/n-triples")
    assert len(list(ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES))) == len(held)


def test_all_graphs_are_given_as_one(server):
    answer = server.send("GET", "/graph-store?default", Accept="application/n-triples")
    total = server.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"]["value"]
    assert len(list(ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES))) == int(total)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/graph-store?graph=http%3A%2F%2Fnowhere.example%2F", 404),
        ("GET", "/graph-store", 400),
        ("GET", "/graph-store?default&graph=urn:a", 400),
        ("PUT", "/graph-store?default", 405),
        ("POST", "/graph-store?graph=urn:a", 405),
        ("DELETE", "/graph-store?default", 405),
        ("HEAD", "/graph-store?default", 200),
    ],
)
def test_what_the_graph_store_does_not_do_is_told(server, method, path, status):
    answer = server.send(method, path, Accept="text/turtle")
    assert answer.status == status
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


# --- as of an entry ---------------------------------------------------------------------------------------------------


def test_the_record_is_asked_as_it_stood_at_an_entry(client):
    assert [count(client, **{"as-of": entry}) for entry in ("1", "2")] == [1, 2]
    assert count(client) == 2
    earlier = client.get("/sparql", query_string={"query": "ASK {}", "as-of": "1"}, headers={"Accept": "*/*"})
    assert earlier.headers["Averment-Entry"] == "1"


def test_a_date_means_the_last_entry_by_then(client):
    assert count(client, **{"as-of": "2031-06-01"}) == 2
    assert count(client, **{"as-of": "2031-06-01T12:00:00Z"}) == 2


@pytest.mark.parametrize("as_of", ["0", "3", "-1", "yesterday", "2031-05-31", "1999-13-45"])
def test_a_time_that_is_none_or_before_the_record_is_told(client, as_of):
    assert count(client, **{"as-of": as_of}) == 404


def test_what_was_derived_stands_in_an_earlier_graph_too(town, client):
    query = "SELECT (COUNT(*) AS ?n) { ?claim <https://w3id.org/averment/ns#concerns> ?event }"
    asked = [client.get("/sparql", query_string={"query": query, "format": "csv", **at}) for at in ({"as-of": "1"}, {})]
    earlier, newest = (int(answer.text.split()[1]) for answer in asked)
    assert 0 < earlier < newest


def test_a_record_that_is_too_large_is_told(town):
    from kg.errors import NotFound

    earlier = Earlier(town.root, most_units=3)
    with pytest.raises(NotFound, match="at most 3 here"):
        earlier.standing(earlier.find_entry("1"), seconds=5)


def test_what_is_withdrawn_is_in_no_earlier_graph(town, client):
    assert count(client, **{"as-of": "1"}) == 1
    text = client.get("/sparql", query_string={"query": CLAIMS, "as-of": "1"}, headers={"Accept": "text/csv"}).text
    name = text.split()[1]
    withdraw_units(town.root, [name], reason="consent", who="A. Coder", when="2031-06-02T00:00:00Z")
    assert not (town.root / "made").exists()
    assert count(client, **{"as-of": "1"}) == 0


# --- recording --------------------------------------------------------------------------------------------------------


def send(client, content, token=TOKEN, kind="application/yaml"):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post("/record/cases", data=content, content_type=kind, headers=headers)


def test_a_case_that_is_sent_is_an_ingestion_of_its_author(town, client):
    answer = send(client, dump(case(killed("12"))))
    assert (answer.status_code, answer.json["entry"], answer.json["claims"]) == (201, 3, 1)
    town.record.log.refresh()
    assert town.record.log.entries()[2].recorder == "A. Coder"
    assert wait_until(lambda: count(client) == 3)
    assert send(client, dump(case(killed("12")))).status_code == 200


def test_a_case_that_is_refused_is_told_with_every_problem_and_leaves_nothing(town, client):
    answer = send(client, dump(case(killed("many and many"), killed("12", said="2031-02-30"))))
    assert answer.status_code == 422
    assert len(answer.json["problems"]) == 2
    assert {problem["file"] for problem in answer.json["problems"]} == {"case.yaml"}
    assert "/tmp" not in json.dumps(answer.json)
    town.record.log.refresh()
    assert town.record.log.number == 2


VICTIM = {"name": {"en": "Quilla Ferran"}, "listed_in": "post"}
WITNESS = {"witness": {"kind": "person", "name": {"en": "Ilse Maar"}}}
WHISPER = {"who": "witness", "via": [], "wording": {"en": "they came over the bridge"}, "access": withheld("sealed")}


def guess(name, wording, words, **more):
    """A case in which somebody who has a token tries what may be withheld, in the open and withheld alike."""
    person = {"witness": {"kind": "person", "name": {"en": name}}}
    whisper = {**occurred(), **WHISPER, "wording": {"en": wording}}
    open_claim = occurred(wording={"en": f"{name} saw it: {wording}"})
    named = occurred(about="victim/first", wording={"en": words}, **more)
    return dump(case(whisper, open_claim, named, agents=person, uses=["victim/first"]))


def told(answer):
    """What an answer tells, in no order; what it shows of the claim itself is left out."""
    return {
        **answer.json,
        "notices": sorted(re.sub(r"\(here [^)]*\)", "", each) for each in answer.json.get("notices", ())),
    }


@pytest.mark.parametrize(("more", "status"), [({}, 422), ({"access": {"wording": withheld("sealed")}}, 201)])
def test_whoever_holds_a_token_cannot_try_what_is_withheld(town, tmp_path, more, status):
    hidden = {**VICTIM, "access": {"name": withheld("sealed")}}
    town.add(case(occurred(about="victim/first"), {**occurred(), **WHISPER}, victims={"first": hidden}, agents=WITNESS))
    # Apart from the record itself, which cannot be copied into a folder of its own.
    copies = tmp_path.with_name(f"{tmp_path.name}-copies")
    others = (town.copy(copies / name) for name in ("right", "wrong"))
    one, other = (create_app(each.open(), writers=WRITERS).test_client() for each in others)
    right = send(one, guess("Ilse Maar", "they came over the bridge", "Quilla lay there", **more))
    wrong = send(other, guess("Elzo Maar", "they went over the bridge", "Philla lay there", **more))
    assert (right.status_code, wrong.status_code) == (status, status), right.json["problems"]
    assert told(right) == told(wrong)
    if status == 422:
        (problem,) = right.json["problems"]
        assert problem["reason"].startswith("something is withheld of the victim it is about")
    else:
        assert right.json["withheld"] > 5


def test_nobody_records_under_another_name(client):
    assert send(client, dump(case(killed("12"), recorder="B. Other"))).status_code == 403


@pytest.mark.parametrize(
    ("token", "kind", "status"),
    [("", "application/yaml", 401), ("wrong", "application/yaml", 401), (TOKEN, "text/plain", 415)],
)
def test_who_may_not_record_is_told(client, token, kind, status):
    assert send(client, dump(case(killed("12"))), token, kind).status_code == status


def test_without_writers_nothing_is_recorded_over_http(town):
    assert send(create_app(town.open()).test_client(), dump(case(killed("12")))).status_code == 404

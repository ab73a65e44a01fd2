"""One address, many forms; and the SPARQL endpoint."""

import json

import pytest

from kg.export import parse_export
from tests.web import invented
from webui.app import create_app
from webui.pages import questions

EVENT = "/doc/event/mill"
SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/averment/ns#Claim> }"
TYPES = {
    ".trig": "application/trig",
    ".nq": "application/n-quads",
    ".jsonld": "application/ld+json",
    ".ttl": "text/turtle; charset=utf-8",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
}


@pytest.mark.parametrize("suffix", TYPES)
def test_a_suffix_names_the_form(client, suffix):
    answer = client.get(EVENT + suffix)
    assert answer.content_type == TYPES[suffix]
    assert b"Mill of Orrin" in answer.data


@pytest.mark.parametrize("media_type", TYPES.values())
def test_the_accept_header_names_the_form(client, media_type):
    answer = client.get(EVENT, headers={"Accept": media_type.partition(";")[0]})
    assert answer.content_type == media_type
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("accept", ["text/html,application/xml;q=0.9,*/*;q=0.8", "*/*", None])
def test_who_has_no_wish_for_data_gets_the_page(client, accept):
    answer = client.get(EVENT, headers={"Accept": accept} if accept else {})
    assert answer.mimetype == "text/html"
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("application/n-triples;charset=utf-8;q=0.9, text/html;q=0.8", "application/n-triples"),
        ("text/*;q=0.3, text/html;q=0", "text/turtle"),
        ("application/trig;q=0.3, */*;q=0.9", "text/html"),
        ("*/*;q=0.1, text/html;q=0", "application/trig"),
    ],
)
def test_the_form_that_is_wanted_most_is_given_whatever_else_its_name_bears(client, accept, given):
    assert client.get(EVENT, headers={"Accept": accept}).mimetype == given


def test_a_form_that_does_not_exist_is_not_given_in_place_of_another(client):
    assert client.get(EVENT, headers={"Accept": "image/png"}).status_code == 406


def test_the_quads_of_a_claim_come_back_with_its_hash(client, record):
    key = invented.claim_key(record, 10)
    lines = parse_export(client.get(f"/doc/claim/{key}.trig").data, "trig")
    assert lines == sorted(record.statements(f"{invented.BASE}claim/{key}"))


# --- the endpoint -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "send",
    [
        lambda client, **more: client.get("/sparql", query_string={"query": SELECT}, **more),
        lambda client, **more: client.post("/sparql", data={"query": SELECT}, **more),
        lambda client, **more: client.post("/sparql", data=SELECT, content_type="application/sparql-query", **more),
    ],
    ids=["get", "form", "direct"],
)
def test_a_query_is_answered_by_each_way_of_the_protocol(client, send):
    answer = send(client, headers={"Accept": "application/sparql-results+json"})
    assert answer.content_type == "application/sparql-results+json"
    assert len(json.loads(answer.data)["results"]["bindings"]) == 4


@pytest.mark.parametrize(
    ("query", "accept", "given"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "text/csv", "text/csv; charset=utf-8"),
        (SELECT, "application/json", "application/json"),
        ("CONSTRUCT WHERE { ?s a ?o }", "*/*", "text/turtle; charset=utf-8"),
        ("CONSTRUCT WHERE { ?s a ?o }", "application/n-triples", "application/n-triples"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
    ],
)
def test_an_answer_comes_in_a_type_that_was_asked_for(client, query, accept, given):
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, given)


def test_a_query_that_is_not_sparql_is_refused_with_its_place(client):
    answer = client.get("/sparql", query_string={"query": "SELECT *\nWHRE {}"}, headers={"Accept": "text/csv"})
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["line"] == 2


def test_the_page_shows_where_a_query_is_wrong(get):
    answer = get("/sparql?query=SELECT+*%0AWHRE+%7B%7D")
    assert answer.status_code == 400
    assert "Line 2, column" in answer.text
    assert 'data-line="2"' in answer.text


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("text/plain", SELECT, 415),
        ("application/sparql-update", "CLEAR ALL", 415),
        ("application/x-www-form-urlencoded", "update=CLEAR+ALL", 400),
        ("application/sparql-query", b"\xff", 400),
        ("application/x-www-form-urlencoded", "nothing=1", 400),
    ],
)
def test_what_is_no_query_is_refused(client, content_type, data, status):
    answer = client.post("/sparql", data=data, content_type=content_type, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_a_long_answer_is_cut_on_the_page_and_says_so_and_is_whole_in_the_file(record):
    client = create_app(record, display_rows=3).test_client()
    page = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "text/html"}).text
    assert "This is not the whole answer." in page
    assert "Only the first 3 rows are shown here; there are more." in page
    whole = client.get("/sparql", query_string={"query": SELECT, "format": "csv"}).text
    assert len(whole.split()) == 5


def test_a_triples_answer_can_be_taken_as_turtle(client):
    answer = client.get("/sparql", query_string={"query": "CONSTRUCT WHERE { ?s a ?o }", "format": "turtle"})
    assert answer.content_type == "text/turtle; charset=utf-8"
    assert 'filename="answer.ttl"' in answer.headers["Content-Disposition"]


def test_things_in_an_answer_are_named_and_lead_to_their_pages(get):
    text = get("/sparql?query=SELECT+%3Fe+%7B+%3Fe+a+%3Chttps%3A%2F%2Fw3id.org%2Faverment%2Fns%23Incident%3E+%7D").text
    assert '<a href="/doc/event/mill"' in text
    assert "Mill of Orrin" in text


# --- the questions ----------------------------------------------------------------------------------------------------


def test_a_question_is_answered_once_its_parameters_are_given(get):
    text = get("/questions/who-asserts-what?event=mill").text
    assert "4 rows." in text
    assert "See the SPARQL" in text


def test_a_question_without_its_parameters_asks_for_them(get):
    answer = get("/questions/who-asserts-what")
    assert answer.status_code == 200
    assert '<option value="mill">' in answer.text


def test_a_question_about_what_is_not_there_says_so(get):
    answer = get("/questions/who-asserts-what?event=mell")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_the_answer_to_a_question_can_be_taken_as_json(get):
    rows = json.loads(get("/questions/who-asserts-what?event=mill&format=json").data)
    assert {row["voice"] for row in rows} >= {f"{invented.BASE}agent/evil"}


def test_a_question_form_that_does_not_offer_everything_says_so_and_takes_any_key(get, monkeypatch):
    whole = get("/questions/who-asserts-what").text
    monkeypatch.setattr(questions, "OFFERED", 1)
    part = get("/questions/who-asserts-what").text
    assert ("<datalist" in whole, "Only 1 are offered" in whole) == (False, False)
    assert ("<datalist" in part, "Only 1 are offered" in part) == (True, True)

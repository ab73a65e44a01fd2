"""The endpoint over real sockets: each way to ask, each form, and what is told where there is no answer."""

import json
import re
import threading
import time
from urllib.parse import quote, urlencode

import pytest
import rdflib

from tests.endpoint.conftest import wait_until

CLAIMS = "SELECT ?s WHERE { ?s a <https://w3id.org/averment/ns#Claim> }"
TYPES = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"
UPDATE = "application/sparql-update"
RDF = ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"]


@pytest.mark.parametrize(
    ("query", "accept", "given"),
    [
        (CLAIMS, "*/*", JSON),
        (CLAIMS, "application/sparql-results+xml", "application/sparql-results+xml"),
        (CLAIMS, "text/csv", "text/csv"),
        (CLAIMS, "text/tab-separated-values", "text/tab-separated-values"),
        (CLAIMS, "application/json", "application/json"),
        (CLAIMS, "text/turtle, application/sparql-results+xml;q=0.1", "application/sparql-results+xml"),
        (CLAIMS, f"{JSON};q=0.2, text/csv;q=0.9, */*;q=0.1", "text/csv"),
        (CLAIMS, f"{JSON};q=0, */*", "application/sparql-results+xml"),
        (CLAIMS, "image/png, text/*;q=0.5", "text/csv"),
        ("ASK {}", "*/*", JSON),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        (TYPES, "*/*", "text/turtle"),
        (TYPES, "application/n-triples", "application/n-triples"),
        (TYPES, "application/rdf+xml", "application/rdf+xml"),
        (TYPES, "application/ld+json", "application/ld+json"),
        (TYPES, "application/trig", "application/trig"),
        (TYPES, "application/n-quads", "application/n-quads"),
        (TYPES, "text/html;q=0.1, application/xml;q=0.9", "application/xml"),
        ("DESCRIBE ?s WHERE { ?s a <https://w3id.org/averment/ns#Claim> }", "text/turtle", "text/turtle"),
    ],
)
def test_an_answer_comes_in_the_type_that_is_wanted_most(server, query, accept, given):
    answer = server.get(query, accept=accept)
    assert (answer.status, answer.media_type) == (200, given)
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("query", "accept"),
    [(CLAIMS, "image/png"), (CLAIMS, "text/turtle"), (TYPES, "text/csv"), (CLAIMS, "*/*;q=0")],
)
def test_what_is_not_taken_is_not_given(server, query, accept):
    answer = server.get(query, accept=accept)
    assert (answer.status, answer.media_type) == (406, "application/problem+json")


def test_a_browser_is_shown_a_page(server):
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert server.get(CLAIMS, accept=browser).media_type == "text/html"
    assert server.send("GET", "/sparql", Accept=browser).media_type == "text/html"


def test_a_syntax_error_has_its_line_and_column(server):
    answer = server.get("SELECT *\nWHERE { ?s ?p }", accept="text/csv")
    problem = answer.json()
    assert (answer.status, answer.media_type) == (400, "application/problem+json")
    assert (problem["line"], problem["column"]) == (2, 16)


def test_head_tells_what_get_would(server):
    got = server.get(CLAIMS)
    head = server.send("HEAD", f"/sparql?query={quote(CLAIMS)}", Accept=JSON)
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", got.headers["etag"])


def test_an_answer_that_is_known_is_not_sent_again(server):
    tag = server.get(CLAIMS).headers["etag"]
    again = server.send("GET", f"/sparql?query={quote(CLAIMS)}", **{"Accept": JSON, "If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    assert server.get(CLAIMS, accept="text/csv").headers["etag"] != tag


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_not_sent_again_varies_as_what_was_sent(server, method):
    got = server.get(CLAIMS)
    for tag in (got.headers["etag"], f'"other", {got.headers["etag"]}', "*"):
        headers = {"Accept": JSON, "If-None-Match": tag}
        again = server.send(method, f"/sparql?query={quote(CLAIMS)}", **headers)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", got.headers["etag"])
        assert again.headers["vary"] == got.headers["vary"]
    other = server.send(method, f"/sparql?query={quote(CLAIMS)}", **{"Accept": JSON, "If-None-Match": '"other"'})
    assert other.status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("GET", f"/sparql?query={quote(CLAIMS)}&as-of=99", 404),
        ("POST", "/sparql", 415),
        ("PUT", "/sparql", 405),
        ("GET", "/graph-store", 400),
        ("GET", "/doc/event/nothing", 404),
        ("GET", "/q/nothing", 404),
        ("POST", "/record/cases", 404),
    ],
)
@pytest.mark.parametrize("accept", [{}, {"Accept": "*/*"}, {"Accept": "application/trig"}])
def test_a_program_is_told_every_error_as_a_problem(server, method, path, status, accept):
    answer = server.send(method, path, **accept)
    assert (answer.status, answer.media_type) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert "Accept" in answer.headers["vary"]


def test_what_changes_each_time_has_no_tag(server):
    answer = server.get("SELECT (NOW() AS ?now) {}")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_scripts_of_other_sites_may_ask(server):
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = server.send("OPTIONS", "/sparql", **asked)
    assert answer.status in {200, 204}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"GET", "POST", "HEAD"} <= set(re.findall(r"\w+", answer.headers["access-control-allow-methods"]))
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()
    for path in ("/sparql?query=%00", "/sparql?query=ASK%20%7B%7D", "/sparql"):
        assert server.send("GET", path, Accept=JSON).headers["access-control-allow-origin"] == "*"


def test_the_methods_that_are_told_are_those_there_are(server):
    told = server.send("OPTIONS", "/graph-store").headers
    for name in ("allow", "access-control-allow-methods"):
        assert set(re.findall(r"\w+", told[name])) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"]
)
def test_the_endpoint_describes_itself(server, accept):
    answer = server.send("GET", "/sparql", Accept=accept)
    assert (answer.status, answer.media_type) == (200, accept)


def test_the_description_is_true(server):
    # How much there is, is told once it is counted.
    assert wait_until(lambda: server.send("GET", "/.well-known/void").status == 200, 60)
    graph = rdflib.Graph()
    graph.parse(data=server.send("GET", "/sparql", Accept="text/turtle").body, format="turtle")
    sd, void = (
        rdflib.Namespace(space)
        for space in ("http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#")
    )
    service = graph.value(predicate=rdflib.RDF.type, object=sd.Service)
    assert str(graph.value(service, sd.endpoint)) == f"{server.address}/sparql"
    assert sd.UnionDefaultGraph in set(graph.objects(service, sd.feature))
    total = int(server.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"]["value"])
    assert int(graph.value(graph.value(service, sd.defaultDataset), void.triples)) == total
    claim = graph.value(predicate=void["class"], object=rdflib.URIRef("https://w3id.org/averment/ns#Claim"))
    assert int(graph.value(claim, void.entities)) == len(server.rows(CLAIMS))


def test_a_dataset_of_the_protocol_is_what_is_asked(server):
    one = server.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s a <https://w3id.org/averment/ns#Claim> } }")[0]["g"]["value"]
    count = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?t }"
    inside = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"

    def number(query, **params):
        return int(server.get(query, **params).json()["results"]["bindings"][0]["n"]["value"])

    assert number(count) > number(count, **{"default-graph-uri": one}) == 1
    assert number(inside, **{"default-graph-uri": one}) == 0
    assert number(inside, **{"named-graph-uri": one}) == 1
    assert number(count, **{"named-graph-uri": one}) == 0
    # The protocol's dataset stands above the query's own.
    assert (
        number("SELECT (COUNT(*) AS ?n) FROM <http://nowhere.example/> { ?s a ?t }", **{"default-graph-uri": one}) == 1
    )


HELD = "SELECT DISTINCT ?g { GRAPH ?g { ?s a <https://w3id.org/averment/ns#Claim> } } ORDER BY ?g LIMIT 3"
IN_DEFAULT = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a <https://w3id.org/averment/ns#Claim> }"
IN_NAMED = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s a <https://w3id.org/averment/ns#Claim> } }"


@pytest.mark.parametrize(
    ("name", "method", "query", "default", "named", "number"),
    [
        ("query_dataset_default_graphs_get", "GET", IN_DEFAULT, 2, 0, 2),
        ("query_dataset_default_graphs_post", "POST", IN_DEFAULT, 2, 0, 2),
        ("query_dataset_named_graphs_get", "GET", IN_NAMED, 0, 2, 2),
        ("query_dataset_named_graphs_post", "POST", IN_NAMED, 0, 2, 2),
        ("query_dataset_full", "POST", IN_DEFAULT, 1, 2, 1),
        ("query_dataset_full (named)", "POST", IN_NAMED, 1, 2, 2),
        ("query_multiple_dataset", "POST", IN_DEFAULT.replace("{", "FROM <http://nowhere.example/> {", 1), 2, 0, 2),
    ],
)
def test_the_graphs_of_the_protocol_are_the_dataset(server, name, method, query, default, named, number):
    graphs = [row["g"]["value"] for row in server.rows(HELD)]
    params = [("query", query)]
    params += [("default-graph-uri", each) for each in graphs[:default]]
    params += [("named-graph-uri", each) for each in graphs[default : default + named]]
    text = urlencode(params)
    if method == "GET":
        answer = server.send("GET", f"/sparql?{text}", Accept=JSON)
    else:
        answer = server.send("POST", "/sparql", text, **{"Accept": JSON, "Content-Type": FORM})
    assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) == number, name


def test_a_graph_that_is_not_held_is_refused_and_not_taken_for_empty(server):
    answer = server.get("ASK {}", **{"default-graph-uri": "http://127.0.0.1:9/secret"})
    assert answer.status == 400
    assert "there is no graph <http://127.0.0.1:9/secret> here" in answer.json()["detail"]


def test_a_query_that_names_its_graphs_is_asked_over_those_alone(server):
    one, other = (row["g"]["value"] for row in server.rows(HELD)[:2])

    def number(clauses, of="?s", pattern="{ ?s ?p ?o }"):
        rows = server.rows(f"SELECT (COUNT(DISTINCT {of}) AS ?n) {clauses} {{ {pattern} }}")
        return int(rows[0]["n"]["value"])

    in_graph = ("?g", "GRAPH ?g { ?s ?p ?o }")
    assert (number(f"FROM <{one}>"), number(f"FROM <{one}> FROM <{other}>"), number(f"FROM NAMED <{one}>")) == (1, 2, 0)
    assert (number(f"FROM NAMED <{one}>", *in_graph), number(f"FROM <{one}>", *in_graph)) == (1, 0)
    assert number(f"FROM <{one}> FROM NAMED <{other}>", *in_graph) == 1


@pytest.mark.parametrize("clause", ["FROM <file:///etc/passwd>", "FROM NAMED <http://127.0.0.1:9/secret>"])
def test_a_query_over_a_graph_that_is_not_held_is_refused(server, clause):
    answer = server.get(f"SELECT *\n{clause} {{ ?s ?p ?o }}")
    assert (answer.status, answer.json()["line"], answer.json()["column"]) == (400, 2, 1)
    assert f"there is no graph {clause.split()[-1]} here" in answer.json()["detail"]


@pytest.mark.parametrize("accept", [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_an_answer_that_is_cut_says_so(large, accept):
    answer = large.get("SELECT * { ?s <http://e/p> ?o }", accept=accept)
    assert answer.headers["averment-cut"] == "rows=2000"
    assert "only its first 2,000 rows are here" in answer.body.decode()
    whole = re.search("<(.*)>", answer.headers["link"])[1]
    export = large.send("GET", whole, Accept=accept)
    assert "averment-cut" not in export.headers
    assert export.body.count(b"http://e/s") == 5000


def test_the_page_says_that_it_shows_a_part(large):
    page = large.get("SELECT * { ?s <http://e/p> ?o }", accept="text/html").body.decode()
    assert "Only the first 1,000 rows are shown here" in page


def test_a_snapshot_that_is_published_is_what_is_asked_from_then_on(large):
    from kg.projections import graph_folder
    from kg.store.embedded import EmbeddedStore

    query = "SELECT * { <http://e/new> ?p ?o }"
    before = large.get(query)
    with EmbeddedStore(graph_folder(large.root)) as store:
        store.apply(['<http://e/new> <http://e/p> "later" <http://e/g> .'], [], entry=store.standing() + 1)
    after = large.get(query)
    assert (len(before.json()["results"]["bindings"]), len(after.json()["results"]["bindings"])) == (0, 1)
    assert int(after.headers["averment-entry"]) == int(before.headers["averment-entry"]) + 1
    assert before.headers["etag"] != after.headers["etag"]


def test_no_request_is_dropped_while_one_snapshot_follows_another(large):
    from kg.projections import graph_folder
    from kg.store.embedded import EmbeddedStore

    answers, done = [], threading.Event()

    def ask(path):
        while not done.is_set():
            answers.append(large.send("GET", f"{path}{len(answers)}", Accept="text/csv, text/html;q=0.5"))

    paths = [f"/sparql?query={quote('ASK { ?s <http://e/next> ?o } #')}", "/doc/event/mill?unread="]
    threads = [threading.Thread(target=ask, args=(path,)) for path in (*paths, paths[0])]
    for thread in threads:
        thread.start()
    with EmbeddedStore(graph_folder(large.root)) as store:
        first = store.standing()
        for number in range(first + 1, first + 7):
            store.apply([f'<http://e/after> <http://e/is> "{number}" <http://e/g> .'], [], entry=number)
            time.sleep(0.1)
    done.set()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {200}
    entries = {int(answer.headers["averment-entry"]) for answer in answers if "averment-entry" in answer.headers}
    assert len(entries) > 3
    assert entries <= set(range(first, first + 7))


# --- the conformance tests of the SPARQL 1.1 Protocol that are about queries, by their names --------------------------


def escaped(**params):
    return "&".join(f"{name.replace('_', '-')}={quote(value)}" for name, value in params.items())


@pytest.mark.parametrize(
    ("name", "method", "path", "content_type", "body"),
    [
        ("bad_query_method", "PUT", "/sparql?query=ASK%20%7B%7D", None, None),
        ("bad_multiple_queries", "GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None),
        ("bad_query_wrong_media_type", "POST", "/sparql", "text/plain", "ASK {}"),
        ("bad_query_missing_form_type", "POST", "/sparql", "", "query=ASK%20%7B%7D"),
        ("bad_query_missing_direct_type", "POST", "/sparql", "", "ASK {}"),
        ("bad_query_non_utf8", "POST", "/sparql", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16")),
        ("bad_query_non_utf8 (not said)", "POST", "/sparql", DIRECT, b"ASK { ?s ?p '\xff' }"),
        ("bad_query_non_utf8 (escaped)", "GET", "/sparql?query=ASK%20%7B%3Fs%20%3Fp%20%27%FF%27%7D", None, None),
        ("bad_query_syntax", "GET", "/sparql?query=ASK%20%7B", None, None),
        ("bad_update_get", "GET", "/sparql?update=CLEAR%20ALL", None, None),
        ("bad_multiple_updates", "POST", "/sparql", FORM, "update=CLEAR%20ALL&update=CLEAR%20ALL"),
        ("bad_update_wrong_media_type", "POST", "/sparql", "text/plain", "CLEAR NAMED"),
        ("bad_update_missing_form_type", "POST", "/sparql", "", "update=CLEAR%20NAMED"),
        (
            "bad_update_non_utf8",
            "POST",
            "/sparql",
            f"{UPDATE}; charset=UTF-16",
            "CLEAR ALL".encode("utf-16"),
        ),
        ("bad_update_syntax", "POST", "/sparql", FORM, "update=CLEAR%20XYZ"),
        ("bad_update_dataset_conflict", "POST", "/sparql", FORM, "using-graph-uri=urn:a&update=CLEAR%20ALL"),
        ("update_post_direct", "POST", "/sparql", UPDATE, "CLEAR ALL"),
        ("update_post_form", "POST", "/sparql", FORM, "update=CLEAR%20ALL"),
        ("malformed escape", "GET", "/sparql?query=ASK%20%7B%7", None, None),
        ("no query", "POST", "/sparql", FORM, "nothing=1"),
    ],
)
def test_what_is_no_query_is_refused(server, name, method, path, content_type, body):
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = server.send(method, path, body, Accept=JSON, **headers)
    assert 400 <= answer.status < 500, name
    assert answer.media_type == "application/problem+json"


@pytest.mark.parametrize("accept", ["", "*/*", JSON])
def test_a_question_of_yes_or_no_is_answered_by_each_way_to_ask(server, accept):
    ways = [
        ("GET", "/sparql?query=ASK%20%7B%7D", None, None),
        ("GET", "/sparql?query=ASK+%7B%7D", None, None),
        ("POST", "/sparql", FORM, "query=ASK%20%7B%7D"),
        ("POST", "/sparql", f"{FORM}; charset=UTF-8", "query=ASK+%7B%7D"),
        ("POST", "/sparql", DIRECT, "ASK {}"),
    ]
    for method, path, content_type, body in ways:
        headers = {"Content-Type": content_type} if content_type else {}
        answer = server.send(method, path, body, **({"Accept": accept} if accept else {}), **headers)
        assert (answer.status, json.loads(answer.body)["boolean"]) == (200, True)


def test_words_beyond_ascii_arrive_as_they_were_sent(server):
    word = "طاحونة \U0001f54a é"
    query = f"SELECT ('{word}' AS ?word) {{}}"
    assert server.rows(query)[0]["word"]["value"] == word
    answer = server.send("POST", "/sparql", query.encode(), **{"Content-Type": DIRECT, "Accept": "text/csv"})
    assert answer.body.decode().splitlines()[1] == word

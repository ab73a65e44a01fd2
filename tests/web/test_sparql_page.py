"""The SPARQL page without scripts: views that fit, what a row rests on, code, cut answers; and the editor's words."""

import ast
import csv
import json
import re
import shlex
from urllib.parse import quote

import pytest

from kg.store.base import Rows, Term
from tests.town import BASE
from webui import completing
from webui.app import create_app
from webui.query_code import code_for
from webui.result_views import XSD, draw_columns, draw_dates, join_things, place_rows, read_columns, views_of

PAGE = {"Accept": "text/html"}
PREFIXES = "PREFIX av: <https://w3id.org/averment/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "


def iri(name):
    return Term("iri", f"http://e/{name}")


def number(text, kind="integer"):
    return Term("literal", text, "", f"{XSD}{kind}")


def text(words, datatype=""):
    return Term("literal", words, "", datatype)


def rows(*columns, names=None):
    return Rows(tuple(names or (f"c{place}" for place in range(len(columns)))), tuple(zip(*columns, strict=True)))


def ask(client, query, **more):
    params = "".join(f"&{name}={value}" for name, value in more.items())
    return client.get(f"/sparql?query={quote(PREFIXES + query)}{params}", headers=PAGE)


@pytest.mark.parametrize(
    ("answer", "views"),
    [
        (rows([iri("a")], [number("1")]), ("chart",)),
        (rows([iri("a"), iri("b")], [number("1"), text("many")]), ()),
        (rows([iri("a")], [number("INF", "double")]), ()),
        (rows([iri("a"), iri("b")], [iri("c"), None]), ("graph",)),
        (rows([text("2017-06/2017-10"), text("../2019-04-25")]), ("timeline",)),
        (rows([text("1601"), text("318")]), ()),
        (rows([text("2017", f"{XSD}gYear")]), ("timeline",)),
        (rows([text("POINT(39.0 35.9)")]), ("map",)),
        (rows([text("POINT(390 35.9)")]), ()),
        (rows([number("35.9", "decimal")], [number("39.0", "decimal")], names=["lat", "long"]), ("map",)),
        (rows([], names=["a"]), ()),
    ],
)
def test_only_the_views_that_fit_the_columns_are_offered(answer, views):
    assert views_of(answer) == views


def test_an_empty_answer_says_what_the_query_names_that_is_not_there(client):
    body = ask(client, "SELECT ?c { ?c av:wordng ?w }").get_data(as_text=True)
    assert "0 rows, all shown." in body
    assert "There is no av:wordng in the record or its vocabulary. Did you mean av:wording," in body
    full = ask(client, "SELECT ?c { ?c av:wording ?w }").get_data(as_text=True)
    assert "What the query names was looked up" not in full


def test_a_named_question_without_an_answer_says_what_the_record_does_not_hold(client):
    body = client.get("/questions/circular-reports").get_data(as_text=True)
    assert "The record holds no answer to this." in body
    assert "av:CircularReport is a word of the vocabulary, but nothing in the record uses it." in body


def test_of_two_voices_both_dates_are_told_in_words_and_commands_as_code(client):
    body = client.get("/questions/numbers-of-two-voices?voice=evil&other=town-hall").get_data(as_text=True)
    assert "<code>averment compare</code> tells." in body
    assert "<td>3 May 2031</td>" in body
    assert "2031-05-0" not in body.split("<tbody>")[1].split("</tbody>")[0]


def test_the_page_of_tables_leads_to_the_claims_that_are_still_held(client):
    page = client.get("/tables/", headers=PAGE).get_data(as_text=True)
    (address,) = re.findall(r'column <code>claim</code> of <a href="([^"]*)"', page)
    columns, *held = csv.reader(client.get(address.replace("&amp;", "&")).get_data(as_text=True).splitlines())
    assert all(row[columns.index("claim")].startswith(f"{BASE}claim/") for row in held)
    assert held


def test_bars_begin_at_zero_and_say_what_is_not_drawn():
    answer = rows([iri(str(n)) for n in range(70)], [number(str(n - 10)) for n in range(70)])
    (column,) = draw_columns(answer, read_columns(answer), lambda term: term.value)
    assert column.left_out == 10
    left, right = column.bars[0][2:]
    assert left == 0
    assert right == pytest.approx(column.zero, abs=0.01)


def test_an_open_date_is_drawn_open_and_a_point_where_it_is():
    answer = rows([text("a"), text("b")], [text("../2019-04-25"), text("2017-06")], [text("POINT(39 35)")] * 2)
    columns = read_columns(answer)
    (dates,) = draw_dates(answer, columns, lambda term: term.value)
    assert dates.bars[0][2].start is None
    assert [label for label, *_ in dates.bars] == ["a", "b"]
    placed = place_rows(answer, columns, lambda term: term.value)
    assert [(cell.lon, cell.lat) for cell in placed.cells] == [(39.0, 35.0)] * 2


def test_a_map_has_every_row_of_the_page():
    answer = rows([text(f"POINT({n / 100} 35)") for n in range(900)])
    assert len(place_rows(answer, read_columns(answer), lambda term: term.value).cells) == 900


def test_a_graph_joins_the_first_thing_of_a_row_to_its_others():
    graph = join_things(rows([iri("a")], [iri("b")], [iri("c")]), lambda term: term.value)
    assert [(edge.source[-1], edge.words, edge.target[-1]) for edge in graph.edges] == [
        ("a", "c1", "b"),
        ("a", "c2", "c"),
    ]


@pytest.mark.parametrize(
    ("query", "view", "shown"),
    [
        ("SELECT ?k (COUNT(*) AS ?n) { ?s a ?k } GROUP BY ?k", "chart", 'aria-label="Chart of n'),
        ("SELECT ?c ?said { ?c av:said ?said }", "timeline", 'aria-label="Timeline of said'),
        ('SELECT ("POINT(39 35)" AS ?where) {}', "map", 'aria-label="Map of 1 point'),
        ("SELECT ?c ?p { ?c av:asserts ?p }", "graph", "data-graph="),
        ("CONSTRUCT { ?c av:asserts ?p } { ?c av:asserts ?p }", "graph", "data-graph="),
    ],
)
def test_each_view_is_drawn_by_its_address_beside_the_same_in_words(query, view, shown, client):
    page = ask(client, query, view=view).text
    assert shown in page
    assert 'aria-current="page">' + view.capitalize() in page
    assert 'class="results"' in page or "The answer as N-Triples" in page


def test_a_view_that_does_not_fit_is_told_and_never_drawn(client):
    page = ask(client, "SELECT ?c { ?c a av:Claim }", view="%3Cb%3Emap").text
    assert "cannot be shown as <q>&lt;b&gt;map</q>" in page


def test_the_graph_of_an_answer_is_given_as_data(client):
    query = quote(PREFIXES + "SELECT ?c ?p { ?c av:asserts ?p }")
    elements = client.get(f"/sparql/graph.json?query={query}").get_json()
    assert len(elements["edges"]) == 3
    assert client.get(f"/sparql/graph.csv?query={query}").text.startswith("source,property,target")
    assert client.get("/sparql/graph.json").status_code == 400
    assert client.get("/sparql/graph.json?query=SELECT%20(1%20AS%20%3Fn)%20%7B%7D").status_code == 400


def test_a_row_leads_to_the_claims_it_names(client):
    page = ask(client, "SELECT ?c { ?c a av:Claim } LIMIT 1").text
    address = re.search(r'href="(/sparql/rests\?thing=[^"]*)"', page)[1].replace("&amp;", "&")
    rests = client.get(address, headers=PAGE).text
    assert "1 claim, named in the row itself" in rests
    assert rests.count('class="entry"') == 1


def test_a_row_without_a_claim_leads_to_the_claims_on_all_its_things_together(client):
    def rests(*names):
        return client.get("/sparql/rests?" + "&".join(f"thing={BASE}{name}" for name in names), headers=PAGE).text

    assert "1 claim on all of these together" in rests("event/mill", "agent/evil")
    assert "4 claims on it" in rests("event/mill")
    assert "No claim is on all of these together" in rests("agent/evil", "agent/long")
    assert "No claim is on any of these" in rests("agent/nobody")


@pytest.mark.parametrize(
    "wrong", ["?thing=http://elsewhere/x", "?" + "&".join(f"thing={BASE}a/{n}" for n in range(21))]
)
def test_only_things_of_the_record_can_be_looked_up(wrong, client):
    assert client.get(f"/sparql/rests{wrong}", headers=PAGE).status_code == 400


def test_where_no_thing_is_named_the_page_leads_back_to_the_query(client):
    assert client.get("/sparql/rests", headers=PAGE).headers["Location"] == "/sparql"


def test_an_answer_cut_short_says_so_before_anything_else(record):
    client = create_app(record, display_rows=2).test_client()
    page = ask(client, "SELECT ?c { ?c a av:Claim }").text
    answer = page.partition('id="told"')[2]
    assert "Answer, cut short</h2>" in answer
    assert 'role="alert"><strong>This is not the whole answer.</strong>' in answer
    assert answer.index("not the whole answer") < answer.index("<table")
    assert "cut short" not in ask(client, "SELECT ?c { ?c a av:Claim } LIMIT 2").text


HOSTILE = 'SELECT * {\n ?s ?p "it\'s \\"$(date)\\" `x` \\\\ ☃", 1 # c\n}'


def test_the_code_offered_holds_the_very_query():
    code = dict(code_for(HOSTILE, "http://127.0.0.1:1/sparql"))
    assert f"query={HOSTILE}" in shlex.split(code["curl"])
    assigned = next(node for node in ast.parse(code["Python"]).body if isinstance(node, ast.Assign))
    assert ast.literal_eval(assigned.value) == HOSTILE
    for name, start in (("R", "query <- "), ("JavaScript", "const query = ")):
        line = next(line for line in code[name].splitlines() if line.startswith(start))
        assert json.loads(line.removeprefix(start).rstrip(";")) == HOSTILE


def test_the_page_offers_code_every_format_and_its_own_address(client):
    page = ask(client, "SELECT ?c { ?c a av:Claim }", view="table").text
    assert [name in page for name in ("<h3>curl</h3>", "<h3>Python</h3>", "<h3>R</h3>", "<h3>JavaScript</h3>")] == [
        True
    ] * 4
    assert page.count("/sparql/export?") == 4
    assert "The address of this question" in page


def test_the_editors_words_are_the_records_own_classes_properties_and_codes(client):
    words = {word["label"]: word for word in client.get("/sparql/words.json").get_json()["completions"]}
    assert words["av:Claim"]["type"] == "class"
    assert words["av:Claim"]["detail"] == "used 4 times"
    assert words["prov:wasAttributedTo"]["type"] == "property"
    assert words["av:asserts"]["info"]
    assert words["avc:killed"]["type"] == "constant"


def test_words_that_are_left_out_of_completion_are_said_to_be(client, monkeypatch):
    assert client.get("/sparql/words.json").get_json()["missing"] == ""
    client.application.extensions.pop("averment-words")
    monkeypatch.setattr(completing, "_MOST", 1)
    try:
        told = client.get("/sparql/words.json").get_json()["missing"]
    finally:
        client.application.extensions.pop("averment-words")
    assert told == "Only 1 of the classes in use are offered. Only 1 of the properties in use are offered."

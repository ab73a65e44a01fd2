"""Viewpoints in the pages: chosen in the header, named everywhere, explained, set side by side, without a source."""

import csv
import io
import json
import re

import pytest

from kg import iris
from kg.analysis.viewpoint.record import BUILT_IN
from tests.town import BASE
from webui.pages import viewpoints

EVERY, MOST, DIRECT = (iris.viewpoint_iri(BASE, each).rsplit("/", 1)[1] for each in BUILT_IN)
NUMBER = "/doc/event/mill/number"
PAGE = {"Accept": "text/html"}


def header(page):
    """The form of the header."""
    return page.partition('class="site-view"')[2].partition("</form>")[0]


@pytest.mark.parametrize(
    "path", ["/", "/explore", "/questions", "/sparql", "/doc/event/mill", "/doc/agent/post", "/code/killed", "/nothing"]
)
def test_every_page_names_its_viewpoint_and_offers_others(path, client):
    client.set_cookie("viewpoint", MOST)
    form = header(client.get(path, headers=PAGE).text)
    assert f'<option value="{MOST}" selected>Every voice, the number most give' in form
    assert form.count("<option") == 3


def test_without_a_choice_every_voice_counts_as_a_range(get):
    assert f'<option value="{EVERY}" selected>Every voice, as a range' in header(get("/").text)


def test_a_choice_stands_in_the_address_and_is_remembered(client):
    assert "selected>Only what is known directly" in header(client.get(f"/?viewpoint={DIRECT}", headers=PAGE).text)
    assert "selected>Only what is known directly" in header(client.get("/explore", headers=PAGE).text)
    client.get("/?viewpoint=", headers=PAGE)
    assert "selected>Every voice, as a range" in header(client.get("/explore", headers=PAGE).text)


def test_the_header_keeps_what_else_the_address_asks_for(get):
    form = header(get("/doc/event/mill?stance=denies&said=2031-06").text)
    assert 'name="stance" value="denies"' in form
    assert 'name="said" value="2031-06"' in form


def test_pages_of_two_choices_are_kept_apart_by_caches(client):
    for path in ("/", "/doc/event/mill", "/sparql", f"{NUMBER}?format=csv"):
        assert "Cookie" in client.get(path, headers=PAGE).vary, path
    answer = client.get("/sparql?query=ASK+%7B%7D", headers={"Accept": "application/sparql-results+json"})
    assert "Cookie" not in answer.vary
    assert client.get("/doc/event/mill.trig").headers.get("Set-Cookie") is None


def test_an_address_with_an_unknown_viewpoint_is_refused_and_a_remembered_one_is_told(client):
    answer = client.get("/doc/event/mill?viewpoint=nobody", headers=PAGE)
    assert answer.status_code == 404
    assert "no recorded viewpoint has this name" in answer.text
    client.set_cookie("viewpoint", "<b>gone")
    told = header(client.get("/", headers=PAGE).text)
    assert "&lt;b&gt;gone</bdi>) is not in this record" in told


def test_an_event_tells_the_number_under_the_viewpoint_and_another_under_another(get):
    def under(key):
        page = get(f"/doc/event/mill?viewpoint={key}").text
        return re.findall(r"<li><b>(.*?)</b>", page.partition('class="under"')[2].partition("</div>")[0])

    assert under(EVERY) != under(DIRECT)


def test_the_number_of_an_event_as_of_then_knows_nothing_said_later(get):
    address = f"{NUMBER}?said=2031-05-02"
    assert "said or recorded here after" in get(address).text
    assert f"measure=killed&amp;viewpoint={EVERY}&amp;said=2031-05-02" in get("/doc/event/mill?said=2031-05-02").text


def test_explaining_a_number_tells_every_claim_used_or_left_out_with_its_reason(client):
    page = client.get(NUMBER, headers=PAGE).text
    rows = list(csv.DictReader(io.StringIO(client.get(f"{NUMBER}?format=csv").text)))
    for row in rows:
        assert row["claim"].rsplit("/", 1)[1] in page
        assert row["reason"].lower() in page.lower()
    assert {row["use"] for row in rows} == {"used", "left out"}


def test_two_viewpoints_stand_side_by_side(get):
    page = get(f"{NUMBER}?viewpoint={EVERY}&versus={DIRECT}").text
    beside = page.partition('id="beside"')[2].partition("</section>")[0]
    assert '<th scope="col">Every voice, as a range</th><th scope="col">Only what is known directly' in beside
    assert "different" in beside


def test_what_is_offered_for_withdrawal_changes_the_number(get):
    offered = re.findall(r'<option value="((?:agent|document)/[^"]+)"', get(NUMBER).text)
    assert {"agent/evil", "document/post"} <= set(offered)
    gone = get(f"{NUMBER}?without=agent/evil").text.partition('id="without"')[2].partition("</section>")[0]
    assert "different" in gone
    assert "&lt;script&gt;" in gone


@pytest.mark.parametrize("wrong", ["measure=colour", "without=set/dead", "without=agent/none", "versus=nobody"])
def test_what_cannot_be_read_is_refused(wrong, get):
    assert get(f"{NUMBER}?{wrong}").status_code in (400, 404)


def test_every_viewpoint_has_a_page_with_its_choices(get):
    listed = get("/viewpoints").text
    for viewpoint, key in zip(BUILT_IN, (EVERY, MOST, DIRECT), strict=True):
        assert f'href="/doc/viewpoint/{key}"' in listed
        assert viewpoint.name in get(f"/doc/viewpoint/{key}").text
    assert "majority" in get(f"/doc/viewpoint/{MOST}").text
    assert get("/doc/viewpoint/none").status_code == 404


def test_a_number_as_json_has_both_viewpoints_and_what_stays_without_a_source(get):
    rows = json.loads(get(f"{NUMBER}?versus={MOST}&without=agent/evil&format=json").text)
    assert len({row["viewpoint"] for row in rows}) == 3


def test_of_many_claims_some_are_told_and_it_is_said_that_the_files_have_every_one(get, monkeypatch):
    assert "can be chosen" not in get(NUMBER).text
    monkeypatch.setattr(viewpoints, "TOLD", 1)
    page = get(NUMBER).text
    assert page.count('class="entry"') == 1
    assert "the files name every claim" in page
    assert "The sources of the claims that are told here can be chosen" in page

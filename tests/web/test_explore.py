"""Explore as a browser without scripts gets it: names in any script, choices with counts, all of it in the address."""

import csv
import html
import io
import json
import re

import pytest

from kg.analysis.facets.held import hold_index
from kg.analysis.facets.index import BASIC
from kg.reading import Ref
from kg.reading.search import Hit, Hits, find_named
from tests.web import invented
from webui.app import create_app
from webui.atlas import load_outlines, outlines_within
from webui.drawn_months import HEIGHT, draw_months
from webui.indexes import Indexes, Ready

LEFT_OUT = "What only sounds alike is listed, and left out of the claims below."


@pytest.fixture(scope="module")
def explore(record):
    client = create_app(record, seconds=60).test_client()
    return lambda query="": client.get(f"/explore{query}", headers={"Accept": "text/html"})


def tally(answer):
    return int(re.search(r'class="tally-line">([\d,]+) claim', answer.text)[1].replace(",", ""))


def counts(answer, name):
    """The choices of one facet, each with its count."""
    found = re.findall(
        rf'name="{name}" value="([^"]*)"(?: checked)?> <span><bdi>[^<]*</bdi></span> <span class="count">([\d,]+)',
        answer.text,
    )
    return {html.unescape(value): int(count.replace(",", "")) for value, count in found}


@pytest.mark.parametrize("text", ["طاحونة", "mILL OF", "Órrin", "mill orrin"])
def test_a_name_is_found_in_any_script_case_and_order(explore, text):
    assert 'href="/doc/event/mill"' in explore(f"?q={text}").text


def test_a_name_that_only_sounds_alike_finds_claims_where_nothing_but_a_code_fits(explore):
    answer = explore("?q=Orin")
    assert "monitoring group" in answer.text
    assert "sounds alike</span>" in answer.text
    assert tally(answer) == tally(explore("?q=Orrin"))
    assert LEFT_OUT not in answer.text


def test_that_what_only_sounds_alike_is_left_out_where_a_name_fits_is_said(explore, monkeypatch):
    found = tally(explore("?q=mill"))
    heard = Hit(Ref(f"{invented.BASE}event/elsewhere", "Mellow", "event"), "Mellow", alike=True)

    def find(*args, **limits):
        hits = find_named(*args, **limits)
        return Hits((*hits.hits, heard), hits.total + 1)

    monkeypatch.setattr("webui.pages.explore.find_named", find)
    assert LEFT_OUT in explore("?q=mill").text
    assert tally(explore("?q=mill")) == found > 0


def test_things_of_one_name_are_told_apart_by_their_keys(explore, monkeypatch):
    twice = [
        Hit(Ref(f"{invented.BASE}event/{key}", "Same day", "event"), "Same day", alike=False)
        for key in ("noon", "dusk")
    ]
    once = Hit(Ref(f"{invented.BASE}event/once", "Another day", "event"), "Another day", alike=False)
    monkeypatch.setattr("webui.pages.explore.find_named", lambda *_, **limits: Hits((*twice, once), 3))
    keys = re.findall("<code>(.*?)</code></li>", explore("?q=day").text)
    assert keys == ["noon", "dusk"]


def test_a_pattern_is_no_name(explore):
    answer = explore("?q=%25_%25")
    assert "Nothing in this record bears" in answer.text
    assert tally(answer) == 0


def test_the_old_address_of_the_search_leads_here(record):
    answer = create_app(record).test_client().get("/search?q=mill%20of")
    assert answer.headers["Location"] == "/explore?q=mill+of"


def test_a_number_finds_the_claims_that_give_more_than_it(explore):
    answer = explore("?q=9")
    assert "at least 10" in answer.text
    assert "those that give the number 9" in answer.text
    assert (tally(answer), tally(explore("?q=10"))) == (2, 1)


def test_a_number_finds_the_claims_that_give_it(explore):
    assert tally(explore("?q=7")) == 1
    assert tally(explore("?q=٧")) == 1


@pytest.mark.parametrize("name", ["voice", "kind", "measure", "stance", "standing", "origins"])
def test_each_choice_leaves_as_many_claims_as_it_says(explore, name):
    offered = counts(explore(), name)
    assert offered
    for value, claims in offered.items():
        assert tally(explore(f"?{name}={value}")) == claims


def test_one_claim_is_said_to_be_one(explore):
    told = set(re.findall(r'class="count">([\d,]+)<span class="unseen"> (claims?)<', explore().text))
    assert {("1", "claim"), ("2", "claims")} <= told
    assert ("1", "claims") not in told


def test_choices_of_one_facet_add_up_and_those_of_two_narrow(explore):
    both = counts(explore(), "voice")
    one, other, *_ = both
    assert tally(explore(f"?voice={one}&voice={other}")) == both[one] + both[other]
    narrowed = explore(f"?voice={one}&stance=asserts")
    assert tally(narrowed) == counts(explore(f"?voice={one}"), "stance").get("asserts", 0)
    assert counts(narrowed, "voice")[other] == counts(explore("?stance=asserts"), "voice").get(other, 0)


def test_what_was_chosen_can_be_taken_away(explore):
    chips = explore("?q=mill&stance=denies").text.partition('class="chips"')[2].partition("</ul>")[0]
    assert [html.unescape(link) for link in re.findall(r'href="([^"]*)"', chips)] == [
        "/explore?stance=denies",
        "/explore?q=mill",
        "/explore",
    ]


def test_a_month_of_few_claims_is_seen_beside_one_of_very_many():
    drawn = draw_months({24000: 100, 24001: 10_000}, [])
    assert [bar.height for bar in drawn.bars] == [HEIGHT / 10, HEIGHT]
    assert drawn.most == 10_000


def test_on_a_narrow_screen_every_other_label_is_left_out():
    years = draw_months({2014 * 12: 1, 2021 * 12: 1}, [])
    assert [(bar.label, bar.spare) for bar in years.bars if bar.label] == [
        (str(year), year % 2 == 1) for year in range(2014, 2022)
    ]
    months = draw_months({2017 * 12: 1, 2017 * 12 + 3: 1}, [])
    assert [bar.spare for bar in months.bars] == [False, True, False, True]


def test_the_days_of_the_claims_are_bars_that_lead_to_their_month(explore):
    assert 'href="/explore?said=2031-05"' in explore().text
    assert (
        tally(explore("?said=2031-05"))
        == tally(explore("?said=2031"))
        == tally(explore("?said_from=2031&said_to=2031-12"))
    )


@pytest.mark.parametrize(
    "query",
    ["?happened=yesterday", "?said=2031-13", "?said=2032..2031", "?box=1,2,3", "?order=x", "?page=0", "?format=xml"]
    + [f"?voice={voice}" for voice in ("%1B%00x", "a%20b", "%EE%80%80", "%25", "%ED%A0%80", "%F2%9A%A5%80")],
)
def test_what_cannot_be_read_is_refused_in_words(explore, query):
    assert explore(query).status_code == 400


def test_an_unknown_choice_leaves_nothing_and_says_so(explore):
    answer = explore("?voice=nobody")
    assert tally(answer) == 0
    assert "No claim fits everything that was chosen" in answer.text


def test_the_result_is_taken_along_whole(explore):
    rows = list(csv.DictReader(io.StringIO(explore("?stance=asserts&format=csv").text)))
    assert (
        len(rows) == len(json.loads(explore("?stance=asserts&format=json").text)) == tally(explore("?stance=asserts"))
    )
    assert json.loads(explore("?voice=nobody&format=json").text) == []


def test_a_search_for_markup_gives_it_back_as_text(explore):
    assert "<script>alert" not in explore("?q=<script>alert(9)</script>&voice=<script>alert(8)</script>").text
    assert invented.BIDI not in explore().text


@pytest.mark.parametrize("index", [None, BASIC])
def test_what_is_not_counted_yet_is_said_and_the_page_stands(record, monkeypatch, index):
    view = record.view()
    assert Indexes(seconds=60).get(view).facets.whole
    facets = index and hold_index(view, index)
    monkeypatch.setattr(Indexes, "get", lambda self, view: Ready(names=False, facets=facets, voices=None))
    answer = create_app(record).test_client().get("/explore?q=mill&standing=2", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "Load this page again in a minute" in answer.text
    assert "The names of this record are still being read" in answer.text


def test_an_outline_is_drawn_where_some_part_of_it_may_be_seen():
    edges = (38.0, 35.0, 40.0, 37.0)
    seen = set(outlines_within(*edges))
    assert 0 < len(seen) < len(load_outlines())
    for each in load_outlines():
        if any(edges[0] <= x <= edges[2] and edges[1] <= y <= edges[3] for x, y in each.line):
            assert each.line in seen

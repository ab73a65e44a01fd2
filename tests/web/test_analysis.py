"""What analysis finds, on the pages of events and claims: sentences beside what they are of, within a time."""

import csv
import io
import json
import re
import threading

import pytest

from kg.analysis.compare import event
from kg.errors import Refused
from tests.web import invented
from webui import comparing, eventpage
from webui.app import create_app
from webui.findings import Findings
from webui.pages import comparisons

EVENT = "/doc/event/mill"
PAGE = {"Accept": "text/html"}


def between(text, start, end="</section>"):
    """The part of a page from a heading's id on."""
    return text[text.index(f'id="{start}"') :].partition(end)[0]


def test_under_the_numbers_stands_how_they_stand_to_each_other_and_why(get):
    numbers = between(get(EVENT).text, "numbers")
    assert 'class="outcome scope-differs">scope differs<' in numbers
    assert "These are not rival values of one number" in numbers


def test_no_more_pairs_than_are_stated_stand_under_a_group(get):
    numbers = between(get(EVENT).text, "numbers")
    assert numbers.count('class="pair"') == 4
    assert "4 of 6 pairs that matter" in numbers
    assert f'href="{EVENT}/comparisons"' in numbers


@pytest.mark.parametrize("query", ["", "?recorded=2031-07-01", "?recorded=2031-05-01"])
def test_an_event_is_told_alike_whether_its_entries_are_looked_up_or_listed(get, monkeypatch, query):
    one_by_one = get(f"{EVENT}{query}").text
    monkeypatch.setattr(eventpage, "_LOOKED_UP", 0)
    assert get(f"{EVENT}{query}").text == one_by_one
    assert ("seven people" in one_by_one or "7 people killed" in one_by_one) == ("2031-05" not in query)


def test_a_filter_keeps_only_the_pairs_with_a_claim_that_is_shown(get):
    numbers = between(get(f"{EVENT}?stance=denies").text, "numbers")
    assert numbers.count('class="pair"') == 3


def test_an_event_tells_how_many_voices_are_independent_and_the_chains(get):
    origins = between(get(EVENT).text, "origins")
    assert "independent origin" in origins
    assert "rests on" in origins


def test_an_event_tells_what_changed_and_leads_to_both_claims(record, get):
    changed = get(f"{EVENT}/found/changes").text
    assert "Orrin Town Hall narrowed its number for" in changed
    for number in (10, 11):
        assert f"/doc/claim/{invented.claim_key(record, number)}" in changed


def test_a_claim_tells_who_differs_and_who_revises_with_itself_first(record, get):
    text = between(get(f"/doc/claim/{invented.claim_key(record, 10)}").text, "others")
    assert 'class="outcome revised-by"' in text
    assert 'class="outcome scope-differs"' in text
    assert invented.claim_key(record, 10) not in text
    assert invented.claim_key(record, 11) in text


def test_all_pairs_of_an_event_can_be_taken_as_csv_and_json(get):
    rows = list(csv.DictReader(io.StringIO(get(f"{EVENT}/comparisons?format=csv").text)))
    assert len(rows) == 6
    assert {row["outcome"] for row in rows} >= {"revised-by", "scope-differs"}
    assert all(row["first_claim"] != row["second_claim"] and row["sentence"] for row in rows)
    assert [row["rule"] for row in json.loads(get(f"{EVENT}/comparisons?format=json").data)] == [
        r["rule"] for r in rows
    ]


def test_pairs_can_be_narrowed_to_one_outcome(get):
    text = get(f"{EVENT}/comparisons?outcome=scope-differs").text
    assert text.count('class="pair"') == text.count('class="outcome scope-differs"') > 0
    assert "No pair of that outcome." in get(f"{EVENT}/comparisons?outcome=nonsense").text


def test_many_pairs_are_shown_a_page_at_a_time(monkeypatch, get):
    monkeypatch.setattr(comparisons, "ON_A_PAGE", 4)
    first, second = get(f"{EVENT}/comparisons").text, get(f"{EVENT}/comparisons?page=2").text
    assert [page.count('class="pair"') for page in (first, second)] == [4, 2]
    assert "page 1 of 2" in first
    assert 'rel="next"' in first
    assert 'rel="next"' not in second


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "١", "9" * 30])
def test_a_page_that_is_not_there_is_refused_in_words(get, page):
    answer = get(f"{EVENT}/comparisons?page={page}")
    assert answer.status_code == 400
    assert "there are pages 1 to 1" in answer.text


def test_of_very_many_claims_the_widest_contradictions_are_listed(monkeypatch, get):
    monkeypatch.setattr(comparisons, "MANY", 1)
    monkeypatch.setattr(event, "FEW", 1)
    page = get(f"{EVENT}/comparisons").text
    assert "So many claims make 6 pairs." in page
    assert "averment compare mill --all" in page


def test_comparisons_of_no_event_are_not_there(get):
    assert get("/doc/event/nothing/comparisons").status_code == 404


@pytest.mark.parametrize("few", [0, 2])
@pytest.mark.parametrize("dates", ["said=2031-05-02", "said=2031-05-03", "recorded=2031-06-01", "recorded=2031-05-31"])
def test_the_past_of_an_event_with_many_claims_is_as_that_of_one_with_few(record, monkeypatch, dates, few):
    def tell():
        client = create_app(record).test_client()
        page = client.get(f"{EVENT}?{dates}", headers=PAGE).text
        later = [client.get(f"{EVENT}/found/{what}?{dates}", headers=PAGE).text for what in ("pairs", "origins")]
        found = "".join(later if "found/origins" in page else [between(page, name) for name in ("standing", "origins")])
        since = page.count("said otherwise since")
        return since, re.findall(
            r'<p class="told">.*?</p>|<p class="lead">.* origins?.*?</p>|<ul class="reasons">.*', found
        )

    small = tell()
    monkeypatch.setattr(eventpage, "FEW", few)
    assert tell() == small
    assert "origin" in small[1][-2]


def test_what_was_passed_on_later_is_no_way_to_an_origin_before(get):
    then, now = (between(get(f"{EVENT}{dates}").text, "origins") for dates in ("?said=2031-05-03", ""))
    assert "Every chain passes through Orrin Town Hall." in then
    assert "The Orrin Post" in now
    assert "The Orrin Post" not in then


def test_a_past_with_very_many_claims_says_that_it_is_not_compared(record, monkeypatch):
    monkeypatch.setattr(eventpage, "FEW", 0)
    monkeypatch.setattr(eventpage, "COMPARED", 1)
    found = create_app(record).test_client().get(f"{EVENT}/found/pairs?said=2031-05-03", headers=PAGE).text
    assert "by then 2 claims had been made" in found


def test_a_page_does_not_wait_for_an_analysis_that_takes_too_long(record, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(eventpage, "find_turns", lambda *args, **named: release.wait(30))
    client = create_app(record, seconds=0.05).test_client()
    page, found = client.get(EVENT, headers=PAGE), client.get(f"{EVENT}/found/changes", headers=PAGE)
    release.set()
    assert (page.status_code, found.status_code) == (200, 200)
    assert "takes longer than 0.05 seconds" in found.text
    assert "at least 10" in page.text


def test_a_page_says_in_words_why_an_analysis_refuses_or_fails(record, monkeypatch, caplog):
    def refuse(*args, **named):
        raise Refused([])

    monkeypatch.setattr(eventpage, "find_origins", refuse)
    monkeypatch.setattr(eventpage, "find_turns", lambda *args, **named: 1 // 0)
    client = create_app(record).test_client()
    refused = client.get(f"{EVENT}/found/origins", headers=PAGE)
    failed = client.get(f"{EVENT}/found/changes", headers=PAGE)
    assert (refused.status_code, failed.status_code) == (200, 200)
    assert "This could not be found out" in refused.text
    assert "A fault of the program" in failed.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in failed.text


def test_a_file_that_is_not_ready_is_refused_rather_than_empty(record, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(comparisons, "MANY", 1)
    monkeypatch.setattr(comparisons, "compare_event", lambda *args, **named: release.wait(30))
    client = create_app(record, seconds=0.05).test_client()
    answer = client.get(f"{EVENT}/comparisons?format=csv", headers=PAGE)
    page = client.get(f"{EVENT}/comparisons", headers=PAGE)
    release.set()
    assert answer.status_code == 503
    assert page.status_code == 200
    assert "takes longer than" in page.text


def test_what_was_found_once_is_not_sought_again():
    findings, calls = Findings(seconds=30), []
    for _ in range(3):
        assert findings.tell("a", {"x": lambda: calls.append(1) or 7})["x"].value == 7
    assert calls == [1]


def test_too_much_at_work_is_said_and_not_queued():
    release = threading.Event()
    findings = Findings(seconds=0, kept=4)
    for place in range(2):
        findings.tell(place, {"x": lambda: release.wait(30)})
    told = findings.tell("one more", {"x": lambda: 1})["x"]
    release.set()
    assert "at work on as much as it can" in told.problem


def test_no_example_of_the_query_page_leaves_a_blank_unbound(get):
    from html import unescape
    from re import findall
    from urllib.parse import parse_qs, urlsplit

    links = findall(r'class="example" href="([^"]+)"', get("/sparql").text)
    queries = [parse_qs(urlsplit(unescape(link)).query)["query"][0] for link in links]
    assert len(queries) > 5
    assert [query for query in queries if findall(r"\$\w", query)] == []


def test_a_question_with_a_blank_leads_to_its_form(get):
    assert 'href="/questions/who-asserts-what"' in between(get("/sparql").text, "blanks")


def test_how_others_stand_to_a_claim_on_a_busy_event_is_found_where_it_is_asked(record, monkeypatch):
    monkeypatch.setattr(comparing, "FEW", 2)
    client = create_app(record, seconds=60).test_client()

    def get(path):
        return client.get(path, headers=PAGE)

    page = f"/doc/claim/{invented.claim_key(record, 10)}"
    others = between(get(page).text, "others")
    assert f'href="{page}/beside"' in others
    assert 'class="pair"' not in others
    found = get(f"{page}/beside").text
    assert 'class="outcome revised-by"' in found
    assert between(get(page).text, "others").count('class="pair"') == found.count('class="pair"') > 0


def test_an_event_begins_no_analysis_that_nobody_asks_for(record, monkeypatch):
    asked = []
    monkeypatch.setattr(eventpage, "find_turns", lambda *args, **named: (asked.append(args), ([], 0))[1])
    client = create_app(record, seconds=60).test_client()
    client.get(EVENT, headers=PAGE)
    assert asked == []
    client.get(f"{EVENT}/found/changes", headers=PAGE)
    assert len(asked) == 1


def test_of_very_many_voices_those_with_the_most_claims_are_offered_and_the_chosen_one(monkeypatch, get):
    every = between(get(EVENT).text, "f-voice", "</select>")
    monkeypatch.setattr(eventpage, "OFFERED", 1)
    page = get(EVENT).text
    assert between(page, "f-voice", "</select>").count("<option") == 2 < every.count("<option")
    assert "The 1 voices with the most claims here are offered" in page
    assert 'value="evil" selected' in between(get(f"{EVENT}?voice=evil").text, "f-voice", "</select>")

"""Every page as a browser without scripts gets it."""

import csv
import html
import io
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from kg.reading import Ref
from tests.town import Town, case, killed, occurred
from tests.web import invented
from tests.web.crawl import crawl
from webui import folding
from webui.app import create_app
from webui.pages import agents, documents, things

pytestmark = pytest.mark.long

EVENT = "/doc/event/mill"


@pytest.fixture(scope="session")
def town(record):
    return crawl(create_app(record).test_client())


class Tags(HTMLParser):
    """The tags, ids and attribute names of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.attributes = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.ids.extend(value for name, value in attrs if name == "id")


def test_no_link_of_any_page_leads_nowhere(town):
    assert len(town.pages) > 60
    assert town.errors == []


def test_no_page_names_another_host(town):
    assert town.outside == set()


def test_every_answer_carries_the_strict_policy(town):
    policies = {headers["Content-Security-Policy"] for headers in town.headers}
    assert policies == {
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    }
    assert {headers["X-Content-Type-Options"] for headers in town.headers} == {"nosniff"}
    assert {headers["Referrer-Policy"] for headers in town.headers} == {"no-referrer"}


def test_no_page_holds_a_script_or_style_of_its_own(town):
    for path, text in town.pages.items():
        tags = Tags(text)
        assert "style" not in tags.tags, path
        assert not re.search(r"<script(?![^>]* src=)", text), path
        assert not [name for name in tags.attributes if name == "style" or name.startswith("on")], path


def test_a_name_full_of_markup_is_only_text_on_every_page(town):
    met = [path for path, text in town.pages.items() if "&lt;script&gt;alert(1)" in text]
    assert len(met) > 5
    assert [path for path, text in town.pages.items() if "<img" in text or "alert(1)</script>" in text] == []


def test_a_character_that_turns_the_text_round_is_shown_by_its_number(town):
    met = [path for path, text in town.pages.items() if "Vane[U+202E]gnp.exe" in text]
    assert len(met) > 3
    assert [path for path, text in town.pages.items() if "\u202e" in text] == []


def test_no_id_stands_twice_on_a_page_and_every_page_has_one_heading(town):
    for path, text in town.pages.items():
        tags = Tags(text)
        assert len(tags.ids) == len(set(tags.ids)), path
        assert tags.tags.count("h1") == 1, path
        assert tags.tags.count("main") == 1, path


def test_every_link_within_a_page_has_its_target(town):
    for path, text in town.pages.items():
        targets = set(re.findall(r'href="#([^"]+)"', text))
        assert targets <= set(Tags(text).ids), path


# --- the event --------------------------------------------------------------------------------------------------------


def test_the_home_page_counts_the_claims_and_voices_of_an_event(get):
    text = get("/").text
    assert 'href="/doc/event/mill"' in text
    assert "4 claims by 3 voices" in text


def test_an_event_shows_each_number_with_its_voice_its_scope_and_its_words(get):
    text = get(EVENT).text
    for words in ("at least 10", "the dead of the mill", "those whose names are known", "nine people", "denies"):
        assert words in text
    assert "Not one number." in text


def test_an_event_bears_its_name_in_its_own_script(get):
    assert f'<bdi lang="ar">{invented.ARABIC}</bdi>' in get(EVENT).text


def test_a_date_that_is_not_stated_is_said_to_be_so(get):
    assert '<span class="gap-word">date not stated</span>, by 4 May 2031' in get(EVENT).text


def test_an_event_can_be_narrowed_and_says_how_much_is_left(get):
    text = get(f"{EVENT}?stance=denies").text
    assert "1 of 4 claims shown." in text
    assert text.count('class="number"') == 1


def test_a_filter_that_nothing_fits_says_so(get):
    assert "No claim on this event is of that voice, kind and position." in get(f"{EVENT}?voice=nobody").text


def test_the_table_shown_can_be_taken_as_csv_with_what_each_number_counts(get):
    rows = list(csv.DictReader(io.StringIO(get(f"{EVENT}?stance=asserts&format=csv").text)))
    assert sorted(row["at_least"] for row in rows) == ["10", "11", "7"]
    assert {row["over"].rsplit("/", 1)[1] for row in rows} == {"dead", "named"}


def test_the_table_shown_can_be_taken_as_json(get):
    rows = json.loads(get(f"{EVENT}?format=json").data)
    assert {row["stance"] for row in rows} == {"asserts", "denies"}


def test_a_cell_that_a_spreadsheet_would_run_is_made_inert(get):
    rows = list(csv.DictReader(io.StringIO(get(f"{EVENT}?format=csv").text)))
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    from webui.tables import table_file

    assert b"'=cmd" in table_file(["a"], [["=cmd"]], form="csv", name="a").data


def test_a_table_in_an_unknown_form_is_refused_in_words(get):
    answer = get(f"{EVENT}?format=xls")
    assert answer.status_code == 400
    assert "csv or json" in answer.text


# --- the claim --------------------------------------------------------------------------------------------------------


@pytest.fixture
def nine(record, get):
    return get(f"/doc/claim/{invented.claim_key(record, 10)}").text


def test_a_claim_shows_the_words_it_was_read_from_and_what_stands_around_them(nine):
    assert "<mark>nine people were killed</mark>" in nine
    assert "the words have the hash that was recorded" in nine


def test_a_claim_shows_its_chain_from_the_origin_to_the_reader(record, get):
    text = get(f"/doc/claim/{invented.claim_key(record, 11)}").text
    strip = text[text.index('<ol class="strip">') : text.index("</ol>")]
    places = [strip.index(name) for name in ("Orrin Town Hall", "=cmd|", "The Orrin Post", ">You<")]
    assert places == sorted(places)


def test_a_claim_and_the_one_that_revises_it_lead_to_each_other(record, nine):
    assert "The same voice has said otherwise since" in nine
    assert invented.claim_key(record, 11) in nine


def test_a_claim_shows_its_statements_its_hash_and_where_it_was_recorded_from(record, nine):
    key = invented.claim_key(record, 10)
    placement = record.place_in_log(f"{invented.BASE}claim/{key}")
    assert placement.digest in nine
    assert f'href="/doc/claim/{key}/commitment.txt"' in nine
    assert f"&lt;{invented.BASE}claim/{key}&gt;" in nine
    assert "case-1.yaml" in nine


def test_the_commitment_to_a_claim_is_found_in_its_entry(record, get):
    key = invented.claim_key(record, 10)
    told = get(f"/doc/claim/{key}/commitment.txt").text.strip()
    listed = b"".join(path.read_bytes() for path in sorted((record.root / "log" / "commitments").iterdir()))
    assert len(told) == 64
    assert bytes.fromhex(told) in listed
    assert get("/doc/claim/none/commitment.txt").status_code == 404


def test_a_claim_can_be_cited(nine):
    assert "@misc{averment-" in nine
    assert "SHA-256 of its graph" in nine


def test_the_drawing_and_the_table_of_a_claim_tell_the_same(record, get):
    key = invented.claim_key(record, 10)
    elements = json.loads(get(f"/doc/claim/{key}/graph.json").data)
    table = get(f"/doc/claim/{key}").text
    table = table[table.index('<table class="outline">') :].partition("</table>")[0]
    assert table.count("<tr>") == len(elements["nodes"]) + 1
    assert {node["classes"].split()[0] for node in elements["nodes"]} == {"entity", "activity", "agent"}
    names = {node["data"]["id"] for node in elements["nodes"]}
    assert all(edge["data"]["source"] in names and edge["data"]["target"] in names for edge in elements["edges"])


def test_a_relay_leads_to_the_claim_it_carries(record, get):
    key = invented.claim_key(record, 10)
    relay = record.reader().get_claim(f"{invented.BASE}claim/{key}").chains[0][0].iri.rsplit("/", 1)[1]
    answer = get(f"/doc/relay/{relay}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/doc/claim/{key}#{relay}"


# --- documents, agents, things ----------------------------------------------------------------------------------------


def test_a_document_marks_nested_and_overlapping_passages_without_losing_a_word(get):
    text = get("/doc/document/post").text
    marked = re.search(r'<div class="marked".*?>(.*?)</div>', text, re.DOTALL)[1]
    assert re.sub(r"<[^>]+>", "", marked) == invented.ARTICLE
    assert set(re.findall(r'class="d(\d)', marked)) == {"1", "2"}


def test_a_document_without_its_bytes_shows_where_its_passages_stand(bare_record):
    text = create_app(bare_record).test_client().get("/doc/document/post").text
    assert "The capture is not at hand here" in text
    assert text.count("<rect") == 4
    assert "nine people were killed" not in text


def test_a_claim_without_its_bytes_gives_offsets_and_the_hash(bare_record):
    key = invented.claim_key(bare_record, 10)
    text = create_app(bare_record).test_client().get(f"/doc/claim/{key}").text
    assert "<mark>" not in text
    assert invented.span("nine people were killed")["sha256"] in text


def test_bytes_that_were_changed_are_not_shown(record, monkeypatch, get):
    monkeypatch.setattr(type(record), "read_capture", lambda self, sha256: b"other words")
    text = get(f"/doc/claim/{invented.claim_key(record, 10)}").text
    assert "do not have the hash that was recorded" in text
    assert "other words" not in text


def test_an_agent_shows_what_it_asserts_what_it_relays_and_through_whom_it_is_heard(get):
    hall, post = get("/doc/agent/town-hall").text, get("/doc/agent/post").text
    assert "Heard through" in hall
    assert 'On <a href="/doc/event/mill">' in hall
    assert "Passed on, without taking a position" in post
    assert "Passes on" in post


def test_an_agents_claims_come_by_event_or_by_date_a_page_at_a_time_and_as_a_file(get, monkeypatch):
    monkeypatch.setattr(agents, "ON_A_PAGE", 1)
    first, dated = get("/doc/agent/town-hall").text, get("/doc/agent/town-hall?by=date").text
    assert "page 1 of" in first
    assert re.findall(r"<h3>(\d{4}) ", dated) == sorted(re.findall(r"<h3>(\d{4}) ", dated), reverse=True) != []
    assert len(get("/doc/agent/town-hall?format=csv").text.splitlines()) == 1 + 2
    shown = [re.findall(r'href="(/doc/claim/[a-z2-7]+)"', get(f"/doc/agent/town-hall?page={n}").text) for n in (1, 2)]
    assert shown[0][0] != shown[1][0]
    assert get("/doc/agent/town-hall?page=99").status_code == 400


def test_an_agents_changes_of_position_are_told(get):
    assert "What it has changed" in get("/doc/agent/town-hall").text


def test_a_speaker_shows_for_whom_it_speaks(get):
    assert "Speaks for" in get("/doc/agent/vane").text


def test_a_name_leads_to_its_page(get):
    answer = get("/id/event/mill?stance=denies")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/doc/event/mill?stance=denies"


def test_a_passage_leads_to_its_place_in_the_document(record, get):
    key = invented.claim_key(record, 10)
    passage = record.reader().get_claim(f"{invented.BASE}claim/{key}").step.passages[0].iri.rsplit("/", 1)[1]
    answer = get(f"/doc/passage/{passage}")
    assert answer.headers["Location"] == f"/doc/document/post?passage={passage}#p-{passage}"


def test_an_act_of_recording_is_told_with_the_claims_it_recorded(record, get):
    ((ingestion,),) = record.view().rows("SELECT iri FROM ingestions")
    text = get(f"/doc/{ingestion.removeprefix(invented.BASE)}").text
    assert "Recorded by <bdi>A. Coder</bdi>, 1 June 2031, 12:00 UTC" in text
    assert text.count('<li class="entry">') == 4
    assert get("/doc/ingestion/none").status_code == 404


def test_a_code_says_what_it_means_and_which_scheme_it_is_of(get):
    text = get("/code/killed").text
    assert "In the scheme" in text
    assert "Claims on it" in text


@pytest.mark.parametrize("path", ["/doc/agent/post", "/doc/agent/town-hall", "/doc/document/post"])
def test_the_drawing_and_the_table_of_a_voice_or_a_document_tell_the_same(get, path):
    nodes = json.loads(get(f"{path}/graph.json").data)["nodes"]
    table = get(path).text.partition('<table class="outline">')[2].partition("</table>")[0]
    assert table.count("<tr>") == len(nodes) + 1 > 5
    assert nodes[0]["data"]["page"] == path


def test_the_drawing_of_an_events_past_shows_what_its_table_tells(get):
    text = get(f"{EVENT}?said=2031-05-02").text
    address = html.unescape(re.search('data-graph="([^"]*)"', text)[1])
    table = text.partition('<table class="outline">')[2].partition("</table>")[0]
    drawn = len(get(address).json["nodes"])
    assert table.count("<tr>") == drawn + 1
    assert drawn < len(get(f"{EVENT}/graph.json").json["nodes"])


def test_an_event_is_headed_by_where_and_when_its_recorder_has_it(tmp_path):
    town = Town(tmp_path)
    there, then = {"location": {"about": "mill", "place": "Orrin"}}, {"timing": {"about": "mill", "time": "2031-05-02"}}
    said = [{"who": who, "asserts": each} for who, each in (("post", there), ("town-hall", there), ("town-hall", then))]
    town.add(case(*said))
    text = create_app(town.open()).test_client().get(EVENT).text
    placed = re.sub("<[^>]*>", "", re.search('<p class="placed">.*?</p>', text)[0])
    assert placed == "Orrin, 2 May 2031 says Orrin Town Hall"


def test_the_degrees_on_a_map_do_not_touch_each_other(tmp_path):
    town = Town(tmp_path)
    town.add(case({"asserts": {"location": {"about": "mill", "point": [36.818318, 36.770899], "accuracy": "town"}}}))
    text = create_app(town.open()).test_client().get(EVENT).text
    named = [float(x) for x in re.findall(r'<text class="degree" x="([\d.-]+)" y="414">[^<]+</text>', text)]
    assert len(named) > 2
    assert min(after - before for before, after in pairwise(sorted(named))) > 100


def test_of_many_claims_of_a_kind_the_first_stand_open_and_sources_come_last(tmp_path):
    town = Town(tmp_path)
    names = [f"wren-{number}" for number in range(11)]
    voices = {name: {"kind": "organisation", "name": {"en": name}} for name in names}
    told = {
        "asserts": {"method": {"about": "mill", "actor": "town-hall", "uses": ["agent/post"]}},
        "said": "2031-05-04",
    }
    town.add(case(*(occurred(who=name) for name in names), occurred(said="2031-05-03"), told, agents=voices))
    text = create_app(town.open()).test_client().get(EVENT).text
    listed = text.partition('id="Occurrence"')[2].partition("</section>")[0]
    first, _, further = listed.partition("<summary>4 more</summary>")
    assert (first.count('<li class="entry">'), further.count('<li class="entry">')) == (8, 4)
    now = text.partition('<h2 id="now">')[2].partition("</section>")[0]
    assert now.index("Mill of Orrin took place") < now.index("The sources of Orrin Town Hall")


@pytest.mark.parametrize(("area", "path"), [(agents, "/doc/agent/town-hall"), (documents, "/doc/document/post")])
def test_the_drawing_of_what_has_very_many_claims_comes_when_it_is_asked_for(get, monkeypatch, area, path):
    whole = get(f"{path}/graph.csv").text
    monkeypatch.setattr(area, "FEW", 1)
    page = get(f"{path}?open=all").text
    assert '<table class="outline">' not in page
    assert f'data-later="{path}/found/provenance?open=all"' in page
    assert '<table class="outline">' in get(f"{path}/found/provenance?open=all").text
    assert sorted(get(f"{path}/graph.csv").text.split()) == sorted(whole.split())


def test_of_a_voice_on_very_many_events_no_more_is_read_than_can_be_drawn(get, monkeypatch):
    read = []
    whole = folding.Group("mill", "on the mill", tuple(f"{invented.BASE}claim/{number}" for number in range(5000)))
    others = [folding.Group(str(n), "", (f"{invented.BASE}claim/other-{n}",)) for n in range(300)]
    thing = Ref(f"{invented.BASE}agent/wren", "Wren", "agent")
    graph = folding.draw_folded(
        thing, "agent", [whole, *others], lambda iris: read.extend(iris) or [], frozenset({"all"})
    )
    assert len(read) == folding.MOST
    assert len(graph.left_out) == 101
    assert graph.folded + len(read) == 5000 + 300 - 101


def test_a_document_without_passages_lists_what_is_said_in_it_a_page_at_a_time(tmp_path, monkeypatch):
    town = Town(tmp_path)
    ledger = {"title": {"en": "The ledger"}, "publisher": "town-hall", "published": "2031-05-05"}
    told = {"kind": "remark", "speaker": "town-hall", "document": "ledger"}
    said = [killed(number, on="told", via=[]) for number in ("7", "9")]
    town.add(case(*said, documents={"ledger": ledger}, occasions={"told": told}))
    client = create_app(town.open()).test_client()
    monkeypatch.setattr(documents, "ON_A_PAGE", 1)
    text = client.get("/doc/document/ledger").text
    assert "2 claims stand in it." in text
    assert "No capture of this document is kept here" in text
    assert text.count('<li class="entry">') == 1
    assert 'rel="next"' in text
    assert len(client.get("/doc/document/ledger?format=csv").text.splitlines()) == 1 + 2
    assert client.get("/doc/document/ledger?page=3").status_code == 400


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("/doc/event/nothing", "/doc/claim/nothing", "/doc/agent/x", "/doc/nonsense/x", "/code/x", "/term/X"),
        *("/doc/event/%3Cscript%3E", "/doc/set/a%22b", "/questions/nothing", "/doc/claim/nothing/graph.json"),
        "/nowhere",
    ],
)
def test_what_is_not_there_is_told_in_plain_words(get, path):
    answer = get(path)
    assert answer.status_code == 404
    assert "Nothing here bears that name" in answer.text
    assert "<script>" not in answer.text


def test_a_program_is_told_of_an_error_as_problem_json(client):
    answer = client.get("/doc/event/nothing", headers={"Accept": "application/trig"})
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == 404


def test_a_fault_of_our_own_is_told_by_a_number_and_without_its_insides(record, monkeypatch, caplog, get):
    def fail(self):
        raise ZeroDivisionError("the insides")

    monkeypatch.setattr(type(record), "counts", fail)
    answer = get("/")
    assert answer.status_code == 500
    assert "the insides" not in answer.text
    number = re.search(r"under number (\w+)", answer.text)[1]
    assert number in caplog.text


@pytest.mark.parametrize("kind", ["ingestion", "question", "code"])
def test_the_claims_on_a_thing_come_a_page_at_a_time(get, record, monkeypatch, kind):
    rows = record.view().rows(
        """SELECT any_value(ingestion), question FROM claims WHERE question IS NOT NULL
        GROUP BY question ORDER BY count(*) DESC, question LIMIT 1"""
    )
    ingestion, question = (f"/doc/{iri.removeprefix(invented.BASE)}" for iri in rows[0])
    path = {"ingestion": ingestion, "question": question, "code": "/code/killed"}[kind]
    listed = re.compile(r'class="clause"><a href="(/doc/claim/[a-z0-9]+)"')
    whole = listed.findall(get(path).text)
    monkeypatch.setattr(things, "ON_A_PAGE", 1)
    pages = [listed.findall(get(f"{path}?page={number + 1}").text) for number in range(len(whole))]
    assert len(whole) > 1
    assert {len(each) for each in pages} == {1}
    assert sorted(claim for each in pages for claim in each) == sorted(whole)
    beyond = get(f"{path}?page={len(whole) + 1}")
    assert beyond.status_code == 400
    assert f"there are pages 1 to {len(whole)}" in beyond.text

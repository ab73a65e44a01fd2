"""An agent's page: with whom it agrees and differs, counted, and the claims that are counted."""

import re

import pytest

from tests.town import Town, case, killed
from webui.app import create_app

PAGE = {"Accept": "text/html"}
HALL = "/doc/agent/town-hall"


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("voices"))
    voices = {"wren": {"kind": "organisation", "name": {"en": "Wren Monitor"}}}
    said = [killed("9"), killed("9", who="vane"), killed("4", who="wren"), killed("9", about="ferry", who="wren")]
    ferry = {"ferry": {"kind": "incident", "name": {"en": "The ferry"}}}
    town.add(case(*said, killed("9", about="ferry"), agents=voices, events=ferry))
    return town.open()


@pytest.fixture
def client(record):
    return create_app(record, seconds=60).test_client()


def test_an_agent_leads_to_whom_it_agrees_with_and_counts_the_claims(client):
    page = client.get(HALL, headers=PAGE).text
    assert f'href="{HALL}/found/beside"' in page
    found = client.get(f"{HALL}/found/beside", headers=PAGE).text
    rows = [re.sub(r"<[^>]*>", " ", row).split() for row in re.findall(r"<tr><th.*?</tr>", found)]
    assert [row[:4] for row in rows[1:]] == [["Wren", "Monitor", "1", "1"], ["Ketta", "Vane", "1", "–"]]
    assert "1 1 claim by claim" in " ".join(rows[1])


def test_what_was_asked_for_stands_in_the_page_from_then_on(client):
    client.get(f"{HALL}/found/beside", headers=PAGE)
    assert f'href="{HALL}/beside/wren"' in client.get(HALL, headers=PAGE).text


def test_two_voices_stand_claim_by_claim_those_that_differ_first(client):
    text = client.get(f"{HALL}/beside/wren", headers=PAGE).text
    assert re.findall(r'class="outcome ([a-z-]+)"', text) == ["contradicts", "agrees"]
    assert "No claim of the one" in client.get("/doc/agent/post/beside/wren", headers=PAGE).text


@pytest.mark.parametrize("path", [f"{HALL}/beside/nobody", f"{HALL}/found/nothing", "/doc/agent/nobody/found/beside"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path, headers=PAGE).status_code == 404

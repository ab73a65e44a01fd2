"""A claim as a nanopublication and as PROV, at addresses of their own."""

import json

from kg.export import parse_export
from tests.web import invented


def test_a_nanopublication_is_given_as_trig_and_a_browser_is_led_to_the_claim(client, record):
    key = invented.claim_key(record, 10)
    given = client.get(f"/doc/nanopub/{key}", headers={"Accept": "application/trig"})
    assert given.content_type == "application/trig"
    assert len({line[line.rindex(" <") :] for line in parse_export(given.data, "trig")}) == 4
    led = client.get(f"/doc/nanopub/{key}", headers={"Accept": "text/html"})
    assert (led.status_code, led.headers["Location"]) == (303, f"/doc/claim/{key}")


def test_a_form_without_graphs_gives_way_to_trig(client, record):
    key = invented.claim_key(record, 10)
    assert client.get(f"/doc/nanopub/{key}.ttl").content_type == "application/trig"


def test_the_chain_of_a_claim_is_given_as_prov_n_and_prov_json(client, record):
    key = invented.claim_key(record, 10)
    notation = client.get(f"/doc/provenance/{key}.provn")
    assert notation.content_type == "text/provenance-notation; charset=utf-8"
    assert notation.text.startswith("document\n")
    assert f"id:claim/{key}" in json.loads(client.get(f"/doc/provenance/{key}.json").data)["entity"]


def test_what_is_not_there_is_told_so(client, record):
    key = invented.claim_key(record, 10)
    for path in (
        f"/doc/provenance/{key}",
        f"/doc/provenance/{key}.xml",
        "/doc/nanopub/none",
        "/doc/provenance/none.json",
    ):
        assert client.get(path).status_code == 404


def test_a_claim_leads_to_both_in_its_page_and_in_its_head(client, record):
    key = invented.claim_key(record, 10)
    answer = client.get(f"/doc/claim/{key}", headers={"Accept": "text/html"})
    links = [link for link in answer.headers.getlist("Link") if f"/{key}." in link]
    for path, rel in ((f"/doc/nanopub/{key}.trig", "related"), (f"/doc/provenance/{key}.provn", "has_provenance")):
        assert any(f"<{path}>" in link and rel in link for link in links)
        assert f'href="{path}"' in answer.text
        assert client.get(path).status_code == 200

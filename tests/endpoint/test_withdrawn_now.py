"""The page on withdrawing a witness is followed to the letter; afterwards no byte of server or record holds them."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from kg.cli import averment
from tests.endpoint.conftest import serving, wait_until
from tests.endpoint.test_secrets import FORMS, Ears
from tests.test_pipeline import where_found_raw
from tests.town import Town, case, killed

PAGE = Path(__file__).parents[2] / "docs" / "serving.md"
WORDS = ("Ilse Maar", "over the bridge")
FORM = "application/x-www-form-urlencoded"
EVERYTHING = "SELECT * { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), 'town.example')) }"


def listen(server, claim):
    """What a server says of everything, by every address that the page speaks of."""
    ears = Ears(server)
    for path in ("/", "/doc/event/mill", "/doc/agent/witness", "/explore?voice=witness", "/.well-known/void"):
        ears.get(path, {"Accept": "text/html"})
    for form in FORMS:
        ears.get(f"/doc/claim/{claim}{form}")
    for table in ("claims", "agents", "propositions"):
        for suffix in ("csv", "parquet"):
            ears.get(f"/tables/{table}.{suffix}")
    for path in ("/sparql", "/sparql/export"):
        ears.get(f"{path}?query={quote(EVERYTHING)}", {"Accept": "text/csv"})
    for entry in (1, 2):
        ears.get(f"/sparql?query={quote(EVERYTHING)}&as-of={entry}", {"Accept": "text/csv"})
    ears.get("/graph-store?default", {"Accept": "application/n-triples"})
    return ears


def keep(server):
    """Keep a question whose answer holds the words."""
    return server.send("POST", "/q", f"query={quote(EVERYTHING)}", **{"Content-Type": FORM}).headers["location"]


@pytest.mark.exhaustive
def test_a_witness_is_withdrawn_as_the_page_says(tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("11")))
    witness = {"witness": {"kind": "person", "name": {"en": "Ilse Maar"}}}
    town.add(case(killed("9", who="witness", wording={"en": "they came over the bridge"}), agents=witness, note="2"))
    claim = town.claim("they came over the bridge")
    ((relay,),) = town.ask(f"SELECT ?r {{ ?r av:relays <{claim}> }}")
    with serving(town.root, 2) as server:
        kept = keep(server)
        told = " ".join(listen(server, claim.rpartition("/")[2]).where(WORDS))
        assert all(
            name in told for name in ("/tables/claims.parquet", "as-of=2", "/sparql/export", ".nq", "graph-store")
        )
    step = re.search(r"`averment withdraw IRI… (--reason [\w-]+) --who NAME`", PAGE.read_text(encoding="utf-8"))
    named = [claim, relay, f"{town.record.base}agent/witness"]
    command = ["withdraw", *named, *step[1].split(), "--who", "A. Keeper", "--data", str(town.root)]
    assert CliRunner().invoke(averment, command).exit_code == 0
    assert not (town.root / "made").exists()
    assert where_found_raw(town, WORDS) == []
    with serving(town.root, 2) as server:
        ears = listen(server, claim.rpartition("/")[2])
        ears.get(kept, {"Accept": "text/html"})
        assert ears.where(WORDS) == []
        assert server.send("GET", f"/doc/claim/{claim.rpartition('/')[2]}", Accept="text/turtle").status == 410
        assert server.send("GET", "/doc/agent/witness", Accept="text/turtle").status == 404
        # The graph of the entry that was cited is made anew first; meanwhile it is told to come again.
        assert wait_until(lambda: server.send("GET", kept, Accept="application/json").status == 200, 30)
        again = server.send("GET", kept, Accept="application/json").json()
        assert not again["then"]["same"]

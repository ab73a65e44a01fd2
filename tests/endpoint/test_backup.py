"""A copy of the log is a backup of everything: what is served from it is the same."""

import shutil

from kg.keeping import verify_record
from tests.town import Town, case, killed
from webui.app import create_app

CLAIMS = "SELECT ?s ?w { ?s a <https://w3id.org/averment/ns#Claim> ; <https://w3id.org/averment/ns#wording> ?w }"
PROJECTIONS = ("graph", "tables", "made", "staging", "lock", "queries")


def answer(record, **params):
    client = create_app(record).test_client()
    return sorted(client.get("/sparql", query_string={"query": CLAIMS, "format": "csv", **params}).text.split("\r\n"))


def test_a_record_restored_from_a_copy_of_its_log_answers_as_before(tmp_path):
    (tmp_path / "old").mkdir()
    town = Town(tmp_path / "old")
    town.add(case(killed("9", said="2031-05-02")))
    town.add(case(killed("11", said="2031-05-03")))
    before = answer(town.open()), answer(town.open(), **{"as-of": "1"})
    restored = town.copy(tmp_path / "restored")
    for name in PROJECTIONS:
        shutil.rmtree(restored.root / name, ignore_errors=True)
    assert (answer(restored.open()), answer(restored.open(), **{"as-of": "1"})) == before
    assert verify_record(restored.root).findings == ()
    shutil.rmtree(restored.root / "keys")
    assert answer(restored.open()) == before[0]

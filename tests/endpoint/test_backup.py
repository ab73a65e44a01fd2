"""A copy of the log is a backup of everything: what is served from it is the same."""

import hashlib
import shutil
import threading

import pytest
from click.testing import CliRunner

from kg.cli import averment
from kg.keeping import verify_record
from tests.endpoint.conftest import serving
from tests.town import Town, case, dump, killed
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


@pytest.mark.exhaustive
def test_a_backup_made_while_a_server_records_answers_as_the_server_did_then(tmp_path):
    (tmp_path / "old").mkdir()
    town = Town(tmp_path / "old")
    town.add(case(killed("9")))
    backup, apart, token = tmp_path / "backup", tmp_path / "apart", "t" * 20
    command = ["backup", str(backup), "--keys", str(apart), "--data", str(town.root)]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/yaml"}

    def write():
        for number in range(10, 14):
            server.send("POST", "/record/cases", dump(case(killed(str(number)))).encode(), **headers)

    with serving(town.root, 5, f"{hashlib.sha256(token.encode()).hexdigest()}=A. Coder") as server:
        writer = threading.Thread(target=write)
        writer.start()
        told = [CliRunner().invoke(averment, command)]
        while writer.is_alive():
            told.append(CliRunner().invoke(averment, command))
        assert [each.output for each in told if each.exit_code] == []
        entry = int(told[-1].output.partition("up to entry ")[2].split()[0])
        then = sorted(server.get(CLAIMS, accept="text/csv", **{"as-of": entry}).body.splitlines())
    shutil.copytree(apart, backup, dirs_exist_ok=True)
    with serving(backup, 5) as restored:
        assert sorted(restored.get(CLAIMS, accept="text/csv").body.splitlines()) == then
    assert verify_record(backup).findings == ()

"""The OpenAPI description tells every address, and a running server keeps to it, whatever it is sent."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

from kg.questions import list_questions
from tests.endpoint.conftest import serving, wait_until
from tests.web import invented
from webui.openapi import TOLD

CONFIG = Path(__file__).with_name("schemathesis.toml")
TOKEN = "correct horse"
# A SPARQL query is a text, and no schema can say which; nor which cases, dates and names there are.
UNKNOWABLE = "positive_data_acceptance"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A server of a record of its own, which may be written to."""
    root = invented.make(tmp_path_factory.mktemp("described")).root
    with serving(root, 2, f"{hashlib.sha256(TOKEN.encode()).hexdigest()}=A. Coder") as started:
        yield started


def describe(server):
    return server.send("GET", "/openapi.json", Accept="application/json").json()


def names_of(server, kind):
    base = server.rows("SELECT ?s { ?s ?p ?o }")[0]["s"]["value"].partition("/id/")[0]
    rows = server.rows(f"SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{base}/id/{kind}/')) }} LIMIT 5")
    return [row["s"]["value"].rpartition("/")[2] for row in rows]


def known(server):
    """What some parts of addresses may be, by address."""
    kinds = ("agent", "claim", "document", "event", "passage", "relay", "viewpoint")
    names = {kind: found for kind in kinds if (found := names_of(server, kind))}
    found = {}
    for path in describe(server)["paths"]:
        _, first, kind, *_ = f"{path}//".split("/")
        kind = {"nanopub": "claim", "provenance": "claim"}.get(kind, kind)
        if first == "doc" and kind in names:
            keys = names[kind]
            suffixed = [f"{key}{suffix}" for key in keys for suffix in ("", ".ttl", ".provn", ".json")]
            found[path] = {"key": suffixed if path.endswith("{key}") else keys, "other": keys}
    found["/questions/{name}"] = {"name": [question.name for question in list_questions()]}
    found["/tables/{name}"] = {"name": ["claims.csv", "events.parquet"]}
    return found


def run(server, *options):
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        f"--config-file={CONFIG}",
        "run",
        f"{server.address}/openapi.json",
    ]
    command += ["--seed=1", "--no-color", "--suppress-health-check=all", "--generation-database=none"]
    command += [f"--exclude-checks={UNKNOWABLE}", f"--header=Authorization: Bearer {TOKEN}", *options]
    told = {"KNOWN": json.dumps(known(server)), "SCHEMATHESIS_HOOKS": "tests.endpoint.described"}
    environment = {**os.environ, **told, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-15_000:] + done.stderr[-3000:]
    return done.stdout


def test_every_route_is_described_and_nothing_else():
    from webui.app import create_app

    app = create_app(None, service=SimpleNamespace(snapshots=None))
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert routes - set(TOLD) == set(), "tell what these answer in webui/openapi.py"
    assert set(TOLD) - routes == set(), "webui/openapi.py tells of what is no more"


def test_the_description_says_what_each_address_is_and_leads_there(server):
    content = describe(server)
    operations = [each for path in content["paths"].values() for each in path.values()]
    assert len(operations) > 60
    assert content["paths"]["/graph-store"].keys() == {"get"}  # whatever else is sent there is refused
    assert [each["operationId"] for each in operations if not each["summary"].endswith(".")] == []
    assert len({each["operationId"] for each in operations}) == len(operations)
    health = server.send("GET", "/health")
    assert '</openapi.json>; rel="service-desc"' in health.headers["link"]
    assert 'href="/openapi.json"' in server.send("GET", "/", Accept="text/html").body.decode()
    schema = content["paths"]["/health"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator(schema).validate(health.json())


def test_void_is_where_it_is_looked_for_and_counts_what_is_there(server):
    assert wait_until(lambda: server.send("GET", "/.well-known/void").status == 200, 60)
    answer = server.send("GET", "/.well-known/void", Accept="application/n-triples")
    void = "http://rdfs.org/ns/void#"
    told = {}
    for line in answer.body.decode().splitlines():
        subject, predicate, value = line.split(" ", 2)
        told.setdefault(subject, {}).setdefault(predicate.strip("<>"), []).append(value.removesuffix(" ."))
    for part in told.values():
        if f"{void}property" in part and f"{void}triples" in part:
            owners = [each for each in told.values() if f"{void}class" in each]
            inside = [each[f"{void}class"][0] for each in owners if part_is_in(part, each, told, void)]
            where = f"?s a {inside[0]} ." if inside else ""
            counted = server.rows(f"SELECT (COUNT(*) AS ?n) {{ {where} ?s {part[f'{void}property'][0]} ?o }}")
            assert part[f"{void}triples"][0].startswith(f'"{counted[0]["n"]["value"]}"')
    assert server.send("GET", "/.well-known/void").media_type == "text/turtle"
    assert server.send("GET", "/.well-known/void", Accept="image/png").status == 406


def part_is_in(part, whole, told, void):
    return any(told.get(name) is part for name in whole.get(f"{void}propertyPartition", ()))


@pytest.mark.long
def test_a_server_keeps_to_its_description(written):
    run(written, "--phases=fuzzing", "--max-examples=2", "--workers=2")


@pytest.mark.exhaustive
def test_a_server_keeps_to_its_description_whatever_it_is_sent(written):
    told = run(written, "--phases=coverage,fuzzing", "--max-examples=25")
    assert "Selected: 7" in told

"""The endpoint asked with the tools that researchers use."""

import json
import shutil
import subprocess
from urllib.parse import quote, urlencode

import pandas
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests import npm

AV = "https://w3id.org/averment/ns#"
CLAIMS = f"SELECT ?s ?w {{ ?s a <{AV}Claim> ; <{AV}wording> ?w }}"
TYPES = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }"


@pytest.fixture(scope="module")
def claims(server):
    return len(server.rows(CLAIMS))


@pytest.fixture
def wrapper(server):
    return SPARQLWrapper(f"{server.address}/sparql")


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("how", ["urlencoded", POSTDIRECTLY])
def test_sparqlwrapper_reads_rows(wrapper, claims, method, how):
    wrapper.setMethod(method)
    wrapper.setRequestMethod(how)
    wrapper.setReturnFormat(JSON)
    wrapper.setQuery(CLAIMS)
    assert len(wrapper.query().convert()["results"]["bindings"]) == claims


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_sparqlwrapper_reads_every_form(wrapper, claims):
    wrapper.setQuery(CLAIMS)
    for form in (XML, CSV, TSV):
        wrapper.setReturnFormat(form)
        found = wrapper.query().convert()
        text = found.toxml() if form == XML else found.decode()
        assert text.count("/claim/") == claims
    wrapper.setQuery(TYPES)
    for form in (TURTLE, N3, RDFXML):
        wrapper.setReturnFormat(form)
        found = wrapper.query().convert()
        graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found, format="turtle")
        assert len(graph) > claims


def test_sparqlwrapper_is_told_what_is_wrong(wrapper):
    wrapper.setReturnFormat(JSON)
    wrapper.setQuery("SELECT * { ?s ?p }")
    with pytest.raises(QueryBadFormed, match="line"):
        wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflibs_store_reads_rows_triples_and_truth(server, claims, method):
    graph = rdflib.Graph(store=SPARQLStore(f"{server.address}/sparql", method=method, returnFormat="json"))
    assert len(list(graph.query(CLAIMS))) == claims
    assert len(list(graph.triples((None, rdflib.RDF.type, rdflib.URIRef(f"{AV}Claim"))))) == claims
    assert bool(graph.query("ASK { ?s ?p ?o }"))
    graph.close()


def test_pandas_reads_csv_and_parquet_from_an_address(server, claims):
    frame = pandas.read_csv(f"{server.address}/sparql?{urlencode({'query': CLAIMS, 'format': 'csv'})}")
    assert list(frame.columns) == ["s", "w"]
    assert len(frame) == claims
    table = pandas.read_parquet(f"{server.address}/tables/claims.parquet")
    assert (table.kind == "claim").sum() == len(server.rows(f"SELECT * {{ ?s a <{AV}Claim> }}"))


def test_curl_is_given_data_without_asking_for_a_type(server, claims):
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("there is no curl on this machine")
    address = f"{server.address}/sparql"
    for more in (["-G", "--data-urlencode", f"query={CLAIMS}"], ["--data-urlencode", f"query={CLAIMS}"]):
        run = subprocess.run([curl, "-sS", "--fail", address, *more], capture_output=True, check=True)
        assert len(json.loads(run.stdout)["results"]["bindings"]) == claims
    head = subprocess.run([curl, "-sSI", f"{address}?query={quote(CLAIMS)}"], capture_output=True, check=True)
    assert head.stdout.startswith(b"HTTP/1.1 200")


@pytest.mark.exhaustive
def test_the_clients_of_npm_agree(server, claims, tmp_path):
    folder = npm.install(tmp_path)
    graph = server.rows(f"SELECT ?g {{ GRAPH ?g {{ ?s a <{AV}Claim> }} }}")[0]["g"]["value"]
    command = ["node", "ask.mjs", f"{server.address}/sparql", graph]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    triples = len(rdflib.Graph().parse(data=server.get(TYPES, accept="text/turtle").body, format="turtle"))
    for client, told in found.items():
        rows = {told[name] for name in ("rows", "posted", "direct", "raw", "described") if name in told}
        assert (rows, told["triples"], told["truth"]) == ({claims}, triples, True), client
    assert found["sparql-http-client"]["graph"] == len(server.rows(f"SELECT * {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"))
    for client in ("sparql-http-client", "fetch-sparql-endpoint"):
        assert '"line": 1' in found[client]["wrong"]

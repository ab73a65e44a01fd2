"""Whatever is sent to a server is SPARQL 1.1 and no more: a second grammar, rdflib's, reads every word of it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from rdflib.plugins.sparql.parser import parseQuery, parseUpdate

from kg.keeping import withdraw_units
from kg.log import Record
from kg.projecting import find_differences, project
from kg.questions import ask, bind, list_questions
from kg.remote_record import RemoteRecord
from kg.store.http import Transport
from kg.store.remote import RemoteReader, RemoteStore
from tests.store.faulty import before
from tests.store.server import QUICK, open_store, serve_sparql
from tests.test_projecting import iter_cases
from tests.town import BASE, WHEN, Town

VALUES = {
    "event": "mill", "agent": "town-hall", "document": "post", "claim": f"{BASE}claim/c", "set": "dead", "victim": "v",
    "date": "2031-05-03", "integer": "40", "text": "mill",
}  # fmt: skip


def fill(question):
    """A value for every parameter, by what it takes."""
    from kg.codes import load_codes, load_schemes

    found = {}
    for each in question.params:
        if each.type == "code":
            scheme = f"https://w3id.org/averment/codes/scheme-{each.options.get('scheme', '')}"
            fits = [
                code.slug for code in load_codes().values() if scheme in code.schemes or not each.options.get("scheme")
            ]
            found[each.name] = sorted(fits)[0]
        elif each.type == "scheme":
            found[each.name] = sorted(load_schemes())[0]
        else:
            found[each.name] = VALUES[each.options.get("kind", "") or each.type]
    return found


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: question.name)
def test_a_named_question_is_standard_with_all_its_parameters_and_with_those_it_needs(question):
    params = fill(question)
    needed = {each.name: params[each.name] for each in question.params if each.required}
    for given in (params, needed):
        parseQuery(bind(question.name, given, base=BASE))


def test_every_request_of_a_projection_and_of_a_reader_is_standard(tmp_path):
    town, sent = Town(tmp_path), []

    def keep(exchange):
        sent.append((exchange.command, exchange.path, exchange.headers["Content-Type"], exchange.body.decode()))
        return False

    with serve_sparql() as addresses, before(addresses) as faulty:
        open_store(addresses)
        faulty.always = keep
        server = RemoteStore(faulty.addresses, Transport(patience=QUICK))
        for content in list(iter_cases())[:4]:
            town.add(content)
            project(town.root, server)
        record = RemoteRecord(RemoteReader(faulty.addresses.query, Transport(patience=QUICK)), tmp_path / "cache")
        use(record)
        find_differences(town.root, server)
        gone = record.view().rows("SELECT min(iri) FROM claims WHERE kind = 'claim'")[0][0]
        withdraw_units(town.root, [gone], reason="https://w3id.org/averment/codes/x", who="A", when=WHEN)
        town.record = Record.open(town.root)
        project(town.root, server)
    kinds = {check(*request) for request in sent}
    assert kinds == {"query", "update", "PUT", "POST"} or kinds == {"query", "update", "PUT"}


def use(record):
    """Read in every way."""
    claim = record.view().rows("SELECT min(iri) FROM claims")[0][0]
    record.statements(claim)
    record.statements(f"{BASE}event/mill")
    record.place_in_log(claim)
    graph = record.graph()
    graph.describe(claim)
    graph.subjects("https://w3id.org/averment/ns#concerns", f"{BASE}event/mill")
    ask(record, "who-asserts-what", {"event": "mill"}, base=BASE)


def check(method, path, kind, body):
    """What a request is; raises where it is not of the protocol or not of the grammar."""
    parts = urlsplit(path)
    if parts.path == "/store":
        assert set(parse_qs(parts.query)) == {"graph"}
        assert kind == "application/n-triples"
        return method
    assert method == "POST"
    if parts.path == "/update":
        assert kind.startswith("application/sparql-update")
        parseUpdate(body)
        return "update"
    assert kind == "application/x-www-form-urlencoded"
    fields = parse_qs(body, strict_parsing=True)
    assert set(fields) == {"query"}
    parseQuery(fields["query"][0])
    return "query"

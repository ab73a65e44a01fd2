"""Claims from another endpoint: its rows as a table, checked as one, with endpoint, query and time as their source."""

import hashlib

import pytest
from click.testing import CliRunner

from kg.cli import averment
from kg.errors import Unusable
from kg.harvesting import fetch
from kg.keeping import verify_record
from kg.log import Record
from kg.record import OpenRecord
from kg.store.base import QueryRefused
from kg.store.http import Transport
from kg.store.remote import RemoteReader
from tests.intake.tables.town import BASE, MAPPING
from tests.store.faulty import answer, before
from tests.store.server import QUICK, open_store, serve_sparql
from tests.town import case, dump, occurred, withheld

QUERY = """PREFIX e: <http://example.org/>  # INSERT
SELECT ?id ?code ?day ?least ?most ?grade ?position WHERE {
  ?i e:id ?id ; e:code ?code ; e:day ?day ; e:least ?least ; e:most ?most ; e:grade ?grade .
  OPTIONAL { ?i e:position ?position }
} ORDER BY ?id
"""


def incident(number, code, most, day="2020-03-01"):
    facts = {"id": number, "code": code, "day": day, "least": "2", "most": most, "grade": "final"}
    return " ".join(f'<urn:i{number}> <http://example.org/{name}> "{value}" .' for name, value in facts.items())


@pytest.fixture(scope="module")
def server():
    with serve_sparql() as addresses:
        yield addresses


@pytest.fixture
def work(server, tmp_path):
    """An endpoint with two incidents, a record, a query and a mapping; what runs the command there."""
    open_store(server).update(
        f"INSERT DATA {{ GRAPH <urn:g> {{ {incident('1', 'M1', '5')} {incident('2', 'M2', '7')} }} }}"
    )
    (tmp_path / "incidents.rq").write_text(QUERY, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    Record.create(tmp_path / "data", base=BASE, created="2031-06-01T12:00:00Z")

    def run(*more, endpoint=server.query):
        args = ["harvest", "--from", endpoint, "--query", str(tmp_path / "incidents.rq")]
        args += ["--mapping", str(tmp_path / "mapping.yaml"), "--data", str(tmp_path / "data"), *more]
        return CliRunner().invoke(averment, args)

    run.root = tmp_path / "data"
    return run


def rows(work, sql):
    return OpenRecord.open(work.root).view().rows(sql)


def test_rows_become_claims_that_lead_to_endpoint_query_and_time(work, server):
    done = work()
    assert done.exit_code == 0, done.output
    assert "2 rows at" in done.stdout
    assert rows(work, "SELECT count(*) FROM claims WHERE kind = 'claim'") == [(2,)]
    sources = rows(
        work,
        "SELECT DISTINCT f.name, k.media_type, d.urls, k.captured, i.note FROM recordings r "
        "JOIN files f ON f.iri = r.file JOIN captures k ON k.sha256 = f.sha256 JOIN documents d ON d.iri = k.document "
        "JOIN ingestions i ON i.iri = r.ingestion",
    )
    [(name, media_type, urls, captured, note)] = sources
    assert (name, media_type) == ("incidents.csv", "text/csv")
    assert any(url.startswith(f"{server.query}?query=PREFIX") for url in urls)
    digest = hashlib.sha256(QUERY.encode()).hexdigest()
    assert note == f"Harvested from {server.query} at {captured}, by the query with SHA-256 {digest}."
    assert rows(work, "SELECT DISTINCT fragment FROM recordings ORDER BY 1")[0][0].startswith("cell=2,1")


def test_the_bytes_of_answer_and_query_are_kept(work):
    work()
    record = OpenRecord.open(work.root)
    assert record.read_capture(hashlib.sha256(QUERY.encode()).hexdigest()) == QUERY.encode()
    [(sha256,)] = rows(work, "SELECT sha256 FROM captures WHERE media_type = 'text/csv'")
    assert record.read_capture(sha256).startswith(b"id,code,day")
    assert verify_record(work.root).findings == ()


def test_the_same_answer_adds_nothing_and_another_is_another_capture_of_the_same_document(work, server):
    work()
    assert "nothing added" in work().stdout
    open_store(server).update(f"INSERT DATA {{ GRAPH <urn:g> {{ {incident('1', 'M1', '6')} }} }}")
    assert work().exit_code == 0
    assert rows(work, "SELECT count(*), count(DISTINCT document) FROM captures WHERE media_type = 'text/csv'") == [
        (2, 1)
    ]


def test_a_bad_row_refuses_the_answer_or_is_set_aside(work, server):
    open_store(server).update(
        f"INSERT DATA {{ GRAPH <urn:g> {{ {incident('1', 'M1', '5')} {incident('2', 'M2', '7', day='2020-02-31')} }} }}"
    )
    refused = work()
    assert refused.exit_code == 1
    assert "2020-02-31" in refused.output
    assert rows(work, "SELECT count(*) FROM claims") == [(0,)]
    assert work("--on-bad-rows", "set-aside").exit_code == 0
    assert rows(work, "SELECT count(*) FROM claims WHERE kind = 'claim'") == [(1,)]


def test_a_dry_run_records_nothing(work):
    done = work("--dry-run")
    assert done.exit_code == 0
    assert "Merrow Watch" in done.stdout
    assert rows(work, "SELECT count(*) FROM claims") == [(0,)]


def test_what_gives_away_something_withheld_is_told_before_and_when_it_is_recorded(work, server, tmp_path):
    hidden = {"first": {"identifiers": "M44715", "listed_in": "post", "access": {"identifiers": withheld("sealed")}}}
    (tmp_path / "held.yaml").write_text(dump(case(occurred(about="victim/first"), victims=hidden)))
    held = CliRunner().invoke(averment, ["add", "--data", str(work.root), str(tmp_path / "held.yaml")])
    assert held.exit_code == 0, held.output
    open_store(server).update(f"INSERT DATA {{ GRAPH <urn:g> {{ {incident('3', 'M44715', '9')} }} }}")
    words = "warning: the identifier that is withheld, or a part of it, stands in the open in "
    for more in (["--dry-run"], []):
        told = work(*more)
        assert told.exit_code == 0, told.output
        assert f"{words}code" in told.output


def test_an_answer_that_is_cut_is_refused(work, server):
    def cut(exchange):
        status, kind, body = exchange.forward()
        exchange.give(status, kind, b"".join(body.splitlines(keepends=True)[:2]))
        return True

    with before(server) as faulty:
        faulty.acts = [cut]
        done = work(endpoint=faulty.addresses.query)
    assert isinstance(done.exception, Unusable)
    assert "counts 2 rows and sends 1" in str(done.exception)


def test_an_endpoint_that_does_not_count_is_told(work, server):
    with before(server) as faulty:
        faulty.acts = [lambda _: False, answer(400, "no")]
        done = work(endpoint=faulty.addresses.query)
    assert done.exit_code == 0
    assert "does not count" in done.stderr


@pytest.mark.parametrize(
    "query", ["ASK { ?s ?p ?o }", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "CLEAR ALL"]
)
def test_only_a_select_of_that_endpoint_is_asked(server, query):
    with pytest.raises(QueryRefused):
        fetch(RemoteReader(server.query, Transport(patience=QUICK)), query, name="q.rq", at="2031-06-01T12:00:00Z")

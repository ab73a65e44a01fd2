"""Questions that are kept to be cited, and tables that are handed out."""

import io
import json

import duckdb
import pyarrow.parquet as pq
import pytest

from kg.keeping import withdraw_units
from kg.kept import digest_of, lines_of
from kg.store.base import Rows, Term
from tests.town import Town, case, killed
from webui.app import create_app

pytestmark = pytest.mark.long

CLAIMS = "SELECT ?s ?w { ?s a <https://w3id.org/averment/ns#Claim> ; <https://w3id.org/averment/ns#wording> ?w }"


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    made.add(case(killed("9", said="2031-05-02")))
    return made


@pytest.fixture
def client(town):
    return create_app(town.open()).test_client()


def keep(client, query=CLAIMS):
    answer = client.post("/q", data={"query": query})
    assert answer.status_code == 303
    return answer.headers["Location"]


def again(client, address):
    return client.get(address, headers={"Accept": "application/json"}).json


def test_a_kept_question_gives_the_same_again(client):
    told = again(client, keep(client))
    assert told["then"]["same"]
    assert (told["entry"], told["now"]["entry"], told["gone"], told["come"]) == (1, 1, 0, 0)


def test_a_kept_question_is_not_given_in_a_form_that_is_not_taken(client):
    address = keep(client)
    given = {
        accept: client.get(address, headers={"Accept": accept}) for accept in ("image/png", "*/*", "text/html;q=0, */*")
    }
    assert [answer.status_code for answer in given.values()] == [406, 200, 200]
    assert given["text/html;q=0, */*"].mimetype == "application/json"


def test_the_same_question_has_one_address(client):
    assert keep(client) == keep(client)
    assert keep(client) != keep(client, "ASK {}")


def test_what_came_since_is_shown_and_the_cited_answer_still_proven(town, client):
    address = keep(client)
    town.add(case(killed("11", said="2031-05-03")))
    told = again(client, address)
    assert told["then"]["same"]
    assert not told["now"]["same"]
    assert (told["now"]["entry"], told["gone"], told["come"]) == (2, 0, 1)
    page = client.get(address, headers={"Accept": "text/html"}).text
    assert "it gives exactly what was cited" in page
    assert "11 killed" in page


def test_what_was_withdrawn_since_is_told_and_not_shown(town, client):
    address = keep(client)
    name = client.get("/sparql", query_string={"query": CLAIMS, "format": "csv"}).text.split()[1].partition(",")[0]
    withdraw_units(town.root, [name], reason="consent", who="A. Coder", when="2031-06-02T00:00:00Z")
    told = again(client, address)
    assert not told["then"]["same"]
    page = client.get(address, headers={"Accept": "text/html"}).text
    assert "does not give what was cited" in page
    assert "9 killed" not in page
    kept = next((town.root / "queries").iterdir()).read_text(encoding="utf-8")
    assert name not in kept


@pytest.mark.parametrize(
    "query", ["", "SELECT (NOW() AS ?n) {}", "SELECT * {", "x" * 30_000], ids=["none", "changing", "wrong", "long"]
)
def test_what_cannot_be_kept_is_told(client, query):
    assert client.post("/q", data={"query": query}).status_code == 400


def test_an_unknown_name_is_told(client):
    assert client.get("/q/" + "0" * 32).status_code == 404
    assert client.get("/q/..%2f..%2frecord").status_code == 404


def test_neither_order_of_rows_nor_of_columns_changes_the_hash():
    a, b = Term("literal", "x", "en"), Term("iri", "http://e/")
    one = Rows(("p", "q"), ((a, b), (b, None)))
    other = Rows(("q", "p"), ((None, b), (b, a)))
    assert digest_of(lines_of(one)) == digest_of(lines_of(other))
    assert lines_of(one) != lines_of(Rows(("p", "q"), ((b, a), (b, None))))


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_is_handed_out_as_parquet_and_csv(town, client):
    whole = client.get("/tables/claims.parquet", buffered=True)
    assert whole.mimetype == "application/vnd.apache.parquet"
    table = pq.read_table(io.BytesIO(whole.data))
    assert table.num_rows == town.open().counts()["claims"] + town.open().counts()["relays"]
    assert client.get("/tables/claims.csv", buffered=True).text.count("\n") == table.num_rows + 1
    assert client.get("/tables/loose.parquet", buffered=True).status_code == 404
    assert client.get("/tables/..%2frecord.json").status_code == 404


def test_a_part_of_a_table_can_be_had_as_readers_of_parquet_ask_for_it(client):
    part = client.get("/tables/claims.parquet", buffered=True, headers={"Range": "bytes=-4"})
    assert (part.status_code, part.data) == (206, b"PAR1")


def test_tables_follow_the_record(town, client):
    before = client.get("/tables/claims.csv", buffered=True)
    town.add(case(killed("11", said="2031-05-03")))
    after = client.get("/tables/claims.csv", buffered=True)
    assert int(after.headers["Averment-Entry"]) == 2
    assert after.text.count("\n") > before.text.count("\n")
    assert before.headers["ETag"] != after.headers["ETag"]


def test_the_page_names_every_table_and_its_code_is_true(town, client, tmp_path):
    page = client.get("/tables/", headers={"Accept": "text/html"}).text
    for name in ("claims", "counts", "events"):
        assert f"/tables/{name}.parquet" in page
        (tmp_path / f"{name}.parquet").write_bytes(client.get(f"/tables/{name}.parquet", buffered=True).data)
    sql = page.split("SELECT voice, stance")[1].split(";</code>")[0]
    sql = f"SELECT voice, stance{sql}".replace("http://localhost/tables/", f"{tmp_path}/").replace("&#39;", "'")
    assert duckdb.sql(sql).fetchall()
    assert json.dumps(page).count("read_parquet") >= 3

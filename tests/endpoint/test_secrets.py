"""Nothing that is withheld leaves a running server: not by a page, a form, a file, an error or a hostile query."""

import hashlib
import io
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pyarrow.parquet as pq
import pytest
from werkzeug.exceptions import HTTPException

from kg.store.tables import TABLES
from tests.endpoint.conftest import Server, serving, wait_until
from tests.endpoint.hostile import QUERIES, REQUESTS, SILENT, send_raw
from tests.test_pipeline import PASSAGE, SECRET_FIELDS, SECRET_WORDS, field_case, secret_case
from tests.town import BASE, Town, dump
from tests.web.crawl import crawl
from webui.app import create_app

TOKEN = "correct horse"
FORMS = (".html", ".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf")
TYPES = ("json", "xml", "csv", "tsv", "turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads")
FORM = "application/x-www-form-urlencoded"
# Everything there is, in every way a client could think of; none names a secret.
ASKING = (
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT DISTINCT ?g { GRAPH ?g {} }",
    "SELECT (GROUP_CONCAT(STR(?o)) AS ?all) (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?o { ?s ?p ?o FILTER(REGEX(STR(?o), '^[A-Z]')) } ORDER BY DESC(?o)",
    "DESCRIBE ?s { ?s ?p ?o }",
    "SELECT ?o { ?s (!<urn:none>)+ ?o }",
)
_HOLDING = 'SELECT * { GRAPH ?g { ?s ?p ?o FILTER(CONTAINS(STR(?o), "NAME")) } }'
# Asked of what is withheld and of what never was: the answers must be the same.
GUESSES = (("hidden-mill", "absent-mill"), ("Hidden Mill", "Absent Mill"), ("witness-7", "witness-8"), ("Ilse", "Elzo"))


@dataclass
class Ears:
    """A client that keeps everything it hears, packed files unpacked."""

    server: Server
    heard: dict[str, str] = field(default_factory=dict)

    def get(self, path, headers=None):
        answer = self.server.send("GET", path.removeprefix(self.server.address), **(headers or {}))
        self.keep(path, answer)
        told = {"Location": answer.headers.get("location", "")}
        text = answer.body.decode(errors="replace")
        return SimpleNamespace(
            status_code=answer.status, headers=told, text=text, mimetype=answer.media_type, close=lambda: None
        )

    def keep(self, name, answer):
        body = answer.body.decode("latin-1")
        if answer.body.startswith(b"PAR1"):
            body += repr(pq.read_table(io.BytesIO(answer.body)).to_pylist())
        self.heard[f"{name} {len(self.heard)}"] = f"{answer.headers}\n{body}"

    def where(self, words):
        return sorted({f"{name}: {word}" for name, text in self.heard.items() for word in words if word in text})


def list_unasked(server: Server) -> list[str]:
    """The addresses of the program at which nothing was asked, each with its method."""
    routes = create_app(None, service=SimpleNamespace(snapshots=None)).url_map
    asked = set()
    for method, path in server.asked:
        with suppress(HTTPException):
            rule, _ = routes.bind("127.0.0.1").match(path, method=method, return_rule=True)
            asked.add((method, rule.rule))
    there = {(method, rule.rule) for rule in routes.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    return sorted(f"{method} {rule}" for method, rule in there - asked)


def listen_everywhere(ears: Ears) -> None:
    """Follow every link, ask for every form, and send what is hostile."""
    server = ears.server
    crawl(ears)
    for kind in ("event/mill", "agent/post", "agent/town-hall", "document/post", "victim/first"):
        for form in FORMS:
            ears.get(f"/doc/{kind}{form}")
    for table in TABLES:
        for suffix in ("csv", "parquet"):
            ears.get(f"/tables/{table}.{suffix}")
    listen_apart(ears)
    for name in ("/metrics", "/health", "/openapi.json", "/.well-known/void", "/sparql/words.json"):
        ears.get(name)
    for query in ASKING:
        for form in TYPES:
            ears.keep(query, server.get(query, accept="*/*", format=form))
            ears.keep(query, server.get(query, path="/sparql/export", accept="*/*", format=form))
        ears.get(f"/sparql?{urlencode({'query': query})}", {"Accept": "text/html"})
        ears.get(f"/sparql/graph.json?{urlencode({'query': query})}")
    ears.get("/graph-store?default", {"Accept": "application/n-triples"})
    for entry in ("1", "2"):
        ears.keep("earlier", server.get(ASKING[0], **{"as-of": entry}))
    for name, query in QUERIES.items():
        ears.keep(name, server.send("POST", "/sparql", urlencode({"query": query}), **{"Content-Type": FORM}))
    for name, request in REQUESTS.items():
        if name not in SILENT:
            ears.heard[name] = send_raw(server.port, request).decode("latin-1")


def listen_apart(ears: Ears) -> None:
    """Ask for what no link leads to, and send what these addresses do not take."""
    server = ears.server
    rows = server.rows("SELECT DISTINCT ?c ?p { ?c a <https://w3id.org/averment/ns#Claim> ; ?to ?p }")
    claims = sorted({row["c"]["value"].rpartition("/")[2] for row in rows})
    passages = {each for row in rows if "/passage/" in (each := row["p"]["value"])}
    for key in claims:
        for path in ("/beside", *FORMS):
            ears.get(f"/doc/claim/{key}{path}")
    for iri in (*passages, f"{BASE}passage/none"):
        ears.get(f"/doc/passage/{iri.rpartition('/')[2]}")
    for path in ("agent/post/beside/town-hall", "agent/post/found/provenance", "document/post/found/provenance"):
        ears.get(f"/doc/{path}", {"Accept": "text/html"})
    for path in (
        "/id/event/mill",
        "/id/claim/none",
        "/codes/measure",
        "/codes/none.ttl",
        "/search?q=mill",
        "/search?q=H",
    ):
        for accept in ("text/html", "text/turtle", "application/json", "image/png"):
            ears.get(path, {"Accept": accept})
    for method in ("PUT", "PATCH", "POST", "DELETE"):
        ears.keep(method, server.send(method, "/graph-store?default", "<urn:a> <urn:b> <urn:c> ."))
    kept = server.send("POST", "/q", urlencode({"query": ASKING[3]}), **{"Content-Type": FORM})
    ears.keep("kept", kept)
    for accept in ("text/html", "application/json"):
        ears.get(kept.headers["location"], {"Accept": accept})
    ears.keep(
        "export", server.send("POST", "/sparql/export", urlencode({"query": ASKING[0]}), **{"Content-Type": FORM})
    )
    case = {"Content-Type": "application/yaml", "Authorization": f"Bearer {TOKEN}"}
    for content in ("averment: 1", dump(secret_case("public", recorder="B. Other"))):
        ears.keep("case", server.send("POST", "/record/cases", content, **case))


@pytest.fixture
def told(tmp_path, request):
    """What a server says everywhere, of a record whose secrets have some access."""
    town = Town(tmp_path)
    town.add(field_case(request.param))
    with serving(town.root, 2, f"{hashlib.sha256(TOKEN.encode()).hexdigest()}=A. Coder") as server:
        ears = Ears(server)
        listen_everywhere(ears)
        yield ears


@pytest.mark.exhaustive
@pytest.mark.parametrize("told", ["sealed", "restricted"], indirect=True)
def test_nothing_withheld_is_met_in_any_byte_that_leaves_the_server(told):
    assert len(told.heard) > 300
    assert list_unasked(told.server) == [], "have listen_apart ask there, so that this test hears it"
    assert told.where((*SECRET_WORDS, *SECRET_FIELDS)) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("told", ["public"], indirect=True)
def test_the_search_itself_finds_a_word_in_every_kind_of_answer(told):
    places = " ".join(told.where(SECRET_WORDS))
    for kind in ("/doc/event", "/explore", "/tables/claims.csv", "/tables/claims.parquet", *ASKING[:3], "graph-store"):
        assert kind in places, kind
    held = " ".join(told.where(SECRET_FIELDS))
    assert [word for word in SECRET_FIELDS if word not in held] == []


@pytest.mark.long
def test_what_is_withheld_is_answered_as_what_never_was(tmp_path):
    town = Town(tmp_path)
    town.add(secret_case("sealed"))
    claims = [each.unit.subject for each in town.record.log.iter_sealed() if "/claim/" in each.unit.subject]
    names = [(name, name[:-1] + "0" * (name[-1] != "0") + "1" * (name[-1] == "0")) for name in claims]
    with serving(town.root, 2) as server:
        for secret, absent in (*GUESSES, *((a.rpartition("/")[2], b.rpartition("/")[2]) for a, b in names)):
            for path in list_guesses(quote(secret)):
                # What a page looks through may be made meanwhile, and is told of then; what tells a guess stays.
                assert wait_until(partial(told_alike, server, path, secret, absent)), path
        for name, other in names:
            query = "ASK {{ {{ <{0}> ?p ?o }} UNION {{ ?s ?p <{0}> }} UNION {{ GRAPH <{0}> {{ ?s ?p ?o }} }} }}"
            assert server.get(query.format(name)).body == server.get(query.format(other)).body


WORLDS = {
    "Quilla": "Philla", "Ferran": "Torrow", "ZX-4471": "ZX-9082", "35.950617": "35.950711", "39.012389": "39.012511",
    "37SEV00127848": "37SEV00137849", "a girl of nine": "a boy of six", "seven whispered": "three saw it all",
    "Ilse": "Elzo", "Hidden Mill": "Secret Barn", PASSAGE: hashlib.sha256(b"Philla Torrow").hexdigest(),
}  # fmt: skip
KEYED = re.compile("/(file|ingestion|recording|decision)/[a-z0-9]+")


def test_nothing_in_the_open_depends_on_what_is_withheld(tmp_path):
    """No hash, name, count or order: of two records that differ in what they withhold alone, the open parts are equal,
    but for names that are made with the record's key."""
    towns = []
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        town = Town(tmp_path / str(number))
        text = dump(field_case("sealed"))
        for word, other in WORLDS.items() if number else ():
            assert word in text, word
            text = text.replace(word, other)
        town.add(text)
        towns.append(town)
    one, other = (sorted(plain_names(line) for line in town.graph()) for town in towns)
    assert one == other
    assert len(one) > 100
    one, other = ({name: sorted(map(plain_names, rows)) for name, rows in town.tables().items()} for town in towns)
    assert one == other


def plain_names(line: str) -> str:
    """A line or row without the names that are made with the key, whole IRIs or what a table keeps of them."""
    return re.sub("'[a-z2-7]{32}'|'[0-9a-f]{64}'", "KEYED", KEYED.sub(r"/\1/KEYED", line))


def told_alike(server, path: str, secret: str, absent: str) -> bool:
    """Whether an address tells of a name that is withheld what it tells of one that never was."""
    one, other = server.send("GET", path), server.send("GET", path.replace(quote(secret), quote(absent)))
    return (one.status, plain(one, secret)) == (other.status, plain(other, absent))


def list_guesses(name: str) -> list[str]:
    """Addresses at which one who guesses a name would try it."""
    kinds = ("event", "agent", "claim", "document", "nanopub")
    return [
        *(f"/doc/{kind}/{name}{form}" for kind in kinds for form in ("", ".trig")),
        *(f"/id/{kind}/{name}" for kind in kinds[:3]),
        *(f"/explore?q={name}", f"/search?q={name}", f"/explore?voice={name}&format=json"),
        f"/doc/agent/town-hall/beside/{name}",
        f"/doc/event/mill?voice={name}",
        f"/graph-store?graph={quote(BASE, safe='')}claim%2F{name}",
        "/sparql?format=csv&query=" + quote(_HOLDING).replace("NAME", name),
    ]


def plain(answer, name: str) -> tuple[dict[str, str], bytes]:
    """An answer without the name that was asked for, in whichever way it is written, and without the hour."""
    headers = {key: value for key, value in answer.headers.items() if key not in {"date", "etag", "content-length"}}
    text, told = answer.body, repr(headers)
    for written in (quote(name), name.replace(" ", "+"), name):
        text, told = text.replace(written.encode(), b"NAME"), told.replace(written, "NAME")
    return told, text

"""The files of a publication are what their standards ask for, the same every time, and never half there."""

import csv
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.cli import averment
from kg.derive import derive_lines
from kg.errors import Refused, Unusable
from kg.keeping import withdraw_units
from kg.projections import graph_folder, tables_folder
from kg.publish import Settings, beside, publish, publishing, verify_publication
from kg.publish.signing import Signer
from kg.publish.snapshot import build_snapshot
from kg.questions import list_questions
from kg.store.embedded import open_reader
from kg.store.tables import Tables
from kg.terms import PROV, av, avc
from tests.publish.conftest import SETTINGS
from tests.publish.printed import snapshot_of, unpack
from tests.town import BASE, WHEN, Town, case, killed

pytestmark = pytest.mark.long

DCTERMS = "http://purl.org/dc/terms/"
DCAT, VOID, SPDX = "http://www.w3.org/ns/dcat#", "http://rdfs.org/ns/void#", "http://spdx.org/rdf/terms#"
PLACE = "https://host.example/data/dataset.ttl"
KILLED = """
import os, signal, sys
from pathlib import Path
from kg.publish import Settings, publish, swap
real = swap.exchange
def die(part, target):
    if sys.argv[3] == "after":
        real(part, target)
    os.kill(os.getpid(), signal.SIGKILL)
swap.exchange = die
publish(Path(sys.argv[1]), Path(sys.argv[2]), settings=Settings())
"""


def end_at_once(*_):
    os._exit(1)


def store_of(path, base=PLACE) -> ox.Store:
    store = ox.Store()
    store.load(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=base)
    return store


# --- the same bytes ---------------------------------------------------------------------------------------------------


def test_the_same_record_gives_the_same_bytes(town, target):
    publish(town.root, town.folder / "again", settings=SETTINGS)
    assert snapshot_of(town.folder / "again") == snapshot_of(target)


def test_processes_that_help_give_the_same_bytes(town, target, monkeypatch):
    monkeypatch.setattr(beside, "_FEW", 0)
    publish(town.root, town.folder / "again", settings=SETTINGS)
    assert snapshot_of(town.folder / "again") == snapshot_of(target)


def test_a_process_that_helps_and_ends_too_soon_leaves_the_old_publication(town, target, monkeypatch):
    monkeypatch.setattr(beside, "_FEW", 0)
    monkeypatch.setattr(publishing, "write_derived", end_at_once)
    before = snapshot_of(target)
    with pytest.raises(Unusable, match="ended too soon"):
        publish(town.root, target, settings=SETTINGS)
    assert snapshot_of(target) == before


def test_both_dumps_hold_the_public_quads_and_the_first_is_sorted(town, target):
    lines = unpack(target / "dumps" / "record.nq.zst").decode().splitlines()
    assert lines == sorted(town.lines())
    trig = ox.parse(unpack(target / "dumps" / "record.trig.zst"), format=ox.RdfFormat.TRIG)
    quads = ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    assert set(trig) == set(quads)


def test_the_derived_dump_is_sorted_and_holds_what_follows_by_rule(town, target):
    with Tables.open(tables_folder(town.root)).connect() as view:
        lines = derive_lines(view, BASE)
    assert unpack(target / "dumps" / "derived.nq.zst").decode() == "".join(f"{line}\n" for line in sorted(lines))


def test_the_dumps_together_hold_all_that_the_graph_of_the_record_answers_from(town):
    town.add(case(killed("12", said="2031-05-04"), note="3"))
    publish(town.root, town.folder / "third", settings=SETTINGS)
    with open_reader(graph_folder(town.root)) as reader:
        answered = [line for line in reader.iter_lines() if line.split(" ")[-2].startswith(f"<{BASE}")]
    dumps = [town.folder / "third" / "dumps" / f"{name}.nq.zst" for name in ("record", "derived", "analysis")]
    held = [unpack(dump).splitlines() for dump in dumps]
    assert sorted(line.decode() for lines in held for line in lines) == sorted(answered)
    assert all(lines == sorted(lines) != [] for lines in held)
    build_snapshot(town.folder / "third", town.folder / "graph")
    asked = f"SELECT ?old ?c {{ ?summary <{av('holds')}> ?c . ?old <{av('supersededBy')}> ?c }} ORDER BY ?old"
    with open_reader(town.folder / "graph") as reader:
        assert reader.query(asked).rows == town.open().query(asked).rows != ()


def test_each_document_has_a_file_of_what_was_said_in_it(town, target):
    rows = list(csv.DictReader((target / "sources" / "index.csv").read_text(encoding="utf-8").splitlines()))
    (row,) = rows
    text = unpack(target / "sources" / row["file"]).decode()
    assert text.count("\n") == int(row["quads"])
    assert set(text.splitlines()) <= set(town.lines())
    assert f"<{town.claim('11 killed')}> " in text


# --- descriptions -----------------------------------------------------------------------------------------------------


def test_every_distribution_says_the_size_and_checksum_of_its_file(target):
    found = store_of(target / "dataset.ttl").query(
        f"""SELECT ?url ?size ?sum {{ ?set <{DCAT}distribution> ?d . ?d <{DCAT}downloadURL> ?url ;
        <{DCAT}byteSize> ?size ; <{SPDX}checksum>/<{SPDX}checksumValue> ?sum }}"""
    )
    rows = [(row["url"].value, int(row["size"].value), row["sum"].value) for row in found]
    assert len(rows) > 30
    for url, size, checksum in rows:
        data = (target / url.removeprefix("https://host.example/data/")).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (size, checksum)


def test_the_partitions_count_what_the_dump_holds(target):
    described = store_of(target / "dataset.ttl")
    data = ox.Store()
    data.load(unpack(target / "dumps" / "record.nq.zst"), format=ox.RdfFormat.N_QUADS)
    union = {"use_default_graph_as_union": True}
    classes = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"
    own = "SELECT ?c ?p (COUNT(*) AS ?n) { { SELECT DISTINCT ?s ?c { ?s a ?c } } GRAPH ?g { ?s ?p ?o } } GROUP BY ?c ?p"
    told = f"SELECT ?c ?n {{ ?x <{VOID}class> ?c ; <{VOID}entities> ?n }}"
    told_own = (
        f"SELECT ?c ?p ?n {{ ?x <{VOID}class> ?c ; <{VOID}propertyPartition> ?y . "
        f"?y <{VOID}property> ?p ; <{VOID}triples> ?n }}"
    )
    assert rows_of(described.query(told)) == rows_of(data.query(classes, **union)) != set()
    assert rows_of(described.query(told_own)) == rows_of(data.query(own, **union)) != set()


def rows_of(answer) -> set[tuple[str, ...]]:
    return {tuple(term.value for term in row) for row in answer}


def test_every_question_stands_there_and_can_be_run_with_the_declared_prefixes(target):
    sh = "http://www.w3.org/ns/shacl#"
    store = store_of(target / "questions.ttl")
    declared = store.query(f"SELECT ?p ?n {{ ?x <{sh}declare> ?d . ?d <{sh}prefix> ?p ; <{sh}namespace> ?n }}")
    head = "".join(f"PREFIX {row['p'].value}: <{row['n'].value}>\n" for row in declared)
    texts = [row["t"].value for row in store.query(f"SELECT ?t {{ ?q a <{sh}SPARQLExecutable> ; <{sh}select> ?t }}")]
    assert len(texts) == len(list_questions())
    for text in texts:
        ox.Store().query(head + text)


def test_the_metadata_of_the_tables_names_the_columns_that_are_there(target):
    content = json.loads((target / "tables" / "csv-metadata.json").read_bytes())
    assert content["@context"][0] == "http://www.w3.org/ns/csvw"
    urls = {table["url"] for table in content["tables"]}
    assert urls == {path.name for path in (target / "tables").glob("*.csv")}
    for table in content["tables"]:
        columns = table["tableSchema"]["columns"]
        with (target / "tables" / table["url"]).open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        assert [column["titles"] for column in columns] == header
        parquet = pq.read_table(target / "tables" / table["url"].replace(".csv", ".parquet"))
        assert (parquet.column_names, parquet.num_rows) == (header, len(rows))
        for row in rows:
            for column, cell in zip(columns, row, strict=True):
                check_cell(column, cell)


def test_a_column_names_the_property_whose_values_it_holds(target):
    tables = {
        table["url"]: table for table in json.loads((target / "tables" / "csv-metadata.json").read_bytes())["tables"]
    }
    held = {
        (url, column["name"]): column["propertyUrl"]
        for url, table in tables.items()
        for column in table["tableSchema"]["columns"]
        if "propertyUrl" in column
    }
    assert held["claims.csv", "voice"] == f"{PROV}wasAttributedTo"
    assert held["claims.csv", "relays"] == av("relays")
    assert held["counts.csv", "at_least"] == av("atLeast")
    assert ("claims.csv", "root") not in held
    with (target / "tables" / "claims.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["kind"] == "claim")
    data = ox.Store()
    data.load(unpack(target / "dumps" / "record.nq.zst"), format=ox.RdfFormat.N_QUADS)
    for name in ("voice", "occasion", "said", "worded_as"):
        quads = data.quads_for_pattern(ox.NamedNode(row["iri"]), ox.NamedNode(held["claims.csv", name]), None)
        assert [quad.object.value for quad in quads] == [row[name]]


def check_cell(column, cell: str) -> None:
    """A cell is what its column says."""
    kind = column["datatype"]
    base = kind["base"] if isinstance(kind, dict) else kind
    patterns = {"integer": r"-?\d+", "date": r"\d{4}-\d\d-\d\d", "dateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"}
    if cell and base == "json":
        json.loads(cell)
    elif cell and base == "anyURI":
        assert all(re.fullmatch(r"[a-z]+:\S+", each) for each in cell.split(column["separator"])), cell
    elif cell and base in patterns:
        assert re.fullmatch(patterns[base], cell), (column, cell)


def test_the_crate_names_files_that_are_there_with_their_checksums(target):
    graph = json.loads((target / "ro-crate-metadata.json").read_bytes())["@graph"]
    files = [each for each in graph if each["@type"] == "File"]
    assert len(files) > 30
    for each in files:
        assert hashlib.sha256((target / each["@id"]).read_bytes()).hexdigest() == each["sha256"]
    known = {each["@id"] for each in graph}
    root = next(each for each in graph if each["@id"] == "./")
    assert {part["@id"] for part in root["hasPart"]} <= known


# Of the terms of RO-Crate 1.1's own context, those in use here; a key that is no term is refused by those who validate.
CRATE_TERMS = {
    *("about", "author", "conformsTo", "contentSize", "datePublished", "description", "encodingFormat", "hasPart"),
    *("identifier", "license", "name", "publisher", "version"),
}


@pytest.mark.parametrize("settings", [SETTINGS, Settings(title="Orrin")], ids=["all-stated", "nothing-stated"])
def test_the_crate_keeps_to_its_terms_and_hangs_together(town, settings):
    publish(town.root, town.folder / "crate", settings=settings)
    content = json.loads((town.folder / "crate" / "ro-crate-metadata.json").read_bytes())
    _, own = content["@context"]
    keys = {key for each in content["@graph"] for key in each if not key.startswith("@")}
    assert keys - {"sha256"} <= CRATE_TERMS
    assert own == {"sha256": "https://schema.org/sha256"}
    root = next(each for each in content["@graph"] if each["@id"] == "./")
    data = {each["@id"] for each in content["@graph"] if each["@type"] in ("File", "Dataset")} - {"./"}
    assert data == {part["@id"] for part in root["hasPart"]}
    files = [each for each in content["@graph"] if each["@type"] == "File"]
    assert all({"name", "encodingFormat"} <= each.keys() for each in files)


def test_the_citation_is_yaml_with_the_version_and_the_hash(town, target):
    from ruamel.yaml import YAML

    content = YAML(typ="safe").load((target / "CITATION.cff").read_text(encoding="utf-8"))
    assert (content["title"], content["version"]) == ('Orrin "and" <around>', "2")
    assert content["identifiers"][0]["value"] == f"urn:sha256:{town.record.log.head}"
    assert content["authors"] == [{"name": "The Archive"}]


class Page(HTMLParser):
    """What a page links to, and what it is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def test_the_page_has_no_script_links_only_to_files_that_are_there_and_escapes_the_title(target):
    text = (target / "index.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert page.tags & {"script", "iframe", "img", "style"} == set()
    assert {"main", "h1", "caption", "th"} <= page.tags
    assert [link for link in page.links if not (target / link).is_file()] == [SETTINGS.licence]
    assert "<around>" not in text
    assert '<html lang="en">' in text


def test_every_file_but_those_of_documents_and_vocabulary_is_linked_from_the_page(signed):
    folder, _ = signed
    page = Page()
    page.feed((folder / "index.html").read_text(encoding="utf-8"))
    lying = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    apart = {path for path in lying if path.startswith(("vocabulary/", "sources/")) and not path.endswith("index.csv")}
    assert lying - apart - set(page.links) == {"index.html"}


def run_shown(folder, start, program=("sh", "-e"), **replaced):
    """What a block of the page does, in the folder, that begins so: its status, and what it prints."""
    shown = re.findall("<pre tabindex=0>(.*?)</pre>", (folder / "index.html").read_text(encoding="utf-8"), re.DOTALL)
    (text,) = [unescape(each) for each in shown if each.startswith(start)]
    for old, new in replaced.items():
        text = text.replace(old, new)
    done = subprocess.run([*program], input=text, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def test_the_page_tells_how_to_check_every_file_without_this_program(target):
    assert run_shown(target, "sha256sum") == (0, "manifest.json: OK\n")
    with (target / "tables" / "claims.csv").open("ab") as file:
        file.write(b"x")
    assert run_shown(target, "sha256sum") == (1, "manifest.json: OK\ntables/claims.csv: FAILED\n")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_the_page_tells_how_to_check_the_signature_without_this_program(signed):
    folder, key = signed
    assert run_shown(folder, "KEY=", HEX=key) == (0, "Signature Verified Successfully\n")
    assert run_shown(folder, "KEY=", HEX=Signer.make(folder.parent / "other.pem").public)[0] == 1


def test_the_page_tells_how_to_load_the_dumps_and_the_tables(target):
    assert run_shown(target, "# pip install pyoxigraph", (sys.executable, "-")) == (0, "2\n")
    status, printed = run_shown(target, "# pip install duckdb", (sys.executable, "-"))
    assert (status, "asserts" in printed) == (0, True)


def test_a_title_or_licence_that_cannot_stand_in_the_files_is_refused(town):
    with pytest.raises(Refused) as refused:
        publish(town.root, town.folder / "x", settings=Settings(title="a\nb", licence="<javascript:x>"))
    assert len(refused.value.problems) == 2
    assert not (town.folder / "x").exists()


# --- what changed -----------------------------------------------------------------------------------------------------


def test_what_was_added_since_is_told_as_quads_and_what_is_gone_by_numbers_alone(town, target):
    before = unpack(target / "dumps" / "record.nq.zst").decode().splitlines()
    claim = town.claim("11 killed")
    withdraw_units(town.root, [claim], reason=str(avc("withdrawn-consent")), who="A", when=WHEN)
    town.add(case(killed("14", said="2031-05-02"), note="3"))
    publish(town.root, town.folder / "next", settings=SETTINGS, since=target)
    after = unpack(town.folder / "next" / "dumps" / "record.nq.zst").decode().splitlines()
    added = unpack(town.folder / "next" / "changes" / "added.nq.zst").decode().splitlines()
    assert added == sorted(set(after) - set(before)) != []
    gone = json.loads((town.folder / "next" / "changes" / "gone.json").read_bytes())["gone_units"]
    data = (target / "integrity" / "units.bin").read_bytes()
    digests = {data[32 * number : 32 * number + 32].hex() for number in gone}
    assert digests == {verify_publication(target, claims=(claim,)).proven[0].digest}


def test_what_changed_is_a_dataset_of_its_own_and_no_part_of_the_whole(town, target):
    town.add(case(killed("14", said="2031-05-02"), note="3"))
    publish(town.root, town.folder / "next", settings=SETTINGS, since=target)
    described = store_of(town.folder / "next" / "dataset.ttl")
    held = {}
    for name, path in rows_of(
        described.query(
            f"""SELECT ?set ?url {{ ?set a <{DCAT}Dataset> ; <{DCTERMS}title> ?t ; <{DCTERMS}description> ?d ;
            <{DCTERMS}license> ?l ; <{DCAT}distribution>/<{DCAT}downloadURL> ?url }}"""
        )
    ):
        held.setdefault(name.partition("#")[2], set()).add(path.removeprefix("https://host.example/data/"))
    assert held["changes"] == {"changes/added.nq.zst", "changes/gone.json"}
    assert {"dumps/record.nq.zst", "tables/claims.csv", "sources/index.csv"} <= held["record"]
    assert held["record"] & held["changes"] == set()
    dumps = described.query(f"SELECT ?url {{ ?set <{VOID}dataDump> ?url }}")
    assert {url.rsplit("/", 2)[1] for (url,) in rows_of(dumps)} == {"dumps"}


def test_a_damaged_or_foreign_earlier_publication_is_refused(tmp_path, town, target):
    (tmp_path / "elsewhere").mkdir()
    other = Town(tmp_path / "elsewhere")
    publish(other.root, tmp_path / "other", settings=SETTINGS)
    other.add(case(killed("1")))
    publish(other.root, tmp_path / "other", settings=SETTINGS)
    with pytest.raises(Unusable, match="not a publication of an earlier state"):
        publish(town.root, town.folder / "x", settings=SETTINGS, since=tmp_path / "other")
    (target / "style.css").write_text("")
    with pytest.raises(Unusable, match="does not verify"):
        publish(town.root, town.folder / "x", settings=SETTINGS, since=target)


# --- never half there -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_leaves_the_old_publication_or_the_new_one_whole(town, target, when):
    old = snapshot_of(target)
    town.add(case(killed("14", said="2031-05-02"), note="3"))
    run = subprocess.run([sys.executable, "-c", KILLED, town.root, target, when], cwd=Path.cwd(), check=False)
    assert run.returncode == -signal.SIGKILL
    assert verify_publication(target).findings == ()
    assert (snapshot_of(target) == old) is (when == "before")
    assert target.with_name("out.part").exists()
    publish(town.root, target, settings=SETTINGS)
    assert verify_publication(target).entry == 3
    assert not target.with_name("out.part").exists()


def test_a_folder_that_holds_something_else_is_not_replaced(town):
    (town.folder / "mine").mkdir()
    (town.folder / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(Unusable, match="something else"):
        publish(town.root, town.folder / "mine", settings=SETTINGS)
    with pytest.raises(Unusable, match="lies in the record"):
        publish(town.root, town.root / "out", settings=SETTINGS)
    assert (town.folder / "mine" / "thesis.txt").read_text() == "years of work"


# --- the commands -----------------------------------------------------------------------------------------------------


def test_the_commands_publish_sign_and_verify(town):
    run, out, key = CliRunner().invoke, str(town.folder / "out"), str(town.folder / "key.pem")
    data = ["--data", str(town.root)]
    made = run(averment, ["publish", out, "--new-key", key, *data])
    assert made.exit_code == 0, made.output
    assert "Signed; the public key is" in made.output
    assert "No licence is stated" in made.output
    public = re.search(r"key is ([0-9a-f]{64})", made.output)[1]
    claim = town.claim("11 killed")
    told = run(averment, ["verify", out, "--claim", claim, "--public-key", public])
    assert (told.exit_code, f"{claim} is in it, unchanged" in told.output) == (0, True)
    (town.folder / "out" / "style.css").write_text("x")
    told = run(averment, ["verify", out])
    assert (told.exit_code, "style.css: it has 1 bytes" in told.output) == (1, True)
    assert run(averment, ["verify", "--claim", claim, *data]).exit_code == 2

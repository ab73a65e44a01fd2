"""The page a person sees first: plain HTML, no script, nothing from another host."""

from collections.abc import Sequence
from html import escape

from kg.publish.settings import Described, Settings, Standing

STYLE = b"""body { max-width: 60rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
body { color: #1a1a1a; background: #ffffff; }
a { color: #0b4a8f; }
a:focus { outline: 3px solid #0b4a8f; outline-offset: 2px; }
a, code { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #767676; }
td.number { text-align: right; white-space: nowrap; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #767676; }
@media (prefers-color-scheme: dark) {
  body { color: #f2f2f2; background: #16181b; }
  a { color: #9cc8ff; }
  a:focus { outline-color: #9cc8ff; }
}
"""
# Not in the table of files: what describes all of them.
_ABOUT = (
    ("dataset.ttl", "DCAT and VoID: every file with size and SHA-256, every class and property with how many"),
    ("questions.ttl", "The named questions as SPARQL"),
    ("ro-crate-metadata.json", "The same for RO-Crate"),
    ("CITATION.cff", "How it is cited, for programs"),
    ("LICENSE.txt", "What may be done with it"),
    (
        "vocabulary/ontology/core.ttl",
        "The first file of the vocabulary; the others, its codes and shapes lie beside it",
    ),
    ("manifest.json", "Every file with size and SHA-256"),
    ("manifest.json.sha256", "The checksum of that"),
)
CHECK_FILES = """sha256sum --check manifest.json.sha256
python3 -c 'import json
for each in json.load(open("manifest.json"))["files"]: print(each["sha256"] + "  " + each["path"])' |
    sha256sum --check --quiet"""
CHECK_SIGNATURE = """KEY=%s
AT=$(mktemp -d)
python3 - $KEY $AT <<'END'
import hashlib, json, sys
at = sys.argv[2]
digest = hashlib.sha256(open("manifest.json", "rb").read()).digest()
open(at + "/signed", "wb").write(b"averment publication 1\\n" + digest)
open(at + "/signature", "wb").write(bytes.fromhex(json.load(open("manifest.json.sig"))["signature"]))
open(at + "/key.der", "wb").write(bytes.fromhex("302a300506032b6570032100" + sys.argv[1]))
END
openssl pkeyutl -verify -pubin -keyform DER -inkey $AT/key.der -rawin -in $AT/signed -sigfile $AT/signature"""
LOAD = """# pip install pyoxigraph zstandard
import glob, pyoxigraph, zstandard
store, vocabulary = pyoxigraph.Store(), pyoxigraph.NamedNode("https://w3id.org/averment/ns")
for name in ("record", "derived", "analysis"):
    with zstandard.open(f"dumps/{name}.nq.zst", "rb") as dump:
        store.bulk_load(dump, format=pyoxigraph.RdfFormat.N_QUADS)
for path in glob.glob("vocabulary/**/*.ttl", recursive=True):
    store.bulk_load(path=path, format=pyoxigraph.RdfFormat.TURTLE, to_graph=vocabulary)
query = "SELECT (COUNT(*) AS ?claims) { ?claim a <https://w3id.org/averment/ns#Claim> }"
for row in store.query(query, use_default_graph_as_union=True):
    print(row["claims"].value)"""
COUNT = """# pip install duckdb
import duckdb
print(duckdb.sql("SELECT stance, count(*) FROM 'tables/claims.parquet' WHERE kind = 'claim' GROUP BY stance"))"""
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


def index_page(
    settings: Settings, standing: Standing, files: Sequence[Described], *, facts: Sequence[tuple[str, str]], key: str
) -> bytes:
    """`index.html`; `facts` are pairs of what and how many, `key` is the public key in hexadecimal, "" if unsigned."""
    rows = "\n".join(_row(each) for each in files)
    told = "\n".join(f"<tr><th scope=row>{escape(what)}</th><td>{escape(value)}</td></tr>" for what, value in facts)
    signed = (
        f"<p>It is signed, in {_link('manifest.json.sig')}. The public key is <code>{escape(key)}</code>; take it "
        "from the publisher, not from here, and put it into the first line. The last line says whether the signature "
        "is by it:</p>\n"
        f"{_code(CHECK_SIGNATURE % 'HEX')}"
        if key
        else "<p><strong>It is not signed.</strong> The checksums show damage, not who published it.</p>"
    )
    licence = _link(settings.licence) if settings.licence else "The publisher has stated none."
    about = "\n".join(f"<li>{_link(path)}: {escape(what)}</li>" for path, what in _ABOUT)
    publisher = escape(settings.publisher) or "Publisher not stated"
    cited = (
        f"{publisher} ({standing.recorded[:4]}). <cite>{escape(settings.title)}</cite>. Data set, "
        f"version {standing.entry}, <code>urn:sha256:{standing.head}</code>."
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(settings.title)}</title>
<link rel="stylesheet" href="style.css">
<link rel="describedby" type="text/turtle" href="dataset.ttl">
</head>
<body>
<main>
<h1>{escape(settings.title)}</h1>
<p>Who asserts what, on whose word, and when. This record does not decide what is true: that two claims stand here does
not mean that both hold, and that many repeat one does not mean that many know.</p>
<h2>What it is</h2>
<table>
<caption>The state of the record</caption>
<tbody>
<tr><th scope=row>Stands at entry</th><td>{standing.entry}</td></tr>
<tr><th scope=row>Recorded</th><td><time datetime="{standing.recorded}">{standing.recorded}</time></td></tr>
<tr><th scope=row>Hash of the log</th><td><code>{standing.head}</code></td></tr>
<tr><th scope=row>Published by</th><td>{escape(settings.publisher) or "not stated"}</td></tr>
<tr><th scope=row>Licence</th><td>{licence}</td></tr>
{told}
</tbody>
</table>
<h2>Files</h2>
<p>There is <a href="sources/index.csv">a file for each document</a> as well. The documents themselves are not here.</p>
<table>
<caption>What can be downloaded</caption>
<thead><tr><th scope=col>File</th><th scope=col>What it holds</th><th scope=col>Bytes</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<p>What describes them:</p>
<ul>
{about}
</ul>
<h2>How to ask it</h2>
<p>In a copy of this folder. Any SPARQL store will do; the three dumps and the vocabulary make one that answers as the
record does, all graphs asked as one:</p>
{_code(LOAD)}
<p>The tables, in anything that reads Parquet or CSV:</p>
{_code(COUNT)}
<h2>How to cite it</h2>
<p>{cited}</p>
<p>The version and the hash name one state of the record. Each claim has an address of its own, which begins with
<code>{escape(standing.base)}</code>.</p>
<h2>Whether it is unchanged</h2>
<p>Without any program of ours, in a copy of this folder; nothing but <code>manifest.json: OK</code> is printed where
every file is as it was published:</p>
{_code(CHECK_FILES)}
{signed}
<p>With the program that made it: <code>averment verify FOLDER</code>, and <code>averment verify FOLDER --claim
IRI</code> for one claim.</p>
</main>
</body>
</html>
""".encode()


def _link(path: str) -> str:
    return f'<a href="{escape(path)}">{escape(path)}</a>'


def _code(text: str) -> str:
    return f"<pre tabindex=0>{escape(text)}</pre>"


def _row(each: Described) -> str:
    return f"<tr><td>{_link(each.path)}</td><td>{escape(each.title)}</td><td class=number>{each.size:,}</td></tr>"

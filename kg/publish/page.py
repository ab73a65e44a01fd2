"""The page a person sees first: plain HTML, no script, nothing from another host."""

from collections.abc import Sequence
from html import escape

from kg.publish.settings import Described, Settings, Standing

STYLE = b"""body { max-width: 60rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
body { color: #1a1a1a; background: #ffffff; }
a { color: #0b4a8f; }
a:focus { outline: 3px solid #0b4a8f; outline-offset: 2px; }
code { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #767676; }
td.number { text-align: right; white-space: nowrap; }
@media (prefers-color-scheme: dark) {
  body { color: #f2f2f2; background: #16181b; }
  a { color: #9cc8ff; }
  a:focus { outline-color: #9cc8ff; }
}
"""
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


def index_page(
    settings: Settings, standing: Standing, files: Sequence[Described], *, facts: Sequence[tuple[str, str]], key: str
) -> bytes:
    """`index.html`; `facts` are pairs of what and how many, `key` is the public key in hexadecimal, "" if unsigned."""
    rows = "\n".join(_row(each) for each in files)
    told = "\n".join(f"<tr><th scope=row>{escape(what)}</th><td>{escape(value)}</td></tr>" for what, value in facts)
    signed = (
        f"<p>It is signed. The public key is <code>{escape(key)}</code>; take it from the publisher, not from here.</p>"
        if key
        else "<p><strong>It is not signed.</strong> The checksums show damage, not who published it.</p>"
    )
    licence = escape(settings.licence) if settings.licence else "The publisher has stated none."
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
<h2>Whether it is unchanged</h2>
{signed}
<p>Without any program of ours: <code>sha256sum --check manifest.json.sha256</code> checks <a
href="manifest.json">manifest.json</a>, which lists every file with its SHA-256. With it:
<code>averment verify FOLDER</code>, and <code>averment verify FOLDER --claim IRI</code> for one claim.</p>
</main>
</body>
</html>
""".encode()


def _row(each: Described) -> str:
    link = f'<a href="{escape(each.path)}">{escape(each.path)}</a>'
    return f"<tr><td>{link}</td><td>{escape(each.title)}</td><td class=number>{each.size:,}</td></tr>"

"""A query as code in other people's languages, each a whole program that prints the answer."""

import json
import shlex

CSV = "text/csv"


def code_for(query: str, endpoint: str, *, accept: str = CSV) -> list[tuple[str, str]]:
    """The name of each language, and the code that asks the endpoint and prints what comes.

    >>> print(code_for("ASK {}", "http://127.0.0.1:8000/sparql")[0][1])
    curl --fail-with-body --data-urlencode 'query=ASK {}' --header 'Accept: text/csv' http://127.0.0.1:8000/sparql
    """
    # A JSON string in ASCII is also a string of Python and of JavaScript; R has no pairs of surrogates.
    text, address, taken = (json.dumps(each) for each in (query, endpoint, accept))
    shell = f"--data-urlencode {shlex.quote(f'query={query}')} --header {shlex.quote(f'Accept: {accept}')}"
    curl = f"curl --fail-with-body {shell} {shlex.quote(endpoint)}"
    python = f"""from urllib.parse import urlencode
from urllib.request import Request, urlopen

query = {_lines(query)}
body = urlencode({{"query": query}}).encode()
with urlopen(Request({address}, body, {{"Accept": {taken}}})) as answer:
    print(answer.read().decode())"""
    r = f"""library(httr2)

query <- {_r_string(query)}
answer <- request({_r_string(endpoint)}) |>
  req_headers(Accept = {_r_string(accept)}) |>
  req_body_form(query = query) |>
  req_perform()
cat(resp_body_string(answer))"""
    javascript = f"""const query = {text};
const answer = await fetch({address}, {{
  method: "POST",
  headers: {{ Accept: {taken} }},
  body: new URLSearchParams({{ query }}),
}});
if (!answer.ok) throw new Error(await answer.text());
console.log(await answer.text());"""
    return [("curl", curl), ("Python", python), ("R", r), ("JavaScript", javascript)]


def _lines(query: str) -> str:
    """A string of Python, line by line where it has several."""
    lines = query.splitlines(keepends=True)
    if len(lines) < 2:
        return repr(query)
    return "(\n" + "\n".join(f"    {line!r}" for line in lines) + "\n)"


def _r_string(text: str) -> str:
    """A string of R: the escapes are those of JSON, and what lies outside ASCII stands as it is."""
    return json.dumps(text, ensure_ascii=False)

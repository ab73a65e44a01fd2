"""Every question of the library on a whole record beside one bare pass: python tests/bench/bench_questions.py [CLAIMS].

The record is the generator's. A question is asked of all and, where it may be, of one event; what must be given is
drawn from the record. The baseline counts who said what in one pass over all claims. `--record FOLDER` takes a record
that is made already; further words are the names of questions.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.questions import Question, ask, list_questions
from kg.record import OpenRecord
from tests.generator.record import make_record

_PASS = """
    PREFIX av: <https://w3id.org/averment/ns#> PREFIX prov: <http://www.w3.org/ns/prov#>
    SELECT (COUNT(?voice) AS ?n) { ?claim av:content ?said ; prov:wasAttributedTo ?voice }"""
_DRAWN = {
    "agent": "SELECT voice FROM claims WHERE kind = 'claim' GROUP BY voice ORDER BY count(*), voice",
    "document": "SELECT document FROM claims WHERE document IS NOT NULL GROUP BY document ORDER BY count(*), document",
    "event": "SELECT event FROM concerns GROUP BY event ORDER BY count(*), event",
    "claim": "SELECT root FROM claims WHERE depth > 0 GROUP BY root ORDER BY max(depth), count(*), root",
}
# One thing in a hundred has more claims than what is asked about.
_RANK = 0.99


def draw(record: OpenRecord) -> dict[str, str]:
    """What a question is asked about, by the name of its parameter."""
    drawn = {}
    for name, sql in _DRAWN.items():
        rows = record.view().rows(sql)
        drawn[name] = str(rows[int(_RANK * len(rows))][0])
    return {**drawn, "date": "2018-06-30"}


def iter_scopes(question: Question, drawn: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each way in which a question is asked: of all, and of one event where it may be."""
    needed = {param.name: drawn[param.name] for param in question.params if param.required}
    yield "all", needed
    if any(param.name == "event" and not param.required for param in question.params):
        yield "event", {**needed, "event": drawn["event"]}


def measure(record: OpenRecord, names: list[str]) -> dict[str, dict[str, float]]:
    """Processor and wall seconds, rows, and processor time in passes, of each question asked."""
    begun = process_time()
    record.query(_PASS)
    passing = process_time() - begun
    sys.stdout.write(f"{'one pass over all claims':46} all   {passing:8.2f} s\n")
    found = {"one pass": {"seconds": passing}}
    drawn = draw(record)
    for question in list_questions():
        for scope, params in iter_scopes(question, drawn) if not names or question.name in names else ():
            begun, wall = process_time(), perf_counter()
            rows = len(ask(record, question.name, params, base=record.base).rows)
            seconds = process_time() - begun
            found[f"{question.name} {scope}"] = {
                "seconds": seconds,
                "wall": perf_counter() - wall,
                "rows": rows,
                "passes": seconds / passing,
            }
            told = f"{question.name:46} {scope:5} {seconds:8.2f} s {seconds / passing:7.2f} passes {rows:9,} rows"
            sys.stdout.write(f"{told}\n")
            sys.stdout.flush()
    return found


def main() -> None:
    """Measure, print, and save as JSON under build/bench/."""
    arguments = sys.argv[1:]
    folder = arguments.pop(arguments.index("--record") + 1) if "--record" in arguments else ""
    claims = next((int(each) for each in arguments if each.isdecimal()), 100_000)
    names = [each for each in arguments if not each.isdecimal() and each != "--record"]
    with tempfile.TemporaryDirectory() as made:
        if not folder:
            make_record(Path(made) / "record", claims)
        found = measure(OpenRecord.open(Path(folder or f"{made}/record")), names)
    target = Path("build/bench/questions.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

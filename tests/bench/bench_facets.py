"""All facets of a record together beside a plain count of each column: python tests/bench/bench_facets.py [CLAIMS].

The record is made by SQL with a fixed seed, as Parquet like the real tables: events and voices are of uneven weight,
an event has a place, a point and a date, one claim in ten denies. The baseline asks the tables for the same counts
without places, dates, standing and origins, a query for each. What the server holds in memory stands beside the same in
SQL, and must have found the same.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.analysis.compare.contradicted import Standing
from kg.analysis.facets.choice import Box, Choice, Months, Named
from kg.analysis.facets.held import hold_index
from kg.analysis.facets.held_map import place_held
from kg.analysis.facets.index import build_index, complete_index
from kg.analysis.facets.map import place_claims
from kg.analysis.facets.narrow import count_facets, find_claims
from kg.store.tables.columns import TABLES
from kg.store.tables.view import to_empty

BASE = "https://averment.example/id/"
AVC = "https://w3id.org/averment/codes/"
TIMES = 9
_MADE = f"""
CREATE TABLE made AS
SELECT i, floor({{events}} * u * u)::BIGINT AS event, floor(200 * v * v)::INT AS voice, x < 0.1 AS denies,
       CASE WHEN i < 3 * {{events}} AND i % 3 = 0 THEN 'Location' WHEN i < 3 * {{events}} AND i % 3 = 1 THEN 'Timing'
            WHEN w < 0.7 THEN 'Count' WHEN w < 0.95 THEN 'Assessment' ELSE 'Occurrence' END AS kind,
       floor(1 / pow(0.001 + y, 0.8))::BIGINT AS low, floor(5 * z)::BIGINT AS more,
       DATE '2014-01-01' + (4000 * t)::INT AS day
FROM (SELECT i, hash(i * 8 + 1) / 1.8446744073709552e19 AS u, hash(i * 8 + 2) / 1.8446744073709552e19 AS v,
             hash(i * 8 + 3) / 1.8446744073709552e19 AS w, hash(i * 8 + 4) / 1.8446744073709552e19 AS x,
             hash(i * 8 + 5) / 1.8446744073709552e19 AS y, hash(i * 8 + 6) / 1.8446744073709552e19 AS z,
             hash(i * 8 + 7) / 1.8446744073709552e19 AS t FROM range({{claims}}) r(i));
UPDATE made SET event = i // 3 WHERE kind IN ('Location', 'Timing');
CREATE TABLE named AS
SELECT *, '{BASE}claim/' || lpad(i::VARCHAR, 32, '0') AS iri, '{BASE}event/' || event AS about,
       '{BASE}agent/' || voice AS who, '{BASE}question/' || event || kind AS question,
       '{BASE}proposition/' || event || kind || CASE kind WHEN 'Count' THEN low || '-' || more
           WHEN 'Assessment' THEN (low % 12)::VARCHAR ELSE '' END AS proposition,
       CASE kind WHEN 'Assessment' THEN '{{{{"scheme":"{AVC}scheme-oir-allegation-status","standard":"{AVC}not-stated",'
                || '"status":"{AVC}' || (['oir-credible', 'oir-open', 'oir-not-credible-did-not-occur'])[1 + low % 3]
                || '"}}}}'
            WHEN 'Location' THEN '{{{{"accuracy":"{AVC}airwars-geo-village","place":"Place ' || (event * event) % 4000
                || '","point":"POINT(' || 36 + (event % 700) / 100 || ' ' || 33 + (event % 400) / 100 || ')"}}}}'
            WHEN 'Timing' THEN '{{{{"time":"' || (DATE '2014-01-01' + (event % 4000)::INT) || '"}}}}'
            WHEN 'Occurrence' THEN '{{{{"what":"{AVC}killed"}}}}' ELSE '{{{{}}}}' END AS slots
FROM made;
"""
_CLAIMS = """
SELECT iri, 'claim' AS kind, CASE WHEN denies THEN 'denies' ELSE 'asserts' END AS stance, proposition, who AS voice,
       iri AS root, day AS earliest, day AS latest, about AS event, question, kind AS proposition_kind,
       []::VARCHAR[] AS revises, []::VARCHAR[] AS withdraws FROM named"""
_UNSTATED = f"'{AVC}not-stated'"
_COUNTS = f"""
SELECT DISTINCT proposition, question, [about] AS about, '{AVC}killed' AS measure, {_UNSTATED} AS population,
       {_UNSTATED} AS basis, {_UNSTATED} AS actor, {_UNSTATED} AS period, low AS at_least, low + more AS at_most
FROM named WHERE kind = 'Count'"""
_POSITIONS = """
SELECT DISTINCT proposition, question, slots ->> '$.scheme' AS scheme, slots ->> '$.status' AS status,
       []::VARCHAR[] AS any_of FROM named WHERE kind = 'Assessment'"""
_PROPOSITIONS = "SELECT DISTINCT proposition AS iri, kind, question, [about] AS about, slots FROM named"
_MAKERS = {
    "claims": _CLAIMS,
    "counts": _COUNTS,
    "positions": _POSITIONS,
    "propositions": _PROPOSITIONS,
    "concerns": "SELECT iri AS claim, about AS event, about AS home FROM named",
    "events": "SELECT DISTINCT about AS iri, 'Incident' AS kind, about AS label FROM named",
    "agents": "SELECT DISTINCT who AS iri, 'Organisation' AS kind, who AS label FROM named",
}
CHOICES = {
    "nothing chosen": Choice(),
    "one voice": Choice(values={"voice": (f"{BASE}agent/3",)}),
    "numbers contradicted in 2017": Choice(
        values={"kind": ("Count",), "standing": (str(int(Standing.CONTRADICTED)),)},
        dates={"happened": (Months.of_year(2017),)},
    ),
    "two voices, a status, a place, a part of the map": Choice(
        values={
            "voice": (f"{BASE}agent/3", f"{BASE}agent/4"),
            "status": (f"{AVC}oir-credible",),
            "place": ("Place 1", "Place 4", "Place 9"),
        },
        box=Box(36.5, 33.5, 40, 36),
    ),
    "a search": Choice(named=Named(events=tuple(f"{BASE}event/{i}" for i in range(50)), voices=(f"{BASE}agent/9",))),
}


class View:
    """The tables of a made-up record, as Parquet."""

    def __init__(self, folder: Path, claims: int) -> None:
        self.connection = duckdb.connect(config={"preserve_insertion_order": "false"})
        for statement in _MADE.format(events=max(10, claims // 8), claims=claims).split(";\n"):
            self.connection.execute(statement)
        for name, table in TABLES.items():
            self._write(folder / f"{name}.parquet", table.order, to_empty(table), _MAKERS.get(name))
            self.connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder / name}.parquet')")
        self.connection.execute("DROP TABLE named; DROP TABLE made")

    def _write(self, path: Path, order: Sequence[str], empty: str, rows: str | None) -> None:
        filled = f"FROM ({empty}) UNION ALL BY NAME ({rows})" if rows else empty
        by = ", ".join(f'"{column}"' for column in order)
        self.connection.execute(f"COPY (SELECT * FROM ({filled}) ORDER BY {by}) TO '{path}'")

    def rows(self, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
        """The rows an SQL query yields."""
        return self.connection.cursor().execute(sql, params).fetchall()

    def arrow(self, sql: str, params: Any = None) -> pa.Table:
        """The rows an SQL query yields, as an Arrow table."""
        return self.connection.cursor().sql(sql, params=params).to_arrow_table()


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What some work yields, and its seconds."""
    start = perf_counter()
    found = work()
    return found, perf_counter() - start


def plain(view: View) -> None:
    """The baseline: four columns counted straight from the tables."""
    for column in ("voice", "proposition_kind", "stance", "date_trunc('month', latest)"):
        view.rows(f"SELECT {column}, count(*) FROM claims WHERE kind = 'claim' GROUP BY 1")


def median(work: Callable[[], Any]) -> float:
    """The median seconds of a few goes."""
    return statistics.median(timed(work)[1] for _ in range(TIMES))


def measure(claims: int) -> dict[str, object]:
    """One size: making the index, and every choice with the first page of its claims."""
    with tempfile.TemporaryDirectory() as folder:
        view = View(Path(folder), claims)
        _, basic = timed(lambda: build_index(view))
        index, whole = timed(lambda: complete_index(view))
        held, holding = timed(lambda: hold_index(view, index))
        baseline = median(lambda: plain(view))
        found = {}
        for name, choice in CHOICES.items():
            jobs = {
                "facets": lambda choice=choice: held.count(choice, held.test(view, choice)),
                "facets by SQL": lambda choice=choice: count_facets(view, choice, index=index),
                "first page": lambda choice=choice: held.find(view, held.test(view, choice), order="happened", most=25),
                "first page by SQL": lambda choice=choice: find_claims(
                    view, choice, index=index, order="happened", most=25
                ),
                "map": lambda choice=choice: place_held(held, choice, held.test(view, choice)),
                "map by SQL": lambda choice=choice: place_claims(view, choice, index=index),
            }
            counted = held.count(choice, held.test(view, choice))
            assert counted == count_facets(view, choice, index=index)
            seconds = {job: median(work) for job, work in jobs.items()}
            found[name] = {
                "claims": counted.claims,
                **{f"{job} ms": round(each * 1000, 1) for job, each in seconds.items()},
                "facets / baseline": round(seconds["facets"] / baseline, 2),
            }
        return {
            "claims": claims,
            "index s": round(basic, 2),
            "standing and origins s": round(whole, 2),
            "holding s": round(holding, 2),
            "baseline ms": round(baseline * 1000),
            "choices": found,
        }


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[1:]] or [1_000_000]
    sys.stdout.write(json.dumps([measure(size) for size in sizes], indent=1) + "\n")

"""All facets of a record beside a plain count of each column: python tests/bench/bench_facets.py [ROWS|RECORD].

The record is that of a made-up table of so many rows, six claims or so from each, imported. The baseline asks the
tables for the same counts without places, dates, standing and origins, a query for each. What the server holds in
memory stands beside the same in SQL, and must have found the same.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.analysis.compare.contradicted import Standing
from kg.analysis.facets.choice import Box, Choice, Months, Named
from kg.analysis.facets.held import hold_index
from kg.analysis.facets.held_map import place_held
from kg.analysis.facets.index import build_index, complete_index
from kg.analysis.facets.map import place_claims
from kg.analysis.facets.narrow import count_facets, find_claims
from kg.log import Record
from kg.projections import tables_folder
from kg.store.tables import Tables, TablesView
from tests.bench.bench_import import BASE, WHEN, run_import
from tests.generator import tables as made

TIMES = 9


def choices(view: TablesView) -> dict[str, Choice]:
    """What may be chosen on the page, by what there is most of."""
    voices = _most(view, "SELECT voice FROM claims WHERE kind = 'claim'")
    events = _most(view, "SELECT event FROM concerns")
    statuses = _most(view, "SELECT p.status FROM claims c JOIN positions p USING (proposition) WHERE p.status <> ''")
    places = _most(view, "SELECT slots ->> '$.place' FROM propositions WHERE slots ->> '$.place' <> ''")
    (year,) = view.rows("SELECT year(quantile_disc(latest, 0.5)) FROM claims")[0]
    return {
        "nothing chosen": Choice(),
        "one voice": Choice(values={"voice": voices[3:4] or voices[:1]}),
        "numbers contradicted in a year": Choice(
            values={"kind": ("Count",), "standing": (str(int(Standing.CONTRADICTED)),)},
            dates={"happened": (Months.of_year(year),)},
        ),
        "two voices, a status, three places": Choice(
            values={"voice": voices[:2], "status": statuses[:1], "place": places[:3]},
        ),
        "a part of the map": Choice(box=_middle(view)),
        "a search": Choice(named=Named(events=events[:50], voices=voices[-1:])),
    }


def _most(view: TablesView, sql: str) -> tuple[str, ...]:
    """The values of a query, the commonest first."""
    found = view.rows(f"SELECT v FROM ({sql}) t(v) GROUP BY v ORDER BY count(*) DESC, v LIMIT 50")
    return tuple(str(row[0]) for row in found)


def _middle(view: TablesView) -> Box:
    """The box between the quarters of all points."""
    sql = """SELECT quantile_cont(x::DOUBLE, [0.25, 0.75]), quantile_cont(y::DOUBLE, [0.25, 0.75]) FROM (
             SELECT split_part(p, ' ', 1) AS x, split_part(p, ' ', 2) AS y FROM (
             SELECT regexp_extract(slots ->> '$.point', '[(](.*)[)]', 1) AS p FROM propositions) WHERE p <> '')"""
    ((west, east), (south, north)) = view.rows(sql)[0]
    return Box(west, south, east, north)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What some work yields, and its seconds."""
    start = perf_counter()
    found = work()
    return found, perf_counter() - start


def plain(view: TablesView) -> None:
    """The baseline: four columns counted straight from the tables."""
    for column in ("voice", "proposition_kind", "stance", "date_trunc('month', latest)"):
        view.rows(f"SELECT {column}, count(*) FROM claims WHERE kind = 'claim' GROUP BY 1")


def median(work: Callable[[], Any]) -> float:
    """The median seconds of a few goes."""
    return statistics.median(timed(work)[1] for _ in range(TIMES))


def measure(root: Path) -> dict[str, object]:
    """One record: making the index, and every choice with the first page of its claims."""
    with Tables.open(tables_folder(root)).connect() as view:
        _, basic = timed(lambda: build_index(view))
        index, whole = timed(lambda: complete_index(view))
        held, holding = timed(lambda: hold_index(view, index))
        baseline = median(lambda: plain(view))
        found = {}
        for name, choice in choices(view).items():
            jobs = {
                "facets": lambda choice=choice: held.count(choice, held.test(view, choice)),
                "facets by SQL": lambda choice=choice: count_facets(view, choice, index=index),
                "first page": lambda choice=choice: held.find(held.test(view, choice), order="happened", most=25),
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
            "claims": view.rows("SELECT count(*) FROM claims WHERE kind = 'claim'")[0][0],
            "index s": round(basic, 2),
            "standing and origins s": round(whole, 2),
            "holding s": round(holding, 2),
            "baseline ms": round(baseline * 1000),
            "choices": found,
        }


def main(of: str = "1000") -> dict[str, object]:
    """A record that is there, or one of a made-up table of so many rows."""
    if not of.isdecimal():
        return measure(Path(of))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made.write_table(folder / "in", made.iter_rows(int(of)))
        record = Record.create(folder / "data", base=BASE, created=WHEN)
        run_import(folder / "data", folder / "in" / "incidents.csv", record)
        return measure(folder / "data")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:]), indent=1) + "\n")

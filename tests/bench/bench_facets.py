"""All facets of a record beside a plain count of each column: python tests/bench/bench_facets.py [ROWS|RECORD].

The record is that of a made-up table of so many rows, six claims or so from each, imported. The baseline asks the
tables for the same counts without places, dates, standing and origins, a query for each. What the server holds in
memory stands beside the same in SQL, and must have found the same. Last come counts over all claims that are no facets,
the 50 most frequent values of a column, by SQL. Wall milliseconds of the median; of what is held, and of those counts,
processor time beside them.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
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
_COUNTED = ("voice", "speaker", "proposition_kind", "event", "question", "document")


def choices(view: TablesView) -> dict[str, Choice]:
    """What may be chosen on the page, by what there is most of."""
    voices = _most(view, "SELECT voice FROM claims WHERE kind = 'claim'")
    events = _most(view, "SELECT event FROM concerns")
    statuses = _most(view, "SELECT p.status FROM claims c JOIN positions p USING (proposition) WHERE p.status <> ''")
    places = _most(view, "SELECT slots ->> '$.place' FROM propositions WHERE slots ->> '$.place' <> ''")
    (year,) = view.rows("SELECT year(quantile_disc(latest, 0.5)) FROM claims")[0]
    found = {
        "nothing chosen": Choice(),
        "one voice": Choice(values={"voice": voices[3:4] or voices[:1]}),
        "numbers contradicted in a year": Choice(
            values={"kind": ("Count",), "standing": (str(int(Standing.CONTRADICTED)),)},
            dates={"happened": (Months.of_year(year),)},
        ),
        "two voices, a status, three places": Choice(
            values={"voice": voices[:2], "status": statuses[:1], "place": places[:3]},
        ),
        "a search": Choice(named=Named(events=events[:50], voices=voices[-1:])),
    }
    box = _middle(view)
    return {**found, "a part of the map": Choice(box=box)} if box else found


def _most(view: TablesView, sql: str) -> tuple[str, ...]:
    """The values of a query, the commonest first."""
    found = view.rows(f"SELECT v FROM ({sql}) t(v) GROUP BY v ORDER BY count(*) DESC, v LIMIT 50")
    return tuple(str(row[0]) for row in found)


def _middle(view: TablesView) -> Box | None:
    """The box between the quarters of all points, None where nothing is placed by one."""
    sql = """SELECT quantile_cont(x::DOUBLE, [0.25, 0.75]), quantile_cont(y::DOUBLE, [0.25, 0.75]) FROM (
             SELECT split_part(p, ' ', 1) AS x, split_part(p, ' ', 2) AS y FROM (
             SELECT regexp_extract(slots ->> '$.point', '[(](.*)[)]', 1) AS p FROM propositions) WHERE p <> '')"""
    sides = view.rows(sql)[0]
    if None in sides:
        return None
    ((west, east), (south, north)) = sides
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


def median_used(work: Callable[[], Any]) -> float:
    """The median seconds of processor time of a few goes."""

    def used() -> float:
        begun = process_time()
        work()
        return process_time() - begun

    return statistics.median(used() for _ in range(TIMES))


def count_all(view: TablesView) -> dict[str, dict[str, float]]:
    """The commonest values of some columns of all claims, a query for each."""
    found = {}
    for column in _COUNTED:
        work = partial(_most, view, f"SELECT {column} FROM claims WHERE kind = 'claim'")
        found[column] = {"ms": round(1000 * median(work), 1), "of the processor": round(1000 * median_used(work), 1)}
    return found


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
                "facets ms of the processor": round(median_used(jobs["facets"]) * 1000, 1),
                "facets / baseline": round(seconds["facets"] / baseline, 2),
            }
        return {
            "claims": view.rows("SELECT count(*) FROM claims WHERE kind = 'claim'")[0][0],
            "index s": round(basic, 2),
            "standing and origins s": round(whole, 2),
            "holding s": round(holding, 2),
            "baseline ms": round(baseline * 1000),
            "choices": found,
            "counts over all": count_all(view),
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

"""Positions as of a date, changes and numbers under a viewpoint: python tests/bench/bench_history.py.

On the tables of a made-up record. The baseline, in the same run, is the bare statement that
gives the last claim of each voice on each question by date, read as rows, and knows of no revision, withdrawal, denial
or date that may be the same. Each figure is wall seconds, then processor seconds. Arguments: the sizes, in claims.
"""

import json
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.analysis.as_of import AsOf
from kg.analysis.history.changes import changes, positions
from kg.analysis.viewpoint.numbers import numbers_under, what_if_withdrawn
from kg.model import Viewpoint
from tests.generator.entries import iter_entries
from tests.generator.record import make_tables

OUT = Path("build/bench/history.json")
_BARE = "SELECT arg_max(iri, latest), voice, question FROM claims WHERE latest <= ? GROUP BY voice, question"


def timed(work: Callable[[], Any]) -> tuple[Any, list[float]]:
    """What some work yields, and its seconds by the clock and of processor time."""
    start, used = perf_counter(), process_time()
    found = work()
    return found, [round(perf_counter() - start, 3), round(process_time() - used, 3)]


def measure(claims: int) -> dict[str, object]:
    """One size: the whole record as of two dates, its largest event, and one of middling size."""
    with tempfile.TemporaryDirectory() as folder:
        view = make_tables(Path(folder), iter_entries(claims)).connect()
        ((middle,),) = view.rows("SELECT quantile_disc(latest, 0.5) FROM claims")
        by_size = view.rows("SELECT event, count(*) AS n FROM concerns GROUP BY event ORDER BY n DESC, event")
        largest, usual = str(by_size[0][0]), str(by_size[len(by_size) // 2][0])
        _, bare = timed(lambda: view.rows(_BARE, [date(9999, 1, 1)]))
        held, whole = timed(lambda: positions(view))
        then, earlier = timed(lambda: positions(view, as_of=AsOf(said_by=middle)))
        _, recorded = timed(lambda: positions(view, as_of=AsOf(entry=1 + claims // 20_000)))
        turned, turns = timed(lambda: changes(view))
        found: dict[str, object] = {
            "claims": claims,
            "positions now, and in the middle": [len(held), len(then)],
            "changes": len(turned),
            "bare last words": bare,
            "positions of all": whole,
            "ratio to the bare statement": round(whole[1] / bare[1], 1),
            "positions of all as of a date said": earlier,
            "positions of all as of an entry": recorded,
            "changes of all": turns,
        }
        for name, event in (("largest", largest), ("middling", usual)):
            (voice,) = view.rows("SELECT min(voice) FROM claims WHERE event = ?", [event])[0]
            _, found[f"positions, {name} event"] = timed(lambda event=event: positions(view, event=event))
            _, found[f"numbers under a viewpoint, {name} event"] = timed(
                lambda event=event: numbers_under(view, Viewpoint(name="then", said_by=middle.isoformat()), event=event)
            )
            _, found[f"what if a voice were withdrawn, {name} event"] = timed(
                lambda event=event, voice=voice: what_if_withdrawn(view, Viewpoint(name="all"), voice, event=event)
            )
        found["claims of the largest event"] = by_size[0][1]
        found["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def main(*sizes: int) -> list[dict[str, object]]:
    """Every size."""
    found = [measure(size) for size in sizes or (10_000, 100_000)]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(int, sys.argv[1:])), indent=1) + "\n")

"""One claim, and forty, added to records of growing size: python tests/bench/bench_append.py [--full] [--record DIR].

Sizes are 10,000 and 100,000 claims, with --full 1,000,000; --record measures a copy of a record that is there. Each is
measured in a process that has the record open, for writing and for reading, and as a whole `averment add`. Beside it
stand the rebuild of both projections, and the straightforward way: rdflib holds the record and pySHACL checks it.
Wall times are followed by processor times, which other work on the machine disturbs less.
"""

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pyshacl
import rdflib
from ruamel.yaml import YAML

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg import pipeline, prospect, resources
from kg.intake import read_case
from kg.log import Record, Staging
from kg.projections import Projections
from kg.record import OpenRecord
from kg.store.embedded import EmbeddedStore
from kg.store.tables import Tables
from kg.terms import DEFAULT_BASE
from tests.generator.record import make_record

OUT = Path("build/bench/append.json")
TIMES = 9
STRAIGHTFORWARD = 500  # claims; pySHACL takes longer than anybody waits on more
STEPS: dict[str, tuple[Any, str]] = {
    "what is new": (pipeline, "find_fresh"),
    "shapes": (pipeline, "_find_shape_problems"),
    "surroundings": (prospect, "read_surroundings"),
    "rows around and new": (prospect.Prospect, "_read_nearby"),
    "rules across claims": (prospect.Prospect, "find_breaches"),
    "derive": (prospect.Prospect, "find_change"),
    "log": (Staging, "commit"),
    "graph, published": (EmbeddedStore, "apply"),
    "tables, published": (Tables, "add_rows"),
}


def write_case(path: Path, claims: int, *, events: list[int], serial: int) -> Path:
    """A case of so many claims about known events, of known voices, in a new document."""
    key, voices = f"news-{serial}", (3, 4)
    YAML(typ="safe", pure=True).dump(
        {
            "averment": 1,
            "recorder": "A. Recorder",
            "documents": {key: {"title": {"en": f"News {serial}"}, "publisher": "voice-3", "published": "2020-01-05"}},
            "agents": {
                f"voice-{number}": {
                    "kind": "organisation",
                    "name": {"en": f"Voice {number}", "ar": f"صوت {number}"},
                }
                for number in voices
            },
            "events": {f"event-{number}": {"kind": "incident", "name": {"en": f"Event {number}"}} for number in events},
            "defaults": {"said": "2020-01-04", "via": ["voice-3"], "grounds": ["not-stated"], "document": key},
            "claims": [
                {
                    "who": "voice-4",
                    "as": "indirect-speech",
                    "asserts": {
                        "count": {
                            "about": f"event-{events[number % len(events)]}",
                            "measure": "killed",
                            "population": "civilians",
                            "number": str(3 + number),
                        }
                    },
                    "wording": {"en": f"{3 + number} killed ({serial})"},
                }
                for number in range(claims)
            ],
        },
        path,
    )
    return path


@contextmanager
def steps() -> Iterator[dict[str, float]]:
    """Processor milliseconds by step while this lasts."""
    found = dict.fromkeys(STEPS, 0.0)
    kept = {name: getattr(place, attribute) for name, (place, attribute) in STEPS.items()}
    for name, (place, attribute) in STEPS.items():
        setattr(place, attribute, _clocked(kept[name], name, found))
    try:
        yield found
    finally:
        for name, (place, attribute) in STEPS.items():
            setattr(place, attribute, kept[name])


def _clocked(work: Callable[..., Any], name: str, found: dict[str, float]) -> Callable[..., Any]:
    def run(*args: Any, **options: Any) -> Any:
        start = process_time()
        result = work(*args, **options)
        if isinstance(result, Iterator):
            result = iter(list(result))
        found[name] += 1000 * (process_time() - start)
        return result

    return run


def measure(root: Path, folder: Path, claims: int) -> dict[str, object]:
    """Additions of so many claims to one record, the median of several."""
    record, reading = Record.open(root), OpenRecord.open(root)
    dice = random.Random(claims)
    events = [int(str(row[0]).rsplit("-", 1)[1]) for row in _median_events(reading)]
    wall, cpu, seen, seen_cpu, parts = [], [], [], [], []
    with Projections(root, record) as projections:
        for number in range(TIMES + 1):
            serial = dice.randrange(10**12)
            chosen = dice.sample(events, min(5, claims))
            path = write_case(folder / "case.yaml", claims, events=chosen, serial=serial)
            batch = read_case(path, base=DEFAULT_BASE, recorded="2026-06-01T12:00:00Z", software="averment bench")
            with steps() as found:
                start, start_cpu = perf_counter(), process_time()
                outcome = pipeline.record_batch(root, record, batch, projections=projections)
                taken, taken_cpu = perf_counter() - start, process_time() - start_cpu
            assert outcome.claims == claims
            start, start_cpu = perf_counter(), process_time()
            _look(reading, chosen[0], outcome.entry)
            if number:  # the first one warms up
                wall.append(taken)
                cpu.append(taken_cpu)
                seen.append(perf_counter() - start)
                seen_cpu.append(process_time() - start_cpu)
                parts.append(found)
    return {
        "claims added": claims,
        "recorded ms": _median(wall),
        "recorded ms, least": round(1000 * min(wall), 1),
        "recorded cpu ms": _median(cpu),
        "seen by an open reader ms": _median(seen),
        "seen by an open reader cpu ms": _median(seen_cpu),
        "cpu ms by step": {name: round(statistics.median(part[name] for part in parts), 1) for name in STEPS},
        "a whole `averment add`": _add(root, folder, claims, events),
    }


def _look(reading: OpenRecord, event: int, entry: int | None) -> None:
    """See a new claim as a page does: in the tables among those of its event, and in the graph."""
    about = f"{reading.base}event/event-{event}"
    found = reading.view().rows(
        "SELECT iri FROM claims WHERE event = ? AND entry = ? AND kind = 'claim'", [about, entry]
    )
    assert found
    assert all(reading.graph().describe(str(row[0])) for row in found)


def _median(seconds: list[float]) -> float:
    return round(1000 * statistics.median(seconds), 1)


def _median_events(reading: OpenRecord) -> list[tuple[Any, ...]]:
    """Thirty events of middling size."""
    return reading.view().rows(
        """SELECT event FROM (SELECT event, count(*) AS n FROM concerns WHERE event LIKE '%/event/%' GROUP BY event)
           ORDER BY abs(n - 6), event LIMIT 30"""
    )


def _add(root: Path, folder: Path, claims: int, events: list[int]) -> dict[str, float]:
    path = write_case(folder / "add.yaml", claims, events=events[: min(5, claims)], serial=claims + 7 * 10**12)
    command = [str(Path(sys.executable).parent / "averment"), "add", "--data", str(root), str(path)]
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    return {
        "ms": round(1000 * (perf_counter() - start)),
        "cpu ms": round(1000 * (used.ru_utime + used.ru_stime)),
        "peak MB": used.ru_maxrss // 1024,
    }


# Files that are never written again, which a copy may share.
_LASTING = (".sst", ".parquet", ".zst")


def copy_record(source: Path, target: Path) -> None:
    """A copy to write to, of the size of what is still written; on the same disk."""

    def copy(old: str, new: str) -> None:
        if old.endswith(_LASTING):
            os.link(old, new)
        else:
            shutil.copy2(old, new)

    shutil.copytree(source, target, copy_function=copy)


def rebuild(root: Path) -> float:
    """Seconds to make both projections anew."""
    with Projections(root, Record.open(root)) as projections:
        start = perf_counter()
        projections.rebuild_tables()
        projections.rebuild_graph()
        return round(perf_counter() - start, 1)


def straightforward(folder: Path) -> dict[str, object]:
    """A claim added to a small record as one would with rdflib and pySHACL: add, check the whole, or take it back."""
    record = make_record(folder / "straight", STRAIGHTFORWARD)
    lines = [line for found in record.log.iter_units() for line in found.unit.lines]
    graph = rdflib.Graph().parse(data="\n".join(f"{line[: line.rindex(' <')]} ." for line in lines), format="nt")
    texts = [path.read_text("utf-8") for path in resources.iter_ttl("shapes") if path.name != "ontology.ttl"]
    shapes = rdflib.Graph().parse(data="\n".join(texts), format="turtle")
    claim = next(line for line in lines if "/claim/" in line)
    start = perf_counter()
    graph.parse(data=f"{claim[: claim.rindex(' <')]} .", format="nt")
    pyshacl.validate(graph, shacl_graph=shapes)
    return {"claims in the record": STRAIGHTFORWARD, "one claim added ms": round(1000 * (perf_counter() - start))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--record", type=Path)
    parser.add_argument("--no-rebuild", action="store_true")
    given = parser.parse_args()
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found["rdflib and pySHACL"] = straightforward(folder)
        sizes = [10_000, 100_000, 1_000_000] if given.full else [10_000, 100_000]
        for size in [None] if given.record else sizes:
            root = folder / f"record-{size}"
            if size is None:
                copy_record(given.record, root)
            else:
                make_record(root, size)
            anew = {} if given.no_rebuild else {"both projections made anew, s": rebuild(root)}
            found[f"{size or given.record.name} claims"] = [anew, *(measure(root, folder, more) for more in (1, 40))]
            shutil.rmtree(root)
    found["peak MB of this process"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()

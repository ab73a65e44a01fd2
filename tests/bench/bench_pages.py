"""Server time of each kind of page: python tests/bench/bench_pages.py [CLAIMS | --record DIR].

The record is made with a fixed seed. Pages of each kind are taken at random from all there are, each asked for once, so
that none is warm but what all share; then the largest of its kind. The files of the graph are read once before, as
`averment serve` does where the system has room for them. The baseline is a page of the same application that
asks nothing of the record: the answer that there is no such page. Wall times are followed by processor times, which
other work on the machine disturbs less.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path
from time import perf_counter, process_time

from flask.testing import FlaskClient

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.projections import graph_folder
from kg.record import OpenRecord
from kg.serving.ahead import read_ahead
from tests.generator.record import make_record
from webui.app import create_app
from webui.serve import SHARED, hold_still

OUT = Path("build/bench/pages.json")
PAGES = 200
_ANY = {
    "event": "SELECT DISTINCT event FROM claims WHERE event IS NOT NULL ORDER BY 1",
    "claim": "SELECT iri FROM claims WHERE kind = 'claim' ORDER BY 1",
    "agent": "SELECT iri FROM agents ORDER BY 1",
    "document": "SELECT iri FROM documents ORDER BY 1",
}
_LARGEST = {
    "largest event": "SELECT event FROM claims WHERE event IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "largest agent": "SELECT voice FROM claims GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
}


def choose_pages(record: OpenRecord) -> Iterator[tuple[str, list[str]]]:
    """Kinds of page, and the addresses of some of each."""

    def address(iri: object) -> str:
        return f"/doc/{str(iri).removeprefix(record.base)}"

    dice = random.Random(1)
    yield "home", ["/"] * PAGES
    for kind, sql in _ANY.items():
        every = [address(row[0]) for row in record.view().rows(sql)]
        yield kind, dice.sample(every, min(PAGES, len(every)))
    for kind, sql in _LARGEST.items():
        yield kind, [address(row[0]) for row in record.view().rows(sql)] * 5
    events = [address(row[0]) for row in record.view().rows(_ANY["event"])]
    yield "comparisons", [f"{each}/comparisons" for each in dice.sample(events, min(PAGES, len(events)))]
    yield "number explained", [f"{each}/number?measure=killed" for each in dice.sample(events, min(PAGES, len(events)))]
    yield "viewpoints", ["/viewpoints"] * 20
    yield "questions", ["/questions"] * 20
    yield "SPARQL form", ["/sparql"] * 20
    yield "explore", [f"/explore?{choice}" for choice in _choices(dice)]


def _choices(dice: random.Random) -> Iterator[str]:
    """Facets chosen and names sought, none of them twice."""
    for year in range(2014, 2020):
        for kind in ("Count", "Assessment"):
            yield f"said={year}&kind={kind}"
            yield f"said={year}&stance=denies&page={dice.randint(1, 3)}"
    yield from ("q=event", "kind=Count", "standing=2", "")


def measure(
    client: FlaskClient, addresses: Sequence[str], *, status: int = 200, pooled: list[float] | None = None
) -> dict[str, float]:
    """Milliseconds of pages: median and 99th percentile, by the wall and of the processor; and their kilobytes.

    The wall times are added to `pooled`.
    """
    walls, processor, sizes = [], [], []
    for address in addresses:
        began, worked = perf_counter(), process_time()
        answer = client.get(address, headers={"Accept": "text/html"})
        sizes.append(len(answer.data))
        processor.append(1000 * (process_time() - worked))
        walls.append(1000 * (perf_counter() - began))
        assert answer.status_code == status, address
    if pooled is not None:
        pooled += walls
    return {
        "median": statistics.median(walls),
        "p99": to_p99(walls),
        "processor": statistics.median(processor),
        "processor p99": to_p99(processor),
        "kB": statistics.median(sizes) / 1000,
    }


def to_p99(walls: Sequence[float]) -> float:
    """The 99th percentile by nearest rank."""
    return sorted(walls)[ceil(0.99 * len(walls)) - 1]


def main() -> None:
    """Measure, print a table, and keep it as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("claims", nargs="?", type=int, default=10_000)
    parser.add_argument("--record", type=Path, help="a record that is there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = args.record or Path(folder) / "data"
        if args.record is None:
            make_record(root, args.claims)
        record = OpenRecord.open(root)
        read_ahead(graph_folder(root), tell=print).join()
        client = create_app(record, seconds=600).test_client()
        for address in SHARED:
            client.get(address, headers={"Accept": "text/html"})
        hold_still()
        bare = measure(client, ["/doc/none/none"] * PAGES, status=404)
        found = {"no such page (baseline)": bare}
        sys.stdout.write(
            f"{'page':26}{'median ms':>11}{'p99 ms':>9}{'processor':>11}{'p99':>7}{'kB':>7}{'× baseline':>12}\n"
        )
        walls: list[float] = []
        for kind, addresses in choose_pages(record):
            # The first of a kind makes what all of it share.
            measure(client, addresses[:1])
            found[kind] = each = measure(client, addresses, pooled=walls)
            ratio = each["processor"] / bare["processor"]
            worked = f"{each['processor']:11.1f}{each['processor p99']:7.0f}"
            line = f"{kind:26}{each['median']:11.1f}{each['p99']:9.1f}{worked}{each['kB']:7.0f}{ratio:12.1f}"
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        found["all"] = {"median": statistics.median(walls), "p99": to_p99(walls), "pages": len(walls)}
        sys.stdout.write(f"{f'all {len(walls)}':26}{found['all']['median']:11.1f}{found['all']['p99']:9.1f}\n")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

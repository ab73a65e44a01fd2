"""A provenance graph drawn in a real browser: python tests/bench/bench_graph.py.

Milliseconds to when every node is placed and painted once, in a browser that knows nothing yet: from when a reader who
scrolls comes to the drawing, whose nodes are still to be fetched, and from when the page is asked for by a link that
leads to its drawing, where the script is still to be fetched as well. What is drawn is an event of a made-up record
with its claims, their voices, occasions and passages, as the page of the event gives them, up to so many nodes. The
baseline, in the same run, is a drawing of a single node.
"""

import json
import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from waitress.server import create_server

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.reading import ClaimView, Ref
from kg.record import OpenRecord
from tests.generator.record import make_record
from webui.app import create_app
from webui.folding import place_claim, to_elements
from webui.provenance import ProvGraph

OUT = Path("build/bench/graph.json")
SIZES = (1, 60, 150, 2_000)
CLAIMS = 10_000
TIMES = 7
_LARGEST = "SELECT event FROM claims WHERE event IS NOT NULL GROUP BY event ORDER BY count(*) DESC, event LIMIT 1"
_PAINTED = """(node, from) => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(performance.now() - (from ? performance.getEntriesByName(from)[0].startTime : 0)))))"""


def make_elements(app: Flask, event: Ref, claims: Sequence[ClaimView], size: int) -> str:
    """A graph of so many nodes as the drawing takes it."""
    graph = ProvGraph(limit=size)
    graph.add(event.iri, "entity", event.kind, event.label)
    for claim in claims:
        place_claim(graph, event, claim)
    assert len(graph.nodes) == size, f"the event has {len(graph.nodes)} nodes"
    with app.test_request_context():
        return json.dumps(to_elements(graph))


def draw(browser: Browser, address: str, elements: str, *, scrolled: bool) -> float:
    """Milliseconds until the graph is drawn on a page of its own, that is scrolled to it or opened at it."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.route("**/graph.json*", lambda route: route.fulfill(body=elements, content_type="application/json"))
    page.goto(address if scrolled else f"{address}#provenance")
    page.locator("figure.graph").scroll_into_view_if_needed()
    figure = page.locator("figure.graph[data-drawn]")
    figure.wait_for()
    took = float(figure.evaluate(_PAINTED, "drawing" if scrolled else ""))
    page.close()
    return took


def measure(browser: Browser, address: str, elements: str) -> dict[str, float]:
    """Milliseconds of some drawings of one graph, and how many links it has."""
    walls = sorted(draw(browser, address, elements, scrolled=True) for _ in range(TIMES))
    opened = statistics.median(draw(browser, address, elements, scrolled=False) for _ in range(TIMES))
    edges = len(json.loads(elements)["edges"])
    return {"edges": edges, "median": statistics.median(walls), "slowest": walls[-1], "opened": opened}


def main() -> None:
    """Measure, print a table, and keep it as JSON."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("there is no Chromium on this machine; `make setup` installs it where it may")
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        make_record(Path(folder), CLAIMS)
        record = OpenRecord.open(Path(folder))
        (((iri,),), reader) = record.view().rows(_LARGEST), record.reader()
        event, claims = reader.get_event(iri, claims=False).ref, reader.claims_of("event", iri)
        app = create_app(record)
        server = create_server(app, host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        address = f"http://127.0.0.1:{server.effective_port}/doc/{claims[0].iri.removeprefix(record.base)}"
        draw(browser, address, make_elements(app, event, claims, 1), scrolled=True)
        for size in SIZES:
            elements = make_elements(app, event, claims, size)
            found[str(size)] = measure(browser, address, elements)
        browser.close()
        server.close()
    say = sys.stdout.write
    say(f"{'nodes':>6}{'links':>8}{'median ms':>11}{'slowest ms':>12}{'× one node':>12}{'opened ms':>11}\n")
    for name, each in found.items():
        ratio = each["median"] / found["1"]["median"]
        say(
            f"{name:>6}{each['edges']:8.0f}{each['median']:11.0f}{each['slowest']:12.0f}{ratio:12.1f}{each['opened']:11.0f}\n"
        )
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

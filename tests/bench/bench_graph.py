"""A provenance graph drawn in a real browser: python tests/bench/bench_graph.py.

Milliseconds to when every node is placed and painted once, in a browser that knows nothing yet: from when a reader who
scrolls comes to the drawing, whose nodes are still to be fetched, and from when the page is asked for by a link that
leads to its drawing, where the script is still to be fetched as well. The nodes are invented and spread over five
layers, each resting on one or two of the layer before. The baseline, in the same run, is a drawing of a single node.
"""

import json
import random
import shutil
import statistics
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from waitress.server import create_server

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.web import invented
from webui.app import create_app

OUT = Path("build/bench/graph.json")
SIZES = (1, 60, 150, 2_000)
TIMES = 7
LAYERS = 5
_PAINTED = """(node, from) => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(performance.now() - (from ? performance.getEntriesByName(from)[0].startTime : 0)))))"""


def make_elements(size: int) -> str:
    """A graph of so many nodes as the drawing takes it."""
    dice = random.Random(size)
    kinds = ("claim", "activity", "agent", "entity")
    nodes = [
        {"data": {"id": f"n{i}", "label": f"invented {i}", "hops": i * LAYERS // size}, "classes": kinds[i % 4]}
        for i in range(size)
    ]
    edges = []
    for i, node in enumerate(nodes):
        before = [j for j in range(i) if nodes[j]["data"]["hops"] == node["data"]["hops"] - 1]
        for j in dice.sample(before, min(len(before), dice.choice((1, 1, 2)))):
            edges.append({"data": {"id": f"e{i}-{j}", "source": f"n{j}", "target": f"n{i}", "label": "used"}})
    return json.dumps({"nodes": nodes, "edges": edges, "folded": 0})


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


def main() -> None:
    """Measure, print a table, and keep it as JSON."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("there is no Chromium on this machine; `make setup` installs it where it may")
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        record = invented.make(Path(folder))
        server = create_server(create_app(record), host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        address = f"http://127.0.0.1:{server.effective_port}/doc/claim/{invented.claim_key(record, 10)}"
        draw(browser, address, make_elements(1), scrolled=True)
        for size in SIZES:
            elements = make_elements(size)
            walls = sorted(draw(browser, address, elements, scrolled=True) for _ in range(TIMES))
            opened = statistics.median(draw(browser, address, elements, scrolled=False) for _ in range(TIMES))
            found[str(size)] = {"median": statistics.median(walls), "slowest": walls[-1], "opened": opened}
        browser.close()
        server.close()
    say = sys.stdout.write
    say(f"{'nodes':>6}{'median ms':>11}{'slowest ms':>12}{'× one node':>12}{'opened ms':>11}\n")
    for name, each in found.items():
        ratio = each["median"] / found["1"]["median"]
        say(f"{name:>6}{each['median']:11.0f}{each['slowest']:12.0f}{ratio:12.1f}{each['opened']:11.0f}\n")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The bundled browser code in a real browser, under a policy that allows only what the page's own server gives."""

import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "webui" / "static" / "vendor"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.browser


class Strict(http.server.SimpleHTTPRequestHandler):
    """Serves one folder with the strictest policy a page of ours may have."""

    def do_GET(self):
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def end_headers(self):
        self.send_header("Content-Security-Policy", "default-src 'self'")
        super().end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address():
    handler = functools.partial(Strict, directory=str(VENDOR))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "no Chromium on this machine; `make setup` says how to install one"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser, address):
    page = browser.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{address}/LICENSES.txt")
    page.evaluate("document.body.innerHTML = '<div id=here></div>'; here.style.height = '300px'")
    yield page
    assert page.complaints == []
    page.close()


def test_the_editor_colours_a_query_and_tells_of_every_edit(page):
    page.evaluate("""async () => {
        const { createSparqlEditor } = await import('/editor.js');
        window.editor = createSparqlEditor(here, 'SELECT * { ?s ?p ?o }', (text) => { window.said = text; });
    }""")
    page.locator("#here .cm-content").press_sequentially("# ")
    assert page.evaluate("said") == "# SELECT * { ?s ?p ?o }"
    page.evaluate("editor.setValue('ASK {}')")
    assert page.evaluate("editor.getValue()") == "ASK {}"
    assert page.locator("#here .cm-line span").count() > 0
    assert page.locator("#here .cm-editor").evaluate("node => getComputedStyle(node).borderTopWidth") == "1px"


def test_the_editor_completes_from_what_the_page_knows(page):
    page.evaluate("""async () => {
        const { createSparqlEditor } = await import('/editor.js');
        const completions = ['av:asserts', 'av:denies'];
        createSparqlEditor(here, '', null, { prefixes: { av: 'urn:v#' }, completions }).focus();
    }""")
    page.locator("#here .cm-content").press_sequentially("av:den")
    page.locator("#here .cm-tooltip-autocomplete li").first.wait_for()
    assert page.locator("#here .cm-tooltip-autocomplete li").all_inner_texts() == ["av:denies"]


def test_the_editor_runs_a_query_by_key_and_shows_errors_where_they_are(page):
    page.evaluate("""async () => {
        const { createSparqlEditor } = await import('/editor.js');
        window.editor = createSparqlEditor(here, 'ASK {}\\nWRONG', null, { onRun: (text) => { window.ran = text; } });
        editor.showErrors([{ line: 2, column: 1, message: 'expected the end' }]);
        editor.focus();
    }""")
    page.keyboard.press("Control+Enter")
    assert page.evaluate("ran") == "ASK {}\nWRONG"
    assert page.locator("#here .cm-lintRange-error").inner_text() == "WRONG"


@pytest.mark.parametrize(
    ("query", "declared"),
    [
        ("ASK { ?c av:asserts ?p }", ["av"]),
        ("prefix av: <urn:v#> ASK { ?c av:asserts ?p }", []),
        ("ASK { <av:x> ?p 'av:y' } # av:z", []),
        ("ASK { ?c rav:asserts ?p }", []),
    ],
)
def test_a_prefix_is_declared_once_and_only_where_it_is_used(page, query, declared):
    text = page.evaluate(
        "async (q) => (await import('/editor.js')).declarePrefixes(q, { av: 'urn:v#', prov: 'urn:p#' })", query
    )
    assert text == "".join(f"PREFIX {prefix}: <urn:v#>\n" for prefix in declared) + query


def test_a_graph_is_laid_out_in_layers_under_the_strict_policy(page):
    heights = page.evaluate("""async () => {
        const { createGraph, layer } = await import('/graph.js');
        const boxes = ['a', 'b'].map((id) => ({ id, width: 90, height: 40 }));
        const places = layer(boxes, [{ source: 'a', target: 'b' }], { ranksep: 30 });
        const nodes = boxes.map(({ id }) => ({ data: { id }, position: places[id] }));
        const elements = [...nodes, { data: { source: 'a', target: 'b' } }];
        const graph = createGraph({ container: here, elements, layout: { name: 'preset' } });
        return ['a', 'b'].map((id) => graph.getElementById(id).position('y'));
    }""")
    assert heights[1] - heights[0] == 40 + 30
    assert page.locator("#here canvas").count() > 0


def test_a_map_draws_the_borders_and_asks_nobody_else(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    paths = page.evaluate("""async () => {
        const { createMap } = await import('/map.js');
        const sheet = document.createElement('link');
        Object.assign(sheet, { rel: 'stylesheet', href: '/map.css' });
        document.head.append(sheet);
        const atlas = await (await fetch('/countries-110m.json')).json();
        createMap(here, atlas).setView([35.95, 39.0], 5);
        return here.querySelectorAll('path').length;
    }""")
    assert paths > 100
    assert [url for url in asked if not url.startswith(address)] == []


def test_every_bundled_package_is_named_with_its_licence():
    text = (VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    packages = ("@codemirror/view", "codemirror-lang-sparql", "cytoscape", "@dagrejs/dagre", "leaflet")
    assert all(f"\n{name} " in f"\n{text}" for name in packages)
    assert text.count("Copyright") + text.count("Zero-Clause") >= len(packages)

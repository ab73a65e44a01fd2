"""The pages as a person meets them: in a real browser, with the mouse, with the keyboard alone, and without scripts."""

import json
import re
import shutil
import threading
from itertools import combinations
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import sync_playwright
from waitress.server import create_server

from kg import resources
from kg.intake import read_case
from kg.log import Record
from kg.pipeline import record_batch
from kg.questions import list_questions
from kg.record import OpenRecord
from kg.terms import DEFAULT_BASE
from tests.endpoint.conftest import serving, wait_until
from tests.web import invented
from webui.app import create_app

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "build" / "axe.min.js"
ARTICLE = ROOT.parent / "shared" / "seed" / "voa-2019-04-25-raqqa.txt"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
SAID = "PREFIX av: <https://w3id.org/averment/ns#> SELECT ?c ?what ?said { ?c av:said ?said ; av:asserts ?what }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
pytestmark = pytest.mark.browser


def serve(record):
    server = create_server(create_app(record), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture(scope="module")
def town(record):
    yield from serve(record)


@pytest.fixture(scope="module")
def first_case(tmp_path_factory):
    """The shipped case with the article's bytes."""
    if not ARTICLE.exists():
        pytest.skip("the article is not beside the project")
    root = tmp_path_factory.mktemp("first") / "data"
    when = "2031-06-01T12:00:00Z"
    record = Record.create(root, base=DEFAULT_BASE, created=when)
    (case,) = resources.iter_cases()
    batch = read_case(case, base=DEFAULT_BASE, captures=[ARTICLE], recorded=when, software="averment test")
    record_batch(root, record, batch)
    yield from serve(OpenRecord.open(root))


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "no Chromium on this machine; `make setup` says how to install one"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", *QUIET])
        yield running
        running.close()


@pytest.fixture
def page(browser):
    """A page that fails its test where anything complains or asks another host."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints, asked = [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert [line for line in complaints if "status of 4" not in line] == []
    assert [url for url in asked if not url.startswith("http://127.0.0.1:")] == []


def violations(page):
    """What axe finds wrong with a page, in short."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def pages_of(record):
    claim, later = invented.claim_key(record, 10), invented.claim_key(record, 11)
    return [
        *("/", "/doc/event/mill", "/doc/event/mill/comparisons"),
        *("/viewpoints", "/doc/event/mill/number?versus=Only+what+is+known+directly,+as+a+range&without=agent/evil"),
        *("/doc/event/mill?stance=denies", f"/doc/claim/{claim}", f"/doc/claim/{later}"),
        *("/doc/document/post", "/doc/agent/post", "/doc/agent/evil", "/doc/agent/long", "/doc/set/dead"),
        *("/code/killed", "/term/Claim", "/explore", "/explore?q=mill&stance=asserts"),
        *("/questions", "/questions/who-asserts-what?event=mill"),
        *(
            "/sparql",
            "/sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+3",
            "/sparql?query=WRONG",
            f"/sparql?view=chart&query={quote('SELECT ?k (COUNT(*) AS ?n) { ?s a ?k } GROUP BY ?k')}",
            f"/sparql?view=timeline&query={quote(SAID)}",
            f"/sparql?view=graph&query={quote(SAID)}",
            f"/sparql?view=map&query={quote('SELECT (35.9 AS ?lat) (39.0 AS ?long) {}')}",
            f"/sparql/rests?thing={quote(f'{invented.BASE}event/mill')}",
            "/doc/event/nothing",
        ),
    ]


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_no_page_has_a_violation_or_is_wider_than_the_screen(browser, record, town, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    wrong = []
    for path in pages_of(record):
        page.goto(town + path)
        page.wait_for_load_state("networkidle")
        wrong += [f"{path}: {line}" for line in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{path}: wider than {width} pixels")
    context.close()
    assert wrong == []


def test_the_choices_of_an_event_are_folded_on_a_narrow_screen_and_open_by_the_keyboard(page, town):
    page.goto(f"{town}/doc/event/mill")
    voice, fold = page.get_by_label("Voice", exact=True), page.get_by_text("Choose claims, or a date to look back to")
    assert voice.is_visible()
    assert not fold.is_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    assert not voice.is_visible()
    fold.focus()
    page.keyboard.press("Enter")
    assert voice.is_visible()
    page.goto(f"{town}/doc/event/mill?stance=denies")
    assert page.get_by_label("Voice", exact=True).is_visible()


def test_from_the_home_page_to_the_words_in_the_article_behind_one_number(page, first_case):
    page.goto(first_case)
    page.get_by_role("link", name="Battle of Raqqa, 2017").click()
    row = page.get_by_role("row").filter(has_text="318 killed")
    assert "US-led Coalition" in row.inner_text()
    assert "credible" in row.inner_text()
    row.get_by_role("link", name="318 people killed").click()
    assert "Voice of America" in page.locator(".strip").inner_text()
    words = page.locator("article.passage mark").inner_text()
    assert "318 killed" in words
    page.locator("article.passage").get_by_role("link").first.click()
    chosen = page.locator(".marked a.chosen")
    assert "".join(chosen.all_inner_texts()).replace("\n", " ") == words.replace("\n", " ")
    assert chosen.first.is_visible()


def test_two_numbers_of_different_things_are_seen_to_be_different(page, first_case):
    page.goto(f"{first_case}/doc/event/raqqa-2017")
    scopes = {}
    for number in ("1,601", "318"):
        row = page.locator(".numbers tr").filter(has=page.locator("b", has_text=number))
        scopes[number] = row.locator(".scope").inner_text()
    assert "civilians" in scopes["1,601"]
    assert "joint estimate" in scopes["1,601"]
    assert "assessed as credible" in scopes["318"]
    assert "not stated" in scopes["318"]
    assert page.locator(".scope .differs").count() > 0


def test_the_same_walk_with_the_keyboard_alone(page, town):
    page.goto(town)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    for name, place in (("Mill of Orrin", "event"), ("at least 10 people killed", "claim")):
        reach(page, name)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/doc/{place}/*")
    assert page.locator("article.passage mark").inner_text() == "nine people were killed"
    reach(page, "Nine killed at the mill", within="article.passage")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/document/*")
    assert page.locator(".marked a.chosen").first.is_visible()


def reach(page, name, within="main"):
    """Press Tab until the focus is on a link of that name."""
    for _ in range(300):
        page.keyboard.press("Tab")
        here = page.locator(f"{within} a:focus")
        if here.count() and name in " ".join(here.inner_text().split()):
            outline = here.evaluate("node => getComputedStyle(node).outlineWidth")
            assert outline != "0px", "the focus cannot be seen"
            return
    raise AssertionError(f"{name} was not reached")


def test_the_same_walk_without_scripts(browser, town):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(town)
    page.get_by_role("link", name="Mill of Orrin").click()
    page.get_by_role("link", name="at least 10 people killed").first.click()
    assert page.locator("article.passage mark").inner_text() == "nine people were killed"
    assert page.locator("table.outline").is_visible()
    page.get_by_role("link", name="SPARQL").click()
    page.get_by_label("Query").fill("SELECT ?s WHERE { ?s a <https://w3id.org/averment/ns#Claim> }")
    page.get_by_role("button", name="Run").click()
    assert page.locator("table.results tbody tr").count() == 4
    context.close()


def test_the_drawing_shows_every_node_and_a_node_opens_its_page(page, record, town):
    page.goto(f"{town}/doc/claim/{invented.claim_key(record, 10)}")
    page.locator("figure.graph").scroll_into_view_if_needed()
    figure = page.locator("figure.graph[data-drawn]")
    figure.scroll_into_view_if_needed()
    assert int(figure.get_attribute("data-drawn")) == page.locator("table.outline tbody tr").count()
    spot = figure.evaluate(
        "node => node.graph.nodes('.agent').filter(one => one.data('page') === '/doc/agent/post').renderedPosition()"
    )
    page.locator("figure.graph .canvas").click(position=spot)
    page.wait_for_url("**/doc/agent/post")


def test_the_drawing_can_be_zoomed_by_its_buttons(page, record, town):
    page.goto(f"{town}/doc/claim/{invented.claim_key(record, 10)}")
    page.locator("figure.graph").scroll_into_view_if_needed()
    figure = page.locator("figure.graph[data-drawn]")
    before = figure.evaluate("node => node.graph.zoom()")
    page.get_by_role("button", name="Zoom in").click()
    assert figure.evaluate("node => node.graph.zoom()") > before
    page.get_by_role("button", name="Show all").click()
    assert figure.evaluate("node => node.graph.zoom()") == pytest.approx(before, rel=0.2)


def test_words_too_small_to_read_are_set_when_one_looks_closer(page, record, town):
    nodes = [
        {"data": {"id": f"n{i}", "label": f"invented {i}", "hops": i // 60}, "classes": "entity"} for i in range(240)
    ]
    elements = json.dumps({"nodes": nodes, "edges": [], "folded": 0})
    page.route("**/graph.json*", lambda route: route.fulfill(body=elements, content_type="application/json"))
    page.goto(f"{town}/doc/claim/{invented.claim_key(record, 10)}")
    page.locator("figure.graph").scroll_into_view_if_needed()
    figure = page.locator("figure.graph[data-drawn='240']")
    named = "node => node.graph.nodes('.named').map((one) => one.style('label'))"
    assert figure.evaluate(named) == []
    for _ in range(6):
        page.get_by_role("button", name="Zoom in").click()
    read = figure.evaluate(named)
    assert 0 < len(read) < 240
    assert set(read) <= {f"invented {i}" for i in range(240)}


_PLACED = """async ([size, width]) => {
    const { placeNodes, sizeOf } = await import('/static/js/placing.js');
    const { layer } = await import('/static/vendor/graph.js');
    const kinds = ['claim', 'activity', 'agent', 'entity'];
    const hops = (i) => Math.floor((i * 3) / size);
    const node = (_, i) => ({ data: { id: `n${i}`, hops: hops(i) }, classes: kinds[i % 4] });
    const nodes = Array.from({ length: size }, node);
    const edges = nodes.slice(1).map(({ data }, i) => ({ data: { source: data.id, target: `n${i >> 1}` } }));
    const laid = placeNodes({ nodes, edges }, { width, height: 680 }, layer);
    const sides = ({ data: { id }, classes }) => {
        const { x, y } = laid.positions[id], half = sizeOf(classes);
        return [x - half.width / 2, y - half.height / 2, x + half.width / 2, y + half.height / 2];
    };
    return { ...laid, right: laid.x + laid.width, bottom: laid.y + laid.height, boxes: nodes.map(sides) };
}"""


@pytest.mark.parametrize("width", [1030, 318])
@pytest.mark.parametrize("size", [1, 9, 80, 400])
def test_nodes_are_placed_side_by_side_in_the_room_there_is(page, town, size, width):
    page.goto(town)
    laid = page.evaluate(_PLACED, [size, width])
    left, top, right, bottom, boxes = (laid[each] for each in ("x", "y", "right", "bottom", "boxes"))
    assert all(left <= a and top <= b and c <= right and d <= bottom for a, b, c, d in boxes)
    assert (right - left) * laid["zoom"] <= width + 1e-6
    assert (bottom - top) * laid["zoom"] <= 680 + 1e-6
    apart = [e >= c or g <= a or f >= d or h <= b for (a, b, c, d), (e, f, g, h) in combinations(boxes, 2)]
    assert all(apart)
    assert laid["worded"] == (size < 80)


def test_what_draws_is_there_before_the_drawing_is_come_to_and_on_no_other_page(page, record, town):
    fetched = "performance.getEntriesByType('resource').map(each => each.name.split('/').pop())"
    page.goto(f"{town}/doc/claim/{invented.claim_key(record, 10)}")
    page.wait_for_load_state("networkidle")
    assert "graph.js" in page.evaluate(fetched)
    for path in ("/", "/explore", "/sparql", "/questions"):
        page.goto(f"{town}{path}")
        page.wait_for_load_state("networkidle")
        assert "graph.js" not in page.evaluate(fetched)


def test_the_editor_is_typed_in_declares_a_prefix_and_runs(page, town):
    page.goto(f"{town}/sparql")
    page.locator(".editor[data-ready]").wait_for()
    page.evaluate("document.querySelector('.editor').editor.setValue('')")
    page.locator(".editor .cm-content").press_sequentially("SELECT ?c WHERE { ?c a av:Cla")
    page.locator(".editor .cm-tooltip-autocomplete li").first.wait_for()
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('.editor').editor.setValue('SELECT ?c WHERE { ?c a av:Claim }')")
    page.locator(".editor .cm-content").press("Control+Enter")
    page.locator("table.results").wait_for()
    assert page.locator("table.results tbody tr").count() == 4
    assert "PREFIX+av" in page.url


def set_query(page, text):
    page.locator(".editor[data-ready]").wait_for()
    page.evaluate("text => document.querySelector('.editor').editor.setValue(text)", text)


def test_a_query_is_laid_out_without_a_word_or_a_comment_changed(page, town):
    page.goto(f"{town}/sparql")
    set_query(page, "select ?a{?a a <http://e/#b>;?p 'x # y' .#why\noptional{?a ?q 1.5}}")
    page.get_by_role("button", name="Format").click()
    laid = page.evaluate("document.querySelector('.editor').editor.getValue()")
    assert laid == ("select ?a {\n  ?a a <http://e/#b> ;\n    ?p 'x # y' . #why\n  optional {\n    ?a ?q 1.5\n  }\n}\n")
    changed = page.evaluate(
        """async queries => {
            const { formatSparql } = await import("/static/js/format.js");
            const bare = text => text.replace(/\\s+/g, "");
            return queries.filter(each => bare(formatSparql(each)) !== bare(each)
                || formatSparql(formatSparql(each)) !== formatSparql(each));
        }""",
        [question.sparql for question in list_questions()],
    )
    assert changed == []


def test_an_answer_comes_without_leaving_the_page_and_its_graph_is_drawn(page, town):
    page.goto(f"{town}/sparql?query={quote(SAID)}")
    page.get_by_role("link", name="Graph").click()
    page.locator("figure.graph[data-drawn]").wait_for()
    page.evaluate("window.stayed = true")
    set_query(page, "SELECT * { ?s ?p }")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("alert").wait_for()
    page.locator(".editor .cm-lint-marker-error").wait_for()
    set_query(page, SAID)
    page.get_by_role("button", name="Run").click()
    page.locator("table.results").wait_for()
    assert page.evaluate("window.stayed")
    assert page.locator(".editor .cm-lint-marker-error").count() == 0
    assert page.evaluate("document.activeElement.id") == "answer"
    page.go_back()
    page.get_by_role("alert").wait_for()


def test_stop_ends_the_query_on_the_server(page, record):
    with serving(record.root, 120) as server:

        def idle():
            told = server.send("GET", "/metrics").body.decode()
            return float(re.search(r"^averment_\w*workers_idle (\S+)$", told, re.MULTILINE)[1])

        page.goto(f"{server.address}/sparql")
        set_query(page, ENDLESS)
        assert wait_until(lambda: page.evaluate("document.querySelector('.editor').dataset.words") == "")
        page.locator(".editor .cm-content").press("Control+Enter")
        assert wait_until(lambda: idle() == 1)
        page.keyboard.press("Escape")
        page.get_by_text("Stopped; the server has let go of the query.").wait_for()
        assert wait_until(lambda: idle() == 2)
        set_query(page, "ASK {}")
        page.get_by_role("button", name="Run").click()
        page.locator(".truth").wait_for()
        page.goto("about:blank")  # nothing is still asked of the server when it ends


def test_a_viewpoint_is_chosen_with_the_keyboard_alone_and_stays(page, town):
    page.goto(f"{town}/doc/event/mill")
    page.locator("#site-viewpoint").focus()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#site-viewpoint").evaluate("each => each.selectedOptions[0].text")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**viewpoint=*")
    assert page.locator(".under").first.get_by_role("link").first.inner_text() == chosen
    page.goto(f"{town}/explore")
    assert page.locator("#site-viewpoint").evaluate("each => each.selectedOptions[0].text") == chosen


def test_a_wrong_query_is_marked_where_it_is_wrong(page, town):
    page.goto(f"{town}/sparql?query=SELECT+*%0AWHRE+%7B%7D")
    page.locator(".editor .cm-lint-marker-error").wait_for()
    assert page.get_by_role("alert").inner_text().startswith("Line 2")


def test_names_that_attack_do_nothing(page, town):
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    for path in ("/", "/doc/agent/evil", "/doc/event/mill", "/explore?q=%3Cscript%3Ealert(3)%3C/script%3E"):
        page.goto(town + path)
    assert alerts == []


def test_what_is_printed_leaves_out_what_paper_cannot_do(page, town):
    page.goto(f"{town}/doc/event/mill")
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert page.locator(".numbers").first.is_visible()

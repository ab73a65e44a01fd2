"""Adding as a person meets it: in a real browser, with the keyboard alone, and by marking words in the text."""

import threading

import pytest
from waitress.server import create_server

from kg.record import OpenRecord
from tests.town import Town
from tests.web.adding import DOCUMENT, TEXT
from tests.web.test_browser import browser, page, violations
from webui.adding.session import Editing
from webui.app import create_app

__all__ = ["browser", "page"]
pytestmark = pytest.mark.browser
SELECT = """words => {
  const walker = document.createTreeWalker(document.querySelector("#document"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + words.length);
  }
}"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A record, the address of its pages and the token of the day."""
    town = Town(tmp_path_factory.mktemp("adding"))
    editing, token = Editing.open("A. Coder")
    server = create_server(create_app(OpenRecord.open(town.root), editing=editing), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield town, f"http://127.0.0.1:{server.effective_port}", token
    server.close()
    thread.join(timeout=5)


def reach(page, selector):
    """Press Tab until the focus, which can be seen, is on what a selector names."""
    for _ in range(150):
        page.keyboard.press("Tab")
        here = page.locator(":focus")
        if here.count() and here.evaluate("(node, wanted) => node.matches(wanted)", selector):
            assert here.evaluate("node => getComputedStyle(node).outlineWidth") != "0px", "the focus cannot be seen"
            return
    raise AssertionError(f"{selector} was not reached")


def type_into(page, name, words):
    reach(page, f'[name="{name}"]')
    page.keyboard.insert_text(words)


def choose(page, name, words):
    """Choose in a list by typing the beginning of what it says, as one does."""
    reach(page, f'select[name="{name}"]')
    page.keyboard.type(words)


def press(page, words, until):
    reach(page, "button")
    while page.locator(":focus").inner_text() != words:
        reach(page, "button")
    page.keyboard.press("Enter")
    page.wait_for_url(until)


def test_from_the_token_to_the_record_with_the_keyboard_alone(page, opened):
    town, address, token = opened
    page.goto(f"{address}/add")
    page.locator("#token:focus").wait_for()
    page.keyboard.insert_text(token)
    page.keyboard.press("Enter")
    page.locator("#text").wait_for()
    for name in ("text", "title", "publisher", "published", "language"):
        type_into(page, name, DOCUMENT[name])
    press(page, "Go on to the text", "**/add/*")
    type_into(page, "quote", "more than 40 people drowned")
    press(page, "Make a claim of them", "**/claims/*")
    type_into(page, "who", "The Rangers")
    type_into(page, "said", "2022-06-31")
    page.locator('[data-found="said"] .wrong').wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    type_into(page, "count.number", "more than 40")
    choose(page, "count.measure", "people killed")
    type_into(page, "count.about", "Dam at Highmere")
    page.get_by_text("The Rangers asserted that there were at least 41 people killed").wait_for()
    assert page.locator(".found .wrong").count() == 0
    assert violations(page) == []
    press(page, "Save and go back to the text", lambda url: "/claims/" not in url)
    assert violations(page) == []
    press(page, "Record", "**/add/recorded/*")
    assert page.locator("h1").inner_text() == "Recorded"
    page.get_by_role("link", name="There were at least 41 people killed").click()
    assert page.locator("article.passage mark").inner_text() == "more than 40 people drowned"
    assert town.open().counts()["claims"] == 1


def test_words_marked_in_the_text_are_those_characters_of_it(page, opened):
    _, address, token = opened
    page.goto(f"{address}/add")
    page.get_by_label("Token").fill(token)
    page.keyboard.press("Enter")
    hidden = TEXT.replace("General", "\U0001f54a\u202eGeneral\u00ad")
    page.get_by_label("Its text").fill(hidden)
    page.get_by_label("Title").fill("Marks")
    page.get_by_role("button", name="Go on to the text").click()
    page.wait_for_url("**/add/*")
    page.evaluate(SELECT, "Orla Venn told")
    page.wait_for_function("document.querySelector('#quote').value === 'Orla Venn told'")
    start = hidden.index("Orla Venn told")
    assert page.locator('#mark [name="start"]').input_value() == str(start)
    assert page.locator('#mark [name="end"]').input_value() == str(start + 14)
    page.get_by_role("button", name="Make a claim of them").click()
    page.wait_for_url("**/claims/*")
    assert page.locator(".passage mark").inner_text() == "Orla Venn told"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_person_is_described_with_the_keyboard_alone(page, opened, width):
    _, address, token = opened
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/add")
    page.get_by_label("Token").fill(token)
    page.keyboard.press("Enter")
    page.get_by_label("Its text").fill(TEXT + str(width))
    page.get_by_label("Title").fill("A list")
    page.get_by_role("button", name="Go on to the text").click()
    page.get_by_role("link", name="Describe a person").click()
    type_into(page, "name", "Ilva Torn")
    choose(page, "access", "sealed")
    choose(page, "access.reason", "request of the family")
    reach(page, '[name="access.fields"][value="name"]')
    page.keyboard.press("Space")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press(page, "Save", "**#persons")
    assert page.get_by_text("name sealed").is_visible()
    assert violations(page) == []

"""Three questions as a new reader asks them, from the first page alone: python tests/web/walks.py --record DIR.

Why do two numbers of one event differ, who says each, through whom, and in which words? Which incident did a party turn
round on, when, and after what? What was known of it a year earlier? Each is asked with the mouse, with the keyboard
alone, and with the mouse where no picture can be seen; and every page on the way is looked at by axe.
"""

import argparse
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from waitress.server import create_server

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.record import OpenRecord
from webui.app import create_app

AXE = Path(__file__).resolve().parents[2] / "build" / "axe.min.js"
MOUSE, KEYS, BLIND = "mouse", "keyboard alone", "no pictures"
MODES = (MOUSE, KEYS, BLIND)
_NO_PICTURES = """
    HTMLCanvasElement.prototype.getContext = () => null;
    document.addEventListener("DOMContentLoaded", () => {
        for (const picture of document.querySelectorAll("svg, img, canvas")) picture.remove();
    });
"""
_MOST_TABS = 600


@dataclass
class Walker:
    """A reader with a browser, who goes from page to page in one way only and notes what is told."""

    page: Page
    home: str
    mode: str = MOUSE
    axe: bool = False
    told: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Go to the first page."""
        self.page.goto(self.home)
        self.arrive()

    def follow(self, link: Locator) -> None:
        """Open a link."""
        target = link.first
        target.wait_for()
        here = self.page.url
        if self.mode == KEYS:
            self._reach(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()
        self.page.wait_for_url(lambda url: url != here)
        self.arrive()

    def ask(self, name: str, text: str) -> None:
        """Fill a field and send its form."""
        place = self.page.get_by_label(name, exact=False).first
        if self.mode == KEYS:
            self._reach(place)
            self.page.keyboard.type(text)
        else:
            place.fill(text)
        here = self.page.url
        place.press("Enter")
        self.page.wait_for_url(lambda url: url != here)
        self.arrive()

    def note(self, what: str, words: str) -> str:
        """Keep what was read, as one line."""
        line = " ".join(words.split())
        self.told.append(f"{what}: {line[:160]}")
        return line

    def arrive(self) -> None:
        """Wait until a page is there, and look at it with axe where that is asked for."""
        self.page.wait_for_load_state()
        if self.axe:
            self.page.wait_for_load_state("networkidle")
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
            found = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
            self.wrong += [f"{self.page.url}: {each['id']}" for each in found]

    def _reach(self, target: Locator) -> None:
        """Press Tab until it is reached, as who has no mouse does."""
        handle = target.element_handle()
        for _ in range(_MOST_TABS):
            if self.page.evaluate("node => node === document.activeElement", handle):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached with the keyboard")


def tell_numbers_apart(walker: Walker, *, one: str = "1,600", other: str = "318") -> None:
    """Find out why two numbers differ, who says each, through whom, and read the words."""
    page = walker.page
    walker.begin()
    walker.ask("Search for", one)
    walker.follow(page.locator(".entry .clause a"))
    _read_claim(walker, one)
    walker.follow(page.locator(".kicker a"))
    numbers = page.locator("section[aria-labelledby=numbers]")
    why = walker.note("why", numbers.locator(".compare").first.inner_text())
    assert "They differ in" in why
    scope = page.locator(".numbers tr").filter(has=page.locator("b", has_text=other)).first
    assert "differs" in (scope.locator(".scope > div").first.get_attribute("class") or "") or scope.inner_text()
    walker.note(f"{other} counts", scope.locator(".scope").inner_text())
    walker.follow(scope.locator(".number a"))
    _read_claim(walker, other)


def _read_claim(walker: Walker, number: str) -> None:
    """Who says it, through whom, and the words in the document."""
    page = walker.page
    voices = page.locator(".strip .voice").all_inner_texts()
    walker.note(f"{number} is said by", " → ".join(voices))
    assert voices[-1] == "You"
    assert len(voices) > 1
    words = page.locator("article.passage mark").first.inner_text()
    assert number in words
    walker.note("in these words", words)


@dataclass(frozen=True)
class Turned:
    """A position that was turned round: when, and the status given since."""

    after: str
    status: str


def find_reversal(walker: Walker) -> Turned:
    """Find something a party turned round on, when, and after what."""
    page = walker.page
    walker.begin()
    walker.follow(page.get_by_role("link", name="Who has reversed a position"))
    heads = [head.strip() for head in page.locator("table.results thead th").all_inner_texts()]
    row = page.locator("table.results tbody tr").filter(has_text="reversal").filter(has_text="credible").first
    cells = dict(zip(heads, (cell.strip() for cell in row.locator("td").all_inner_texts()), strict=True))
    walker.note("reversed", "; ".join(f"{name}: {text}" for name, text in cells.items()))
    walker.follow(row.locator("td").nth(heads.index("after")).get_by_role("link"))
    walker.note("after what", page.locator("figure.quote, .strip").first.inner_text())
    page.go_back()
    walker.arrive()
    walker.follow(row.locator("td").nth(heads.index("about")).get_by_role("link"))
    changes = page.locator("section[aria-labelledby=changes]")
    changes.locator(".pairlist, .notice").first.wait_for()
    told = walker.note("what changed", changes.inner_text())
    assert all(cells[name] in told for name in ("status before", "status after")), told
    assert all(cells[name][-4:] in told for name in ("said before", "said after")), told
    return Turned(cells["said after"], cells["status after"])


def look_back(walker: Walker, turned: Turned) -> None:
    """Find what was known of it a year before the later position."""
    page = walker.page
    (year,) = re.findall(r"\d{4}", turned.after)
    walker.ask("Said by", str(int(year) - 1))
    assert "had been made" in walker.note("then", page.locator("#shown [role=status]").inner_text())
    now = page.locator("section[aria-labelledby=now]")
    text = now.inner_text() if now.count() else ""
    assert text
    assert f"“{turned.status}”" not in text
    walker.note("known by then", text)


@contextmanager
def serving(record: OpenRecord) -> Iterator[str]:
    """The pages of a record, at the address that is yielded."""
    server = create_server(create_app(record, seconds=60), host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    server.close()


def open_walker(browser: Browser, home: str, mode: str, *, axe: bool = False) -> Walker:
    """A reader on a fresh page; what goes wrong on it is noted."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    if mode == BLIND:
        context.add_init_script(_NO_PICTURES)
        context.route("**/*.{svg,png}", lambda route: route.abort())
    walker = Walker(context.new_page(), home, mode, axe)
    if mode != BLIND:
        walker.page.on("console", lambda line: walker.wrong.append(line.text) if line.type == "error" else None)
    walker.page.on("pageerror", lambda error: walker.wrong.append(str(error)))
    walker.page.on("request", lambda asked: None if asked.url.startswith(home) else walker.wrong.append(asked.url))
    return walker


def walk(walker: Walker) -> None:
    """All three, one after the other."""
    tell_numbers_apart(walker)
    look_back(walker, find_reversal(walker))


def main() -> None:
    """Walk through a record in each way, and print what was read."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", type=Path, required=True, help="a copy of a record, which is opened")
    root = parser.parse_args().record
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    say: Callable[[str], object] = lambda line: sys.stdout.write(f"{line}\n")  # noqa: E731
    wrong: list[str] = []
    with serving(OpenRecord.open(root)) as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for mode in MODES:
            walker = open_walker(browser, home, mode, axe=mode == MOUSE)
            walk(walker)
            say(f"{mode}\n  " + "\n  ".join(walker.told))
            wrong += walker.wrong
        browser.close()
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()

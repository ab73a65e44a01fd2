"""The three questions of a new reader, on a small record of the shape of a real one, in each of three ways."""

import hashlib

import pytest

from tests.town import Town, case, killed
from tests.web.test_browser import browser  # noqa: F401 - a fixture
from tests.web.walks import KEYS, MODES, open_walker, serving, walk

ARTICLE = (
    "The Orrin Post, 4 May 2031\n\nWren Desk says more than 1,600 civilians were killed at the mill. "
    "A spokesman of the Northern Command said 318 were killed.\n"
)
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("walks"))
    town.article.write_text(ARTICLE, encoding="utf-8")
    captures = [{"sha256": hashlib.sha256(ARTICLE.encode()).hexdigest(), "length": len(ARTICLE.encode())}]
    post = {"title": {"en": "What is said of the mill"}, "publisher": "post", "published": "2031-05-04"}
    agents = {
        "wren": {"kind": "organisation", "name": {"en": "Wren Desk"}},
        "command": {"kind": "organisation", "name": {"en": "Northern Command"}},
    }
    most = killed("more than 1,600", who="wren", passage={"quote": "more than 1,600 civilians were killed"})
    most["asserts"]["count"]["population"] = "civilians"
    least = killed("318", who="command", speaker="vane", passage={"quote": "318 were killed"})

    def found(status, said):
        assessment = {"of": "bridge", "scheme": "oir-allegation-status", "status": status}
        return {"who": "command", "asserts": {"assessment": assessment}, "said": said, "wording": {"en": f"on {said}"}}

    turned = found("oir-not-credible-no-strike-on-record", "2029-02-01"), found("oir-credible", "2031-04-01")
    town.add(
        case(
            *(most, least, *turned),
            documents={"post": {**post, "language": "en", "captures": captures}},
            agents=agents,
            events={"bridge": {"kind": "incident", "name": {"en": "The bridge"}}},
        ),
        capture=True,
    )
    with serving(town.open()) as address:
        yield address


# The keyboard meets what the others meet.
_WAYS = [mode if mode == KEYS else pytest.param(mode, marks=pytest.mark.exhaustive) for mode in MODES]


@pytest.mark.parametrize("mode", _WAYS)
def test_a_new_reader_finds_the_answers_from_the_first_page_alone(browser, home, mode):  # noqa: F811
    walker = open_walker(browser, home, mode)
    walk(walker)
    assert walker.wrong == []
    assert any("Wren Desk → The Orrin Post → You" in line for line in walker.told)
    assert any("in these words: 318 were killed" in line for line in walker.told)
    assert any(line.startswith("then: As of what was said by 2030: 1 of 2 claims") for line in walker.told)

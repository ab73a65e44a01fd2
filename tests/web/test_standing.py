"""Where each voice stands on an event: those that say the same and nothing else in one row, each with its claim."""

import re

import pytest

from kg.record import OpenRecord
from tests.town import Town, case, killed, occurred
from webui.app import create_app

VOICES = ("post", "town-hall", "vane")


def stands(folder, *claims):
    town = Town(folder)
    town.add(case(*claims))
    page = create_app(OpenRecord.open(town.root)).test_client().get("/doc/event/mill", headers={"Accept": "text/html"})
    return page.text.partition('id="now"')[2].partition("</section>")[0]


@pytest.mark.parametrize("wordy", [False, True])
def test_voices_that_say_the_same_alone_stand_together_and_others_before_them(tmp_path, wordy):
    more = {"wording": {"en": "It burned."}} if wordy else {}
    found = stands(tmp_path, *(occurred(who=voice, **more) for voice in VOICES), killed("9", who="post"))
    names = re.findall(r"<dt>(.*?)</dt>", found)
    # The Post says more than the others, and two are no row of their own.
    assert len(names) == 3
    assert "each alike" not in found


def test_each_of_them_leads_to_its_own_claim(tmp_path):
    found = stands(tmp_path, *(occurred(who=voice) for voice in VOICES))
    assert re.findall(r"<dt>(.*?)</dt>", found) == ["3 voices, each alike"]
    assert len(set(re.findall(r'href="(/doc/claim/[^"]+)" aria-label="claim by', found))) == 3
    assert all(f"/doc/agent/{voice}" in found for voice in VOICES)


def test_a_voice_with_words_of_its_own_stands_alone(tmp_path):
    said = [occurred(who=voice) for voice in VOICES[:2]]
    found = stands(tmp_path, *said, occurred(who="vane", wording={"en": "It burned."}))
    assert len(re.findall(r"<dt>", found)) == 3

"""A person whom a document records: described in a form, with a name that the record withholds."""

import pytest
from ruamel.yaml import YAML

from tests.town import Town
from tests.web.adding import DROWNED, Editor, told

NAMED = {"name": "Ilva Torn; Elva Torn", "identifiers": "L-31", "listed_in": "yes"}
HIDDEN = {"access": "access-sealed", "access.reason": "because-family-request", "access.fields": ["name"]}
KEY = "lowmarsh-courier-2022-06-09-person"
SPOKEN = {**DROWNED, "kind": "occurrence", "occurrence.about": "Ilva Torn", "wording": "a child drowned"}


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


@pytest.fixture
def editor(town):
    someone = Editor(town.open())
    someone.enter()
    return someone


@pytest.fixture
def draft(editor):
    return editor.begin()


def victims(editor, draft):
    return YAML(typ="safe").load(editor.case(draft)[1])["victims"]


def add(editor, draft, key="new", **form):
    answer = editor.post(f"{draft}/victims/{key}", **form)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_form_is_what_a_case_file_has_and_shows_it_again(editor, draft):
    assert add(editor, draft, **NAMED, **HIDDEN) == f"{draft}#persons"
    decided = {"level": "access-sealed", "reason": "because-family-request"}
    assert victims(editor, draft) == {
        KEY: {
            "name": {"en": ["Ilva Torn", "Elva Torn"]},
            "identifiers": "L-31",
            "listed_in": "lowmarsh-courier-2022-06-09",
            "access": {"name": decided},
        }
    }
    page = editor.get(f"{draft}/victims/{KEY}").text
    assert 'value="Ilva Torn; Elva Torn"' in page
    assert 'name="access.fields" value="name" checked' in page
    assert "name sealed" in editor.get(draft).text


def test_where_no_field_is_chosen_all_that_are_given_are_withheld(editor, draft):
    add(editor, draft, **NAMED, **{**HIDDEN, "access.fields": []})
    assert list(victims(editor, draft)[KEY]["access"]) == ["name", "identifiers", "listed_in"]


def test_a_key_tells_nothing_and_nothing_but_the_editor_takes_a_person_out(editor, draft):
    for _ in range(2):
        add(editor, draft, **NAMED)
    editor.claim(draft, **DROWNED)
    assert list(victims(editor, draft)) == [KEY, f"{KEY}-2"]
    assert add(editor, draft, KEY, action="remove") == f"{draft}#persons"
    assert list(victims(editor, draft)) == [f"{KEY}-2"]
    assert editor.get(f"{draft}/victims/{KEY}").status_code == 404


@pytest.mark.parametrize(
    ("form", "input_name", "words"),
    [
        ({"identifiers": "", "name": ""}, "name", ""),
        ({**HIDDEN, "access.reason": ""}, "access.reason", "Missing"),
        ({**HIDDEN, "access": ""}, "access", "Missing"),
        ({**HIDDEN, "access.fields": ["identifiers"], "identifiers": ""}, "access.fields", ""),
    ],
)
def test_what_is_amiss_is_told_at_its_field(editor, draft, form, input_name, words):
    address = add(editor, draft, **{**NAMED, **form})
    assert address == f"{draft}/victims/{KEY}"
    page = editor.get(address).text
    block = page.partition(f'data-found="{input_name}"')[2].partition("</div>")[0]
    assert 'class="wrong"' in block
    assert words in block


def test_words_that_would_give_a_name_away_are_told_and_without_them_it_is_recorded(town, editor, draft):
    add(editor, draft, **NAMED, **HIDDEN)
    claim = editor.claim(draft, **{**SPOKEN, "wording": "the Torn girl drowned"})
    found = told(editor.get(f"{draft}/victims/{KEY}"))
    assert any("stands in the open in claims[0]" in each for each in found)
    assert "the Torn girl drowned" in editor.get(f"{draft}/victims/{KEY}").text
    assert editor.post(f"{draft}/record").status_code == 422
    editor.post(claim, action="save", **{**SPOKEN, "occurrence.about": KEY})
    editor.record(draft)
    assert len(town.ask("SELECT ?v { ?v a <https://w3id.org/averment/ns#Victim> }")) == 1
    assert "Torn" not in "\n".join(town.graph())
    town.record.log.refresh()
    assert any("Ilva Torn" in line for line in town.lines(sealed=True))

"""What departs from the form is told in plain words, with what would be right."""

import pytest

from tests.intake.merrow import CASE, batch, case, occurrence, only, problems, read, with_claims

AGENTS = CASE["agents"]


def told(folder, content, **options):
    problem = only(problems(folder, content, **options))
    return problem.field, problem.value, problem.reason, problem.remedy


def test_the_valid_case_is_read(tmp_path):
    assert problems(tmp_path, CASE) == []


def test_an_unknown_field_is_told_with_the_field_it_may_be(tmp_path):
    field, value, reason, remedy = told(tmp_path, case(event={}))
    assert (field, value, reason) == ("event", "event", "unknown field")
    assert remedy.startswith("did you mean 'events'? Every field here: agents, averment")


def test_about_in_an_assessment_is_told_its_own_name(tmp_path):
    claim = {"asserts": {"assessment": {"about": "market", "scheme": "airwars", "status": "fair"}}}
    found = problems(tmp_path, with_claims(claim))
    assert ("unknown field", "an assessment says `of`") in [(each.reason, each.remedy) for each in found]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"averment": 2}, "averment", "not a version of the form that this program reads"),
        ({"claims": None}, "claims", "nothing is written here, where a list belongs"),
        ({"claims": {"a": 1}}, "claims", "fields (a mapping) stands where a list belongs"),
        ({"note": True}, "note", "true or false stands where text or a whole number or a number belongs"),
        ({"note": "  "}, "note", "nothing but space"),
        ({"uses": ["voice/x"]}, "uses[0]", "not of the form that this field needs"),
        ({"uses": ["agent/watch"]}, "uses[0]", "agent/watch is named or described in this file already, on line 16"),
        ({"recorder": ""}, "recorder", "nothing stands here"),
    ],
)
def test_a_value_of_the_wrong_form_is_told(tmp_path, changes, field, reason):
    found = {(each.field, each.reason) for each in problems(tmp_path, case(**changes))}
    assert (field, reason) in found


def test_a_missing_field_is_told_with_what_it_is_for(tmp_path):
    agents = {**AGENTS, "pell": {"kind": "person"}}
    assert told(tmp_path, case(agents=agents)) == (
        "agents.pell.name",
        "",
        "missing",
        "give `name`: Its names: text, or {language: text}.",
    )


def test_a_key_with_capitals_or_spaces_is_told_once_and_not_again_where_it_is_used(tmp_path):
    agents = {**AGENTS, "Ona Pell": {"kind": "person", "name": "Ona Pell"}}
    content = with_claims(occurrence(speaker="Ona Pell"), agents=agents)
    assert told(tmp_path, content)[:3] == ("agents.Ona Pell", "Ona Pell", "not a key that can stand here")


def test_an_entry_of_the_wrong_form_is_told_once_and_not_again_where_it_is_used(tmp_path):
    agents = {**AGENTS, "watch": "The Harbour Watch"}
    assert told(tmp_path, case(agents=agents))[:3] == (
        "agents.watch",
        "The Harbour Watch",
        "text stands where fields (a mapping) belongs",
    )


def test_structure_and_meaning_are_told_together(tmp_path):
    content = with_claims(occurrence(said="2031-02-30"), occurrence(colour="blue"))
    assert [each.reason.split(" ")[0] for each in problems(tmp_path, content)] == ["no", "unknown"]


def test_a_file_nobody_coded_is_refused_unless_the_recorder_is_given(tmp_path):
    content = {key: part for key, part in CASE.items() if key != "recorder"}
    assert told(tmp_path, content)[:3] == ("recorder", "", "missing: nothing says who coded this file")
    assert read(tmp_path, content, recorder="B. Coder").batch.ingestion.recorder == "B. Coder"


@pytest.mark.parametrize(
    ("agent", "field", "reason"),
    [
        ({"kind": "joint-voice", "members": "watch"}, "members", "a joint voice has two members or more; here is one"),
        ({"kind": "joint-voice"}, "members", "a joint voice has two members or more; here are none"),
        ({"kind": "joint-voice", "members": ["watch", "x"]}, "members", "a joint voice is no member of itself"),
        ({"kind": "person", "members": ["watch", "pell"]}, "members", "only a joint voice has members"),
        ({"kind": "person", "quoted_in": "gazette-1"}, "quoted_in", "only an unnamed person is tied to one document"),
    ],
)
def test_an_agent_at_odds_with_its_kind_is_told(tmp_path, agent, field, reason):
    agents = {**AGENTS, "x": {"name": "X", **agent}}
    assert told(tmp_path, case(agents=agents))[::2] == (f"agents.x.{field}", reason)


def test_an_unnamed_person_needs_the_document_that_quotes_them(tmp_path):
    agents = {**AGENTS, "x": {"name": "a driver", "kind": "unnamed-person"}}
    found = told(tmp_path, case(agents=agents))
    assert found[2] == "missing: an unnamed person is known only within the document that quotes them"


def test_what_nobody_refers_to_is_noticed_and_refuses_nothing(tmp_path):
    agents = {**AGENTS, "x": {"kind": "person", "name": "X"}}
    reading = read(tmp_path, case(agents=agents))
    noticed = {(each.field, each.reason) for each in reading.notices}
    assert ("agents.x", "no claim or other entry refers to agent/x") in noticed
    assert ("agents.pell", "no claim or other entry refers to agent/pell") not in noticed


@pytest.mark.parametrize("name", ["Har\u202ebour", "!", {"ar-Latn": "ميناء"}])
def test_a_name_that_hides_signs_or_belies_its_script_is_told(tmp_path, name):
    agents = {**AGENTS, "watch": {"kind": "organisation", "name": name}}
    assert told(tmp_path, case(agents=agents))[0].startswith("agents.watch.name")


def test_names_by_language_and_script_are_kept_with_their_tags(tmp_path):
    agents = {**AGENTS, "watch": {"kind": "organisation", "name": {"ar": "ميناء", "ar-Latn": ["Mina", "Minaa"]}}}
    [agent] = [each for each in batch(tmp_path, case(agents=agents)).entities if str(each.iri).endswith("agent/watch")]
    assert agent.names == (("Mina", "ar-latn"), ("Minaa", "ar-latn"), ("ميناء", "ar"))

"""What gives away what is withheld is told by name: what stood in the open before it, or beside it, or comes later."""

import json
import shutil

import pytest
from click.testing import CliRunner

from kg.cli import averment
from kg.intake import read_case
from kg.pipeline import record_batch
from tests.town import BASE, WHEN, Town, case, killed, occurred, withheld

NAME = {"name": {"en": "Quilla Ferran"}, "listed_in": "post"}
HIDDEN = {**NAME, "access": {"name": withheld("sealed")}}


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


WITNESS = {"witness": {"kind": "person", "name": {"en": "Ilse Maar"}}}
WHISPER = {"who": "witness", "via": [], "wording": {"en": "they came over the bridge"}, "access": withheld("sealed")}


def warnings(outcome):
    """What is told of as giving something away, without its severity."""
    return [each for severity, each in outcome.notices if severity == "Warning" and is_open(each)]


def is_open(problem):
    return "in the open" in problem.reason


def decided(town, content=None):
    """What is told when the name of a victim is withheld: the end of each IRI that is named."""
    outcome = town.add(content or case(occurred(about="victim/first"), victims={"first": HIDDEN}, note="now"))
    told = [
        problem for severity, problem in outcome.notices if severity == "Warning" and "public before" in problem.reason
    ]
    assert all("Quilla" not in str(problem) and "averment withdraw" in problem.remedy for problem in told)
    return sorted(problem.reason.rsplit(f"(here {BASE}")[-1].rstrip(")") for problem in told)


def test_where_nothing_gives_it_away_nothing_is_told(town):
    town.add(case(killed("9"), occurred(wording={"en": "{a girl named Quilla"})))
    assert decided(town) == []


def test_the_same_name_elsewhere_is_told_in_whatever_way_it_is_written(town):
    town.add(
        case(
            occurred(about="victim/other", wording={"en": "FERRAN. quílla ferran, aged 9"}),
            occurred(about="event/quilla-ferran"),
            victims={"other": {"name": {"en": "Ferran, Quilla Ferran"}, "listed_in": "post"}},
            events={"quilla-ferran": {"kind": "incident", "recorder": "post", "name": {"en": "An attack"}}},
        )
    )
    claim = town.claim("FERRAN. quílla ferran, aged 9")
    assert decided(town) == sorted([claim.removeprefix(BASE), "event/quilla-ferran", "victim/other"])


def test_a_part_of_the_name_is_told_in_what_is_said_of_that_person_and_nowhere_else(town):
    of = {**occurred(about="victim/first"), "wording": {"en": "the Ferran girl"}}
    other = occurred(wording={"en": "the Ferran mill"})
    town.add(case(of, other, victims={"first": {"listed_in": "post", "identifiers": "L-9"}}))
    assert decided(town) == [town.claim("the Ferran girl").removeprefix(BASE)]


def test_a_kept_capture_that_holds_it_is_told(town):
    town.add(case(killed("9", passage={"quote": "nine people were killed"})), capture=True)
    name = {"en": "people were killed"}
    content = case(occurred(about="victim/first"), victims={"first": {**HIDDEN, "name": name}}, note="now")
    assert [each.partition("/")[0] for each in decided(town, content)] == ["capture"]


def test_the_words_and_the_witness_of_a_claim_that_is_withheld_whole_are_told_too(town):
    said = {**killed("9"), "wording": {"en": "Ilse Maar saw it: they came over the bridge"}}
    town.add(case(said, killed("8", wording={"en": "over the bridge"})))
    content = case({**occurred(), **WHISPER}, agents=WITNESS, note="now")
    assert decided(town, content) == [town.claim(said["wording"]["en"]).removeprefix(BASE)] * 2


SAW = {**killed("9"), "wording": {"en": "Ilse Maar saw it: they came over the bridge"}}


def test_what_comes_later_and_gives_a_withheld_claim_away_is_told_to_who_may_know(town):
    town.add(case({**occurred(), **WHISPER}, agents=WITNESS))
    later = town.write(case(SAW, killed("8", wording={"en": "over the bridge"}), note="later"))
    other = town.copy(town.folder / "other")
    assert {each.reason.partition(" that ")[0] for each in warnings(town.add(later))} == {"the name", "the wording"}
    batch = read_case(later, base=BASE, recorded=WHEN, software="averment test")
    assert warnings(record_batch(other.root, other.record, batch, tell_held=False)) == []


def test_what_comes_later_and_gives_a_withheld_field_away_is_told(town):
    point = {"point": [35.95062, 39.01239], "radius": 20, "access": {"point": withheld("sealed", metres=5000)}}
    placed = {**killed("9"), "asserts": {"location": {"about": "event/mill", **point}}}
    town.add(case(occurred(about="victim/first"), placed, victims={"first": HIDDEN}))
    later = case(
        occurred(wording={"en": "Quilla Ferran lay at 35.95062 north"}),
        killed("8", wording={"en": "a Ferran"}),
        note="2",
    )
    told = {each.reason.partition(" that ")[0] for each in warnings(town.add(later))}
    assert told == {"the name", "the point"}


def test_a_capture_that_comes_later_and_shows_a_withheld_name_is_told(town):
    hidden = {"first": {**HIDDEN, "name": {"en": "Mayor Ketta Vane"}}}
    town.add(case(occurred(about="victim/first"), victims=hidden, agents={"vane": {"kind": "person", "name": "K. V."}}))
    plain, quoting = (case(killed("9", **more), note=str(more)) for more in ({}, {"passage": {"quote": "nine people"}}))
    for each in (plain, quoting):
        each["agents"].pop("vane")
    assert warnings(town.add(plain)) == []
    (told,) = warnings(town.add(quoting, capture=True))
    assert "stands in the open in documents.post.captures[0]" in told.reason


def test_what_others_recorded_without_being_told_is_told_to_who_holds_the_keys(town):
    town.add(case({**occurred(), **WHISPER}, agents=WITNESS))
    asked = ["access", "--open", "--format", "json", "--data", str(town.root)]
    assert json.loads(CliRunner().invoke(averment, asked).stdout) == []
    later = case(SAW, killed("8", passage={"quote": "nine people"}), note="later")
    batch = read_case(town.write(later), base=BASE, captures=[town.article], recorded=WHEN, software="averment test")
    record_batch(town.root, town.record, batch, tell_held=False)
    told = CliRunner().invoke(averment, asked)
    claim = town.claim(SAW["wording"]["en"]).removeprefix(BASE)
    rows = [tuple(row.values()) for row in json.loads(told.stdout)]
    assert rows == [("name", claim, "A. Coder", 2), ("wording", claim, "A. Coder", 2)]
    assert "Ilse" not in told.output
    shutil.rmtree(town.root / "keys")
    assert "What is withheld is not at hand" in str(CliRunner().invoke(averment, asked).exception)


def test_what_was_let_go_since_is_not_told_of(town):
    town.add(case(occurred(about="victim/first"), victims={"first": HIDDEN}))
    town.add(case({**occurred(), **WHISPER}, agents=WITNESS, note="2"))
    public = {"level": "public", "reason": "consent-given"}
    let_go = {"first": {**NAME, "access": {"name": public}}}
    town.add(case(occurred(about="victim/first", wording={"en": "a child"}), victims=let_go, note="3"))
    town.add(case({**occurred(), **WHISPER, "access": "public"}, agents=WITNESS, note="4"))
    assert warnings(town.add(case(SAW, occurred(wording={"en": "Quilla Ferran"}), note="5"))) == []


def test_what_gives_a_withheld_claim_away_in_its_own_file_is_told(town):
    beside = {**killed("9"), "wording": {"en": "Ilse Maar saw it"}}
    (told,) = warnings(town.add(case(beside, {**occurred(), **WHISPER}, agents=WITNESS)))
    assert told.reason.startswith(
        "the name that is withheld, or a part of it, stands in the open in claims[0] (here in line "
    )


def test_a_capture_that_shows_the_passage_of_a_withheld_claim_is_not_kept(town):
    hidden = killed("9", access=withheld("sealed"), passage={"quote": "nine people were killed"}, wording={"en": "9"})
    content = case(occurred(passage={"quote": "the mill of Orrin"}), hidden)
    path = town.write(content)
    assert (town.add(path, capture=True).captures, town.add(path, capture=True).captures) == (0, 0)


def located(note, point, **more):
    place = {"about": "mill", "point": point, "radius": 20, **more}
    return case({"asserts": {"location": place}, "wording": {"en": note}}, note=note)


def test_a_place_that_was_given_more_exactly_before_is_told(town):
    town.add(located("near", [35.9501, 39.0102]))
    town.add(located("far", [36.5, 39.9]))
    town.add(located("coarse", [35.95, 39.01], radius=4000))
    town.add(
        case(
            {"asserts": {"location": {"about": "mill", "mgrs": "37SEV00117848"}}, "wording": {"en": "grid"}},
            note="grid",
        )
    )
    content = located("now", [35.950617, 39.012389], access={"point": withheld("sealed", metres=2000)})
    asked = "SELECT ?p {{ ?c av:wording ?w ; av:asserts ?p FILTER(STR(?w) = '{}') }}"
    near, grid = (town.ask(asked.format(each))[0][0].removeprefix(BASE) for each in ("near", "grid"))
    assert decided(town, content) == sorted([near, grid])


def test_a_grid_reference_that_was_given_more_exactly_before_is_told(town):
    for note, grid in (("exact", "37SEV00127848"), ("coarse", "37SEV07"), ("far", "37SEV90127848")):
        town.add(case({"asserts": {"location": {"about": "mill", "mgrs": grid}}, "wording": {"en": note}}, note=note))
    place = {"about": "mill", "mgrs": "37SEV00137849", "access": {"mgrs": withheld("sealed", metres=10000)}}
    content = case({"asserts": {"location": place}, "wording": {"en": "now"}}, note="now")
    asked = "SELECT ?p { ?c av:wording ?w ; av:asserts ?p FILTER(STR(?w) = 'exact') }"
    assert decided(town, content) == [town.ask(asked)[0][0].removeprefix(BASE)]


def test_the_command_tells_it_and_not_what_is_withheld(town):
    town.add(case(occurred(about="victim/other"), victims={"other": NAME}))
    path = town.write(case(occurred(about="victim/first"), victims={"first": HIDDEN}, note="now"))
    told = CliRunner().invoke(averment, ["add", "--data", str(town.root), str(path)])
    assert told.exit_code == 0
    assert f"stands in what was public before (here {BASE}victim/other)" in told.output
    assert "Quilla" not in told.output

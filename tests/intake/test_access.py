"""Who may see what, as case files and mappings say it, and what they are told where it cannot be."""

import re

import pytest

from kg import iris
from kg.intake.tables import load_mapping, make_batch
from kg.log import Record
from kg.model import Location, Victim
from kg.pipeline import record_batch
from kg.terms import av, avc
from tests.intake.merrow import BASE, CASE, HERE, batch, occurrence, only, problems, with_claims
from tests.intake.tables import town as tables

WHEN = "2031-06-01T12:00:00Z"
HIDE = {"level": "restricted", "reason": "safety"}
PAGE = (HERE.parent.parent / "docs" / "case-files.md").read_text(encoding="utf-8")


def place(access, **slots):
    """A claim where the market was."""
    point = {"point": [35.95062, 39.01239], "radius": 20, **slots}
    return {"who": "watch", "asserts": {"location": {"about": "market", **point, "access": access}}}


def told(folder, *claims, **changes):
    problem = only(problems(folder, with_claims(*claims, **changes)))
    return problem.field, problem.reason


@pytest.mark.parametrize(
    ("access", "field", "reason"),
    [
        ("sealed", "", "the reason is missing: nothing is withheld, and nothing let go, without one"),
        ("secret", "", "no code of access-level"),
        ({"level": "sealed"}, "", "the reason is missing: nothing is withheld, and nothing let go, without one"),
        ({"reason": "safety"}, "", "the level is missing"),
        ({"level": "sealed", "reason": "killed"}, ".reason", "a code of measure, not of access-reason"),
        ({**HIDE, "on": "June"}, ".on", "no day"),
        ({"nmae": HIDE}, ".nmae", "unknown field"),
        ({"wording": {"reason": "safety"}}, ".wording.level", "missing"),
        ({"wording": {"level": "sealed"}}, ".wording.reason", "missing"),
        ({"passage": HIDE}, ".passage", "there is no passage to decide about"),
    ],
)
def test_what_is_amiss_with_the_access_of_a_claim_is_told(tmp_path, access, field, reason):
    claim = {**occurrence(), "wording": "it was struck", "access": access}
    assert told(tmp_path, claim) == (f"claims[0].access{field}", reason)


@pytest.mark.parametrize(
    ("decision", "slots", "field", "reason"),
    [
        ({"decimals": 1, "metres": 500}, {}, "point.decimals", "both decimals and metres are given"),
        ({"metres": 20}, {}, "point.metres", "less than 100"),
        ({"decimals": 4}, {}, "point.decimals", "more than 3"),
        ({"metres": 500}, {"radius": 500}, "point.metres", "500 metres is finer than the 500 metres that the source"),
        ({"decimals": 3}, {"radius": 500}, "point.decimals", "3 decimals of a degree is finer than the 500 metres"),
        (
            {"metres": 100},
            {"radius": None, "accuracy": "airwars-geo-within-100m"},
            "point.metres",
            "100 metres is finer than the 100 metres",
        ),
        ({"decimals": 1}, {"point": [35.9, 39]}, "point.decimals", "the point is written to 1 decimal of a degree"),
        ({}, {}, "", "nothing would be left of where it is"),
    ],
)
def test_a_level_that_cannot_be_or_hides_nothing_is_told(tmp_path, decision, slots, field, reason):
    claim = place({"point": {**HIDE, **decision}}, **slots)
    claim["asserts"]["location"] = {name: value for name, value in claim["asserts"]["location"].items() if value}
    at, said = told(tmp_path, claim)
    assert at == f"claims[0].asserts.location.access{'.' if field else ''}{field}"
    assert said.startswith(reason)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ({**CASE["claims"][0], "access": {"wording": HIDE}}, "no number stands without the words it was read from"),
        (
            {**occurrence(), "via": [{"who": "gazette", "renders": place({"point": HIDE})["asserts"]}]},
            "fields of a relay's own version are not decided about one by one",
        ),
    ],
)
def test_what_cannot_be_decided_by_field_is_told(tmp_path, claim, reason):
    assert told(tmp_path, claim)[1] == reason


def test_a_victims_fields_are_those_of_a_victim(tmp_path):
    victims = {"first": {"name": "Osk Maren", "access": {"age": HIDE}}}
    claim = {"who": "watch", "asserts": {"occurrence": {"about": "first", "what": "killed"}}}
    assert told(tmp_path, claim, victims=victims) == ("victims.first.access.age", "unknown field")


def test_a_grid_reference_is_withheld_with_its_point(tmp_path):
    found = batch(tmp_path, with_claims(place({"point": {**HIDE, "decimals": 1}}, mgrs="37SEV00127848")))
    public, whole = sorted(
        (each for each in found.propositions if isinstance(each, Location)), key=lambda p: bool(p.mgrs)
    )
    assert (public.mgrs, public.point, whole.mgrs) == (None, "POINT(39.0 36.0)", "37SEV00127848")


def grid(mgrs, metres, **slots):
    """A claim where the market was, by a grid reference that is reduced to a larger square."""
    place = {"about": "market", "mgrs": mgrs, **slots, "access": {"mgrs": {**HIDE, "metres": metres}}}
    return {"who": "watch", "asserts": {"location": place}}


@pytest.mark.parametrize(("metres", "shown"), [(100, "37SEV001878"), (10_000, "37SEV08"), (100_000, "37SEV")])
def test_a_grid_reference_is_reduced_to_a_larger_square_that_holds_it(tmp_path, metres, shown):
    found = batch(tmp_path, with_claims(grid("37S EV 00127 87848", metres, accuracy="airwars-geo-exact-location")))
    public, whole = sorted(
        (each for each in found.propositions if isinstance(each, Location)), key=lambda each: len(each.mgrs)
    )
    assert (public.mgrs, whole.mgrs, public.accuracy) == (shown, "37S EV 00127 87848", avc("not-stated"))
    assert [(each.field, each.metres) for each in found.decisions] == [(av("mgrs"), metres)]


@pytest.mark.parametrize(
    ("claim", "field", "reason"),
    [
        (grid("37SEV0087", 1000), ".metres", "it names a square of 1,000 metres: one of 1,000 would hide nothing"),
        (grid("37SEV00127848", 2000), ".metres", "no square of the grid is so large"),
        (
            grid("37SEV00127848", 1000, point=[35.95, 39.01], radius=9),
            "",
            "the point beside it says the same, more exactly",
        ),
    ],
)
def test_a_larger_square_that_hides_nothing_or_is_none_is_told(tmp_path, claim, field, reason):
    at, said = told(tmp_path, claim)
    assert (at, said) == (f"claims[0].asserts.location.access.mgrs{field}", reason)


def test_two_claims_that_differ_only_in_what_is_withheld_are_told_to_be_one(tmp_path):
    one, other = (
        place({"point": {**HIDE, "decimals": 1}}),
        place({"point": {**HIDE, "decimals": 1}}, point=[35.96, 39.02]),
    )
    assert told(tmp_path, one, other)[1].startswith("the same claim as on line")


def test_the_example_of_the_page_withholds_what_it_says(tmp_path):
    text = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
    found = batch(tmp_path, text, capture=False)
    (victim,) = (each for each in found.entities if isinstance(each, Victim))
    assert victim.names == ()
    assert {each.decided_by for each in found.decisions} == {"M. Orlo", "A. Coder"}
    assert {each.radius for each in found.propositions if isinstance(each, Location)} == {"20", "5020"}
    access = {each.records: each.access for each in found.recordings}
    public = [each for each in found.claims if access[iris.claim_iri(BASE, each)] == avc("access-public")]
    assert [each.wording for each in public] == [None, None]


MAPPING = (
    tables.MAPPING.partition("    claims:")[0]
    + """\
    victims:
      "v-{id|key}":
        name: "{name}"
        identifiers: "{id}"
        access:
          name: {level: {column: who may, map: {all: public, few: restricted}}, reason: safety}
    claims:
      - who: watch
        wording: "{name}, {age}"
        access: {wording: {level: sealed, reason: privacy}}
        asserts: {occurrence: {about: "victim/v-{id|key}", what: killed}}
      - who: watch
        asserts:
          location:
            about: "event/town-{id|key}"
            point: [{column: lat}, {column: lon}]
            radius: {column: radius}
            access:
              point: {level: sealed, reason: sensitive-site, metres: {column: metres}}
"""
)
HEADER = "id,code,grade,name,who may,age,lat,lon,radius,metres"
ROWS = (
    "1,M1,final,Osk Maren,few,8,35.950617,39.012389,20,1000",
    "2,M2,final,Ilva Torn,all,34,35.960618,39.022389,20,500",
)


def test_a_mapping_withholds_fields_row_by_row(tmp_path):
    path = tables.write(tmp_path, *ROWS, mapping=MAPPING, header=HEADER)
    mapping = load_mapping(path, base=BASE)
    reading = tables.read_file(mapping, tmp_path)
    assert reading.problems() == []
    record = Record.create(tmp_path / "data", base=BASE, created=WHEN, secret=b"s" * 32)
    record_batch(tmp_path / "data", record, make_batch(mapping, reading, recorded=WHEN, software="a test"))
    public = "\n".join(line for found in record.log.iter_units() for line in found.unit.lines)
    sealed = "\n".join(line for found in record.log.iter_sealed() for line in found.unit.lines)
    for word in ("Osk Maren", "35.950617", "39.022389", "Ilva Torn, 34"):
        assert (word in public, word in sealed) == (False, True), word
    assert '"Ilva Torn"@en' in public
    assert '"1020"' in public
    assert public.count("<https://w3id.org/averment/ns#Decision>") == 6


def test_the_example_of_the_page_on_mappings_withholds_what_it_says(tmp_path):
    page = (HERE.parent.parent / "docs" / "mappings.md").read_text(encoding="utf-8")
    block = next(each for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "Consent" in each)
    mapping = tables.MAPPING.partition("tables:")[0].replace("watch", "publisher")
    mapping += f"tables:\n  ledger:\n    file: incidents.csv\n    key: No\n{block}"
    rows = ('1,Ilva Torn,34,F,no,"35.950617, 39.012389"', "2,Osk Maren,8,M,yes,")
    reading = tables.read(tmp_path, *rows, mapping=mapping, header="No,Patient,Age,Sex,Consent,GPS")
    assert reading.problems() == []
    assert [each.names for each in reading.withheld if each.names] == [(("Ilva Torn", "en"),)]
    victims = [each for each in reading.entities.values() if isinstance(each, Victim)]
    assert [each.names for each in victims] == [(), (("Osk Maren", "en"),)]
    assert {each.radius for each in reading.propositions.values() if isinstance(each, Location)} == {"50", "1050"}


def test_a_row_whose_level_hides_nothing_is_refused_by_row_and_columns(tmp_path):
    row = ROWS[0].replace(",20,1000", ",2000,1000")
    reading = tables.read(tmp_path, row, ROWS[1], mapping=MAPPING, header=HEADER)
    ((number, columns, reason),) = tables.reasons(reading)
    assert (number, columns) == (2, "metres")
    assert reason.startswith("1,000 metres is finer than the 2,000 metres")

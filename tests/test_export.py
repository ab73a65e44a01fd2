"""The record as files: the same bytes every time, and nothing lost on the way there and back."""

import csv
import io
import json

import pyoxigraph as ox
import pytest

from kg.export import CLAIM_COLUMNS, FORMS, QUAD_FORMS, TRIPLE_FORMS, parse_export
from kg.units import digest_lines
from tests.town import Town, case, killed, occurred, withheld

HOSTILE = 'said, "so" \\ and\nthen\t' + chr(0x202E) + "؟"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("town"))
    odd = killed("12", who="vane", wording={"ar": HOSTILE + " 12"})
    town.add(case(killed("9", speaker="vane"), odd, killed("7", access=withheld("sealed"))))
    town.add(case(occurred(who="vane", stance="denies"), note="2"))
    return town


def digests(lines):
    """The digest of each graph's lines for each subject: what the log hashes."""
    units: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        units.setdefault((line.split(" ")[0], line[line.rindex(" <") :]), []).append(line)
    return sorted(digest_lines(sorted(each)) for each in units.values())


@pytest.mark.parametrize("form", FORMS)
def test_the_same_record_gives_the_same_bytes(town, form):
    assert town.export(form) == town.export(form) != b""


@pytest.mark.parametrize("form", ["nquads", "trig", "jsonld"])
def test_a_round_trip_gives_back_the_same_digests(town, form):
    logged = sorted(unit.unit.digest() for unit in town.record.log.iter_units())
    assert digests(parse_export(town.export(form), form)) == logged


@pytest.mark.parametrize("form", ["nquads", "trig", "jsonld"])
def test_a_round_trip_holds_what_is_derived_apart(town, form):
    plain, derived = (set(parse_export(town.export(form, derived=each), form)) for each in (False, True))
    assert plain < derived
    assert all("/graph/" in line[line.rindex(" <") :] for line in derived - plain)


@pytest.mark.parametrize("form", TRIPLE_FORMS)
def test_forms_without_graphs_hold_every_triple(town, form):
    triples = {str(quad.triple) for quad in ox.parse(town.export(form), format=TRIPLE_FORMS[form])}
    logged = ox.parse("\n".join(town.lines()).encode(), format=ox.RdfFormat.N_QUADS)
    assert triples == {str(quad.triple) for quad in logged}


@pytest.mark.parametrize("form", QUAD_FORMS)
def test_forms_with_graphs_hold_every_quad(town, form):
    assert set(parse_export(town.export(form), form)) == set(town.lines())


def test_claims_as_csv_are_rows_that_parse(town):
    rows = list(csv.DictReader(io.StringIO(town.export("csv").decode(), newline="")))
    assert [tuple(row) for row in rows] == [CLAIM_COLUMNS] * 3
    assert [row["claim"] for row in rows] == sorted(row["claim"] for row in rows)
    assert {row["wording"] for row in rows} == {"9 killed", HOSTILE + " 12", ""}
    assert {row["stance"] for row in rows} == {"asserts", "denies"}
    assert {row["known_through"] for row in rows} == {"The Orrin Post"}


def test_json_ld_is_json(town):
    assert json.loads(town.export("jsonld"))


def test_two_records_made_in_another_order_differ_in_their_recording_alone(tmp_path):
    contents = [case(killed("9")), case(occurred(who="vane"), note="2")]
    lines = []
    for name, order in (("one", contents), ("two", contents[::-1])):
        (tmp_path / name).mkdir()
        town = Town(tmp_path / name)
        for content in order:
            town.add(content, name="first.yaml" if content is contents[0] else "second.yaml")
        exported = parse_export(town.export("nquads"), "nquads")
        lines.append([line for line in exported if "/graph/" not in line and "/ingestion/" not in line])
        # Who brought a thing that both describe is the one difference: its triples are the same.
        lines.append(sorted({line[: line.rindex(" <")] for line in exported}))
    assert lines[0] == lines[2] != []
    assert lines[1] == lines[3]


def test_the_same_files_in_the_same_order_give_the_same_bytes_in_another_record(tmp_path):
    exports = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        town = Town(tmp_path / name)
        town.add(case(killed("9")), name="first.yaml")
        town.add(case(occurred(who="vane"), note="2"), name="second.yaml")
        exports.append([town.export(form, derived=True) for form in FORMS])
    assert exports[0] == exports[1]

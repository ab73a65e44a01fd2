"""One claim handed on: as a nanopublication and as PROV."""

import json

import pytest
from prov.model import ProvDocument

from kg.export import export_lines, parse_export, write_nanopub, write_provenance
from kg.export.nanopub import NP
from tests.test_export import HOSTILE
from tests.town import BASE, Town, case, killed


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    made = Town(tmp_path_factory.mktemp("handed"))
    made.add(
        case(
            killed("9", speaker="vane", said="2031-05-03", passage={"quote": "nine people were killed"}, id="nine"),
            killed("12", who="vane", stance="denies", wording={"ar": HOSTILE + " 12"}),
            killed("10", revises=["nine"]),
        ),
        capture=True,
    )
    return made


def claim_of(town, wording):
    reader = town.open().reader()
    iri = town.claim(wording)
    return reader.get_claim(iri), reader.get_recordings(iri)


def nanopub(town, wording):
    return write_nanopub(*_with_statements(town, wording), base=BASE)


def _with_statements(town, wording):
    claim, recordings = claim_of(town, wording)
    return claim, town.open().statements, recordings


def graphs(lines):
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line[line.rindex("#") + 1 : -3], []).append(line)
    return found


def test_a_nanopublication_has_its_four_graphs_and_the_head_names_the_others(town):
    parts = graphs(nanopub(town, "9 killed"))
    assert set(parts) == {"head", "assertion", "provenance", "pubinfo"}
    for prop, part in (("Assertion", "assertion"), ("Provenance", "provenance"), ("PublicationInfo", "pubinfo")):
        assert any(f"<{NP}has{prop}> " in line and f"#{part}> <" in line for line in parts["head"])


@pytest.mark.parametrize(("wording", "stance"), [("9 killed", "asserts"), (HOSTILE + " 12", "denies")])
def test_its_assertion_is_that_a_voice_said_it_never_the_thing_alone(town, wording, stance):
    claim, _ = claim_of(town, wording)
    assertion = graphs(nanopub(town, wording))["assertion"]
    assert any(
        f"<{claim.iri}> <https://w3id.org/averment/ns#{stance}> <{claim.proposition_iri}>" in x for x in assertion
    )


def test_nothing_of_the_claim_and_its_chain_is_left_out(town):
    claim, statements, _ = _with_statements(town, "9 killed")
    triples = {line[: line.rindex(" <")] for line in nanopub(town, "9 killed")}
    relay = claim.chains[0][0].iri
    for iri in (claim.iri, claim.proposition_iri, relay, claim.step.passages[0].iri):
        assert {line[: line.rindex(" <")] for line in statements(iri)} <= triples


def test_a_nanopublication_survives_the_way_through_every_form_with_graphs(town):
    lines = nanopub(town, HOSTILE + " 12")
    for form in ("trig", "nquads", "jsonld"):
        assert parse_export(export_lines(lines, form), form) == lines


def test_its_provenance_as_prov_json_is_read_back_with_the_chain_and_the_delegation(town):
    claim, recordings = claim_of(town, "9 killed")
    text = write_provenance(claim, recordings, "provjson", base=BASE)
    content = json.loads(text)
    short = {iri: f"id:{iri.removeprefix(BASE)}" for iri in (claim.iri, claim.chains[0][0].iri)}
    derived = {(each["prov:generatedEntity"], each["prov:usedEntity"]) for each in content["wasDerivedFrom"].values()}
    assert (short[claim.chains[0][0].iri], short[claim.iri]) in derived
    assert next(iter(content["actedOnBehalfOf"].values()))["prov:delegate"] == "id:agent/vane"
    assert ProvDocument.deserialize(content=text, format="json").serialize(format="provn") != ""


def test_what_a_claim_revises_is_told_as_a_revision(town):
    claim, recordings = claim_of(town, "10 killed")
    text = write_provenance(claim, recordings, "provn", base=BASE)
    assert "prov:type='prov:Revision'" in text


@pytest.mark.parametrize("form", ["provn", "provjson"])
def test_the_same_claim_gives_the_same_provenance(town, form):
    claim, recordings = claim_of(town, HOSTILE + " 12")
    first = write_provenance(claim, recordings, form, base=BASE)
    assert first == write_provenance(claim, recordings, form, base=BASE)
    assert (chr(0x202E) in first) or "\\u202e" in first

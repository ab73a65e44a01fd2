import json

import pytest
from jsonschema import Draft202012Validator

from kg import resources
from kg.intake.tables import find_mapping, find_sources, load_mapping, read_table, run_tests
from kg.intake.yamltext import parse_yaml
from tests.intake.mapping_schema import make_schema
from tests.intake.tables.town import BASE

SHIPPED = list(resources.iter_mappings())


def test_the_schema_of_mappings_is_made_from_that_of_case_files():
    assert json.loads(resources.read_text("schema/mapping.schema.json")) == make_schema()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_mapping_is_valid_by_the_published_schema(path):
    tree, _ = parse_yaml(path.read_bytes(), file=path.name)
    schema = json.loads(resources.read_text("schema/mapping.schema.json"))
    assert [error.json_path for error in Draft202012Validator(schema).iter_errors(tree.data)] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_mapping_reads_and_passes_its_own_tests(path):
    count, problems = run_tests(load_mapping(path, base=BASE))
    assert problems == []
    assert count >= 1


VERSIONS = {
    "20240413": ["1,a,a,5,m", "2,b,b,6,f", "3,c,c,7,m", "4,d,d,8,m"],
    "20240808": ["1,a,a,6,,m,h", "2,b,b,6,,f,h", "4,d,d,9,,m,u", "5,e,e,1,,f,h"],
    "20240921": ["1,a,a,7,,m,h", "2,b,b,7,,f,c", "3,c,c,7,,m,h", "5,e,e,1,,f,c", "6,f,f,2,,f,c"],
}


def test_rows_withdrawn_and_mended_between_versions_are_withdrawals_and_revisions_dated_by_version(tmp_path):
    for day, rows in VERSIONS.items():
        header = "id,name,en_name,age,sex" if day == "20240413" else "id,name,en_name,age,dob,sex,source"
        (tmp_path / f"{day}killed-in-gaza.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    mapping = load_mapping(find_mapping("list-of-the-dead"), base=BASE)
    claims = {}
    for table in mapping.tables:
        reading = read_table(mapping, table, find_sources(table, tmp_path, {}), folder=tmp_path)
        assert reading.refused == {}
        claims |= reading.claims
    said = [(claim.wording.text, claim.said) for claim in claims.values() if claim.wording]
    assert len(said) == 4 + 4 + 5  # every row once: what a later version tells again is the same claim
    revised = {(claims[old].wording.text, claim.wording.text) for claim in claims.values() for old in claim.revises}
    assert revised == {("a; 5; m", "a; 6; m"), ("d; 8; m", "d; 9; m"), ("a; 6; m", "a; 7; m"), ("b; 6; f", "b; 7; f")}
    withdrawn = {(claims[old].wording.text, claim.said) for claim in claims.values() for old in claim.withdraws}
    assert withdrawn == {("c; 7; m", "2024-08-08"), ("d; 9; m", "2024-09-21")}

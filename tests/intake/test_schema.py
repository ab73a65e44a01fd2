"""The published schema: whole, told in words, and of one mind with the ontology and the reader."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kg import resources
from kg.intake.codes import ASSESSMENTS, load_schemes
from kg.intake.propositions import _READERS
from kg.intake.structure import load_schema
from kg.intake.yamltext import parse_yaml
from kg.model import PROPOSITIONS
from tests.intake.merrow import CASE, HERE
from tests.intake.schema_codes import code_definitions, is_scheme


def validator():
    return Draft202012Validator(load_schema())


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from parts(each)


def test_the_schema_is_a_schema_of_its_draft():
    Draft202012Validator.check_schema(load_schema())
    assert load_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_codes_of_the_schema_are_those_of_the_ontology():
    held = {name: part for name, part in load_schema()["$defs"].items() if is_scheme(name)}
    assert held == code_definitions(), "run: python -m tests.intake.schema_codes"


def test_every_field_says_what_it_is_for():
    definitions = load_schema()["$defs"]
    for part in parts(load_schema()):
        fields = part.get("properties", {})
        for name, field in fields.items() if "type" in part else ():
            described = field if "description" in field else definitions[field["$ref"].rpartition("/")[2]]
            assert described["description"].endswith((".", "…")), name


def test_every_reference_leads_somewhere_and_everything_is_referred_to():
    referred = {part["$ref"].rpartition("/")[2] for part in parts(load_schema()) if "$ref" in part}
    held = set(load_schema()["$defs"])
    assert referred <= held
    unused = held - referred
    assert unused <= {name for name in held if is_scheme(name)}


def test_the_kinds_of_proposition_are_those_of_the_model():
    kinds = {cls.__name__.lower() for cls in PROPOSITIONS}
    assert set(load_schema()["$defs"]["proposition"]["properties"]) == kinds == set(_READERS)


def test_the_short_names_of_schemes_are_words_of_the_schema():
    words = load_schema()["$defs"]["assessment"]["properties"]["scheme"]["enum"]
    assert set(ASSESSMENTS) <= set(words)
    assert {word.removeprefix("scheme-") for word in words} - set(ASSESSMENTS) <= set(load_schemes())


def test_the_file_is_written_as_the_script_writes_it():
    text = resources.read_text("schema/case.schema.json")
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"


def test_an_editor_accepts_the_valid_case():
    validator().validate(CASE)


@pytest.mark.parametrize("path", list(resources.iter_cases()), ids=lambda path: path.name)
def test_an_editor_accepts_every_shipped_case(path):
    tree, _ = parse_yaml(path.read_bytes(), file=path.name)
    validator().validate(tree.data)


def test_an_editor_marks_a_wrong_code_and_two_positions():
    claim = {**CASE["claims"][0], "denies": {"occurrence": {"about": "market"}}, "as": "shouted"}
    rules = {error.validator for error in validator().iter_errors({**CASE, "claims": [claim]})}
    assert rules == {"oneOf", "anyOf"}


def test_an_editor_marks_what_the_form_alone_can_tell_of_the_thirty_mistakes():
    tree, _ = parse_yaml((HERE / "thirty_mistakes.yaml").read_bytes(), file="thirty_mistakes.yaml")
    assert len(list(validator().iter_errors(tree.data))) >= 8

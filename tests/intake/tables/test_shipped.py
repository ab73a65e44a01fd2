import json

import pytest

from kg import resources
from kg.intake.tables import load_mapping, run_tests
from tests.intake.mapping_schema import make_schema
from tests.intake.tables.town import BASE

SHIPPED = list(resources.iter_mappings())


def test_the_schema_of_mappings_is_made_from_that_of_case_files():
    assert json.loads(resources.read_text("schema/mapping.schema.json")) == make_schema()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_mapping_reads_and_passes_its_own_tests(path):
    count, problems = run_tests(load_mapping(path, base=BASE))
    assert problems == []
    assert count >= 1

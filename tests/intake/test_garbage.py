"""Well-formed YAML of the wrong shape is refused in words, whatever it is."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.merrow import CASE, case, problems

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("ab/:-é. ", max_size=8)
WORDS = sorted(
    {"averment", "claims", "documents", "agents", "events", "sets", "occasions", "defaults", "who", "asserts", "count"}
    | {"about", "number", "passage", "quote", "start", "end", "via", "chains", "id", "ledger", "captures", "sha256"}
    | {"kind", "name", "said", "wording", "revises", "scheme", "status", "any_of", "whole", "parts", "point", "uses"}
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)
HOLES = st.sampled_from([each for each in WORDS if each in CASE])
SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def survives(folder, content):
    """Read, or refused with words for every problem: anything else that is raised fails the test."""
    assert all(problem.reason and problem.remedy for problem in problems(folder, content))


@SETTINGS
@given(content=ANYTHING)
def test_any_yaml_is_read_or_refused(tmp_path, content):
    survives(tmp_path, content)


@SETTINGS
@given(section=HOLES, content=ANYTHING)
def test_any_section_may_be_anything(tmp_path, section, content):
    survives(tmp_path, case(**{section: content}))


@SETTINGS
@given(
    field=st.sampled_from([*CASE["claims"][0], "chains", "ledger", "revises", "denies", "consulted"]), content=ANYTHING
)
def test_any_field_of_a_claim_may_be_anything(tmp_path, field, content):
    survives(tmp_path, case(claims=[{**CASE["claims"][0], field: content}, CASE["claims"][1]]))

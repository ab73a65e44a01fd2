"""The hash of a unit is the RDFC-1.0 hash that rdf-canonize, an implementation from npm, gives its graph."""

import json
import random
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import rdf
from tests import npm
from tests.model_strategies import BASE, agents, claims, events
from tests.test_rdf import GRAPH

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return npm.install(tmp_path_factory.mktemp("npm"))


@settings(max_examples=100, deadline=None)
@given(claims, agents | events, st.randoms())
def test_an_independent_implementation_gives_every_unit_the_same_hash(folder, claim, thing, chance: random.Random):
    units = [rdf.claim_unit(BASE, claim), rdf.entity_unit(thing, GRAPH)]
    shuffled = ["".join(f"{line}\n" for line in chance.sample(unit.lines, len(unit.lines))) for unit in units]
    run = subprocess.run(
        ["node", "canonize.mjs"], cwd=folder, input=json.dumps(shuffled), capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == [unit.digest() for unit in units]

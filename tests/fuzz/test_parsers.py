"""The fuzzer's targets: their seeds in every run, minutes of mutations in `make exhaustive`."""

import subprocess
import sys

import pytest

from tests.fuzz import parsers


@pytest.mark.parametrize("target", parsers.TARGETS)
def test_the_seeds_are_read_or_refused_in_words(target):
    seeds = parsers.seeds(target)
    assert seeds
    for seed in seeds:
        parsers.TARGETS[target](seed)
        parsers.TARGETS[target](seed[: len(seed) // 2])


@pytest.mark.exhaustive
@pytest.mark.parametrize("target", parsers.TARGETS)
def test_nothing_but_a_refusal_comes_of_minutes_of_mutations(target, tmp_path):
    command = [sys.executable, parsers.__file__, target, "--seconds", "200", "--kept", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    assert "\tNEW " in run.stderr, "nothing new was found: the code is not instrumented"

"""`averment add`, killed wherever that happens: all of the batch or none of it, and the next command carries on."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.log import Record
from tests.town import SHA256, Town, case, killed, withheld

HERE = Path(__file__).parent
BEFORE = case(killed("9"))
DURING = case(
    *(killed(str(number), who="vane", passage={"quote": "nine people were killed"}) for number in range(1, 9)),
    killed("31", access=withheld("sealed")),
    agents={"vane": {"kind": "person", "name": {"en": "Ketta Vane", "de": "Ketta Fahne"}}},
)


@pytest.fixture
def kill(tmp_path):
    """Kill `times` recordings of one case; the undisturbed record, and the killed ones."""
    template = Town(tmp_path)
    template.add(BEFORE, name="before.yaml")
    path = template.write(DURING, "during.yaml")

    def run(times: int, seed: int):
        roots = [tmp_path / f"run-{number}" / "data" for number in range(times + 1)]
        for root in roots:
            shutil.copytree(template.root, root)
        command = [sys.executable, str(HERE / "kill_adds.py"), str(seed), str(path), str(template.article)]
        done = subprocess.run(
            [*command, *map(str, roots)],
            env={"PYTHONPATH": str(HERE.parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        fates = [line.split()[1] for line in done.stdout.splitlines()]
        assert len(fates) == times
        # The time measured first may have been a slow one, so that some of the others finish.
        assert fates.count("killed") > times // 4
        return path, [at(template, root) for root in roots]

    return run


def at(template: Town, root: Path) -> Town:
    town = object.__new__(Town)
    town.folder, town.root, town.article = template.folder, root, template.article
    town.record, town._files = Record.open(root), 0
    return town


def state(town: Town):
    """All that a reader can know of a record."""
    sealed = sorted(found.unit.lines for found in town.record.log.iter_sealed())
    return town.graph(), town.tables(), sealed, town.open().read_capture(SHA256)


def check(killed_town: Town, path: Path, whole) -> int:
    """Hold one killed record to the promise; the number of its entries before it carried on."""
    log = killed_town.record.log
    assert log.verify() == []
    assert log.number in (1, 2)
    assert killed_town.open().counts()["claims"] == (1 if log.number == 1 else 9)
    outcome = killed_town.add(path, capture=True)
    assert outcome.entry == (2 if log.number == 1 or outcome.entry else None)
    assert killed_town.record.log.verify() == []
    # That state was verified once; what equals it needs no second proof.
    assert state(killed_town) == whole
    assert not killed_town.record.log.is_unfinished()
    return log.number


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_killed_at_fifteen_moments_it_has_all_or_nothing_and_carries_on(kill, seed):
    path, (undisturbed, *others) = kill(15, seed)
    assert undisturbed.verify() == ()
    whole = state(undisturbed)
    for town in others:
        check(town, path, whole)


@pytest.mark.exhaustive
def test_killed_at_hundreds_of_moments_it_has_all_or_nothing_and_carries_on(kill):
    path, (undisturbed, *others) = kill(300, seed=2)
    assert undisturbed.verify() == ()
    whole = state(undisturbed)
    for town in others:
        check(town, path, whole)


@pytest.mark.parametrize("left", ["snapshots/1-4.tmp", "live-9", "live-9.tmp"])
def test_what_the_engine_left_half_copied_is_cleared_away(tmp_path, left):
    town = Town(tmp_path)
    town.add(BEFORE)
    (town.root / "graph" / left).mkdir()
    town.add(DURING, capture=True)
    assert not (town.root / "graph" / left).exists()
    assert town.verify() == ()


def test_a_reader_after_a_kill_finds_a_record_that_verifies(kill):
    _, (_, *others) = kill(6, seed=3)
    for town in others:
        town.open()
        assert town.verify() == ()

"""A recording or a withdrawal that is killed, wherever that happens, leaves all of it or nothing of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from kg.log import Record

ROOT = Path(__file__).resolve().parents[2]


def kill(operations, *arguments):
    command = [sys.executable, operations.__file__, *map(str, arguments)]
    subprocess.run(command, check=True, env={"PYTHONPATH": str(ROOT), "PATH": ""}, timeout=300)


@pytest.fixture
def undisturbed(tmp_path, operations):
    """A record's files when nobody interrupts the work, by the instant at which it was planned."""

    def run(name):
        prepare, work, again = operations.WORK[name]
        files = {}
        for planned, command in ((operations.WHEN, work), (operations.LATER, again)):
            root = tmp_path / f"{name}-{planned[:7]}"
            prepare(root)
            command(root)
            files[planned] = operations.files_of(root)
        return files

    return run


def check_left(operations, name, root, whole):
    """The log verifies, the reader sees all or nothing, and giving the command again ends in the same bytes."""
    log = Record.open(root).log
    assert log.verify() == []
    seen = {each.unit for each in log.iter_units(include_sealed=True)}
    assert len(seen) in {"record": (0, 15), "withdraw": (15, 13)}[name]
    plans = [*root.glob("staging/*/plan.json"), *root.glob("log/commits/00000001.json")]
    planned = operations.WHEN if any(operations.WHEN in path.read_text() for path in plans) else operations.LATER
    operations.WORK[name][2](root)
    assert operations.files_of(root) == whole[planned]


@pytest.mark.long
@pytest.mark.parametrize("name", ["record", "withdraw"])
def test_killed_after_any_step_and_killed_again_it_carries_on_to_the_same_bytes(
    tmp_path, operations, undisturbed, name
):
    whole = undisturbed(name)
    target = tmp_path / "killed"
    kill(operations, "steps", name, target)
    roots = sorted(target.iterdir())
    assert len(roots) > 60
    for root in roots:
        check_left(operations, name, root, whole)


@pytest.mark.long
@pytest.mark.parametrize("name", ["record", "withdraw"])
def test_killed_at_random_moments_it_carries_on_to_the_same_bytes(tmp_path, operations, undisturbed, name):
    whole = undisturbed(name)
    target = tmp_path / "killed"
    kill(operations, "random", name, target, 30)
    roots = sorted(target.iterdir())
    assert len(roots) == 30
    for root in roots:
        check_left(operations, name, root, whole)


@pytest.mark.long
def test_what_was_withdrawn_is_in_no_file_once_the_next_command_has_run(tmp_path, operations):
    target = tmp_path / "killed"
    kill(operations, "steps", "withdraw", target)
    for root in target.iterdir():
        operations.withdraw_or_finish(root)
        assert operations.holds(root, operations.HOT_WORDS) == []
        assert list((root / "staging").iterdir()) == []


def test_a_recording_carried_on_keeps_its_first_instant_and_its_random_seed(tmp_path, operations):
    root = tmp_path / "data"
    operations.create(root)

    class Stopped(operations.Disk):
        def step(self, what, path):
            if path.name == "commit.json":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations.record_batch(root, Stopped(), seed=None)
    staged = {path.name: path.read_bytes() for path in root.rglob("*.salts")}
    operations.record_batch(root, recorded=operations.LATER, seed=None)
    log = Record.open(root).log
    assert log.entries()[0].recorded == operations.WHEN
    assert {f"{path.stem}.salts": path.read_bytes() for path in (root / "salts").iterdir()} == staged


def test_a_finished_segment_is_not_made_again(tmp_path, operations):
    root = tmp_path / "data"
    operations.create(root)
    written = []

    class Watched(operations.Disk):
        def step(self, what, path):
            written.append(path.name)
            if path.name.startswith("00000001-0002") and not stopped:
                stopped.append(path)
                raise KeyboardInterrupt

    stopped = []
    with pytest.raises(KeyboardInterrupt):
        operations.record_batch(root, Watched())
    written.clear()
    operations.record_batch(root, Watched())
    assert "00000001-0001.nq.zst.part" not in written
    assert "00000001-0002.nq.zst.part" in written


def test_another_recording_cleans_what_an_interrupted_one_left(tmp_path, operations):
    root = tmp_path / "data"
    operations.create(root)

    class Stopped(operations.Disk):
        def step(self, what, path):
            if path.suffix == ".bin":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations.record_batch(root, Stopped())
    log = Record.open(root).log
    assert log.is_unfinished()
    with log.begin(ingestion=operations.Iri("i:b"), recorded=operations.WHEN, recorder="B") as staging:
        staging.add(operations.make_unit("claim/other"))
        staging.commit()
    assert not log.is_unfinished()
    assert [each.unit.subject for each in log.iter_units()] == [f"{operations.BASE}claim/other"]

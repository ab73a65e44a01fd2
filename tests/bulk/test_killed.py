"""A large import, killed wherever that happens and given again: byte for byte the record of an undisturbed one."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.log import Record
from tests.bulk.test_importing import make_record, plan_of, state
from tests.generator import tables as made

SCRIPT = Path(__file__).parent / "kill_imports.py"


def start(root, mapping):
    command = [sys.executable, str(SCRIPT), str(root), str(mapping)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def log_files(root):
    """Every file of the log and what makes its commitments, by name."""
    folders = (root / "log", root / "salts")
    return {str(path.relative_to(root)): path.read_bytes() for each in folders for path in each.rglob("*.*")}


def kill_and_resume(folder, *, times, rows, seed=1):
    mapping = made.write_table(folder / "in", made.iter_rows(rows))
    make_record(folder / "empty")
    shutil.copytree(folder / "empty", folder / "whole")
    begun = time.monotonic()
    assert start(folder / "whole", mapping).wait() == 0
    lasted = time.monotonic() - begun
    expected, bytes_expected = state(folder / "whole"), log_files(folder / "whole")
    dice, killed = random.Random(seed), 0
    for number in range(times):
        root = folder / f"killed-{number}"
        shutil.copytree(folder / "empty", root)
        child = start(root, mapping)
        begun = time.monotonic()
        try:
            child.wait(lasted * (number + dice.random()) / times)
            # It was quicker than the one measured before, as on a machine with other work: kill the next ones earlier.
            lasted = time.monotonic() - begun
        except subprocess.TimeoutExpired:
            child.kill()
        killed += child.wait() != 0
        assert Record.open(root).log.verify() == []
        again = start(root, mapping)
        assert again.wait() == 0
        assert log_files(root) == bytes_expected
        assert state(root) == expected
        assert Record.open(root).log.verify() == []
        assert not Record.open(root).log.is_unfinished()
        shutil.rmtree(root)
    return killed


@pytest.mark.long
def test_killed_at_three_moments_it_ends_in_the_same_bytes(tmp_path):
    assert kill_and_resume(tmp_path, times=3, rows=200)


@pytest.mark.exhaustive
def test_killed_at_fifty_moments_it_ends_in_the_same_bytes(tmp_path):
    assert kill_and_resume(tmp_path, times=50, rows=400, seed=2) > 25


def test_what_was_finished_before_a_kill_is_not_read_again(tmp_path, monkeypatch):
    from kg.bulk import importing, pool

    mapping = made.write_table(tmp_path / "in", made.iter_rows(60))
    record = make_record(tmp_path / "data")
    read = []

    def read_chunk(job, chunk, real=pool.read_chunk):
        read.append(chunk.number)
        return real(job, chunk)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "read_chunk", read_chunk)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "take_in", stop)
        with pytest.raises(KeyboardInterrupt):
            importing.import_table(plan_of(tmp_path / "data", mapping, rows=20), record)
    assert read == [1, 2, 3]
    assert (
        importing.import_table(plan_of(tmp_path / "data", mapping, rows=20), Record.open(tmp_path / "data")).entry == 1
    )
    assert read == [1, 2, 3]


def test_killed_between_its_commit_and_its_end_the_same_import_clears_the_stage(tmp_path, monkeypatch):
    from kg.bulk import importing
    from kg.log.log import Log

    mapping = made.write_table(tmp_path / "in", made.iter_rows(20))
    record = make_record(tmp_path / "data")
    with monkeypatch.context() as patch:
        patch.setattr(Log, "_discard", lambda *_: None)
        assert importing.import_table(plan_of(tmp_path / "data", mapping), record).entry == 1
    again = Record.open(tmp_path / "data")
    assert again.log.is_unfinished()
    assert importing.import_table(plan_of(tmp_path / "data", mapping), again).entry is None
    assert not again.log.is_unfinished()

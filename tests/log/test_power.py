"""When the power fails, what was not waited for may be lost: bytes of files, and names in folders."""

import random
import shutil

import pytest

from kg.log import Disk, Record


class Failing(Disk):
    """Stops after so many steps and then takes back, by lot, whatever nobody has waited for."""

    def __init__(self, steps, draw):
        self.left, self.draw = steps, draw
        self.renames, self.unsynced = [], set()

    def step(self, what, path):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt

    def write(self, path, data, *, sync=True, private=False):
        if not sync:
            self.unsynced.add(path)
        old = path.read_bytes() if path.exists() else None
        try:
            super().write(path, data, sync=sync, private=private)
        finally:
            if path.exists() and not path.with_name(path.name + ".part").exists():
                self.renames.append((path, path.with_name(path.name + ".part"), old))

    def move(self, source, target):
        self.renames.append((target, source, None))
        super().move(source, target)

    def sync_folder(self, path):
        super().sync_folder(path)
        self.renames = [each for each in self.renames if each[0].parent != path]

    def lose(self):
        for path in self.unsynced:
            if path.exists() and self.draw.random() < 0.5:
                path.write_bytes(path.read_bytes()[: self.draw.randrange(9)])
        for now, before, old in reversed(self.renames):
            if now.exists() and before.parent.is_dir() and self.draw.random() < 0.5:
                now.rename(before)
                if old is not None:
                    now.write_bytes(old)


@pytest.mark.long
@pytest.mark.parametrize("name", ["record", "withdraw"])
def test_after_a_power_cut_at_any_step_the_log_verifies_and_the_next_command_carries_on(tmp_path, operations, name):
    prepare, work, again = operations.WORK[name]
    prepare(tmp_path / "base")
    for steps in range(1000):
        root, disk = tmp_path / "cut", Failing(steps, random.Random(steps))
        shutil.copytree(tmp_path / "base", root)
        try:
            work(root, disk)
            break
        except KeyboardInterrupt:
            disk.lose()
        assert Record.open(root).log.verify() == []
        again(root)
        log = Record.open(root).log
        assert log.verify() == []
        assert len(list(log.iter_units(include_sealed=True))) == {"record": 15, "withdraw": 13}[name]
        shutil.rmtree(root)
    assert 40 < steps < 999

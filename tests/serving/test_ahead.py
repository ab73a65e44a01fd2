"""A snapshot read once at the start: only where the system has room for it, and what is large is told."""

import pytest

from kg.serving import ahead
from kg.store.embedded import EmbeddedStore
from kg.store.snapshots import read_pointer


@pytest.fixture
def folder(tmp_path):
    with EmbeddedStore(tmp_path / "graph") as store:
        store.rebuild([f'<http://e/s{i}> <http://e/p> "{i}" <http://e/g{i}> .' for i in range(300)], entry=1)
    return tmp_path / "graph"


@pytest.fixture
def read(monkeypatch):
    found, real = [], ahead._read
    monkeypatch.setattr(ahead, "_read", lambda file: found.append(real(file)) or found[-1])
    return found


def test_every_file_is_read_from_end_to_end(folder, read):
    ahead.read_ahead(folder, tell=pytest.fail).join()
    snapshot = folder / "snapshots" / read_pointer(folder).snapshot
    assert sorted(read) == sorted(each.stat().st_size for each in snapshot.iterdir())
    assert sum(read) > 1000


def test_what_has_no_room_is_left_on_the_disk_and_told(folder, read, monkeypatch):
    told = []
    monkeypatch.setattr(ahead, "available_memory", lambda: 1000)
    monkeypatch.setattr(ahead, "_WORTH_TELLING", 1)
    ahead.read_ahead(folder, tell=told.append).join()
    assert read == []
    assert "does not fit into the memory" in told[0]

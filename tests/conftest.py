"""How all tests run: in memory where there is room, what takes long first, and none fails for a busy machine."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import CodeType

import psutil
import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

# In CI Hypothesis loads a profile of its own, which does the same and draws the same examples every time.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if settings.get_current_profile_name() == "default":
    settings.load_profile("busy")

MEMORY = Path("/dev/shm")
ROOM = 6 << 30  # bytes


def has_room(folder: Path) -> bool:
    """Whether a folder in memory can take what the tests write and run; what is killed loses no more there."""
    if not folder.is_dir() or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return min(shutil.disk_usage(folder).free, psutil.virtual_memory().available) > ROOM


# Waiting for a disk is most of what recording a small case takes. Who names a folder gets that one.
if "TMPDIR" not in os.environ and has_room(MEMORY):
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None


class Compiled(BytecodeCache):
    """What the templates compile to, for every application that the tests of one process make."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


Flask.jinja_options = {"bytecode_cache": Compiled()}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that at the end no process waits for another; a file runs in one process."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long)


def pytest_sessionfinish() -> None:
    """A process that runs tests for another ends without the end of a program, at which this would be removed."""
    town = sys.modules.get("tests.town")
    if town is not None and town.begin.cache_info().currsize:
        town.begin().cleanup()

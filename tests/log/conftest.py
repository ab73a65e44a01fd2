import importlib.util
import sys
from pathlib import Path

import pytest


def _load():
    path = Path(__file__).with_name("operations.py")
    spec = importlib.util.spec_from_file_location("log_operations", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["log_operations"] = module
    spec.loader.exec_module(module)
    return module


_OPERATIONS = _load()


@pytest.fixture
def operations():
    return _OPERATIONS


@pytest.fixture
def record(tmp_path, operations):
    """A record with one ingestion: four segments' worth of public units, one sealed, one restricted."""
    root = tmp_path / "data"
    operations.prepare_recorded(root)
    return operations.Record.open(root)

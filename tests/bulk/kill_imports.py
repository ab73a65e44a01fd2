"""Imports a table, by the same plan every time: python kill_imports.py ROOT MAPPING."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg.bulk.importing import import_table
from kg.log import Record
from tests.bulk.test_importing import plan_of


def main(root: str, mapping: str) -> None:
    """Import in stretches small enough that there are many moments to be killed at."""
    import_table(plan_of(Path(root), Path(mapping), rows=40, workers=2), Record.open(Path(root)))


if __name__ == "__main__":
    main(*sys.argv[1:])

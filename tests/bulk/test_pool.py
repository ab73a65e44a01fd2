"""What a worker does without."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import sys
from kg.bulk import pool
from kg.store.tables.rows import RowBuilder
sys.meta_path.insert(0, pool._WithoutPandas())
RowBuilder().to_tables()
print("pandas" in sys.modules)
"""


def test_a_worker_makes_tables_without_pandas() -> None:
    for code, imported in ((CODE, False), (CODE.replace("sys.meta_path", "[]"), True)):
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        assert found.stdout == f"{imported}\n"

"""Tables to batches, by a mapping file that says whose claims the rows are."""

from kg.intake.tables.gathering import TableReading
from kg.intake.tables.importing import faults_by_row, find_sources, make_batch, open_table, read_table
from kg.intake.tables.mapping import Mapping, Table, find_mapping, load_mapping
from kg.intake.tables.preview import list_preview, list_sentences
from kg.intake.tables.selftest import run_tests
from kg.intake.tables.sideline import write_sideline
from kg.intake.tables.starting.suggest import suggest_mapping

__all__ = [
    "Mapping",
    "Table",
    "TableReading",
    "faults_by_row",
    "find_mapping",
    "find_sources",
    "list_preview",
    "list_sentences",
    "load_mapping",
    "make_batch",
    "open_table",
    "read_table",
    "run_tests",
    "suggest_mapping",
    "write_sideline",
]

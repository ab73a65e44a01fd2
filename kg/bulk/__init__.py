"""Large tables to the record: read in parallel stretch by stretch, in bounded memory, carried on after a kill."""

from kg.bulk.importing import Plan, import_table
from kg.bulk.taking_in import Imported

__all__ = ["Imported", "Plan", "import_table"]

"""The table projection: Parquet files read by DuckDB, for whatever counts, groups, ranks or compares all claims."""

from kg.store.tables.columns import TABLES
from kg.store.tables.projection import Logged, Tables
from kg.store.tables.rows import rows_from_units
from kg.store.tables.view import TablesView

__all__ = ["TABLES", "Logged", "Tables", "TablesView", "rows_from_units"]

"""CSV on the Web (W3C, Metadata Vocabulary for Tabular Data): what each column of each table holds."""

import json
from collections.abc import Iterable

from kg.store.tables.publish import Column, Written

METADATA = "csv-metadata.json"
_DATATYPES: dict[str, object] = {
    "text": "string",
    "integer": "integer",
    "date": {"base": "date", "format": "yyyy-MM-dd"},
    "instant": {"base": "dateTime"},
    "list": "anyURI",
    "json": "json",
}


def csvw_metadata(tables: Iterable[Written]) -> bytes:
    """The metadata of the CSV files beside it, as JSON."""
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True},
        "tables": [_table(table) for table in tables],
    }
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"


def _table(table: Written) -> dict[str, object]:
    columns = [_column(column) for column in table.columns]
    return {"url": f"{table.name}.csv", "tableSchema": {"columns": columns}}


def _column(column: Column) -> dict[str, object]:
    content: dict[str, object] = {"name": column.name, "titles": column.name, "datatype": _DATATYPES[column.form]}
    if column.prop:
        content["propertyUrl"] = column.prop
    if column.form == "list":
        content["separator"] = " "
    return content

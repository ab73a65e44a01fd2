"""Values of JSON, workbooks and Parquet as the text of a cell."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any


def to_cell(value: Any) -> str:
    """A value as the text of a cell; a whole number has no decimal point, midnight is left out of a date.

    >>> to_cell(3.0), to_cell(None), to_cell(True), to_cell(datetime(2017, 6, 6))
    ('3', '', 'true', '2017-06-06')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        # A workbook keeps a plain day as midnight.
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def unfold(value: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a nested object as columns, names joined by dots; a list of plain values is also one, with `|`.

    >>> unfold({"place": {"lat": 35.9}, "tags": ["a", "b"]})
    {'place.lat': '35.9', 'tags': 'a|b', 'tags.0': 'a', 'tags.1': 'b'}
    """
    return dict(_unfold("", value))


def _unfold(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unfold(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list | tuple):
        if not any(isinstance(each, Mapping | list | tuple) for each in value):
            yield name, "|".join(map(to_cell, value))
        for place, inner in enumerate(value):
            yield from _unfold(f"{name}.{place}", inner)
    else:
        yield name, to_cell(value)

"""A mapping to begin with, made from the header and the first rows of a table."""

import re
from pathlib import Path

from kg.codes import load_schemes
from kg.intake.tables.files import find_source
from kg.intake.tables.rows import Row, Shape, open_rows

_LOOKED_AT = 500
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{8}")


def suggest_mapping(path: Path) -> str:
    """The text of a mapping for a table, to be edited: every column with what its cells look like."""
    opened = open_rows(find_source(path), Shape())
    rows = [row for row, _ in zip(opened.rows, range(_LOOKED_AT), strict=False)]
    opened.close()
    columns = opened.columns or tuple(dict.fromkeys(name for row in rows for name in row.cells))
    key = next((name for name in columns if _is_key(name, rows)), columns[0] if columns else "id")
    told = "\n".join(f"    # {name}: {_describe(name, rows)}" for name in columns)
    pairs = [(name, name[:-3] + "max") for name in columns if name.endswith("min") and name[:-3] + "max" in columns]
    low, high = pairs[0] if pairs else ("LEAST", "MOST")
    return _STARTER.format(file=path.name, table=_name(path), key=key, columns=told, low=low, high=high)


def _name(path: Path) -> str:
    return re.sub("[^a-z0-9]+", "-", path.name.split(".")[0].lower()).strip("-") or "rows"


def _cells(name: str, rows: list[Row]) -> list[str]:
    return [text for row in rows if (text := row.cells.get(name, "").strip())]


def _is_key(name: str, rows: list[Row]) -> bool:
    cells = _cells(name, rows)
    return bool(cells) and len(cells) == len(rows) == len(set(cells))


def _describe(name: str, rows: list[Row]) -> str:
    cells = _cells(name, rows)
    known = set(cells)
    if not cells:
        return "empty in the rows looked at"
    told = f"filled in {len(cells)} of the first {len(rows)} rows"
    if len(cells) == len(rows) == len(known):
        told += ", no two alike: it may be the key"
    if all(re.fullmatch("[0-9]+", cell) for cell in known):
        return f"{told}; whole numbers"
    if all(_DATE.fullmatch(cell) for cell in known):
        return f"{told}; dates"
    schemes = [
        scheme.iri.rpartition("scheme-")[2]
        for scheme in load_schemes().values()
        if known <= {code.notation for code in scheme.codes if code.notation}
    ]
    if schemes:
        return f"{told}; terms of {', '.join(schemes)}: write {{column: {name}, codes: {schemes[0]}}}"
    return f"{told}; {len(known)} different values"


_STARTER = """\
# A beginning, made from the header of {file}. Edit it, then: averment import THIS.yaml --dry-run
# Every word in it is explained in docs/mappings.md.
averment-mapping: 1
recorder: YOUR NAME
language: en

agents:                # whose voice the rows are
  recorder:
    kind: organisation
    name: WHO PUBLISHED THE TABLE

documents:             # the table as a work
  table:
    title: {file}
    publisher: recorder
    kind: ngo
    published_as: dataset
    published: "2020"  # when it was published: mend this

defaults:
  document: table
  as: table-cell

tables:
  {table}:
    file: {file}
    key: {key}
    # The columns:
{columns}
    events:
      "{table}-{{{key}|key}}":
        kind: incident
        name: "{{{key}}}"
    claims:
      - who: recorder
        where: {{{low}: filled}}
        wording: "{low} {{{low}}}, {high} {{{high}}}"
        asserts:
          count:
            about: "event/{table}-{{{key}|key}}"
            measure: killed
            population: civilians
            number:
              at_least: {{column: {low}}}
              at_most: {{column: {high}}}
"""

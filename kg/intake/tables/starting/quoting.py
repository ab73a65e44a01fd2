"""Words of a table as they can stand in a mapping."""

import json
import re

from kg.intake.tables.starting.looking import Column

_PLAIN = re.compile(r"[A-Za-z_][\w-]*( [\w-]+)*")


def quote(text: str) -> str:
    """A word as YAML reads it back: bare where it can be.

    >>> quote("Killed"), quote("no. 1"), quote("true")
    ('Killed', '"no. 1"', '"true"')
    """
    if _PLAIN.fullmatch(text) and text.lower() not in ("true", "false", "null"):
        return text
    return double(text)


def double(text: str) -> str:
    """A word in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def single(text: str) -> str:
    """A word in single quotes, within which nothing else has a meaning."""
    return "'" + text.replace("'", "''") + "'"


def show(text: str) -> str:
    """A text that can stand in a comment."""
    return text if text.isprintable() else json.dumps(text)


def quote_date(column: Column) -> str:
    """A date of a column, and the forms it is read by."""
    forms = json.dumps(column.forms[0] if len(column.forms) == 1 else list(column.forms))
    return f"{{column: {quote(column.name)}, date: {forms}}}"


def quote_blanks(column: Column) -> str:
    """The cells of a column that say nothing, the empty one first."""
    return ", ".join(map(double, ["", *column.blanks]))

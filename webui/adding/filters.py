"""What the templates of adding can say beyond those of reading."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from kg.sentences import list_words


def teach_templates(app: Flask) -> None:
    """Give the templates of adding their words."""
    app.jinja_env.filters.update(
        as_typed=as_typed,
        first_text=first_text,
        lower_first=lambda text: text[:1].lower() + text[1:] if not text[:2].isupper() else text,
        map_show=map_show,
        access_in_words=access_in_words,
        kinds_in_words=lambda kinds: [(kind, kind.replace("-", " ") + "s") for kind in kinds],
    )


def as_typed(value: object) -> Markup:
    """Text for a form, its hidden characters untouched: what is sent back is what was there."""
    return escape("" if value is None else str(value))


def first_text(value: Any) -> str:
    """Text of a case file, which may be given by language.

    >>> first_text({"en": "Courier"}), first_text("Courier")
    ('Courier', 'Courier')
    """
    while isinstance(value, dict | list):
        value = next(iter(value.values() if isinstance(value, dict) else value), "")
    return str(value)


def access_in_words(access: Mapping[str, Mapping[str, str]]) -> str:
    """Which fields of a victim are withheld, and how.

    >>> access_in_words({"name": {"level": "access-sealed"}, "identifiers": {"level": "sealed"}})
    'name and identifiers sealed'
    """
    levels: dict[str, list[str]] = {}
    for field, decision in access.items():
        level = str(decision.get("level", "")).removeprefix("access-")
        levels.setdefault(level or "undecided", []).append(field.replace("_", " "))
    return "; ".join(f"{list_words(fields)} {level}" for level, fields in levels.items())


def map_show(references: str | Iterable[str], show: Callable[[str], str]) -> str:
    """References as the names that a form shows, parted by semicolons."""
    return "; ".join(map(show, [references] if isinstance(references, str) else references))

"""How a mapping to begin with reads a column of numbers with words that are not read by themselves."""

import re

from kg.intake.tables.starting.looking import BLANKS, Column, is_quantity
from kg.intake.tables.starting.quoting import quote, show, single

# What stands before a number in other languages, as the sign that is read in any.
_BOUNDS = {
    ">=": "au moins|al menos|por lo menos|mindestens|على الأقل|لا يقل عن",
    ">": "plus de|más de|mas de|mehr als|أكثر من",
    "<=": "jusqu'à|jusqu’à|au plus|hasta|bis zu",
    "<": "moins de|menos de|weniger als|أقل من",
    "~": "environ|près de|autour de|une|unos|unas|alrededor de|cerca de|etwa|rund|حوالي|نحو|ما يقارب",
}
_SIGNS = {phrase: sign for sign, phrases in _BOUNDS.items() for phrase in phrases.split("|")}
_FORMS_SHOWN = 12
_NUMBER = r"(\d+)"


def list_number_lines(column: Column) -> list[str]:
    """How the number of a column is read: as it stands, or by what its words mean where they are not read."""
    said = [value for value in column.values if value.lower() not in BLANKS and not value.isdecimal()]
    if all(map(is_quantity, said)):
        return [f'  number: "{{{column.name}}}"   # 12, more than 40, 3-7 …']
    lines = [
        "  number:",
        f"    column: {quote(column.name)}",
        "    patterns:   # what the words mean, in signs: 12, 3-7, >=12 at least, >12 more than, <=12, <12, ~12 about",
        "      '^\\d+$': '\\0'",
    ]
    forms = {_to_form(value): value for value in said}
    shown = [form for form in forms if form][:_FORMS_SHOWN]
    lines += [f"      {single(form)}: {single(_mean(forms[form]))}" for form in shown]
    told = [value for value in said if _to_form(value) not in shown]
    if told:
        listed = ", ".join(map(show, told[:_FORMS_SHOWN]))
        lines.append(f"      # without a word yet, so that their rows are refused: {listed}")
    return lines


def _to_form(text: str) -> str:
    """The regular expression of a text with one number or two, "" for another."""
    parts = re.split(_NUMBER, text)
    if len(parts) not in (3, 5):
        return ""
    words = [re.sub(r"([.^$*+?{}\[\]|()\\])", r"\\\1", part) for part in parts[::2]]
    return f"^{_NUMBER.join(words)}$"


def _mean(example: str) -> str:
    """What a form probably means, which a person has to look at, or what has to be said by one."""
    before, *between, after = re.split(r"\d+", example)
    if between and not (before or after or between[0].strip()):
        return "\\1\\2"  # a space parts thousands
    if is_quantity(example):
        return "\\0"
    if between:
        return "\\1-\\2"
    sign = _SIGNS.get(before.strip().lower()) or _SIGNS.get(after.strip().lower())
    return f"{sign}\\1" if sign else "<what it means, such as ~\\1>"

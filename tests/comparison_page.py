"""Writes the tables of docs/comparison.md from the rules: `python -m tests.comparison_page`."""

import re
from collections.abc import Iterable
from pathlib import Path

from kg.analysis.compare.rules import IMPLICATIONS, OPPOSED, RULES, RULES_VERSION
from kg.terms import compact_iri

PAGE = Path(__file__).resolve().parent.parent / "docs" / "comparison.md"


def to_tables() -> dict[str, str]:
    """The parts of the page that are written from the rules, by name."""
    return {
        "version": f"Version {RULES_VERSION} of the rules.",
        "rules": _table(
            ("rule", "applies where", "outcome", "why"),
            ((f"`{rule.name}`", rule.when, rule.outcome, rule.reason) for rule in RULES),
        ),
        "implications": _table(
            ("status", "implies", "why"),
            ((f"`{compact_iri(each.status)}`", each.implies.value, each.reason) for each in IMPLICATIONS),
        ),
        "opposed": _table(
            ("one", "the other", "why"),
            ((f"`{compact_iri(each.one)}`", f"`{compact_iri(each.other)}`", each.reason) for each in OPPOSED),
        ),
    }


def to_page(text: str) -> str:
    """The page with its tables written anew."""
    for name, table in to_tables().items():
        pattern = rf"(<!-- {name} -->\n).*?(\n<!-- end -->)"
        text = re.sub(pattern, lambda found, table=table: f"{found[1]}{table}{found[2]}", text, flags=re.DOTALL)
    return text


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


if __name__ == "__main__":
    PAGE.write_text(to_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

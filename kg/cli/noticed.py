"""What was noticed of a table and refuses nothing, told once for each kind."""

from collections.abc import Iterable, Mapping
from functools import cache

from kg.cli.present import many, say
from kg.errors import Problem
from kg.terms import AVSH

# What a shape asks of a claim coded by hand is no fault in a table, whose rows are the places that its claims lead to.
_OF_TABLES = {
    "ClaimShape-passageGiven": "each claim leads to its row and columns here, and to no passage of its document",
    "RelayShape-passageGiven": "each relay leads to its row and columns here, and to no passage of its document",
    "DocumentShape-capture": "what the documents themselves said is not kept, only what the table says of them",
}


def tell_noticed(noticed: Mapping[tuple[str, str], tuple[int, int]], *, advice: bool) -> None:
    """Print what was noticed, by severity and reason: in how many rows, and the first of them."""
    words = _words()
    for (severity, reason), (rows, first) in sorted(noticed.items()):
        if severity == "Info" and not advice:
            continue
        kind = "note" if reason in words else "advice" if severity == "Info" else "warning"
        place = f"{many(rows, 'row')}, the first is {first:,}" if first else "of the table as a whole"
        say(f"{kind}: {words.get(reason, reason)} ({place})")


def tell_each(notices: Iterable[tuple[str, Problem]], *, advice: bool) -> None:
    """Print every single finding, with what it is of."""
    for severity, problem in notices:
        if severity != "Info" or advice:
            say(f"{'advice' if severity == 'Info' else 'warning'}: {problem}")


def sort_noticed(notices: Iterable[tuple[str, Problem]]) -> dict[tuple[str, str], tuple[int, int]]:
    """The same of single findings; what a finding shows of one row is left out."""
    lines: dict[tuple[str, str], set[int]] = {}
    for severity, problem in notices:
        lines.setdefault((severity, problem.reason.partition(" (here ")[0]), set()).add(problem.line)
    return {kind: (len(found), min(found)) for kind, found in lines.items()}


@cache
def _words() -> dict[str, str]:
    from kg.check import load_shapes

    shapes = load_shapes()
    return {shapes.message_of(f"<{AVSH}{name}>"): words for name, words in _OF_TABLES.items()}

"""What a few rows break of the rules across claims (`kg.rules`), which stand there in SQL with their reasons."""

from collections.abc import Callable, Iterable, Iterator

from kg.nearby.answers import is_later, members_of
from kg.nearby.rows import Row, Rows
from kg.rules import KNOWN, NEVER_ASKED_FOR, RULES, Breach, find_capture_breach, find_reading_breach

_Found = Iterator[tuple[str, str]]


def find_breaches(rows: Rows, subjects: Iterable[str]) -> list[Breach]:
    """Every breach in which one of the given subjects takes part, in order; of rows without partitions."""
    fresh = set(subjects)
    found = set(_undated(rows, fresh))
    for name, find in _FINDERS.items():
        rule = _BY_NAME[name]
        found.update(Breach(iri, name, rule.severity, reason, rule.remedy) for iri, reason in find(rows, fresh))
    return sorted(found)


def _named(column: str, source: str, tables: str, noun: str) -> Callable[[Rows, set[str]], _Found]:
    def find(rows: Rows, fresh: set[str]) -> _Found:
        for row in rows[source]:
            if row["iri"] in fresh and row[column] is not None:
                for name in row[column] if isinstance(row[column], list) else [row[column]]:
                    if not name.startswith(NEVER_ASKED_FOR) and not any(rows.find(t, name) for t in tables.split()):
                        yield row["iri"], f"it names {noun} {name}, which is not in the record"

    return find


def _relayed_early(rows: Rows, fresh: set[str]) -> _Found:
    for row in rows["claims"]:
        said = rows.find("claims", row["relays"])
        if said is None or fresh.isdisjoint((row["iri"], said["iri"])):
            continue
        if is_later(said["earliest"], row["latest"]):
            mine, theirs = f"{row['latest']} ({row['said']})", f"{said['earliest']} ({said['said']})"
            yield row["iri"], f"it was said by {mine}, but what it relays not before {theirs}"


def _ended_early(rows: Rows, fresh: set[str]) -> _Found:
    for row, old in _endings(rows, "revises", "withdraws"):
        if not fresh.isdisjoint((row["iri"], old["iri"])) and is_later(old["earliest"], row["latest"]):
            reason = f"it was said by {row['latest']}, but what it revises or withdraws not before {old['earliest']}"
            yield row["iri"], reason


def _endings(rows: Rows, *columns: str) -> Iterator[tuple[Row, Row]]:
    for row in rows["claims"]:
        for column in columns:
            for iri in row[column]:
                old = rows.find("claims", iri)
                if old is not None:
                    yield row, old


def _anothers(rows: Rows, fresh: set[str]) -> _Found:
    for row, old in _endings(rows, "withdraws"):
        if row["iri"] in fresh and row["voice"] not in (old["voice"], *members_of(rows, old["voice"])):
            yield row["iri"], "it withdraws a claim of another voice"


def _circle(table: str, column: str, reason: str) -> Callable[[Rows, set[str]], _Found]:
    def find(rows: Rows, fresh: set[str]) -> _Found:
        for row in rows[table]:
            if row["iri"] in fresh and row["iri"] in _above(rows, table, column, row):
                yield row["iri"], reason

    return find


def _above(rows: Rows, table: str, column: str, row: Row) -> set[str]:
    found: set[str] = set()
    waiting: list[Row | None] = [row]
    while waiting:
        if (each := waiting.pop()) is not None:
            names = each[column] if isinstance(each[column], list) else [each[column]]
            new = {name for name in names if name is not None} - found
            found |= new
            waiting += [rows.find(table, name) for name in new]
    return found


def _undated(rows: Rows, fresh: set[str]) -> Iterator[Breach]:
    for row in rows["captures"]:
        document = rows.find("documents", row["document"])
        if document is not None and not fresh.isdisjoint((row["iri"], document["iri"])):
            yield from find_capture_breach(row["iri"], row["captured"], document["published"])
    for row in rows["claims"]:
        document = rows.find("documents", row["document"])
        if row["iri"] in fresh and document is not None and row["said"] and document["published"]:
            yield from find_reading_breach([row["iri"]], row["said"], document["published"])


_BY_NAME = {rule.name: rule for rule in RULES}
_FINDERS: dict[str, Callable[[Rows, set[str]], _Found]] = {
    **{
        f"{noun.rstrip(',')} is known": _named(column.removeprefix("unnest(").removesuffix(")"), source, tables, noun)
        for column, source, tables, noun in KNOWN
    },
    "nothing is relayed before it is said": _relayed_early,
    "nothing revises or withdraws what was said later": _ended_early,
    "a voice withdraws only its own": _anothers,
    "no circle of sets": _circle("sets", "within", "it lies within itself"),
    "no circle of joint voices": _circle("agents", "members", "it is a member of itself"),
    "no circle of copies": _circle("documents", "copies", "it is a copy of itself"),
}

NAMES = frozenset(_FINDERS)
"""The rules that are looked at here."""

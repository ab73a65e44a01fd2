"""The next entry of a record among what is around it: what it breaks, what follows from it, the rows it adds."""

from collections.abc import Iterable, Mapping

from kg.nearby.breaches import find_breaches
from kg.nearby.lines import iter_analysis_lines, iter_rule_lines
from kg.nearby.rows import Row, Rows, resolve
from kg.nearby.touched import find_touched
from kg.rules import Breach

# A claim that compares others, or divides a set, is rare: what follows from it stands in SQL alone.
_RARE = ("partitions", "viewpoints")


class Nearby:
    """The rows of recorded units and of those of entry number `entry`, which add nothing to a recorded thing."""

    def __init__(self, rows: Rows, base: str, *, entry: int) -> None:
        self._rows, self._base, self._entry = rows, base, entry

    @classmethod
    def work_out(cls, raw: Mapping[str, Iterable[Row]], base: str, *, entry: int) -> "Nearby | None":
        """From rows as they are read from units; None where they have to be worked out in SQL."""
        if any(any(True for _ in raw.get(name, ())) for name in _RARE):
            return None
        if any(row["kind"] == "Comparison" for row in raw.get("propositions", ())):
            return None
        rows = resolve(raw)
        return None if rows is None else cls(rows, base, entry=entry)

    def find_breaches(self, subjects: Iterable[str]) -> list[Breach]:
        """Every breach of a rule in which one of the given subjects takes part."""
        return find_breaches(self._rows, subjects)

    def find_touched(self, subjects: Iterable[str]) -> set[str]:
        """What may be derived differently once these subjects are new."""
        return find_touched(self._rows, subjects)

    def derive(self, touched: set[str]) -> set[str]:
        """The derived lines of what was touched, with the new rows."""
        analysis = iter_analysis_lines(self._rows, self._base, touched)
        return {*iter_rule_lines(self._rows, self._base, touched), *analysis}

    def derive_before(self, touched: set[str]) -> set[str]:
        """The lines of analysis of what was touched, without the new rows."""
        return set(iter_analysis_lines(self._rows.before(self._entry), self._base, touched))

    def new_rows(self) -> dict[str, list[Row]]:
        """The rows that the entry adds, by name of the table."""
        return {name: list(rows) for name, rows in self._rows.since(self._entry).iter_tables()}

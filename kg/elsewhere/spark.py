"""The tables of a record on Spark: what the analyses ask DuckDB here, asked of a cluster there.

Every function of `kg.analysis` that takes a view takes this one too.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.elsewhere.translating import Step, Translated, translate
from kg.errors import Unusable
from kg.store.tables.partition import FORMAT, LIST

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row, SparkSession

Params = Sequence[object] | Mapping[str, object] | None


class SparkTables:
    """The tables that `averment export --format parquet` wrote, in a folder or object store that all workers reach."""

    def __init__(self, session: "SparkSession", address: str) -> None:
        """Open them in a session of their own, so that their names hide none of yours. Raises Unusable."""
        self._session = session.newSession()
        # Spark 4.3 looks for columns of what was worked out before under names they no longer have, and fails.
        self._session.conf.set("spark.sql.constraintPropagation.enabled", "false")
        self._statements = 0
        content = self._read_list(address)
        self.entry = int(content["entry"])
        for name in content["tables"]:
            self._session.read.parquet(f"{address}/{name}").createOrReplaceTempView(name)
        self._check_rows(content["tables"], address)

    def standing(self) -> int:
        """The log entry the tables stand at."""
        return self.entry

    def rows(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        """The rows that a query in DuckDB's SQL yields here; `?` or `$name` in it stand for `params`."""
        with self.frame(sql, params) as frame:
            return [_to_values(row) for row in frame.collect()]

    def records(self, sql: str, params: Params = None) -> list[dict[str, Any]]:
        """The same rows, each by the names of its columns."""
        with self.frame(sql, params) as frame:
            return [dict(zip(frame.columns, _to_values(row), strict=True)) for row in frame.collect()]

    def stretches(self, sql: str, *, size: int = 50_000) -> Iterator[list[tuple[Any, ...]]]:
        """The same rows, at most `size` at a time."""
        with self.frame(sql) as frame:
            stretch: list[tuple[Any, ...]] = []
            for row in frame.toLocalIterator():
                stretch.append(_to_values(row))
                if len(stretch) == size:
                    yield stretch
                    stretch = []
            if stretch:
                yield stretch

    @contextmanager
    def frame(self, sql: str, params: Params = None) -> "Iterator[DataFrame]":
        """The answer as a DataFrame of Spark, to be written or asked further before the block ends."""
        given = _name(params)
        lists = [name for name, value in given.items() if isinstance(value, list | tuple)]
        self._statements += 1
        statement = translate(sql, lists=lists, prefix=f"s{self._statements}_")
        bound = {name: _to_text(value) if name in lists else value for name, value in given.items()}
        try:
            for step in statement.steps:
                self._take(step, bound)
            yield self._finish(statement, bound)
        finally:
            for step in statement.steps:
                self._session.catalog.dropTempView(step.name)

    def _take(self, step: Step, bound: Mapping[str, Any]) -> None:
        found = self._ask(step.sql, bound)
        if step.columns:
            found = found.toDF(*step.columns)
        if step.again:
            found = self._repeat(found.distinct(), step, bound)
        if step.kept:
            found = self._work_out(found)
        found.createOrReplaceTempView(step.name)

    def _repeat(self, found: "DataFrame", step: Step, bound: Mapping[str, Any]) -> "DataFrame":
        """Add what follows from the rows found last until nothing is new."""
        found = latest = self._work_out(found)
        while not latest.isEmpty():
            latest.createOrReplaceTempView(step.name)
            following = self._ask(step.again, bound).toDF(*found.columns)
            latest = self._work_out(following.subtract(found))
            found = self._work_out(found.union(latest))
        return found

    def _finish(self, statement: Translated, bound: Mapping[str, Any]) -> "DataFrame":
        if statement.query:
            frame = self._ask(statement.query, bound)
            if statement.made:
                frame = self._work_out(frame)
                frame.createOrReplaceTempView(statement.made)
            return frame
        if statement.renamed:
            self._session.table(statement.dropped).createOrReplaceTempView(statement.renamed)
        self._session.catalog.dropTempView(statement.dropped)
        return self._session.range(0)

    def _work_out(self, frame: "DataFrame") -> "DataFrame":
        """The rows themselves in place of how they come about: kept where checkpoints go, else by the workers.

        What is only cached stays nested in the plan of all that is made from it, which grows beyond any memory.
        """
        folder = self._session.sparkContext.getCheckpointDir()
        return frame.checkpoint() if folder else frame.localCheckpoint()

    def _ask(self, sql: str, bound: Mapping[str, Any]) -> "DataFrame":
        return self._session.sql(sql, args={name: value for name, value in bound.items() if f":{name}" in sql})

    def _read_list(self, address: str) -> Any:
        row = self._session.read.text(f"{address}/{LIST}", wholetext=True).first()
        content = json.loads(row[0]) if row else {}
        if content.get("format") != FORMAT:
            raise Unusable(f"{address}/{LIST} was written by another version of this program; export anew")
        return content

    def _check_rows(self, tables: Mapping[str, Mapping[str, int]], address: str) -> None:
        """Every row that was written is there: a file that did not arrive would be missed by nobody."""
        counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM `{name}`" for name in tables)
        found = {str(name): int(rows) for name, rows in self._session.sql(counts).collect()}
        for name, table in tables.items():
            expected, there = sum(table.values()), found[name]
            if there != expected:
                raise Unusable(f"{address}/{name} has {there:,} rows where {expected:,} were written; copy it again")


def _name(params: Params) -> dict[str, Any]:
    if params is None:
        return {}
    return dict(params) if isinstance(params, Mapping) else {f"p{place}": value for place, value in enumerate(params)}


def _to_text(values: Sequence[object]) -> str:
    return json.dumps([None if value is None else str(value) for value in values], ensure_ascii=False)


def _to_values(row: "Row") -> tuple[Any, ...]:
    return tuple(_to_value(value) for value in row)


def _to_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_to_value(each) for each in value]
    return value.asDict(recursive=True) if hasattr(value, "asDict") else value

"""What plain Python works out of a few rows is what the statements of the tables work out of the same rows."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import derive, rules
from kg.analysis.claims_sql import Query
from kg.analysis.compare.groups import summarise as summarise_by_sql
from kg.analysis.derived.derive import derive_analysis_lines
from kg.analysis.derived.derive import find_touched as find_touched_by_analysis
from kg.analysis.history.trail import read_trail as read_trail_by_sql
from kg.nearby import breaches
from kg.nearby.groups import summarise
from kg.nearby.lines import iter_analysis_lines, iter_rule_lines
from kg.nearby.nearby import Nearby
from kg.nearby.rows import Row, Rows, resolve
from kg.nearby.touched import find_touched
from kg.nearby.trail import read_trail
from kg.store.tables import Tables, rows_from_units
from kg.store.tables.columns import TABLES
from kg.store.tables.rows import RowBuilder, tables_from_rows
from kg.units import Unit
from tests.analysis.standings import Small, count_records, records, view_of
from tests.generator.entries import make_units
from tests.generator.stories import BASE, make_story

UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.large_base_example]}
TRIES = settings(max_examples=5, **UNHURRIED)
MANY = settings(max_examples=150, **UNHURRIED)
seeds = st.integers(0, 2**32)
# Rows whose want leaves a batch to the tables; see `resolve`.
WHOLE = ("propositions", "counts", "positions")


class RowsView:
    """The tables that hold just these rows."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("PRAGMA disable_optimizer")
        made = tables_from_rows({name: tables.get(name, ()) for name in TABLES})
        for name, table in made.items():
            self._connection.register("arriving", table)
            self._connection.execute(f"CREATE TABLE {name} AS FROM arriving")

    def rows(self, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, params).fetchall()


def rows_of(view: Any) -> Rows:
    """All rows of a view, by name of the table and column."""
    tables = {}
    for name, table in TABLES.items():
        tables[name] = [
            dict(zip(table.names, row, strict=True)) for row in view.rows(f"SELECT {table.listed} FROM {name}")
        ]
    return Rows(tables)


def in_order(rows: Rows, name: str) -> list[str]:
    """The rows of a table, told with their columns in order."""
    assert all(set(row) == set(TABLES[name].names) for row in rows[name])
    return sorted(repr([row[column] for column in TABLES[name].names]) for row in rows[name])


def told_units(dice: random.Random) -> list[list[Unit]]:
    """A few events told by the same voices, each as an entry."""
    numbers = dice.sample(range(5), dice.randint(1, 3))
    return [
        list(make_units(entry, make_story(number, threads=dice.randint(1, 3), dice=dice, batch=f"b{entry}-").beats))
        for entry, number in enumerate(numbers, start=1)
    ]


def raw_rows(entries: Sequence[Sequence[Unit]]) -> dict[str, list[Row]]:
    builder = RowBuilder()
    for number, units in enumerate(entries, start=1):
        for unit in units:
            builder.add(unit, entry=number)
    return builder.to_rows()


def test_rows_are_worked_out_as_the_tables_work_them_out(tmp_path):
    for seed in range(4):
        entries = told_units(random.Random(seed))
        with Tables.open(tmp_path / str(seed)).connect(
            extra=rows_from_units(chain.from_iterable(entries), entry=1)
        ) as view:
            wanted = rows_of(view)
        found = resolve(raw_rows([list(chain.from_iterable(entries))]))
        assert found is not None
        for name in TABLES.keys() - {"loose"}:
            assert in_order(found, name) == in_order(wanted, name), name


def test_what_refers_to_something_unknown_is_left_to_the_tables():
    (units, *_) = told_units(random.Random(1))
    assert resolve(raw_rows([units])) is not None
    for kind in ("proposition", "event"):
        assert resolve(raw_rows([[unit for unit in units if f"/{kind}/" not in unit.subject]])) is None, kind


@TRIES
@given(small=st.one_of(records, count_records))
def test_groups_and_what_took_the_place_of_claims_are_those_of_all_claims(small):
    hold_groups_and_trail(small)


@pytest.mark.exhaustive
@MANY
@given(small=st.one_of(records, count_records))
def test_groups_and_what_took_the_place_of_claims_are_so_for_many_records(small):
    hold_groups_and_trail(small)


def hold_groups_and_trail(small: Small) -> None:
    with view_of(small) as view:
        rows = rows_of(view)
        groups = summarise_by_sql(view, Query(), members=True)
        trail = read_trail_by_sql(view, Query())
    questions = {row["question"] for row in rows["propositions"]}
    assert set(summarise(rows, questions)) == set(groups)
    assert read_trail(rows, (), questions) == trail


def damage(rows: Rows, dice: random.Random) -> dict[str, list[Row]]:
    """The rows with dates moved, links turned and some left out, so that rules are broken and links lead astray."""
    tables = {
        name: [dict(row) for row in found if name in WHOLE or dice.random() < 0.97]
        for name, found in rows.iter_tables()
    }
    claims = [row["iri"] for row in tables["claims"]]
    agents = [row["iri"] for row in tables["agents"]]
    documents = [row["iri"] for row in tables["documents"]]
    for row in tables["claims"]:
        if row["kind"] == "claim":
            _maybe(dice, row, "revises", lambda: [dice.choice(claims)])
            _maybe(dice, row, "withdraws", lambda: [dice.choice(claims)])
            _maybe(dice, row, "stance", lambda: dice.choice(["denies", "cannotConfirm", "asks"]))
        _maybe(dice, row, "voice", lambda: dice.choice(agents))
        _maybe(dice, row, "latest", lambda: date(2014, 1, dice.randint(1, 9)))
        _maybe(dice, row, "said", lambda: "2014-01-03")
    for row in tables["agents"]:
        _maybe(dice, row, "members", lambda: dice.sample(agents, 2))
        _maybe(dice, row, "owner", lambda: dice.choice(agents))
    for row in tables["documents"]:
        _maybe(dice, row, "copies", lambda: [dice.choice(documents)])
        _maybe(dice, row, "published", lambda: "2014-01-01")
    for row in tables.get("captures", ()):
        _maybe(dice, row, "captured", lambda: "2013")
    tables["corrections"] = [
        {"iri": f"{BASE}correction/{number}", "corrects": dice.choice(claims), "entry": 9}
        for number in range(dice.randint(0, 2))
    ]
    return tables


def _maybe(dice: random.Random, row: Row, column: str, value: Callable[[], Any]) -> None:
    if dice.random() < 0.15:
        row[column] = value()


@TRIES
@given(seed=seeds)
def test_rules_and_lines_are_those_of_the_tables_whatever_the_rows(seed):
    hold_rules_and_lines(seed)


@pytest.mark.exhaustive
@MANY
@given(seed=seeds)
def test_rules_and_lines_are_so_for_many_rows(seed):
    hold_rules_and_lines(seed)


def hold_rules_and_lines(seed: int) -> None:
    dice = random.Random(seed)
    whole = resolve(raw_rows(told_units(dice)))
    assert whole is not None
    tables = damage(whole, dice)
    rows, view = Rows(tables), RowsView(tables)
    everything = [row[TABLES[name].key] for name, found in rows.iter_tables() for row in found if "iri" in row]
    fresh = set(dice.sample(everything, dice.randint(1, min(12, len(everything)))))
    assert breaches.find_breaches(rows, fresh) == rules.find_breaches(view, fresh)
    touched = derive.find_touched(view, fresh) | find_touched_by_analysis(view, fresh)
    assert find_touched(rows, fresh) == touched
    assert set(iter_rule_lines(rows, BASE, touched)) == derive.derive_lines(view, BASE, subjects=touched)
    assert set(iter_analysis_lines(rows, BASE, touched)) == derive_analysis_lines(view, BASE, subjects=touched)


def test_every_rule_is_looked_at_but_those_on_partitions():
    assert {rule.name for rule in rules.RULES if rule.needs != "partitions"} == breaches.NAMES


@pytest.mark.parametrize("name", ["partitions", "viewpoints"])
def test_what_is_rare_is_left_to_the_tables(name):
    raw = raw_rows(told_units(random.Random(1)))
    assert Nearby.work_out(raw, BASE, entry=1) is not None
    assert Nearby.work_out({**raw, name: [{}]}, BASE, entry=1) is None


def test_claims_that_compare_others_are_left_to_the_tables():
    raw = raw_rows(told_units(random.Random(1)))
    raw["propositions"][0]["kind"] = "Comparison"
    assert Nearby.work_out(raw, BASE, entry=1) is None

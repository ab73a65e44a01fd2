"""The SQL of the analyses, written for DuckDB, as Spark takes it: one definition, two engines.

A statement becomes steps. Each common table expression is a step of its own, so that a recursive one can be gone
through until nothing is new, and one that is used more than once is worked out once.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

_FROM, _TO = "duckdb", "spark"


@dataclass(frozen=True, slots=True)
class Step:
    """A relation of one statement: its name in the steps after it, and its query in Spark's SQL.

    `again` is what a recursive one adds to the rows of `name` that were found last, "" for any other; `columns` are its
    columns where they are named apart; `kept` says that it is used more than once.
    """

    name: str
    sql: str
    again: str = ""
    columns: tuple[str, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Translated:
    """A statement: its steps in order, and then the query itself, or the relation that it makes, drops or renames."""

    steps: tuple[Step, ...]
    query: str = ""
    made: str = ""
    dropped: str = ""
    renamed: str = ""


def translate(sql: str, *, lists: Collection[str] = (), prefix: str = "") -> Translated:
    """A statement as Spark takes it; `lists` are the parameters that hold several texts, `prefix` begins all names.

    Parameters become `:name`, those without a name `:p0`, `:p1` and so on. Raises sqlglot's errors for what cannot be
    translated.

    >>> print(translate("SELECT iri FROM sets WHERE iri IN (SELECT unnest($some::VARCHAR[]))", lists=["some"]).query)
    SELECT `iri` FROM `sets` WHERE `iri` IN (SELECT EXPLODE(CAST(FROM_JSON(:some, 'array<string>') AS ARRAY<STRING>)))
    """
    tree = sqlglot.parse_one(sql, read=_FROM)
    if isinstance(tree, exp.Drop):
        return Translated((), dropped=_table_of(tree))
    if isinstance(tree, exp.Alter):
        return Translated((), dropped=_table_of(tree), renamed=_table_of(tree.args["actions"][0]))
    _bind(tree, frozenset(lists))
    steps = tuple(_take_steps(tree, (f"{prefix}{number}" for number in count())))
    made = ""
    if isinstance(tree, exp.Create):
        made, tree = _table_of(tree), tree.expression
    return Translated(steps, query=_write(tree), made=made)


def _table_of(tree: exp.Expr) -> str:
    table = tree.find(exp.Table)
    assert table is not None
    return table.name


def _take_steps(query: exp.Expr, names: Iterator[str]) -> Iterator[Step]:
    """Take all common table expressions out of a query, from the outermost to the innermost."""
    while (clause := query.find(exp.With)) is not None:
        owner = clause.parent
        assert owner is not None
        clause.pop()
        yield from _take_clause(clause, owner, names)


def _take_clause(clause: exp.With, owner: exp.Expr, names: Iterator[str]) -> Iterator[Step]:
    known = {cte.alias: f"{next(names)}_{cte.alias}" for cte in clause.expressions}
    uses = _count_uses(owner, clause.expressions)
    for part in (clause, owner):
        _rename(part, known)
    for cte in clause.expressions:
        if not uses[cte.alias]:
            continue
        name, query = known[cte.alias], cte.this
        yield from _take_steps(query, names)
        columns = tuple(column.name for column in cte.args["alias"].columns)
        if any(table.name == name for table in query.find_all(exp.Table)):
            ends = isinstance(query, exp.Union) and bool(query.args["distinct"])
            assert ends, f"{cte.alias} does not end by itself"
            yield Step(name, _write(query.this), again=_write(query.expression), columns=columns)
        else:
            yield Step(name, _write(query), columns=columns, kept=uses[cte.alias] > 1)


def _count_uses(tree: exp.Expr, ctes: Sequence[exp.Expr]) -> Counter[str]:
    """How often each is used by the query and by those that it uses, from the last to the first."""
    uses = Counter(table.name for table in tree.find_all(exp.Table))
    for cte in reversed(ctes):
        if uses[cte.alias]:
            uses.update(table.name for table in cte.this.find_all(exp.Table) if table.name != cte.alias)
    return uses


def _rename(part: exp.Expr, known: Mapping[str, str]) -> None:
    """Call relations by their names in the steps; what stands under the same name further inside keeps it."""
    for table in list(part.find_all(exp.Table)):
        if table.name in known and not _is_hidden(table, part):
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
            table.set("this", exp.to_identifier(known[table.name]))


def _is_hidden(table: exp.Table, part: exp.Expr) -> bool:
    at = table.parent
    while at is not None and at is not part:
        clause = at.args.get("with_")
        if clause is not None and any(cte.alias == table.name for cte in clause.expressions):
            return True
        at = at.parent
    return False


def _bind(tree: exp.Expr, lists: frozenset[str]) -> None:
    for number, mark in enumerate(list(tree.find_all(exp.Placeholder, exp.Parameter))):
        name = mark.name or f"p{number}"
        bound: exp.Expr = exp.Placeholder(this=name)
        if name in lists:
            # As one text, so that a list of any length is one parameter.
            bound = _call("FROM_JSON", bound, exp.Literal.string("array<string>"))
        mark.replace(bound)


def _write(tree: exp.Expr) -> str:
    for overlap in list(tree.find_all(exp.ArrayOverlaps)):
        overlap.replace(_call("ARRAYS_OVERLAP", overlap.this, overlap.expression))
    for row in [each for each in tree.find_all(exp.Anonymous) if each.name.upper() == "ROW"]:
        row.replace(_call("STRUCT", *row.expressions))
    for select in list(tree.find_all(exp.Select)):
        _zip_lists(select)
    return tree.sql(dialect=_TO, identify=True, unsupported_level=ErrorLevel.RAISE)


def _zip_lists(select: exp.Select) -> None:
    """Several lists that are unnested side by side, as one: Spark takes one at a time."""
    several = [each for each in select.expressions if isinstance(each.unalias(), exp.Unnest | exp.Explode)]
    if len(several) < 2:
        return
    lists = [_unnested(each.unalias()) for each in several]
    inline = _call("INLINE", _call("ARRAYS_ZIP", *lists))
    names = [exp.to_identifier(each.alias) for each in several]
    others = [each for each in select.expressions if each not in several]
    select.set("expressions", [*others, exp.Aliases(this=inline, expressions=names)])


def _unnested(each: exp.Expr) -> exp.Expr:
    found: exp.Expr = each.expressions[0] if isinstance(each, exp.Unnest) else each.this
    return found


def _call(name: str, *values: exp.Expr) -> exp.Expr:
    """A function that is called so in Spark alone."""
    return exp.Anonymous(this=name, expressions=list(values))

"""Narrowing all claims by what they have in common, each choice with its count: by SQL over the index of the tables.

It runs wherever the tables are, on one machine or many. Where the index fits in memory, `kg.analysis.facets.held` finds
the same at once.
"""

from collections.abc import Mapping, Sequence

from kg.analysis.claims_sql import View
from kg.analysis.facets.choice import CODED, DATED, DERIVED, Choice, Counted, Facet, Months, Named, Value
from kg.analysis.facets.index import WHOLE

# These are columns of the index; the others are reached over a claim's event or its number.
_COLUMNS = ("voice", "kind", "measure", "stance", *DERIVED)
_LIGHT = (*_COLUMNS, "said")
# "More than 1,600" is at least 1,601, and open.
_GIVES = """($q_number IN (v.at_least, v.at_most, v.approximately)
    OR (v.at_least = $q_number + 1 AND v.at_most IS NULL) OR (v.at_most = $q_number - 1 AND v.at_least IS NULL))"""
_STATUSES = """SELECT status AS code, count(*) AS claims FROM facet_statuses s JOIN {rows} f USING (n) GROUP BY 1"""
_PLACES = (
    """SELECT place AS code, sum(b.claims) AS claims FROM facet_places p JOIN {by_event} b USING (event) GROUP BY 1"""
)
_HAPPENED = (
    """SELECT 'happened', t.month::VARCHAR, sum(b.claims)::BIGINT, 0
       FROM facet_times t JOIN {by_event} b USING (event) GROUP BY 2""",
    """SELECT 'happened year', t.year::VARCHAR, sum(b.claims)::BIGINT, 0
       FROM facet_years t JOIN {by_event} b USING (event) GROUP BY 2""",
)


def count_facets(view: View, choice: Choice, *, index: str, most: int = 12) -> Counted:
    """Every facet of the claims under a choice, in one query; `index` is the state `kg.analysis.facets.index` is in.

    Facets that the index does not hold yet are absent. `most` bounds the values of each facet.
    """
    tests = Tests(view, choice)
    heavy = bool(choice.named) or any(name not in _LIGHT for name in choice.chosen)
    # Tests on columns are cheap to repeat; others are made once, and their claims written down.
    start = f"hits AS MATERIALIZED (SELECT * FROM {index} WHERE {tests.but()})" if heavy else ""
    rows = "hits" if heavy else f"(SELECT * FROM {index} WHERE {tests.but()})"

    def under(name: str) -> str:
        return f"(SELECT * FROM {index} WHERE {tests.but(name)})" if name in choice.chosen else rows

    events = {"": rows} | {name: under(name) for name in ("place", "happened") if name in choice.chosen}
    tables = [
        f"by_event{name} AS MATERIALIZED (SELECT event, count(*) AS claims FROM {of} GROUP BY event)"
        for name, of in events.items()
    ]
    columns = [name for name in _COLUMNS if index == WHOLE or name not in DERIVED]
    parts = [
        _top(name, f"SELECT {name} AS code, count(*) AS claims FROM {under(name)} GROUP BY 1", tests)
        for name in columns
    ]
    parts += [
        _top("status", _STATUSES.format(rows=under("status")), tests),
        _top("place", _PLACES.format(by_event=f"by_event{'place' if 'place' in events else ''}"), tests),
        *(part.format(by_event=f"by_event{'happened' if 'happened' in events else ''}") for part in _HAPPENED),
        f"SELECT 'said', said::VARCHAR, count(*), 0 FROM {under('said')} WHERE said IS NOT NULL GROUP BY 2",
        "SELECT 'all', '', coalesce(sum(claims), 0)::BIGINT, count(*) FILTER (event >= 0) FROM by_event",
    ]
    sql = f"WITH {', '.join(filter(None, [start, *tables]))} {' UNION ALL '.join(f'({part})' for part in parts)}"
    found: dict[str, list[tuple[str, int, int]]] = {}
    for name, value, claims, total in view.rows(sql, {**tests.params, "most": most}):
        found.setdefault(str(name), []).append((str(value), int(str(claims)), int(str(total))))
    return to_counted(found, index)


def find_claims(view: View, choice: Choice, *, index: str, order: str, most: int | None, skipped: int = 0) -> list[str]:
    """The IRIs of the claims under a choice, by when it `happened` or was `said`, both oldest first, or `latest`."""
    tests = Tests(view, choice)
    by = {"happened": "n", "said": "said NULLS LAST, n", "latest": "said DESC NULLS LAST, n"}[order]
    limit = f"LIMIT {most:d} OFFSET {skipped:d}" if most is not None else ""
    chosen = f"SELECT n, said FROM {index} WHERE {tests.but()} ORDER BY {by} {limit}"
    rows = view.rows(f"SELECT k.iri FROM ({chosen}) JOIN facet_keys k USING (n) ORDER BY {by}", tests.params)
    return [str(row[0]) for row in rows]


def query_named_claims(named: Named, *, index: str) -> tuple[str, dict[str, object]]:
    """The query, with its parameters, for the numbers of the claims that bear what a search has found."""
    params: dict[str, object] = {}
    condition = _search(named, params)
    return f"SELECT n FROM {index} WHERE {condition}", params


class Tests:
    """The conditions that a choice sets on rows of the index, one for each facet, and their parameters."""

    def __init__(self, view: View, choice: Choice) -> None:
        self.params: dict[str, object] = {}
        self.codes = _codes_of(view, choice)
        self._all = {name: self._test(name, choice) for name in choice.chosen}
        if choice.named:
            self._all["named"] = _search(choice.named, self.params)

    def but(self, facet: str = "") -> str:
        """All conditions but that of one facet."""
        return " AND ".join(test for name, test in self._all.items() if name != facet) or "true"

    def _test(self, name: str, choice: Choice) -> str:
        if name in DATED:
            return _date_test(name, choice.dates[name])
        if name == "box":
            assert choice.box is not None
            box = choice.box
            self.params |= {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
            inside = "lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north"
            return f"event IN (SELECT event FROM facet_points WHERE {inside})"
        listed = ", ".join(str(code) for code in self.codes[name]) or "NULL"
        if name == "status":
            return f"n IN (SELECT n FROM facet_statuses WHERE status IN ({listed}))"
        if name == "place":
            return f"event IN (SELECT event FROM facet_places WHERE place IN ({listed}))"
        return f"{name} IN ({listed})"


def _codes_of(view: View, choice: Choice) -> dict[str, list[int]]:
    """The numbers that stand for the chosen values; a value that the record does not know has none."""
    found: dict[str, list[int]] = {name: [] for name in (*CODED, *DERIVED)}
    for name in DERIVED:
        found[name] = [int(value) for value in choice.values.get(name, ()) if value.isascii() and value.isdecimal()]
    wanted = sorted({value for name in CODED for value in choice.values.get(name, ())})
    if wanted:
        rows = view.rows(
            "SELECT facet, value, code FROM facet_values WHERE value IN (SELECT unnest($values::VARCHAR[]))",
            {"values": wanted},
        )
        for facet, value, code in rows:
            if value in choice.values.get(str(facet), ()):
                found[str(facet)].append(int(str(code)))
    return found


def _date_test(name: str, spans: Sequence[Months]) -> str:
    column = "month" if name == "happened" else "said"
    inside = " OR ".join(f"{column} BETWEEN {span.first:d} AND {span.last:d}" for span in spans)
    return f"event IN (SELECT event FROM facet_times WHERE {inside})" if name == "happened" else f"({inside})"


def _search(named: Named, params: dict[str, object]) -> str:
    """The condition that a claim bears what was found, or comes from where it stands."""
    parts = ["false"]
    if named.events:
        params["q_events"] = list(named.events)
        parts.append("event IN (SELECT code FROM facet_events WHERE event IN (SELECT unnest($q_events::VARCHAR[])))")
    for facet, values in (("voice", named.voices), ("place", named.places)):
        if values:
            params[f"q_{facet}"] = list(values)
            given = f"SELECT unnest($q_{facet}::VARCHAR[])"
            codes = f"SELECT code FROM facet_values WHERE facet = '{facet}' AND value IN ({given})"
            by_place = f"event IN (SELECT event FROM facet_places WHERE place IN ({codes}))"
            parts.append(by_place if facet == "place" else f"voice IN ({codes})")
    if named.codes:
        params["q_codes"] = list(named.codes)
        given = "SELECT unnest($q_codes::VARCHAR[])"
        codes = f"SELECT code FROM facet_values WHERE facet = 'code' AND value IN ({given})"
        parts.append(f"n IN (SELECT n FROM facet_coded WHERE code IN ({codes}))")
    inner = _search_tables(named, params)
    if inner:
        parts.append(f"n IN (SELECT n FROM facet_keys WHERE iri IN ({' UNION ALL '.join(inner)}))")
    return f"({' OR '.join(parts)})"


def _search_tables(named: Named, params: dict[str, object]) -> list[str]:
    """What only the tables know: queries for the claims of documents, about sets, with a number."""
    found = []
    if named.documents:
        params["q_documents"] = list(named.documents)
        found.append("SELECT root FROM claims WHERE document IN (SELECT unnest($q_documents::VARCHAR[]))")
    if named.sets:
        params["q_sets"] = list(named.sets)
        found.append(
            """SELECT c.iri FROM claims c JOIN propositions p ON p.iri = c.proposition
               WHERE list_has_any(p.about, $q_sets::VARCHAR[])
                  OR list_contains($q_sets::VARCHAR[], p.slots ->> '$.over')"""
        )
    if named.number is not None:
        params["q_number"] = named.number
        found.append(f"SELECT c.iri FROM claims c JOIN counts v ON v.proposition = c.proposition WHERE {_GIVES}")
    return found


def gives_number(view: View, number: int) -> bool:
    """Whether any claim gives a number as a bound."""
    return bool(view.rows(f"SELECT 1 FROM counts v WHERE {_GIVES} LIMIT 1", {"q_number": number}))


def _top(name: str, counted: str, tests: Tests) -> str:
    """The most frequent values, those chosen always among them, with how many values there are."""
    kept = f"code IN ({', '.join(map(str, tests.codes[name])) or 'NULL'})"
    value = "code::VARCHAR" if name in DERIVED else "value"
    join = "" if name in DERIVED else f"JOIN facet_values v ON v.facet = '{name}' AND v.code = c.code"
    return f"""
        SELECT '{name}', {value}, claims::BIGINT, total FROM (
            SELECT *, count(*) OVER () AS total, row_number() OVER (ORDER BY claims DESC, code) AS place
            FROM ({counted}) WHERE code IS NOT NULL) c {join}
        WHERE place <= $most OR c.{kept}"""


def to_counted(found: Mapping[str, list[tuple[str, int, int]]], index: str) -> Counted:
    """Facets from rows of a value, its claims and how many values there are, by the name of the facet or the months."""
    facets = {}
    for name in (*CODED, *(DERIVED if index == WHOLE else ())):
        rows = sorted(found.get(name, []), key=lambda row: (-row[1], row[0]))
        facets[name] = Facet(name, tuple(Value(value, claims) for value, claims, _ in rows), rows[0][2] if rows else 0)
    months = {name: {int(value): claims for value, claims, _ in sorted(found.get(name, []))} for name in DATED}
    years = {int(value): claims for value, claims, _ in found.get("happened year", [])}
    said: dict[int, int] = {}
    for month, claims in months["said"].items():
        said[month // 12] = said.get(month // 12, 0) + claims
    for name, each in (("happened", years), ("said", said)):
        facets[name] = Facet(name, tuple(Value(str(year), each[year]) for year in sorted(each)), len(each))
    _, claims, events = found["all"][0]
    return Counted(claims, events, facets, months)

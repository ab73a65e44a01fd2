"""What facets are counted from: one narrow row for each claim, small numbers in place of names, kept beside the tables.

It is made once for each version of the tables and goes with it. What is cheap to know comes first; how a claim stands
to others and how many origins it can have follow when they are worked out.
"""

import re
from collections.abc import Iterator
from typing import Any

from kg.analysis.claims_sql import View
from kg.analysis.compare.contradicted import write_standings
from kg.analysis.origins.bounds import BOUNDS
from kg.terms import AVC
from kg.values.dates import parse_edtf
from kg.values.places import ACCURACIES
from kg.values.refused import ValueRefused

BASIC, WHOLE = "facet_basic", "facet_whole"
"""The two states of the index: the second also has the columns `standing` and `origins`."""

# A happening longer than this stands at its first month alone: a war of ten years is in no month.
_LONGEST_MONTHS = 36
_CODED = {"voice": "c.voice", "kind": "c.proposition_kind", "measure": "v.measure", "stance": "c.stance"}
# Every claim, with what it counts where it gives a number.
_CLAIMS = "claims c LEFT JOIN counts v ON v.proposition = c.proposition"
_MADE = (BASIC, WHOLE, "facet_keys", "facet_values", "facet_events", "facet_statuses", "facet_places", "facet_times")
_TABLES = (*_MADE, "facet_years", "facet_points", "facet_days", "facet_said", "facet_coded")
# Several statuses of one claim, which does not say which, count as one choice each.
_SAID = """
    CREATE TABLE facet_said AS
    SELECT proposition, list_sort(list_distinct(list_concat(any_of, [status]))) AS statuses
    FROM positions WHERE status IS NOT NULL OR array_length(any_of) > 0"""
_PLACED = """
    SELECT DISTINCT unnest(about) AS event, slots ->> '$.place' AS place FROM propositions
    WHERE kind IN ('Location', 'Count') AND slots ->> '$.place' IS NOT NULL"""
# The codes that a proposition names anywhere, in quotes as the tables write them.
_CODES = f"""
    SELECT iri, unnest(list_distinct(regexp_extract_all(slots, '"({re.escape(AVC)}[^"]+)"', 1))) AS code
    FROM propositions"""
_VALUES = f"""
    CREATE TABLE facet_values AS
    SELECT facet, value, (row_number() OVER (PARTITION BY facet ORDER BY value) - 1)::INTEGER AS code FROM (
        {
    " UNION ".join(
        f"SELECT '{name}' AS facet, {column} AS value FROM {_CLAIMS} WHERE c.kind = 'claim'"
        for name, column in _CODED.items()
    )
}
        UNION SELECT 'status', unnest(statuses) FROM facet_said
        UNION SELECT 'place', place FROM ({_PLACED})
        UNION SELECT 'code', code FROM ({_CODES}))
    WHERE value IS NOT NULL"""
_EVENTS = """
    CREATE TABLE facet_events AS
    SELECT event, row_number() OVER (ORDER BY min(d.first), event)::INTEGER AS code, min(d.first) AS first
    FROM (SELECT DISTINCT event FROM claims WHERE kind = 'claim' AND event IS NOT NULL)
    LEFT JOIN facet_days d USING (event)
    GROUP BY event"""
_DAYS = """
    CREATE TABLE facet_days AS
    WITH named AS (SELECT unnest($texts::VARCHAR[]) AS text, unnest($firsts::DATE[]) AS first,
                          unnest($lasts::DATE[]) AS last)
    SELECT DISTINCT unnest(p.about) AS event, n.first, n.last
    FROM propositions p JOIN named n ON n.text = p.slots ->> '$.time' WHERE p.kind = 'Timing'"""
_MONTHS = f"""
    CREATE TABLE facet_times AS
    SELECT DISTINCT e.code AS event, t.month::INTEGER AS month FROM facet_events e JOIN (
        SELECT event, unnest(CASE WHEN stop - start < {_LONGEST_MONTHS} THEN range(start, stop + 1) ELSE [start] END)
               AS month FROM (
            SELECT event, year(first) * 12 + month(first) - 1 AS start, year(last) * 12 + month(last) - 1 AS stop
            FROM facet_days)) t USING (event)"""
_YEARS = "CREATE TABLE facet_years AS SELECT DISTINCT event, month // 12 AS year FROM facet_times"
_PLACES = f"""
    CREATE TABLE facet_places AS
    SELECT e.code AS event, v.code AS place FROM ({_PLACED}) p JOIN facet_events e USING (event)
    JOIN facet_values v ON v.facet = 'place' AND v.value = p.place"""
_POINTS = r"""
    CREATE TABLE facet_points AS
    SELECT DISTINCT e.code AS event, lon, lat, radius, accuracy, place, voice FROM (
        SELECT p.event, c.voice, accuracy, place, radius,
               TRY_CAST(split_part(point, ' ', 1) AS DOUBLE) AS lon,
               TRY_CAST(split_part(point, ' ', 2) AS DOUBLE) AS lat
        FROM claims c JOIN (
            SELECT iri, unnest(about) AS event, slots ->> '$.accuracy' AS accuracy, slots ->> '$.place' AS place,
                   TRY_CAST(slots ->> '$.radius' AS DOUBLE) AS radius,
                   trim(regexp_extract(slots ->> '$.point', 'POINT *\(([^)]*)\)', 1)) AS point
            FROM propositions WHERE kind = 'Location' AND slots ->> '$.point' IS NOT NULL) p ON p.iri = c.proposition
        WHERE c.kind = 'claim' AND c.stance = 'asserts') JOIN facet_events e USING (event)
    WHERE lon IS NOT NULL AND lat IS NOT NULL"""
_COLUMNS = ", ".join(f"{name}.code AS {name}" for name in _CODED)
_JOINS = " ".join(
    f"LEFT JOIN facet_values {name} ON {name}.facet = '{name}' AND {name}.value = {column}"
    for name, column in _CODED.items()
)
# Sorted once, so that the usual order of the page is the order of the rows; -1 is no event.
_NARROW = f"""
    CREATE TABLE facet_keys AS
    SELECT row_number() OVER (ORDER BY e.code NULLS LAST, c.proposition_kind, c.latest, c.iri)::INTEGER AS n, c.iri,
           coalesce(e.code, -1) AS event, {_COLUMNS}, c.proposition,
           (year(coalesce(c.latest, c.earliest)) * 12 + month(coalesce(c.latest, c.earliest)) - 1)::INTEGER AS said
    FROM {_CLAIMS} {_JOINS} LEFT JOIN facet_events e ON e.event = c.event
    WHERE c.kind = 'claim' ORDER BY n"""
_STATUSES = """
    CREATE TABLE facet_statuses AS
    SELECT k.n, v.code AS status FROM facet_keys k
    JOIN (SELECT proposition, unnest(statuses) AS status FROM facet_said) s USING (proposition)
    JOIN facet_values v ON v.facet = 'status' AND v.value = s.status ORDER BY k.n"""
_CODED_BY = f"""
    CREATE TABLE facet_coded AS
    SELECT v.code, k.n FROM facet_keys k JOIN ({_CODES}) p ON p.iri = k.proposition
    JOIN facet_values v ON v.facet = 'code' AND v.value = p.code ORDER BY ALL"""
_BASIC = f"CREATE TABLE {BASIC} AS SELECT n, event, voice, kind, measure, stance, said FROM facet_keys ORDER BY n"
_BARE_KEYS = (
    "CREATE TABLE facet_bare AS SELECT n, iri FROM facet_keys ORDER BY n",
    "DROP TABLE facet_keys",
    "ALTER TABLE facet_bare RENAME TO facet_keys",
)
_WHOLE = f"""
    CREATE TABLE {WHOLE} AS
    SELECT f.*, coalesce(s.standing, 0)::TINYINT AS standing, coalesce(b.at_most, 0)::TINYINT AS origins
    FROM {BASIC} f JOIN facet_keys k USING (n)
    LEFT JOIN facet_standings s ON s.claim = k.iri
    LEFT JOIN (SELECT e.code, b.at_most FROM ({BOUNDS}) b JOIN facet_events e USING (event)) b ON b.code = f.event
    ORDER BY f.n"""


def build_index(view: View) -> str:
    """Make what voice, kind, stance, status, places and dates are counted from, and return the state it is in."""
    for name in _TABLES:
        view.rows(f"DROP TABLE IF EXISTS {name}")
    view.rows(_SAID)
    texts, firsts, lasts = _read_times(view)
    view.rows(_DAYS, {"texts": texts, "firsts": firsts, "lasts": lasts})
    for statement in (
        _VALUES,
        _EVENTS,
        _MONTHS,
        _YEARS,
        _PLACES,
        _POINTS,
        _NARROW,
        _STATUSES,
        _CODED_BY,
        _BASIC,
        *_BARE_KEYS,
    ):
        view.rows(statement)
    return BASIC


def complete_index(view: View) -> str:
    """Add how each claim stands to others and how many origins it can have; return the state the index is in."""
    write_standings(view, "facet_standings")
    view.rows(f"DROP TABLE IF EXISTS {WHOLE}")
    view.rows(_WHOLE)
    view.rows("DROP TABLE facet_standings")
    return WHOLE


def metres_of(accuracy: str | None) -> int | None:
    """The metres that a code of accuracy states in its own words, None where it states none."""
    return next((each.metres for each in ACCURACIES if each.code == accuracy), None)


def _read_times(view: View) -> tuple[list[str], list[Any], list[Any]]:
    """Every date at which something is said to have happened, with the first and the last day it can mean."""
    rows = view.rows("SELECT DISTINCT slots ->> '$.time' FROM propositions WHERE kind = 'Timing'")
    found = list(_iter_days(str(row[0]) for row in rows if row[0]))
    return [text for text, _, _ in found], [first for _, first, _ in found], [last for _, _, last in found]


def _iter_days(texts: Iterator[str]) -> Iterator[tuple[str, Any, Any]]:
    for text in texts:
        try:
            when = parse_edtf(text)
        except ValueRefused:
            continue
        first, last = when.named_period()
        if first or last:
            yield text, first or last, last or first

"""Made-up tables of the shapes that the shipped mappings read, and the graph that these make of them."""

import csv
from pathlib import Path

from kg.intake.tables import Mapping, find_mapping, find_sources, load_mapping, make_batch, read_table
from kg.planning import keep_new, list_units, strip_graph
from kg.store.embedded import EmbeddedStore
from kg.units import Unit
from tests.questions import fixture

_STATEMENT = "The Coalition released a report: {}"
TABLES: dict[str, dict[str, list[dict[str, object]]]] = {
    "airwars": {
        "incidents.csv": [
            {
                "code": "M1",
                "airwars_id": 1,
                "last_modified": "2024-01-01",
                "incident_date": "2017-06-03",
                "civ_killed_min": 3,
                "civ_killed_max": 5,
                "children_killed_min": 1,
                "children_killed_max": 1,
                "airwars_grading": "Fair",
                "strike_status": "Likely strike",
                "lat": 31.5,
                "lon": 42.25,
                "geo_accuracy": "village",
                "location_en": "Merrow",
            },
            {
                "code": "M2",
                "airwars_id": 2,
                "last_modified": "2024-01-01",
                "incident_date": "2017-07-01",
                "civ_killed_min": 2,
                "civ_killed_max": 2,
                "airwars_grading": "Confirmed",
            },
        ],
        "belligerent_assessments.csv": [
            {
                "code": "M1",
                "airwars_id": 1,
                "belligerent": "coalition",
                "type": "suspected",
                "position": "non_credible",
                "reason_non_credible": "no_coalition_strikes",
            },
            {
                "code": "M2",
                "airwars_id": 2,
                "belligerent": "coalition",
                "type": "suspected",
                "position": "credible",
                "deaths_conceded_min": 2,
                "deaths_conceded_max": 2,
            },
        ],
        "official_statements.csv": [
            {
                "code": "M1",
                "airwars_id": 1,
                "belligerent": "coalition",
                "statement_n": number,
                "statement_date": day,
                "statement_text": _STATEMENT.format(text),
            }
            for number, day, text in (
                (1, "20170901", "it contains insufficient information on time and place."),
                (2, "20180901", "regrettably, at least two civilians were unintentionally killed."),
                (3, "20190901", "regrettably, four civilians were unintentionally killed."),
            )
        ]
        + [
            {
                "code": "M2",
                "airwars_id": 2,
                "belligerent": "coalition",
                "statement_n": 1,
                "statement_date": "20170901",
                "statement_text": "An earlier release reported that one civilian was killed. That was incorrect, "
                "it was assessed that one civilian was unintentionally injured.",
            }
        ],
        "official_strike_reports.csv": [
            {"code": "M1", "airwars_id": 1, "reporter": "united_kingdom", "text": "Tornados struck a mortar."},
            {"code": "M2", "airwars_id": 2, "reporter": "russia", "text": "Russia has not reported any strikes."},
        ],
        "sources.csv": [
            {
                "code": "M1",
                "airwars_id": 1,
                "n": number,
                "name": name,
                "date": "4 June 2017",
                "lang_platform": "Twitter Arabic",
            }
            for number, name in ((1, "Lowmarsh Courier"), (2, "Reedbank Post"))
        ],
        "victims.csv": [{"code": "M1", "airwars_id": 1, "n": 1, "name_en": "A. Person", "status": "killed"}],
    },
    "strike-releases": {
        "strike_releases.csv": [
            {"date": "06/04/2017", "country": "Syria", "location": "Merrow", "number": 2, "line": "Near Merrow, two."},
            {"date": "06/05/2017", "country": "Syria", "location": "Merrow", "number": 1, "line": "Near Merrow, one."},
        ]
    },
    "list-of-the-dead": {
        "20240413killed-in-gaza.csv": [
            {"id": 1, "name": "a", "age": 5, "sex": "m"},
            {"id": 2, "name": "b", "age": 6, "sex": "f"},
        ],
        "20240808killed-in-gaza.csv": [
            {"id": 1, "name": "a", "age": 6, "sex": "m", "source": "h"},
            {"id": 3, "name": "c", "age": 7, "sex": "f", "source": "c"},
        ],
        "20240921killed-in-gaza.csv": [{"id": 1, "name": "a", "age": 6, "sex": "m", "source": "h"}],
    },
}


def load(folder: Path) -> EmbeddedStore:
    """The graph that the shipped mappings make of the tables, written into a folder."""
    units, held = list[Unit](), set[str]()
    for name, tables in TABLES.items():
        mapping = load_mapping(find_mapping(name), base=fixture.BASE)
        for file, rows in tables.items():
            _write(folder / file, rows, sorted(_columns(mapping, file)))
        for table in mapping.tables:
            reading = read_table(mapping, table, find_sources(table, folder, {}), folder=folder)
            assert reading.refused == {}, reading.problems()
            batch = make_batch(mapping, reading, recorded="2024-02-01T00:00:00Z", software="a test")
            fresh = keep_new(list_units(fixture.BASE, batch), lambda _, held=held: held)
            held |= {strip_graph(line) for unit in fresh for line in unit.lines}
            units += fresh
    return fixture.load(units, folder)


def _columns(mapping: Mapping, file: str) -> set[str]:
    """What the tables of a mapping read of a file, by themselves or joined to another."""
    found: set[str] = set()
    for table in mapping.tables:
        if table.file == file:
            found |= {name for name in table.columns() if not table.lends(name)}
        for join in table.joins:
            if join.file == file:
                lent = f"{join.name}."
                found |= {*join.to, *(name.removeprefix(lent) for name in table.columns() if name.startswith(lent))}
    return found


def _write(path: Path, rows: list[dict[str, object]], columns: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)

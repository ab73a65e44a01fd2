"""The whole-record analyses, each written once, find on Spark what they find on DuckDB: PySpark in local mode."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg.analysis.as_of import AsOf, Certainty
from kg.analysis.claims_sql import Query
from kg.analysis.compare.groups import summarise
from kg.analysis.compare.pairs import count_pairs, find_pairs
from kg.analysis.facets.choice import Box, Choice, Months, Named
from kg.analysis.facets.index import BASIC, WHOLE, build_index, complete_index
from kg.analysis.facets.map import place_claims
from kg.analysis.facets.narrow import count_facets, find_claims
from kg.analysis.history.changes import changes, changes_of, positions
from kg.analysis.origins.trace import iter_origin_rows
from kg.elsewhere.spark import SparkTables
from kg.errors import Unusable
from kg.store.tables import Tables, TablesView
from kg.store.tables.partition import write_partitioned
from tests.analysis.standings import BASE, EVENTS, VOICES, draw_record, units_of
from tests.generator.entries import iter_entries

pytestmark = [
    pytest.mark.exhaustive,
    # What PySpark says of the pandas that stands beside it, which is not used.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]

Analysis = Callable[[Any], Any]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TablesView]:
    """A record in several deltas, some of it taken back, with much that meets: made-up stories, and small records."""
    tables = Tables.open(tmp_path_factory.mktemp("record") / "tables")
    for entry in iter_entries(1_500, per_entry=500):
        tables.append(entry.units, entry=entry.number)
    known: dict[str, Any] = {}
    for seed in range(40):
        for unit in units_of(draw_record(seed, counts=0.5)):
            known.setdefault(unit.subject, unit)
    tables.append(known.values(), entry=4)
    tables.remove(sorted(iri for iri in known if "/claim/" in iri)[:20], entry=5)
    with tables.connect() as view:
        yield view


@pytest.fixture(scope="module")
def folder(here: TablesView, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record as a data set of several files a table."""
    path = tmp_path_factory.mktemp("partitioned") / "tables"
    write_partitioned(here, path, base=BASE, rows=500)
    return path


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Spark on this machine alone, two tasks at a time."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.memory": "2g",
        # Compiling each of a thousand small queries would take longer than answering it.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def there(session: Any, folder: Path) -> SparkTables:
    """The record on Spark, with the index of facets."""
    view = SparkTables(session, str(folder))
    build_index(view)
    complete_index(view)
    return view


@pytest.fixture(scope="module", autouse=True)
def indexed(here: TablesView) -> None:
    """The index of facets here."""
    build_index(here)
    complete_index(here)


def _rows(table: str) -> Analysis:
    return lambda view: sorted(view.rows(f"SELECT * FROM {table}"), key=repr)


def _facets(choice: Choice, index: str = WHOLE) -> Analysis:
    return lambda view: count_facets(view, choice, index=index)


def _found(choice: Choice, order: str) -> Analysis:
    return lambda view: find_claims(view, choice, index=WHOLE, order=order, most=30, skipped=5)


def _placed(choice: Choice) -> Analysis:
    def find(view: Any) -> Any:
        placed = place_claims(view, choice, index=WHOLE)
        # A mean depends on the order in which it is added up.
        cells = [
            (round(cell.lon, 9), round(cell.lat, 9), cell.claims, cell.events, cell.place) for cell in placed.cells
        ]
        return sorted(cells), placed.events, placed.edges

    return find


def _origins(view: Any) -> Any:
    events = [row[0] for row in view.rows("SELECT DISTINCT event FROM concerns ORDER BY event LIMIT 200")]
    return list(iter_origin_rows(view, events, least=2))


VOICE = Choice(values={"voice": (str(VOICES[0]), str(VOICES[1]))})
NARROW = Choice(
    values={"kind": ("Count",), "standing": ("2", "3", "4")}, dates={"said": (Months.of_year(2018), Months.of(2017, 6))}
)
NAMED = Choice(named=Named(events=(str(EVENTS[0]),), codes=("https://w3id.org/averment/codes/oir-open",), number=3))
MAPPED = Choice(box=Box(30, 30, 45, 40), dates={"happened": (Months.of_year(2017),)})
THEN = AsOf(said_by=date(2018, 1, 15), entry=4)

ANALYSES: dict[str, Analysis] = {
    "groups": lambda view: summarise(view, Query(), members=True),
    "groups of one event": lambda view: summarise(view, Query.of_event(str(EVENTS[0])), members=True),
    "how many pairs": lambda view: count_pairs(view, Query()),
    "widest pairs": lambda view: find_pairs(view, Query(), most=200, skipped=10),
    "standings": _rows(WHOLE),
    "statuses": _rows("facet_statuses"),
    "places": _rows("facet_places"),
    "points": _rows("facet_points"),
    "months": _rows("facet_times"),
    "facets": _facets(Choice()),
    "facets at first": _facets(VOICE, BASIC),
    "facets of voices": _facets(VOICE),
    "facets narrowed": _facets(NARROW),
    "facets of a search": _facets(NAMED),
    "facets of a part of the map": _facets(MAPPED),
    "claims by when it happened": _found(VOICE, "happened"),
    "claims by when it was said": _found(NARROW, "latest"),
    "map": _placed(Choice()),
    "positions": positions,
    "positions of one event": lambda view: positions(view, event=str(EVENTS[0])),
    "positions then": lambda view: positions(view, as_of=THEN),
    "changes": changes,
    "changes possibly by then": lambda view: changes(view, as_of=AsOf(THEN.said_by, 4, Certainty.POSSIBLY)),
    "changes of a voice": lambda view: changes_of(view, str(VOICES[0])),
    "origins": _origins,
}


@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_finds_there_what_it_finds_here(name, here, there):
    expected = ANALYSES[name](here)
    assert expected, f"the record has nothing of {name}, so that nothing is compared"
    assert ANALYSES[name](there) == expected


def test_every_table_has_there_the_rows_it_has_here(here, there, folder):
    for name in here.manifest.tables:
        columns = [row[0] for row in here.rows(f"DESCRIBE {name}")]
        listed = ", ".join(f'"{column}"' for column in columns)
        rows = f"SELECT {listed} FROM {name}"
        assert sorted(there.rows(rows), key=repr) == sorted(here.rows(rows), key=repr), name
    assert there.standing() == here.standing()


def test_names_of_the_record_hide_none_of_the_session(session, there):
    session.range(3).createOrReplaceTempView("claims")
    assert session.sql("SELECT count(*) FROM claims").first()[0] == 3
    assert there.rows("SELECT count(*) FROM claims")[0][0] > 1_500


def test_a_file_that_did_not_arrive_is_missed(session, here, tmp_path):
    write_partitioned(here, tmp_path / "tables", base=BASE, rows=500)
    (tmp_path / "tables/claims/00001.parquet").unlink()
    with pytest.raises(Unusable, match=r"claims has .* rows where .* were written"):
        SparkTables(session, str(tmp_path / "tables"))

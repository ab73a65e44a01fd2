"""Rows made as earlier rows were are what the readers of case files, the referee, make of them: to the word."""

from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.intake.tables import TableReading, find_sources, importing, load_mapping, read_table
from kg.intake.tables.fragments import Places
from kg.intake.tables.frame import Described, Frame
from kg.intake.tables.gathering import Gathering
from kg.intake.tables.recipes import Recipes
from tests.generator import tables as made
from tests.intake.tables import town

MAPPING = """\
averment-mapping: 1
recorder: A test
language: en
uses: [event/used]
agents:
  watch: {kind: organisation, name: Merrow Watch}
  army: {kind: organisation, name: The Army}
  both: {kind: joint-voice, name: Both, members: [watch, army]}
documents:
  log: {title: Log, publisher: watch, kind: monitor, published_as: dataset, published: "2021"}
sets:
  known: {name: the known, of: victim}
defaults: {document: log, as: table-cell}
tables:
  people:
    file: people.csv
    victims:
      "{id}": {name: {column: name}, identifiers: "{code}", listed_in: log}
    events:
      "near-{place|key}": {kind: incident, name: {en: "{place}"}}
    claims:
      - id: told
        who: {column: who}
        via: [{who: {column: through}, wording: "as {name|maybe}"}]
        said: "{day}"
        wording: "{name|maybe} "
        asserts:
          occurrence: {about: "{about}", what: {column: what}}
      - who: watch
        where: {least: filled}
        said: {column: day, date: ["%Y-%m-%d", edtf]}
        wording: {ar: "{name}"}
        grounds: [open-source, {column: grounds}]
        denies:
          count:
            about: "event/near-{place|key}"
            over: known
            measure: {column: what}
            place: "{place}"
            period: "{day}"
            number: {at_least: {column: least}, at_most: {column: most}}
      - who: both
        where: {lat: filled}
        asks:
          location:
            about: "event/near-{place|key}"
            place: "{place}"
            point: [{column: lat}, {column: lon}]
            radius: "{least}"
      - who: watch
        where: {day: filled}
        asserts:
          timing: {about: "victim/{id}", time: "{when}"}
      - who: watch
        where: {most: filled}
        wording: "{most} people"
        asserts:
          count: {about: "event/near-{place|key}", measure: killed, number: "{most}", under: "{under}"}
"""
COLUMNS = ("id", "name", "code", "place", "who", "through", "day", "about", "what", "grounds", "least", "most")
COLUMNS += ("lat", "lon", "under", "when")
GOOD = ("p{}", "Ilva Torn", "T{}", "Old Town", "army", "watch", "2020-03-01", "victim/p{}", "killed", "saw", "1", "5")
GOOD += ("35.1", "38.25", "", "2019~")
ODD = ("", " ", "0", "-1", "٣", "7.5", "31" * 16, "1e3", "nan", "army", "watch", "agent/army", "near-x", "event/used")
ODD += ("claim/told", "victim/p1", "event/near-old-town", "https://e.example/x", "not-stated", "2020", "2020-02-30")
ODD += (
    "../2021-05",
    "2021-05/2020",
    "killed",
    "avc:injured",
    "press",
    "a\u202eb",
    "И и I",
    '"q\\',
    "حي",
    "dozens",
    "log",
)


class _Counted(Recipes):
    """Recipes that count the rows made by them."""

    made = 0

    def make(self, row):
        found = super().make(row)
        self.made += found is not None
        return found


def _rows(cells):
    return [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]


def _filled(number):
    return [cell.format(number) for cell in GOOD]


@cache
def _load(folder):
    return load_mapping(folder / "mapping.yaml", base=town.BASE)


def _both(path, *, few=importing.FEW):
    """What the two ways make of a table, and how many rows were made as earlier ones were."""
    mapping = _load(path.parent)
    (table,) = mapping.tables
    source = find_sources(table, path.parent, {})
    slow = read_table(mapping, table, source, folder=path.parent)
    opened = importing.open_table(table, source, own=True)
    quick = TableReading(table, source, opened.columns)
    rows = Gathering(quick, path.parent, {}).take(opened)
    recipes = _Counted.of(mapping, table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "FEW", few)
        importing.read_rows(quick, Frame.of(mapping), rows, Described(), Places.of(opened, table), recipes)
    opened.close()
    return slow, quick, recipes.made


def _assert_same(slow, quick):
    assert slow.problems() == quick.problems()
    for name in (
        "entities",
        "propositions",
        "claims",
        "relays",
        "origins",
        "aside",
        "skipped",
        "read",
        "decisions",
        "withheld",
    ):
        assert getattr(slow, name) == getattr(quick, name), name
    assert sorted(set(slow.places)) == sorted(set(quick.places))


def test_a_large_table_is_the_same_and_few_of_its_rows_are_read(tmp_path):
    path = made.write_table(tmp_path, made.iter_rows(600))
    slow, quick, remade = _both(path)
    _assert_same(slow, quick)
    assert (len(slow.claims), remade > 400) == (made.hold(made.iter_rows(600)).claims, True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("people")


_CELLS = st.one_of(st.none(), st.sampled_from(ODD))
_CHANGES = st.dictionaries(st.sampled_from(range(len(COLUMNS))), _CELLS, max_size=2)


@given(st.lists(st.tuples(st.integers(1, 30), _CHANGES), max_size=15))
@settings(max_examples=30, deadline=None)
@example([(1, {}), (2, {}), (2, {1: "another name"}), (3, {10: "9"}), (4, {})])
@example([(1, {15: "not-stated"}), (2, {1: " "}), (3, {12: ""}), (4, {10: "3" * 31}), (5, {14: "log"}), (6, {15: ""})])
@example([(1, {0: "used", 7: ""}), (2, {0: "army", 7: "victim/army"}), (3, {7: "victim/p1"}), (4, {7: "event/used"})])
@example([(1, {0: "army", 7: "victim/army"}), (2, {12: "95"}), (3, {1: "a\u202eb"}), (4, {3: ""}), (5, {5: "army"})])
def test_whatever_stands_in_the_cells_both_ways_say_the_same(folder, drawn):
    cells = [_filled(f"{number}") for number in range(100, 103)]
    for number, changes in drawn:
        row = _filled(number)
        for place, cell in changes.items():
            row[place] = GOOD[place].format(number) if cell is None else cell
        cells.append(row)
    path = town.write(folder, *_rows(cells), name="people.csv", mapping=MAPPING, header=",".join(COLUMNS))
    slow, quick, remade = _both(path, few=1)
    _assert_same(slow, quick)
    assert drawn or remade == 1

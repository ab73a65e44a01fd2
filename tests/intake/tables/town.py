"""A small mapping and table of an invented town, and what reads them."""

from kg.intake.tables import find_sources, load_mapping, read_table

BASE = "https://town.example/id/"
MAPPING = """\
averment-mapping: 1
recorder: A test
language: en
agents:
  watch: {kind: organisation, name: Merrow Watch}
  army: {kind: organisation, name: The Army}
documents:
  log: {title: Log, publisher: watch, kind: monitor, published_as: dataset, published: "2021"}
defaults: {document: log, as: table-cell}
tables:
  incidents:
    file: incidents.csv
    key: id
    where: {grade: {not: draft}}
    expect:
      - {column: code, matches: "[A-Z]+[0-9]+", reason: two public codes for one incident}
    events:
      "town-{id|key}": {kind: incident, name: "{code}", identifiers: {column: code}}
    claims:
      - id: killed
        who: watch
        where: {most: filled}
        said: {column: day, date: ["%Y-%m-%d", "%d/%m/%Y"]}
        wording: "{least|maybe} to {most}"
        asserts:
          count:
            about: "event/town-{id|key}"
            measure: killed
            number: {at_least: {column: least}, at_most: {column: most}}
      - who: army
        where: {position: filled}
        via: [watch]
        asserts:
          assessment:
            of: "event/town-{id|key}"
            scheme: airwars-belligerent-position
            status: {column: position, codes: airwars-belligerent-position}
"""
HEADER = "id,code,day,least,most,grade,position"
GOOD = "1,M1,2020-03-01,2,5,final,non_credible"


def write(tmp_path, *rows, name="incidents.csv", mapping=MAPPING, header=HEADER):
    """A mapping and its table in a folder; the path of the mapping."""
    (tmp_path / name).write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    path = tmp_path / "mapping.yaml"
    path.write_text(mapping, encoding="utf-8")
    return path


def read(tmp_path, *rows, **options):
    """What a table gives by the mapping."""
    mapping = load_mapping(write(tmp_path, *rows, **options), base=BASE)
    return read_file(mapping, tmp_path)


def read_file(mapping, folder, **given):
    """What the mapping's first table gives."""
    table = mapping.tables[0]
    return read_table(mapping, table, find_sources(table, folder, given), folder=folder, own=not given)


def reasons(reading):
    """Row, columns and reason of every fault."""
    return [(problem.line, problem.field, problem.reason) for problem in reading.problems()]

"""The tests a mapping carries: rows written beside the sentences they must give."""

from kg.errors import Problem
from kg.intake.tables.files import Source
from kg.intake.tables.fragments import Places
from kg.intake.tables.frame import Described, Frame
from kg.intake.tables.gathering import Gathering, TableReading
from kg.intake.tables.importing import read_group
from kg.intake.tables.mapping import Mapping
from kg.intake.tables.preview import list_sentences
from kg.intake.tables.rows import Opened, Row, Shape
from kg.intake.yamltext import Path


def run_tests(mapping: Mapping) -> tuple[int, list[Problem]]:
    """How many tests a mapping carries, and what each that fails gave instead."""
    places = mapping.sheet.items(("tests",))
    return len(places), [problem for at in places for problem in _run(mapping, at)]


def _run(mapping: Mapping, at: Path) -> list[Problem]:
    sheet = mapping.sheet
    name = sheet.text((*at, "table")) or ""
    table = next((each for each in mapping.tables if each.name == name), None)
    if table is None:
        return [Problem(sheet.file, sheet.line(at), "table", name, "the mapping has no such table")]
    cells = {column: sheet.text((*at, "row", column)) or "" for column in sheet.keys((*at, "row"))}
    unknown = sorted(set(cells) - table.columns())
    if unknown:
        return [Problem(sheet.file, sheet.line(at), "row", ", ".join(unknown), "columns the mapping does not name")]
    reading = TableReading(table, Source(mapping.path, "", 0, ""), tuple(cells))
    opened = Opened(reading.source, Shape(format="csv"), tuple(cells), iter([Row(2, cells)]))
    rows = list(Gathering(reading, mapping.path.parent, {}, lends=False).take(opened))
    read_group(reading, Frame.of(mapping), rows, Described(), Places.of(opened, table))
    return _compare(mapping, at, reading)


def _compare(mapping: Mapping, at: Path, reading: TableReading) -> list[Problem]:
    sheet = mapping.sheet
    reasons = "; ".join(fault.reason for faults in reading.refused.values() for fault in faults)
    wanted = sheet.text((*at, "refused"))
    if wanted is not None:
        if wanted in reasons:
            return []
        reason = f"the row is refused because {reasons!r}" if reasons else "the row is not refused"
        return [Problem(sheet.file, sheet.line((*at, "refused")), "refused", wanted, reason)]
    if reasons:
        return [Problem(sheet.file, sheet.line(at), "row", "", f"the row is refused: {reasons}")]
    said = [sheet.text(each) or "" for each in sheet.items((*at, "says"))]
    given = list_sentences(reading)
    missing = [
        Problem(sheet.file, sheet.line(at), "says", each, "no claim of the row says this")
        for each in said
        if each not in given
    ]
    beyond = [
        Problem(sheet.file, sheet.line(at), "says", each, "the row says this, the test does not")
        for each in given
        if each not in said
    ]
    return missing + beyond

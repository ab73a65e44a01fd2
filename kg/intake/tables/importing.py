"""One table to a batch: rows read in groups, those amiss told or set aside, and every row accounted for."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Cells
from contextlib import closing
from itertools import islice
from pathlib import Path as FilePath

from kg import iris
from kg.errors import Problem, Refused
from kg.intake.access import settle
from kg.intake.tables.files import Source, find_source, find_suffix
from kg.intake.tables.fragments import Places
from kg.intake.tables.frame import Described, Frame, Group
from kg.intake.tables.gathering import Gathering, Past, TableReading, missing_columns, own_columns
from kg.intake.tables.mapping import Mapping, Table
from kg.intake.tables.recipes import Recipes
from kg.intake.tables.rows import Fault, Opened, Row, Shape, open_rows
from kg.intake.tables.sideline import is_sideline
from kg.intake.yamltext import Path
from kg.model import Batch, File, Ingestion, Origin, Recording

GROUP = 400
"""How many rows are read together."""
FEW = 25
"""How many are, where rows may soon be made as these were."""

Progress = Callable[[int, int], None]
"""Told how many rows have been read, and about how many there are (0 where that is not known)."""


def find_sources(table: Table, folder: FilePath, given: Cells[str, FilePath]) -> Source:
    """The file of a table: the one given for it by name, else the one its mapping names, in a folder."""
    return find_source(given.get(table.name, folder / table.file))


def open_table(table: Table, source: Source, *, own: bool) -> Opened:
    """Open a table's file; `own` where it is the mapping's own and not another given in its place.

    Another is read as the mapping says if it is of the same kind, such as a later version; but not rows set aside.
    Raises Refused where columns that the mapping names are missing.
    """
    alike = own or (find_suffix(FilePath(table.file)) == source.suffix and not is_sideline(source))
    opened = open_rows(source, table.shape if alike else Shape())
    missing = sorted(own_columns(table) - set(opened.columns)) if opened.columns else []
    if missing:
        opened.close()
        raise Refused(missing_columns(source, missing, opened.columns))
    return opened


def read_table(
    mapping: Mapping,
    table: Table,
    source: Source,
    *,
    folder: FilePath,
    own: bool = True,
    skip: Cells[int, list[Fault]] | None = None,
    limit: int | None = None,
    past: Past | None = None,
    progress: Progress | None = None,
) -> TableReading:
    """Read a table by its mapping; rows in `skip` are refused for the faults given, those in the `past` passed over.

    `limit` ends the reading early. Raises Refused where the file or the mapping itself is amiss; faults of rows are in
    what is returned.
    """
    opened = open_table(table, source, own=own)
    reading = TableReading(table, source, opened.columns)
    gathering = Gathering(reading, folder, skip or {}, past=past)
    frame, described, places = Frame.of(mapping), Described(), Places.of(opened, table)
    with closing(opened):
        rows = islice(gathering.take(opened), limit)
        while group := list(islice(rows, GROUP)):
            read_group(reading, frame, group, described, places)
            if progress:
                progress(reading.read, opened.estimate_rows(reading.read))
    if limit is None:
        gathering.check_columns()
    return reading


def read_rows(
    reading: TableReading, frame: Frame, rows: Iterable[Row], described: Described, places: Places, recipes: Recipes
) -> None:
    """Take in what rows give, as `read_group` does with so many at a time: made as earlier rows were where that can be.

    Those that have to be read are read by themselves, unless what is wrong with them may lie in other rows of theirs.
    """
    waiting = iter(rows)
    while group := list(islice(waiting, GROUP)):
        if not _make_group(reading, frame, group, described, places, recipes):
            read_group(reading, frame, group, described, places)


def _make_group(
    reading: TableReading, frame: Frame, rows: list[Row], described: Described, places: Places, recipes: Recipes
) -> bool:
    """Take in what some rows give; False where it takes all of them together to read one of them."""
    has_frame, waiting = False, list[Row]()

    def read() -> bool:
        """Read what waits."""
        while waiting:
            made = frame.read(reading.table, waiting, described, file=reading.file)
            # What is wrong with a row is told as if all had been read together.
            if made.is_short or (made.faults and recipes.share(rows, made.faults.keys())):
                described.forget()
                return False
            if not made.faults:
                recipes.learn(waiting, made)
            waiting[:] = _settle(reading, frame, waiting, made, described, places)
        return True

    for row in rows:
        remade = recipes.make(row)
        # A row may describe something otherwise than one before it: what waits comes first.
        if (remade or (recipes.is_open and len(waiting) == FEW)) and not read():
            return False
        if remade and not has_frame:
            read_group(reading, frame, [], described, places)
            has_frame = True
        if not remade or not remade.take(reading, described, places):
            waiting.append(row)
    return read()


def read_group(reading: TableReading, frame: Frame, rows: list[Row], described: Described, places: Places) -> None:
    """Take in what some rows give, and what is said once for all rows; read again without rows amiss until none is."""
    while True:
        made = frame.read(reading.table, rows, described, file=reading.file)
        rows = _settle(reading, frame, rows, made, described, places)
        if not rows:
            return


def _settle(
    reading: TableReading, frame: Frame, rows: list[Row], made: Group, described: Described, places: Places
) -> list[Row]:
    """Take in what rows gave, if nothing is amiss; else refuse those amiss. The rows that are to be read again."""
    if made.general:
        raise Refused(_general(frame.mapping, made))
    if not made.faults:
        described.keep()
        _take(reading, made, places)
        return []
    described.forget()
    for row in rows:
        if row.number in made.faults:
            reading.refuse(row, made.faults[row.number])
    return [row for row in rows if row.number not in made.faults]


def _general(mapping: Mapping, made: Group) -> list[Problem]:
    """Problems of what the mapping says once, told in its own file."""
    sheet = mapping.sheet
    return [
        Problem(sheet.file, sheet.line(at), ".".join(map(str, at)), value, reason, remedy)
        for at, value, reason, remedy in made.general
    ]


def _take(reading: TableReading, made: Group, places: Places) -> None:
    """Move what a group gave into the reading, each thing with the row it was first read in."""
    file, found, things = reading.file, made.found, made.things
    for iri, entity in things.found.items():
        reading.entities.setdefault(iri, entity)
    reading.propositions.update(found.propositions)
    reading.claims.update(found.claims)
    reading.relays.update(found.relays)
    for iri, at in {**things.origins, **found.origins}.items():
        reading.origins.setdefault(iri, _origin(file, made, at))
    for decision, at in (*things.decisions.items(), *found.decisions.items()):
        reading.decisions.setdefault(decision, _origin(file, made, at))
    for withheld, at in (*things.withheld.items(), *found.withheld.items()):
        reading.withheld.setdefault(withheld, _origin(file, made, at))
    said = [(iri, found.origins[iri]) for iri in (*found.claims, *found.relays)]
    for iri, at in (*said, *(found.repeats or ())):
        for row in made.rows_of(at):
            reading.places.append((iri, row, places.fragment(row, made.columns_at(at[:2])), found.access[iri]))


def _origin(file: str, made: Group, at: Path) -> Origin:
    return Origin(file, next(iter(made.rows_of(at)), 0), ", ".join(made.columns_at(at[:2])))


def make_batch(
    mapping: Mapping, reading: TableReading, *, recorded: str, software: str, recorder: str | None = None
) -> Batch:
    """The batch of what a table gave."""
    source = reading.source
    files, ingestion = make_ingestion(
        mapping,
        reading.table,
        [source, *reading.joined.values()],
        recorded=recorded,
        software=software,
        recorder=recorder,
    )
    file = files[0]
    recordings = tuple(
        Recording(records=iri, ingestion=ingestion.iri, file=file.iri, fragment=fragment, access=access)
        for iri, _, fragment, access in reading.places
    )
    whole = Origin(str(source.path), 1, "")
    asked = {
        settle(each, ingestion=ingestion.iri, recorder=ingestion.recorder, recorded=recorded): origin
        for each, origin in reading.decisions.items()
    }
    base = mapping.sheet.base
    aside = {iris.decision_iri(base, each): origin for each, origin in asked.items()}
    aside |= {iris.withheld_iri(base, each): origin for each, origin in reading.withheld.items()}
    return Batch(
        ingestion=ingestion,
        entities=(*reading.entities.values(), *files, ingestion),
        propositions=tuple(reading.propositions.values()),
        claims=tuple(reading.claims.values()),
        relays=tuple(reading.relays.values()),
        recordings=recordings,
        decisions=tuple(asked),
        withheld=tuple(reading.withheld),
        origins={**reading.origins, **aside, **dict.fromkeys((ingestion.iri, *ingestion.files), whole)},
    )


def make_ingestion(
    mapping: Mapping,
    table: Table,
    sources: Sequence[Source],
    *,
    recorded: str,
    software: str,
    recorder: str | None = None,
) -> tuple[tuple[File, ...], Ingestion]:
    """The files of an import, the table's own first, and the ingestion, which is named by all their hashes."""
    base = mapping.sheet.base
    own, *joined = (_to_file(base, source) for source in sources)
    told = _to_file(base, Source(mapping.path, mapping.sha256, mapping.length, ""))
    files = tuple(dict.fromkeys((own, told, *joined)))
    ingestion = Ingestion(
        iri=iris.ingestion_iri(base, [source.sha256 for source in sources], mapping=f"{mapping.sha256} {table.name}"),
        files=tuple(each.iri for each in files),
        recorder=recorder or mapping.recorder,
        software=software,
        recorded=recorded,
        note=mapping.note,
    )
    return files, ingestion


def _to_file(base: str, source: Source) -> File:
    return File(
        iri=iris.file_iri(base, source.sha256), name=source.path.name, sha256=source.sha256, length=source.length
    )


def faults_by_row(problems: Cells[int, list[Problem]]) -> dict[int, list[Fault]]:
    """Problems found after reading, as faults of their rows."""
    return {
        row: [
            Fault(tuple(filter(None, each.field.split(", "))), each.value, each.reason, each.remedy) for each in found
        ]
        for row, found in problems.items()
    }

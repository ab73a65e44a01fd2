"""Expected rows as text: `> params` and then a line a row, its cells parted by bars; sayings by the fixture's names.

`python -m tests.questions.answers` writes what is answered now, to be read line by line before it is committed.
"""

import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kg.questions import Cell, Ref, Table, ask, list_questions, to_text
from kg.store.base import GraphReader
from tests.questions import fixture

FOLDER = Path(__file__).with_name("expected")


def iter_asked() -> Iterator[tuple[str, str, list[str]]]:
    """Name of the question, its parameters as written, and the expected rows."""
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("> ")[1:]:
            written, *rows = block.strip("\n").split("\n")
            yield path.stem, written.strip(), rows


def answer(store: GraphReader, name: str, written: str) -> Table:
    """What a question answers to parameters as they are written in a file."""
    pairs = dict(word.split("=", 1) for word in shlex.split(written) if word != "(all)")
    sayings = fixture.build().sayings
    params = {key: sayings[value[1:]] if value.startswith("@") else value for key, value in pairs.items()}
    return ask(store, name, params, base=fixture.BASE)


def to_lines(table: Table) -> list[str]:
    """Each row as a line."""
    return [" | ".join(_show(cell) for cell in row) for row in table.rows]


def _show(cell: Cell) -> str:
    if isinstance(cell, Ref) and cell.iri in fixture.build().names:
        return fixture.build().names[cell.iri]
    return to_text(cell, base=fixture.BASE).replace(fixture.BASE, "") or "-"


def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = fixture.load(fixture.build().units, Path(folder))
        asked: dict[str, list[str]] = {question.name: [] for question in list_questions()}
        for name, written, _ in iter_asked():
            asked[name].append(written)
        for name, each in asked.items():
            rows = {written: to_lines(answer(store, name, written)) for written in each or ["(all)"]}
            blocks = ["\n".join([f"> {written}", *found, ""]) for written, found in rows.items()]
            (FOLDER / f"{name}.txt").write_text("\n".join(blocks), encoding="utf-8")


if __name__ == "__main__":
    _write()

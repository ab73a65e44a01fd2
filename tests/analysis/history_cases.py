"""Case files of invented towns and voices, read into tables: small histories whose truth is known."""

from collections.abc import Sequence
from pathlib import Path

from kg.intake import read_case
from kg.planning import list_units
from kg.reading import Reader
from kg.store.tables import Tables, TablesView

CASES = Path(__file__).parent / "cases"
BASE = "https://record.example/id/"


def record(folder: Path, names: Sequence[str], **filled: str) -> TablesView:
    """The tables of case files recorded one after the other, on the first, second … day of 2040.

    `filled` are texts that stand in a file in braces, such as the name of a claim of an earlier one.
    """
    tables = Tables.open(folder / "tables")
    for number, name in enumerate(names, start=1):
        source = CASES / f"{name}.yaml"
        path, text = folder / source.name, source.read_text(encoding="utf-8")
        for key, value in filled.items():
            text = text.replace(f"{{{key}}}", value)
        path.write_text(text, encoding="utf-8")
        batch = read_case(path, base=BASE, recorded=f"2040-01-{number:02}T12:00:00Z", software="a test")
        tables.append(list_units(BASE, batch), entry=number)
    return tables.connect()


def event(key: str) -> str:
    return f"{BASE}event/{key}"


def agent(key: str) -> str:
    return f"{BASE}agent/{key}"


def reader(view: TablesView) -> Reader:
    return Reader(view, BASE)

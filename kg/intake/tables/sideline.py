"""Refused rows in a file of their own, which can be mended and imported alone."""

import csv
from pathlib import Path

from kg.intake.tables.files import Source, open_source
from kg.intake.tables.gathering import TableReading

ROW, REASON = "averment:row", "averment:reason"
"""The columns a side file has besides the table's own: where the row stood, and why it was refused."""


def write_sideline(reading: TableReading, folder: Path) -> Path:
    """Write the refused rows of a table as CSV into a folder; the path of the file."""
    stem = reading.source.path.name.split(".")[0]
    path = folder / f"{stem}.refused.csv"
    columns = [name for name in _columns(reading) if name not in (ROW, REASON)]
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*columns, ROW, REASON])
        for number, faults in sorted(reading.refused.items()):
            cells = reading.aside[number]
            reasons = "; ".join(dict.fromkeys(_tell(fault.columns, fault.reason) for fault in faults))
            writer.writerow([*(cells.get(name, "") for name in columns), number, reasons])
    return path


def is_sideline(source: Source) -> bool:
    """Whether a file holds refused rows, under whatever name: it has their columns at the end of its header."""
    if source.suffix != ".csv":
        return False
    with open_source(source) as stream:
        return stream.readline().rstrip().endswith(f",{ROW},{REASON}".encode())


def _columns(reading: TableReading) -> list[str]:
    if reading.columns:
        return list(reading.columns)
    return list(dict.fromkeys(name for cells in reading.aside.values() for name in cells))


def _tell(columns: tuple[str, ...], reason: str) -> str:
    return f"{', '.join(columns)}: {reason}" if columns else reason

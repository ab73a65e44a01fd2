"""Records or publishes without end, until it is killed: python actors.py write|publish FOLDER

What is done is told in FOLDER/<what>.done, a line each, and made lasting before the next is begun.
"""

import os
import sys
import time
from pathlib import Path

from kg.errors import Unusable
from kg.log import Record
from kg.publish import Settings, publish
from tests.town import Town, case, killed

CLAIMS = 3  # of each entry


def case_of(number: int) -> dict[str, object]:
    """The case of an entry: claims that are in no other."""
    return case(*(killed(str(1000 * number + each)) for each in range(CLAIMS)))


def town_of(folder: Path) -> Town:
    """The record that stands in a folder."""
    town = object.__new__(Town)
    town.folder, town.root, town._files = folder, folder / "data", os.getpid() * 1000
    town.record = Record.open(town.root)
    return town


def tell(folder: Path, what: str, done: int) -> None:
    """Note something done."""
    with (folder / f"{what}.done").open("a", encoding="ascii") as file:
        file.write(f"{done}\n")
        file.flush()
        os.fsync(file.fileno())


def read_done(folder: Path, what: str) -> list[int]:
    """What was done so far, each with its number."""
    path = folder / f"{what}.done"
    return [int(line) for line in path.read_text(encoding="ascii").split("\n")[:-1]] if path.exists() else []


def write(folder: Path) -> None:
    """Record the next entry."""
    number = len(read_done(folder, "write")) + 1
    town_of(folder).add(case_of(number))
    tell(folder, "write", number)


def put_out(folder: Path) -> None:
    """Publish the record as it stands."""
    tell(folder, "publish", publish(folder / "data", folder / "public", settings=Settings()).entry)


def main(what: str, folder: Path) -> None:
    """Do it again and again; where another process writes just then, once more."""
    work = {"write": write, "publish": put_out}[what]
    while True:
        try:
            work(folder)
        except Unusable as error:
            sys.stderr.write(f"{error}\n")
            time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

"""What the tests of the log do to a record; run as a program, it does so over and over and is killed each time."""

import hashlib
import os
import random
import shutil
import signal
import sys
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import zstandard

from kg.errors import Unusable
from kg.log import Access, Disk, Record
from kg.terms import Iri
from kg.units import Unit

BASE = "https://example.org/id/"
WHEN = "2020-02-02T10:00:00Z"
LATER = "2020-03-03T10:00:00Z"
SEED = b"seed of the tests, 32 bytes long"
SECRET_WORDS = "the planted witness name"
HOT_WORDS = "the words that must go"


def make_unit(name: str, text: str = "", *, graph: str | None = None, lines: int = 3) -> Unit:
    subject = Iri(f"{BASE}{name}")
    own = Iri(f"{BASE}{graph}") if graph else subject
    rows = [f'<{subject}> <{BASE}p{number}> "{text} {number}" <{own}> .' for number in range(lines)]
    return Unit(subject, own, tuple(sorted(rows)))


def batch() -> list[tuple[Unit, Access]]:
    units = [(make_unit(f"claim/{number:02}", f"text {number}"), Access.PUBLIC) for number in range(11)]
    units.append((make_unit("claim/hot", HOT_WORDS), Access.PUBLIC))
    units.append((make_unit("claim/sealed", SECRET_WORDS), Access.SEALED))
    units.append((make_unit("victim/one", "kept from most"), Access.RESTRICTED))
    return units


def create(root: Path, disk: Disk | None = None) -> Record:
    return Record.create(root, base=BASE, created=WHEN, secret=SEED[::-1], disk=disk)


def record_batch(root: Path, disk: Disk | None = None, *, recorded: str = WHEN, seed: bytes | None = SEED) -> None:
    log = Record.open(root, disk=disk).log
    begin = log.begin(
        ingestion=Iri(f"{BASE}ingestion/a"), recorded=recorded, recorder="A. Coder", plan=b"mapping",
        seed=seed, claims_per_segment=5,
    )  # fmt: skip
    with begin as staging:
        for unit, access in batch():
            staging.add(unit, access=access, claim="claim" in unit.subject)
        about = make_unit("ingestion/a", f"recorded {staging.recorded}")
        staging.add(about)
        staging.commit()


def record_or_find(root: Path, disk: Disk | None = None) -> None:
    """Give the command once more, as a user would after a kill."""
    done = Record.open(root).log.has_ingestion(f"{BASE}ingestion/a")
    with suppress(Unusable) if done else nullcontext():
        record_batch(root, disk, recorded=LATER)


def withdraw_both(root: Path, disk: Disk | None = None) -> None:
    log = Record.open(root, disk=disk).log
    log.withdraw([f"{BASE}claim/hot", f"{BASE}claim/sealed"], reason="asked to", who="A. Coder", when=LATER)


def withdraw_or_finish(root: Path, disk: Disk | None = None) -> None:
    log = Record.open(root, disk=disk).log
    if log.find_withdrawal(f"{BASE}claim/hot"):
        log.recover()
    else:
        withdraw_both(root, disk)


def prepare_empty(root: Path) -> None:
    create(root)


def prepare_recorded(root: Path) -> None:
    create(root)
    record_batch(root)


WORK = {
    "record": (prepare_empty, record_batch, record_or_find),
    "withdraw": (prepare_recorded, withdraw_both, withdraw_or_finish),
}


def files_of(root: Path) -> dict[str, bytes]:
    """Every file of a record but the lock, which names a process."""
    found = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    found.pop("lock", None)
    return found


def holds(root: Path, words: str, *, under: str = "") -> list[str]:
    """The files that hold some words, compressed or not."""
    wanted, found = words.encode(), []
    for path in sorted((root / under).rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            plain = zstandard.decompress(data) if path.suffix == ".zst" else b""
            if wanted in data or wanted in plain:
                found.append(str(path.relative_to(root)))
    return found


class Killed(Disk):
    """Ends its process after so many steps, as SIGKILL does."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, what: str, path: Path) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def in_child(work, root: Path, disk: Disk | None, *, after: float | None = None) -> bool:
    """Work in a process of its own, killed after some seconds where that is asked; whether it was killed."""
    child = os.fork()
    if child == 0:
        work(root, disk)
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work itself failed"
    return os.WIFSIGNALED(status)


def kill_at_every_step(name: str, target: Path) -> None:
    """Leave `target/<step>` as a kill after that step left it, and `target/<step>-again` as a second kill did."""
    prepare, work, again = WORK[name]
    prepare(target / "base")
    step, killed = 0, True
    while killed:
        step += 1
        root = target / f"{step:04}"
        shutil.copytree(target / "base", root)
        killed = in_child(work, root, Killed(step))
        if killed:
            twice = target / f"{step:04}-again"
            shutil.copytree(root, twice)
            in_child(again, twice, Killed(1 + step * 7 % 19))
    shutil.rmtree(target / "base")


def kill_at_random(name: str, target: Path, times: int) -> None:
    prepare, work, _ = WORK[name]
    prepare(target / "base")
    start = time.monotonic()
    shutil.copytree(target / "base", target / "whole")
    in_child(work, target / "whole", None)
    whole = time.monotonic() - start
    draw = random.Random(7)
    for number in range(times):
        root = target / f"{number:04}"
        shutil.copytree(target / "base", root)
        in_child(work, root, None, after=draw.uniform(0, whole))
    shutil.rmtree(target / "base")
    shutil.rmtree(target / "whole")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    if sys.argv[1] == "steps":
        kill_at_every_step(sys.argv[2], Path(sys.argv[3]))
    else:
        kill_at_random(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))

"""Server, publisher and writer killed at random under load: nothing recorded is lost, nothing half-done is served."""

import http.client
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from kg.publish import verify_publication
from tests.endpoint import actors
from tests.endpoint.conftest import PROGRAM, Server
from tests.town import Town

COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/averment/ns#Claim> }"
ACTORS = ("serve", "write", "publish")


class Scene:
    """The three processes on one record, each started anew after it is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen] = {}
        self.server: Server | None = None
        for name in ACTORS:
            self.start(name)

    def start(self, name: str) -> None:
        script = Path(actors.__file__)
        command = [str(script), name, str(self.folder)] if name != "serve" else ["-c", PROGRAM, str(self.root), "10"]
        environment = {"PYTHONPATH": str(Path.cwd())}
        with (self.folder / f"{name}.log").open("a") as log:
            out = subprocess.PIPE if name == "serve" else subprocess.DEVNULL
            run = subprocess.Popen([sys.executable, *command], stdout=out, stderr=log, text=True, env=environment)
        self.running[name] = run
        if name == "serve":
            address = run.stdout.readline().strip()
            assert address, (self.folder / f"{name}.log").read_text()[-3000:]
            self.server = Server(int(address.rstrip("/").rpartition(":")[2]), psutil.Process(run.pid), self.root)

    @property
    def root(self) -> Path:
        return self.folder / "data"

    def kill(self, name: str) -> None:
        run = self.running.pop(name)
        assert run.poll() is None, (self.folder / f"{name}.log").read_text()[-3000:]
        children = psutil.Process(run.pid).children(recursive=True)
        if name == "serve":
            self.server = None
        run.kill()
        run.wait()
        if run.stdout:
            run.stdout.close()
        _, left = psutil.wait_procs(children, timeout=10)
        assert not left, f"{name} left processes over"


class Reader(threading.Thread):
    """Asks the server without end, and holds each answer against what was recorded before it was asked."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(daemon=True)
        self.scene, self.stopped = scene, threading.Event()
        self.answers, self.wrong = 0, list[str]()

    def run(self) -> None:
        while not self.stopped.is_set():
            server, recorded = self.scene.server, len(actors.read_done(self.scene.folder, "write"))
            if server is None:
                time.sleep(0.01)
                continue
            try:
                answer = server.get(f"{COUNT} # {time.monotonic_ns()}")
            except (OSError, http.client.HTTPException) as error:
                if server is self.scene.server:
                    self.wrong.append(f"a server that stands did not answer: {error!r}")
                continue
            if answer.status == 503:
                continue
            self.answers += 1
            entry = int(answer.headers.get("averment-entry", -1))
            claims = int(answer.json()["results"]["bindings"][0]["n"]["value"]) if answer.status == 200 else -1
            if answer.status != 200 or claims != actors.CLAIMS * entry or entry < recorded:
                self.wrong.append(f"{answer.status}: {claims} claims at entry {entry}, {recorded} were recorded")


def kill_at_random(folder: Path, *, times: int, seed: int, pause: float) -> None:
    """Kill so many times, each actor at least once; hold the record and the publication to the promise."""
    dice = random.Random(seed)
    town = Town(folder)
    town.add(actors.case_of(1))
    actors.tell(folder, "write", 1)
    scene = Scene(folder)
    readers = [Reader(scene) for _ in range(2)]
    for reader in readers:
        reader.start()
    victims = [*ACTORS, *dice.choices(ACTORS, k=times - len(ACTORS))]
    dice.shuffle(victims)
    try:
        for victim in victims:
            time.sleep(dice.uniform(0, pause))
            scene.kill(victim)
            if victim == "publish":
                check_publication(folder)
            scene.start(victim)
        wait_for_work(folder, seconds=120)
    finally:
        for reader in readers:
            reader.stopped.set()
        for reader in readers:
            reader.join(60)
        for name in list(scene.running):
            scene.kill(name)
    assert [wrong for reader in readers for wrong in reader.wrong] == []
    assert all(reader.answers for reader in readers)
    check_publication(folder)
    check_record(folder)


def wait_for_work(folder: Path, *, seconds: float) -> None:
    """Wait until each has done something more."""
    before = {name: len(actors.read_done(folder, name)) for name in ACTORS[1:]}
    deadline = time.monotonic() + seconds
    while any(len(actors.read_done(folder, name)) <= done for name, done in before.items()):
        assert time.monotonic() < deadline, "somebody does nothing any more"
        time.sleep(0.05)


def check_publication(folder: Path) -> None:
    """What stands is a whole publication, and no older than what was published."""
    done = actors.read_done(folder, "publish")
    if (folder / "public").exists():
        verdict = verify_publication(folder / "public")
        assert verdict.findings == ()
        assert verdict.entry >= max(done, default=0)
    else:
        assert done == []


def check_record(folder: Path) -> None:
    """The record is whole, holds everything that was recorded, and the next command carries on."""
    town = actors.town_of(folder)
    recorded = len(actors.read_done(folder, "write"))
    assert town.record.log.number in (recorded, recorded + 1)
    assert town.record.log.verify() == []
    town.add(actors.case_of(recorded + 1))
    assert town.record.log.number == recorded + 1
    assert town.verify() == ()
    rows = town.ask("SELECT ?w { ?c a av:Claim ; av:wording ?w }")
    numbers = range(1, recorded + 2)
    assert {row[0] for row in rows} == {f"{1000 * at + each} killed" for at in numbers for each in range(actors.CLAIMS)}
    assert not town.record.log.is_unfinished()


@pytest.mark.long
def test_killed_under_load_nothing_is_lost_and_nothing_half_done_is_served(tmp_path):
    kill_at_random(tmp_path, times=3, seed=1, pause=0.5)


@pytest.mark.exhaustive
def test_killed_fifty_times_under_load_nothing_is_lost_and_nothing_half_done_is_served(tmp_path):
    kill_at_random(tmp_path, times=50, seed=2, pause=4)

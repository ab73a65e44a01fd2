"""Starts `averment add` again and again and kills it: python kill_adds.py SEED CASE CAPTURE ROOT…

One process imports everything and starts nothing; each recording is a fork of it, killed by SIGKILL after a share of
the time an undisturbed one took, which is measured on the first ROOT. Prints, for each ROOT, whether it was killed.
"""

import os
import random
import signal
import sys
import time

import kg.intake
import kg.keeping
import kg.pipeline  # noqa: F401
from kg.cli import averment, recording

WHEN = "2031-06-01T12:00:00Z"


def start(root: str, case: str, capture: str) -> int:
    """A process of its own that records."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        averment.main(["add", "--data", root, "--capture", capture, case], standalone_mode=False)
        os._exit(0)
    return child


def main(seed: str, case: str, capture: str, *roots: str) -> None:
    """Measure on the first root, kill on the others."""
    recording.now, recording.software = lambda: WHEN, lambda: "averment test"
    dice = random.Random(int(seed))
    begun = time.monotonic()
    os.waitpid(start(roots[0], case, capture), 0)
    whole = time.monotonic() - begun
    for number, root in enumerate(roots[1:]):
        child = start(root, case, capture)
        # Spread over the run, each at a random place within its share of it.
        time.sleep(whole * 1.05 * (number + dice.random()) / (len(roots) - 1))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{root} {'killed' if os.WIFSIGNALED(status) else 'finished'}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

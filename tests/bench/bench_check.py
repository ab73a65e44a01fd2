"""The fast engine against the referee on the same claims: python tests/bench/bench_check.py [CLAIMS]."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg import resources
from kg.check import Finding, iter_findings, parse_shapes
from kg.terms import av
from kg.units import Unit
from tests.generator.entries import iter_entries

CONTENT = f"<{av('content')}>"
VOICE = " <http://www.w3.org/ns/prov#wasAttributedTo> "


def make_claims(claims: int) -> list[str]:
    """So many claims, each with its proposition, as N-Quads; one in twenty of them without a voice."""
    propositions: dict[str, Unit] = {}
    made: list[str] = []
    for entry in iter_entries(4 * claims):
        propositions |= {unit.subject: unit for unit in entry.units if "/proposition/" in unit.subject}
        for unit in entry.units:
            said = next((line for line in unit.lines if CONTENT in line), None) if "/claim/" in unit.subject else None
            if said is None:
                continue
            lines = [line for line in unit.lines if len(made) % 20 or VOICE not in line]
            made.append("\n".join([*lines, *propositions[said.split(" ")[2][1:-1]].lines]))
            if len(made) == claims:
                return made
    raise ValueError(f"the generator gave {len(made)} claims, not {claims}")


def timed(work: Callable[[], list[Finding]]) -> tuple[list[Finding], float]:
    start = perf_counter()
    result = work()
    return result, perf_counter() - start


def main(claims: int = 1000, batch: int = 1000) -> dict[str, object]:
    """Check the same claims with both engines; they must find the same."""
    units = make_claims(claims)
    shapes = parse_shapes({path.name: path.read_text(encoding="utf-8") for path in resources.iter_ttl("shapes")})
    fast, fast_seconds = timed(lambda: list(iter_findings(units, shapes, engine="fast", size=batch)))
    referee, referee_seconds = timed(lambda: list(iter_findings(units, shapes, engine="referee", size=batch)))
    assert fast == referee, "the engines differ"
    return {
        "claims": claims,
        "quads": sum(unit.count("\n") + 1 for unit in units),
        "shapes": len(shapes),
        "findings": len(fast),
        "batch": batch,
        "fast_seconds": round(fast_seconds, 3),
        "referee_seconds": round(referee_seconds, 3),
        "ratio": round(referee_seconds / fast_seconds, 1),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(int, sys.argv[1:])), indent=1) + "\n")

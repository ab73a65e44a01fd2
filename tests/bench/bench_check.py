"""The fast engine against the referee on the same claims: python tests/bench/bench_check.py [CLAIMS]."""

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg import resources
from kg.check import Finding, iter_findings, parse_shapes

SEED = 20310502
BASE = "https://averment.example/id"
AV, AVC, PROV = "https://w3id.org/averment/ns#", "https://w3id.org/averment/codes/", "http://www.w3.org/ns/prov#"
XSD, RDF = "http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def make_claim(number: int, chance: random.Random) -> str:
    """One claim and its proposition as N-Quads, one in twenty of them without a voice."""
    claim, proposition = f"<{BASE}/claim/{number:032x}>", f"<{BASE}/proposition/{number:032x}>"
    low = chance.randrange(1, 400)
    slots = dict.fromkeys(("population", "actor", "period"), f"<{AVC}not-stated>")
    count = {
        **slots,
        "question": f"<{BASE}/question/{number % 97:032x}>",
        "about": f"<{BASE}/event/{number % 31}>",
        "measure": f"<{AVC}killed>",
        "basis": f"<{AVC}not-stated>",
        "atLeast": f'"{low}"^^<{XSD}integer>',
        "atMost": f'"{low + chance.randrange(9)}"^^<{XSD}integer>',
    }
    day = f"2031-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    said = {
        "asserts": proposition,
        "content": proposition,
        "wording": f'"{low} killed"@en',
        "wordedAs": f"<{AVC}direct-speech>",
        "passage": f"<{BASE}/passage/{number}>",
        "said": f'"{day}"',
        "earliest": f'"{day}"^^<{XSD}date>',
        "latest": f'"{day}"^^<{XSD}date>',
        "groundedBy": f"<{AVC}not-stated>",
    }
    rows = [f"{claim} <{RDF}type> <{AV}Claim> {claim} .", f"{proposition} <{RDF}type> <{AV}Count> {proposition} ."]
    rows += [f"{claim} <{AV}{name}> {value} {claim} ." for name, value in said.items()]
    rows += [f"{proposition} <{AV}{name}> {value} {proposition} ." for name, value in count.items()]
    rows.append(f"{claim} <{PROV}wasGeneratedBy> <{BASE}/occasion/{number % 53}> {claim} .")
    if number % 20:
        rows.append(f"{claim} <{PROV}wasAttributedTo> <{BASE}/agent/{number % 7}> {claim} .")
    return "\n".join(rows)


def timed(work: Callable[[], list[Finding]]) -> tuple[list[Finding], float]:
    start = perf_counter()
    result = work()
    return result, perf_counter() - start


def main(claims: int = 1000, batch: int = 1000) -> dict[str, object]:
    """Check the same claims with both engines; they must find the same."""
    chance = random.Random(SEED)
    units = [make_claim(number, chance) for number in range(claims)]
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

"""Prints what the shapes find in Turtle files, as a fixture's JSON: python -m tests.shapes_report FILE…"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from kg import resources
from kg.check import parse_shapes, to_ntriples, validate


def main(files: list[str]) -> int:
    shapes = parse_shapes({path.name: path.read_text(encoding="utf-8") for path in resources.iter_ttl("shapes")})
    for file in files:
        data = to_ntriples(Path(file).read_text(encoding="utf-8"), file=file)
        fast, referee = (validate(data, shapes, engine=engine) for engine in ("fast", "referee"))
        sys.stdout.write(json.dumps([asdict(finding) for finding in fast], ensure_ascii=False, indent=1) + "\n")
        if fast != referee:
            sys.stderr.write(f"{file}: the referee finds otherwise: {sorted({*fast} ^ {*referee})}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Questions that are kept to be cited: the query, the log entry it was asked of, and the hash of what it gave.

The answer itself is not kept, so that what is withdrawn later is not kept here either.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.errors import NotFound, Unusable
from kg.iris import canonical_json
from kg.store.base import Answer, Rows, Term, Truth
from kg.store.files import write_durably

FOLDER = "queries"
MOST_KEPT = 10_000
LONGEST = 20_000
_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept question; `result` is the SHA-256 of its answer as sorted lines, `rows` how many of them are data."""

    query: str
    entry: int
    entry_hash: str
    result: str
    rows: int

    @property
    def name(self) -> str:
        """What it is cited by: a hash of everything it says."""
        return hashlib.sha256(canonical_json(asdict(self))).hexdigest()[:32]


def lines_of(answer: Answer) -> list[str]:
    """An answer as sorted lines, so that the order an engine gives it in says nothing; blank nodes have no names.

    >>> lines_of(Rows(("b", "a"), ((Term("literal", "x", "en"), None),)))
    ['?a ?b', 'UNDEF "x"@en']
    """
    if isinstance(answer, Truth):
        return ["true" if answer.value else "false"]
    if not isinstance(answer, Rows):
        return sorted(re.sub(r"_:\S+", "_:", line) for line in answer.lines)
    order = sorted(range(len(answer.variables)), key=lambda place: answer.variables[place])
    head = " ".join(f"?{answer.variables[place]}" for place in order)
    return [head, *sorted(" ".join(_write(row[place]) for place in order) for row in answer.rows)]


def count_rows(lines: list[str]) -> int:
    """How many rows or triples lines hold, without the line that names the columns."""
    return len(lines) - bool(lines and lines[0].startswith("?"))


def digest_of(lines: list[str]) -> str:
    """The SHA-256 of the lines of an answer."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _write(term: Term | None) -> str:
    if term is None:
        return "UNDEF"
    if term.kind == "bnode":
        return "_:"
    if term.kind == "iri":
        return f"<{term.value}>"
    literal = json.dumps(term.value, ensure_ascii=False)
    return (
        f"{literal}@{term.language}" if term.language else f"{literal}^^<{term.datatype}>" if term.datatype else literal
    )


def keep(root: Path, kept: Kept) -> str:
    """Keep a question, its name is returned. Raises Unusable where it is too long or too many are kept."""
    if len(kept.query) > LONGEST:
        raise Unusable(f"a question of more than {LONGEST:,} characters is not kept; shorten it")
    folder = root / FOLDER
    path = folder / f"{kept.name}.json"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        if sum(1 for _ in folder.iterdir()) >= MOST_KEPT:
            raise Unusable(
                f"{MOST_KEPT:,} questions are kept already, no more are; whoever runs the server can clear them"
            )
        write_durably(path, canonical_json(asdict(kept)))
    return kept.name


def find_kept(root: Path, name: str) -> Kept:
    """The question of a name. Raises NotFound."""
    path = root / FOLDER / f"{name}.json"
    if not _NAME.fullmatch(name) or not path.exists():
        raise NotFound(f"no question is kept here under {name[:40]!r}")
    return Kept(**json.loads(path.read_bytes()))

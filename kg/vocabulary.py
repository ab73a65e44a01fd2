"""What a graph is built with besides the log: the vocabulary, and the rules by which the rest is derived."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kg import resources
from kg.analysis.derived.derive import MADE_BY
from kg.store.embedded import to_vocabulary_lines
from kg.terms import AVC
from kg.units import digest_lines

STAMP = "vocabulary.sha256"
"""The file that says with what the graph of a record was built; deleting it costs a rebuild."""


def vocabulary_lines() -> list[str]:
    """The ontology, its code schemes and alignments, as N-Quads lines of the vocabulary's own graph."""
    return to_vocabulary_lines(path.read_text(encoding="utf-8") for path in resources.iter_ttl("ontology"))


def leaves_derived(old: Iterable[str], new: Iterable[str]) -> bool:
    """Whether all that is derived stands under another vocabulary: nothing that is said of a known code is different.

    A code that is new has been used by no claim yet, and only codes decide what is derived.

    >>> killed = "<https://w3id.org/averment/codes/killed> "
    >>> leaves_derived([killed + "a"], [killed + "a", "<https://w3id.org/averment/codes/injured> a"])
    True
    >>> leaves_derived([killed + "a"], [killed + "a", killed + "b"])
    False
    """
    before, after = ({line for line in lines if line.startswith(f"<{AVC}")} for lines in (old, new))
    known = {line.partition(" ")[0] for line in before}
    return before <= after and known.isdisjoint(line.partition(" ")[0] for line in after - before)


class Stamp:
    """The stamp of one record's graph: a line for vocabulary and rules together, and one for the rules alone."""

    def __init__(self, root: Path) -> None:
        self._path = root / STAMP

    def is_current(self) -> bool:
        """Whether the graph was built with this program's vocabulary and rules."""
        return self._read()[:1] == _current()[:1]

    def has_same_rules(self) -> bool:
        """Whether it was built with the same rules, under whatever vocabulary; False where that is not known."""
        return self._read()[1:] == _current()[1:]

    def write(self) -> None:
        """Say that the graph was built by this program."""
        self._path.write_text("\n".join(_current()), encoding="ascii")

    def remove(self) -> None:
        """Say that the graph is being built."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> tuple[str, ...]:
        """The lines, none where there is no stamp; an earlier program wrote only the first."""
        return tuple(self._path.read_text(encoding="ascii").split()) if self._path.exists() else ()


@cache
def _current() -> tuple[str, str]:
    files = {path.name: path.read_bytes() for path in resources.iter_ttl("ontology")}
    digests = [f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in sorted(files.items())]
    return digest_lines([*digests, MADE_BY]), digest_lines([MADE_BY])

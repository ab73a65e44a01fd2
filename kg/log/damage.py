"""What verification finds, and the list of files it has accounted for."""

from dataclasses import dataclass, field
from pathlib import Path

from kg.log.layout import Layout


@dataclass(frozen=True, slots=True, order=True)
class Damage:
    """One thing wrong: the file, relative to the data directory, the place in it, and what is wrong there.

    >>> print(Damage("log/segments/00000001-0001.nq.zst", "unit 3", "it is not what was committed to"))
    log/segments/00000001-0001.nq.zst: unit 3: it is not what was committed to
    """

    file: str
    place: str
    what: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.what) if part)


@dataclass(slots=True)
class Findings:
    """Gathers damages and the files that belong where they are."""

    layout: Layout
    damages: list[Damage] = field(default_factory=list)
    known: set[Path] = field(default_factory=set)

    def add(self, path: Path, what: str, *, place: str = "") -> None:
        """Note one damage."""
        self.damages.append(Damage(self.layout.name(path), place, what))

    def read(self, path: Path) -> bytes | None:
        """The bytes of a file that should be there; its absence, or that it cannot be read, is noted."""
        self.known.add(path)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            self.add(path, "it is missing")
        except OSError as error:
            self.add(path, f"it cannot be read: {error.strerror}")
        return None

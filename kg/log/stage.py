"""The staging folder of one recording: segments are finished there, by any process, before one commit takes them in."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.log.chain import Tree
from kg.log.disk import Disk
from kg.log.layout import Layout, checksum_path, segment_name
from kg.log.segments import Draft, build_segment, checksum_line, join_drafts, order_drafts, read_lines, split_units
from kg.units import Unit


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the segments of the entry `number` of a log are gathered; `seed` makes their salts (32 bytes)."""

    layout: Layout
    folder: Path
    number: int
    seed: bytes

    def write(self, index: int, drafts: Iterable[Draft], *, disk: Disk | None = None) -> Tree:
        """Finish the segment of that index, counted from 1. Raises ValueError where two units differ under one name."""
        ordered = order_drafts(drafts)
        return self.write_ordered(index, ordered, join_drafts(ordered), disk=disk)

    def write_ordered(self, index: int, ordered: list[Draft], content: bytes, *, disk: Disk | None = None) -> Tree:
        """Finish a segment of drafts in leaf order and their joined lines."""
        disk = disk or Disk()
        segment = build_segment(ordered, content, seed=self.seed)
        tree = Tree(segment_name(self.number, index), segment.units, segment.claims, segment.root)
        name = self.layout.segment(tree.name, 1).name
        disk.write(self.folder / name, segment.data)
        disk.write(self.folder / f"{name}.sha256", checksum_line(name, segment.data))
        disk.write(self.folder / f"{tree.name}.commitments", segment.commitments)
        disk.write(self.folder / f"{tree.name}.salts", segment.salts, private=True)
        return tree

    def path(self, index: int) -> Path:
        """The staged file of a segment."""
        return self.folder / self.layout.segment(segment_name(self.number, index), 1).name

    def read(self, index: int) -> list[Unit]:
        """The units of a staged segment. Raises ValueError for damage, FileNotFoundError."""
        return list(split_units(read_lines(self.path(index))))

    def files(self, tree: str) -> list[tuple[str, Path]]:
        """The staged name and the place of each of a segment's files."""
        path = self.layout.segment(tree, 1)
        return [
            (path.name, path),
            (f"{path.name}.sha256", checksum_path(path)),
            (f"{tree}.commitments", self.layout.commitment_list(tree)),
            (f"{tree}.salts", self.layout.salt_list(tree)),
        ]

    def is_whole(self, tree: str) -> bool:
        """Whether every file of a staged segment is there; after a power cut a name may be lost."""
        return all((self.folder / name).exists() for name, _ in self.files(tree))

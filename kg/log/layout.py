"""Where everything of a record lies in its data directory, and what the files are called."""

from pathlib import Path

COMMITMENT_BYTES = 32
SALT_BYTES = 16


class Layout:
    """The paths of one data directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.record = root / "record.json"
        self.head = root / "head.json"
        self.lock = root / "lock"
        self.withdrawing = root / "withdrawing"
        self.commits = root / "log" / "commits"
        self.segments = root / "log" / "segments"
        self.commitments = root / "log" / "commitments"
        self.captures = root / "captures"
        self.salts = root / "salts"
        self.sealed = root / "sealed"
        self.keys = root / "keys"
        self.secret = self.keys / "record.key"
        self.staging = root / "staging"

    def open_folders(self) -> tuple[Path, ...]:
        """The folders that may be copied with the log."""
        return self.commits, self.segments, self.commitments, self.captures

    def private_folders(self) -> tuple[Path, ...]:
        """The folders that only their owner may read."""
        return self.salts, self.sealed, self.keys, self.staging

    def commit(self, number: int) -> Path:
        """The commit file of an entry."""
        return self.commits / f"{number:08}.json"

    def segment(self, tree: str, version: int) -> Path:
        """The file of a segment; a withdrawal makes a new version of it."""
        return self.segments / (f"{tree}.nq.zst" if version == 1 else f"{tree}.v{version}.nq.zst")

    def commitment_list(self, tree: str) -> Path:
        """The commitments under one root, 32 bytes each."""
        return self.commitments / f"{tree}.bin"

    def salt_list(self, tree: str) -> Path:
        """The salts of a segment's units, 16 bytes each, zeros for a unit that was withdrawn."""
        return self.salts / f"{tree}.bin"

    def box(self, commitment: str) -> Path:
        """The encrypted file of a sealed unit."""
        return self.sealed / f"{commitment}.bin"

    def key(self, commitment: str) -> Path:
        """The key and salt of a sealed unit."""
        return self.keys / f"{commitment}.key"

    def name(self, path: Path) -> str:
        """The path of a file as told to people: relative to the data directory."""
        return str(path.relative_to(self.root))


def checksum_path(path: Path) -> Path:
    """The checksum file that lies beside a segment file."""
    return path.with_name(path.name + ".sha256")


def segment_name(number: int, index: int) -> str:
    """The name of an entry's segment; both are counted from 1.

    >>> segment_name(3, 1), sealed_name(3)
    ('00000003-0001', '00000003-sealed')
    """
    return f"{number:08}-{index:04}"


def sealed_name(number: int) -> str:
    """The name of an entry's list of sealed units."""
    return f"{number:08}-sealed"


def is_sealed(tree: str) -> bool:
    """Whether a tree lists sealed units."""
    return tree.endswith("-sealed")

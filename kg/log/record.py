"""A record: one data directory with its log, its captures, and the key that its private names are made with."""

import hashlib
import secrets
from pathlib import Path

from kg.errors import Unusable
from kg.log.about import About
from kg.log.disk import Disk
from kg.log.layout import Layout
from kg.log.log import Log
from kg.log.placing import write_head


class Record:
    """A data directory that is in use; made by `create` or `open`."""

    def __init__(self, layout: Layout, about: About, *, disk: Disk) -> None:
        self.layout, self.about = layout, about
        self._disk = disk
        secret = layout.secret.read_bytes() if layout.secret.exists() else None
        self.log = Log(layout, genesis=about.hash, secret=secret, disk=disk)

    @property
    def base(self) -> str:
        """The base of the record's IRIs."""
        return self.about.base

    @classmethod
    def create(
        cls, root: Path, *, base: str, created: str, secret: bytes | None = None, disk: Disk | None = None
    ) -> "Record":
        """Make a record in a folder that is absent or empty; `created` is an instant in UTC. Raises Unusable."""
        layout, disk = Layout(root), disk or Disk()
        _require_room(layout)
        for folder in layout.open_folders():
            disk.make_folder(folder)
        for folder in layout.private_folders():
            disk.make_folder(folder, private=True)
        secret = secret or secrets.token_bytes(32)
        about = About.of(base=base, created=created, secret=secret)
        disk.write(layout.secret, secret, private=True)
        write_head(disk, layout, 0, about.hash)
        disk.sync_folder(layout.keys)
        # Last: there is a record as soon as this file is there.
        disk.write(layout.record, about.to_bytes())
        disk.sync_folder(root)
        return cls(layout, about, disk=disk)

    @classmethod
    def open(cls, root: Path, *, disk: Disk | None = None) -> "Record":
        """Open a record for reading and writing. Raises Unusable, with the remedy, where that cannot be done."""
        layout = Layout(root)
        if root.exists() and not root.is_dir():
            raise Unusable(f"{root}: is not a folder. Remedy: name the folder of a record.")
        try:
            about = About.from_bytes(layout.record.read_bytes())
        except FileNotFoundError:
            raise Unusable(
                f"{root}: holds no record. Remedy: make one with `averment init`, or name another folder."
            ) from None
        except PermissionError:
            raise Unusable(f"{layout.record}: may not be read. Remedy: give this user the right to read it.") from None
        except ValueError as error:
            raise Unusable(
                f"{layout.record}: {error}. Remedy: use the version of this program that made the record, "
                "or put the file back from a backup."
            ) from error
        return cls(layout, about, disk=disk or Disk())

    def keep_capture(self, data: bytes) -> str:
        """Keep the bytes of a capture and return their SHA-256, which is their name; the same bytes are kept once."""
        name = hashlib.sha256(data).hexdigest()
        path = self.layout.captures / name
        if self.read_capture(name) is None:
            self._disk.write(path, data)
            self._disk.sync_folder(self.layout.captures)
        return name

    def read_capture(self, sha256: str) -> bytes | None:
        """The bytes of a capture, None where they were not kept. Raises Unusable where they are no longer the same."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError(f"not a SHA-256 in hexadecimal: {sha256!r}")
        path = self.layout.captures / sha256
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Unusable(f"{path}: its bytes have changed. Remedy: put the capture back from where it was taken.")
        return data


def _require_room(layout: Layout) -> None:
    root = layout.root
    if root.exists() and not root.is_dir():
        raise Unusable(f"{root}: is not a folder. Remedy: name a folder that is absent or empty.")
    if layout.record.exists():
        raise Unusable(f"{root}: holds a record already. Remedy: use it, or name another folder.")
    ours = {"log", "head.json", "head.json.part", "record.json.part"}
    ours |= {folder.name for folder in (*layout.open_folders(), *layout.private_folders())}
    foreign = sorted(path.name for path in root.iterdir() if path.name not in ours) if root.is_dir() else []
    if foreign or (layout.commits.is_dir() and any(layout.commits.iterdir())):
        shown = ", ".join(foreign[:3]) or "the entries of a log without its record.json"
        raise Unusable(f"{root}: is not empty, it holds {shown}. Remedy: name a folder that is absent or empty.")

"""Case files that are being written with the help of a program: each in a folder of its own beside the record.

A draft is nothing but the case file as far as it is written, and the document it is about; `averment check` and
`averment add` take the two as they lie there. Only the owner of the record can read the folder.
"""

import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import NotFound, Unusable
from kg.intake.writing import read_content, write_case
from kg.store.files import write_durably

FOLDER = "drafts"
MOST_KEPT = 500
_NAME = re.compile(r"[0-9a-f]{12}")
_DOCUMENT = "document"
_RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: its folder, and the case file in it; `ingestion` is the key under which it was recorded, "" before."""

    folder: Path
    case: Path
    ingestion: str

    @property
    def name(self) -> str:
        """What it is called in addresses."""
        return self.folder.name

    @property
    def document(self) -> Path:
        """The bytes of the document it is about."""
        return self.folder / _DOCUMENT

    def content(self) -> dict[str, Any]:
        """What the case file says so far."""
        return read_content(self.case.read_bytes())

    def save(self, content: dict[str, Any]) -> None:
        """Write the case file. Raises ValueError where YAML cannot hold it."""
        write_durably(self.case, write_case(content))

    def close(self, ingestion: str) -> None:
        """Note under which key it was recorded."""
        write_durably(self.folder / _RECORDED, ingestion.encode())

    def remove(self) -> None:
        """Destroy it, document and all."""
        shutil.rmtree(self.folder, ignore_errors=True)


def make_draft(root: Path, key: str, content: dict[str, Any], document: bytes) -> Draft:
    """Begin a draft; `key` names its case file. Raises Unusable where there are too many, ValueError as `save` does."""
    data = write_case(content)
    kept = len(list_drafts(root))
    if kept >= MOST_KEPT:
        raise Unusable(
            f"{kept} drafts lie in {root / FOLDER}, and no more are begun. Remedy: remove what is done with."
        )
    (root / FOLDER).mkdir(mode=0o700, exist_ok=True)
    folder = root / FOLDER / secrets.token_hex(6)
    folder.mkdir(mode=0o700)
    (folder / _DOCUMENT).write_bytes(document)
    case = folder / f"{key}.yaml"
    write_durably(case, data)
    return Draft(folder, case, "")


def find_draft(root: Path, name: str) -> Draft:
    """The draft of a name. Raises NotFound."""
    folder = root / FOLDER / name
    cases = sorted(folder.glob("*.yaml")) if _NAME.fullmatch(name) else []
    if len(cases) != 1:
        raise NotFound("there is no such draft; it may have been recorded and removed")
    recorded = folder / _RECORDED
    return Draft(folder, cases[0], recorded.read_text(encoding="ascii") if recorded.exists() else "")


def list_drafts(root: Path) -> list[Draft]:
    """Every draft, the one last worked on first."""
    names = [path.name for path in (root / FOLDER).glob("*") if any(path.glob("*.yaml"))]
    drafts = [find_draft(root, name) for name in names if _NAME.fullmatch(name)]
    return sorted(drafts, key=lambda draft: (-draft.case.stat().st_mtime, draft.name))


def forget_recorded(root: Path) -> None:
    """Remove every draft that was recorded: it may hold what is withdrawn."""
    for draft in list_drafts(root):
        if draft.ingestion:
            draft.remove()

"""A recording in the making: units are gathered into segments beside the log, and one commit takes them in."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kg.iris import canonical_json
from kg.log.chain import Entry, Tree, with_hash
from kg.log.disk import Disk
from kg.log.layout import Layout, sealed_name, segment_name
from kg.log.merkle import root_of
from kg.log.placing import PLAN, place
from kg.log.sealing import Access, seal
from kg.log.segments import Draft, draft_unit, join_drafts, order_drafts
from kg.log.stage import Stage
from kg.terms import Iri
from kg.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is fixed before the first unit, so that a recording carried on after a kill ends in the same bytes."""

    number: int
    previous: str
    kind: str
    ingestion: Iri
    recorded: str
    recorder: str
    plan: str
    seed: str

    def folder(self, layout: Layout) -> Path:
        """Its staging folder, from what makes two plans the same; not from the instant."""
        same = [str(self.number), self.previous, self.kind, self.ingestion, self.recorder, self.plan]
        return layout.staging / hashlib.sha256(canonical_json({"plan": same})).hexdigest()[:32]


def find_plan(layout: Layout, wanted: Plan) -> Plan | None:
    """The plan that an interrupted recording of the same thing left behind; an empty seed fits any."""
    try:
        content = json.loads((wanted.folder(layout) / PLAN).read_bytes())
        found = Plan(**content)
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return found if wanted.seed in ("", found.seed) else None


def new_seed() -> str:
    """A random seed, 32 bytes in hexadecimal."""
    return secrets.token_hex(32)


class Staging:
    """Takes units in, in any order, and commits them all together or not at all; made by `Log.begin`.

    `recorded` is the instant of the recording: the one first planned, where this carries an interrupted one on.
    """

    def __init__(
        self, disk: Disk, layout: Layout, plan: Plan, *, limits: tuple[int, int], settle: Callable[[Entry], None]
    ) -> None:
        self.recorded = plan.recorded
        self.entry: Entry | None = None
        self.folder = plan.folder(layout)
        self._disk, self._layout, self._plan = disk, layout, plan
        self._seed = bytes.fromhex(plan.seed)
        self.stage = Stage(layout, self.folder, plan.number, self._seed)
        self._limits, self._settle = limits, settle
        self._drafts: list[Draft] = []
        self._claims = self._bytes = 0
        self._trees: list[Tree] = []
        self._files: list[tuple[str, Path]] = []
        self._boxes: dict[bytes, bool] = {}
        disk.make_folder(self.folder, private=True)
        disk.write(self.folder / PLAN, canonical_json(_fields(plan)), sync=False, private=True)

    def add(self, unit: Unit, *, access: Access = Access.PUBLIC, claim: bool = False) -> None:
        """Take a unit in; `claim` marks a claim or relay. Raises ValueError where it could not be read back."""
        draft = draft_unit(unit, claim=claim)
        if access is not Access.PUBLIC:
            self._seal(unit, access, claim=claim)
            return
        self._drafts.append(draft)
        self._claims += claim
        self._bytes += len(draft.data)
        if self._claims >= self._limits[0] or self._bytes >= self._limits[1]:
            self._close(keep=True)

    def adopt(self, tree: Tree) -> None:
        """Take in a segment that was finished in the stage; none may be half taken in by `add`."""
        self._trees.append(tree)
        self._files += self.stage.files(tree.name)

    def commit(self) -> Entry:
        """Commit everything taken in; the entry. Raises ValueError where there is nothing, or a second time."""
        if self.entry is not None:
            raise ValueError("this recording is committed already")
        if self._drafts:
            self._close(keep=False)
        sealed = self._close_sealed()
        if not self._trees and sealed is None:
            raise ValueError("a recording without a single unit")
        plan = self._plan
        entry = Entry(
            number=plan.number,
            previous=plan.previous,
            kind=plan.kind,
            ingestion=plan.ingestion,
            recorded=plan.recorded,
            recorder=plan.recorder,
            segments=tuple(self._trees),
            sealed=sealed,
        )
        self.entry = with_hash(entry)
        place(self._disk, self._layout, self.folder, self._files, self.entry)
        self._settle(self.entry)
        return self.entry

    def _close(self, *, keep: bool) -> None:
        """Finish a segment; with `keep` a note says that it need not be made again after a kill."""
        ordered = order_drafts(self._drafts)
        content = join_drafts(ordered)
        index = 1 + max((int(tree.name.rpartition("-")[2]) for tree in self._trees), default=0)
        tree = segment_name(self._plan.number, index)
        note = self.folder / f"{tree}.json"
        digest = hashlib.sha256(content).hexdigest()
        found = self._find_finished(note, digest)
        if found is None or not self.stage.is_whole(tree):
            found = self.stage.write_ordered(index, ordered, content, disk=self._disk)
            if keep:
                finished = {"content": digest, "tree": [found.name, found.units, found.claims, found.root]}
                self._disk.write(note, canonical_json(finished), sync=False)
        self.adopt(found)
        self._drafts, self._claims, self._bytes = [], 0, 0

    def _find_finished(self, note: Path, digest: str) -> Tree | None:
        try:
            finished = json.loads(note.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return Tree(*finished["tree"]) if finished["content"] == digest else None

    def _seal(self, unit: Unit, access: Access, *, claim: bool) -> None:
        box = seal(unit, access, seed=self._seed)
        name = box.commitment.hex()
        if box.commitment not in self._boxes:
            self._disk.write(self.folder / f"{name}.key", box.key, private=True)
            self._disk.write(self.folder / f"{name}.bin", box.data, private=True)
            self._files += [(f"{name}.key", self._layout.key(name)), (f"{name}.bin", self._layout.box(name))]
        self._boxes[box.commitment] = claim

    def _close_sealed(self) -> Tree | None:
        """List the commitments of sealed units, sorted: their order tells nothing of their subjects."""
        if not self._boxes:
            return None
        leaves = sorted(self._boxes)
        tree = sealed_name(self._plan.number)
        self._disk.write(self.folder / f"{tree}.commitments", b"".join(leaves))
        self._files.append((f"{tree}.commitments", self._layout.commitment_list(tree)))
        return Tree(tree, len(leaves), sum(self._boxes.values()), root_of(leaves).hex())


def _fields(plan: Plan) -> dict[str, str | int]:
    return {name: getattr(plan, name) for name in Plan.__dataclass_fields__}

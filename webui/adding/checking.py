"""What `averment check` finds in a case, each finding with the field it belongs to; and every claim in sentences."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg import __version__
from kg.errors import Problem, Refused
from kg.intake import Reading, read_with_notices
from kg.intake.writing import write_case
from kg.log import Record
from kg.model import Batch
from kg.pipeline import check_batch
from kg.projections import Projections
from kg.reading import Reader
from kg.sentences import list_words
from webui.adding.fields import STANCES
from webui.adding.naming import Content, Names
from webui.adding.telling import Told, tell_claims

_PLACE = re.compile(r"claims\[(\d+)\]\.?(.*)")
# Where a form has what a decision says, of whatever field it is.
_DECIDED = {"level": "access", "reason": "access.reason", "metres": "access.metres"}
_MANY = re.compile(r"^(via\.\d+)$|^(.*?)\.\d+$")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the claim and the input it belongs to ("" for none), and whether it refuses the case.

    Of a victim, `claim` is victims/ and its key.
    """

    claim: str
    input: str
    place: str
    value: str
    reason: str
    remedy: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a case, and its claims in sentences by their id, as far as they can be read."""

    findings: tuple[Finding, ...]
    told: Mapping[str, Told]

    @property
    def is_in_order(self) -> bool:
        """Whether it can be recorded."""
        return not any(finding.refuses for finding in self.findings)

    def of(self, claim: str) -> tuple[Finding, ...]:
        """The findings of a claim, "" for those of none."""
        return tuple(finding for finding in self.findings if finding.claim == claim)


def now() -> str:
    """The present instant in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_draft(path: Path, base: str, document: Path) -> Reading:
    """The batch of a case file and its document. Raises Refused."""
    return read_with_notices(path, base=base, captures=[document], recorded=now(), software=f"averment {__version__}")


def check_content(
    root: Path, content: Content, document: Path, reader: Reader, *, name: str, only: str = ""
) -> Checked:
    """Check a case as `averment check` does, and tell its claims; of one that cannot be read whole, `only` this one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(write_case(content))
        reading, problems = _read(path, reader.base, document)
        notices: list[tuple[str, Problem]] = []
        if reading is not None:
            notices += [("notice", each) for each in reading.notices]
            problems, more = _check(root, reading.batch)
            notices += more
            told = tell_claims(reading.batch, reader, content)
        else:
            told = _tell_each(path, content, document, reader, only=only)
    findings = [_place(problem, content, refuses=True) for problem in problems]
    findings += [_place(problem, content, refuses=False) for severity, problem in notices if severity != "Info"]
    return Checked(tuple(findings), told)


def check_new_names(names: Names, claim: str) -> tuple[Finding, ...]:
    """What deserves a look in names: one that nothing bears yet, and one that several things bear."""
    found = []
    for new in names.new:
        nearest = f" Or did you mean {list_words([f'“{each}”' for each in new.nearest], 'or')}?" if new.nearest else ""
        reason = f"New: nothing in the record is called “{new.name}”"
        remedy = f"it is described with this case; save, and say below what it is.{nearest}"
        found.append(Finding(claim, new.input, "", "", reason, remedy, refuses=False))
    for name, text, choices in names.several:
        reason = f"{len(choices)} things in the record are called “{text}”"
        found.append(Finding(claim, name, "", "", reason, f"write {list_words(choices, 'or')}", refuses=True))
    return tuple(found)


def _read(path: Path, base: str, document: Path) -> tuple[Reading | None, tuple[Problem, ...]]:
    try:
        return read_draft(path, base, document), ()
    except Refused as error:
        return None, error.problems


def _check(root: Path, batch: Batch) -> tuple[tuple[Problem, ...], list[tuple[str, Problem]]]:
    record = Record.open(root)
    with Projections(root, record) as projections:
        try:
            return (), list(check_batch(record, batch, projections=projections).notices)
        except Refused as error:
            return error.problems, []


def _place(problem: Problem, content: Content, *, refuses: bool) -> Finding:
    """A problem with the claim and the input it belongs to."""
    claims = content.get("claims", [])
    found = _PLACE.fullmatch(problem.field)
    claim, name = "", problem.field
    if found and int(found[1]) < len(claims):
        claim, name = str(claims[int(found[1])].get("id", "")), found[2]
        name = next((name.removeprefix(f"{each}.") for each in STANCES if name.startswith(f"{each}.")), name)
    elif problem.field.startswith("occasions."):
        claim, name = _place_occasion(problem.field.split(".")[1], claims)
    elif problem.field.startswith(("agents.", "events.", "sets.")):
        section, key = problem.field.split(".")[:2]
        claim = next((str(each["id"]) for each in claims if repr(key) in repr(each)), "")
        if name == f"{section}.{key}":
            name += ".recorder" if section == "events" else ".kind"
    elif problem.field.startswith("victims."):
        _, key, *rest = problem.field.split(".")
        claim, name = f"victims/{key}", ".".join(rest) or "name"
    if "access" in name.split(".")[:2]:
        name = _DECIDED.get(name.rpartition(".")[2] if name != "access" else "level", "access.fields")
    name = re.sub(r"\[(\d+)\]", r".\1", name)
    if via := re.match(r"via\.\d+", name):
        name = name if name.endswith((".who", ".wording")) else f"{via[0]}.who"
    elif many := _MANY.match(name):
        name = many[2] or name
    name = "passage" if name.startswith("passage") else "via.0.who" if name == "via" else name
    name = "stance" if name in STANCES else name
    reason = problem.reason[:1].upper() + problem.reason[1:].rstrip(".")
    return Finding(claim, name, problem.field, problem.value, reason, problem.remedy.rstrip("."), refuses)


def _place_occasion(key: str, claims: list[dict[str, Any]]) -> tuple[str, str]:
    for claim in claims:
        if claim.get("on") == key:
            return str(claim.get("id", "")), "on.kind"
        for number, row in enumerate(claim.get("via") or ()):
            if isinstance(row, dict) and row.get("on") == key:
                return str(claim.get("id", "")), f"via.{number}.kind"
    return "", ""


def _tell_each(path: Path, content: Content, document: Path, reader: Reader, *, only: str) -> dict[str, Told]:
    """The claims that can be read by themselves, where the case as a whole cannot."""
    told: dict[str, Told] = {}
    for claim in content.get("claims", ()):
        if only and claim.get("id") != only:
            continue
        alone = {**content, "claims": [claim]}
        path.write_bytes(write_case(alone))
        reading, _ = _read(path, reader.base, document)
        if reading is not None:
            told |= tell_claims(reading.batch, reader, alone)
    return told

"""Verification of a publication by its folder alone: every file, the signature, every unit, the root over them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import NotFound, Unusable
from kg.iris import canonical_json
from kg.log import merkle
from kg.log.streams import iter_subjects
from kg.publish.beside import helpers
from kg.publish.layout import CHECKPOINT, DUMP, UNITS
from kg.publish.manifest import CHECKSUM, MANIFEST, OUTSIDE, Listed, Manifest, checksum_line, digest_file, iter_paths
from kg.publish.signing import SIGNATURE, check_signature
from kg.publish.units import DIGEST, Digests, Part, iter_parts


@dataclass(frozen=True, slots=True)
class Proven:
    """A unit that is in the publication, unchanged: its graph, digest, place among the units, and path to the root."""

    subject: str
    graph: str
    digest: str
    leaf: int
    path: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification went through, every finding in words, and the units of the claims asked for.

    `key` is the public key that signed it, in hexadecimal, "" where it is not signed.
    """

    findings: tuple[str, ...]
    files: int
    units: int
    entry: int
    head: str
    root: str
    key: str
    proven: tuple[Proven, ...]


def verify_publication(folder: Path, *, claims: tuple[str, ...] = (), key: str = "") -> Verdict:
    """Verify a publication, and prove that some claims are in it; `key` is the public key it must be signed with.

    Raises Unusable where there is no publication, NotFound for a claim that an undamaged publication does not hold.
    """
    manifest, findings, signed_by = _check_manifest(folder, key)
    if manifest is None:
        return Verdict(tuple(findings), 0, 0, 0, "", "", signed_by, ())
    checkpoint = manifest.checkpoint
    with helpers(checkpoint["units"]) as executor:
        checking = executor.submit(check_units, folder, checkpoint, frozenset(claims))
        findings += _check_files(folder, manifest)
        findings += _check_checkpoint(folder, manifest)
        damage, proven = checking.result()
    findings += damage
    if not findings and (missing := sorted(set(claims) - {each.subject for each in proven})):
        raise NotFound("\n".join(f"{folder}: holds nothing of the name {iri}" for iri in missing))
    return Verdict(
        tuple(findings), len(manifest.files), int(checkpoint["units"]), int(checkpoint["entry"]),
        str(checkpoint["head"]), str(checkpoint["root"]), signed_by, proven if not findings else (),
    )  # fmt: skip


def _check_manifest(folder: Path, key: str) -> tuple[Manifest | None, list[str], str]:
    try:
        data = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise Unusable(f"{folder}: holds no publication. Remedy: name the folder that has {MANIFEST}.") from None
    findings: list[str] = []
    signed_by = ""
    try:
        signed_by = check_signature((folder / SIGNATURE).read_bytes(), data)
    except FileNotFoundError:
        if key:
            findings.append(f"{SIGNATURE}: is missing: the publication is not signed")
    except ValueError as error:
        findings.append(f"{SIGNATURE}: {error}")
    findings += _check_checksum(folder, data, signed=bool(signed_by))
    if key and signed_by and signed_by != key.lower():
        findings.append(f"{SIGNATURE}: it is by the key {signed_by}, not by {key.lower()}")
    try:
        manifest = Manifest.from_bytes(data)
        _require_numbers(manifest)
    except ValueError as error:
        return None, [*findings, f"{MANIFEST}: {error}"], signed_by
    return manifest, findings, signed_by


def _check_checksum(folder: Path, data: bytes, *, signed: bool) -> list[str]:
    try:
        if (folder / CHECKSUM).read_bytes() == checksum_line(data):
            return []
    except FileNotFoundError:
        return [f"{CHECKSUM}: is missing"]
    if signed:
        return [f"{CHECKSUM}: it is not the checksum of {MANIFEST}, whose signature is right"]
    # Without a signature nothing tells which of the two it is.
    return [f"{name}: it was changed, or {other} was" for name, other in ((MANIFEST, CHECKSUM), (CHECKSUM, MANIFEST))]


def _require_numbers(manifest: Manifest) -> None:
    checkpoint = manifest.checkpoint
    numbers = [checkpoint.get(name) for name in ("entry", "units", "quads")]
    if not all(isinstance(number, int) for number in numbers) or not {"head", "root"} <= checkpoint.keys():
        raise ValueError("its checkpoint does not say where the log stood")


def _check_files(folder: Path, manifest: Manifest) -> Iterator[str]:
    listed = {each.path: each for each in manifest.files}
    for name in iter_paths(folder):
        if name in OUTSIDE:
            continue
        path = folder / name
        expected = listed.pop(name, None)
        if expected is None:
            yield f"{name}: is not in the manifest"
        elif path.is_symlink():
            yield f"{name}: is a link, not a file"
        elif finding := _compare(path, expected):
            yield f"{name}: {finding}"
    yield from (f"{name}: is missing" for name in sorted(listed))


def _compare(path: Path, expected: Listed) -> str:
    size = path.stat().st_size
    if size != expected.size:
        return f"it has {size} bytes, the manifest says {expected.size}"
    digest = digest_file(path)
    return f"its SHA-256 is {digest}, the manifest says {expected.sha256}" if digest != expected.sha256 else ""


def _check_checkpoint(folder: Path, manifest: Manifest) -> list[str]:
    path = folder / CHECKPOINT
    if path.exists() and path.read_bytes() != canonical_json(manifest.checkpoint) + b"\n":
        return [f"{CHECKPOINT}: it is not the checkpoint of the manifest"]
    return []


def check_units(
    folder: Path, checkpoint: Mapping[str, Any], claims: frozenset[str]
) -> tuple[list[str], tuple[Proven, ...]]:
    """Hold every unit of the dump against its digest, and the digests against the root; prove the claims found."""
    try:
        data = (folder / UNITS).read_bytes()
    except FileNotFoundError:
        return [f"{UNITS}: is missing"], ()
    leaves, findings = Digests(data), []
    if len(data) % DIGEST or len(leaves) != checkpoint["units"]:
        findings.append(f"{UNITS}: it has {len(data)} bytes, not {DIGEST} for each of the units")
    if merkle.root_of(leaves).hex() != checkpoint["root"]:
        findings.append(f"{UNITS}: its digests do not give the root of the checkpoint")
    wanted = {f"<{iri}> ".encode() for iri in claims}
    quads, number, found = 0, -1, []
    try:
        for number, part in enumerate(iter_parts(iter_subjects(folder / DUMP))):
            quads += part.data.count(b"\n")
            digest = part.digest()
            if number >= len(leaves) or digest != leaves[number]:
                findings.append(f"{DUMP}: unit {number}, {_name(part)}, is not the one that was published")
                break
            if part.start in wanted:
                found.append((number, part))
        else:
            if (number + 1, quads) != (len(leaves), checkpoint["quads"]):
                findings.append(f"{DUMP}: it has {number + 1} units and {quads} quads, not as many as were published")
    except (ValueError, FileNotFoundError) as error:
        findings.append(f"{DUMP}: {error}")
    return findings, tuple(_prove(part, leaf, leaves) for leaf, part in found) if not findings else ()


def _prove(part: Part, leaf: int, leaves: Digests) -> Proven:
    path = merkle.path_to(leaves, leaf)
    if merkle.follow(leaves[leaf], leaf, len(leaves), path) != merkle.root_of(leaves):
        raise AssertionError("a path that does not lead to its own root")
    lines = tuple(line.decode() for line in part.lines())
    steps = tuple(step.hex() for step in path)
    return Proven(_name(part), part.end[2:-3].decode(), part.digest().hex(), leaf, steps, lines)


def _name(part: Part) -> str:
    return part.start[1:-2].decode(errors="replace")

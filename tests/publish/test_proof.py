"""A publication proves by itself that it is whole: any flipped byte is found and named."""

import json
import shutil

import pytest

from kg.errors import NotFound, Unusable
from kg.log import merkle
from kg.publish import Settings, publish, verify_publication
from kg.publish.signing import Signer
from tests.publish.conftest import SETTINGS
from tests.publish.printed import snapshot_of, unpack


def flip(path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_a_fresh_publication_verifies_by_its_folder_alone(town, signed):
    folder, key = signed
    moved = town.folder / "elsewhere"
    shutil.move(folder, moved)
    shutil.rmtree(town.root)
    verdict = verify_publication(moved, key=key)
    assert (verdict.findings, verdict.key, verdict.entry) == ((), key, 2)


@pytest.mark.parametrize("where", [0.0, 0.37, 1.0], ids=["first", "middle", "last"])
def test_a_flipped_byte_in_any_file_is_found_and_the_file_is_named(signed, where):
    folder, _ = signed
    names = [name for name, data in snapshot_of(folder).items() if data and not name.startswith("manifest.json")]
    assert len(names) > 100
    for name in names:
        flip(folder / name, round(where * ((folder / name).stat().st_size - 1)))
    findings = verify_publication(folder).findings
    assert [name for name in names if not any(finding.startswith(f"{name}: its SHA-256") for finding in findings)] == []
    for name in names:
        flip(folder / name, round(where * ((folder / name).stat().st_size - 1)))
    assert verify_publication(folder).findings == ()


@pytest.mark.parametrize("name", ["manifest.json", "manifest.json.sha256", "manifest.json.sig"])
def test_every_byte_of_what_signs_is_held(signed, name):
    folder, _ = signed
    path = folder / name
    kept = path.read_bytes()
    step = max(1, len(kept) // 40)
    unseen = []
    for place in range(0, len(kept), step):
        flip(path, place)
        if not any(finding.startswith(f"{name}: ") for finding in verify_publication(folder).findings):
            unseen.append(place)
        path.write_bytes(kept)
    assert unseen == []


def test_a_missing_file_an_added_one_and_a_link_are_named(signed):
    folder, _ = signed
    (folder / "CITATION.cff").unlink()
    (folder / "sources" / "more.nq").write_text("")
    (folder / "LICENSE.txt").unlink()
    (folder / "LICENSE.txt").symlink_to(folder / "style.css")
    findings = verify_publication(folder).findings
    assert "CITATION.cff: is missing" in findings
    assert "sources/more.nq: is not in the manifest" in findings
    assert "LICENSE.txt: is a link, not a file" in findings


def test_a_publication_made_anew_by_someone_else_does_not_have_the_publishers_key(town, signed):
    folder, key = signed
    publish(town.root, folder, settings=SETTINGS, signer=Signer.make(town.folder / "other.pem"))
    assert verify_publication(folder).findings == ()
    assert any("not by" in finding for finding in verify_publication(folder, key=key).findings)


def test_a_signature_that_was_taken_away_is_missed_where_a_key_is_asked_for(signed):
    folder, key = signed
    (folder / "manifest.json.sig").unlink()
    assert verify_publication(folder).key == ""
    assert any("not signed" in finding for finding in verify_publication(folder, key=key).findings)


def test_a_manifest_written_anew_over_a_changed_dump_does_not_hide_the_changed_unit(town, target):
    from kg.publish.dumps import ZstdFile
    from kg.publish.manifest import MANIFEST, Manifest, write_manifest

    checkpoint = Manifest.from_bytes((target / MANIFEST).read_bytes()).checkpoint
    text = unpack(target / "dumps" / "record.nq.zst")
    with ZstdFile(target / "dumps" / "record.nq.zst") as output:
        output.write(text.replace(b'"11 killed"', b'"12 killed"'))
    for name in (MANIFEST, f"{MANIFEST}.sha256"):
        (target / name).unlink()
    write_manifest(target, checkpoint, signer=None)
    (finding,) = verify_publication(target).findings
    assert town.claim("11 killed") in finding


def test_a_claim_is_proven_to_be_in_it_and_unchanged(town, signed):
    folder, _ = signed
    claim = town.claim("11 killed")
    verdict = verify_publication(folder, claims=(claim,))
    (proven,) = verdict.proven
    found = town.record.log.find_unit(claim)
    assert found is not None
    assert (proven.subject, proven.graph, proven.digest) == (claim, claim, found.unit.digest())
    assert proven.lines == found.unit.lines
    steps = [bytes.fromhex(step) for step in proven.path]
    root = merkle.follow(bytes.fromhex(proven.digest), proven.leaf, verdict.units, steps)
    assert root is not None
    assert root.hex() == verdict.root


def test_a_claim_that_is_not_in_it_is_not_proven(town, target):
    whisper = next(found.unit.subject for found in town.record.log.iter_sealed() if "/claim/" in found.unit.subject)
    with pytest.raises(NotFound, match=whisper):
        verify_publication(target, claims=(whisper,))


def test_the_checkpoint_carries_the_head_of_the_log(town, target):
    checkpoint = json.loads((target / "integrity" / "checkpoint.json").read_bytes())
    assert (checkpoint["head"], checkpoint["entry"]) == (town.record.log.head, town.record.log.number)
    public = [found.unit.digest() for found in town.record.log.iter_units()]
    data = (target / "integrity" / "units.bin").read_bytes()
    assert sorted(data[at : at + 32].hex() for at in range(0, len(data), 32)) == sorted(public)


def test_what_is_no_publication_is_told_so(tmp_path):
    with pytest.raises(Unusable, match="holds no publication"):
        verify_publication(tmp_path)


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "key.pem"
    made = Signer.make(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Signer.load(path).public == made.public
    with pytest.raises(Unusable, match="exists already"):
        Signer.make(path)
    path.write_text("no key")
    with pytest.raises(Unusable, match="cannot be read"):
        Signer.load(path)
    with pytest.raises(Unusable, match="no such key"):
        Signer.load(tmp_path / "none")


def test_an_empty_record_can_be_published(tmp_path):
    from tests.town import Town

    town = Town(tmp_path)
    publish(town.root, tmp_path / "out", settings=Settings())
    assert verify_publication(tmp_path / "out").units == 0

import hashlib
import json

import pytest

from kg.errors import Unusable
from kg.iris import canonical_json
from kg.log import Record
from kg.log.chain import hash_content


def test_a_record_is_opened_as_it_was_made(tmp_path, operations):
    made = operations.create(tmp_path / "data")
    opened = Record.open(tmp_path / "data")
    assert (opened.base, opened.about) == (operations.BASE, made.about)
    assert opened.log.verify() == []


def test_a_folder_without_a_record_is_told_with_its_remedy(tmp_path):
    for root in (tmp_path, tmp_path / "absent"):
        with pytest.raises(Unusable, match=r"holds no record\. Remedy: make one with `averment init`"):
            Record.open(root)


def test_a_file_is_no_folder_for_a_record(tmp_path, operations):
    (tmp_path / "file").write_text("x")
    for command in (Record.open, operations.create):
        with pytest.raises(Unusable, match="is not a folder"):
            command(tmp_path / "file")


def test_a_record_of_another_format_is_left_alone(tmp_path, operations):
    operations.create(tmp_path / "data")
    path = tmp_path / "data/record.json"
    content = json.loads(path.read_bytes()) | {"format": 2}
    path.write_bytes(canonical_json(content | {"hash": hash_content(content)}) + b"\n")
    with pytest.raises(Unusable, match=r"format 2, this program reads format 1\. Remedy: use the version"):
        Record.open(tmp_path / "data")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"not json", b'{"format":1}', b"\xff"])
def test_a_record_file_that_says_nothing_is_unusable(tmp_path, operations, data):
    operations.create(tmp_path / "data")
    (tmp_path / "data/record.json").write_bytes(data)
    with pytest.raises(Unusable, match=r"record\.json"):
        Record.open(tmp_path / "data")


def test_a_record_is_not_made_where_something_is_already(tmp_path, operations):
    operations.create(tmp_path / "data")
    with pytest.raises(Unusable, match="holds a record already"):
        operations.create(tmp_path / "data")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/letter.txt").write_text("x")
    with pytest.raises(Unusable, match=r"is not empty, it holds letter\.txt"):
        operations.create(tmp_path / "other")


def test_making_a_record_can_be_interrupted_at_any_step_and_tried_again(tmp_path, operations):
    class Stopped(operations.Disk):
        def step(self, what, path):
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt

    for steps in range(100):
        disk = Stopped()
        disk.left = steps
        root = tmp_path / str(steps)
        try:
            operations.create(root, disk)
            break
        except KeyboardInterrupt:
            if not (root / "record.json").exists():
                operations.create(root)
            assert Record.open(root).log.verify() == []
    assert 10 < steps < 99


def test_private_folders_can_be_read_by_their_owner_only(record):
    for folder in record.layout.private_folders():
        assert folder.stat().st_mode & 0o077 == 0
    assert record.layout.secret.stat().st_mode & 0o077 == 0


def test_a_capture_is_kept_once_under_its_hash(record):
    name = record.keep_capture(b"a page")
    assert name == hashlib.sha256(b"a page").hexdigest()
    assert record.keep_capture(b"a page") == name
    assert record.read_capture(name) == b"a page"
    assert record.read_capture("0" * 64) is None


def test_a_capture_whose_bytes_changed_is_not_shown(record):
    name = record.keep_capture(b"a page")
    (record.layout.captures / name).write_bytes(b"another page")
    with pytest.raises(Unusable, match="its bytes have changed"):
        record.read_capture(name)
    assert [damage.file for damage in record.log.verify()] == [f"captures/{name}"]


def test_a_capture_is_named_by_a_hash_only(record):
    with pytest.raises(ValueError, match="not a SHA-256"):
        record.read_capture("../record.json")

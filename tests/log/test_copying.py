"""A copy that is made while others record holds some whole entry; made again, it holds no more and no less."""

import shutil

import pytest

from kg.errors import Unusable
from kg.log import Record, copying
from kg.log.copying import copy_log
from kg.log.layout import Layout
from kg.log.verify import verify

LATER = "2021-01-01T00:00:00Z"


def damages(folder):
    return [str(each) for each in verify(Layout(folder), apart=True)]


def meanwhile(monkeypatch, number, act):
    """Have something done before a copy takes its file of that number."""
    take, seen = copying._take, []

    def taking(*args, **options):
        seen.append(args)
        if len(seen) == number:
            act()
        return take(*args, **options)

    monkeypatch.setattr(copying, "_take", taking)
    return seen


def record_another(root, operations, name):
    log = Record.open(root).log
    with log.begin(ingestion=f"{operations.BASE}ingestion/{name}", recorded=LATER, recorder="A. Coder") as staging:
        staging.add(operations.make_unit(f"claim/{name}", name), claim=True)
        staging.commit()


def test_whatever_is_recorded_meanwhile_the_copy_is_a_whole_entry(record, operations, tmp_path, monkeypatch):
    root = record.layout.root
    copy_log(root, tmp_path / "first")
    files = len([path for path in (tmp_path / "first").rglob("*") if path.is_file()])
    for number in range(1, files):
        with monkeypatch.context() as patched:
            seen = meanwhile(patched, number, lambda name=number: record_another(root, operations, f"m{name}"))
            copied = copy_log(root, tmp_path / f"copy-{number}")
        assert len(seen) >= number
        assert (damages(tmp_path / f"copy-{number}"), copied.entry) == ([], number)
    assert copy_log(root, tmp_path / "first").entry == files


def test_what_is_withdrawn_meanwhile_is_in_no_file_of_the_copy(record, operations, tmp_path, monkeypatch):
    root, copy, keys = record.layout.root, tmp_path / "copy", tmp_path / "keys"
    seen = meanwhile(monkeypatch, 12, lambda: operations.withdraw_both(root))
    assert copy_log(root, copy, keys=keys).entry == 2
    assert len(seen) > 12
    assert (damages(copy), operations.holds(copy, operations.HOT_WORDS)) == ([], [])


def test_made_again_it_copies_what_is_new_and_destroys_what_was_withdrawn(record, operations, tmp_path):
    root, copy, keys = record.layout.root, tmp_path / "copy", tmp_path / "keys"
    assert copy_log(root, copy, keys=keys).written > 10
    assert operations.holds(copy, operations.HOT_WORDS) != []
    assert (copy_log(root, copy, keys=keys).written, copy_log(root, copy, keys=keys).destroyed) == (0, 0)
    operations.withdraw_both(root)
    again = copy_log(root, copy, keys=keys)
    assert (again.entry, again.destroyed) == (2, 4)  # a segment and its checksum; a key and what it opens
    assert (damages(copy), operations.holds(copy, operations.HOT_WORDS)) == ([], [])


def test_put_together_a_copy_and_its_keys_are_the_record(record, operations, tmp_path):
    copy_log(record.layout.root, tmp_path / "copy", keys=tmp_path / "keys")
    assert operations.holds(tmp_path / "copy", operations.SECRET_WORDS) == []
    assert not (tmp_path / "copy" / "keys").exists()
    restored = shutil.copytree(tmp_path / "copy", tmp_path / "restored")
    shutil.copytree(tmp_path / "keys", restored, dirs_exist_ok=True)
    assert verify(Layout(restored)) == []
    one, other = (
        list(Record.open(root).log.iter_units(include_sealed=True)) for root in (record.layout.root, restored)
    )
    assert one == other


def test_a_folder_that_holds_something_else_is_left_alone(record, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("kept")
    with pytest.raises(Unusable, match="holds something else than a copy of this record"):
        copy_log(record.layout.root, tmp_path / "other")
    with pytest.raises(Unusable, match="is a record that is worked with"):
        copy_log(record.layout.root, record.layout.root)
    assert (tmp_path / "other" / "letter.txt").read_text() == "kept"

import os
from pathlib import Path

import pytest

from kg.errors import Refused, Unusable
from kg.log import Access, Record
from kg.terms import Iri


def test_what_was_recorded_is_read_back_unit_by_unit(record, operations):
    back = {each.unit: each.access for each in record.log.iter_units(include_sealed=True)}
    about = operations.make_unit("ingestion/a", f"recorded {operations.WHEN}")
    assert back == {**dict(operations.batch()), about: Access.PUBLIC}


def test_sealed_and_restricted_units_are_read_only_where_that_is_asked(record):
    assert {each.access for each in record.log.iter_units()} == {Access.PUBLIC}


def test_an_entry_counts_units_and_claims_and_cuts_segments_by_claims(record):
    (entry,) = record.log.entries()
    assert [(tree.units, tree.claims) for tree in entry.segments] == [(5, 5), (5, 5), (3, 2)]
    assert (entry.sealed.units, entry.sealed.claims) == (2, 1)
    assert (entry.units, entry.claims) == (15, 13)


def test_a_segment_is_cut_by_size_too(record, operations):
    with record.log.begin(
        ingestion=Iri("i:b"), recorded=operations.LATER, recorder="B", bytes_per_segment=500
    ) as staging:
        for number in range(6):
            staging.add(operations.make_unit(f"set/{number}"))
        entry = staging.commit()
    assert sum(tree.units for tree in entry.segments) == 6
    assert len(entry.segments) > 1


def test_two_recordings_with_one_seed_are_the_same_bytes(record, tmp_path, operations):
    operations.prepare_recorded(tmp_path / "second")
    assert operations.files_of(tmp_path / "second") == operations.files_of(record.layout.root)


def test_two_recordings_with_random_seeds_share_no_commitment(tmp_path, operations):
    leaves = []
    for name in ("one", "two"):
        operations.create(tmp_path / name)
        operations.record_batch(tmp_path / name, seed=None)
        data = (tmp_path / name / "log/commitments/00000001-0001.bin").read_bytes()
        leaves.append({data[start : start + 32] for start in range(0, len(data), 32)})
    assert not leaves[0] & leaves[1]


def test_the_seed_is_gone_after_the_commit(record, operations):
    assert list(record.layout.staging.iterdir()) == []
    assert operations.holds(record.layout.root, operations.SEED.hex()) == []


def test_entries_after_and_up_to_a_number_are_read_alone(record, operations):
    with record.log.begin(ingestion=Iri("i:b"), recorded=operations.LATER, recorder="B") as staging:
        staging.add(operations.make_unit("claim/late"))
        staging.commit()
    assert [each.unit.subject for each in record.log.iter_units(after=1)] == [f"{operations.BASE}claim/late"]
    assert {each.entry for each in record.log.iter_units(upto=1)} == {1}


def test_an_exception_leaves_the_log_as_it_was(record, operations):
    before = operations.files_of(record.layout.root)

    def refuse():
        with record.log.begin(ingestion=Iri("i:b"), recorded=operations.LATER, recorder="B") as staging:
            staging.add(operations.make_unit("claim/late"))
            raise Refused([])

    with pytest.raises(Refused):
        refuse()
    assert operations.files_of(record.layout.root) == before


def test_a_recording_that_is_never_committed_leaves_the_log_as_it_was(record, operations):
    before = operations.files_of(record.layout.root)
    with record.log.begin(ingestion=Iri("i:b"), recorded=operations.LATER, recorder="B") as staging:
        staging.add(operations.make_unit("claim/late"), access=Access.SEALED)
    assert operations.files_of(record.layout.root) == before


def test_an_ingestion_is_recorded_once(record, operations):
    assert record.log.has_ingestion(f"{operations.BASE}ingestion/a")
    before = operations.files_of(record.layout.root)
    with pytest.raises(Unusable, match="recorded already, as entry 1"):
        operations.record_batch(record.layout.root)
    assert operations.files_of(record.layout.root) == before


def test_a_recording_without_a_unit_is_refused(record, operations):
    with (
        record.log.begin(ingestion=Iri("i:b"), recorded=operations.LATER, recorder="B") as staging,
        pytest.raises(ValueError, match="without a single unit"),
    ):
        staging.commit()


def test_an_instant_that_is_none_is_refused(record):
    with (
        pytest.raises(ValueError, match="not an instant"),
        record.log.begin(ingestion=Iri("i:b"), recorded="yesterday", recorder="B"),
    ):
        pass


def test_a_second_writer_is_told_which_process_is_recording(record, operations):
    with (
        record.log.begin(ingestion=Iri("i:b"), recorded=operations.LATER, recorder="B"),
        pytest.raises(Unusable, match=rf"another process \(pid {os.getpid()}\) is recording"),
    ):
        operations.withdraw_both(record.layout.root)


def test_a_reader_sees_what_another_process_commits_after_a_refresh(record, operations):
    reader = Record.open(record.layout.root).log
    with record.log.begin(ingestion=Iri("i:b"), recorded=operations.LATER, recorder="B") as staging:
        staging.add(operations.make_unit("claim/late"))
        staging.commit()
    assert reader.number == 1
    reader.refresh()
    assert reader.head == record.log.head


def test_a_full_disk_is_told_with_its_remedy_and_the_next_try_carries_on(tmp_path, operations):
    operations.create(tmp_path / "data")

    class Full(operations.Disk):
        def _write_all(self, handle, data):
            if Path(f"/proc/self/fd/{handle}").readlink().name == "00000001-0002.nq.zst.part":
                raise OSError(28, "No space left on device")
            super()._write_all(handle, data)

    with pytest.raises(Unusable, match=r"0002\.nq\.zst.*No space left on device.*free some space"):
        operations.record_batch(tmp_path / "data", Full())
    operations.record_batch(tmp_path / "data")
    operations.prepare_recorded(tmp_path / "other")
    assert operations.files_of(tmp_path / "data") == operations.files_of(tmp_path / "other")


def test_a_read_only_file_system_is_told_with_its_remedy(record, operations, monkeypatch):
    def refuse(path, *_):
        raise OSError(30, "Read-only file system", path)

    monkeypatch.setattr("kg.log.disk.os.open", refuse)
    with pytest.raises(Unusable, match=r"cannot be written: Read-only file system\. Remedy: .*mount it for writing"):
        record.log.recover()


def test_a_log_that_lost_its_last_entry_is_not_written_to(record, operations):
    record.layout.commit(1).unlink()
    log = Record.open(record.layout.root).log
    with pytest.raises(Unusable, match=r"stood at entry 1.*put the missing entries back"):
        log.recover()

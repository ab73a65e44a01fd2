import pytest

from kg.errors import NotFound, Unusable
from kg.log import Record

OTHER_DAY = "2021-01-01T00:00:00Z"


def test_sealed_words_are_in_no_byte_of_the_log(record, operations):
    assert operations.holds(record.layout.root, operations.SECRET_WORDS) == []
    assert operations.holds(record.layout.root, "claim/sealed") == []
    assert operations.holds(record.layout.root, "kept from most") == []
    assert operations.holds(record.layout.root, operations.HOT_WORDS) != []


def test_after_a_withdrawal_words_and_name_are_in_no_file_and_the_chain_verifies(record, operations):
    operations.withdraw_both(record.layout.root)
    root = record.layout.root
    assert [operations.holds(root, words) for words in (operations.HOT_WORDS, "claim/hot", "claim/sealed")] == [[]] * 3
    log = Record.open(root).log
    assert log.verify() == []
    left = {each.unit.subject.rpartition("/")[2] for each in log.iter_units(include_sealed=True)}
    assert left == {*(f"{number:02}" for number in range(11)), "one", "a"}


def test_a_withdrawn_sealed_unit_has_no_key_and_no_box_left(record, operations):
    sealed = record.log.find_unit(f"{operations.BASE}claim/sealed", include_sealed=True)
    paths = record.layout.key(sealed.commitment), record.layout.box(sealed.commitment)
    assert all(path.exists() for path in paths)
    operations.withdraw_both(record.layout.root)
    assert not any(path.exists() for path in paths)


def test_the_entry_says_who_when_and_why_but_not_what(record, operations):
    operations.withdraw_both(record.layout.root)
    log = Record.open(record.layout.root).log
    entry = log.entries()[-1]
    assert (entry.kind, entry.recorded, entry.recorder, entry.reason) == (
        "withdrawal", operations.LATER, "A. Coder", "asked to"
    )  # fmt: skip
    assert {each.name for each in entry.withdrawn} == {
        log.keyed(f"{operations.BASE}{name}") for name in ("claim/hot", "claim/sealed")
    }


def test_a_withdrawn_subject_is_known_as_withdrawn_to_who_holds_the_key(record, operations):
    operations.withdraw_both(record.layout.root)
    log = Record.open(record.layout.root).log
    assert log.find_withdrawal(f"{operations.BASE}claim/hot").number == 2
    assert log.find_withdrawal(f"{operations.BASE}claim/00") is None
    record.layout.secret.unlink()
    with pytest.raises(Unusable, match="put the folder keys/ back"):
        Record.open(record.layout.root).log.find_withdrawal("x:y")


def test_nothing_is_withdrawn_where_one_subject_is_not_there_and_all_of_those_are_named(record, operations):
    operations.withdraw_both(record.layout.root)
    before = operations.files_of(record.layout.root)
    log = Record.open(record.layout.root).log
    wanted = [f"{operations.BASE}{name}" for name in ("claim/00", "claim/hot", "claim/none")]
    with pytest.raises(NotFound, match=r"claim/hot: withdrawn by entry 2\n.*claim/none: not in the log"):
        log.withdraw(wanted, reason="r", who="w", when=OTHER_DAY)
    assert operations.files_of(record.layout.root) == before


def test_a_segment_can_be_withdrawn_from_again_and_again_until_it_is_empty(record, operations):
    for number in range(5):
        record.log.withdraw(f"{operations.BASE}claim/{number:02}", reason="r", who="w", when=OTHER_DAY)
        assert record.log.verify() == []
    assert record.log.number == 6
    assert [path.name for path in sorted(record.layout.segments.glob("00000001-0001*"))] == [
        "00000001-0001.v6.nq.zst",
        "00000001-0001.v6.nq.zst.sha256",
    ]


def test_every_unit_of_a_subject_is_withdrawn_in_whichever_graph_it_is(record, operations):
    with record.log.begin(ingestion="i:b", recorded=OTHER_DAY, recorder="B") as staging:
        staging.add(operations.make_unit("claim/00", "again", graph="ingestion/b"))
        staging.add(operations.make_unit("claim/00", "once more", graph="ingestion/c"))
        staging.commit()
    assert len(record.log.find_units(f"{operations.BASE}claim/00")) == 3
    record.log.withdraw(f"{operations.BASE}claim/00", reason="r", who="w", when=OTHER_DAY)
    assert record.log.find_units(f"{operations.BASE}claim/00") == []
    assert record.log.verify() == []


def test_a_reader_that_opened_before_a_withdrawal_reads_on_without_the_unit(record, operations):
    reader = Record.open(record.layout.root).log
    operations.withdraw_both(record.layout.root)
    subjects = {each.unit.subject for each in reader.iter_units(include_sealed=True)}
    assert f"{operations.BASE}claim/00" in subjects
    assert not subjects & {f"{operations.BASE}claim/hot", f"{operations.BASE}claim/sealed"}


def test_the_salt_of_a_withdrawn_public_unit_is_blank(record, operations):
    hot = record.log.find_unit(f"{operations.BASE}claim/hot")
    operations.withdraw_both(record.layout.root)
    salts = record.layout.salt_list(hot.tree).read_bytes()
    blank = [leaf for leaf in range(len(salts) // 16) if not any(salts[leaf * 16 : leaf * 16 + 16])]
    assert blank == [hot.leaf]

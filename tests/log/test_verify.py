"""Whatever is changed, missing, added, cut, swapped or renamed in a log is found."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.log import Access, Record
from kg.terms import Iri


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small record that has everything: two ingestions, a restricted unit, and a withdrawal of a public one."""
    from log_operations import BASE, LATER, SEED, WHEN, create, make_unit

    root = tmp_path_factory.mktemp("small") / "data"
    log = create(root).log
    for name in ("a", "b"):
        with log.begin(ingestion=Iri(f"{BASE}i/{name}"), recorded=WHEN, recorder="C", seed=SEED) as staging:
            staging.add(make_unit(f"c/{name}", "one", lines=1), claim=True)
            staging.add(make_unit(f"d/{name}", "two", lines=1), claim=True)
            staging.add(make_unit(f"e/{name}", "three", lines=1), access=Access.RESTRICTED)
            staging.commit()
    log.withdraw(f"{BASE}d/a", reason="r", who="C", when=LATER)
    Record.open(root).keep_capture(b"some page")
    return root


@pytest.fixture
def copy(small, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(small, root)
    return root


def verify(root):
    """What verification says, also of a log that is too damaged to be opened."""
    from kg.log.layout import Layout
    from kg.log.verify import verify as check

    return check(Layout(root))


def checked_files(root):
    return sorted(path for path in root.rglob("*") if path.is_file() and path.name != "lock")


def test_a_record_that_nobody_touched_has_no_damage(copy):
    assert verify(copy) == []


@pytest.mark.long
def test_every_single_flipped_byte_is_found_and_its_file_named(copy):
    missed = []
    for path in checked_files(copy):
        data = path.read_bytes()
        for place in range(len(data)):
            path.write_bytes(data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :])
            # A key is told by the box it no longer opens, a salt by the segment with the unit it no longer fits.
            if not any(path.name.partition(".")[0] in damage.file for damage in verify(copy)):
                missed.append((path, place))
        path.write_bytes(data)
    assert missed == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.data())
def test_any_change_to_any_file_is_found(copy, data):
    path = data.draw(st.sampled_from(checked_files(copy)))
    before = path.read_bytes()
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    after = before[:start] + data.draw(st.binary(max_size=4)) + before[end:]
    path.write_bytes(after)
    damages = verify(copy)
    path.write_bytes(before)
    assert bool(damages) == (after != before)


def test_every_missing_file_is_found_and_named(copy):
    for path in checked_files(copy):
        data = path.read_bytes()
        path.unlink()
        found = {damage.file for damage in verify(copy)}
        path.write_bytes(data)
        if path.parent.name != "captures":
            assert str(path.relative_to(copy)) in found


def test_every_file_cut_short_is_found(copy):
    for path in checked_files(copy):
        data = path.read_bytes()
        for length in (0, len(data) // 2, len(data) - 1):
            path.write_bytes(data[:length])
            assert verify(copy) != [], (path, length)
        path.write_bytes(data)


def test_any_two_files_of_a_folder_swapped_are_found(copy):
    files = [path for path in checked_files(copy) if path.parent != copy]
    pairs = [(one, two) for one in files for two in files if one < two and one.parent == two.parent]
    assert len(pairs) > 10
    for one, two in pairs:
        first, second = one.read_bytes(), two.read_bytes()
        one.write_bytes(second)
        two.write_bytes(first)
        assert verify(copy) != [], (one, two)
        one.write_bytes(first)
        two.write_bytes(second)


def test_a_renamed_segment_is_missing_and_a_stranger(copy):
    path = copy / "log/segments/00000002-0001.nq.zst"
    path.rename(path.with_name("00000002-0002.nq.zst"))
    told = {damage.file: damage.what for damage in verify(copy)}
    assert told["log/segments/00000002-0001.nq.zst"] == "it is missing"
    assert told["log/segments/00000002-0002.nq.zst"] == "no entry of the log names this file"


@pytest.mark.parametrize("folder", ["log", "log/commits", "log/segments", "log/commitments", "salts", "sealed", "keys"])
def test_a_file_that_no_entry_names_is_found(copy, folder):
    (copy / folder / "stranger").write_bytes(b"x")
    assert [damage.file for damage in verify(copy)] == [f"{folder}/stranger"]


def test_a_log_cut_back_to_an_earlier_entry_is_found_by_what_was_written_down_beside_it(copy):
    (copy / "log/commits/00000003.json").unlink()
    for path in copy.glob("*/*/00000003*"):
        path.unlink()
    assert "head.json" in {damage.file for damage in verify(copy)}


def test_entries_in_another_order_do_not_follow_each_other(copy):
    one, two = (copy / f"log/commits/0000000{number}.json" for number in (1, 2))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert {damage.what for damage in verify(copy) if damage.file.endswith("1.json")} >= {"it holds entry 2, not 1"}


def test_a_segment_rewritten_with_its_checksum_is_found_by_its_commitments(copy):
    from kg.log.segments import checksum_line, compress, read_lines

    path = copy / "log/segments/00000002-0001.nq.zst"
    lines = [line.replace("one", "two") for line in read_lines(path)]
    data = compress("".join(f"{line}\n" for line in lines).encode())
    path.write_bytes(data)
    path.with_name(path.name + ".sha256").write_bytes(checksum_line(path.name, data))
    assert [damage.place.split(",")[0] for damage in verify(copy)] == ["unit 1"]


def test_a_chain_forged_in_the_middle_breaks_at_the_next_entry(copy):
    from dataclasses import replace

    from kg.log.chain import from_bytes, to_bytes, with_hash

    path = copy / "log/commits/00000001.json"
    path.write_bytes(to_bytes(with_hash(replace(from_bytes(path.read_bytes()), recorder="someone else"))))
    assert [damage.file for damage in verify(copy)] == ["log/commits/00000002.json"]


def test_a_key_that_came_back_after_a_withdrawal_is_found(copy):
    log = Record.open(copy).log
    unit = next(each for each in log.iter_units(include_sealed=True) if each.access is Access.RESTRICTED)
    key = log.layout.key(unit.commitment)
    before = key.read_bytes()
    log.withdraw(unit.unit.subject, reason="r", who="C", when="2021-01-01T00:00:00Z")
    key.write_bytes(before)
    assert [damage.file for damage in verify(copy)] == [f"keys/{unit.commitment}.key"]


def test_progress_counts_every_tree_and_ends_with_all(copy):
    seen = []
    Record.open(copy).log.verify(progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_damaged_segment_is_refused_by_the_reader_too(copy):
    from kg.errors import Unusable

    path = copy / "log/segments/00000002-0001.nq.zst"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(Unusable, match=r"00000002-0001.*averment verify"):
        list(Record.open(copy).log.iter_units())


def test_lines_out_of_order_are_found_even_where_every_unit_is_whole(tmp_path, operations):
    from kg.log.segments import checksum_line, compress, read_lines

    log = operations.create(tmp_path / "data").log
    with log.begin(ingestion="i:a", recorded=operations.WHEN, recorder="C") as staging:
        for graph in ("g", "h"):
            staging.add(operations.make_unit("agent/a", graph, graph=graph, lines=2))
        staging.commit()
    path = tmp_path / "data/log/segments/00000001-0001.nq.zst"
    lines = sorted(read_lines(path), key=lambda line: line.rsplit(" ", 2)[1])
    data = compress("".join(f"{line}\n" for line in lines).encode())
    path.write_bytes(data)
    path.with_name(path.name + ".sha256").write_bytes(checksum_line(path.name, data))
    assert [damage.place for damage in log.verify()] == ["line 3"]

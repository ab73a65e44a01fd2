"""A reader who follows small additions: each version is as it was, and the files are looked at once for all of them."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest

from kg.store.tables import Tables
from tests.town import Town, case, killed, occurred


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path)
    town.add(case(killed("9")))
    return town


def count(view):
    return view.rows("SELECT count(*) FROM claims WHERE kind = 'claim'")[0][0]


def schemas(view):
    return {name for (name,) in view.rows("SELECT schema_name FROM duckdb_schemas()") if name.startswith("v")}


def test_a_version_stays_as_it_was_when_the_next_one_comes(town):
    reader = town.open()
    first = reader.view()
    town.add(case(killed("11")))
    second = reader.view()
    town.add(case(occurred()))
    assert [count(view) for view in (first, second, reader.view())] == [1, 2, 3]
    assert len(first.records("SELECT iri FROM claims WHERE kind = 'claim'")) == 1
    assert second.arrow("SELECT iri FROM claims WHERE kind = 'claim'").num_rows == 2


def test_versions_with_the_same_files_stand_in_one_database_until_nobody_reads_them(town):
    reader = town.open()
    views = []
    for number in range(20, 24):
        town.add(case(killed(str(number))))
        views.append(reader.view())
    assert len(schemas(views[-1])) == 4
    del views[:]
    gc.collect()
    town.add(case(occurred()))
    assert len(schemas(reader.view())) == 2  # the reader held the last but one until it saw this one


def test_new_files_are_read_in_a_new_database(town, monkeypatch):
    monkeypatch.setattr("kg.store.tables.write._RECENT", 60)
    reader, seen = town.open(), []
    for number in range(20, 26):
        town.add(case(killed(str(number))))
        seen.append((reader.view().manifest.recent is None, count(reader.view())))
    assert {is_delta for is_delta, _ in seen} == {True, False}
    assert [claims for _, claims in seen] == [2, 3, 4, 5, 6, 7]


def test_what_was_removed_is_not_among_the_recent_rows(town):
    town.add(case(killed("11")))
    tables = Tables.open(town.root / "tables")
    eleven = town.claim("11 killed")
    tables.remove([eleven], entry=3)
    assert count(tables.shelf().newest()) == 1


def test_the_newest_version_equals_the_tables_opened_by_themselves(town):
    reader = town.open()
    reader.view()
    town.add(case(killed("12", revises=town.claim("9 killed")), killed("9", stance="denies", who="vane")))
    with Tables.open(town.root / "tables").connect() as alone:
        for name in ("claims", "counts", "propositions", "concerns", "agents", "recordings"):
            assert sorted(reader.view().rows(f"FROM {name}"), key=repr) == sorted(alone.rows(f"FROM {name}"), key=repr)


def test_threads_ask_one_version_at_once(town):
    reader = town.open()
    town.add(case(killed("11")))
    view = reader.view()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: count(view), range(24)))
    assert set(found) == {2}


def test_a_version_reads_no_file_but_those_of_the_tables(town, tmp_path):
    town.add(case(killed("11")))
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(Exception, match="Permission"):
        town.open().view().rows(f"FROM read_csv('{secret}')")

import gzip
import json
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from kg.errors import Refused
from kg.intake.tables import load_mapping, write_sideline
from kg.intake.tables.fragments import Places
from kg.sentences import place_words
from tests.intake.tables.town import BASE, GOOD, HEADER, MAPPING, read, read_file, reasons, write

CELLS = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))


def read_as(tmp_path, name, *, more=""):
    mapping = MAPPING.replace("file: incidents.csv", f"file: {name}{more}")
    path = tmp_path / "mapping.yaml"
    path.write_text(mapping, encoding="utf-8")
    return read_file(load_mapping(path, base=BASE), tmp_path)


def write_csv(tmp_path, name, pack):
    data = f"{HEADER}\n{GOOD}\n".encode()
    (tmp_path / name).write_bytes(pack(data))


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.csv", bytes),
        ("a.csv.gz", gzip.compress),
        ("a.csv.zst", zstandard.ZstdCompressor().compress),
        ("a.tsv", lambda data: data.replace(b",", b"\t")),
    ],
)
def test_the_same_row_gives_the_same_claims_however_it_is_packed(tmp_path, name, pack):
    write_csv(tmp_path, name, pack)
    assert set(read_as(tmp_path, name).claims) == set(read(tmp_path, GOOD).claims)


# Where columns have no numbers: those of the two claims of a row.
NAMED = ("column=day&column=id&column=least&column=most", "column=id&column=position")


@pytest.mark.parametrize(("name", "fragment"), [("a.jsonl", "line=1"), ("a.json", "/town/rows/0")])
def test_json_gives_the_same_claims_and_a_place_of_its_own(tmp_path, name, fragment):
    text = json.dumps(CELLS) if name == "a.jsonl" else json.dumps({"town": {"rows": [CELLS]}})
    (tmp_path / name).write_text(text, encoding="utf-8")
    more = "\n    path: /town/rows" if name == "a.json" else ""
    reading = read_as(tmp_path, name, more=more)
    assert set(reading.claims) == set(read(tmp_path, GOOD).claims)
    assert {place[2] for place in reading.places} == {f"{fragment}&{columns}" for columns in NAMED}


def test_parquet_gives_the_same_claims_and_a_place_of_its_own(tmp_path):
    pq.write_table(pa.table({name: [text] for name, text in CELLS.items()}), tmp_path / "a.parquet")
    reading = read_as(tmp_path, "a.parquet")
    assert set(reading.claims) == set(read(tmp_path, GOOD).claims)
    assert {place[2] for place in reading.places} == {f"row=1&{columns}" for columns in NAMED}


def test_columns_are_named_so_that_no_name_is_read_as_another_place_and_none_of_a_joined_table():
    places = Places("jsonl", "", "", {}, ("before.",))
    fragment = places.fragment(3, ["killed & hurt", "before.killed", "place.lat", "line=4"])
    assert fragment == "line=3&column=killed%20%26%20hurt&column=line%3D4&column=place.lat"
    assert place_words(fragment) == "line 3, columns killed & hurt, line=4, place.lat"


def make_workbook(tmp_path, *rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Town"
    for row in (HEADER.split(","), *rows):
        sheet.append(row)
    book.create_sheet("Notes")
    book.save(tmp_path / "a.xlsx")


def test_a_workbook_names_its_sheet_in_the_fragment(tmp_path):
    make_workbook(tmp_path, [1, "M1", "2020-03-01", 2, 5, "final", "non_credible"])
    reading = read_as(tmp_path, "a.xlsx", more="\n    sheet: Town")
    assert set(reading.claims) == set(read(tmp_path, GOOD).claims)
    assert all(place[2].startswith("sheet=Town&cell=2,") for place in reading.places)


def test_a_workbook_of_two_sheets_needs_one_named(tmp_path):
    make_workbook(tmp_path)
    with pytest.raises(Refused, match="2 sheets and none is named"):
        read_as(tmp_path, "a.xlsx")


def test_a_formula_without_its_value_or_that_failed_is_refused_with_its_column(tmp_path):
    make_workbook(tmp_path, [1, "M1", "2020-03-01", "=1+1", 5, "final", ""], [2, "M2", "", "#REF!", 5, "final", ""])
    reading = read_as(tmp_path, "a.xlsx", more="\n    sheet: Town")
    told = {(row, column) for row, column, _ in reasons(reading)}
    assert {(2, "least"), (3, "least")} <= told
    assert {problem.file for problem in reading.problems()} == {f"{tmp_path / 'a.xlsx'}, sheet Town"}


def test_a_workbook_damaged_inside_is_refused_and_told_at_its_row(tmp_path):
    make_workbook(tmp_path, *([number, "M1", "", 2, 5, "final", ""] for number in range(1, 9)))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet[: sheet.index(b'<row r="6"')] + b"<"
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as damaged:
        for name, data in parts.items():
            damaged.writestr(name, data)
    with pytest.raises(Refused, match="cannot be read from here on") as refused:
        read_as(tmp_path, "a.xlsx", more="\n    sheet: Town")
    assert [(problem.line, bool(problem.remedy)) for problem in refused.value.problems] == [(6, True)]


def write_parquet(tmp_path, rows, *, size):
    table = pa.table({name: [text] * rows for name, text in CELLS.items()})
    pq.write_table(table, tmp_path / "a.parquet", compression="none", use_dictionary=False, row_group_size=size)
    return (tmp_path / "a.parquet").read_bytes()


def test_a_parquet_file_damaged_inside_is_refused_and_told_at_its_row(tmp_path):
    whole = write_parquet(tmp_path, 8192, size=4096)
    second = pq.ParquetFile(tmp_path / "a.parquet").metadata.row_group(1).column(0).data_page_offset
    (tmp_path / "a.parquet").write_bytes(whole[:second] + bytes(40) + whole[second + 40 :])
    with pytest.raises(Refused, match="cannot be read from here on, it is damaged") as refused:
        read_as(tmp_path, "a.parquet")
    assert [(problem.line, bool(problem.remedy)) for problem in refused.value.problems] == [(4097, True)]


def test_bytes_of_a_parquet_file_that_are_no_utf8_are_told_with_row_and_column(tmp_path):
    whole = write_parquet(tmp_path, 1, size=1)
    (tmp_path / "a.parquet").write_bytes(whole.replace(b"final", b"fin\xe9l"))
    ((row, column, reason), *_) = reasons(read_as(tmp_path, "a.parquet"))
    assert (row, column) == (1, "grade")
    assert "not in the encoding" in reason


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_packed_file_cut_short_is_refused(tmp_path, pack):
    name = "a.csv.gz" if pack is gzip.compress else "a.csv.zst"
    write_csv(tmp_path, name, lambda data: pack(data)[:-6])
    with pytest.raises(Refused, match="cut short"):
        read_as(tmp_path, name)


def test_a_csv_cut_within_quotes_is_told_at_its_row(tmp_path):
    (found,) = reasons(read(tmp_path, GOOD, '2,"M2,2020'))
    assert found[0] == 3
    assert "cut short" in found[2]


@pytest.mark.parametrize("line", ['2,"M2,2020', '2,M2,"2020-03-01"x,1,2,final,', '2,"M2,2020-03-01,1,2,final,"x'])
def test_a_quotation_mark_amiss_refuses_its_line_and_what_follows_is_read(tmp_path, line):
    others = [f'{number},"M{number}",2020-03-01,1,2,final,' for number in range(3, 9)]
    reading = read(tmp_path, GOOD, line, *others)
    ((problem),) = reading.problems()
    assert (problem.line, problem.value) == (3, line)
    assert (reading.read, reading.taken, len(reading.refused)) == (8, 7, 1)


def test_a_csv_in_utf16_cut_within_a_sign_is_refused_and_told_at_its_row(tmp_path):
    (tmp_path / "a.csv").write_bytes(f"{HEADER}\n{GOOD}\n2,M2".encode("utf-16")[:-1])
    with pytest.raises(Refused, match="cannot be read from here on") as refused:
        read_as(tmp_path, "a.csv", more="\n    encoding: utf-16")
    assert [bool(problem.line and problem.remedy) for problem in refused.value.problems] == [True]


def test_bytes_that_are_no_utf8_are_told_with_row_and_column(tmp_path):
    path = write(tmp_path, GOOD)
    (tmp_path / "incidents.csv").write_bytes(f"{HEADER}\n{GOOD}\n".encode() + b"2,M\xe92,2020-03-01,1,2,final,\n")
    ((row, column, reason), *_) = reasons(read_file(load_mapping(path, base=BASE), tmp_path))
    assert (row, column) == (3, "code")
    assert "encoding" in reason


def test_a_row_with_too_few_cells_is_refused(tmp_path):
    assert "3 cells, the header 7" in reasons(read(tmp_path, GOOD, "2,M2,2020-01-01"))[0][2]


def test_columns_that_are_missing_are_all_named(tmp_path):
    with pytest.raises(Refused) as error:
        read(tmp_path, "1,M1", header="id,code")
    assert [each.field for each in error.value.problems] == ["day", "grade", "least", "most", "position"]


def test_columns_without_a_name_may_be_there_as_long_as_they_hold_nothing(tmp_path):
    reading = read(tmp_path, f"{GOOD},,", ",,,,,,,,", f"{GOOD.replace('1,M1', '2,M2')},,stray", header=f"{HEADER},,")
    assert (reading.read, reading.taken) == (2, 1)
    assert reasons(reading) == [(4, "column 9", "its column has no name in the header")]
    assert [problem.value for problem in reading.problems()] == ["stray"]
    side = write_sideline(reading, tmp_path)
    assert side.read_text(encoding="utf-8").splitlines()[1].startswith("2,M2,")


def test_what_stands_above_the_header_is_not_read(tmp_path):
    mapping = MAPPING.replace("file: incidents.csv", "file: incidents.csv\n    header: 3")
    reading = read(tmp_path, ",,", HEADER, GOOD, header="The log of Merrow", mapping=mapping)
    assert set(reading.claims) == set(read(tmp_path, GOOD).claims)
    assert {place[1] for place in reading.places} == {4}


def test_a_header_that_is_said_to_stand_where_nothing_does_is_refused(tmp_path):
    mapping = MAPPING.replace("file: incidents.csv", "file: incidents.csv\n    header: 9")
    with pytest.raises(Refused) as error:
        read(tmp_path, GOOD, mapping=mapping)
    assert [(each.line, each.reason) for each in error.value.problems] == [(9, "the table is empty")]


def test_a_workbook_may_have_a_title_above_its_header_and_columns_without_a_name(tmp_path):
    book = openpyxl.Workbook()
    for line in (["The log of Merrow"], [], [*HEADER.split(","), None], [*GOOD.split(",")[:3], 2, 5, "final", None]):
        book.active.append(line)
    book.active["H9"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    reading = read_as(tmp_path, "a.xlsx", more="\n    header: 3")
    assert reading.taken == 1
    assert reasons(reading)[0] == (9, "column 8", "a formula whose value was never saved")


def test_cells_beyond_the_header_are_told_with_what_they_hold(tmp_path):
    assert "8 cells, the header 7, beyond it 'more'" in reasons(read(tmp_path, GOOD + ",more"))[0][2]

"""The bytes behind a case are those it names, or it is refused."""

import hashlib

import pytest

from tests.intake.merrow import CAPTURE, CASE, SHA256, batch, case, only, problems

DOCUMENT = CASE["documents"]["gazette-1"]


def with_capture(*captures, **options):
    return case(documents={"gazette-1": {**DOCUMENT, "captures": list(captures)}}, claims=[], **options)


def told(folder, content, **options):
    problem = only(problems(folder, content, **options))
    return problem.field.removeprefix("documents.gazette-1.captures[0]."), problem.reason


def test_a_capture_is_known_by_hash_and_length_and_described(tmp_path):
    about = {"media_type": "text/plain", "captured": "2031-05-03T10:00:00Z", "by": "watch", "tool": "wget"}
    where = {"archived_at": "https://archive.example/1"}
    content = with_capture({"sha256": SHA256, "length": 439, **about, **where})
    [capture] = [each for each in batch(tmp_path, content).entities if hasattr(each, "media_type")]
    assert (capture.length, capture.encoding, capture.captured) == (439, "utf-8", "2031-05-03T10:00:00Z")


def test_a_file_beside_the_case_file_is_read_and_hashed(tmp_path):
    (tmp_path / "article.txt").write_bytes(CAPTURE)
    found = batch(tmp_path, with_capture({"file": "article.txt"}), capture=False)
    assert found.captures == {SHA256: CAPTURE}


def test_the_only_capture_needs_no_hash_where_its_bytes_are_given(tmp_path):
    assert batch(tmp_path, with_capture({"media_type": "text/plain"})).captures == {SHA256: CAPTURE}


def test_a_capture_of_no_bytes_no_hash_and_no_file_is_refused(tmp_path):
    field, reason = told(tmp_path, with_capture({"tool": "wget"}), capture=False)
    assert (field, reason) == ("sha256", "missing: nothing says which bytes these are")


@pytest.mark.parametrize(
    ("entry", "field", "reason"),
    [
        ({"file": "none.txt"}, "file", "the file cannot be read: No such file or directory"),
        ({"file": "../other.txt"}, "file", "the file does not lie beside the case file"),
        ({"file": "kept.txt", "sha256": "0" * 64}, "sha256", f"kept.txt has another SHA-256, {SHA256}, and 439 bytes"),
        ({"file": "kept.txt", "length": 9}, "length", "the bytes at hand are 439"),
        ({"sha256": SHA256}, "length", "missing, and the bytes are not at hand"),
        ({"sha256": "0" * 63, "length": 9}, "sha256", "not of the form that this field needs"),
        ({"file": "kept.txt", "encoding": "ascii"}, "encoding", "the bytes are not ascii: byte 127 cannot be read"),
        ({"file": "kept.txt", "encoding": "zlib"}, "encoding", "no encoding of text is known by this name"),
        ({"file": "kept.txt", "encoding": "utf-99"}, "encoding", "no encoding of text is known by this name"),
        ({"file": "kept.txt", "captured": "yesterday"}, "captured", None),
        ({"file": "kept.txt", "archived_at": "https://a b"}, "archived_at", None),
    ],
)
def test_a_capture_at_odds_with_its_bytes_is_refused(tmp_path, entry, field, reason):
    (tmp_path.parent / "other.txt").write_bytes(CAPTURE)
    found = told(tmp_path, with_capture(entry), capture=False)
    assert found[0] == field
    assert reason in (None, found[1])


def test_a_given_file_that_matches_no_capture_is_refused_with_those_there_are(tmp_path):
    other = tmp_path / "other.txt"
    other.write_bytes(b"something else")
    problem = only(problems(tmp_path, with_capture({"sha256": SHA256, "length": 439}), captures=[other]))
    assert (problem.file, problem.value) == (str(other), hashlib.sha256(b"something else").hexdigest())
    assert problem.remedy == f"give the bytes that were captured: {SHA256} (439 bytes, gazette-1)"


def test_a_given_file_whose_line_ends_were_changed_is_recognised(tmp_path):
    other = tmp_path / "other.txt"
    other.write_bytes(CAPTURE.replace(b"\n", b"\r\n"))
    problem = only(problems(tmp_path, with_capture({"sha256": SHA256, "length": 439}), captures=[other]))
    assert "with other line ends or a final line end it would" in problem.reason


def test_a_given_file_that_cannot_be_read_is_refused_by_name(tmp_path):
    problem = only(problems(tmp_path, with_capture(), captures=[tmp_path / "none.txt"]))
    assert str(problem).startswith(f"{tmp_path}/none.txt: the capture cannot be read: No such file")


def test_the_same_bytes_are_one_capture(tmp_path):
    entry = {"sha256": SHA256, "length": 439}
    problem = only(problems(tmp_path, with_capture(entry, entry)))
    assert problem.reason.startswith("the capture on line ")


def test_a_photograph_is_a_capture_without_text(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    content = with_capture({"file": "photo.jpg", "media_type": "image/jpeg"})
    assert problems(tmp_path, content, capture=False) == []


def test_the_ingestion_is_the_same_with_and_without_the_bytes(tmp_path):
    assert batch(tmp_path, with_capture({"sha256": SHA256, "length": 439})).ingestion == (
        batch(tmp_path, with_capture({"sha256": SHA256, "length": 439}), capture=False).ingestion
    )

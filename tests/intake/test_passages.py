"""A passage is found, or refused with where it may be; offsets are held against the bytes at hand."""

import hashlib

import pytest

from kg.intake.quotes import find_nearest
from tests.intake.merrow import CAPTURE, CASE, SHA256, TEXT, batch, case, occurrence, only, problems, with_claims

WORDS = "12 people were killed"
START = TEXT.index(WORDS)
END = START + len(WORDS)
HASH = hashlib.sha256(WORDS.encode()).hexdigest()


def at(passage, **changes):
    return with_claims(occurrence(passage=passage), **changes)


def told(folder, passage, **options):
    problem = only(problems(folder, at(passage), **options))
    return problem.field.removeprefix("claims[0].passage."), problem.reason, problem.remedy


def test_a_quote_is_looked_up_and_hashed(tmp_path):
    [passage] = [each for each in batch(tmp_path, at({"quote": WORDS})).entities if hasattr(each, "start")]
    assert (passage.start, passage.end, passage.sha256) == (START, END, HASH)


def test_quote_and_offsets_give_the_same_batch(tmp_path):
    by_quote = batch(tmp_path, at({"quote": WORDS}))
    by_offsets = batch(tmp_path, at({"start": START, "end": END, "sha256": HASH}), capture=False)
    assert by_quote.claims == by_offsets.claims
    assert set(by_quote.captures) == {SHA256}
    assert by_offsets.captures == {}


def test_offsets_count_code_points_not_bytes(tmp_path):
    quote = "graves,” said"
    assert TEXT.index(quote) != CAPTURE.index(quote.encode())
    [passage] = [each for each in batch(tmp_path, at({"quote": quote})).entities if hasattr(each, "start")]
    assert passage.start == TEXT.index(quote)


def test_several_passages_may_carry_one_claim(tmp_path):
    [claim] = batch(tmp_path, at([{"quote": WORDS}, {"quote": "The market reopened"}])).claims
    assert len(claim.passages) == 2


def test_a_quote_found_twice_is_refused_with_both_places(tmp_path):
    field, reason, remedy = told(tmp_path, {"quote": "Ona Pell"})
    first, second = TEXT.index("Ona Pell"), TEXT.rindex("Ona Pell")
    assert field == "quote"
    assert reason.startswith(f"found 2 times in the capture: {first}–{first + 8} (line 3): ")
    assert f"; {second}–{second + 8} (line 7): [Ona Pell] answered" in reason
    assert remedy == "quote more of the words around it, or give start and end beside it"


def test_a_quote_found_twice_stands_with_offsets_beside_it(tmp_path):
    start = TEXT.rindex("Ona Pell")
    assert problems(tmp_path, at({"quote": "Ona Pell", "start": start, "end": start + 8})) == []


@pytest.mark.parametrize(
    ("quote", "differs"),
    [
        ('"We counted twelve graves,"', "typographic quotation marks, hyphens or invisible characters"),
        ("12  people were\nkilled", "white space"),
        ("the coast guard", "capital letters"),
        ("twelve graves were made", "not there: made"),
    ],
)
def test_a_quote_not_found_is_refused_with_the_nearest_place_and_what_differs(tmp_path, quote, differs):
    _, reason, remedy = told(tmp_path, {"quote": quote})
    assert reason.startswith("not found in the capture; the nearest is ")
    assert reason.endswith(f"; what differs: {differs}")
    near = find_nearest(TEXT, quote)
    assert remedy == f"quote it as it stands there, or give start: {near.start}, end: {near.end}"


def test_a_quote_that_is_like_nothing_is_refused(tmp_path):
    assert told(tmp_path, {"quote": "Zanzibar"})[1] == "not found in the capture, nor anything like it"


@pytest.mark.parametrize(
    ("passage", "field", "reason"),
    [
        ({"start": 9, "end": 9}, "end", "it does not come after start, 9"),
        ({"start": 9, "end": 4}, "end", "it does not come after start, 9"),
        ({"start": 0, "end": len(TEXT) + 1}, "end", f"past the end of the capture, which has {len(TEXT)} characters"),
        ({"start": 0}, "end", "missing"),
        ({"end": 4}, "start", "missing"),
        ({"start": -1, "end": 4}, "start", "less than 0"),
        ({"start": START, "end": END, "sha256": "0" * 64}, "sha256", "another hash than that of the words at"),
        (
            {"start": START, "end": END, "quote": "13 people"},
            "quote",
            f"not what stands at {START}–{END}: there stands",
        ),
        ({"capture": "0" * 64, "quote": WORDS}, "capture", "no document of this file has this capture"),
    ],
)
def test_a_passage_at_odds_with_the_capture_is_refused(tmp_path, passage, field, reason):
    found = told(tmp_path, passage)
    assert found[0] == field
    assert found[1].startswith(reason)


def test_a_wrong_hash_is_told_with_the_right_one_and_the_words(tmp_path):
    _, reason, remedy = told(tmp_path, {"start": START, "end": END, "sha256": "0" * 64})
    assert f"[{WORDS}]" in reason
    assert remedy.endswith(HASH)


@pytest.mark.parametrize(
    ("passage", "field", "reason"),
    [
        ({"start": START, "end": END}, "sha256", "missing, and the capture is not at hand"),
        ({"quote": WORDS}, "quote", "it cannot be looked up: the capture is not at hand"),
        ({"start": 0, "end": 440, "sha256": HASH}, "end", "past the end of the capture, which has 439 bytes"),
        ({"start": 0, "end": 4, "quote": WORDS}, "quote", "not what stands at 0–4: it has 21 characters, the span 4"),
    ],
)
def test_without_the_bytes_a_passage_needs_offsets_and_hash(tmp_path, passage, field, reason):
    assert told(tmp_path, passage, capture=False)[:2] == (field, reason)


def test_without_the_bytes_a_quote_beside_its_offsets_gives_the_hash(tmp_path):
    passage = {"start": START, "end": END, "quote": WORDS}
    without, whole = batch(tmp_path, at(passage), capture=False), batch(tmp_path, at(passage))
    assert without.claims == whole.claims


def test_where_a_document_has_several_captures_the_passage_says_which(tmp_path):
    kept = [*CASE["documents"]["gazette-1"]["captures"], {"sha256": "1" * 64, "length": 9}]
    documents = {"gazette-1": {**CASE["documents"]["gazette-1"], "captures": kept}}
    problem = only(problems(tmp_path, at({"quote": WORDS}, documents=documents)))
    assert problem.reason == "the passage may be in any of several captures"
    assert problems(tmp_path, at({"quote": WORDS, "capture": SHA256}, documents=documents)) == []
    assert problems(tmp_path, at({"quote": WORDS}, documents=documents, defaults={"passage_capture": SHA256})) == []


def test_a_passage_where_nothing_was_captured_is_refused(tmp_path):
    problem = only(
        problems(tmp_path, at({"quote": WORDS}, documents={"gazette-1": {"publisher": "gazette"}}), capture=False)
    )
    assert problem.reason == "document gazette-1 describes no capture to find a passage in"


def test_the_same_passage_of_two_claims_is_one_passage(tmp_path):
    content = case(claims=[{**each, "passage": {"quote": WORDS}} for each in CASE["claims"]])
    assert len([each for each in batch(tmp_path, content).entities if hasattr(each, "start")]) == 1

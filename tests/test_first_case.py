"""The first case, as it ships: its numbers, its voices, every offset against the bytes, no sentence copied."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from kg import resources
from kg.errors import Refused
from kg.intake import read_case
from kg.log import Record
from kg.pipeline import record_batch
from kg.record import OpenRecord
from kg.terms import DEFAULT_BASE, avc
from tests.town import WHEN

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT.parent / "shared" / "seed" / "voa-2019-04-25-raqqa.txt"
CASE = next(path for path in resources.iter_cases() if path.name == "raqqa-2017-voa.yaml")
needs_article = pytest.mark.skipif(not SEED.exists(), reason="the article's bytes are not beside the project")

# What no passage covers, by offset: who said it, and the words that join one quotation to the next.
CONNECTIVE = [
    (74, 83), (579, 630), (810, 870), (912, 917), (941, 994), (1047, 1052), (1483, 1493), (1774, 1805), (1915, 1932),
    (2011, 2051), (2290, 2295), (2519, 2524), (2578, 2609), (2635, 2640), (2713, 2742), (2785, 2790), (2833, 2918),
    (3165, 3174), (3212, 3218), (3276, 3281), (3353, 3366), (3499, 3504), (3532, 3559),
]  # fmt: skip


@pytest.fixture(scope="module")
def content():
    return YAML(typ="safe").load(CASE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    root = tmp_path_factory.mktemp("first") / "data"
    made = Record.create(root, base=DEFAULT_BASE, created=WHEN)
    captures = [SEED] if SEED.exists() else []
    batch = read_case(CASE, base=DEFAULT_BASE, captures=captures, recorded=WHEN, software="averment test")
    record_batch(root, made, batch)
    return OpenRecord.open(root)


def read(path, *captures):
    return read_case(path, base=DEFAULT_BASE, captures=captures, recorded=WHEN, software="averment test")


def passages_of(content):
    """Every passage that is written anywhere in the case."""
    if isinstance(content, dict):
        if {"start", "end"} <= content.keys():
            yield content
        for value in content.values():
            yield from passages_of(value)
    elif isinstance(content, list):
        for value in content:
            yield from passages_of(value)


# --- what it holds ----------------------------------------------------------------------------------------------------


def test_it_has_the_numbers_it_is_known_by(record):
    counts = record.counts()
    names = ("claims", "relays", "events", "agents", "documents", "captures", "sets")
    assert {name: counts[name] for name in names} == {
        "claims": 61, "relays": 54, "events": 3, "agents": 17, "documents": 1, "captures": 1, "sets": 10,
    }  # fmt: skip


def test_every_kind_and_stance_is_where_it_should_be(record):
    rows = record.view().rows("SELECT proposition_kind, stance, count(*) FROM claims WHERE kind = 'claim' GROUP BY ALL")
    assert {(kind, stance): number for kind, stance, number in rows} == {
        ("Assessment", "asserts"): 5,
        ("Characterisation", "asserts"): 22,
        ("Comparison", "asserts"): 2,
        ("Count", "asserts"): 10,
        ("Method", "asserts"): 2,
        ("Partition", "asserts"): 2,
        ("Request", "asks"): 4,
        ("Responsibility", "asserts"): 3,
        ("Statement", "asserts"): 10,
        ("Timing", "asserts"): 1,
    }


def test_the_totals_on_the_deaths_stand_beside_each_other_with_their_voices(record):
    rows = record.view().rows(
        """SELECT a.label, n.at_least, n.at_most, c.wording, c.said FROM claims c JOIN counts n USING (proposition)
           JOIN agents a ON a.iri = c.voice WHERE c.kind = 'claim' AND n.measure = ? ORDER BY n.at_least""",
        [avc("killed")],
    )
    assert rows == [
        ("US-led Coalition", 318, 318, "318 killed", "../2019-04-25"),
        ("Amnesty International", 641, 641, "641 deaths", "../2019-04-25"),
        ("Amnesty International", 1001, None, "more than one thousand of the victims", "../2019-04-25"),
        ("Amnesty International and Airwars jointly", 1601, None, "more than 1,600 civilians", "2019-04-25"),
    ]


def test_the_headline_is_a_relay_that_gives_its_own_version(record):
    rows = record.view().rows(
        """SELECT c.wording, n.at_least, n.at_most FROM claims c JOIN counts n ON n.proposition = c.renders"""
    )
    assert rows == [("Killed 1,600 Civilians", 1600, 1600)]


def test_what_is_handed_on_twice_has_both_voices_between_it_and_the_reader(record):
    rows = record.view().rows(
        "SELECT a.label FROM claims c JOIN agents a ON a.iri = c.voice WHERE c.kind = 'claim' AND c.iri IN "
        "(SELECT root FROM claims WHERE depth = 2) ORDER BY a.label"
    )
    assert [label for (label,) in rows] == ["US forces", "US-led Coalition"]


def test_the_parts_of_what_was_handed_over_sum_to_the_whole(record):
    rows = record.view().rows(
        """SELECT p.whole, sum(n.at_least), any_value(w.at_least) FROM partitions p JOIN counts n ON n."over" = p.part
           JOIN counts w ON w."over" = p.whole GROUP BY ALL"""
    )
    assert rows == [(f"{DEFAULT_BASE}set/raqqa-amnesty-submitted", 86, 86)]


def test_every_code_it_uses_is_declared(record):
    from kg.codes import load_codes, load_schemes

    used = {line for found in record._record.log.iter_units() for line in found.unit.lines if f"<{avc('')}" in line}
    names = {part[1:-1] for line in used for part in line.split(" ") if part.startswith(f"<{avc('')}")}
    assert len(names) > 60
    assert names <= load_codes().keys() | load_schemes().keys()


# --- against the bytes ------------------------------------------------------------------------------------------------


@needs_article
def test_every_passage_holds_the_words_its_hash_says(content):
    text = SEED.read_bytes().decode()
    found = list(passages_of(content))
    assert len(found) > 60
    for passage in found:
        words = text[passage["start"] : passage["end"]]
        assert hashlib.sha256(words.encode()).hexdigest() == passage["sha256"], passage
        assert words == words.strip(), passage


@needs_article
def test_every_wording_is_found_in_its_passage(content):
    text = SEED.read_bytes().decode()
    for claim in content["claims"]:
        words = (claim.get("wording") or {}).get("en")
        spans = list(passages_of(claim.get("passage")))
        if words and spans:
            assert any(words.lower() in text[span["start"] : span["end"]].lower() for span in spans), claim["id"]


@needs_article
def test_all_that_is_said_is_covered_by_some_passage(content):
    text = SEED.read_bytes().decode()
    covered = Counter(place for span in passages_of(content) for place in range(span["start"], span["end"]))
    left, start = [], 0
    for place in range(len(text) + 1):
        if place == len(text) or place in covered:
            if text[start:place].strip(" \n.,“”\"'"):
                left.append((start, place))
            start = place + 1
    assert [span for span in left if not any(a <= span[0] and span[1] <= b + 1 for a, b in CONNECTIVE)] == []


@needs_article
def test_a_capture_with_one_byte_changed_is_refused(tmp_path):
    changed = tmp_path / "article.txt"
    changed.write_bytes(SEED.read_bytes().replace(b"1,600", b"1,601", 1))
    with pytest.raises(Refused, match="its SHA-256 is that of no capture"):
        read(CASE, changed)


@needs_article
@pytest.mark.parametrize(("old", "new"), [("start: 1379", "start: 1380"), ("end: 2352", "end: 2351")])
def test_an_offset_that_is_off_by_one_is_refused(tmp_path, old, new):
    changed = tmp_path / "case.yaml"
    changed.write_text(CASE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read(changed, SEED)
    (problem,) = caught.value.problems
    assert "sha256" in problem.field or "sha256" in str(problem).lower()
    assert problem.line > 0


@needs_article
def test_no_sentence_of_the_article_is_copied_into_the_project():
    text = SEED.read_bytes().decode()
    ends = [place for place, char in enumerate(text) if char in ".\n"]
    sentences = [text[a + 1 : b].strip(" \n\"'“”") for a, b in zip([-1, *ends], [*ends, len(text)], strict=True)]
    title = sentences[0]
    long = [sentence for sentence in sentences if len(sentence) > 60 and sentence != title]
    assert len(long) > 10
    folders = ("kg", "ontology", "shapes", "tests", "docs", "webui")
    files = [path for name in folders for path in (ROOT / name).rglob("*") if _is_ours(path)]
    files += ROOT.glob("*.md")
    assert len(files) > 100
    copied = []
    for path in files:
        own = " ".join(path.read_text(encoding="utf-8", errors="replace").split())
        copied += [f"{path}: {sentence[:20]}…" for sentence in long if " ".join(sentence.split()) in own]
    assert copied == []


def _is_ours(path: Path) -> bool:
    parts = {"node_modules", "__pycache__", "vendor", "build"}
    return path.is_file() and not parts & set(path.parts) and path.suffix not in {".png", ".pyc", ".woff2", ".zst"}

"""The made-up records whose truth is known: recovered exactly where all is declared, within the bounds elsewhere."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from kg.analysis.origins.trace import derive_origin_rows, find_origins
from kg.store.tables import Tables
from tests.analysis.origin_case import Case
from tests.analysis.truth.make import choose_stories, draw_few, to_files
from tests.generator.entries import make_units
from tests.generator.stories import NOTHING, iter_stories

TRUTH = Path(__file__).parent / "truth"


def rows_of(name):
    with (TRUTH / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_case(rows) -> Case:
    """A case from rows of the published table."""
    case = Case()
    for row in rows:
        kind = "JointVoice" if row["members"] else "Organisation"
        case.agent(row["voice"], kind, owner=row["owner"], members=row["members"].split())
        case.document(row["document"], publisher=row["publisher"], copies=row["copies"].split())
        more = {"document": row["document"], "at_hand": row["read_there"] == "True", "said": row["said"]}
        more["consulted"] = row["consulted"].split()
        if row["kind"] == "relay":
            case.relay(row["saying"], row["voice"], row["relays"], **more)
        else:
            grounds = "" if row["grounds"] == "not-stated" else row["grounds"]
            more |= {"stance": row["stance"], "question": row["question"]}
            case.claim(row["saying"], row["voice"], grounds=grounds, **more)
    return case


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """Stories in the tables, and a view of them."""
    stories = list(iter_stories(60, seed=7, unknown=0.2, draw=draw_few))
    tables = Tables.open(tmp_path_factory.mktemp("tables"))
    tables.append(make_units(1, [beat for story in stories for beat in story.beats]), entry=1)
    with tables.connect() as view:
        yield stories, view


def test_the_published_set_is_recovered():
    events = defaultdict(list)
    for row in rows_of("sayings.csv"):
        events[row["event"]].append(row)
    truth = rows_of("truth.csv")
    assert len(truth) == len(events) == 48
    for row in truth:
        found = read_case(events[row["event"]]).trace()
        origins = int(row["origins"])
        assert found.reports == int(row["reports"])
        assert found.at_least <= origins <= found.at_most
        assert bool(found.circles) == (row["circular"] == "True")
        if row["declared"] == "True":
            assert found.at_least == origins == found.at_most


def test_the_published_set_is_what_the_generator_makes():
    for name, text in to_files(choose_stories()).items():
        assert (TRUTH / name).read_text(encoding="utf-8") == text


def test_the_published_set_has_every_kind_of_thread():
    sayings, truth = rows_of("sayings.csv"), rows_of("truth.csv")
    assert all(any(row[name] for row in sayings) for name in ("owner", "members", "copies", "relays", "consulted"))
    assert {row["circular"] for row in truth if row["declared"] == "True"} == {"True", "False"}
    assert {"0", "1", "2", "3"} <= {row["origins"] for row in truth}


def test_an_event_in_the_tables_is_recovered(record):
    stories, view = record
    for story in stories:
        found = find_origins(view, story.event, kind="event")
        assert found.exact
        assert found.reports == story.truth.reports
        assert found.at_least <= story.truth.origins <= found.at_most
        assert bool(found.circles) == story.truth.circular
        if story.truth.declared:
            assert found.at_least == found.at_most


def test_each_question_is_recovered_by_the_rows_for_the_derived_graph(record):
    stories, view = record
    for story in stories[:20]:
        rows = {row.subject: row for row in derive_origin_rows(view, story.event)}
        assert rows.pop(story.event).kind == "event"
        assert set(rows) == set(story.by_question)
        for question, truth in story.by_question.items():
            row = rows[question]
            assert row.reports == truth.reports
            assert row.at_least <= truth.origins <= row.at_most
            assert bool(row.circular) == truth.circular


def test_a_question_alone_gives_the_same_as_among_its_event(record):
    stories, view = record
    for story in stories[:10]:
        for question in story.by_question:
            alone = find_origins(view, question, kind="question")
            [row] = [row for row in derive_origin_rows(view, story.event) if row.subject == question]
            assert (alone.reports, alone.at_least, alone.at_most) == (row.reports, row.at_least, row.at_most)
            assert alone.claims == row.claims


def test_a_story_is_the_same_each_time_it_is_told():
    assert list(iter_stories(5, seed=3)) == list(iter_stories(5, seed=3))
    assert list(iter_stories(5, seed=3)) != list(iter_stories(5, seed=4))


def test_the_truth_of_an_event_is_that_of_its_questions():
    for story in iter_stories(40, seed=9, draw=draw_few):
        assert sum(story.by_question.values(), NOTHING) == story.truth

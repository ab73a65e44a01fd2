import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.log.segments import (
    build_segment,
    checksum_line,
    draft_unit,
    has_subject,
    join_drafts,
    order_drafts,
    read_lines,
    split_units,
)
from kg.terms import Iri
from kg.units import Unit

NAMES = st.text("ab/0>"[:-1], min_size=1, max_size=4)
# What a literal may hold unescaped, line separators that only Python takes for line ends included.
WORDS = st.text(st.characters(blacklist_characters='"\\\n\r', blacklist_categories=["Cs"]), max_size=8)


@st.composite
def units(draw):
    subject, graph = Iri(f"x:{draw(NAMES)}"), Iri(f"x:{draw(NAMES)}")
    words = draw(st.lists(WORDS, min_size=1, max_size=3))
    return Unit(subject, graph, tuple(sorted({f'<{subject}> <x:p> "{word}" <{graph}> .' for word in words})))


BATCHES = st.lists(units(), max_size=12, unique_by=lambda unit: (unit.subject, unit.graph))


def write(folder, batch, seed=b"seed"):
    ordered = order_drafts(draft_unit(unit) for unit in batch)
    segment = build_segment(ordered, join_drafts(ordered), seed=seed)
    path = folder / "s.nq.zst"
    path.write_bytes(segment.data)
    (folder / "s.nq.zst.sha256").write_bytes(checksum_line(path.name, segment.data))
    return path, segment


@given(batch=BATCHES)
def test_units_come_back_the_same_in_order_of_subject_and_graph(tmp_path_factory, batch):
    path, segment = write(tmp_path_factory.mktemp("s"), batch)
    lines = read_lines(path)
    assert lines == sorted(lines)
    back = list(split_units(lines))
    assert back == sorted(batch, key=lambda unit: (f"<{unit.subject}> ", unit.graph))
    assert segment.units == len(batch)


@given(batch=BATCHES, shuffled=st.randoms(use_true_random=False))
def test_the_order_in_which_units_come_changes_no_byte(tmp_path_factory, batch, shuffled):
    folder = tmp_path_factory.mktemp("s")
    _, first = write(folder, batch)
    shuffled.shuffle(batch)
    _, second = write(folder, [*batch, *batch[:1]])
    assert first == second


def test_another_seed_gives_other_commitments_to_the_same_lines(tmp_path, operations):
    batch = [operations.make_unit("a", "text")]
    _, first = write(tmp_path, batch, b"one")
    _, second = write(tmp_path, batch, b"two")
    assert first.data == second.data
    assert first.commitments != second.commitments


def test_one_subject_with_two_contents_in_one_graph_is_refused(operations):
    drafts = [draft_unit(operations.make_unit("a", text)) for text in ("one", "two")]
    with pytest.raises(ValueError, match=r"two different units of <\S+/a>"):
        order_drafts(drafts)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((), "needs lines"),
        (("<x:b> <x:p> <x:o> <x:g> .",), "not of x:a"),
        (("<x:a> <x:p> <x:o> <x:h> .",), "not of x:a in the graph x:g"),
        (("<x:a> <x:p> <x:o> <x:g> .", "<x:a> <x:p> <x:n> <x:g> ."), "not sorted"),
        (("<x:a> <x:p> <x:o> <x:g> .", "<x:a> <x:p> <x:o> <x:g> ."), "there twice"),
        (('<x:a> <x:p> "\n" <x:g> .',), "line end inside"),
        (('<x:a> <x:p> "\r" <x:g> .',), "line end inside"),
    ],
)
def test_a_unit_that_could_not_be_read_back_is_refused(lines, reason):
    with pytest.raises(ValueError, match=reason):
        draft_unit(Unit(Iri("x:a"), Iri("x:g"), lines))


def test_a_subject_with_a_bracket_is_refused():
    with pytest.raises(ValueError, match="without spaces or brackets"):
        draft_unit(Unit(Iri("x:a> <b"), Iri("x:g"), ("<x:a> <b> <x:p> <x:o> <x:g> .",)))


@given(held=st.sets(st.integers(0, 40)), sought=st.integers(0, 40), long=st.integers(0, 30))
def test_a_subject_is_found_where_a_line_begins_with_it_and_nowhere_else(held, sought, long):
    lines = sorted(f"<a:{number}> <b:{'x' * long}> <a:{sought}> <g:1> ." for number in held)
    assert has_subject("".join(f"{line}\n" for line in lines).encode(), f"<a:{sought}> ".encode()) == (sought in held)

"""However lines are spread over files, they come back sorted, each once, the lines of one subject together."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from kg.log import streams
from kg.publish.dumps import write_texts

QUADS = st.builds(
    lambda s, o: f"<a:{s}> <b:p> <c:{o}> <g:1> .".encode(),
    st.sampled_from(["", "1", "12", "!", "é"]),
    st.integers(0, 3),
)


def expected(lines):
    return b"".join(sorted(line + b"\n" for line in set(lines)))


@given(st.lists(st.tuples(st.lists(QUADS, min_size=1), st.integers(1, 4))))
def test_what_is_merged_is_what_sorting_gives(sources):
    chunked = []
    for lines, size in sources:
        subjects = streams.join_lines(lines)
        chunked.append(iter([subjects[at : at + size] for at in range(0, len(subjects), size)]))
    batches = list(streams.merge_subjects(chunked))
    merged = [subject for batch in batches for subject in batch]
    assert b"".join(subject.data for subject in merged) == expected(line for lines, _ in sources for line in lines)
    assert len({subject.start for subject in merged}) == len(merged)


@given(lines=st.lists(QUADS, min_size=1), size=st.integers(1, 90))
def test_sorted_lines_are_read_in_stretches_of_any_size(tmp_path_factory, lines, size):
    path = tmp_path_factory.mktemp("lines") / "sorted.zst"
    write_texts(path, [expected(lines)])
    with patch("kg.log.streams._MERGED", size):
        found = [subject for batch in streams.iter_subjects(path) for subject in batch]
    assert b"".join(subject.data for subject in found) == expected(lines)
    assert len({subject.start for subject in found}) == len(found)

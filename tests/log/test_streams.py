"""However lines are spread over files, they come back sorted, each once, the lines of one subject together."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from kg.log import streams
from kg.publish.dumps import write_sorted

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


@given(lines=st.lists(QUADS, min_size=1), held=st.integers(1, 5), size=st.integers(1, 90))
def test_lines_sorted_in_parts_and_read_in_stretches_of_any_size(tmp_path_factory, lines, held, size):
    folder = tmp_path_factory.mktemp("parts")
    with patch("kg.publish.dumps._MOST_HELD", held), patch("kg.log.streams._MERGED", size):
        write_sorted(folder / "sorted.zst", ([line.decode()] for line in lines), folder / "spare")
        found = [subject for batch in streams.iter_subjects(folder / "sorted.zst") for subject in batch]
    assert b"".join(subject.data for subject in found) == expected(lines)
    assert not (folder / "spare").exists()

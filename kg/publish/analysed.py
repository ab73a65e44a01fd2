"""The dump of what analysis finds, as it stands in the record's graph: it is not worked out once more."""

from itertools import chain
from pathlib import Path

from kg.analysis.derived.derive import analysis_graph
from kg.derive import derived_graph
from kg.publish.dumps import ZstdFile
from kg.publish.sorting import iter_sorted_lines
from kg.store.embedded import open_reader
from kg.terms import av

# What analysis says of single claims, which stands with the other simple facts about them.
STANDING = (av("supersededBy"), av("withdrawnBy"), av("leftBy"))


def write_analysed(graph: Path, path: Path, base: str) -> None:
    """Write what analysis finds from a record's graph, as sorted lines."""
    with ZstdFile(path) as output, open_reader(graph) as reader:
        single = (reader.lines_in(derived_graph(base), predicate=predicate) for predicate in STANDING)
        found = chain(reader.lines_in(analysis_graph(base)), *single)
        for line in iter_sorted_lines((f"{line}\n".encode() for line in found), path.parent):
            output.write(line)

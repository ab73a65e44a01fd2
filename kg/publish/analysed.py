"""The dump of what analysis finds, as it stands in the record's graph: it is not worked out once more."""

from itertools import chain
from pathlib import Path

from kg.analysis.derived.derive import analysis_graph
from kg.derive import derived_graph
from kg.publish.dumps import ZstdFile
from kg.store.embedded import open_reader
from kg.terms import av

# What analysis says of single claims, which stands with the other simple facts about them.
STANDING = (av("supersededBy"), av("withdrawnBy"), av("leftBy"))


def write_analysed(graph: Path, path: Path, base: str) -> None:
    """Write what analysis finds from a record's graph, in the order in which the graph has it."""
    with ZstdFile(path) as output, open_reader(graph) as reader:
        single = (reader.lines_in(derived_graph(base), predicate=predicate) for predicate in STANDING)
        for line in chain(reader.lines_in(analysis_graph(base)), *single):
            output.write(f"{line}\n".encode())

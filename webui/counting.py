"""Counts of claims by agent, as an agent's page names them: the most first, and never more names than can be read."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.reading import Reader, Ref, voices
from webui.source import Tables

MOST = 100


@dataclass(frozen=True, slots=True)
class Named:
    """Things with how many claims there are of each, and how many more things there are."""

    first: tuple[tuple[Ref, int], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Between:
    """Through whom a voice is heard, and whose claims it passes on."""

    heard: Named
    relayed: Named


def name_counts(reader: Reader, counts: Sequence[tuple[str, int]]) -> Named:
    """The first of some counts, each by its label."""
    shown = counts[:MOST]
    reader.labels.learn(iri for iri, _ in shown)
    return Named(tuple((reader.labels.ref(iri), count) for iri, count in shown), len(counts) - len(shown))


def find_between(record: Tables, agent: str) -> Between:
    """Who stands between a voice that says very much and its readers, out of the tables."""
    view = record.view()
    reader = Reader(view, record.base)
    heard, relayed = voices.count_all_heard(view, agent), voices.count_all_relayed(view, agent)
    return Between(name_counts(reader, heard), name_counts(reader, relayed))

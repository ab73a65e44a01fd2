"""Writes the published set beside this file: python tests/analysis/truth/make.py."""

import csv
import io
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from kg.model import Agent, Document, Relay
from tests.generator.stories import Beat, Story, iter_stories

HERE = Path(__file__).resolve().parent
SAYINGS = (
    "event", "saying", "kind", "stance", "question", "voice", "owner", "members", "document", "publisher", "copies",
    "read_there", "relays", "consulted", "grounds", "said",
)  # fmt: skip
TRUTH = ("event", "reports", "origins", "declared", "circular")


def draw_few(dice: random.Random) -> int:
    """How many threads an event has: one in half of them, and several more often than in `draw_threads`."""
    return min(int(dice.paretovariate(1.1)), 600)


def choose_stories() -> list[Story]:
    """Forty-eight small events, the first half of them with every end declared."""
    made = iter_stories(100, seed=2031, unknown=0.0, draw=draw_few)
    declared = [story for story in made if len(story.beats) <= 20][:24]
    later = list(iter_stories(300, seed=2031, unknown=0.5, draw=draw_few))[100:]
    return [*declared, *[one for one in later if not one.truth.declared and len(one.beats) <= 20][:24]]


def to_files(stories: Sequence[Story]) -> dict[str, str]:
    """The text of each file by its name."""
    names: dict[str, str] = {}
    rows = [_to_row(names, story, beat) for story in stories for beat in story.beats]
    truth = [(_key(s.event), *(getattr(s.truth, name) for name in TRUTH[1:])) for s in stories]
    return {"sayings.csv": _to_csv(SAYINGS, rows), "truth.csv": _to_csv(TRUTH, truth)}


def _to_row(names: dict[str, str], story: Story, beat: Beat) -> tuple[object, ...]:
    said = beat.said
    name = names.setdefault(beat.iri, f"s{len(names) + 1}")
    things = {thing.iri: thing for thing in beat.things}
    who, document = things[said.voice], next(thing for thing in beat.things if isinstance(thing, Document))
    assert isinstance(who, Agent)
    relay = isinstance(said, Relay)
    question = "" if relay else names.setdefault(beat.question, f"q{len(names) + 1}")
    return (
        _key(story.event), name, "relay" if relay else "claim", "" if relay else said.stance.value, question,
        _key(said.voice), _key(who.owner), _keys(who.members), _key(document.iri), _key(document.publisher),
        _keys(document.copies), bool(said.passages), names[said.relays] if relay else "", _keys(said.consulted),
        "" if relay else _keys(said.grounds), said.said,
    )  # fmt: skip


def _key(iri: str | None) -> str:
    return (iri or "").rsplit("/", 1)[-1]


def _keys(iris: Iterable[str]) -> str:
    return " ".join(map(_key, iris))


def _to_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    for name, text in to_files(choose_stories()).items():
        (HERE / name).write_text(text, encoding="utf-8")

"""What the data hold is counted beside what strangers ask; until it is, what was counted last is told."""

import json
import threading
from types import SimpleNamespace

import pytest

from kg.earlier import Preparing
from kg.errors import Unusable
from webui.holding import Counting


class Slow:
    """A service whose snapshot can be changed, and which answers when it is let."""

    def __init__(self):
        self.entry, self.asked, self.let, self.fails = 1, 0, threading.Event(), False

    def newest(self):
        return SimpleNamespace(identity=f"snapshot-{self.entry}", entry=self.entry)

    def ask_apart(self, query, standing):
        self.asked += 1
        assert self.let.wait(10)
        if self.fails:
            raise Unusable("it cannot be counted")
        names = [name for name in NAMES if f"?{name} " in query.partition("WHERE")[0].replace(")", " ")]
        row = {name: {"value": "7" if name in NUMBERS else f"urn:{name}"} for name in names}
        return json.dumps({"head": {"vars": names}, "results": {"bindings": [row]}})


NUMBERS = ("triples", "subjects", "count")
NAMES = ("class", "p", *NUMBERS)


def test_until_it_is_counted_that_is_told_and_it_is_counted_once():
    service = Slow()
    counting = Counting(service)
    for _ in range(3):
        with pytest.raises(Preparing, match="is being counted"):
            counting.find(seconds=0.01)
    assert (counting.find_soon(seconds=0), service.asked) == (None, 1)
    service.let.set()
    held = counting.find(seconds=10)
    assert (held.entry, held.triples, held.classes) == (1, 7, (("urn:class", 7),))
    assert counting.find(seconds=0) is held
    assert service.asked == 4


def test_what_was_counted_last_is_told_with_its_entry_while_more_is_counted():
    service = Slow()
    service.let.set()
    counting = Counting(service)
    assert counting.find(seconds=10).entry == 1
    service.let.clear()
    service.entry = 2
    assert counting.find(seconds=0.01).entry == 1
    service.let.set()
    assert counting.find(seconds=10).entry == 2


def test_what_keeps_it_from_being_counted_is_told_and_not_tried_again_of_the_same_snapshot():
    service = Slow()
    service.fails = True
    service.let.set()
    counting = Counting(service)
    for _ in range(2):
        with pytest.raises(Unusable, match="cannot be counted"):
            counting.find(seconds=10)
    assert service.asked == 1
    service.entry, service.fails = 2, False
    assert counting.find(seconds=10).entry == 2

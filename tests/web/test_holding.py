"""What the data hold is counted beside what strangers ask; until it is, what was counted last is told."""

import json
import re
import threading
from types import SimpleNamespace

import pytest

from kg.earlier import Preparing
from kg.errors import Unusable
from kg.terms import RDF_TYPE
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
        names = re.match(r"SELECT (DISTINCT )?([^{]*?) WHERE", query.replace("\n", " "))[2]
        names = re.findall(r"\?(\w+)", names)
        row = {name: {"value": VALUES[name]} for name in names}
        return json.dumps({"head": {"vars": names}, "results": {"bindings": [row]}})


VALUES = {"class": "urn:class", "kind": "urn:class", "p": RDF_TYPE, "which": "urn:class", "count": "7"}


def test_until_it_is_counted_that_is_told_and_it_is_counted_once():
    service = Slow()
    counting = Counting(service)
    for _ in range(3):
        with pytest.raises(Preparing, match="is being counted"):
            counting.find(seconds=0.01)
    assert (counting.find_soon(seconds=0), service.asked) == (None, 2)
    service.let.set()
    held = counting.find(seconds=10)
    assert (held.entry, held.holdings.triples, held.holdings.classes) == (1, 7, (("urn:class", 7),))
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
    assert service.asked == 2
    service.entry, service.fails = 2, False
    assert counting.find(seconds=10).entry == 2


def test_what_was_counted_is_known_at_the_next_start_and_counted_anew_of_another_snapshot(tmp_path):
    service = Slow()
    service.let.set()
    held = Counting(service, root=tmp_path).find(seconds=10)
    again = Slow()
    assert Counting(again, root=tmp_path).find(seconds=0) == held
    assert again.asked == 0
    again.entry = 2
    counting = Counting(again, root=tmp_path)
    assert counting.find(seconds=0.01).entry == 1
    again.let.set()
    assert counting.find(seconds=10).entry == 2


@pytest.mark.parametrize("kept", ["", "{}", '{"identity": "snapshot-1", "entry": 1, "holdings": {"triples": 1}}'])
def test_what_another_version_has_kept_is_counted_anew(tmp_path, kept):
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "holdings.json").write_text(kept)
    service = Slow()
    service.let.set()
    assert Counting(service, root=tmp_path).find(seconds=10).holdings.triples == 7


def test_what_was_counted_while_the_snapshot_was_replaced_is_not_kept(tmp_path):
    service = Slow()
    counting = Counting(service, root=tmp_path)
    counting.find_soon(seconds=0)
    service.entry = 2
    threading.Timer(0.1, service.let.set).start()
    assert counting.find(seconds=10).entry == 1
    assert not (tmp_path / "made" / "holdings.json").exists()

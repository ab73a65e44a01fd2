"""Sayings over time, as the server draws them."""

from itertools import permutations

from webui.timelines import Bar, sort_bars


def test_bars_drawn_alike_stand_in_one_order_whatever_they_come_in():
    bars = [Bar(0.0, 0.0, False), Bar(None, 0.0, False), Bar(0.0, 0.3, False), Bar(0.0, 0.0, True)]
    assert {sort_bars(each) for each in permutations(bars)} == {(bars[0], bars[2], bars[1], bars[3])}

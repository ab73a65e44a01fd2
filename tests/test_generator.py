"""Made-up events are as large as real ones, and some are far larger on purpose."""

import random

import pytest

from tests.generator.stories import REAL_SIZES, draw_threads, iter_stories, make_story

EVENTS = 2_200
"""About 20,000 claims and relays."""


@pytest.fixture(scope="module")
def sizes():
    return sorted(len(story.beats) for story in iter_stories(EVENTS))


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.5, 2, 3), (0.75, 3, 7), (0.9, 18, 26), (0.95, 36, 53), (0.99, 76, 125)]
)
def test_made_up_events_are_as_large_as_real_ones(sizes, share, least, most):
    assert least <= dict(REAL_SIZES)[share] <= most
    assert least <= sizes[int(share * EVENTS)] <= most


def test_so_many_events_hold_about_twenty_thousand_claims(sizes):
    assert 18_000 < sum(sizes) < 23_000


def test_few_events_have_very_many_threads_and_no_others_more_than_sixty():
    threads = [draw_threads(random.Random(f"1 {number}")) for number in range(50_000)]
    large = [each for each in threads if each > 60]
    assert 4 <= len(large) <= 18
    assert min(large) >= 100
    assert 500 < max(large) <= 600


def test_an_event_of_very_many_threads_is_larger_than_any_real_one():
    assert len(make_story(1, threads=100, dice=random.Random(1)).beats) > dict(REAL_SIZES)[1]

"""What goes wrong in the process that reads the log ahead is told here; test_files.py compares what it reads."""

import os

import pytest

from kg.errors import Unusable
from kg.publish import ahead
from kg.publish.ahead import iter_ahead


def end_at_once(*_):
    os._exit(1)


def test_a_damaged_segment_is_named_and_a_log_that_moved_on_is_refused(town):
    with pytest.raises(Unusable, match="changed just now"):
        list(iter_ahead(town.root, "0" * 64))
    segment = next((town.root / "log" / "segments").glob("*.nq.zst"))
    segment.write_bytes(segment.read_bytes()[:-1])
    with pytest.raises(Unusable, match=segment.name):
        list(iter_ahead(town.root, town.record.log.head))


def test_a_reading_process_that_ends_too_soon_is_told_and_one_that_is_not_needed_any_more_ends(town, monkeypatch):
    next(iter_ahead(town.root, town.record.log.head))
    monkeypatch.setattr(ahead, "send_subjects", end_at_once)
    with pytest.raises(Unusable, match="ended too soon"):
        list(iter_ahead(town.root, town.record.log.head))

"""Answering strangers' queries in processes that have no network, a limit of time and memory, and nothing to write."""

from kg.serving.desk import Desk
from kg.serving.inline import Inline
from kg.serving.jobs import Answered, Ended, Limits
from kg.serving.pool import Pool
from kg.serving.service import Question, Service
from kg.serving.source import Snapshots, Standing
from kg.serving.staff import Busy
from kg.serving.watching import Gone
from kg.store.answering import Dataset, NotGiven

__all__ = [
    "Answered", "Busy", "Dataset", "Desk", "Ended", "Gone", "Inline", "Limits", "NotGiven", "Pool", "Question",
    "Service", "Snapshots", "Standing",
]  # fmt: skip

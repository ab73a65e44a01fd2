"""Answering strangers' queries in processes that have no network, a limit of time and memory, and nothing to write."""

from kg.serving.jobs import Answered, Ended, Job, Limits
from kg.serving.pool import Busy, Pool
from kg.serving.source import Snapshots, Standing

__all__ = ["Answered", "Busy", "Ended", "Job", "Limits", "Pool", "Snapshots", "Standing"]

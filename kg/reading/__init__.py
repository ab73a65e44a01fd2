"""Reading the record: typed views of claims, events, agents and documents, from the tables."""

from kg.reading.points import Graph, Points
from kg.reading.reader import Reader
from kg.reading.views import (
    AgentView,
    CaptureView,
    ClaimView,
    DocumentView,
    EventView,
    PassageView,
    Placed,
    Ref,
    Slot,
    Step,
)

__all__ = [
    "AgentView",
    "CaptureView",
    "ClaimView",
    "DocumentView",
    "EventView",
    "Graph",
    "PassageView",
    "Placed",
    "Points",
    "Reader",
    "Ref",
    "Slot",
    "Step",
]

"""The first page: what this record holds."""

from flask import Blueprint, render_template

from kg.analysis.compare.contradicted import Standing
from kg.reading import lists
from webui.source import get_reader, get_record, once

pages = Blueprint("home", __name__)
SHOWN = 12


@pages.get("/")
def show_home() -> str:
    """What this record holds."""
    reader = get_reader()
    return render_template(
        "home/home.html",
        contradicted=str(int(Standing.CONTRADICTED)),
        counts=get_record().counts(),
        events=once("home-events", lambda: lists.list_events(reader, limit=SHOWN)),
        agents=once("home-agents", lambda: lists.list_agents(reader, limit=SHOWN)),
        documents=once("home-documents", lambda: lists.list_documents(reader, limit=SHOWN)),
        latest=once("home-latest", lambda: lists.find_latest_ingestion(reader)),
    )

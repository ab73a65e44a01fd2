"""The first page: what this record holds; and the search by name."""

from flask import Blueprint, render_template, request

from kg.reading import lists
from webui.source import get_reader, get_record

pages = Blueprint("home", __name__)
SHOWN = 50
FOUND = 100


@pages.get("/")
def show_home() -> str:
    """What this record holds."""
    reader = get_reader()
    return render_template(
        "home/home.html",
        counts=get_record().counts(),
        events=lists.list_events(reader, limit=SHOWN),
        agents=lists.list_agents(reader, limit=SHOWN),
        documents=lists.list_documents(reader, limit=SHOWN),
        latest=lists.find_latest_ingestion(reader),
    )


@pages.get("/search")
def search() -> str:
    """What bears a name."""
    text = request.args.get("q", "").strip()[:200]
    found = lists.find_names(get_reader(), text, limit=FOUND + 1) if text else ()
    return render_template("home/search.html", text=text, found=found[:FOUND], more=len(found) > FOUND)

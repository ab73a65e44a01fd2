"""The tables as Parquet and CSV, and how to use them from pandas, DuckDB and R."""

from typing import cast

from flask import Blueprint, Response, current_app, make_response, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound

from kg.handed_out import Files, HandedOut
from webui.asking import get_service
from webui.source import get_record

pages = Blueprint("tables", __name__)
EXTENSION = "averment-tables"
_TYPES = {".parquet": "application/vnd.apache.parquet", ".csv": "text/csv; charset=utf-8"}


@pages.get("/tables/")
def list_tables() -> Response:
    """Which tables there are, and how to use them."""
    files = _files()
    address = f"{request.url_root}tables/"
    return make_response(render_template("tables/tables.html", files=files, address=address))


@pages.get("/tables/<name>")
def give_table(name: str) -> Response:
    """One table as a file; a part of it where a range is asked for."""
    files = _files()
    known = {f"{table.name}{suffix}": media for table in files.tables for suffix, media in _TYPES.items()}
    if name not in known:
        raise NotFound(f"There is no table file {name!r}; /tables/ lists them.")
    response = send_from_directory(files.folder, name, mimetype=known[name], conditional=True)
    response.headers["Averment-Entry"] = str(files.entry)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _files() -> Files:
    made = current_app.extensions.get(EXTENSION)
    if made is None:
        made = current_app.extensions[EXTENSION] = HandedOut(get_record().root)
    return cast(HandedOut, made).files(seconds=get_service().limits.seconds)

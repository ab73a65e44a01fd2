"""Letting in nobody but the editor: what is asked of every request to the pages of adding."""

from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as AnyResponse

from webui.adding.describing import LARGEST
from webui.adding.filters import teach_templates
from webui.adding.session import COOKIE, Editing, Session, require_local, require_own_page

EXTENSION = "averment-editing"
_ROOM = 100_000
_OPEN = ("adding.show_start", "adding.enter")


def open_editing(app: Flask, editing: Editing | None, *areas: Blueprint) -> None:
    """Open pages to whoever has the token; without `editing` there are no such pages."""
    app.jinja_env.globals["editing"] = editing is not None
    if editing is not None:
        teach_templates(app)
        app.extensions[EXTENSION] = editing
        for area in areas:
            app.register_blueprint(area)


def get_editing() -> Editing:
    """For whom adding is open."""
    return cast(Editing, current_app.extensions[EXTENSION])


def admit_only_the_editor(pages: Blueprint) -> None:
    """Ask of every request to these pages that it comes from the editor's own browser, and keep them private."""
    pages.before_request(_admit)
    pages.after_request(_keep_private)
    pages.context_processor(_name_author)


def _admit() -> AnyResponse | None:
    require_local()
    request.max_content_length = request.max_form_memory_size = LARGEST + _ROOM
    session = get_editing().find(request.cookies.get(COOKIE, ""))
    g.session = session
    if request.method == "POST":
        require_own_page(request.form.get("form_token", ""), session)
    if session is None and request.endpoint not in _OPEN:
        if request.method == "POST":
            raise Forbidden("Nobody has entered here, so nothing was done. Enter with the token, then try again.")
        return redirect(url_for("adding.show_start"), 303)
    return None


def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    # A browser says from where a form was sent only under a policy that lets it.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _name_author() -> dict[str, object]:
    session = cast("Session | None", g.get("session"))
    return {"author": get_editing().author, "form_token": session.form_token if session else ""}

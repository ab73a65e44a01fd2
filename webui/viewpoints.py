"""The viewpoint a reader looks from: named by the address, else by a cookie, else one always there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlencode

from flask import Flask, Response, g, request

from kg import iris
from kg.analysis.near import FEW
from kg.analysis.viewpoint.choices import as_of
from kg.analysis.viewpoint.numbers import Answer, numbers_under
from kg.analysis.viewpoint.record import EVERY_VOICE, find_viewpoint, list_viewpoints
from kg.errors import NotFound
from kg.model import Viewpoint
from kg.nearby.numbers import MANY, numbers_near
from webui.addresses import key_of
from webui.eventpage import Wanted
from webui.findings import Told, get_findings
from webui.source import get_points, get_reader, get_record, get_tables, once

NAME = "viewpoint"
_YEAR = 365 * 24 * 3600
# So many stand in the header of every page; the page of viewpoints has all.
IN_HEADER = 40


@dataclass(frozen=True, slots=True)
class Chosen:
    """A viewpoint and the key that addresses name it by; `lost` is what a cookie remembers that is here no more."""

    key: str
    viewpoint: Viewpoint
    lost: str = ""


def read_viewpoint(name: str) -> Chosen:
    """The viewpoint of a key, a name or an IRI. Raises NotFound."""
    base = get_record().base
    found = find_viewpoint(get_tables().view(), base, name)
    return Chosen(key_of(iris.viewpoint_iri(base, found)), found)


def get_chosen() -> Chosen:
    """The viewpoint of this request. Raises NotFound where its address names one that is not here."""
    if "viewpoint" not in g:
        g.viewpoint = _choose()
    return cast(Chosen, g.viewpoint)


def _choose() -> Chosen:
    if named := request.args.get(NAME, "").strip():
        return read_viewpoint(named)
    standard = Chosen(key_of(iris.viewpoint_iri(get_record().base, EVERY_VOICE)), EVERY_VOICE)
    remembered = request.cookies.get(NAME, "")
    if not remembered or NAME in request.args:
        return standard
    try:
        return read_viewpoint(remembered)
    except NotFound:
        return replace(standard, lost=remembered[:80])


def look_from(app: Flask) -> None:
    """Have every page name its viewpoint and offer others, remember a choice, and keep pages of two choices apart."""
    app.context_processor(lambda: {"looking": _tell})
    app.before_request(_refuse_unknown)
    app.after_request(_remember)


def _refuse_unknown() -> None:
    if request.args.get(NAME):
        get_chosen()


def _tell() -> dict[str, Any]:
    """What the header says: the viewpoint, the others, and what else the address asks for."""
    try:
        chosen = get_chosen()
    except NotFound:
        chosen = Chosen(key_of(iris.viewpoint_iri(get_record().base, EVERY_VOICE)), EVERY_VOICE)
    every = once("viewpoints", lambda: list_viewpoints(get_tables().view(), get_record().base))
    others = [(key_of(iri), each.name) for iri, each in every[:IN_HEADER] if key_of(iri) != chosen.key]
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != NAME]
    # A page that was posted to is not got again by its address alone.
    here = request.path if request.method in ("GET", "HEAD") else ""
    return {"chosen": chosen, "others": others, "more": len(every) - IN_HEADER, "kept": kept, "here": here}


def _remember(response: Response) -> Response:
    is_page = response.mimetype == "text/html" and response.status_code != 304
    if is_page or "viewpoint" in g:
        response.vary.add("Cookie")
    if is_page and response.status_code == 200 and NAME in request.args:
        path = request.script_root or "/"
        if request.args[NAME].strip():
            options: dict[str, Any] = {"max_age": _YEAR, "httponly": True, "samesite": "Lax"}
            response.set_cookie(NAME, get_chosen().key, path=path, secure=request.is_secure, **options)
        else:
            response.delete_cookie(NAME, path=path)
    return response


def address_under(key: str) -> str:
    """The address of this page under a viewpoint."""
    given = [(name, value) for name, value in request.args.items(multi=True) if name != NAME]
    return f"{request.path}?{urlencode([*given, (NAME, key)])}"


def dated(viewpoint: Viewpoint, wanted: Wanted) -> Viewpoint:
    """A viewpoint as of the dates a page asks for, where it asks for any."""
    if not wanted.looks_back:
        return viewpoint
    said, recorded = wanted.said or viewpoint.said_by, wanted.recorded or viewpoint.recorded_by
    return replace(viewpoint, said_by=said, recorded_by=recorded, certainty=wanted.dates or "surely")


def seek_numbers(
    event: str, viewpoint: Viewpoint, measures: tuple[str, ...], *, without: str = "", wait: bool = True
) -> Told:
    """The answer for each measure of an event, at once where its claims are few.

    Else it is found in the tables: waited for, or told only where it is there already.
    """
    reader, points = get_reader(), get_points()
    if not points.is_busy(event, most=MANY if wait else FEW):
        at = as_of(get_tables().view(), viewpoint)
        found = (
            numbers_near(reader, points, viewpoint, at, event=event, measure=measure, without=without or None)
            for measure in measures
        )
        return Told(dict(zip(measures, found, strict=True)))
    view = get_tables().view()

    def find() -> Mapping[str, Answer]:
        return {
            measure: numbers_under(view, viewpoint, event=event, measure=measure, without=without or None)
            for measure in measures
        }

    key = (view.standing(), event, "under", viewpoint, measures, without)
    return get_findings().tell(key, {"numbers": find}, patience=None if wait else 0.0)["numbers"]

"""Questions with a lasting address: asked again, each proves that it gives the same, or shows what has changed."""

import json
from collections import Counter
from dataclasses import asdict, dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotAcceptable
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import NotFound
from kg.kept import LONGEST, Kept, count_rows, digest_of, find_kept, keep, lines_of
from kg.serving import Question, Standing
from kg.store.base import QueryRefused
from webui.accepting import best_of
from webui.asking import ask, find_entry, find_standing, get_service
from webui.params import read_params
from webui.source import get_record

pages = Blueprint("kept", __name__)
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Again:
    """What a question gives of one entry now: whether that is what was kept, or why it cannot be told."""

    entry: int
    same: bool
    result: str = ""
    rows: int = 0
    reason: str = ""


@pages.post("/q")
def keep_question() -> AnyResponse:
    """Keep the question that is sent, with what it gives of the newest entry, and lead to its address."""
    query = read_params().one("query")
    if query is None or not query.strip():
        raise BadRequest("There is no query to keep: give it as `query`.")
    if Question(query).changes():
        raise BadRequest(
            "This query gives something else each time it is asked; take out NOW, RAND and UUID to keep it."
        )
    if len(query) > LONGEST:
        raise BadRequest(f"A question of more than {LONGEST:,} characters is not kept.")
    standing = get_service().newest()
    lines = _ask(query, standing)
    entry = find_entry(str(standing.entry)) if standing.entry else None
    kept = Kept(query, standing.entry, entry.hash if entry else "", digest_of(lines), count_rows(lines))
    return redirect(url_for("kept.show", name=keep(get_record().root, kept)), 303)


@pages.get("/q/<name>")
def show(name: str) -> Response:
    """A kept question, what it gave, and what it gives now, as a page or as JSON."""
    kept = find_kept(get_record().root, name)
    form = best_of(request.headers.get("Accept", ""), ["text/html", "application/json"])
    if not form:
        raise NotAcceptable("A kept question is given as text/html or application/json.")
    then, old = _again(kept, kept.entry)
    newest = get_service().newest().entry
    now, new = (then, old) if newest == kept.entry else _again(kept, newest)
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    if form == "application/json":
        told = {**asdict(kept), "then": asdict(then), "now": asdict(now), "gone": gone.total(), "come": come.total()}
        response = Response(json.dumps(told, ensure_ascii=False), content_type="application/json")
    else:
        changes = (sorted(gone.elements())[:_SHOWN], sorted(come.elements())[:_SHOWN], gone.total(), come.total())
        response = make_response(render_template("kept/kept.html", kept=kept, then=then, now=now, changes=changes))
    response.vary.add("Accept")
    return response


def _again(kept: Kept, entry: int) -> tuple[Again, list[str]]:
    try:
        lines = _ask(kept.query, find_standing(str(entry)) if entry else get_service().newest())
    except (NotFound, QueryRefused) as error:
        return Again(entry, False, reason=str(error)), []
    digest = digest_of(lines)
    return Again(entry, digest == kept.result, digest, count_rows(lines)), lines


def _ask(query: str, standing: Standing) -> list[str]:
    """The lines of the whole answer. Raises QueryRefused where it is longer than an answer may be."""
    limit = get_service().limits.rows
    answer, cut = ask(query, rows=limit, standing=standing)
    if cut:
        raise QueryRefused(
            f"only an answer that is whole can be kept, and this has more than {limit:,} rows; narrow it"
        )
    return lines_of(answer)

"""Adding from the browser: enter, hand in a document, mark its words, say what they claim, record, take back."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.drafts import Draft, find_draft, list_drafts, make_draft
from kg.errors import NotFound, Problem, Refused
from webui.adding import claimform
from webui.adding.admission import admit_only_the_editor, get_editing
from webui.adding.checking import Finding, now
from webui.adding.describing import AMENDED, Given, amend, describe, find_place
from webui.adding.fields import list_codes
from webui.adding.marking import cut_runs, find_places
from webui.adding.naming import Content, Names, first_name
from webui.adding.opening import check, open_draft, read_document
from webui.adding.recording import find_recorded, list_reasons, record_draft, take_back
from webui.adding.session import COOKIE
from webui.source import get_reader, get_record

pages = Blueprint("adding", __name__, url_prefix="/add")
admit_only_the_editor(pages)
_CASE = "application/yaml; charset=utf-8"


# --- in and out -------------------------------------------------------------------------------------------------------


@pages.get("")
def show_start() -> str | AnyResponse:
    """The way in; inside, the drafts and the form for another document."""
    if g.session is None:
        return render_template("adding/enter.html", wrong=False)
    return _start({}, ())


@pages.post("/enter")
def enter() -> AnyResponse:
    """Begin a session with the token."""
    secret = get_editing().enter(request.form.get("token", ""))
    if secret is None:
        return make_response(render_template("adding/enter.html", wrong=True), 403)
    response = redirect(url_for("adding.show_start"), 303)
    response.set_cookie(COOKIE, secret, httponly=True, samesite="Strict", path="/add")
    return response


@pages.post("/leave")
def leave() -> AnyResponse:
    """End the session."""
    get_editing().leave(request.cookies.get(COOKIE, ""))
    response = redirect(url_for("adding.show_start"), 303)
    response.delete_cookie(COOKIE, path="/add", httponly=True, samesite="Strict")
    return response


# --- a document -------------------------------------------------------------------------------------------------------


@pages.post("/drafts")
def begin() -> AnyResponse:
    """Begin a case with a document that is pasted or opened."""
    form = {name: value for name, value in request.form.items() if name != "form_token"}
    given = _read_given(form)
    try:
        key, content = describe(given, get_reader(), recorder=get_editing().author, today=now()[:10])
        draft = make_draft(get_record().root, key, content, given.data)
        refused = [find_place(each) for each in check(draft, content).findings if each.refuses]
        if refused:
            draft.remove()
            raise Refused(refused)
    except Refused as error:
        return make_response(_start(form, error.problems), 422)
    return redirect(url_for("adding.show_draft", name=draft.name), 303)


def _read_given(form: dict[str, str]) -> Given:
    file = request.files.get("file")
    encoding = form.get("encoding", "").strip().lower() or "utf-8"
    if file is not None and file.filename:
        media_type = file.mimetype if file.mimetype.startswith("text/") else "text/plain"
        return Given(file.read(), media_type, encoding, form)
    # A browser sends the ends of lines as two characters, whatever they were.
    return Given(form.get("text", "").replace("\r\n", "\n").encode(), "text/plain", "utf-8", form)


def _start(form: dict[str, str], problems: tuple[Problem, ...]) -> str:
    names = Names({}, get_reader())
    drafts = [(draft, draft.content()) for draft in list_drafts(get_record().root)]
    return render_template(
        "adding/start.html",
        form=form,
        problems={problem.field: problem for problem in problems},
        found_in=lambda field: [
            Finding("", field, "", "", p.reason, p.remedy, True) for p in problems if p.field == field
        ],
        drafts=drafts,
        agents=names.offer("agent"),
        unoffered=names.tell_unoffered("agent"),
        source_kinds=list_codes("source-kind"),
        today=now()[:10],
    )


# --- a case -----------------------------------------------------------------------------------------------------------


@pages.get("/<name>")
def show_draft(name: str) -> str:
    """The case so far: the text with its marks, the claims in sentences, what is found, the case file."""
    draft = find_draft(get_record().root, name)
    return _show_draft(draft)


def _show_draft(draft: Draft, **more: object) -> str:
    content, text = draft.content(), read_document(draft)
    checked = check(draft, content)
    marked = [
        (passage["start"], passage["end"], str(claim["id"]))
        for claim in content["claims"]
        for passage in claimform.list_passages(claim)
        if "start" in passage
    ]
    return render_template(
        "adding/draft.html",
        **{"draft": draft, "content": content, "document": next(iter(content["documents"].values())), "quote": ""}
        | {"runs": cut_runs(text, marked), "checked": checked, "case": draft.case.read_text(encoding="utf-8")}
        | {
            "show": Names(content, get_reader()).show,
            "given": _read_document_form(content),
            "amiss": (),
            "source_kinds": list_codes("source-kind"),
        }
        | more,
    )


def _read_document_form(content: Content) -> dict[str, str]:
    """What the form of the document shows: the case as it is written."""
    document = next(iter(content["documents"].values()))
    shown = {name: str(document.get(name, "")) for name in AMENDED}
    return {**shown, "title": first_name(document), "url": next(iter(document.get("urls", ())), "")}


@pages.get("/<name>/<file>")
def download(name: str, file: str) -> AnyResponse:
    """The case file, or the document, as a file."""
    draft = find_draft(get_record().root, name)
    if file == draft.case.name:
        response = Response(draft.case.read_bytes(), content_type=_CASE)
    elif file == "document.txt":
        response = Response(draft.document.read_bytes(), content_type="application/octet-stream")
    else:
        raise NotFound(f"this draft has no file {file[:60]!r}")
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


@pages.post("/<name>/passages")
def mark(name: str) -> AnyResponse:
    """Begin a claim with the words marked or typed; where they stand nowhere or twice, show where they may be."""
    draft = open_draft(name)
    content, text = draft.content(), read_document(draft)
    sent = request.form.get("quote", "")
    # A browser sends the ends of lines as two characters, whatever they are in the document.
    quote = sent if sent in text else sent.replace("\r\n", "\n")
    span = _read_span(len(text))
    places, differs = ([], "") if span or not quote.strip() else find_places(text, quote)
    if len(places) == 1 and not differs:
        span = places[0].start, places[0].end
    if span is None:
        page = _show_draft(draft, quote=quote, places=places, differs=differs, sought=True)
        return make_response(page, 422)
    claim = claimform.begin_claim(content, text, *span)
    draft.save(content)
    return redirect(url_for("claiming.show_claim", name=name, claim=claim, new=1), 303)


def _read_span(length: int) -> tuple[int, int] | None:
    start, end = request.form.get("start", ""), request.form.get("end", "")
    if not (start.isdecimal() and end.isdecimal() and len(start + end) < 20):
        return None
    return (int(start), int(end)) if int(start) < int(end) <= length else None


@pages.post("/<name>/document")
def amend_document(name: str) -> AnyResponse:
    """Describe the document otherwise: its title, date, language, kind or address."""
    draft = open_draft(name)
    content, form = draft.content(), {field: request.form.get(field, "") for field in AMENDED}
    try:
        amend(content, form, get_reader())
        wrong = [find_place(each) for each in check(draft, content).of("") if each.refuses]
        if problems := [problem for problem in wrong if problem.field in AMENDED]:
            raise Refused(problems)
    except Refused as error:
        return make_response(_show_draft(draft, given=form, amiss=error.problems), 422)
    draft.save(content)
    return redirect(url_for("adding.show_draft", name=name), 303)


@pages.post("/<name>/remove")
def remove(name: str) -> AnyResponse:
    """Destroy a draft; what was recorded of it stays in the record."""
    find_draft(get_record().root, name).remove()
    return redirect(url_for("adding.show_start"), 303)


# --- the record -------------------------------------------------------------------------------------------------------


@pages.post("/<name>/record")
def record(name: str) -> AnyResponse:
    """Record the case, all of it or nothing, and lead to what was recorded."""
    draft = open_draft(name)
    try:
        key = record_draft(
            get_record(), draft, author=get_editing().author, as_stated=bool(request.form.get("as_stated"))
        )
    except Refused as error:
        return make_response(_show_draft(draft, refused=error.problems), 422)
    return redirect(url_for("adding.show_recorded", key=key), 303)


@pages.get("/recorded/<key>")
def show_recorded(key: str) -> str:
    """What a recording brought, and how to take it back."""
    return _show_recorded(key)


@pages.post("/recorded/<key>/undo")
def undo(key: str) -> AnyResponse:
    """Withdraw what a recording brought, with a reason."""
    reason = request.form.get("reason", "")
    if reason not in dict(list_reasons()) or not request.form.get("sure"):
        problem = "Choose a reason." if reason not in dict(list_reasons()) else "Say that you are sure."
        return make_response(_show_recorded(key, problem=problem), 422)
    take_back(get_record(), key, reason=reason, who=get_editing().author)
    return redirect(url_for("adding.show_recorded", key=key), 303)


def _show_recorded(key: str, problem: str = "") -> str:
    found = find_recorded(get_record(), get_reader(), key)
    drafts = [draft for draft in list_drafts(get_record().root) if draft.ingestion == key]
    return render_template(
        "adding/recorded.html", found=found, key=key, drafts=drafts, reasons=list_reasons(), problem=problem
    )

"""The persons whom a document records as victims: a form for each, with who may see which of its fields."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from kg.drafts import find_draft
from kg.errors import NotFound
from webui.adding.admission import admit_only_the_editor
from webui.adding.fields import victim_access_fields
from webui.adding.naming import Content, Names, prune
from webui.adding.opening import check, open_draft
from webui.adding.victimform import SECTION, read_victim, write_victim
from webui.source import get_reader, get_record

pages = Blueprint("describing", __name__, url_prefix="/add")
admit_only_the_editor(pages)
NEW = "new"


@pages.get("/<name>/victims/<key>")
def show_victim(name: str, key: str) -> str:
    """The form of one victim, or of a new one."""
    draft = find_draft(get_record().root, name)
    content = draft.content()
    key = _find(content, key)
    return render_template(
        "adding/victim.html",
        draft=draft,
        content=content,
        key=key,
        values=read_victim(content, key),
        access_fields=victim_access_fields(),
        findings=check(draft, content).of(f"{SECTION}/{key}") if key else (),
        spoken_of=[claim for claim in content["claims"] if key and f"'{key}'" in repr(claim)],
    )


@pages.post("/<name>/victims/<key>")
def save_victim(name: str, key: str) -> AnyResponse:
    """Save a victim, whatever is still amiss; or take it out of the case."""
    draft = open_draft(name)
    content = draft.content()
    key = _find(content, key)
    action = request.form.get("action", "save")
    if action == "remove" and key:
        del content[SECTION][key]
    elif action != "remove":
        key = write_victim(Names(content, get_reader()), key, request.form.to_dict(flat=False))
    prune(content)
    try:
        draft.save(content)
    except ValueError as error:
        raise BadRequest(f"Something in the form cannot stand in a case file: {error}.") from error
    if action != "remove" and any(each.refuses for each in check(draft, content).of(f"{SECTION}/{key}")):
        return redirect(url_for("describing.show_victim", name=name, key=key), 303)
    return redirect(url_for("adding.show_draft", name=name, _anchor="persons"), 303)


def _find(content: Content, key: str) -> str:
    if key != NEW and key not in content.get(SECTION, {}):
        raise NotFound("this case describes no such person; they may have been taken out in another window")
    return "" if key == NEW else key

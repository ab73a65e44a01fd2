"""One claim of a case: its form, what is found in it while one types, and its sentences."""

import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from kg.drafts import Draft, find_draft
from kg.errors import NotFound
from kg.intake.writing import write_case
from webui.adding import claimform
from webui.adding.admission import admit_only_the_editor
from webui.adding.checking import Finding, check_new_names
from webui.adding.fields import STANCES, access_fields, claim_field, find_kind, list_codes, list_kinds
from webui.adding.naming import Content, Names, prune
from webui.adding.opening import check, open_draft, read_document
from webui.filters import KIND_WORDS
from webui.passages import from_word, to_word
from webui.source import get_reader, get_record

pages = Blueprint("claiming", __name__, url_prefix="/add")
admit_only_the_editor(pages)


@pages.get("/<name>/claims/<claim>")
def show_claim(name: str, claim: str) -> str:
    """The form of one claim; a new one is not told yet all that it lacks."""
    draft = find_draft(get_record().root, name)
    content = draft.content()
    number = _find(content, claim)
    names = Names(content, get_reader())
    values = claimform.read_claim(names, number)
    return _show_claim(draft, names, number, values, new=bool(request.args.get("new")))


@pages.post("/<name>/claims/<claim>")
def save_claim(name: str, claim: str) -> AnyResponse:
    """Save a claim, whatever it still lacks; or take it out of the case."""
    draft = open_draft(name)
    content = draft.content()
    number = _find(content, claim)
    names = Names(content, get_reader())
    action = request.form.get("action", "save")
    if action == "remove":
        del content["claims"][number]
    else:
        claimform.write_claim(names, number, request.form.to_dict(flat=False), text=read_document(draft))
    prune(content)
    _save(draft, content)
    if action in ("remove", "done"):
        return redirect(url_for("adding.show_draft", name=name), 303)
    new = 1 if action == "kind" else None
    return redirect(url_for("claiming.show_claim", name=name, claim=claim, new=new), 303)


@pages.post("/<name>/claims/<claim>/check")
def check_claim(name: str, claim: str) -> Response:
    """What is found in a claim as it stands in the form, and the claim in sentences; nothing is saved."""
    draft = open_draft(name)
    content = draft.content()
    number = _find(content, claim)
    names = Names(content, get_reader())
    claimform.write_claim(names, number, request.form.to_dict(flat=False), text=read_document(draft))
    prune(content)
    checked = check(draft, content, only=claim)
    findings = [*checked.of(claim), *check_new_names(names, claim)]
    told = checked.told.get(claim)
    body = {
        "findings": [_to_json(finding) for finding in findings],
        "sentence": told.sentence if told else "",
        "lines": told.lines if told else (),
        "elsewhere": sum(finding.refuses for finding in checked.findings)
        - len([f for f in checked.of(claim) if f.refuses]),
        "case": write_case(content).decode(),
    }
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json")


def _to_json(finding: Finding) -> dict[str, object]:
    return {"input": finding.input, "reason": finding.reason, "remedy": finding.remedy, "refuses": finding.refuses}


def _show_claim(draft: Draft, names: Names, number: int, values: dict[str, list[str]], *, new: bool) -> str:
    content, text = names.content, read_document(draft)
    claim = content["claims"][number]
    claim_id = str(claim["id"])
    kind = find_kind(claim)[1] or values["kind"][0]
    checked = check(draft, content, only=claim_id)
    mentioned = json.dumps(claim, ensure_ascii=False)
    return render_template(
        "adding/claim.html",
        draft=draft,
        content=content,
        claim=claim,
        passages=[_show_passage(each, text) for each in claimform.list_passages(claim)],
        values=values,
        kind=kind,
        kinds={each: KIND_WORDS[each.capitalize()][0] for each in list_kinds()},
        fields=list_kinds()[kind],
        claim_field=claim_field,
        access_fields=access_fields,
        rows=claimform.count_rows(values),
        stances=STANCES,
        occasions=list_codes("occasion-kind"),
        set_kinds=("victim", "allegation", "incident", "strike", "strike-report", "event", "agent", "person"),
        offered={each: names.offer(each) for each in ("agent", "event", "set")}
        | {"event": [*names.offer("event"), *map(names.show, content.get("victims", ()))]},
        unoffered=names.tell_unoffered("agent", "event", "set"),
        show=names.show,
        mentioned={
            key
            for section in ("agents", "events", "sets")
            for key in content.get(section, {})
            if f'"{key}"' in mentioned
        },
        findings=() if new else checked.of(claim_id),
        told_claim=checked.told.get(claim_id),
        filled={
            name.rpartition(".")[2] for name, given in values.items() if name.startswith(f"{kind}.") and any(given)
        },
        new=new,
        case=draft.case.read_text(encoding="utf-8"),
    )


def _show_passage(passage: dict[str, Any], text: str) -> tuple[str, str, str, str]:
    """What stands before, in and after a passage, and why there is nothing to show of it."""
    if "start" not in passage:
        return "", str(passage.get("quote", "")), "", "These words were not found once."
    start, end = passage["start"], passage["end"]
    return from_word(text[:start]), text[start:end], to_word(text[end:]), ""


def _find(content: Content, claim: str) -> int:
    number = claimform.find_claim(content, claim)
    if number < 0:
        raise NotFound("this case has no such claim; it may have been taken out in another window")
    return number


def _save(draft: Draft, content: Content) -> None:
    try:
        draft.save(content)
    except ValueError as error:
        raise BadRequest(f"Something in the form cannot stand in a case file: {error}.") from error

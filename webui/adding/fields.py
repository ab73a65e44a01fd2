"""The fields of the claim form, taken from the published form of case files, so that the two cannot drift apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from kg.codes import find_label
from kg.intake.structure import load_schema
from kg.terms import avc

Widget = Literal["things", "thing", "sources", "code", "codes", "text", "number", "point", "whole", "decimal"]
STANCES = ("asserts", "denies", "cannot-confirm", "asks")
_THINGS = {"about": "event", "of": "event", "one": "event", "other": "event", "whole": "set", "parts": "set"}
_THINGS |= {"over": "set", "actor": "agent", "addressee": "agent", "who": "agent", "speaker": "agent"}
_LABELS = {
    "about": "About",
    "of": "Of what",
    "over": "Counted over the set",
    "measure": "What is counted",
    "population": "Of whom",
    "basis": "On what footing",
    "actor": "Whose act",
    "number": "The number, in words as written",
    "under": "Vague words read under",
    "as": "How the words stand to what was said",
    "any_of": "One of these, not said which",
    "mgrs": "Grid reference (MGRS)",
    "radius": "Radius in metres",
    "point": "Latitude, longitude",
    "said": "Said on",
    "who": "Voice",
    "speaker": "Uttered by",
    "access": "Who may see it",
    "access.reason": "Why not everyone may",
    "wording": "Its words",
    "passage": "Where it is read",
    "place": "The place in words",
    "access.fields": "What of it",
    "access.metres": "Give the place within so many metres",
    "grounds": "How the voice says it knows",
    "consulted": "What it says it rests on",
    "revises": "Replaces the voice’s own earlier claim",
    "withdraws": "Takes back the voice’s own earlier claim",
}
# Slots whose first mention in a proposition decides what it is compared with stand first; the rest behind "more".
_FIRST = {"count": ("number", "measure", "population", "about", "period", "over"), "location": ("about", "place")}


_HELP = {
    "about": "An event; or a group, a victim or a party. Several are parted by a semicolon.",
    "of": "An event or a group. Several are parted by a semicolon.",
    "number": "Such as: more than 40; at least six; between 3 and 7.",
    "period": "2022-06-09, 2022-06, or 2022-06/2022-08.",
    "time": "2022-06-09, 2022-06, or 2022-06/2022-08.",
    "said": "2022-06-09, or ../2022-06-09 for “by that day”. Left empty: by the day the document was published.",
    "point": "35.95, 39.01",
    "access": "Left empty: anyone.",
    "access.reason": "Nothing is withheld without a reason.",
    "access.fields": "Nothing chosen: all of it.",
    "access.metres": "From 100 to 200,000: a coarser place is public in the stead of the exact one.",
    "measure": "",
    "population": "",
    "over": "Only where the number is of a group that has a name of its own.",
    "consulted": "Such as: eyewitnesses; hospital records; or a party or document. Parted by a semicolon.",
    "revises": "The claim’s address in the record, or claim/ and its name in this case.",
    "withdraws": "The claim’s address in the record, or claim/ and its name in this case.",
}
_LABELS_OF_VICTIM = {
    "name": "The name",
    "identifiers": "Numbers and signs",
    "listed_in": "That this document lists them",
}
_SCHEMES = {"access": "access-level", "access.reason": "access-reason"}
_KEYS = re.compile(r"(?:: an agent|: an? (?:occasion|set))? keys?(?=\.)")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the case file, its words, what is written in it, and the codes there are to choose from.

    `kind` is the kind of thing a name in it stands for, "" where it holds none.
    """

    name: str
    label: str
    help: str
    widget: Widget
    required: bool
    kind: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@cache
def list_kinds() -> dict[str, tuple[Field, ...]]:
    """The fields of each kind of proposition, in the order in which they are asked."""
    definitions = load_schema()["$defs"]
    found = {}
    for kind in definitions["proposition"]["properties"]:
        names = [name for name in definitions[kind]["properties"] if name != "access"]
        first = [name for name in _FIRST.get(kind, ()) if name in names]
        ordered = [*first, *(name for name in names if name not in first)]
        found[kind] = tuple(_field(kind, name) for name in ordered)
    return found


@cache
def claim_field(name: str) -> Field:
    """A field of the claim itself."""
    if name in _SCHEMES:
        return Field(name, _LABELS[name], _HELP[name], "code", False, "", list_codes(_SCHEMES[name]))
    return _field("claim", name)


@cache
def access_fields(kind: str) -> tuple[Field, ...]:
    """Who may see a claim about a kind of proposition, why, which fields of it, and how coarse a place is given."""
    only = [(name, _LABELS.get(name, name.capitalize())) for name in (*list_withheld("claim"), *list_withheld(kind))]
    fields = [
        *(claim_field("access"), claim_field("access.reason")),
        Field("access.fields", _LABELS["access.fields"], _HELP["access.fields"], "codes", False, "", tuple(only)),
        Field("access.metres", _LABELS["access.metres"], _HELP["access.metres"], "text", False),
    ]
    return tuple(fields if list_withheld(kind) else fields[:-1])


@cache
def victim_access_fields() -> tuple[Field, ...]:
    """Who may see a victim's fields, why, and which of them."""
    only = tuple((name, _LABELS_OF_VICTIM[name]) for name in list_withheld("victim"))
    what = Field("access.fields", _LABELS["access.fields"], "Nothing chosen: all that is given above.", "codes", False)
    return claim_field("access"), claim_field("access.reason"), replace(what, choices=only)


@cache
def list_withheld(owner: str) -> tuple[str, ...]:
    """The fields of a claim, or of a kind of proposition, that can be withheld while the rest is public."""
    definitions = load_schema()["$defs"]
    target = definitions[owner]["properties"].get("access", {}).get("$ref", "").rpartition("/")[2]
    listed = definitions[target]["properties"] if target else {}
    return tuple(name for name, form in listed.items() if "decision" in str(form.get("$ref")))


@cache
def list_codes(scheme: str) -> tuple[tuple[str, str], ...]:
    """The codes of a scheme with their labels, in order of label; "not stated" is to write nothing."""
    return _choices(load_schema()["$defs"][f"code-{scheme}"])


def find_kind(claim: Mapping[str, Any]) -> tuple[str, str]:
    """The stance and the kind of proposition of a claim as far as it is written; ("", "") before."""
    for stance in STANCES:
        proposition = claim.get(stance)
        if isinstance(proposition, dict):
            return stance, next((kind for kind in proposition if kind in list_kinds()), "")
    return "", ""


def _field(owner: str, name: str) -> Field:
    definitions = load_schema()["$defs"]
    form = definitions[owner]["properties"][name]
    required = name in definitions[owner].get("required", ())
    label = _LABELS.get(name, name.replace("_", " ").capitalize())
    inner = form.get("items", form)
    target = str(inner.get("$ref", "")).rpartition("/")[2]
    many = "items" in form or target == "refs"
    choices = _choices(definitions[target]) if target.startswith("code-") else _choices(form) if "enum" in form else ()
    help_ = _HELP.get(name, _KEYS.sub("", str(form.get("description", "")).partition(" Left out:")[0]))
    if target in ("ref", "refs"):
        kind = "claim" if name in ("revises", "withdraws") else _THINGS.get(name, "event")
        return Field(name, label, help_, "things" if many else "thing", required, kind)
    if target == "consulted":
        return Field(name, label, help_, "sources", required, "agent")
    if choices:
        return Field(name, label, help_, "codes" if many else "code", required, "", choices)
    return Field(name, label, help_, _WIDGETS.get(name, "text"), required)


_WIDGETS: dict[str, Widget] = {"point": "point", "radius": "decimal", "number": "number"}


def _choices(form: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    listed = list(form.get("enum", ()))
    for part in form.get("anyOf", ()):
        target = str(part.get("$ref", "")).rpartition("/")[2]
        listed += part.get("enum", ()) or (load_schema()["$defs"][target]["anyOf"][0]["enum"] if target else ())
    known = {slug: label for slug in listed if (label := find_label(avc(slug))) and slug != "not-stated"}
    # What all slugs of a scheme begin with may be left out, and the form lists both ways of writing one code.
    named = known or {slug: slug.replace("-", " ") for slug in listed}
    return tuple(sorted(named.items(), key=lambda pair: pair[1].casefold()))

"""One claim between its two forms: what stands in the fields of a page, and what stands in the case file."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kg.intake.passages import hash_words
from kg.intake.quotes import find_quote
from webui.adding.fields import STANCES, Field, find_kind, list_kinds
from webui.adding.naming import Content, Names, to_key
from webui.adding.withholding import Values, one, read_access, write_access

_PLAIN = ("wording", "as", "said")
_THINGS = ("agents", "events", "sets")
_THING = re.compile(r"(agents|events|sets)\.([a-z0-9._-]+?)\.(kind|of|within|members|recorder)")
_ROW = re.compile(r"via\.([0-9]{1,3})\.who")
NO_OCCASION = "not-stated"


def find_claim(content: Content, claim_id: str) -> int:
    """The place of a claim in the list of the case, -1 where there is none of this id."""
    ids = [str(claim.get("id")) for claim in content.get("claims", ())]
    return ids.index(claim_id) if claim_id in ids else -1


def begin_claim(content: Content, text: str, start: int, end: int) -> str:
    """Add a claim that has nothing yet but a passage and its words; its id in the case."""
    claims = content.setdefault("claims", [])
    words = " ".join(text[start:end].split())
    taken = {claim.get("id") for claim in claims}
    stem = "-".join(to_key(words).split("-")[:6]) or "claim"
    claim_id = next(
        each for number in range(1, 10_000) if (each := stem if number == 1 else f"{stem}-{number}") not in taken
    )
    claims.append({"id": claim_id, "wording": words, "passage": write_passage(text, start, end)})
    return claim_id


def write_passage(text: str, start: int, end: int) -> dict[str, Any]:
    """A passage as a case file has it: code-point offsets, and the hash of the words."""
    return {"start": start, "end": end, "sha256": hash_words(text[start:end])}


def list_passages(claim: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The passages of a claim, one or several."""
    passage = claim.get("passage", [])
    return passage if isinstance(passage, list) else [passage]


def write_claim(names: Names, number: int, values: Values, *, text: str) -> None:
    """Put what a form holds in the place of the claim of that number; `text` is what its passages are in."""
    content = names.content
    old = content["claims"][number]
    publisher = _publisher(content)
    claim: dict[str, Any] = {"id": old["id"]}
    for name in ("who", "speaker"):
        claim[name] = names.read(one(values, name), "agent", name=name)
    claim["on"] = _write_occasion(names, claim["speaker"] or claim["who"], one(values, "on.kind"))
    stance, kind = one(values, "stance"), one(values, "kind")
    if stance in STANCES and kind in list_kinds():
        slots = {field.name: _write_slot(names, kind, field, values) for field in list_kinds()[kind]}
        claim[stance] = {kind: {name: value for name, value in slots.items() if value not in ("", [])}}
    claim.update({name: one(values, name) for name in _PLAIN})
    claim["passage"] = _write_passages(old, values, text)
    claim["grounds"] = [each for each in values.get("grounds", ()) if each]
    claim["consulted"] = [names.read_source(each, name="consulted") for each in _split(one(values, "consulted"))]
    for name in ("revises", "withdraws"):
        claim[name] = _split(one(values, name))
    write_access(claim, stance, kind, values)
    via = _write_via(names, values, publisher)
    written = {name: value for name, value in claim.items() if value not in ("", [], None)}
    content["claims"][number] = {**written, **({"via": via} if via is not None else {})}
    _write_things(names, values)


def read_claim(names: Names, number: int) -> dict[str, list[str]]:
    """What a form shows of the claim of that number."""
    content = names.content
    claim = content["claims"][number]
    stance, kind = find_kind(claim)
    values: dict[str, list[str]] = {"stance": [stance or "asserts"], "kind": [kind or "count"]}
    for name in ("who", "speaker"):
        values[name] = [names.show(str(claim.get(name, "")))]
    for name in _PLAIN:
        values[name] = [str(claim.get(name, ""))]
    values |= read_access(claim, stance, kind)
    values["grounds"] = _list(claim.get("grounds"))
    values["consulted"] = ["; ".join(map(names.show, _list(claim.get("consulted"))))]
    for name in ("revises", "withdraws"):
        values[name] = ["; ".join(_list(claim.get(name)))]
    occasions = content.get("occasions", {})
    values["on.kind"] = [str(occasions.get(claim.get("on"), {}).get("kind", ""))]
    for field in list_kinds().get(kind, ()):
        values |= _read_slot(names, kind, field, claim[stance][kind].get(field.name))
    via = claim.get("via")
    values["direct"] = ["yes"] if via == [] else []
    rows = [each for each in via or () if each != _publisher(content)]
    for place, row in enumerate(rows):
        entry = row if isinstance(row, dict) else {"who": row}
        values[f"via.{place}.who"] = [names.show(str(entry.get("who", "")))]
        values[f"via.{place}.kind"] = [str(occasions.get(entry.get("on"), {}).get("kind", ""))]
        values[f"via.{place}.wording"] = [str(entry.get("wording", ""))]
    return values


def count_rows(values: Values) -> int:
    """How many voices of a chain a form has room for: those that are filled, and one more."""
    filled = [int(found[1]) for name in values if (found := _ROW.fullmatch(name)) and one(values, name).strip()]
    return max(filled, default=-1) + 2


def _write_slot(names: Names, kind: str, field: Field, values: Values) -> Any:
    name = f"{kind}.{field.name}"
    text = one(values, name).strip()
    if field.widget == "thing":
        return names.read(text, field.kind, name=name)
    if field.widget in ("things", "sources"):
        read = [
            names.read_source(each, name=name) if field.widget == "sources" else names.read(each, field.kind, name=name)
            for each in _split(text)
        ]
        return read[0] if len(read) == 1 and (kind, field.name) != ("partition", "parts") else read
    if field.widget == "codes":
        return [each for each in values.get(name, ()) if each]
    if field.widget == "point":
        parts = [_number(part) for part in text.split(",")]
        return parts if text else ""
    if field.widget == "number":
        bounds = {each: _number(one(values, f"{name}.{each}")) for each in ("at_least", "at_most")}
        bounds = {each: value for each, value in bounds.items() if value != ""}
        return bounds or text
    return _number(text) if field.widget == "decimal" else text


def _read_slot(names: Names, kind: str, field: Field, value: Any) -> dict[str, list[str]]:
    name = f"{kind}.{field.name}"
    if isinstance(value, dict):
        return {f"{name}.{each}": [str(value.get(each, ""))] for each in ("at_least", "at_most")}
    if field.widget in ("thing", "things", "sources"):
        return {name: ["; ".join(map(names.show, _list(value)))]}
    if field.widget == "point":
        return {name: [", ".join(_list(value))]}
    return {name: _list(value)}


def _write_occasion(names: Names, speaker: str, kind: str) -> str:
    """The key of the occasion of that kind on which someone spoke in this document; it is described once."""
    content = names.content
    if not kind or not speaker:
        return ""
    described = {"kind": kind, "speaker": speaker, "document": next(iter(content["documents"]))}
    occasions = content.setdefault("occasions", {})
    for key, each in occasions.items():
        if {name: each.get(name) for name in described} == described:
            return str(key)
    key = names.make_key("occasion", f"{speaker.rpartition('/')[2]} {kind}")
    occasions[key] = described
    return key


def _write_via(names: Names, values: Values, publisher: str) -> list[Any] | None:
    """The chain, None where it is that of the case: its publisher, or nobody."""
    if one(values, "direct"):
        return []
    rows: list[Any] = []
    for place in range(count_rows(values)):
        who = names.read(one(values, f"via.{place}.who"), "agent", name=f"via.{place}.who")
        if who and who != publisher:
            on = _write_occasion(names, who, one(values, f"via.{place}.kind") or NO_OCCASION)
            wording = one(values, f"via.{place}.wording")
            rows.append({"who": who, "on": on, **({"wording": wording} if wording else {})})
    return [*rows, publisher] if rows and publisher else rows or None


def _write_passages(old: Mapping[str, Any], values: Values, text: str) -> Any:
    gone = set(values.get("passage.drop", ()))
    kept = [each for place, each in enumerate(list_passages(old)) if str(place) not in gone]
    if quote := one(values, "passage.add").strip():
        starts = find_quote(text, quote)
        # One that stands nowhere, or in several places, stays as typed: reading the case tells where it may be.
        kept.append(write_passage(text, starts[0], starts[0] + len(quote)) if len(starts) == 1 else {"quote": quote})
    return kept[0] if len(kept) == 1 else kept


def _write_things(names: Names, values: Values) -> None:
    """Take in what the form says of things that are new in this case."""
    content = names.content
    for name, given in values.items():
        found = _THING.fullmatch(name)
        described = content.get(found[1], {}).get(found[2]) if found else None
        if found is None or described is None:
            continue
        text = given[-1].strip()
        if found[3] == "recorder":
            described["recorder"] = names.read(text, "agent", name=name)
        elif found[3] == "members":
            described["members"] = [names.read(each, "agent", name=name) for each in _split(text)]
        elif found[3] == "within":
            described["within"] = names.read(text, "event", name=name)
        else:
            described[found[3]] = text
        if described[found[3]] in ("", []):
            del described[found[3]]
    for described in content.get("agents", {}).values():
        described.pop("quoted_in", None)
        if described.get("kind") == "unnamed-person":
            described["quoted_in"] = next(iter(content["documents"]))
        if described.get("kind") != "joint-voice":
            described.pop("members", None)


def _publisher(content: Content) -> str:
    return str(next(iter(content["documents"].values())).get("publisher", ""))


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _list(value: Any) -> list[str]:
    found: Iterable[Any] = value if isinstance(value, list) else () if value is None or value == "" else (value,)
    return [str(each) for each in found]


def _number(text: str) -> Any:
    """A number where the text is one, else the text, for reading the case to tell what is wrong with it."""
    text = text.strip()
    if re.fullmatch(r"[-+]?[0-9]{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"[-+]?[0-9]{1,9}\.[0-9]{1,12}", text) else text

"""A victim between the form and the case file: a person as the document records them, and who may see which field."""

from collections.abc import Mapping
from typing import Any

from webui.adding.fields import list_withheld
from webui.adding.naming import Content, Names, all_names
from webui.adding.withholding import Values, one

SECTION = "victims"


def write_victim(names: Names, key: str, values: Values) -> str:
    """Put what a form holds in the place of a victim, of a new one where `key` is ""; the key, which tells nothing."""
    content = names.content
    ((document, described),) = content["documents"].items()
    key = key or names.make_key("victim", f"{document[:40]}-person")
    name = _parts(one(values, "name"))
    victim: dict[str, Any] = {"identifiers": _parts(one(values, "identifiers"))}
    # A case file says of several names in which language they are.
    victim["name"] = {described.get("language", "und"): name} if isinstance(name, list) else name
    victim["listed_in"] = document if one(values, "listed_in") else ""
    victim = {name: victim[name] for name in ("name", "identifiers", "listed_in") if victim[name]}
    decision = {name: one(values, f"access{part}") for name, part in (("level", ""), ("reason", ".reason"))}
    decision = {name: value for name, value in decision.items() if value}
    chosen = [name for name in list_withheld("victim") if name in values.get("access.fields", ())]
    if decision or chosen:
        victim["access"] = {name: dict(decision) for name in chosen or victim}
    content.setdefault(SECTION, {})[key] = victim
    return key


def read_victim(content: Content, key: str) -> dict[str, list[str]]:
    """What a form shows of a victim; of a new one where `key` is ""."""
    victim: Mapping[str, Any] = content[SECTION][key] if key else {"listed_in": "yes"}
    access = victim.get("access", {})
    decided: Mapping[str, str] = next(iter(access.values()), {})
    identifiers = victim.get("identifiers", [])
    return {
        "name": ["; ".join(all_names(dict(victim)))],
        "identifiers": ["; ".join(map(str, identifiers if isinstance(identifiers, list) else [identifiers]))],
        "listed_in": ["yes"] if victim.get("listed_in") else [],
        "access": [str(decided.get("level", ""))],
        "access.reason": [str(decided.get("reason", ""))],
        "access.fields": list(access),
    }


def _parts(text: str) -> str | list[str]:
    """What stands between semicolons: one text, or several."""
    found = [words for part in text.split(";") if (words := " ".join(part.split()))]
    return found if len(found) > 1 else "".join(found)

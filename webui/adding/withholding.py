"""Who may see a claim, or which of its fields, between the form and the case file.

A form takes one decision: a level, a reason, and what they are of. A case file has it at each field.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from webui.adding.fields import list_withheld

Values = Mapping[str, Sequence[str]]
_COARSER = "metres"


def one(values: Values, name: str) -> str:
    """What stands in an input that takes one text, "" where nothing does."""
    found = values.get(name) or ("",)
    return found[-1]


def write_access(claim: dict[str, Any], stance: str, kind: str, values: Values) -> None:
    """Put what a form decides about a claim where a case file has it: at the claim, or at each field that is chosen."""
    level, reason, metres = (one(values, name).strip() for name in ("access", "access.reason", f"access.{_COARSER}"))
    chosen = [each for each in values.get("access.fields", ()) if each]
    of_place = [name for name in list_withheld(kind) if name in chosen] if kind in claim.get(stance, {}) else []
    if metres and list_withheld(kind) and not chosen:
        of_place = ["point"]
    of_claim = [name for name in list_withheld("claim") if name in chosen]
    decision = {name: value for name, value in (("level", level), ("reason", reason)) if value}
    if of_place:
        own: dict[str, dict[str, str | int]] = {name: dict(decision) for name in of_place}
        if metres:
            own["point" if "point" in own else of_place[0]][_COARSER] = int(metres) if metres.isdecimal() else metres
        claim[stance][kind]["access"] = own
    if of_claim:
        claim["access"] = {name: dict(decision) for name in of_claim}
    elif not of_place:
        claim["access"] = decision if level and reason else level


def read_access(claim: Mapping[str, Any], stance: str, kind: str) -> dict[str, list[str]]:
    """What a form shows of that."""
    access = claim.get("access", "")
    whole = access if isinstance(access, dict) else {"level": access}
    proposition = claim.get(stance, {}).get(kind, {}) if stance else {}
    decisions = {name: whole[name] for name in list_withheld("claim") if name in whole}
    decisions |= proposition.get("access", {}) if isinstance(proposition, dict) else {}
    decided = next(iter(decisions.values()), whole)
    metres = next((each[_COARSER] for each in decisions.values() if _COARSER in each), "")
    return {
        "access": [str(decided.get("level", ""))],
        "access.reason": [str(decided.get("reason", ""))],
        "access.fields": list(decisions),
        f"access.{_COARSER}": [str(metres)],
    }

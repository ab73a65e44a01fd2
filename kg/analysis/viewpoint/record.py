"""Viewpoints that can be named: those recorded, and a few that are always there, found by name, key or IRI."""

from collections.abc import Mapping
from typing import Any

from kg import iris
from kg.analysis.as_of import View
from kg.errors import NotFound
from kg.model import LEAVE_OUT, Viewpoint, slots_of
from kg.nearest import list_nearest
from kg.terms import avc

EVERY_VOICE = Viewpoint(
    name="Every voice, as a range",
    description="The lowest and the highest bound that any voice gives now.",
    policy=avc("policy-report-range"),
)
BUILT_IN = (
    EVERY_VOICE,
    Viewpoint(
        name="Every voice, the number most give",
        description="The number that most voices give, each voice counted once; undecided where two have as many.",
        policy=avc("policy-majority"),
    ),
    Viewpoint(
        name="Only what is known directly, as a range",
        description="The lowest and the highest bound, without what is known only because another voice passed it on.",
        relays=LEAVE_OUT,
        policy=avc("policy-report-range"),
    ),
)
_SLOTS = slots_of(Viewpoint)
_FIND = """
    SELECT * FROM viewpoints
    WHERE iri = $text OR iri = $base || $text OR name = $text OR starts_with(iri, $base || 'viewpoint/' || $text)
    ORDER BY iri"""
# A voice that is only heard in withheld claims is not in the tables either, so this can warn and never refuse.
_UNKNOWN = """
    SELECT DISTINCT unnest($names::VARCHAR[]) AS name
    EXCEPT (SELECT iri FROM agents UNION ALL SELECT iri FROM claims) ORDER BY name"""


def find_viewpoint(view: View, base: str, text: str) -> Viewpoint:
    """The viewpoint of a name, IRI, key or beginning of a key. Raises NotFound, with what to do."""
    rows = view.records(_FIND, {"text": text, "base": base})
    if len(rows) == 1:
        return _from_row(rows[0])
    for viewpoint in () if rows else BUILT_IN:
        iri = iris.viewpoint_iri(base, viewpoint)
        if text in (viewpoint.name, iri, iri.removeprefix(base), iri.rsplit("/", 1)[-1]):
            return viewpoint
    if not rows:
        raise NotFound(
            f"There is no file {text!r}, and no recorded viewpoint has this name or key. "
            "`averment viewpoint FILE --save` records one."
        )
    listed = "; ".join(f"{row['name']} ({row['iri']})" for row in rows[:5])
    raise NotFound(f"{len(rows)} viewpoints are named {text!r}: {listed}. Say which, by its whole IRI.")


def list_viewpoints(view: View, base: str) -> list[tuple[str, Viewpoint]]:
    """Every viewpoint with its IRI: those built in, then those recorded, by name."""
    rows = view.records("SELECT * FROM viewpoints ORDER BY name, iri", {})
    found = {iris.viewpoint_iri(base, viewpoint): viewpoint for viewpoint in BUILT_IN}
    return list({**found, **{row["iri"]: _from_row(row) for row in rows}}.items())


def _from_row(row: Mapping[str, Any]) -> Viewpoint:
    values: dict[str, Any] = {name: tuple(row[name]) if slot.many else row[name] for name, slot in _SLOTS.items()}
    return Viewpoint(**values)


def is_recorded(view: View, base: str, viewpoint: Viewpoint) -> bool:
    """Whether the record holds a viewpoint of these very choices."""
    return bool(view.rows("SELECT 1 FROM viewpoints WHERE iri = ?", [iris.viewpoint_iri(base, viewpoint)]))


def unknown_names(view: View, base: str, viewpoint: Viewpoint) -> list[str]:
    """What a viewpoint names and the tables do not hold, a slip of the key or withheld; each with what may be meant."""
    names = [*viewpoint.voices, *viewpoint.without, *viewpoint.preferred, *viewpoint.identities]
    unknown = [str(row[0]) for row in view.rows(_UNKNOWN, {"names": names})]
    if not unknown:
        return []
    agents = f"{base}agent/"
    known = [str(row[0]).removeprefix(agents) for row in view.rows("SELECT iri FROM agents")]
    near = {name: list_nearest(name.removeprefix(agents), known) for name in unknown}
    return [f"{name}, which this record does not show; {_remedy(near[name])}" for name in unknown]


def _remedy(near: list[str]) -> str:
    return f"did you mean {' or '.join(near)}?" if near else "check the key"

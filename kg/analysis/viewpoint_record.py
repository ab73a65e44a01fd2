"""Viewpoints that are recorded: found again by name, key or IRI, and what they name that the record does not hold."""

from typing import Any

from kg import iris
from kg.analysis.as_of import View
from kg.errors import NotFound
from kg.model import Viewpoint, slots_of
from kg.nearest import list_nearest

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
    """The recorded viewpoint of a name, IRI, key or beginning of a key. Raises NotFound, with what to do."""
    rows = view.records(_FIND, {"text": text, "base": base})
    if len(rows) == 1:
        row = rows[0]
        values: dict[str, Any] = {name: tuple(row[name]) if slot.many else row[name] for name, slot in _SLOTS.items()}
        return Viewpoint(**values)
    if not rows:
        raise NotFound(
            f"There is no file {text!r}, and no recorded viewpoint has this name or key. "
            "`averment viewpoint FILE --save` records one."
        )
    listed = "; ".join(f"{row['name']} ({row['iri']})" for row in rows[:5])
    raise NotFound(f"{len(rows)} viewpoints are named {text!r}: {listed}. Say which, by its whole IRI.")


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

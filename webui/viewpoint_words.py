"""What a viewpoint chooses, in words."""

from kg.codes import find_label
from kg.model import Viewpoint, slots_of
from kg.reading import Ref
from webui.source import get_reader

_WORDS = {
    "voices": "voices counted",
    "without": "voices left out",
    "relays": "what is known only because another voice passed it on",
    "denials": "findings that the harm did not occur",
    "schemes": "schemes whose denials are looked at",
    "grades": "status the event must bear",
    "identities": "identities accepted",
    "certainty": "dates are taken as",
    "policy": "where numbers differ",
    "prefer": "preferred, in this order",
}
_TOLD_ABOVE = ("name", "description")
_PRESET = {
    "voices": "every voice",
    "relays": "count",
    "denials": "count",
    "grades": "any, or none",
    "populations": "any",
    "bases": "any",
    "schemes": "any",
}


def choices_of(viewpoint: Viewpoint) -> list[tuple[str, list[Ref | str]]]:
    """What a viewpoint chooses, in order; what it leaves open is told too."""
    labels = get_reader().labels
    found: list[tuple[str, list[Ref | str]]] = []
    for name in slots_of(Viewpoint):
        given = viewpoint.preferred if name == "prefer" else getattr(viewpoint, name)
        values = list(given) if isinstance(given, tuple) else [given] if given else []
        if name in _TOLD_ABOVE or not (values or name in _PRESET):
            continue
        labels.learn(value for value in values if "://" in value)
        shown = [Ref(v, find_label(v) or labels.text(v), "") if "://" in v else v for v in values]
        found.append((_WORDS.get(name, name.replace("_", " ")), shown or [_PRESET[name]]))
    return found

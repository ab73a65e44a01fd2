"""Viewpoints: a named, citable set of choices under which numbers are read. The choices make its name: it has no other.

The policies on disagreement are those of Every Casualty Counts, Standards for Casualty Recording (2020), as codes.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kg import iris
from kg.analysis.as_of import AsOf, Certainty, View, read_as_of
from kg.codes import Code, load_codes, load_schemes
from kg.errors import Problem, Refused
from kg.intake.yamltext import LARGEST, parse_yaml
from kg.rdf import write_iri, write_literal
from kg.terms import AVC, DCTERMS, RDF_TYPE, RDFS, Iri, av, avc
from kg.units import Unit

_POLICIES = avc("scheme-disagreement-policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewpoint:
    """What counts, for whom, as of when. An empty tuple leaves that choice open: every voice, every population …

    `grades` are statuses one of which an event must bear for its numbers to count, `schemes` the schemes whose
    statuses are looked at; `identities` are claims of identity that are accepted; `prefer` is in order of preference.
    """

    name: str
    description: str = ""
    voices: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    relays: bool = True
    denials: bool = True
    schemes: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    said_by: str = ""
    recorded_by: str = ""
    certainty: str = Certainty.SURELY.value
    policy: str = avc("policy-keep-all")
    prefer: tuple[str, ...] = ()

    def iri(self, base: str) -> Iri:
        """Its name, from all its choices: two files that choose the same are one viewpoint."""
        return Iri(f"{base}viewpoint/{iris.hash_key({'kind': 'Viewpoint', **self._choices()})}")

    def as_of(self, view: View) -> AsOf:
        """How far it looks on both axes. Raises Refused."""
        return read_as_of(
            view, said_by=self.said_by or None, recorded_by=self.recorded_by or None, certainty=self.certainty
        )

    def _choices(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: "count" if value is True else "leave-out" if value is False else value
            for name, value in values.items()
            if value not in ("", ())
        }


def viewpoint_unit(base: str, viewpoint: Viewpoint) -> Unit:
    """A viewpoint as RDF, in a graph of its own name, each choice by a property of its own."""
    subject = viewpoint.iri(base)
    lines = [f"{write_iri(RDF_TYPE)} {write_iri(av('Viewpoint'))}"]
    lines.append(f"{write_iri(Iri(RDFS + 'label'))} {write_literal(viewpoint.name)}")
    if viewpoint.description:
        lines.append(f"{write_iri(Iri(DCTERMS + 'description'))} {write_literal(viewpoint.description)}")
    for name, prop in _PROPERTIES.items():
        value = getattr(viewpoint, name)
        if isinstance(value, bool):
            value = "count" if value else "leave-out"
        if isinstance(value, tuple) and name == "prefer":
            # The order is the choice; without blank nodes a list is written as text.
            value = " ".join(value)
        for each in value if isinstance(value, tuple) else (value,):
            if each:
                term = write_iri(each) if ":" in each and name in _NAMES else write_literal(each)
                lines.append(f"{write_iri(av(prop))} {term}")
    graph = write_iri(subject)
    return Unit(subject, subject, tuple(sorted(f"{graph} {line} {graph} ." for line in lines)))


_NAMES = ("voices", "without", "schemes", "grades", "populations", "bases", "identities", "policy")
_PROPERTIES = {
    "voices": "countsVoice",
    "without": "leavesOutVoice",
    "relays": "relaysAre",
    "denials": "denialsAre",
    "schemes": "looksAtScheme",
    "grades": "requiresStatus",
    "populations": "countsPopulation",
    "bases": "countsBasis",
    "identities": "acceptsIdentity",
    "said_by": "saidBy",
    "recorded_by": "knownBy",
    "certainty": "datesAre",
    "policy": "disagreementPolicy",
    "prefer": "prefers",
}
_TEXTS = ("name", "description", "said_by", "recorded_by")
_SWITCHES = {"count": True, "leave-out": False}
_LISTS = {"voices": "agent", "without": "agent", "prefer": "agent", "identities": "claim"}
_CODES = {"schemes": "scheme-", "grades": "", "populations": "", "bases": ""}


def load_viewpoint(path: Path, *, base: str) -> Viewpoint:
    """The viewpoint a YAML file describes. Raises Refused with everything wrong with it."""
    try:
        data = path.read_bytes()[: LARGEST + 1]
    except OSError as error:
        raise Refused([Problem(str(path), 0, "", "", f"the file cannot be read: {error.strerror}", "")]) from None
    tree, problems = parse_yaml(data, file=str(path))
    found: dict[str, Any] = {}
    content = tree.data if isinstance(tree.data, dict) else {}

    def refuse(key: str, reason: str, remedy: str) -> None:
        problems.append(Problem(str(path), tree.line_of((key,)), key, tree.raw_at((key,)), reason, remedy))

    if str(content.pop("viewpoint", "")) != "1":
        refuse("viewpoint", "the form of the file is not told", "begin it with viewpoint: 1")
    for key, value in content.items():
        try:
            found[key] = _read(key, value, tree.raw_at((key,)), base)
        except ValueError as error:
            reason, _, remedy = str(error).partition("; ")
            refuse(key, reason, remedy)
    if not content.get("name"):
        refuse("name", "missing: a viewpoint is cited by its name", "give it one")
    if found.get("policy") == avc("policy-prioritise-source") and not found.get("prefer"):
        refuse("prefer", "missing: nothing says which source is preferred", "list agents, the first preferred most")
    if problems:
        raise Refused(problems)
    return Viewpoint(**found)


def _read(key: str, value: object, raw: str, base: str) -> Any:
    if key in _TEXTS:
        return raw.strip()
    if key in ("relays", "denials"):
        if raw not in _SWITCHES:
            raise ValueError(f"not a choice; write one of {', '.join(_SWITCHES)}")
        return _SWITCHES[raw]
    if key == "certainty":
        return Certainty(raw).value
    if key == "policy":
        return _code(raw, "policy-", _POLICIES)
    items = [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]
    if key in _LISTS:
        names = [_name(each, _LISTS[key], base) for each in items]
        return tuple(names) if key == "prefer" else tuple(sorted(set(names)))
    if key in _CODES:
        return tuple(sorted({_code(each, _CODES[key]) for each in items}))
    known = sorted({*_TEXTS, "relays", "denials", "certainty", "policy", *_LISTS, *_CODES})
    raise ValueError(f"not a field of a viewpoint; write one of {', '.join(known)}")


def _name(text: str, kind: str, base: str) -> str:
    if ":" in text:
        return text
    return f"{base}{text}" if "/" in text else f"{base}{kind}/{text}"


def _code(text: str, prefix: str, scheme: str = "") -> str:
    slug = text.removeprefix("avc:").removeprefix(AVC)
    for name in (avc(slug), avc(prefix + slug)):
        code: Code | None = load_codes().get(name)
        if (code is not None and (not scheme or scheme in code.schemes)) or (not scheme and name in load_schemes()):
            return name
    raise ValueError(f"{text!r} is not a code; `averment query` lists them, or see docs/codes.md")

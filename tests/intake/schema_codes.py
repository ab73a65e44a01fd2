"""Writes the codes of `ontology/codes/` into the published schema of case files: `python -m tests.intake.schema_codes`.

Editors complete codes from the schema, and the reader takes them from it too, so that no Turtle is parsed to read a
case; a test compares the two.
"""

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import resources
from kg.terms import AVC, DCTERMS, RDFS, SKOS

PREFIX = "code-"


def code_definitions() -> dict[str, dict[str, Any]]:
    """The definitions `code-<scheme>` of every scheme of the ontology, each code with its own definition."""
    facts: dict[str, dict[str, list[str]]] = {}
    for path in resources.iter_ttl("ontology/codes"):
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            facts.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object.value)
    schemes = {iri: known for iri, known in facts.items() if iri.startswith(f"{AVC}scheme-")}
    codes = {iri: known for iri, known in facts.items() if SKOS + "inScheme" in known}
    return {f"{PREFIX}{_slug(iri)}": _definition(iri, schemes[iri], codes) for iri in sorted(schemes)}


def _slug(iri: str) -> str:
    return iri.removeprefix(AVC).removeprefix("scheme-")


def _definition(scheme: str, known: dict[str, list[str]], codes: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    members = {iri: code for iri, code in sorted(codes.items()) if scheme in code[SKOS + "inScheme"]}
    home = [_slug(iri) for iri, code in members.items() if scheme in code[RDFS + "isDefinedBy"]]
    prefix = _common_prefix(home)
    forms: list[dict[str, Any]] = [
        {
            "enum": [_slug(iri) for iri in members],
            "enumDescriptions": [code[SKOS + "definition"][0] for code in members.values()],
        }
    ]
    if prefix:
        forms.append({"enum": [slug.removeprefix(prefix) for slug in home], "x-prefix": prefix})
    forms.append({"pattern": f"^(avc:|{AVC})"})
    return {"type": "string", "description": known[DCTERMS + "description"][0], "minLength": 1, "anyOf": forms}


def _common_prefix(slugs: list[str]) -> str:
    """What all slugs begin with, up to a hyphen: "source-" of "source-wire" and "source-outlet"."""
    if len(slugs) < 2:
        return ""
    first, last = min(slugs), max(slugs)
    beginnings = (first[: at + 1] for at in range(len(first) - 1, -1, -1) if first[at] == "-")
    return next((each for each in beginnings if last.startswith(each)), "")


def write_codes(path: Path) -> None:
    """Put the codes into the schema at `path`, leaving all else as it is."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    kept = {name: part for name, part in schema["$defs"].items() if not is_scheme(name)}
    schema["$defs"] = kept | code_definitions()
    path.write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def is_scheme(name: str) -> bool:
    """Whether a definition is of one scheme, not of several together."""
    return name.startswith(PREFIX) and not name.startswith(f"{PREFIX}of-")


if __name__ == "__main__":
    write_codes(resources.schema_dir() / "case.schema.json")

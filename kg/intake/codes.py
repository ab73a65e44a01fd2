"""Codes as they are written in a case file: by slug, with or without what all slugs of the scheme begin with.

The schemes are taken from the published JSON Schema, which carries the codes of `ontology/codes/` for editors; reading
a case parses no Turtle. A test compares the two.
"""

from dataclasses import dataclass
from functools import lru_cache

from kg.intake.sheet import Sheet
from kg.intake.structure import load_schema
from kg.intake.yamltext import Path
from kg.nearest import suggest
from kg.terms import AVC, Iri, avc

ASSESSMENTS = {
    "airwars": "airwars-grading",
    "amnesty": "amnesty-verification",
    "ohchr": "ohchr-verification",
    "oir": "oir-allegation-status",
}
"""Short names of the schemes by which assessments are made."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The slugs of a scheme, and the beginning that may be left out of those it is home to ("" where there is none)."""

    name: str
    slugs: frozenset[str]
    prefix: str

    def find(self, text: str) -> str | None:
        """The slug that a text names in this scheme, None where it names none."""
        slug = to_slug(text)
        if slug in self.slugs:
            return slug
        return self.prefix + text if self.prefix + text in self.slugs else None

    def words(self) -> list[str]:
        """The codes as they are most shortly written."""
        return sorted(slug.removeprefix(self.prefix) for slug in self.slugs)


def to_slug(text: str) -> str:
    """A code without its namespace.

    >>> to_slug("avc:killed"), to_slug("killed")
    ('killed', 'killed')
    """
    return text.removeprefix("avc:").removeprefix(AVC)


@lru_cache(maxsize=1)
def load_schemes() -> dict[str, Scheme]:
    """Every scheme by its name, such as `measure`."""
    schemes = {}
    for name, part in load_schema()["$defs"].items():
        if name.startswith("code-") and not name.startswith("code-of-"):
            scheme, forms = name.removeprefix("code-"), part["anyOf"]
            schemes[scheme] = Scheme(scheme, frozenset(forms[0]["enum"]), forms[1].get("x-prefix", ""))
    return schemes


def read_code(sheet: Sheet, at: Path, *schemes: str) -> Iri | None:
    """The code written at a path, of any of these schemes; None where none is written, or it is none and noted so."""
    text = sheet.text(at)
    if text is None:
        return None
    known = load_schemes()
    for name in schemes:
        slug = known[name].find(text)
        if slug:
            return avc(slug)
    slug = to_slug(text)
    others = sorted(name for name, scheme in known.items() if slug in scheme.slugs)
    of = " or ".join(schemes)
    reason = f"a code of {', '.join(others)}, not of {of}" if others else f"no code of {of}"
    sheet.refuse(at, reason, suggest_code(slug, *schemes))
    return None


def suggest_code(slug: str, *schemes: str) -> str:
    """The codes of some schemes nearest to a slug, and where to find the rest."""
    words = [word for name in schemes for word in load_schemes()[name].words()]
    where = ", ".join(f"ontology/codes/{name}.ttl" for name in schemes)
    return suggest(slug, words, what="code", where=where)


def read_codes(sheet: Sheet, at: Path, *schemes: str) -> tuple[Iri, ...]:
    """The codes written at a path, one or a list."""
    return tuple(found for each in sheet.items(at) if (found := read_code(sheet, each, *schemes)))


def read_assessment_scheme(sheet: Sheet, at: Path) -> str | None:
    """The name of the scheme written at a path, short names written out."""
    text = sheet.text(at)
    return None if text is None else ASSESSMENTS.get(text, text).removeprefix("scheme-")

"""Finds what the two engines, or two readers, would not take alike; docs/validation.md gives each its measurement."""

import re
from collections.abc import Iterator
from typing import Final

from kg.check import vocabulary as v
from kg.check.shapes import PATH, PROPERTY, RDF_TYPE, show, unquote
from kg.check.triples import Triples
from kg.errors import Problem
from kg.terms import XSD

# What Rust, Python and XPath regular expressions all read alike leaves out: groups other than (?: ), Unicode classes,
# back-references, anchors by letter, and a bracket or a doubled operator within brackets.
_REGEX_TRAPS: Final = re.compile(r"\(\?(?!:)|\\[pPicICzZAGkKXRQEx0-9]|\[[^\]\\]*(?:\[|--|&&|~~|\|\|)")
_ONCE: Final = v.terms(
    v.SH,
    "path datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength"
    " uniqueLang closed in languageIn severity qualifiedValueShape",
)
_TRUE: Final = f'"true"^^<{XSD}boolean>'
_COUNTS: Final = {f"<{v.SH}qualifiedMinCount>", f"<{v.SH}qualifiedMaxCount>"}


def list_pitfalls(triples: Triples) -> list[Problem]:
    """Each constraint that would be ignored where it stands, or read in two ways."""
    problems: list[Problem] = []
    for subject, rows in triples.by_subject.items():
        for predicate, reason, remedy in (*_structure(triples, rows), *_values(rows), *_typing(rows)):
            field = f"{show(subject)} {show(predicate)}".strip()
            problems.append(Problem(file=triples.file_of[subject], field=field, reason=reason, remedy=remedy))
    return problems


def _structure(triples: Triples, rows: dict[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    if f"<{v.SH}deactivated>" in rows:
        yield f"<{v.SH}deactivated>", "a shape that is switched off checks nothing", "remove it"
    if PATH not in rows:
        for predicate in sorted(v.PROPERTY_SHAPE_ONLY.intersection(rows)):
            yield predicate, "it is ignored on a shape without sh:path", "move it to a property shape"
    if PATH in rows and f"<{v.SH}NodeShape>" in rows.get(RDF_TYPE, []):
        yield PATH, "a node shape has no path", "call it sh:PropertyShape"
    for shape in rows.get(PROPERTY, []):
        if shape in triples.by_subject and PATH not in triples.by_subject[shape]:
            yield PROPERTY, f"{show(shape)} has no sh:path, so it is ignored", "give it one"
    for predicate in (f"<{v.SH}zeroOrMorePath>", f"<{v.SH}oneOrMorePath>"):
        if predicate in rows:
            reason = "a path without end costs the square of what the data holds"
            yield predicate, reason, "name the steps, or make it a rule"


def _values(rows: dict[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    for predicate in sorted(_ONCE):
        if len(rows.get(predicate, [])) > 1:
            yield predicate, "it is given twice, and only one would count", "give it once"
    for name in ("closed", "uniqueLang"):
        if any(value != _TRUE for value in rows.get(f"<{v.SH}{name}>", [])):
            yield f"<{v.SH}{name}>", "only the word true switches it on", "write true, or remove it"
    for pattern in rows.get(f"<{v.SH}pattern>", []):
        if trap := _REGEX_TRAPS.search(unquote(pattern)):
            reason = f"{trap[0]!r} is not read alike by every engine"
            yield f"<{v.SH}pattern>", reason, "use only classes, groups (?: ), choices, counts and ^ $"
    if any(set(unquote(flags)) - set("ims") for flags in rows.get(f"<{v.SH}flags>", [])):
        yield f"<{v.SH}flags>", "only the flags i, m and s are read alike by every engine", "remove the others"


def _typing(rows: dict[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    # pySHACL lets a value pass that cannot be compared at all; SHACL, and the fast engine, do not.
    if f"<{v.SH}datatype>" not in rows:
        for predicate in sorted(v.COMPARES.intersection(rows)):
            reason = "values of another datatype cannot be compared, and engines differ on those"
            yield predicate, reason, "give the same shape its sh:datatype"
    if f"<{v.SH}qualifiedValueShape>" in rows and not _COUNTS.intersection(rows):
        yield f"<{v.SH}qualifiedValueShape>", "without a count it checks nothing", "give sh:qualifiedMinCount"

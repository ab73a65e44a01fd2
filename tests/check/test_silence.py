"""Shapes that SHACL lets conform in silence are refused aloud."""

import pytest

from kg.check import check_shapes, parse_checked_shapes, parse_shapes, parse_turtle, validate
from kg.errors import Refused
from tests.check.synthetic import PREFIXES

ONTOLOGY = f"""{PREFIXES}
@prefix owl: <http://www.w3.org/2002/07/owl#> .
ex:Claim a owl:Class . ex:voice a owl:ObjectProperty . ex:said a owl:DatatypeProperty .
ex:killed a ex:Code .
"""
SOUND = "ex:S a sh:NodeShape ; sh:targetClass ex:Claim ; sh:property ex:S-v . ex:S-v sh:path ex:voice ; sh:minCount 1 ."


def problems(turtle):
    shapes = parse_shapes({"shapes.ttl": PREFIXES + turtle})
    return [str(problem) for problem in check_shapes(shapes, parse_turtle({"ontology.ttl": ONTOLOGY}))]


def test_a_sound_shape_has_no_problem():
    assert problems(SOUND) == []


# What was misspelt or forgotten → the words that tell it. Each of these validates any data without a finding.
SILENT = {
    "target class": (
        SOUND.replace("ex:Claim", "ex:Clam"),
        "'http://example.org/Clam': the ontology declares no such class",
    ),
    "path": (SOUND.replace("path ex:voice", "path ex:voise"), "declares no such property"),
    "parameter": (SOUND.replace("sh:minCount", "sh:mincount"), "sh:mincount: no shape has such a property"),
    "type of shape": (SOUND.replace("sh:NodeShape", "sh:Nodeshape"), "SHACL core has no such term"),
    "prefix": (SOUND.replace("sh:minCount", "ex:minCount"), "no shape has such a property"),
    "target": (SOUND.replace("sh:targetClass ex:Claim ;", ""), "it has no target and no other shape uses it"),
    "target parameter": (SOUND.replace("sh:targetClass", "sh:targetclass"), "sh:targetclass: no shape has such"),
    "constraint": (SOUND.replace(" ; sh:minCount 1", ""), "it checks nothing"),
    "part": (SOUND.replace("sh:property ex:S-v", "sh:property ex:S-w"), "there is no such shape"),
    "part without path": (SOUND.replace("sh:path ex:voice ;", ""), "has no sh:path, so it is ignored"),
    "count on a node": (
        SOUND.replace("sh:property", "sh:minCount 1 ; sh:property"),
        "it is ignored on a shape without",
    ),
    "switched off": (SOUND.replace("sh:minCount", "sh:deactivated true ; sh:minCount"), "a shape that is switched off"),
    "closed": (SOUND.replace("sh:property", 'sh:closed "1"^^xsd:boolean ; sh:property'), "only the word true"),
    "class of a value": (SOUND.replace("sh:minCount 1", "sh:class ex:Agnet"), "declares no such class"),
    "code in a list": (SOUND.replace("sh:minCount 1", "sh:in ( ex:killed ex:kiled )"), "declares no such term"),
    "datatype": (SOUND.replace("sh:minCount 1", "sh:datatype xsd:dat"), "declares no such datatype"),
    "ordering": (
        SOUND.replace("sh:minCount 1", "sh:datatype xsd:date ; sh:lessThan ex:lst"),
        "declares no such property",
    ),
    "path of two steps": (
        SOUND.replace("path ex:voice", "path ( ex:voice [ sh:inversePath ex:voyce ] )"),
        "no such property",
    ),
}


@pytest.mark.parametrize("what", SILENT)
def test_a_shape_that_says_nothing_is_named(what):
    turtle, words = SILENT[what]
    assert any(words in problem for problem in problems(turtle)), problems(turtle)


@pytest.mark.parametrize("what", ["target class", "target", "constraint", "switched off", "parameter", "prefix"])
def test_these_shapes_really_are_silent(what):
    shapes = parse_shapes({"shapes.ttl": PREFIXES + SILENT[what][0]})
    claim = "<http://example.org/c> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Claim> ."
    assert validate(claim, shapes, engine="fast") == validate(claim, shapes, engine="referee") == []


# Constructs on which the engines differ; docs/validation.md tells each.
DIFFERING = {
    "SPARQL": (
        SOUND.replace("sh:minCount 1", 'sh:minCount 1 ; sh:sparql [ sh:select "SELECT $this WHERE { }" ]'),
        "only SHACL core is used here",
    ),
    "a range without datatype": (
        SOUND.replace("sh:minCount 1", "sh:minInclusive 1"),
        "give the same shape its sh:datatype",
    ),
    "an order without datatype": (SOUND.replace("sh:minCount 1", "sh:lessThan ex:said"), "give the same shape"),
    "a path without end": (SOUND.replace("path ex:voice", "path [ sh:oneOrMorePath ex:voice ]"), "a path without end"),
    "a Unicode class": (SOUND.replace("sh:minCount 1", 'sh:pattern "^\\\\p{L}$"'), "is not read alike"),
    "brackets in brackets": (SOUND.replace("sh:minCount 1", 'sh:pattern "[a-z--b]"'), "is not read alike"),
    "flags": (SOUND.replace("sh:minCount 1", 'sh:pattern "a" ; sh:flags "x"'), "only the flags i, m and s"),
    "two counts": (SOUND.replace("sh:minCount 1", "sh:minCount 1 , 2"), "it is given twice"),
    "a count of nothing": (SOUND.replace("sh:minCount 1", "sh:qualifiedValueShape ex:S"), "without a count"),
}


@pytest.mark.parametrize("what", DIFFERING)
def test_a_construct_that_engines_read_differently_is_named(what):
    turtle, words = DIFFERING[what]
    assert any(words in problem for problem in problems(turtle)), problems(turtle)


@pytest.mark.parametrize("turtle", ["", "ex:a ex:b ex:c ."])
def test_shapes_without_a_shape_are_refused(turtle):
    with pytest.raises(Refused, match="there is no shape in it"):
        parse_shapes({"shapes.ttl": PREFIXES + turtle})


def test_a_pattern_that_looks_around_is_refused():
    with pytest.raises(Refused, match="look-around"):
        parse_shapes({"shapes.ttl": PREFIXES + SOUND.replace("sh:minCount 1", 'sh:pattern "^(?!a)"')})


def test_text_that_is_not_turtle_is_refused_with_its_file():
    with pytest.raises(Refused, match=r"bad\.ttl.*not Turtle"):
        parse_shapes({"good.ttl": PREFIXES + SOUND, "bad.ttl": "ex:a"})


def test_checked_shapes_are_refused_with_every_problem_at_once():
    turtle = PREFIXES + SOUND.replace("ex:Claim", "ex:Clam").replace("sh:minCount", "sh:mincount")
    with pytest.raises(Refused) as refused:
        parse_checked_shapes({"shapes.ttl": turtle}, ontology={"ontology.ttl": ONTOLOGY})
    told = {problem.value or problem.field for problem in refused.value.problems}
    assert {"http://example.org/Clam", "http://example.org/S-v sh:mincount"} <= told
    assert {problem.file for problem in refused.value.problems} == {"shapes.ttl"}

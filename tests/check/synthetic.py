"""Small shapes and data for holding one engine against the other; nothing in them is real."""

import random

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"

TYPED = {
    "date": ("2031-06-06", "2031-10-17", "2031-02-30", "2031", "2033-04-25"),
    "dateTime": ("2031-06-06T00:00:00", "2031-06-06T00:00:00Z", "2031-06-06T12:00:00+03:00"),
    "integer": ("0", "1", "318", "-5", "01", "+1", "abc"),
    "decimal": ("1.0", "1.5", "318.0"),
    "boolean": ("true", "false", "1", "yes"),
    "gYear": ("2031", "2032"),
    "anyURI": ("http://a.example/b", "not an iri"),
}
PLAIN = (
    "abc",
    "ABC",
    "",
    "318",
    "a b",
    "line1\\nline2",
    "عربي",
    "١٢",
    "é",
    "e\\u0301",
    "\U0001f600\U0001f600",
    "^abc$",
)
TAGGED = ('"abc"@en', '"abc"@EN', '"abc"@en-GB', '"abc"@ar', '"xyz"@en')
LITERALS = [
    *(f'"{value}"^^<{XSD}{name}>' for name, values in TYPED.items() for value in values),
    *(f'"{value}"' for value in PLAIN),
    *TAGGED,
]
NODES = [f"<http://example.org/{name}>" for name in "abcdefgT"]

# Constraints that both engines read alike on any data.
ON_PROPERTIES = (
    *(f"sh:datatype xsd:{name}" for name in ("date", "dateTime", "integer", "decimal", "boolean", "gYear", "string")),
    "sh:datatype rdf:langString",
    *(f"sh:nodeKind sh:{kind}" for kind in ("IRI", "Literal", "BlankNodeOrIRI", "IRIOrLiteral")),
    "sh:minCount 1",
    "sh:minCount 1 ; sh:maxCount 2",
    "sh:maxCount 0",
    "sh:minLength 1",
    "sh:minLength 3 ; sh:maxLength 4",
    'sh:pattern "^abc$"',
    'sh:pattern "^[0-9]{4}(-[0-9]{2}){0,2}$"',
    'sh:pattern "^ABC$" ; sh:flags "i"',
    'sh:pattern "^http://example.org/[a-d]$"',
    'sh:pattern "^[^@]*$"',
    'sh:languageIn ( "en" "ar" )',
    "sh:uniqueLang true",
    "sh:hasValue ex:a",
    'sh:hasValue "abc"@en',
    'sh:in ( ex:a ex:b 318 "abc" )',
    "sh:class ex:T",
    "sh:equals ex:q",
    "sh:disjoint ex:q",
    "sh:node ex:N",
    "sh:not ex:N",
    "sh:or ( [ sh:datatype xsd:date ] [ sh:nodeKind sh:IRI ] )",
    "sh:and ( ex:N [ sh:class ex:T ] )",
    "sh:xone ( [ sh:class ex:T ] [ sh:class ex:U ] ex:N )",
    "sh:qualifiedValueShape [ sh:class ex:T ] ; sh:qualifiedMinCount 1",
    "sh:qualifiedValueShape ex:N ; sh:qualifiedMaxCount 1",
    "sh:property [ sh:path ex:q ; sh:minCount 1 ; sh:datatype xsd:integer ]",
)
ON_NODES = (
    "sh:closed true ; sh:ignoredProperties ( rdf:type )",
    "sh:class ex:T",
    "sh:nodeKind sh:IRI",
    'sh:pattern "a$"',
    "sh:in ( ex:a ex:b )",
    "sh:node ex:N",
    "sh:not [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]",
    "sh:xone ( [ sh:path ex:p ; sh:minCount 1 ] [ sh:path ex:q ; sh:minCount 1 ] )",
)
PATHS = ("ex:p", "ex:p", "[ sh:inversePath ex:p ]", "( ex:p ex:q )", "[ sh:alternativePath ( ex:p ex:q ) ]")
TARGETS = ("sh:targetClass ex:T", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:q", "sh:targetNode ex:a , ex:zz")
# Used by others; of no target of its own.
HELPER = "ex:N a sh:NodeShape ; sh:nodeKind sh:IRI ; sh:property ex:N-q . ex:N-q sh:path ex:q ; sh:maxCount 1 ."


def property_shape(constraint: str, *, path: str = "ex:p", target: str = "sh:targetSubjectsOf ex:p") -> str:
    """Turtle of a node shape with one named property shape."""
    shape = f"ex:S a sh:NodeShape ; {target} ; sh:property ex:S-p ."
    part = f'ex:S-p sh:path {path} ; {constraint} ; sh:severity sh:Warning ; sh:message "Mend p."@en .'
    return f"{PREFIXES}{HELPER}\n{shape}\n{part}\n"


def node_shape(constraint: str, *, target: str) -> str:
    """Turtle of a node shape that looks at the focus itself."""
    return f'{PREFIXES}{HELPER}\nex:S a sh:NodeShape ; {target} ; {constraint} ; sh:message "Mend it." .\n'


def make_data(chance: random.Random, *, triples: int = 10) -> str:
    """Random N-Triples over a handful of nodes, values and two properties."""
    rows = set()
    for _ in range(triples):
        value = chance.choice(LITERALS if chance.random() < 0.6 else NODES)
        rows.add(f"{chance.choice(NODES)} <http://example.org/{chance.choice('ppq')}> {value} .")
    rows.update(
        f"{node} {RDF_TYPE} <http://example.org/{chance.choice('TU')}> ." for node in NODES if chance.random() < 0.5
    )
    if chance.random() < 0.5:
        rows.add(f"<http://example.org/U> {SUBCLASS} <http://example.org/T> .")
    return "".join(f"{row}\n" for row in sorted(rows))

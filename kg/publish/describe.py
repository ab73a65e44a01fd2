"""What the publication says of itself as Turtle: DCAT 3, VoID with its partitions, and the questions one can ask.

Addresses are relative, so that the folder may be hosted anywhere.
"""

import re
from collections.abc import Iterable, Sequence

from kg.publish.partitions import Partitions
from kg.publish.settings import Described, Settings, Standing
from kg.questions import Param, list_questions
from kg.rdf import write_iri, write_literal
from kg.terms import PREFIXES, XSD

_HEAD = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": PREFIXES["dcterms"],
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": PREFIXES["prov"],
    "rdfs": PREFIXES["rdfs"],
    "sh": "http://www.w3.org/ns/shacl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
}
_SERIALISATIONS = {
    "application/n-quads": "http://www.w3.org/ns/formats/N-Quads",
    "application/trig": "http://www.w3.org/ns/formats/TriG",
}
_PREFIX = re.compile(r"^PREFIX\s+([\w-]*):\s*<([^>]*)>\s*$", re.IGNORECASE | re.MULTILINE)


def describe_dataset(
    settings: Settings, standing: Standing, partitions: Partitions, files: Sequence[Described], *, changes: bool
) -> bytes:
    """`dataset.ttl`."""
    news = [each for each in files if each.path.startswith("changes/")]
    whole = [each for each in files if each not in news]
    facts = [
        "a dcat:Dataset , void:Dataset",
        f"dcterms:title {_text(settings.title)}",
        f"dcterms:description {_text(standing.description)}",
        f"dcterms:identifier {write_literal(standing.head)}",
        f'dcterms:modified "{standing.recorded}"^^xsd:dateTime',
        f'dcat:version "{standing.entry}"',
        f"void:uriSpace {write_literal(standing.base)}",
        f"void:triples {partitions.triples}",
        f"void:distinctSubjects {partitions.subjects}",
        f"void:entities {partitions.subjects}",
        f"void:classes {len(partitions.classes)}",
        f"void:properties {len(partitions.properties)}",
        *[f"void:vocabulary {write_iri(space)}" for space in sorted(PREFIXES.values())],
        *[f"void:dataDump <{each.path}>" for each in whole if each.media in _SERIALISATIONS],
        *[f"dcat:distribution <#{_anchor(each.path)}>" for each in whole],
        *_rights(settings),
        *_class_partitions(partitions),
        *_property_partitions(partitions.properties),
    ]
    blocks = [_block("<#record>", facts), *(_distribution(each, settings) for each in files)]
    if changes:
        facts = [
            "a dcat:Dataset",
            f'dcterms:title "What changed since the publication before: {standing.entry}"@en',
            'dcterms:description "The quads that were added, and the numbers of the units that are gone."@en',
            f'dcterms:modified "{standing.recorded}"^^xsd:dateTime',
            "prov:wasDerivedFrom <#record>",
            *[f"dcat:distribution <#{_anchor(each.path)}>" for each in news],
            *_rights(settings),
        ]
        blocks.append(_block("<#changes>", facts))
    return _page(blocks)


def _tell_param(param: Param) -> str:
    open_too = "" if param.required else " (where none is meant, take out each line that holds it)"
    return f"${param.name}{open_too}: {param.meaning}"


def describe_questions() -> bytes:
    """`questions.ttl`: the question library as `sh:SPARQLExecutable`, with the prefixes its queries use."""
    declared: dict[str, str] = {}
    blocks = []
    for question in list_questions():
        declared.update(dict(_PREFIX.findall(question.sparql)))
        body = _PREFIX.sub("", question.sparql).strip()
        facts = [
            "a sh:SPARQLExecutable , sh:SPARQLSelectExecutable",
            f"rdfs:label {_text(question.title)}",
            f"rdfs:comment {_text(question.description)}",
            "sh:prefixes <#prefixes>",
            f"sh:select {write_literal(body)}",
            *[f"dcterms:requires {_text(_tell_param(each))}" for each in question.params],
        ]
        blocks.append(_block(f"<#{question.name}>", facts))
    declares = [
        f'sh:declare [ sh:prefix "{prefix}" ; sh:namespace "{space}"^^xsd:anyURI ]'
        for prefix, space in sorted(declared.items())
    ]
    return _page([_block("<#prefixes>", [*declares, 'rdfs:label "Prefixes of the questions"@en']), *blocks])


def _distribution(each: Described, settings: Settings) -> str:
    facts = [
        "a dcat:Distribution",
        f"dcterms:title {_text(each.title)}",
        f"dcat:downloadURL <{each.path}>",
        f"dcat:mediaType <https://www.iana.org/assignments/media-types/{each.media}>",
        f'dcat:byteSize "{each.size}"^^xsd:nonNegativeInteger',
        "spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; "
        f'spdx:checksumValue "{each.sha256}"^^xsd:hexBinary ]',
        *_rights(settings)[:1],
    ]
    if each.path.endswith(".zst"):
        facts.append("dcat:compressFormat <https://www.iana.org/assignments/media-types/application/zstd>")
    if each.media in _SERIALISATIONS:
        facts.append(f"dcterms:format <{_SERIALISATIONS[each.media]}>")
    return _block(f"<#{_anchor(each.path)}>", facts)


def _rights(settings: Settings) -> list[str]:
    facts = [f"dcterms:license {write_iri(settings.licence)}"] if settings.licence else []
    if settings.publisher:
        facts.append(f"dcterms:publisher [ a foaf:Agent ; foaf:name {_text(settings.publisher, language='')} ]")
    return facts


def _class_partitions(partitions: Partitions) -> Iterable[str]:
    for kind, entities in sorted(partitions.classes.items()):
        own = partitions.class_properties[kind]
        inner = " ; ".join([f"void:class {kind}", f"void:entities {entities}", *_property_partitions(own)])
        yield f"void:classPartition [ {inner} ]"


def _property_partitions(properties: dict[str, int]) -> Iterable[str]:
    for name, triples in sorted(properties.items()):
        yield f"void:propertyPartition [ void:property {name} ; void:triples {triples} ]"


def _block(subject: str, facts: Iterable[str]) -> str:
    return f"{subject}\n    " + " ;\n    ".join(facts) + " ;\n    .\n"


def _page(blocks: Iterable[str]) -> bytes:
    head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in _HEAD.items())
    return "\n".join([head, *blocks]).encode()


def _text(text: str, *, language: str = "en") -> str:
    return write_literal(text, language=language)


def _anchor(path: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", path)

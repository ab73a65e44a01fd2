"""The namespaces Averment writes, and the few terms the code itself must name."""

from typing import NewType

Iri = NewType("Iri", str)

AV = "https://w3id.org/averment/ns#"
AVC = "https://w3id.org/averment/codes/"
AVSH = "https://w3id.org/averment/shapes#"
DCTERMS = "http://purl.org/dc/terms/"
GEO = "http://www.opengis.net/ont/geosparql#"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"

DEFAULT_BASE = "https://averment.example/id/"

PREFIXES: dict[str, str] = {
    "av": AV,
    "avc": AVC,
    "avsh": AVSH,
    "dcterms": DCTERMS,
    "geo": GEO,
    "oa": OA,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "xsd": XSD,
}

RDF_TYPE = Iri(RDF + "type")
NOT_STATED = Iri(AVC + "not-stated")


def av(name: str) -> Iri:
    """The IRI of a term of the vocabulary, from its local name.

    >>> av("Claim")
    'https://w3id.org/averment/ns#Claim'
    """
    return Iri(AV + name)


def avc(slug: str) -> Iri:
    """The IRI of a code, from its slug.

    >>> avc("killed")
    'https://w3id.org/averment/codes/killed'
    """
    return Iri(AVC + slug)


def expand_curie(text: str) -> Iri:
    """The full IRI of a prefixed name; a full IRI is returned as it is. Raises KeyError for an unknown prefix.

    >>> expand_curie("prov:Activity")
    'http://www.w3.org/ns/prov#Activity'
    """
    prefix, colon, local = text.partition(":")
    if not colon or local.startswith("//"):
        return Iri(text)
    return Iri(PREFIXES[prefix] + local)


def compact_iri(iri: str) -> str:
    """The prefixed name of an IRI where a known prefix fits, else the IRI itself.

    >>> compact_iri("https://w3id.org/averment/codes/killed")
    'avc:killed'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri

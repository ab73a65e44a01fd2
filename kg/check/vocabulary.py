"""The terms that a shapes graph may use: SHACL core, and the few well-known ones that no ontology of ours declares."""

from typing import Final

from kg.terms import DCTERMS, RDF, RDFS, SKOS, XSD

SH: Final = "http://www.w3.org/ns/shacl#"
OWL: Final = "http://www.w3.org/2002/07/owl#"


def terms(namespace: str, names: str) -> frozenset[str]:
    """Terms in N-Triples syntax, from a namespace and local names set apart by spaces."""
    return frozenset(f"<{namespace}{name}>" for name in names.split())


# SHACL core, https://www.w3.org/TR/shacl/ sections 2 to 4.
PARAMETERS: Final = terms(
    SH,
    "class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength"
    " pattern languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone node property"
    " qualifiedValueShape closed hasValue in",
)
PROPERTY_SHAPE_ONLY: Final = terms(
    SH, "minCount maxCount uniqueLang lessThan lessThanOrEquals qualifiedValueShape qualifiedMinCount qualifiedMaxCount"
)
COMPANIONS: Final = terms(
    SH, "flags ignoredProperties qualifiedValueShapesDisjoint qualifiedMinCount qualifiedMaxCount"
)
SHAPE_PREDICATES: Final = (
    PARAMETERS
    | COMPANIONS
    | terms(
        SH,
        "path targetClass targetNode targetSubjectsOf targetObjectsOf message severity deactivated"
        " name description order group defaultValue",
    )
)
PATH_PREDICATES: Final = terms(SH, "inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath")
NAMES_CLASS: Final = terms(SH, "targetClass class")
NAMES_PROPERTY: Final = terms(SH, "targetSubjectsOf targetObjectsOf equals disjoint lessThan lessThanOrEquals")
HOLDS_SHAPE: Final = terms(SH, "property node not qualifiedValueShape")
HOLDS_SHAPES: Final = terms(SH, "and or xone")
COMPARES: Final = terms(SH, "minExclusive minInclusive maxExclusive maxInclusive lessThan lessThanOrEquals")
SH_VALUES: Final = terms(
    SH,
    "NodeShape PropertyShape PropertyGroup Violation Warning Info"
    " BlankNode IRI Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral",
)
DESCRIPTIVE: Final = (
    terms(RDF, "type first rest")
    | terms(RDFS, "label comment isDefinedBy seeAlso subClassOf")
    | terms(SKOS, "scopeNote example definition note")
    | terms(
        DCTERMS, "title description source references created modified creator license identifier rights conformsTo"
    )
    | terms(OWL, "imports versionInfo versionIRI priorVersion")
)

# Constructs on which the engines differ, or that have no place in a claim-local check; docs/validation.md says why.
NOT_USED: Final = dict.fromkeys(
    terms(
        SH,
        "sparql select ask construct update prefixes declare parameter validator nodeValidator propertyValidator"
        " SPARQLConstraint SPARQLConstraintComponent ConstraintComponent target SPARQLTarget SPARQLTargetType"
        " rule TripleRule SPARQLRule js expression values entailment shapesGraph",
    ),
    "only SHACL core is used here: a rule across claims is SQL over the tables",
)

BUILT_IN_CLASSES: Final = (
    terms(RDF, "Property List Statement")
    | terms(RDFS, "Class Resource Datatype Literal")
    | terms(
        OWL,
        "Class Thing Ontology ObjectProperty DatatypeProperty AnnotationProperty NamedIndividual TransitiveProperty"
        " FunctionalProperty SymmetricProperty",
    )
    | terms(SKOS, "Concept ConceptScheme Collection")
    | terms(SH, "NodeShape PropertyShape")
)
BUILT_IN_PROPERTIES: Final = (
    terms(RDF, "type value first rest subject predicate object")
    | terms(RDFS, "label comment isDefinedBy seeAlso subClassOf subPropertyOf domain range member")
    | terms(
        SKOS,
        "prefLabel altLabel hiddenLabel notation definition scopeNote example note editorialNote changeNote historyNote"
        " inScheme topConceptOf hasTopConcept broader narrower related exactMatch closeMatch broadMatch narrowMatch"
        " relatedMatch",
    )
    | terms(OWL, "deprecated versionInfo versionIRI imports sameAs inverseOf equivalentClass equivalentProperty")
    | terms(
        DCTERMS,
        "title description source references created modified creator license identifier rights conformsTo publisher"
        " issued date language isPartOf hasPart format extent subject type contributor provenance",
    )
    | terms(SH, "path message severity property targetClass")
)
DATATYPES: Final = terms(
    XSD,
    "string boolean decimal integer double float date time dateTime dateTimeStamp gYear gYearMonth gMonth gMonthDay"
    " gDay duration yearMonthDuration dayTimeDuration byte short int long unsignedByte unsignedShort unsignedInt"
    " unsignedLong positiveInteger nonNegativeInteger negativeInteger nonPositiveInteger hexBinary base64Binary"
    " anyURI language normalizedString token NMTOKEN Name NCName",
) | terms(RDF, "langString HTML XMLLiteral JSON")

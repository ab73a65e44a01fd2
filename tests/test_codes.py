from collections import Counter
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SDO, SKOS, XSD, Graph, Namespace, URIRef

from kg import resources
from tests.turtle_style import load_turtle, to_turtle

AV = Namespace("https://w3id.org/averment/ns#")
AVC = Namespace("https://w3id.org/averment/codes/")
CITO = Namespace("http://purl.org/spar/cito/")
CRMINF = Namespace("http://www.cidoc-crm.org/extensions/crminf/")
OA = Namespace("http://www.w3.org/ns/oa#")
OBO = Namespace("http://purl.obolibrary.org/obo/")

CODE_FILES = sorted((resources.ontology_dir() / "codes").glob("*.ttl"))
ALIGNMENT_FILES = sorted((resources.ontology_dir() / "alignments").glob("*.ttl"))
FOREIGN = ("airwars-", "oir-", "amnesty-", "ohchr-")
MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.mappingRelation, OWL.sameAs)
# Looked up in the vocabularies that each alignment names as its source; rdflib itself holds PROV-O and schema.org.
KNOWN_FOREIGN_TERMS = {
    *(CITO[name] for name in ("agreesWith", "citesAsEvidence", "containsAssertionFrom", "disputes")),
    *(CITO[name] for name in ("includesQuotationFrom", "qualifies", "updates", "usesDataFrom")),
    *(CRMINF[name] for name in ("I1_Argumentation", "I2_Belief", "I4_Proposition_Set", "I5_Inference_Making")),
    *(CRMINF[name] for name in ("I6_Belief_Value", "I10_Provenance_Statement")),
    *(CRMINF[name] for name in ("J4_that", "J5_holds_to_be", "J7_is_based_on_evidence_from")),
    *(OA[name] for name in ("Annotation", "ResourceSelection", "TimeState", "exact", "hasBody", "hasTarget")),
    *(OBO[f"SEPIO_{number}"] for number in ("0000000", "0000001", "0000006", "0000030", "0000108", "0000124")),
    OBO.IAO_0000104,
}


def graph_of(paths: list[Path]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="module")
def codes() -> Graph:
    return graph_of(CODE_FILES)


@pytest.fixture(scope="module")
def alignments() -> Graph:
    return graph_of(ALIGNMENT_FILES)


@pytest.fixture(scope="module")
def core() -> Graph:
    return graph_of(sorted(resources.ontology_dir().glob("*.ttl")))


def concepts(graph: Graph) -> list[URIRef]:
    return sorted(graph.subjects(RDF.type, SKOS.Concept))


def in_rdflib(term: URIRef) -> bool:
    spaces = (DCTERMS, OWL, PROV, RDF, RDFS, SDO, SKOS, XSD)
    return any(term.startswith(str(space)) and term in space for space in spaces)


@pytest.mark.parametrize("path", CODE_FILES + ALIGNMENT_FILES, ids=lambda path: path.name)
def test_a_file_written_again_is_the_same_file(path):
    assert to_turtle(load_turtle(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_a_file_holds_one_scheme_that_is_named_for_it(path):
    assert list(load_turtle(path).subjects(RDF.type, SKOS.ConceptScheme)) == [AVC[f"scheme-{path.stem}"]]


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_every_code_of_a_file_is_defined_by_its_scheme_and_in_it(path):
    graph, home = load_turtle(path), AVC[f"scheme-{path.stem}"]
    assert concepts(graph)
    for concept in concepts(graph):
        assert list(graph.objects(concept, RDFS.isDefinedBy)) == [home]
        assert (concept, SKOS.inScheme, home) in graph


def test_every_scheme_has_a_label_a_description_and_a_source(codes):
    for scheme in codes.subjects(RDF.type, SKOS.ConceptScheme):
        for predicate in (SKOS.prefLabel, DCTERMS.description, DCTERMS.source, RDFS.isDefinedBy):
            assert codes.value(scheme, predicate, any=True), (scheme, predicate)


def test_every_code_has_one_english_label_one_definition_and_a_source(codes):
    for concept in concepts(codes):
        for predicate in (SKOS.prefLabel, SKOS.definition):
            assert [o.language for o in codes.objects(concept, predicate)] == ["en"], (concept, predicate)
        assert (concept, DCTERMS.source, None) in codes, concept


def test_a_definition_is_one_sentence(codes):
    for concept in concepts(codes):
        text = str(codes.value(concept, SKOS.definition))
        assert text.endswith("."), concept
        assert ". " not in text, concept


def test_a_slug_is_defined_in_one_file_alone():
    found = Counter(concept for path in CODE_FILES for concept in concepts(load_turtle(path)))
    assert [concept for concept, times in found.items() if times > 1] == []


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_a_notation_names_one_code_of_its_scheme(path):
    found = Counter(str(notation) for notation in load_turtle(path).objects(None, SKOS.notation))
    assert [notation for notation, times in found.items() if times > 1] == []


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_labels_differ_within_a_scheme(path):
    found = Counter(str(label).casefold() for label in load_turtle(path).objects(None, SKOS.prefLabel))
    assert [label for label, times in found.items() if times > 1] == []


def test_every_scheme_and_code_that_is_named_is_declared(codes):
    named = {o for o in codes.objects() if isinstance(o, URIRef) and o.startswith(str(AVC)) and o != URIRef(AVC)}
    assert named <= set(codes.subjects(RDF.type))


def test_a_broader_code_lies_in_the_same_file_and_the_top_of_every_branch_is_a_top_concept(codes):
    for concept in concepts(codes):
        home = codes.value(concept, RDFS.isDefinedBy)
        broader = codes.value(concept, SKOS.broader)
        if broader is None:
            assert (concept, SKOS.topConceptOf, home) in codes, concept
        else:
            assert codes.value(broader, RDFS.isDefinedBy) == home, concept


def test_a_narrower_code_never_leads_back_to_itself(codes):
    for concept in concepts(codes):
        for broader in codes.objects(concept, SKOS.broader):
            assert concept not in set(codes.transitive_objects(broader, SKOS.broader))


def test_no_code_is_made_the_same_as_or_close_to_a_code_of_another_scheme(codes):
    assert [triple for mapping in MAPPINGS for triple in codes.triples((None, mapping, None))] == []


def test_the_code_of_a_foreign_vocabulary_says_so_in_its_name(codes):
    for concept in concepts(codes):
        home = codes.value(concept, RDFS.isDefinedBy).removeprefix(f"{AVC}scheme-")
        prefix = next((p for p in FOREIGN if home.startswith(p)), None)
        assert prefix is None or concept.removeprefix(str(AVC)).startswith(prefix), concept


def test_status_codes_of_two_foreign_vocabularies_never_share_a_scheme_but_for_the_counting_basis(codes):
    for scheme in set(codes.subjects(RDF.type, SKOS.ConceptScheme)) - {AVC["scheme-counting-basis"]}:
        members = {str(c).removeprefix(str(AVC)) for c in codes.subjects(SKOS.inScheme, scheme)}
        assert len({p for p in FOREIGN for m in members if m.startswith(p)}) <= 1, scheme


def test_not_credible_is_three_codes_on_three_grounds_and_a_fourth_that_says_no_ground(codes):
    general = AVC["oir-not-credible"]
    narrower = {str(c).removeprefix(f"{general}-") for c in codes.subjects(SKOS.broader, general)}
    assert narrower == {"insufficient-information", "no-strike-on-record", "did-not-occur"}
    definitions = {str(codes.value(AVC[f"oir-not-credible-{ground}"], SKOS.definition)) for ground in narrower}
    assert len(definitions | {str(codes.value(general, SKOS.definition))}) == 4


def test_not_stated_is_one_code_that_other_schemes_share(codes):
    schemes = set(codes.objects(AVC["not-stated"], SKOS.inScheme))
    assert {AVC["scheme-absence"], AVC["scheme-population"], AVC["scheme-counting-basis"]} <= schemes
    assert [c for c in concepts(codes) if c.endswith("not-stated")] == [AVC["not-stated"]]


def test_every_geolocation_accuracy_has_a_radius_that_is_called_our_own_assertion(codes):
    places = list(codes.subjects(RDFS.isDefinedBy, AVC["scheme-geolocation-accuracy"]))
    assert len(places) == 14
    for place in places:
        radius = codes.value(place, AV.assertedRadius)
        assert radius.datatype == XSD.decimal
        assert radius.value > 0
        assert "This project's assertion" in codes.value(place, SKOS.note)


def test_every_term_of_skos_dublin_core_and_rdf_used_in_the_codes_exists(codes):
    used = set(codes.predicates()) | set(codes.objects(None, RDF.type))
    assert [term for term in used if not in_rdflib(term) and term != AV.assertedRadius] == []


def test_every_foreign_term_of_the_alignments_exists(alignments):
    used = {o for o in alignments.objects() if isinstance(o, URIRef)} - set(alignments.objects(None, DCTERMS.source))
    used |= set(alignments.predicates())
    assert [term for term in used if not in_rdflib(term) and term not in KNOWN_FOREIGN_TERMS] == []


@pytest.mark.parametrize("path", ALIGNMENT_FILES, ids=lambda path: path.stem)
def test_every_alignment_gives_its_reason_and_its_source(path):
    graph = load_turtle(path)
    assert graph.value(URIRef(f"https://w3id.org/averment/alignments/{path.stem}"), DCTERMS.source, any=True)
    for subject in set(graph.subjects()):
        assert len(list(graph.objects(subject, RDFS.comment))) == 1, subject


def test_every_term_that_is_aligned_is_declared_in_the_core(alignments, core):
    aligned = {s for s in alignments.subjects() if s.startswith(str(AV))}
    assert sorted(aligned - set(core.subjects(RDF.type))) == []


def test_a_class_is_aligned_with_classes_and_a_property_with_properties(alignments):
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf):
        for subject in alignments.subjects(relation):
            local = str(subject).removeprefix(str(AV))
            assert local[0].isupper() == (relation == RDFS.subClassOf), subject


def test_the_page_on_codes_lists_every_file():
    page = resources.ontology_dir().parent / "docs" / "codes.md"
    text = page.read_text(encoding="utf-8")
    assert [path.name for path in CODE_FILES + ALIGNMENT_FILES if f"`{path.name}`" not in text] == []

"""The vocabulary declares what is used, says what it means, and is written in one way."""

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, URIRef

from kg import resources
from kg.check import parse_checked_shapes, to_ntriples, validate
from kg.model import (
    ENTITIES,
    PROPOSITIONS,
    AgentKind,
    Claim,
    Correction,
    Decision,
    EventKind,
    Kind,
    Recording,
    Relay,
    Stance,
    Viewpoint,
    Withheld,
    slots_of,
)
from kg.terms import AV, AVC, av
from tests import vocabulary_page
from tests.turtle_style import load_turtle, to_turtle

ROOT = Path(__file__).resolve().parent.parent
TERM_FILES = sorted(resources.ontology_dir().glob("*.ttl"))
EVERY_FILE = sorted(resources.iter_ttl("ontology"))
MODEL = (*ENTITIES, *PROPOSITIONS, Claim, Relay, Recording, Correction, Viewpoint, Decision, Withheld)
NAMESPACE = URIRef("https://w3id.org/averment/ns")
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property, RDFS.Datatype}
# A local name, a prefixed name or a full IRI, wherever text may hold one.
USES = re.compile(
    rf"""(?<![\w/.-])av\(\s*f?["'](?P<called>[A-Za-z]\w*)["']\s*\)"""
    rf"""|(?<![\w/:.-])av:(?P<prefixed>[A-Za-z]\w*)|{re.escape(AV)}(?P<full>[A-Za-z]\w*)"""
)
CODE_USES = re.compile(
    rf"""(?<![\w/:.-])avc:(?P<prefixed>[a-z][a-z0-9-]*[a-z0-9])(?![\w-])"""
    rf"""|(?<!\w)avc\(\s*["'](?P<called>[a-z][a-z0-9-]*)["']\s*\)|{re.escape(AVC)}(?P<full>[a-z][a-z0-9-]*[a-z0-9])"""
)


@cache
def terms() -> Graph:
    graph = Graph()
    for path in TERM_FILES:
        graph.parse(path, format="turtle")
    return graph


@cache
def everything() -> Graph:
    graph = Graph()
    for path in EVERY_FILE:
        graph.parse(path, format="turtle")
    return graph


def declared() -> set[str]:
    return {str(s) for s, kind in terms().subject_objects(RDF.type) if kind in KINDS}


def ours() -> list[URIRef]:
    return sorted(URIRef(term) for term in declared() if term.startswith(AV))


def texts() -> list[Path]:
    """Every file in which a term may be named."""
    found = [*EVERY_FILE, *resources.iter_ttl("shapes"), *(ROOT / "tests" / "shapes").glob("*.ttl")]
    for folder in ("kg", "webui"):
        found += [p for kind in ("*.py", "*.rq", "*.yaml", "*.html") for p in (ROOT / folder).rglob(kind)]
    return sorted(path for path in found if "node_modules" not in path.parts)


def used(pattern: re.Pattern[str], path: Path) -> set[str]:
    matches = pattern.finditer(path.read_text(encoding="utf-8"))
    return {next(name for name in match.groups() if name) for match in matches}


@pytest.mark.parametrize("path", TERM_FILES, ids=lambda path: path.name)
def test_a_file_written_again_is_the_same_file(path):
    assert to_turtle(load_turtle(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", TERM_FILES, ids=lambda path: path.name)
def test_a_file_stays_short_enough_to_be_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_a_term_is_declared_in_one_file_alone():
    found = [term for path in TERM_FILES for term in set(load_turtle(path).subjects())]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("cls", MODEL, ids=lambda cls: cls.__name__)
def test_every_class_and_slot_of_the_model_is_declared(cls):
    assert (URIRef(av(cls.__name__)), RDF.type, OWL.Class) in terms()
    assert sorted(slot.prop for slot in slots_of(cls).values() if slot.prop not in declared()) == []


@pytest.mark.parametrize("kind", [*AgentKind, *EventKind, *Stance], ids=str)
def test_every_kind_of_agent_and_event_and_every_stance_is_declared(kind):
    expected = OWL.ObjectProperty if isinstance(kind, Stance) else OWL.Class
    assert (URIRef(av(kind.value)), RDF.type, expected) in terms()


def test_a_property_is_declared_as_the_model_writes_it():
    literal = {Kind.TEXT, Kind.LANG, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.INSTANT, Kind.WKT}
    written: dict[str, set[Kind]] = {}
    for cls in MODEL:
        for slot in slots_of(cls).values():
            written.setdefault(slot.prop, set()).add(slot.kind)
    for prop, kinds in written.items():
        expected = OWL.ObjectProperty if kinds == {Kind.IRI} else OWL.DatatypeProperty
        expected = expected if kinds == {Kind.IRI} or kinds <= literal else RDF.Property
        assert list(terms().objects(URIRef(prop), RDF.type)) == [expected], prop


def test_a_range_is_the_datatype_that_the_model_writes():
    datatypes = {Kind.INTEGER: XSD.integer, Kind.DECIMAL: XSD.decimal, Kind.DATE: XSD.date}
    for cls in MODEL:
        for slot in slots_of(cls).values():
            if slot.kind in datatypes and slot.prop.startswith(AV):
                assert list(terms().objects(URIRef(slot.prop), RDFS.range)) == [datatypes[slot.kind]], slot.prop


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_term_and_code_that_is_named_anywhere_is_declared(path):
    assert sorted(name for name in used(USES, path) if AV + name not in declared()) == []
    subjects = {str(subject) for subject in everything().subjects()}
    assert sorted(name for name in used(CODE_USES, path) if AVC + name not in subjects) == []


def test_every_term_has_one_english_label_and_says_what_it_means():
    for term in map(URIRef, declared()):
        assert [label.language for label in terms().objects(term, RDFS.label)] == ["en"], term
        assert (term, SKOS.definition, None) in terms() or (term, SKOS.scopeNote, None) in terms(), term


def test_every_term_of_ours_is_defined_in_one_sentence():
    for term in ours():
        definitions = list(terms().objects(term, SKOS.definition))
        assert [text.language for text in definitions] == ["en"], term
        assert definitions[0].endswith("."), term
        assert not re.search(r"[.?!] ", definitions[0]), term


def test_every_term_is_defined_by_the_vocabulary_it_is_from():
    for term in map(URIRef, declared()):
        homes = list(terms().objects(term, RDFS.isDefinedBy))
        assert len(homes) == 1
        assert (homes == [NAMESPACE]) == term.startswith(AV), term
        assert term.startswith(str(homes[0]).removesuffix("-o#")), term


def test_no_two_terms_of_one_kind_share_a_label_or_a_definition():
    for predicate in (RDFS.label, SKOS.definition):
        said = [
            (str(o).casefold(), kind)
            for term in ours()
            for o in terms().objects(term, predicate)
            for kind in terms().objects(term, RDF.type)
        ]
        assert sorted(each for each in set(said) if said.count(each) > 1) == []


def test_a_borrowed_term_is_used():
    borrowed = {term for term in declared() if not term.startswith(AV)}
    text = "".join(path.read_text(encoding="utf-8") for path in (*TERM_FILES, *resources.iter_ttl("shapes")))
    modules = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "kg").rglob("*.py"))
    for term in borrowed:
        local = re.split("[/#]", term)[-1]
        assert re.search(rf"\w:{local}\b", text) or f'"{local}"' in modules, term


def test_no_property_has_a_domain_or_an_inverse_and_no_judgement_is_a_boolean():
    assert [*terms().subjects(RDFS.domain), *terms().subjects(OWL.inverseOf)] == []
    assert list(terms().subjects(RDFS.range, XSD.boolean)) == []


def test_a_derived_term_is_no_slot_of_the_model():
    derived = set(load_turtle(resources.ontology_dir() / "derived.ttl").subjects(RDF.type))
    assert {"concerns", "party", "knownThrough", "supersededBy", "withdrawnBy"} <= {t.removeprefix(AV) for t in derived}
    assert not derived & {URIRef(slot.prop) for cls in MODEL for slot in slots_of(cls).values()}


def test_no_stance_is_under_another_or_under_content():
    for stance in Stance:
        assert list(terms().objects(URIRef(av(stance.value)), RDFS.subPropertyOf)) == []


def test_nothing_that_is_only_spoken_about_is_an_activity():
    event = URIRef(av("Event"))
    for cls in terms().transitive_subjects(RDFS.subClassOf, event):
        above = set(terms().transitive_objects(cls, RDFS.subClassOf))
        assert above <= {event, cls}


def test_the_ontology_its_codes_and_its_alignments_obey_their_own_shapes():
    texts_of = {path.name: path.read_text(encoding="utf-8") for path in EVERY_FILE}
    shapes = {path.name: path.read_text(encoding="utf-8") for path in resources.iter_ttl("shapes")}
    checked = parse_checked_shapes(shapes, ontology=texts_of)
    data = "".join(to_ntriples(text, file=name) for name, text in texts_of.items())
    assert validate(data, checked) == []


def test_the_header_names_title_licence_version_and_prefix():
    for name in ("title", "description", "license"):
        assert terms().value(NAMESPACE, URIRef(f"http://purl.org/dc/terms/{name}"))
    assert terms().value(NAMESPACE, OWL.versionInfo)
    assert str(terms().value(NAMESPACE, URIRef("http://purl.org/vocab/vann/preferredNamespaceUri"))) == AV


def test_the_page_on_the_vocabulary_is_written_from_the_ontology():
    assert vocabulary_page.PAGE.read_text(encoding="utf-8") == vocabulary_page.to_page()

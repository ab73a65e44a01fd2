"""The lines that every derived statement has: what it is, what made it by which rules, and from what it was derived."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg import __version__
from kg.iris import hash_key
from kg.rdf import write_iri, write_literal
from kg.terms import PROV, RDF_TYPE, RDFS, XSD, Iri, av

SOFTWARE = f"averment {__version__}"

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Maker:
    """One kind of deriving, and the version of the rules it follows."""

    name: str
    rules: str

    def activity(self, base: str) -> Iri:
        """The IRI of the deriving itself, from the rules' version and the software's."""
        return Iri(f"{base}analysis/{hash_key({'analysis': self.name, 'rules': self.rules, 'software': SOFTWARE})}")

    def plan(self, base: str) -> Iri:
        """The IRI of the rules."""
        return Iri(f"{base}analysis/{hash_key({'analysis': self.name, 'plan': self.rules})}")

    def to_lines(self, base: str) -> Iterator[str]:
        """The deriving, the rules it followed and the software, as PROV-O has them."""
        activity, plan, agent = self.activity(base), self.plan(base), software_iri(base)
        association = Iri(f"{activity}-association")
        label = f"{self.name} by rules {self.rules}"
        yield from _lines(base, activity, [
            (RDF_TYPE, write_iri(PROV + "Activity")),
            (RDFS + "label", write_literal(label, language="en")),
            (av("software"), write_literal(SOFTWARE)),
            (av("ruleVersion"), write_literal(self.rules)),
            (PROV + "wasAssociatedWith", write_iri(agent)),
            (PROV + "qualifiedAssociation", write_iri(association)),
        ])  # fmt: skip
        yield from _lines(base, association, [
            (RDF_TYPE, write_iri(PROV + "Association")),
            (PROV + "agent", write_iri(agent)),
            (PROV + "hadPlan", write_iri(plan)),
        ])  # fmt: skip
        yield from _lines(base, plan, [
            (RDF_TYPE, write_iri(PROV + "Plan")),
            (RDFS + "label", write_literal(f"rules of {self.name}, version {self.rules}", language="en")),
        ])  # fmt: skip
        yield from _lines(base, agent, [
            (RDF_TYPE, write_iri(PROV + "SoftwareAgent")),
            (RDFS + "label", write_literal(SOFTWARE, language="en")),
        ])  # fmt: skip


def analysis_graph(base: str) -> Iri:
    """The one graph that holds what analysis derives."""
    return Iri(f"{base}graph/analysis")


def software_iri(base: str) -> Iri:
    """The IRI of this version of the program."""
    return Iri(f"{base}analysis/{hash_key({'software': SOFTWARE})}")


def entity_lines(base: str, iri: Iri, maker: Maker, facts: Sequence[Fact], inputs: Iterable[str]) -> Iterator[str]:
    """A derived statement with its marks, its facts and its inputs."""
    marks = [
        (RDF_TYPE, write_iri(av("Derived"))),
        (RDF_TYPE, write_iri(PROV + "Entity")),
        (PROV + "wasGeneratedBy", write_iri(maker.activity(base))),
    ]
    used = [(PROV + "wasDerivedFrom", write_iri(claim)) for claim in inputs]
    yield from _lines(base, iri, [*marks, *facts, *used])


def write_integer(value: int) -> str:
    """A whole number as N-Quads."""
    return write_literal(str(value), datatype=XSD + "integer")


def _lines(base: str, subject: Iri, facts: Iterable[Fact]) -> Iterator[str]:
    start, graph = write_iri(subject), write_iri(analysis_graph(base))
    for predicate, value in facts:
        yield f"{start} <{predicate}> {value} {graph} ."

"""One claim as a nanopublication: what is asserted, where it is from, who recorded it, each in its own graph."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from kg.rdf import write_iri, write_literal
from kg.reading import ClaimView, Placed
from kg.terms import DCTERMS, PROV, RDF_TYPE, XSD, av

NP = "http://www.nanopub.org/nschema#"
# What a claim asserts; everything else in its graph says how, when and by whom, and is provenance.
_SAYS = frozenset({RDF_TYPE, *map(av, ("asserts", "denies", "cannotConfirm", "asks", "content"))})


def write_nanopub(
    claim: ClaimView, statements: Callable[[str], Iterable[str]], recordings: Sequence[Placed], *, base: str
) -> list[str]:
    """The N-Quads lines of a claim as a nanopublication, after the guidelines of nanopub.net.

    The assertion is that a voice asserts or denies something, never the thing itself. `statements` gives the recorded
    lines of a thing; its graph is replaced by that of the part it belongs to.
    """
    name = f"{base}nanopub/{claim.iri.rsplit('/', 1)[-1]}"
    parts = {part: write_iri(f"{name}#{part}") for part in ("head", "assertion", "provenance", "pubinfo")}
    lines: list[str] = []
    for part, triples in (
        ("head", _head(write_iri(name), parts)),
        ("assertion", _assertion(claim, statements)),
        ("provenance", _provenance(claim, statements, parts["assertion"])),
        ("pubinfo", _publication(claim, recordings, write_iri(name))),
    ):
        lines += [f"{triple} {parts[part]} ." for triple in triples]
    return sorted(set(lines))


def _head(name: str, parts: dict[str, str]) -> Iterator[str]:
    yield f"{name} {write_iri(RDF_TYPE)} {write_iri(f'{NP}Nanopublication')}"
    for prop in ("Assertion", "Provenance"):
        yield f"{name} {write_iri(f'{NP}has{prop}')} {parts[prop.lower()]}"
    yield f"{name} {write_iri(f'{NP}hasPublicationInfo')} {parts['pubinfo']}"


def _assertion(claim: ClaimView, statements: Callable[[str], Iterable[str]]) -> Iterator[str]:
    yield from (triple for triple in _triples(statements(claim.iri)) if _property(triple) in _SAYS)
    yield from _triples(statements(claim.proposition_iri))


def _provenance(claim: ClaimView, statements: Callable[[str], Iterable[str]], assertion: str) -> Iterator[str]:
    step = claim.step
    yield f"{assertion} {write_iri(f'{PROV}wasAttributedTo')} {write_iri(step.voice.iri)}"
    yield f"{assertion} {write_iri(f'{PROV}wasGeneratedBy')} {write_iri(step.occasion.iri)}"
    yield from (triple for triple in _triples(statements(claim.iri)) if _property(triple) not in _SAYS)
    relays = {each.iri: each for chain in claim.chains for each in chain}
    rest = [*relays, *(each.occasion.iri for each in (step, *relays.values()))]
    for passage in (passage for each in (step, *relays.values()) for passage in each.passages):
        yield f"{assertion} {write_iri(f'{PROV}wasDerivedFrom')} {write_iri(passage.iri)}"
        rest += [passage.iri, passage.capture]
    for iri in dict.fromkeys(rest):
        yield from _triples(statements(iri))


def _publication(claim: ClaimView, recordings: Sequence[Placed], name: str) -> Iterator[str]:
    yield f"{name} {write_iri(f'{DCTERMS}subject')} {write_iri(claim.iri)}"
    for placed in recordings:
        recorded = write_literal(placed.recorded.replace(" ", "T") + "Z", datatype=f"{XSD}dateTime")
        yield f"{name} {write_iri(f'{DCTERMS}creator')} {write_literal(placed.recorder)}"
        yield f"{name} {write_iri(f'{DCTERMS}created')} {recorded}"
        yield f"{name} {write_iri(f'{PROV}wasGeneratedBy')} {write_iri(placed.ingestion)}"


def _triples(lines: Iterable[str]) -> Iterator[str]:
    """Recorded lines without their graph."""
    return (line[: line.rindex(" <")] for line in lines)


def _property(triple: str) -> str:
    return triple.split(" ", 2)[1][1:-1]

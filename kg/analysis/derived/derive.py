"""What analysis finds, as quads of a derived graph beside the claims: rebuildable, and always marked as derived.

One summary of comparison for each comparable group of at least two voices, and each pair of claims that a claim
compares: "much lower than" cites two numbers, and a reader should see how they stand. For each event, and each question
asserted about it, the bounds on its origins and the circles of reports. For each event, what voices hold of it, and
each change of a position. What took the place of which claim stands with the other simple facts about claims, in the
graph of `kg.derive`. Every other pair stays in the tables, its sentence written when it is asked for.

Adding claims derives anew what they touch: `find_touched` once, on the tables with the claims, then
`derive_analysis_lines` on the tables before and after.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.analysis.claims_sql import Query, View
from kg.analysis.compare.groups import Group, summarise
from kg.analysis.compare.outcomes import Comparison, Position
from kg.analysis.compare.pair import compare
from kg.analysis.compare.positions import of_claims
from kg.analysis.compare.rules import RULES_VERSION
from kg.analysis.derived.events import ORIGINS, POSITIONS, derive_event_lines
from kg.analysis.derived.lines import SOFTWARE, Maker, analysis_graph, entity_lines, write_integer
from kg.analysis.derived.touch import ANY_CITING, CITED, find_touched, to_strings
from kg.iris import hash_key
from kg.model import slots_of
from kg.rdf import write_iri, write_literal
from kg.terms import DCTERMS, RDF_TYPE, Iri, av

__all__ = [
    "COMPARISON",
    "MADE_BY",
    "MAKERS",
    "SOFTWARE",
    "analysis_graph",
    "derive_analysis_lines",
    "find_touched",
    "group_lines",
    "iter_analysis_lines",
    "maker_lines",
]

COMPARISON = Maker("comparison", RULES_VERSION)
MAKERS = (COMPARISON, ORIGINS, POSITIONS)
MADE_BY = ", ".join([SOFTWARE, *(f"{maker.name} by rules {maker.rules}" for maker in MAKERS)])
"""What a derived graph was made with: another text means that it has to be made anew."""

_PAIRS = f"WITH {CITED} SELECT one, other, list(citing ORDER BY citing) FROM cited GROUP BY one, other ORDER BY ALL"


@dataclass(frozen=True, slots=True)
class CitedPair:
    """Two claims that some claims compare, and how they stand to each other."""

    one: Position
    other: Position
    citing: tuple[str, ...]
    comparison: Comparison


def derive_analysis_lines(view: View, base: str, *, subjects: Iterable[str] | None = None) -> set[str]:
    """The N-Quads lines of analysis for what `find_touched` named, or for everything."""
    return set(iter_analysis_lines(view, base, subjects=subjects))


def iter_analysis_lines(view: View, base: str, *, subjects: Iterable[str] | None = None) -> Iterator[str]:
    """The same one by one, in no order; a line may come twice."""
    wanted = None if subjects is None else set(subjects)
    for group in _groups(view, base, wanted):
        yield from group_lines(group, base)
    for pair in _cited_pairs(view, base, wanted):
        yield from _pair_lines(pair, base)
    yield from derive_event_lines(view, base, wanted=wanted)
    # How things are derived is the same whatever is derived: it stands as soon as there is a claim, touched or not.
    if view.rows("SELECT 1 FROM claims LIMIT 1"):
        yield from maker_lines(base)


def maker_lines(base: str) -> Iterator[str]:
    """The lines of how all of it is derived."""
    return (line for maker in MAKERS for line in maker.to_lines(base))


def _groups(view: View, base: str, wanted: set[str] | None) -> Iterator[Group]:
    if wanted is None:
        query = Query()
    else:
        questions = sorted(each for each in wanted if each.startswith(f"{base}question/"))
        if not questions:
            return
        query = Query.of_questions(questions)
    yield from summarise(view, query, members=True, least=2)


def _cited_pairs(view: View, base: str, wanted: set[str] | None) -> Iterator[CitedPair]:
    if wanted is not None and not any(each.startswith(f"{base}claim/") for each in wanted):
        return
    if not view.rows(ANY_CITING):
        return
    rows = [(str(one), str(other), to_strings(citing)) for one, other, citing in view.rows(_PAIRS)]
    rows = [row for row in rows if wanted is None or wanted.intersection(row[2])]
    if not rows:
        return
    around = of_claims(view, base, [claim for one, other, _ in rows for claim in (one, other)])
    known = {position.claim: position for position in around.positions}
    for one, other, citing in rows:
        if one in known and other in known:
            yield CitedPair(known[one], known[other], citing, compare(known[one], known[other], around.context))


def group_iri(base: str, group: Group) -> Iri:
    """The IRI of a summary, from the question and the set."""
    key = hash_key({"analysis": "group", "question": group.question, "kind": group.kind, "over": group.over})
    return Iri(f"{base}analysis/{key}")


def pair_iri(base: str, one: str, other: str) -> Iri:
    """The IRI of a compared pair, from its two claims in order."""
    return Iri(f"{base}analysis/{hash_key({'analysis': 'pair', 'one': one, 'other': other})}")


def group_lines(group: Group, base: str) -> Iterator[str]:
    """The lines of the summary of a comparable group."""
    facts: list[tuple[str, str]] = [
        (RDF_TYPE, write_iri(av("ComparisonSummary"))),
        (av("answerKind"), write_iri(av(group.kind))),
        (av("voiceCount"), write_integer(group.voices)),
        (av("claimCount"), write_integer(group.claims)),
        (av("currentCount"), write_integer(group.current)),
        (av("revisedCount"), write_integer(group.revised)),
    ]
    # An identity is one question whichever of the two is named first; it has no single IRI.
    facts += [(av("question"), write_iri(group.question))] if group.kind != "Identity" else []
    facts += [(av("concerns"), write_iri(group.event))] if group.event else []
    facts += [(av("over"), write_iri(group.over))] if group.over else []
    facts += [(av("outcome"), write_iri(group.outcome.code))] if group.outcome else []
    numbers = (("gap", group.gap), ("lowest", group.lowest), ("highest", group.highest))
    facts += [(av(name), write_integer(value)) for name, value in numbers if value is not None]
    yield from entity_lines(base, group_iri(base, group), COMPARISON, facts, group.members)


def _pair_lines(pair: CitedPair, base: str) -> Iterator[str]:
    found = pair.comparison
    facts: list[tuple[str, str]] = [
        (RDF_TYPE, write_iri(av("ComparedPair"))),
        (av("first"), write_iri(pair.one.claim)),
        (av("second"), write_iri(pair.other.claim)),
        (av("outcome"), write_iri(found.outcome.code)),
        (DCTERMS + "description", write_literal(found.sentence, language="en")),
    ]
    for name, slots in (("matchesIn", found.matches), ("differsIn", found.differs), ("unstatedIn", found.unstated)):
        facts += [(av(name), write_iri(_property(pair, slot))) for slot in slots]
    facts += [(av("citedBy"), write_iri(claim)) for claim in pair.citing]
    ends = (pair.one.claim, pair.other.claim)
    yield from entity_lines(base, pair_iri(base, *ends), COMPARISON, facts, ends)


def _property(pair: CitedPair, slot: str) -> str:
    known = {**slots_of(type(pair.other.proposition)), **slots_of(type(pair.one.proposition))}
    return known[slot].prop

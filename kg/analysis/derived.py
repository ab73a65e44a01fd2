"""What comparison finds, as quads of a derived graph beside the claims: rebuildable, and always marked as derived.

One summary for each comparable group of at least two voices, and each pair of claims that a claim compares: "much lower
than" cites two numbers, and a reader should see how they stand. Every other pair stays in the tables, its sentence
written when it is asked for. Adding claims derives anew what they touch: `find_touched` once, on the tables with the
claims, then `derive_analysis_lines` on the tables before and after.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg import __version__
from kg.analysis.claims_sql import Query, View
from kg.analysis.compare import compare
from kg.analysis.comparison_rules import RULES_VERSION
from kg.analysis.groups import Group, summarise
from kg.analysis.outcomes import Comparison, Position
from kg.analysis.positions import of_claims
from kg.iris import hash_key
from kg.model import slots_of
from kg.rdf import write_iri, write_literal
from kg.terms import DCTERMS, PROV, RDF_TYPE, RDFS, XSD, Iri, av

SOFTWARE = f"averment {__version__}"

_CITED = """
cited AS MATERIALIZED (
    SELECT DISTINCT p.citing, a.iri AS one, b.iri AS other
    FROM (SELECT c.iri AS citing, unnest(p.about) AS one, p.slots ->> '$.other' AS other
          FROM claims c JOIN propositions p ON p.iri = c.proposition
          WHERE c.kind = 'claim' AND c.proposition_kind = 'Comparison') p
    JOIN claims a ON a.iri = p.one AND a.kind = 'claim' JOIN claims b ON b.iri = p.other AND b.kind = 'claim')"""
_ANY_CITING = "SELECT 1 FROM claims WHERE proposition_kind = 'Comparison' LIMIT 1"
_PAIRS = f"WITH {_CITED} SELECT one, other, list(citing ORDER BY citing) FROM cited GROUP BY one, other ORDER BY ALL"
# What the comparison of a cited pair reads: its claims, their voices, the things they speak of and what holds those.
_TOUCHED_PAIRS = f"""
    WITH RECURSIVE given AS MATERIALIZED (SELECT unnest($subjects::VARCHAR[]) AS iri), {_CITED},
    ends AS (SELECT citing, one AS claim FROM cited UNION SELECT citing, other FROM cited),
    read AS (
        SELECT e.citing, c.iri AS claim, c.voice, p.about, p.slots ->> '$.over' AS over, p.slots ->> '$.actor' AS actor
        FROM ends e JOIN claims c ON c.iri = e.claim JOIN propositions p ON p.iri = c.proposition),
    things(citing, thing) AS (
        SELECT citing, unnest(about) FROM read UNION SELECT citing, over FROM read WHERE over IS NOT NULL
        UNION SELECT t.citing, s.within FROM things t JOIN sets s ON s.iri = t.thing WHERE s.within IS NOT NULL),
    wider AS (
        FROM given
        UNION SELECT n."over" FROM claims c JOIN counts n ON n.proposition = c.proposition WHERE c.iri IN (FROM given)
        UNION SELECT unnest(list_append(p.about, p.slots ->> '$.other')) FROM claims c
              JOIN propositions p ON p.iri = c.proposition
              WHERE c.iri IN (FROM given) AND p.kind = 'Identity')
    SELECT citing FROM read WHERE claim IN (FROM given) OR voice IN (FROM given) OR actor IN (FROM given)
    UNION SELECT citing FROM things WHERE thing IN (FROM wider)
    UNION SELECT citing FROM cited WHERE citing IN (FROM given)"""
# The questions whose groups may come out differently: of the claims themselves and of what they end, …
_GIVEN = "WITH RECURSIVE given AS MATERIALIZED (SELECT unnest($subjects::VARCHAR[]) AS iri)"
_MINE = f"""{_GIVEN}
    SELECT question, proposition_kind = 'Identity', revises || withdraws FROM claims WHERE iri IN (FROM given)"""
_ENDED = f"{_GIVEN} SELECT question FROM claims WHERE iri IN (FROM given)"
# … of an identity, of the same one turned round; …
_TURNED = f"""{_GIVEN},
    turned AS (
        SELECT p.slots ->> '$.other' AS one FROM claims c JOIN propositions p ON p.iri = c.proposition
        WHERE c.iri IN (FROM given) AND p.kind = 'Identity')
    SELECT question FROM propositions WHERE kind = 'Identity' AND about[1] IN (FROM turned)"""
# … where the recorder corrects one, of it and of what it ended; …
_CORRECTED = f"""{_GIVEN},
    wrong AS (SELECT question, list_concat(revises, withdraws) AS ended FROM claims
              WHERE iri IN (SELECT corrects FROM corrections WHERE iri IN (FROM given)))
    SELECT question FROM wrong
    UNION SELECT question FROM claims WHERE iri IN (SELECT unnest(ended) FROM wrong)"""
# … where a set is new, of what is counted over it or over a part of it, or is about either; …
_NESTED = f"""{_GIVEN},
    inner_sets(iri) AS (
        SELECT iri FROM sets WHERE iri IN (FROM given)
        UNION SELECT s.iri FROM inner_sets i JOIN sets s ON s.within = i.iri)
    SELECT question FROM counts WHERE "over" IN (FROM inner_sets)
    UNION SELECT question FROM propositions WHERE list_has_any(about, (SELECT list(iri) FROM inner_sets))"""
# … and where a voice is new, perhaps as a part of a joint one, of what that voice ended or had ended.
_VOICED = f"""{_GIVEN},
    links AS (SELECT voice, unnest(revises) AS old FROM claims UNION ALL SELECT voice, unnest(withdraws) FROM claims)
    SELECT o.question FROM links l JOIN claims o ON o.iri = l.old
    WHERE l.voice IN (FROM given) OR o.voice IN (FROM given)"""
_BY_KIND = {"/correction/": _CORRECTED, "/set/": _NESTED, "/agent/": _VOICED}


@dataclass(frozen=True, slots=True)
class CitedPair:
    """Two claims that some claims compare, and how they stand to each other."""

    one: Position
    other: Position
    citing: tuple[str, ...]
    comparison: Comparison


def analysis_graph(base: str) -> Iri:
    """The one graph that holds what analysis derives."""
    return Iri(f"{base}graph/analysis")


def find_touched(view: View, subjects: Iterable[str]) -> set[str]:
    """The questions, and the claims that compare others, whose lines may differ once these subjects are new or changed.

    To be asked of the tables that hold the subjects.
    """
    given = sorted(set(subjects))
    rows = view.rows(_MINE, {"subjects": given})
    found = {str(question) for question, _, _ in rows if question is not None}
    queries = [sql for path, sql in _BY_KIND.items() if any(path in subject for subject in given)]
    if any(is_identity for _, is_identity, _ in rows):
        queries.append(_TURNED)
    if view.rows(_ANY_CITING):
        queries.append(_TOUCHED_PAIRS)
    touched = [row for sql in queries for row in view.rows(sql, {"subjects": given})]
    ended = sorted({claim for *_, claims in rows for claim in _strings(claims)})
    touched += view.rows(_ENDED, {"subjects": ended}) if ended else []
    return found.union(str(row[0]) for row in touched if row[0] is not None)


def derive_analysis_lines(view: View, base: str, *, subjects: Iterable[str] | None = None) -> set[str]:
    """The N-Quads lines of comparison for what `find_touched` named, or for everything."""
    wanted = None if subjects is None else set(subjects)
    graph = write_iri(analysis_graph(base))
    lines: set[str] = set()
    for group in _groups(view, base, wanted):
        lines.update(_group_lines(group, base, graph))
    for pair in _cited_pairs(view, base, wanted):
        lines.update(_pair_lines(pair, base, graph))
    # The activity is the same whatever it derives: it stands as soon as there is a claim, touched or not.
    if view.rows("SELECT 1 FROM claims LIMIT 1"):
        lines.update(_activity_lines(base, graph))
    return lines


def _groups(view: View, base: str, wanted: set[str] | None) -> Iterator[Group]:
    if wanted is None:
        query = Query()
    else:
        questions = sorted(each for each in wanted if each.startswith(f"{base}question/"))
        if not questions:
            return
        query = Query.of_questions(questions)
    yield from (group for group in summarise(view, query, members=True) if group.voices > 1)


def _cited_pairs(view: View, base: str, wanted: set[str] | None) -> Iterator[CitedPair]:
    if wanted is not None and all(each.startswith(f"{base}question/") for each in wanted):
        return
    if not view.rows(_ANY_CITING):
        return
    rows = [(str(one), str(other), _strings(citing)) for one, other, citing in view.rows(_PAIRS)]
    rows = [row for row in rows if wanted is None or wanted.intersection(row[2])]
    if not rows:
        return
    around = of_claims(view, base, [claim for one, other, _ in rows for claim in (one, other)])
    known = {position.claim: position for position in around.positions}
    for one, other, citing in rows:
        if one in known and other in known:
            yield CitedPair(known[one], known[other], citing, compare(known[one], known[other], around.context))


def _strings(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list) else ()


def group_iri(base: str, group: Group) -> Iri:
    """The IRI of a summary, from the question and the set."""
    key = hash_key({"analysis": "group", "question": group.question, "kind": group.kind, "over": group.over})
    return Iri(f"{base}analysis/{key}")


def pair_iri(base: str, one: str, other: str) -> Iri:
    """The IRI of a compared pair, from its two claims in order."""
    return Iri(f"{base}analysis/{hash_key({'analysis': 'pair', 'one': one, 'other': other})}")


def activity_iri(base: str) -> Iri:
    """The IRI of the deriving itself, from the rules' version and the software's."""
    return Iri(f"{base}analysis/{hash_key({'analysis': 'comparison', 'rules': RULES_VERSION, 'software': SOFTWARE})}")


def _group_lines(group: Group, base: str, graph: str) -> Iterator[str]:
    start = write_iri(group_iri(base, group))
    facts: list[tuple[str, str]] = [
        (RDF_TYPE, write_iri(av("ComparisonSummary"))),
        (av("answerKind"), write_iri(av(group.kind))),
        (av("voiceCount"), _integer(group.voices)),
        (av("claimCount"), _integer(group.claims)),
        (av("currentCount"), _integer(group.current)),
        (av("revisedCount"), _integer(group.revised)),
    ]
    # An identity is one question whichever of the two is named first; it has no single IRI.
    facts += [(av("question"), write_iri(group.question))] if group.kind != "Identity" else []
    facts += [(av("concerns"), write_iri(group.event))] if group.event else []
    facts += [(av("over"), write_iri(group.over))] if group.over else []
    facts += [(av("outcome"), write_iri(group.outcome.code))] if group.outcome else []
    numbers = (("gap", group.gap), ("lowest", group.lowest), ("highest", group.highest))
    facts += [(av(name), _integer(value)) for name, value in numbers if value is not None]
    yield from _entity_lines(start, base, graph, facts, group.members)


def _pair_lines(pair: CitedPair, base: str, graph: str) -> Iterator[str]:
    found = pair.comparison
    start = write_iri(pair_iri(base, pair.one.claim, pair.other.claim))
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
    yield from _entity_lines(start, base, graph, facts, (pair.one.claim, pair.other.claim))


def _property(pair: CitedPair, slot: str) -> str:
    known = {**slots_of(type(pair.other.proposition)), **slots_of(type(pair.one.proposition))}
    return known[slot].prop


def _entity_lines(
    start: str, base: str, graph: str, facts: Sequence[tuple[str, str]], inputs: Iterable[str]
) -> Iterator[str]:
    marks = [
        (RDF_TYPE, write_iri(av("Derived"))),
        (RDF_TYPE, write_iri(PROV + "Entity")),
        (PROV + "wasGeneratedBy", write_iri(activity_iri(base))),
    ]
    used = [(PROV + "wasDerivedFrom", write_iri(claim)) for claim in inputs]
    for predicate, value in (*marks, *facts, *used):
        yield f"{start} <{predicate}> {value} {graph} ."


def _activity_lines(base: str, graph: str) -> Iterator[str]:
    start = write_iri(activity_iri(base))
    facts = (
        (RDF_TYPE, write_iri(PROV + "Activity")),
        (RDFS + "label", write_literal(f"comparison by rules {RULES_VERSION}", language="en")),
        (av("software"), write_literal(SOFTWARE)),
        (av("ruleVersion"), write_literal(RULES_VERSION)),
    )
    for predicate, value in facts:
        yield f"{start} <{predicate}> {value} {graph} ."


def _integer(value: int) -> str:
    return write_literal(str(value), datatype=XSD + "integer")

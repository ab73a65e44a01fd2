"""Rules across claims, as SQL over the tables joined with what is about to be recorded.

SHACL says whether one claim is well formed; these say whether it fits the others: order in time, references, cycles and
arithmetic. A rule is a query whose rows are (subject, what is wrong); only what touches the new subjects is asked.
Arithmetic is a rule of its own severity: a source's own figures may not add up, and then they are recorded as stated
when the user says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from kg.values.dates import parse_edtf


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: `severity` is `violation` (refuses) or `arithmetic` (refuses unless figures are taken as stated).

    `needs` are rows without any of which nothing breaks it; the rule is not asked then, which is what most rules cost.
    """

    name: str
    severity: str
    sql: str
    remedy: str
    needs: str = "claims"


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One breach of a rule by one subject, in plain words."""

    subject: str
    rule: str
    severity: str
    reason: str
    remedy: str


class View(Protocol):
    """Read access to the tables, as `kg.store.tables` gives it."""

    def rows(self, sql: str, params: Sequence[object] | None = None) -> list[tuple[object, ...]]:
        """The rows an SQL query yields."""


def find_breaches(view: View, subjects: Iterable[str], *, rules: Sequence[Rule] | None = None) -> list[Breach]:
    """Every breach in which one of the given subjects takes part, in order."""
    return _find(view, "SELECT unnest(?::VARCHAR[]) AS iri", [sorted(set(subjects))], RULES if rules is None else rules)


def find_breaches_since(view: View, entry: int) -> list[Breach]:
    """Every breach in which something takes part that this log entry or a later one brought, in order."""
    rows = " UNION ALL ".join(f"SELECT iri FROM {table} WHERE entry >= {entry}" for table in _SUBJECTS)
    return _find(view, rows, [], RULES)


def _find(view: View, fresh: str, params: Sequence[object], rules: Sequence[Rule]) -> list[Breach]:
    found: set[Breach] = set()
    given = f"WITH RECURSIVE fresh AS MATERIALIZED ({fresh})"
    for rule in _list_needed(view, rules):
        for subject, reason in view.rows(f"{given}, {rule.sql}", params):
            found.add(Breach(str(subject), rule.name, rule.severity, str(reason), rule.remedy))
    if rules is RULES:
        found.update(_find_undated(view, given, params))
    return sorted(found)


def _list_needed(view: View, rules: Sequence[Rule]) -> list[Rule]:
    needs = sorted({rule.needs for rule in rules})
    if not needs:
        return []
    [found] = view.rows(f"SELECT {', '.join(f'EXISTS (FROM {rows})' for rows in needs)}")
    there = dict(zip(needs, found, strict=True))
    return [rule for rule in rules if there[rule.needs]]


_SUBJECTS = ("claims", "propositions", "agents", "events", "sets", "victims", "documents", "captures", "occasions")


def _find_undated(view: View, given: str, params: Sequence[object]) -> Iterator[Breach]:
    """Order between documents, captures and claims; their dates are EDTF, which SQL does not read."""
    captures = view.rows(
        f"""{given} SELECT k.iri, k.captured, d.published FROM captures k JOIN documents d ON d.iri = k.document
           WHERE k.iri IN (FROM fresh) OR d.iri IN (FROM fresh)""",
        params,
    )
    for iri, captured, published in captures:
        yield from find_capture_breach(iri, captured, published)
    said = f"""{given}, said AS (
        SELECT c.iri, c.said, d.published FROM claims c JOIN documents d ON d.iri = c.document
        WHERE c.iri IN (FROM fresh) AND c.said IS NOT NULL AND d.published IS NOT NULL)"""
    # Many claims share the same two dates, which are read once.
    for when, published in view.rows(f"{said} SELECT DISTINCT said, published FROM said", params):
        if is_read_early(when, published):
            sql = f"{said} SELECT iri FROM said WHERE said = ? AND published = ?"
            rows = view.rows(sql, [*params, when, published])
            yield from find_reading_breach((iri for (iri,) in rows), when, published)


def find_capture_breach(iri: object, captured: object, published: object) -> Iterator[Breach]:
    """The breach where a capture was taken before its document was published."""
    taken, issued = _bounds(captured), _bounds(published)
    if taken[1] and issued[0] and taken[1] < issued[0]:
        reason = f"it was taken by {taken[1]}, but its document was published not before {issued[0]}"
        remedy = "mend the date of the capture or of the document"
        yield Breach(str(iri), "a capture is not older than its document", "violation", reason, remedy)


def is_read_early(said: object, published: object) -> bool:
    """Whether what was said then cannot be read in what was published then."""
    spoken, issued = _bounds(said)[0], _bounds(published)[1]
    return spoken is not None and issued is not None and spoken > issued


def find_reading_breach(claims: Iterable[object], said: object, published: object) -> Iterator[Breach]:
    """A breach for each claim that was said after the document it is read in was published."""
    if is_read_early(said, published):
        earliest, latest = _bounds(said)[0], _bounds(published)[1]
        reason = f"it was said not before {earliest}, but what it is read in was published by {latest}"
        remedy = "mend the date of the claim or of the document"
        for iri in claims:
            yield Breach(str(iri), "nothing is read before it is said", "violation", reason, remedy)


# Thousands of claims are read in one document, and its date is told with each.
@lru_cache(maxsize=1024)
def _bounds(text: object) -> tuple[date | None, date | None]:
    """The earliest and latest day of an EDTF date; both unknown where there is none."""
    if not text:
        return None, None
    found = parse_edtf(str(text))
    return found.earliest, found.latest


# What is named from outside: codes and classes of the vocabulary.
NEVER_ASKED_FOR = "https://w3id.org/averment/"


def _known(column: str, source: str, tables: str, noun: str) -> Rule:
    """A rule that what a column names is in the record or among what is about to be recorded."""
    listed = column.removeprefix("unnest(").removesuffix(")")
    is_there = f"len({listed}) > 0" if listed != column else f"{column} IS NOT NULL"
    known = " UNION ALL ".join(f"SELECT iri FROM {table}" for table in tables.split())
    return Rule(
        f"{noun.rstrip(',')} is known",
        "violation",
        f"""named AS (SELECT c.iri, {column} AS name FROM {source} c JOIN fresh USING (iri)), known AS ({known})
        SELECT iri, 'it names {noun} ' || name || ', which is not in the record' FROM named
        WHERE name IS NOT NULL AND name NOT LIKE '{NEVER_ASKED_FOR}%' AND name NOT IN (FROM known)""",
        "describe it in this file, or mend its key",
        needs=f"{source} WHERE {is_there}",
    )


# A partition, each of its parts, and what the same voice counts in the whole and in the part, by measure.
_SUMS = """
    said AS (SELECT c.iri AS claim, c.voice, p.proposition, p.whole, p.part FROM claims c
             JOIN partitions p ON p.proposition = c.proposition WHERE c.stance = 'asserts'),
    counted AS (SELECT c.iri AS claim, c.voice, n."over" AS whole, n.measure, coalesce(n.at_least, 0) AS low,
                       coalesce(n.at_most, 9e18::BIGINT) AS high FROM claims c
                JOIN counts n ON n.proposition = c.proposition
                WHERE c.stance = 'asserts' AND n."over" IS NOT NULL
                  AND (n.at_least IS NOT NULL OR n.at_most IS NOT NULL)
                  AND NOT EXISTS (FROM claims r WHERE list_contains(r.revises, c.iri))),
    parts AS (SELECT s.claim, s.voice, s.proposition, s.whole, s.part, n.measure, n.low, n.high, n.claim AS count_claim
              FROM said s JOIN counted n ON n.voice = s.voice AND n.whole = s.part),
    sizes AS (SELECT claim, count(DISTINCT part) AS size FROM said GROUP BY claim),
    full_sums AS (SELECT p.claim, voice, proposition, whole, measure, sum(low) AS low, sum(high) AS high,
                         list(count_claim) AS counts
                  FROM parts p JOIN sizes USING (claim)
                  GROUP BY p.claim, voice, proposition, whole, measure, size
                  HAVING count(*) = size AND count(DISTINCT part) = size)"""

# A column, the table it is in, the tables one of which must hold what it names, and what that is called.
KNOWN = (
    ("voice", "claims", "agents", "the voice"),
    ("speaker", "claims", "agents", "the speaker"),
    ("occasion", "claims", "occasions", "the occasion"),
    ("proposition", "claims", "propositions", "the proposition"),
    ("unnest(passages)", "claims", "passages", "the passage"),
    ("relays", "claims", "claims", "what it relays,"),
    ("unnest(revises)", "claims", "claims", "what it revises,"),
    ("unnest(withdraws)", "claims", "claims", "what it withdraws,"),
    ("unnest(about)", "propositions", "events sets victims agents claims documents", "what it is about,"),
    ("unnest(members)", "agents", "agents", "the member"),
    ("within", "sets", "events sets", "what it is within,"),
    ("document", "captures", "documents", "the document"),
)

RULES: tuple[Rule, ...] = (
    *(_known(*each) for each in KNOWN),
    Rule(
        "nothing is relayed before it is said",
        "violation",
        """pairs AS (SELECT r.iri, r.latest, c.earliest, r.said AS mine, c.said AS theirs FROM claims r
                    JOIN claims c ON c.iri = r.relays WHERE r.iri IN (FROM fresh) OR c.iri IN (FROM fresh))
        SELECT iri, 'it was said by ' || latest || ' (' || mine || '), but what it relays not before ' || earliest
                    || ' (' || theirs || ')' FROM pairs WHERE latest < earliest""",
        "mend one of the two dates, or widen the one that is not certain",
        needs="claims WHERE relays IS NOT NULL",
    ),
    Rule(
        "nothing revises or withdraws what was said later",
        "violation",
        """links AS (SELECT iri, latest, unnest(list_concat(revises, withdraws)) AS old FROM claims)
        SELECT l.iri, 'it was said by ' || l.latest || ', but what it revises or withdraws not before ' || c.earliest
        FROM links l JOIN claims c ON c.iri = l.old
        WHERE l.latest < c.earliest AND (l.iri IN (FROM fresh) OR c.iri IN (FROM fresh))""",
        "mend one of the two dates, or turn the revision round",
        needs="claims WHERE len(revises) + len(withdraws) > 0",
    ),
    Rule(
        "a voice withdraws only its own",
        "violation",
        """links AS (SELECT iri, voice, unnest(withdraws) AS old FROM claims JOIN fresh USING (iri))
        SELECT l.iri, 'it withdraws a claim of another voice' FROM links l JOIN claims c ON c.iri = l.old
        WHERE c.voice <> l.voice
          AND NOT EXISTS (FROM agents a WHERE a.iri = c.voice AND list_contains(a.members, l.voice))""",
        "record a denial, or an assessment of that claim; only a voice itself retracts, or a member for itself",
        needs="claims WHERE len(withdraws) > 0",
    ),
    Rule(
        "no circle of sets",
        "violation",
        """up(start, iri) AS (SELECT iri, within FROM sets JOIN fresh USING (iri)
                             UNION SELECT u.start, s.within FROM up u JOIN sets s ON s.iri = u.iri)
        SELECT start, 'it lies within itself' FROM up WHERE start = iri""",
        "say which of the two is the larger",
        needs="sets WHERE within IS NOT NULL",
    ),
    Rule(
        "no circle of joint voices",
        "violation",
        """up(start, iri) AS (SELECT iri, unnest(members) FROM agents JOIN fresh USING (iri)
                             UNION SELECT u.start, unnest(a.members) FROM up u JOIN agents a ON a.iri = u.iri)
        SELECT start, 'it is a member of itself' FROM up WHERE start = iri""",
        "name its members without itself",
        needs="agents WHERE len(members) > 0",
    ),
    Rule(
        "no circle of copies",
        "violation",
        """up(start, iri) AS (SELECT iri, unnest(copies) FROM documents JOIN fresh USING (iri)
                             UNION SELECT u.start, unnest(d.copies) FROM up u JOIN documents d ON d.iri = u.iri)
        SELECT start, 'it is a copy of itself' FROM up WHERE start = iri""",
        "say which is the original",
        needs="documents WHERE len(copies) > 0",
    ),
    Rule(
        "the parts of a partition sum to the whole",
        "arithmetic",
        f"""{_SUMS},
        both_sides AS (SELECT f.*, w.low AS whole_low, w.high AS whole_high, w.claim AS whole_claim FROM full_sums f
                       JOIN counted w ON w.voice = f.voice AND w.whole = f.whole AND w.measure = f.measure)
        SELECT claim, 'its parts hold ' || CASE WHEN low = high THEN low::VARCHAR ELSE 'from ' || low || ' up' END
               || ', the whole ' || CASE WHEN whole_low = whole_high THEN whole_low::VARCHAR
                                         ELSE 'from ' || whole_low || ' up' END
        FROM both_sides WHERE (low > whole_high OR high < whole_low)
          AND (claim IN (FROM fresh) OR whole_claim IN (FROM fresh)
               OR len(list_intersect(counts, (SELECT list(iri) FROM fresh))) > 0)""",
        "mend a number or the partition; if the source itself says so, record it as stated (--as-stated)",
        needs="partitions",
    ),
    Rule(
        "two partitions of one whole agree",
        "arithmetic",
        f"""{_SUMS}
        SELECT a.claim, 'its parts hold ' || a.low || ', the parts of another partition of the same whole ' || b.low
        FROM full_sums a JOIN full_sums b ON a.voice = b.voice AND a.whole = b.whole AND a.measure = b.measure
        WHERE a.claim <> b.claim AND (a.low > b.high OR a.high < b.low)
          AND (a.claim IN (FROM fresh) OR b.claim IN (FROM fresh)
               OR len(list_intersect(list_concat(a.counts, b.counts), (SELECT list(iri) FROM fresh))) > 0)""",
        "carried over + received must equal completed + open; if the source itself says otherwise, use --as-stated",
        needs="partitions",
    ),
)

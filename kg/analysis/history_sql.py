"""The statements behind a history: what was seen as of two dates, in what order, and what it was followed by.

A topic is what a voice can hold one position on at a time: a question where only one answer can be right, else what is
said of whom. A number of a nested set is no later word on the set that holds it, so that depth is part of the topic.
"""

from kg.analysis.comparison_rules import EXCLUSIVE
from kg.analysis.stands import STANDS, Stand

_EXCLUSIVE = ", ".join(f"'{cls.__name__}'" for cls in EXCLUSIVE)
_ASKED = """
    SELECT claim FROM concerns WHERE $event::VARCHAR IS NULL OR event = $event
    UNION SELECT iri FROM claims WHERE $event::VARCHAR IS NULL"""
# A revision or withdrawal counts wherever it was filed.
_SCOPE = """
    scope AS MATERIALIZED (
        FROM asked UNION
        SELECT iri FROM (SELECT iri, unnest(list_concat(revises, withdraws)) AS old FROM claims)
        WHERE old IN (FROM asked))"""


def seen(condition: str, *, asked: str = _ASKED) -> str:
    """Common table expressions: `seen`, every claim as of a condition on c that the recorder has not corrected.

    `asked` is a query of the claims asked for, by default those that concern $event, or all.
    """
    return f"""
    nested(iri, above) AS (
        SELECT iri, within FROM sets WHERE within IS NOT NULL
        UNION SELECT n.iri, s.within FROM nested n JOIN sets s ON s.iri = n.above WHERE s.within IS NOT NULL),
    depths AS (SELECT iri, count(*) AS depth FROM nested GROUP BY iri),
    asked AS MATERIALIZED ({asked}), {_SCOPE},
    seen AS MATERIALIZED (
        SELECT c.iri, c.voice, c.stance, c.proposition, c.proposition_kind AS kind, c.question, c.said, c.earliest,
               c.latest, c.revises, c.withdraws, c.occasion, c.entry, p.about, p.slots,
               CASE WHEN c.proposition_kind = 'Count' THEN c.question || ' ' || coalesce(d.depth, 1)
                    WHEN c.proposition_kind IN ({_EXCLUSIVE}) THEN c.question
                    WHEN c.proposition_kind = 'Statement' THEN c.question
                    WHEN c.proposition_kind = 'Responsibility' THEN c.question || ' ' || (p.slots ->> '$.actor')
                    WHEN c.proposition_kind = 'Characterisation' THEN c.question || ' ' || (p.slots ->> '$.character')
                    ELSE c.proposition END AS topic
        FROM claims c JOIN propositions p ON p.iri = c.proposition LEFT JOIN depths d ON d.iri = p.slots ->> '$.over'
        WHERE c.kind = 'claim' AND c.iri IN (FROM scope) AND {condition}
          AND c.iri NOT IN (SELECT corrects FROM corrections WHERE $entry::BIGINT IS NULL OR entry <= $entry))"""


def positions(condition: str) -> str:
    """One row for each claim that a voice still holds, or took back and put nothing later in its place."""
    return f"""
    WITH RECURSIVE {seen(condition)},
    taken AS (SELECT unnest(withdraws) AS old, iri FROM seen),
    withdrawn AS (SELECT old, min(iri) AS by FROM taken GROUP BY old),
    revised AS (SELECT DISTINCT unnest(revises) AS old FROM seen),
    -- What takes back an earlier claim is no answer to the question, and what asks takes no position.
    held AS (
        SELECT s.*, w.by, max(s.earliest) OVER (PARTITION BY s.voice, s.topic) AS newest
        FROM seen s LEFT JOIN withdrawn w ON w.old = s.iri WHERE s.stance <> 'asks')
    SELECT h.voice, h.topic, h.question, h.kind, h.iri AS claim, h.stance, h.said, h.earliest, h.latest, h.entry,
           h.about, n.at_least, n.at_most, n.approximately, a.status, h.by AS withdrawn_by
    FROM held h LEFT JOIN counts n USING (proposition) LEFT JOIN positions a USING (proposition)
    WHERE h.iri IN (FROM asked) AND h.iri NOT IN (SELECT old FROM revised)
      AND (h.newest IS NULL OR h.latest IS NULL OR h.newest <= h.latest)
    ORDER BY h.voice, h.topic, h.latest, h.iri"""


# A claim's next: what says it revises it, else the first that the same voice surely said later on the same topic, or as
# its next stand on the same things. Of claims on one day with one answer, one speaks for all.
_STEPS = f"""
    topics AS (
        SELECT iri, voice, topic, earliest, latest, stance, kind, proposition AS answer FROM seen
        WHERE stance <> 'asks'
        UNION ALL
        SELECT s.iri, s.voice, 'stand on ' || array_to_string(s.about, ' '), s.earliest, s.latest, s.stance, s.kind,
               CASE WHEN s.stance = 'asserts' THEN t.stand ELSE '{Stand.DENIED}' END
        FROM seen s JOIN stands t USING (proposition)
        WHERE s.stance = 'asserts' OR (s.stance = 'denies' AND s.kind = 'Occurrence')),
    one_each AS (
        SELECT voice, topic, stance, answer, kind, earliest, latest, min(iri) AS iri FROM topics GROUP BY ALL),
    days AS (SELECT voice, topic, earliest, list({{'iri': iri, 'kind': kind}} ORDER BY iri) AS later
             FROM one_each WHERE earliest IS NOT NULL GROUP BY ALL),
    followed AS (
        SELECT a.iri AS before, a.topic,
               coalesce(list_filter(d.later, lambda x: x.kind = a.kind)[1], d.later[1]).iri AS after
        FROM (FROM one_each WHERE latest IS NOT NULL) a
        ASOF JOIN days d ON a.voice = d.voice AND a.topic = d.topic AND a.latest < d.earliest),
    said AS (SELECT unnest(revises) AS before, iri AS after FROM seen),
    steps AS (
        SELECT before, after FROM said WHERE before IN (SELECT iri FROM seen)
        UNION
        SELECT before, after FROM followed WHERE before NOT IN (SELECT before FROM said))"""

_SIDE = """{s}.iri AS {p}_claim, {s}.stance AS {p}_stance, {s}.kind AS {p}_kind, {s}.said AS {p}_said,
           {s}.latest AS {p}_latest, {s}.question AS {p}_question, {s}.proposition AS {p}_proposition,
           {p}_n.at_least AS {p}_low, {p}_n.at_most AS {p}_high, {p}_n.approximately AS {p}_about_number,
           {p}_a.status AS {p}_status, CASE WHEN {s}.stance = 'asserts' THEN {p}_t.stand
               WHEN {s}.stance = 'denies' AND {s}.kind = 'Occurrence' THEN 'denied' END AS {p}_stand"""
_JOIN = """LEFT JOIN counts {p}_n ON {p}_n.proposition = {s}.proposition
    LEFT JOIN positions {p}_a ON {p}_a.proposition = {s}.proposition
    LEFT JOIN stands {p}_t ON {p}_t.proposition = {s}.proposition"""


def _side(source: str, prefix: str) -> str:
    return _SIDE.format(s=source, p=prefix)


def _join(source: str, prefix: str) -> str:
    return _JOIN.format(s=source, p=prefix)


def steps(condition: str) -> str:
    """One row for each claim and the one that takes its place, with the answers of both."""
    return f"""
    WITH RECURSIVE {seen(condition)}, {STANDS}, {_STEPS}
    SELECT DISTINCT a.voice AS voice, a.about AS about, {_side("a", "old")}, {_side("b", "new")}
    FROM steps s JOIN seen a ON a.iri = s.before JOIN seen b ON b.iri = s.after
    {_join("a", "old")} {_join("b", "new")}
    WHERE a.iri IN (FROM asked) OR b.iri IN (FROM asked)
    ORDER BY ALL"""


def withdrawals(condition: str) -> str:
    """One row for each claim that its voice took back, and what it said on that occasion instead, if anything."""
    return f"""
    WITH RECURSIVE {seen(condition)}, pairs AS (SELECT iri AS after, unnest(withdraws) AS before FROM seen)
    SELECT a.voice, a.about, a.iri AS old_claim, a.said AS old_said, b.iri AS new_claim, b.said AS new_said,
           b.latest AS new_latest, (
               SELECT list(i.iri ORDER BY i.iri) FROM seen i
               WHERE i.voice = b.voice AND i.occasion = b.occasion AND list_has_any(i.about, a.about)
                 AND i.kind = a.kind AND i.iri <> a.iri AND i.latest IS NOT DISTINCT FROM b.latest) AS instead
    FROM pairs p JOIN seen a ON a.iri = p.before JOIN seen b ON b.iri = p.after
    WHERE a.iri IN (FROM asked)
    ORDER BY b.latest, a.iri, b.iri"""


def _rough(row: str) -> str:
    """A stand as a field can tell it: fields know no grounds of a refusal, and no second opening."""
    return f"""(CASE {row}.stand WHEN '{Stand.DENIED}' THEN '{Stand.NO_FINDING}'
               WHEN '{Stand.REOPENED}' THEN '{Stand.OPEN}' ELSE {row}.stand END)"""


def stale(condition: str, *, possibly: bool) -> str:
    """One row for each status field that gives a party's stand otherwise than the party itself had stated before."""
    day = "coalesce(earliest, latest, DATE '9999-12-31')" if possibly else "earliest"
    return f"""
    WITH RECURSIVE {seen(condition)}, {STANDS},
    stated AS (
        SELECT s.iri, s.voice, s.about, s.said, s.earliest, s.latest, t.stand, t.field, s.kind
        FROM seen s JOIN stands t USING (proposition) WHERE s.stance = 'asserts'
        UNION ALL
        SELECT s.iri, s.voice, s.about, s.said, s.earliest, s.latest, '{Stand.DENIED}', false, s.kind
        FROM seen s JOIN stands t USING (proposition) WHERE s.stance = 'denies' AND s.kind = 'Occurrence'),
    -- A field is told by its keeper: a relay of the party's status, or the keeper's own claim in a field's scheme.
    fields AS (
        SELECT c.iri AS telling, c.voice AS keeper, c.said, c.earliest, c.latest, s.iri AS claim, s.voice AS party,
               s.about, s.stand, s.earliest AS since
        FROM claims c JOIN stated s ON s.iri = c.root
        WHERE c.kind = 'relay' AND c.voice <> s.voice AND s.kind = 'Assessment' AND {condition}
        UNION ALL
        SELECT f.iri, f.voice, f.said, f.earliest, f.latest, f.iri, p.voice, f.about, f.stand, NULL
        FROM stated f JOIN (SELECT DISTINCT voice, about FROM stated WHERE NOT field) p USING (about)
        WHERE f.field AND p.voice <> f.voice),
    dated AS (SELECT *, {day} AS day FROM fields),
    last AS (
        SELECT f.telling, f.party, max(s.latest) AS latest
        FROM dated f JOIN stated s ON s.voice = f.party AND s.about = f.about
        WHERE s.latest < f.day AND s.iri <> f.claim AND NOT s.field GROUP BY ALL)
    SELECT f.keeper AS voice, f.party, f.about, f.telling, f.claim AS old_claim, f.said AS new_said,
           f.stand AS old_stand, s.stand AS new_stand, min(s.iri) AS new_claim, min(s.said) AS old_said,
           f.day AS new_latest
    FROM dated f JOIN last l USING (telling, party)
    JOIN stated s ON s.voice = f.party AND s.about = f.about AND s.latest = l.latest AND NOT s.field
    WHERE s.iri <> f.claim AND (f.since IS NULL OR f.since <= s.latest) AND f.claim IN (FROM asked)
    GROUP BY ALL
    HAVING {_rough("s")} <> {_rough("f")}
    ORDER BY ALL"""

"""How many independent origins what is said of an event can have at most, for every event of a record at once.

`kg.analysis.origins.trace` traces the chains of one event. This bound needs no chains: independent ones share no party,
and each begins with a report and rests on a claim about the event or on somebody consulted in its place. It is never
less than the traced upper bound, which a test holds; mostly it is the same.
"""

MOST = 5
"""Bounds from here on are told as one."""

# An owner stands for what it owns, at any depth; UNION ends a circle, in which the least name stands for all.
_OWNERS = """
owned(iri, party) AS (
    SELECT iri, owner FROM agents WHERE owner IS NOT NULL
    UNION SELECT o.iri, a.owner FROM owned o JOIN agents a ON a.iri = o.party WHERE a.owner IS NOT NULL),
owners AS (
    SELECT o.iri, min(o.party) AS party FROM owned o LEFT JOIN agents a ON a.iri = o.party AND a.owner IS NOT NULL
    WHERE a.iri IS NULL OR EXISTS (FROM owned x WHERE x.iri = o.party AND x.party = o.party) GROUP BY o.iri),
parties AS (
    SELECT a.iri, coalesce(o.party, a.iri) AS party,
           a.kind IN ('ActorClass', 'JointVoice') OR coalesce(b.kind IN ('ActorClass', 'JointVoice'), false) AS is_class
    FROM agents a LEFT JOIN owners o ON o.iri = a.iri LEFT JOIN agents b ON b.iri = o.party)"""
# What a class of actors says may come from several people, and a joint voice may have one among it: each saying counts.
_PARTY = "CASE WHEN p.is_class THEN s.iri ELSE coalesce(p.party, s.voice) END"
BOUNDS = f"""
    WITH RECURSIVE {_OWNERS},
    roots AS (
        SELECT c.iri, k.event FROM claims c JOIN concerns k ON k.claim = c.iri
        WHERE c.kind = 'claim' AND c.stance = 'asserts'),
    relays AS (
        SELECT c.iri, c.voice, c.relays, c.document, c.consulted, c.passages, r.event
        FROM claims c JOIN roots r ON r.iri = c.root WHERE c.kind = 'relay'),
    relayed AS (SELECT relays AS iri, list(DISTINCT document) AS documents FROM relays GROUP BY relays),
    said AS (
        SELECT c.iri, c.voice, r.event, c.document, c.passages FROM claims c JOIN roots r USING (iri)
        UNION ALL SELECT iri, voice, event, document, passages FROM relays),
    reported AS (
        SELECT s.event, count(DISTINCT {_PARTY}) AS at_most
        FROM said s LEFT JOIN parties p ON p.iri = s.voice LEFT JOIN relayed r ON r.iri = s.iri
        WHERE r.iri IS NULL OR (array_length(s.passages) > 0 AND s.document IS NOT NULL
                                AND NOT list_contains(r.documents, s.document))
        GROUP BY s.event),
    ends AS (
        SELECT r.event, {_PARTY} AS party FROM claims s JOIN roots r USING (iri)
        LEFT JOIN parties p ON p.iri = s.voice
        UNION ALL SELECT event, unnest(consulted) FROM relays),
    rested AS (SELECT event, count(DISTINCT party) AS at_most FROM ends GROUP BY event)
    SELECT event, least({MOST}, coalesce(r.at_most, t.at_most), t.at_most) AS at_most
    FROM rested t LEFT JOIN reported r USING (event)"""
"""One row for each event that somebody asserts something about: its bound, `MOST` for any above."""

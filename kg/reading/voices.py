"""What one voice has said, in lines and counts: an agent may make, relay and voice thousands of claims."""

from dataclasses import dataclass

from kg.reading.rows import View

_OWN = """
    SELECT c.iri, coalesce(c.event, ''), coalesce(CAST(c.latest AS VARCHAR), '')
    FROM claims c WHERE c.kind = 'claim' AND c.voice = ?"""
_SPOKEN = """
    SELECT c.iri, c.voice FROM claims c
    WHERE c.kind = 'claim' AND c.speaker = ? AND c.voice <> c.speaker ORDER BY c.latest DESC NULLS LAST, c.iri"""
_RELAYED = """
    SELECT r.root, any_value(c.voice) FROM claims r JOIN claims c ON c.iri = r.root
    WHERE r.kind = 'relay' AND r.voice = ? GROUP BY r.root, c.latest ORDER BY c.latest DESC NULLS LAST, r.root"""
_HEARD = """
    WITH r AS MATERIALIZED (
        SELECT iri, voice, root, relays FROM claims
        WHERE kind = 'relay' AND root IN (SELECT iri FROM claims WHERE kind = 'claim' AND voice = ?))
    SELECT voice, count(DISTINCT root) FROM r ANTI JOIN (SELECT relays AS iri FROM r) AS between USING (iri)
    GROUP BY voice ORDER BY 2 DESC, voice"""
_CONSULTED = """
    SELECT source, count(*) FROM (SELECT unnest(consulted) AS source FROM claims WHERE kind = 'claim' AND voice = ?)
    GROUP BY source ORDER BY 2 DESC, source"""


@dataclass(frozen=True, slots=True)
class Own:
    """One claim of a voice, the event it concerns, and the ISO date it was surely made by; "" for none."""

    iri: str
    event: str
    latest: str


def list_own(view: View, agent: str) -> list[Own]:
    """The claims of a voice, in no order."""
    return [Own(*map(str, row)) for row in view.rows(_OWN, [agent])]


def list_spoken(view: View, agent: str) -> list[tuple[str, str]]:
    """The claims an agent voiced for others and whose they are, the latest first."""
    return [(str(claim), str(voice)) for claim, voice in view.rows(_SPOKEN, [agent])]


def list_relayed(view: View, agent: str) -> list[tuple[str, str]]:
    """The claims of others an agent relays and whose they are, the latest first."""
    return [(str(claim), str(voice)) for claim, voice in view.rows(_RELAYED, [agent])]


def count_heard(view: View, agent: str) -> list[tuple[str, int]]:
    """The voices nearest to the reader through which an agent's claims are known, and how many claims through each."""
    return [(str(voice), int(str(count))) for voice, count in view.rows(_HEARD, [agent])]


def count_consulted(view: View, agent: str) -> list[tuple[str, int]]:
    """What an agent says its claims rest on, and how many claims rest on each."""
    return [(str(source), int(str(count))) for source, count in view.rows(_CONSULTED, [agent])]

"""An agent: what it asserts by event and date, what it relays, for whom it speaks, and through whom it is heard."""

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, render_template

from kg.reading import AgentView, ClaimView, Reader, Ref
from webui.negotiate import describes
from webui.source import get_reader

pages = Blueprint("agents", __name__)


@pages.get("/doc/agent/<key>")
@describes("agent")
def show_agent(iri: str) -> str:
    """One agent."""
    reader = get_reader()
    agent = reader.get_agent(iri)
    claims = reader.claims_of("voice", iri)
    spoken = reader.get_claims(agent.spoken)
    return render_template(
        "agents/agent.html",
        agent=agent,
        claims=claims,
        groups=_by_event(reader, claims),
        heard=_count_last(claims),
        relayed=_relayed(reader, agent),
        spoken=spoken,
        spoken_for=Counter(claim.step.voice for claim in spoken).most_common(),
    )


def _by_event(reader: Reader, claims: Sequence[ClaimView]) -> list[tuple[Ref | None, list[ClaimView]]]:
    """Claims by the event they concern first, those of no event last."""
    rows = reader.view.rows(
        "SELECT claim, min(event) FROM concerns WHERE claim IN (SELECT unnest(?::VARCHAR[])) GROUP BY claim",
        [[claim.iri for claim in claims]],
    )
    event_of = {str(claim): str(event) for claim, event in rows}
    found: dict[str, list[ClaimView]] = {}
    for claim in claims:
        found.setdefault(event_of.get(claim.iri, ""), []).append(claim)
    reader.labels.learn(found)
    ordered = sorted(found.items(), key=lambda pair: (not pair[0], -len(pair[1]), pair[0]))
    return [(reader.labels.find(event), members) for event, members in ordered]


def _count_last(claims: Sequence[ClaimView]) -> list[tuple[Ref, int]]:
    return Counter(ref for claim in claims for ref in claim.known_through).most_common()


def _relayed(reader: Reader, agent: AgentView) -> list[tuple[Ref, list[ClaimView]]]:
    """The claims of others that an agent relays, by whose they are."""
    rows = reader.view.rows("SELECT DISTINCT root FROM claims WHERE kind = 'relay' AND voice = ?", [agent.ref.iri])
    found: dict[Ref, list[ClaimView]] = {}
    for claim in reader.get_claims(str(row[0]) for row in rows if row[0]):
        found.setdefault(claim.step.voice, []).append(claim)
    return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0].label))

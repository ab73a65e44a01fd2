"""An agent: what it asserts by event and by date, what changed, for whom it speaks, through whom it is heard."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, cast

from flask import Blueprint, Response, render_template, request

from kg.reading import ClaimView, Ref, voices
from kg.reading.voices import Own
from webui.addresses import key_of
from webui.comparing import find_voice_turns
from webui.findings import Told, get_findings
from webui.negotiate import describes
from webui.paging import read_page
from webui.source import get_reader, get_tables
from webui.tables import claims_table, table_file

pages = Blueprint("agents", __name__)
ON_A_PAGE = 40
NAMED = 12


@pages.get("/doc/agent/<key>")
@describes("agent")
def show_agent(iri: str) -> str | Response:
    """One agent."""
    reader, view = get_reader(), get_tables().view()
    agent = reader.get_agent(iri, sayings=False)
    own = _order(voices.list_own(view, iri))
    if form := request.args.get("format", "").strip():
        columns, rows = claims_table(reader.get_claims(each.iri for each in own))
        return table_file(columns, rows, form=form, name=key_of(iri))
    spoken, relayed = voices.list_spoken(view, iri), voices.list_relayed(view, iri)
    page, spoke = read_page(len(own), ON_A_PAGE), read_page(len(spoken), ON_A_PAGE, name="spoken")
    passed = read_page(len(relayed), ON_A_PAGE, name="relayed")
    some, tables = own[page.first : page.end], get_tables()
    claims = dict(zip((each.iri for each in some), _read(each.iri for each in some), strict=True))
    wanted = {"turns": lambda: find_voice_turns(tables, iri)}
    # Who said one thing has changed nothing.
    turns = get_findings().tell((view.standing(), iri), wanted)["turns"] if len(own) > 1 else Told(([], 0))
    return render_template(
        "agents/agent.html",
        agent=agent,
        total=len(own),
        by_date=_by_date(),
        page=page,
        groups=_group(some, claims, own),
        turns=turns,
        heard=_named(voices.count_heard(view, iri)),
        consulted=_named(voices.count_consulted(view, iri)),
        spoken=_read(claim for claim, _ in spoken[spoke.first : spoke.end]),
        spoke=spoke,
        spoken_for=_named(Counter(voice for _, voice in spoken).most_common()),
        relayed=_read(claim for claim, _ in relayed[passed.first : passed.end]),
        passed=passed,
        relayed_of=_named(Counter(voice for _, voice in relayed).most_common()),
        named=NAMED,
    )


def _by_date() -> bool:
    return request.args.get("by") == "date"


def _order(own: Sequence[Own]) -> list[Own]:
    """The latest first; or by event, those with the most claims first, what is on no event last."""
    if _by_date():
        return sorted(sorted(own, key=lambda each: each.iri), key=lambda each: each.latest, reverse=True)
    on = Counter(each.event for each in own)
    return sorted(own, key=lambda each: (not each.event, -on[each.event], each.event, each.latest, each.iri))


def _read(iris: Iterable[str]) -> list[ClaimView]:
    """Claims in the order they are named in."""
    named = list(iris)
    found = {claim.iri: claim for claim in get_reader().get_claims(named)}
    return [found[iri] for iri in named]


def _group(some: Sequence[Own], claims: dict[str, ClaimView], own: Sequence[Own]) -> list[dict[str, Any]]:
    """The claims of a page under the event, or the year, they belong to, with how many there are of it in all."""

    def key(each: Own) -> str:
        return each.latest[:4] if _by_date() else each.event

    totals, found = Counter(map(key, own)), cast(dict[str, list[ClaimView]], {})
    for each in some:
        found.setdefault(key(each), []).append(claims[each.iri])
    labels = get_reader().labels
    if not _by_date():
        labels.learn(found)
    return [
        {
            "year": name,
            "event": None if _by_date() else labels.find(name or None),
            "claims": members,
            "of": totals[name],
        }
        for name, members in found.items()
    ]


def _named(counts: Sequence[tuple[str, int]]) -> list[tuple[Ref, int]]:
    labels = get_reader().labels
    labels.learn(iri for iri, _ in counts)
    return [(labels.ref(iri), count) for iri, count in counts]

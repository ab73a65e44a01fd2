"""An agent: what it asserts by event and by date, what changed, with whom it agrees, through whom it is heard."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from kg.reading import ClaimView, voices
from kg.reading.voices import Own
from webui.addresses import iri_of, key_of
from webui.comparing import MOST_BESIDE, compare_voices, find_voice_turns, name_beside
from webui.counting import Between, find_between, name_counts
from webui.findings import Told, get_findings
from webui.negotiate import describes
from webui.paging import read_page
from webui.source import get_points, get_reader, get_tables
from webui.tables import claims_table, table_file

pages = Blueprint("agents", __name__)
ON_A_PAGE = 40
NAMED = 12
BESIDE = 100
FEW = 200
"""Up to so many claims and relays, who stands between a voice and its readers is found while its page is made."""
_FOUND = ("changes", "beside", "between")


@pages.get("/doc/agent/<key>")
@describes("agent")
def show_agent(iri: str) -> str | Response:
    """One agent."""
    reader, view = get_reader(), get_tables().view()
    agent = reader.get_agent(iri, sayings=False)
    said = voices.list_sayings(view, iri)
    own, relayed = _order(said.own), said.relayed
    if form := request.args.get("format", "").strip():
        columns, rows = claims_table(reader.get_claims(each.iri for each in own))
        return table_file(columns, rows, form=form, name=key_of(iri))
    spoken = voices.list_spoken(view, iri)
    page, spoke = read_page(len(own), ON_A_PAGE), read_page(len(spoken), ON_A_PAGE, name="spoken")
    passed = read_page(len(relayed), ON_A_PAGE, name="relayed")
    some = own[page.first : page.end]
    claims = dict(zip((each.iri for each in some), _read(each.iri for each in some), strict=True))
    return render_template(
        "agents/agent.html",
        agent=agent,
        total=len(own),
        by_date=_by_date(),
        page=page,
        groups=_group(some, claims, own),
        told={
            # Who said one thing has changed nothing.
            "changes": _seek(iri, "changes", wait=False) if len(own) > 1 else Told(([], 0)),
            "beside": _seek(iri, "beside", wait=False),
            "between": _tell_between(iri, said),
        },
        consulted=name_counts(reader, voices.count_consulted(own)),
        spoken=_read(claim for claim, _ in spoken[spoke.first : spoke.end]),
        spoke=spoke,
        spoken_for=name_counts(reader, Counter(voice for _, voice in spoken).most_common()),
        relayed=_read(relayed[passed.first : passed.end]),
        passed=passed,
        named=NAMED,
        most=BESIDE,
    )


def _tell_between(iri: str, said: voices.Sayings) -> Told:
    """Through whom a voice is heard and whose claims it passes on: at once where these are few."""
    points, reader = get_points(), get_reader()
    if len(said.own) + len(said.relayed) > FEW:
        return _seek(iri, "between", wait=False)
    heard, relayed = voices.count_heard(points, said.own), voices.count_relayed(points, said.relayed)
    return Told(Between(name_counts(reader, heard), name_counts(reader, relayed)))


@pages.get("/doc/agent/<key>/found/<what>")
def show_found(key: str, what: str) -> str:
    """One analysis of a voice, waited for; its page shows it in its place when it is there. Raises NotFound."""
    iri = iri_of("agent", key)
    agent = get_reader().get_agent(iri, sayings=False)
    if what not in _FOUND:
        raise NotFound(f"There is nothing named {what!r} to be found out about an agent.")
    told = {what: _seek(iri, what, wait=True)}
    return render_template("agents/found.html", agent=agent, key=key, what=what, told=told, named=NAMED, most=BESIDE)


@pages.get("/doc/agent/<key>/beside/<other>")
def show_beside(key: str, other: str) -> str:
    """The claims in which two voices differ, and those in which they agree. Raises NotFound."""
    iri, beside = iri_of("agent", key), iri_of("agent", other)
    reader, tables = get_reader(), get_tables()
    agent, second = reader.get_agent(iri, sayings=False), reader.get_agent(beside, sayings=False)
    told = get_findings().tell(
        (tables.view().standing(), iri, beside), {"pairs": lambda: compare_voices(tables, iri, beside)}
    )["pairs"]
    return render_template("agents/beside.html", agent=agent, other=second, told=told, most=MOST_BESIDE)


def _seek(iri: str, what: str, *, wait: bool) -> Told:
    tables = get_tables()
    makers: dict[str, Callable[[], Any]] = {
        "changes": lambda: find_voice_turns(tables, iri),
        "beside": lambda: name_beside(tables, iri),
        "between": lambda: find_between(tables, iri),
    }
    key, findings = (tables.view().standing(), iri), get_findings()
    return findings.tell(key, {what: makers[what]})[what] if wait else findings.recall(key, what)


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

    by_date = _by_date()

    def key(each: Own) -> str:
        return each.latest[:4] if by_date else each.event

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

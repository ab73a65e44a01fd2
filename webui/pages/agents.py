"""An agent: what it asserts by event and by date, what changed, with whom it agrees, through whom it is heard."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from kg.reading import ClaimView, Ref, voices
from kg.store.tables.view import TablesView
from webui.addresses import iri_of, key_of
from webui.comparing import MOST_BESIDE, compare_voices, find_voice_turns, name_beside
from webui.counting import Between, find_between, name_counts
from webui.findings import Told, get_findings
from webui.folding import draw_groups, give_graph
from webui.indexes import get_indexes
from webui.negotiate import describes
from webui.paging import read_first, read_page
from webui.provenance import ProvGraph
from webui.source import get_points, get_reader, get_tables
from webui.tables import claims_table, table_file

pages = Blueprint("agents", __name__)
ON_A_PAGE = 20
NAMED = 12
BESIDE = 100
FEW = 60
"""Up to so many claims and relays of a voice are looked up one by one; of more the tables are asked."""
DRAWN = 12
"""Up to so many claims are drawn with the page, which has read them; of more the drawing is made when it is there."""
_EVERY = 2**31
_PASSED_ON = "passed-on"
_FOUND = ("changes", "beside", "between")


@pages.get("/doc/agent/<key>")
@describes("agent")
def show_agent(iri: str) -> str | Response:
    """One agent."""
    reader, view, points = get_reader(), get_tables().view(), get_points()
    agent = reader.get_agent(iri, sayings=False)
    form, by_date = request.args.get("format", "").strip(), request.args.get("by") == "date"
    stretch = voices.Stretch(
        size=_EVERY if form else ON_A_PAGE,
        first=0 if form else read_first(ON_A_PAGE),
        passed=0 if form else read_first(ON_A_PAGE, name="relayed"),
        by_date=by_date,
    )
    said = None if points.is_talkative(iri, "voice", most=FEW) else voices.look_up_sayings(points, iri)
    found = _read_spread(view, iri, stretch) if said is None else voices.spread(said, stretch)
    if form:
        columns, rows = claims_table(reader.get_claims(each.iri for each in found.own))
        return table_file(columns, rows, form=form, name=key_of(iri))
    speaks_much = points.is_talkative(iri, "speaker", most=FEW)
    spoken = voices.list_spoken(view, iri) if speaks_much else voices.look_up_spoken(points, iri)
    page, spoke = read_page(found.claims, ON_A_PAGE), read_page(len(spoken), ON_A_PAGE, name="spoken")
    passed = read_page(found.passed, ON_A_PAGE, name="relayed")
    return render_template(
        "agents/agent.html",
        agent=agent,
        total=found.claims,
        by_date=by_date,
        page=page,
        groups=_group(found.own, by_date=by_date),
        told={
            # Who said one thing has changed nothing.
            "changes": _seek(iri, "changes", wait=False) if found.claims > 1 else Told(([], 0)),
            "beside": _seek(iri, "beside", wait=False),
            "between": _seek(iri, "between", wait=False) if said is None else Told(_tell_between(said)),
        },
        consulted=name_counts(reader, found.consulted),
        spoken=_read(claim for claim, _ in spoken[spoke.first : spoke.end]),
        spoke=spoke,
        spoken_for=name_counts(reader, Counter(voice for _, voice in spoken).most_common()),
        relayed=_read(found.relayed),
        passed=passed,
        named=NAMED,
        most=BESIDE,
        graph=_draw(agent.ref, said) if said and len(said.own) + len(said.relayed) <= DRAWN else None,
    )


def _read_spread(view: TablesView, agent: str, stretch: voices.Stretch) -> voices.Spread:
    """A page of what a voice says that has said very much: out of memory, where it is held there already."""
    held = get_indexes().peek(view).voices
    return voices.read_spread(view, agent, stretch) if held is None else held.spread(agent, stretch)


@pages.get("/doc/agent/<key>/graph.<form>")
def give_agent_graph(key: str, form: str) -> Response:
    """The provenance of what an agent says and passes on, for the drawing or to keep."""
    return give_graph(_draw(*_find(key)), form, key)


@pages.get("/doc/agent/<key>/found/provenance")
def show_provenance(key: str) -> str:
    """The provenance of a voice that has said very much; its page shows it in its place when it is there."""
    agent, said = _find(key)
    return render_template("provenance.html", thing=agent, graph=_draw(agent, said))


def _find(key: str) -> tuple[Ref, voices.Sayings]:
    """An agent and all it says. Raises NotFound."""
    iri, points = iri_of("agent", key), get_points()
    agent = get_reader().get_agent(iri, sayings=False).ref
    if points.is_talkative(iri, "voice", most=FEW):
        return agent, voices.read_sayings(get_tables().view(), iri)
    return agent, voices.look_up_sayings(points, iri)


def _draw(agent: Ref, said: voices.Sayings) -> ProvGraph:
    """What an agent says of each event, and what it passes on, each folded together."""
    reader = get_reader()
    own = [(each.iri, each.event) for each in sorted(said.own, key=lambda each: (each.latest, each.iri))]
    passed = [(iri, _PASSED_ON) for iri in said.relayed]
    names = {"": "on no event", _PASSED_ON: "of others, passed on"}
    return draw_groups(
        agent, "agent", [*own, *passed], lambda on: names.get(on) or f"on {reader.labels.text(on)}", reader.get_claims
    )


def _tell_between(said: voices.Sayings) -> Between:
    """Through whom a voice that says little is heard, and whose claims it passes on."""
    points, reader = get_points(), get_reader()
    heard, relayed = voices.count_heard(points, said.own), voices.count_relayed(points, said.relayed)
    return Between(name_counts(reader, heard), name_counts(reader, relayed))


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


def _read(iris: Iterable[str]) -> list[ClaimView]:
    """Claims in the order they are named in."""
    named = list(iris)
    found = {claim.iri: claim for claim in get_reader().get_claims(named, places=False)}
    return [found[iri] for iri in named]


def _group(some: Sequence[voices.Headed], *, by_date: bool) -> list[dict[str, Any]]:
    """The claims of a page under the event, or the year, they belong to, with how many there are of it in all."""
    claims = dict(zip((each.iri for each in some), _read(each.iri for each in some), strict=True))
    totals = {each.heading: each.of for each in some}
    labels = get_reader().labels
    if not by_date:
        labels.learn(totals)
    return [
        {
            "year": heading,
            "event": None if by_date else labels.find(heading or None),
            "claims": [claims[each.iri] for each in some if each.heading == heading],
            "of": of,
        }
        for heading, of in totals.items()
    ]

"""An invented town, invented voices: a small record that holds what every named question asks for, and its opposite."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from kg import derive, iris, rdf
from kg.analysis.derived.derive import derive_analysis_lines
from kg.model import (
    Agent,
    AgentKind,
    Assessment,
    Capture,
    Characterisation,
    Claim,
    Count,
    Document,
    Event,
    EventKind,
    Identity,
    Location,
    Method,
    Occasion,
    Occurrence,
    Partition,
    Passage,
    Proposition,
    Relay,
    Request,
    Responsibility,
    Set,
    Stance,
    Statement,
    Text,
    Timing,
    Victim,
)
from kg.store.embedded import EmbeddedStore
from kg.store.tables import Tables
from kg.terms import Iri, av, avc
from kg.units import Unit
from kg.values.dates import parse_edtf

BASE = "https://record.example/id/"
INGESTION = Iri(f"{BASE}ingestion/one")


def of(kind: str, key: str) -> Iri:
    return iris.named_iri(BASE, kind, key)


def agent(key: str) -> Iri:
    return of("agent", key)


@dataclass
class Record:
    """Units as they are added, and the name a test gives each saying."""

    units: list[Unit] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    sayings: dict[str, Iri] = field(default_factory=dict)

    def thing(self, entity: Any) -> Iri:
        self.units.append(rdf.entity_unit(entity, INGESTION))
        return entity.iri

    def proposition(self, proposition: Proposition) -> Iri:
        self.units.append(rdf.proposition_unit(BASE, proposition))
        return iris.proposition_iri(BASE, proposition)

    def claim(self, name: str, stance: Stance, content: Proposition, who: str, said: str | None, **slots: Any) -> Iri:
        """A claim; `words` are its wording in English, `at` its passages, `speaker` and `consulted` IRIs."""
        claim = Claim(
            stance=stance,
            proposition=self.proposition(content),
            voice=agent(who),
            **self._slots(who, said, slots),
        )
        self.units.append(rdf.claim_unit(BASE, claim))
        return self._keep(name, iris.claim_iri(BASE, claim))

    def relay(self, name: str, of_saying: str, who: str, said: str | None, **slots: Any) -> Iri:
        relay = Relay(relays=self.sayings[of_saying], voice=agent(who), **self._slots(who, said, slots))
        self.units.append(rdf.relay_unit(BASE, relay))
        return self._keep(name, iris.relay_iri(BASE, relay))

    def _slots(self, who: str, said: str | None, slots: dict[str, Any]) -> dict[str, Any]:
        read = parse_edtf(said) if said else None
        words, passages = slots.pop("words", None), tuple(slots.pop("at", ()))
        return {
            "occasion": slots.pop("on", None) or of("occasion", f"{who}-speaks"),
            "wording": Text(words, "en") if words else None,
            "passages": passages,
            "said": said,
            "earliest": read.earliest.isoformat() if read and read.earliest else None,
            "latest": read.latest.isoformat() if read and read.latest else None,
            **slots,
        }

    def _keep(self, name: str, iri: Iri) -> Iri:
        assert name not in self.sayings, name
        self.sayings[name], self.names[iri] = iri, name
        return iri


AGENTS = {
    "command": (AgentKind.ORGANISATION, "Northern Command"),
    "wren": (AgentKind.ORGANISATION, "Wren Desk"),
    "lantern": (AgentKind.ORGANISATION, "Lantern"),
    "post": (AgentKind.ORGANISATION, "Daily Post"),
    "wire": (AgentKind.ORGANISATION, "River Wire"),
    "maro": (AgentKind.PERSON, "Ilse Maro"),
    "pilots": (AgentKind.ACTOR_CLASS, "northern pilots"),
}
EVENTS = {
    "ortava": (EventKind.CAMPAIGN, "Siege of Ortava"),
    "mill": (EventKind.INCIDENT, "Strike on the mill"),
    "lake": (EventKind.INCIDENT, "Quiet day at the lake"),
    "a17": (EventKind.ALLEGATION, "Allegation 17"),
    "bridge": (EventKind.INCIDENT, "Strike on the bridge"),
    "quay": (EventKind.INCIDENT, "Strike on the quay"),
}
SETS = {
    "dead": ("Victim", "ortava", "the dead of Ortava"),
    "sent": ("Allegation", "ortava", "allegations sent in"),
    "decided": ("Allegation", "sent", "those decided"),
    "rest": ("Allegation", "sent", "those that remain"),
    "decided-yes": ("Allegation", "decided", "decided: credible"),
    "decided-no": ("Allegation", "decided", "decided: not credible"),
    **{
        f"{month}-{part}": ("Allegation", "ortava" if part == "all" else f"{month}-all", f"{month} ledger: {part}")
        for month in ("march", "april")
        for part in ("all", "carried", "opened", "closed", "open")
    },
}


def add_things(record: Record) -> None:
    for key, (kind, name) in AGENTS.items():
        record.thing(Agent(iri=agent(key), kind=kind, names=(Text(name, "en"),)))
    record.thing(Agent(iri=agent("no-name"), kind=AgentKind.ORGANISATION))
    record.thing(
        Agent(
            iri=agent("both"),
            kind=AgentKind.JOINT_VOICE,
            names=(Text("Wren Desk and Lantern", "en"),),
            members=(agent("lantern"), agent("wren")),
        )
    )
    officer = Agent(
        iri=agent("officer"),
        kind=AgentKind.UNNAMED_PERSON,
        names=(Text("an officer", "en"),),
        quoted_in=of("document", "post-1"),
    )
    record.thing(officer)
    for key, (event_kind, name) in EVENTS.items():
        record.thing(Event(iri=of("event", key), kind=event_kind, names=(Text(name, "en"),)))
    for key, (member, within, name) in SETS.items():
        place = of("event" if within in EVENTS else "set", within)
        record.thing(Set(iri=of("set", key), names=(Text(name, "en"),), member_kind=av(member), within=place))
    for key in ("v1", "v2"):
        record.thing(Victim(iri=of("victim", key), names=(Text(f"Victim {key}", "en"),)))
    for who in (*AGENTS, "no-name", "both", "officer"):
        occasion = Occasion(iri=of("occasion", f"{who}-speaks"), kind=avc("remark"), speaker=agent(who), ordinal=1)
        record.thing(occasion)
    memo = of("document", "memo")
    record.thing(Occasion(iri=of("occasion", "memo"), kind=avc("letter"), document=memo, ordinal=1))


def add_sources(record: Record) -> None:
    documents = (
        ("post-1", "The siege in numbers", "post", "2031-04-02", ()),
        ("wire-1", "Siege, in brief", "wire", "2031-04-03", ()),
        ("copy-1", "The siege in numbers (copy)", "no-name", "2031-04-04", (of("document", "post-1"),)),
        ("memo", "A memo", "lantern", None, ()),
    )
    for key, title, publisher, published, copies in documents:
        record.thing(
            Document(
                iri=of("document", key),
                title=Text(title, "en"),
                publisher=agent(publisher),
                published=published,
                copies=copies,
            )
        )
    for key, letter in (("post-1", "a"), ("wire-1", "b"), ("copy-1", "c")):
        capture = iris.capture_iri(BASE, letter * 64)
        record.thing(Capture(iri=capture, document=of("document", key), sha256=letter * 64, length=900))
        for start in (0, 100):
            passage = passage_of(letter, start)
            record.thing(Passage(iri=passage, capture=capture, start=start, end=start + 50, sha256="f" * 64))


def passage_of(letter: str, start: int) -> Iri:
    return iris.passage_iri(BASE, iris.capture_iri(BASE, letter * 64), start, start + 50)


def count(about: Iri, measure: str, least: int | None, most: int | None = None, **slots: Any) -> Count:
    return Count(about=(about,), measure=avc(measure), at_least=least, at_most=most, **slots)


def add_numbers(record: Record) -> None:
    town, mill, dead = of("event", "ortava"), of("event", "mill"), of("set", "dead")
    post, wire, copy = passage_of("a", 0), passage_of("b", 0), passage_of("c", 0)
    joint = {"over": dead, "population": avc("civilians"), "basis": avc("joint-estimate"), "actor": agent("command")}
    record.claim(
        "joint-total", Stance.ASSERTS, count(town, "killed", 201, **joint), "both", "2031-04-01",
        words="more than 200 civilians", at=[post], grounds=(avc("own-investigation"), avc("visited")),
    )  # fmt: skip
    record.relay("post-tells-total", "joint-total", "post", "2031-04-02", words="more than 200", at=[post])
    record.relay("wire-passes-total-on", "post-tells-total", "wire", "2031-04-03", at=[wire])
    version = record.proposition(count(town, "killed", 200, 200, **joint))
    record.relay(
        "post-headline", "joint-total", "post", "2031-04-02",
        words="200 killed", at=[post], worded_as=avc("headline"), renders=version,
    )  # fmt: skip
    for number, said in ((12, "2031-02-10"), (31, "2031-03-05"), (28, "2031-04-02")):
        name = f"says-{number}"
        record.claim(
            name, Stance.ASSERTS, count(town, "killed", number, number, basis=avc("assessed-credible")),
            "command", said, words=f"{number} killed", at=[passage_of("a", 100)], speaker=agent("maro"),
            grounds=(avc("own-records"),),
        )  # fmt: skip
        record.relay(f"post-tells-{number}", name, "post", "2031-04-02", at=[passage_of("a", 100)])
    record.relay("nameless-tells-28", "says-28", "no-name", "2031-04-04", at=[copy])
    nine = count(mill, "killed", 9, 9)
    record.claim("nine", Stance.ASSERTS, nine, "lantern", "2031-02-20", words="nine", at=[wire])
    retracted = Statement(about=(mill,), code=avc("retracted"))
    record.claim(
        "takes-nine-back", Stance.ASSERTS, retracted, "lantern", "2031-02-25",
        words="we got it wrong", at=[wire], withdraws=(record.sayings["nine"],),
    )  # fmt: skip
    record.claim("cannot-confirm-nine", Stance.CANNOT_CONFIRM, nine, "wren", "2031-02-21", at=[wire])
    dozens = count(mill, "injured", 24, convention=avc("grammatical-plural"))
    record.claim("dozens", Stance.ASSERTS, dozens, "wire", "2031-03/2031-05", words="dozens", at=[wire])
    about_40 = count(mill, "injured", None, approximately=40)
    record.claim("about-40", Stance.ASSERTS, about_40, "officer", None, words="about 40", at=[post])


def add_positions(record: Record) -> None:
    mill, a17, post, wire = of("event", "mill"), of("event", "a17"), passage_of("a", 0), passage_of("b", 0)
    struck = Occurrence(about=(mill,), what=avc("strikes"))
    record.claim("denies-strike", Stance.DENIES, struck, "command", "2031-02-11", words="no such strike", at=[post])
    record.claim("admits-strike", Stance.ASSERTS, struck, "command", "2031-03-20", words="it was struck", at=[post])
    record.claim(
        "wren-on-strike", Stance.ASSERTS, struck, "wren", "2031-02-05", at=[wire],
        consulted=(of("document", "post-1"), avc("satellite-imagery")), grounds=(avc("told-by-another"),),
    )  # fmt: skip
    lacking = "insufficient-information"
    for name, status, reason, said in (
        ("a17-not-credible", f"oir-not-credible-{lacking}", f"oir-reason-{lacking}", "2031-02-01"),
        ("a17-credible", "oir-credible", "oir-reason-strike-blast", "2031-03-15"),
    ):
        assessment = Assessment(
            about=(a17,), scheme=avc("scheme-oir-allegation-status"), status=avc(status), reasons=(avc(reason),)
        )
        record.claim(name, Stance.ASSERTS, assessment, "command", said, at=[post])
    fair = Assessment(about=(mill,), scheme=avc("scheme-airwars-grading"), status=avc("airwars-fair"))
    record.claim("wren-grades-fair", Stance.ASSERTS, fair, "wren", "2031-02-06", at=[wire])
    record.claim("command-denies-fair", Stance.DENIES, fair, "command", "2031-02-12", at=[post])
    record.claim(
        "memo-places-mill", Stance.ASSERTS, Location(about=(mill,), place="by the weir"), "lantern", "2031-02-19",
        on=of("occasion", "memo"), words="by the weir",
    )  # fmt: skip
    record.relay("nameless-quotes-memo", "memo-places-mill", "no-name", "2031-02-22")


def add_divisions(record: Record) -> None:
    town, post = of("event", "ortava"), passage_of("a", 100)
    sets = {key: of("set", key) for key in SETS}
    said = "2031-03-01"
    counted = (("sent", 40, "submitted"), ("decided", 22, "oir-completed"), ("rest", 17, "information-requested"))
    for key, number, basis in counted:
        content = count(town, "allegations", number, number, over=sets[key], basis=avc(basis))
        record.claim(f"{key}-{number}", Stance.ASSERTS, content, "command", said, words=str(number), at=[post])
    for whole, parts in (("sent", ("decided", "rest")), ("decided", ("decided-yes", "decided-no"))):
        content = Partition(about=(sets[whole],), parts=tuple(sets[part] for part in parts))
        record.claim(f"divides-{whole}", Stance.ASSERTS, content, "command", said, at=[post])
    unclear = Assessment(
        about=(sets["decided"],),
        scheme=avc("scheme-oir-allegation-status"),
        any_of=(avc("oir-credible"), avc("oir-not-credible-no-strike-on-record")),
    )
    record.claim("decided-either-way", Stance.ASSERTS, unclear, "command", said, at=[post])
    months = {"march": ("2031-03", (10, 4, 5, 8)), "april": ("2031-04", (9, 1, 4, 6))}
    for month, (period, numbers) in months.items():
        parts = dict(zip(("carried", "opened", "closed", "open"), numbers, strict=True))
        for part, number in parts.items():
            content = count(town, "allegations", number, number, over=sets[f"{month}-{part}"], period=period)
            record.claim(f"{month}-{part}-{number}", Stance.ASSERTS, content, "command", "2031-05-01", at=[post])
        for left, right in (("carried", "opened"), ("closed", "open")):
            content = Partition(
                about=(sets[f"{month}-all"],), parts=(sets[f"{month}-{left}"], sets[f"{month}-{right}"])
            )
            record.claim(f"{month}-{left}-{right}", Stance.ASSERTS, content, "command", "2031-05-01", at=[post])


def add_conduct(record: Record) -> None:
    town, mill, dead, post = of("event", "ortava"), of("event", "mill"), of("set", "dead"), passage_of("a", 0)
    careful = Characterisation(about=(town,), actor=agent("command"), character=avc("took-extraordinary-precautions"))
    record.claim("careful", Stance.ASSERTS, careful, "command", "2031-04-02", at=[post], speaker=agent("officer"))
    record.claim("not-careful", Stance.DENIES, careful, "lantern", "2031-04-03", words="hardly", at=[post])
    shocking = Characterisation(about=(town,), character=avc("shocking-scale"))
    record.claim("shocking", Stance.ASSERTS, shocking, "officer", "2031-04-02", at=[post])
    by_air = Responsibility(about=(dead,), actor=agent("pilots"), means=(avc("air-strikes"), avc("artillery-strikes")))
    record.claim("pilots-did", Stance.ASSERTS, by_air, "both", "2031-04-01", at=[post])
    ours = Responsibility(about=(mill,), actor=agent("command"))
    record.claim("not-us", Stance.DENIES, ours, "command", "2031-02-11", words="not ours", at=[post])
    used = Method(about=(town,), actor=agent("wren"), uses=(avc("interviewed"), avc("satellite-imagery")))
    record.claim("post-on-wren", Stance.ASSERTS, used, "post", "2031-04-02", at=[post])
    own = Method(about=(town,), actor=agent("command"), uses=(avc("own-records"),))
    record.claim("own-method", Stance.ASSERTS, own, "command", "2031-04-02", at=[post])
    more = Request(about=(of("set", "rest"),), addressee=agent("wren"), requested=avc("provide-additional-information"))
    record.claim("asks-wren", Stance.ASKS, more, "command", "2031-03-01", at=[post])
    answer = Statement(about=(of("set", "rest"),), code=avc("declined-to-comment"))
    record.claim("wren-later", Stance.ASSERTS, answer, "wren", "2031-03-09", at=[post])
    look = Request(about=(mill,), addressee=agent("command"), requested=avc("investigate-fully"))
    record.claim("asks-command", Stance.ASKS, look, "both", "2031-04-01", words="look into it", at=[post])
    same = Identity(about=(of("victim", "v1"),), other=of("victim", "v2"), relation=avc("identity-possibly-same"))
    record.claim("v1-v2", Stance.ASSERTS, same, "wren", "2031-03-30", at=[post])


def add_histories(record: Record) -> None:
    """A finding that was reversed after a submission, the field that lags behind it, and one total over two events."""
    bridge, quay, post = of("event", "bridge"), of("event", "quay"), passage_of("a", 0)
    submission = Occasion(iri=of("occasion", "wren-submits"), kind=avc("submission"), speaker=agent("wren"), ordinal=1)
    record.thing(submission)
    oir = avc("scheme-oir-allegation-status")
    none = Assessment(
        about=(bridge,), scheme=oir, status=avc("oir-not-credible-no-strike-on-record"),
        reasons=(avc("oir-reason-no-strike-on-record"),),
    )  # fmt: skip
    record.claim("bridge-no-strike", Stance.ASSERTS, none, "command", "2031-02-01", at=[post])
    record.claim(
        "wren-submits-bridge", Stance.ASSERTS, count(bridge, "killed", 4, 4), "wren", "2031-03-01",
        words="four killed", at=[post], on=submission.iri,
    )  # fmt: skip
    credible = Assessment(about=(bridge,), scheme=oir, status=avc("oir-credible"))
    record.claim("bridge-credible", Stance.ASSERTS, credible, "command", "2031-04-01", at=[post])
    fair = Assessment(about=(bridge,), scheme=avc("scheme-airwars-grading"), status=avc("airwars-fair"))
    record.claim("wren-grades-bridge", Stance.ASSERTS, fair, "wren", "2031-02-15", at=[post])
    field = Assessment(
        about=(bridge,),
        scheme=avc("scheme-airwars-belligerent-position"),
        status=avc("airwars-position-non-credible"),
    )
    record.claim("bridge-field", Stance.ASSERTS, field, "command", None, at=[post])
    record.relay("wren-keeps-field", "bridge-field", "wren", "2031-06-01", at=[post])
    both = Count(about=(bridge, quay), measure=avc("killed"), at_least=7, at_most=7)
    record.claim("seven-in-all", Stance.ASSERTS, both, "command", "2031-04-01", words="seven in all", at=[post])
    for who, day in (("wren", "2031-01-20"), ("command", "2031-01-26")):
        record.claim(f"{who}-dates-quay", Stance.ASSERTS, Timing(about=(quay,), time=day), who, "2031-02-03", at=[post])


def add_disagreement(record: Record) -> None:
    """Two numbers that exclude each other, one that is passed on by three, and two reports that rest on each other."""
    quay, bridge, post = of("event", "quay"), of("event", "bridge"), passage_of("a", 0)
    for who, number in (("wren", 2), ("lantern", 9)):
        record.claim(
            f"{who}-says-{number}", Stance.ASSERTS, count(quay, "injured", number, number), who, "2031-02-04",
            at=[post], grounds=(avc("interviewed"),),
        )  # fmt: skip
    oir, fair = avc("scheme-oir-allegation-status"), avc("scheme-airwars-grading")
    none = Assessment(
        about=(quay,), scheme=oir, status=avc("oir-not-credible-no-strike-on-record"),
        reasons=(avc("oir-reason-no-strike-on-record"),),
    )  # fmt: skip
    record.claim("quay-no-strike", Stance.ASSERTS, none, "command", "2031-02-20", at=[post])
    graded = Assessment(about=(quay,), scheme=fair, status=avc("airwars-fair"))
    record.claim("wren-grades-quay", Stance.ASSERTS, graded, "wren", "2031-02-15", at=[post])
    sunk = Occurrence(about=(bridge,), what=avc("buildings"))
    for who, other in (("wire", "no-name"), ("no-name", "wire")):
        record.claim(
            f"{who}-trusts-{other}", Stance.ASSERTS, sunk, who, "2031-03-05", at=[post],
            consulted=(agent(other),), grounds=(avc("told-by-another"),),
        )  # fmt: skip


@cache
def build() -> Record:
    record = Record()
    for add in (add_things, add_sources, add_numbers, add_positions, add_divisions, add_conduct, add_histories):
        add(record)
    add_disagreement(record)
    record.units = list({(unit.subject, unit.graph): unit for unit in record.units}.values())
    return record


def load(units: Iterable[Unit], folder: Path) -> EmbeddedStore:
    """The graph of these units as the program makes it: derived statements included, each triple in one graph."""
    listed = list(units)
    tables = Tables.open(folder / "tables")
    tables.append(listed, entry=1)
    with tables.connect() as view:
        derived = derive.derive_lines(view, BASE) | derive_analysis_lines(view, BASE)
    store = EmbeddedStore(folder / "graph")
    store.rebuild([*(line for unit in listed for line in unit.lines), *sorted(derived)], entry=1)
    return store

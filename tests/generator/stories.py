"""Made-up records of any size with the shape of real ones, whose independent origins are known.

An event is told in threads: four of five in one, the others in several, very few in hundreds. No party stands in two
threads of an event, and each thread adds a known number of origins; so the truth about an event is their sum. `unknown`
is the share of threads whose end is in truth known to the generator and declared to nobody.
"""

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from kg import iris
from kg.model import (
    Agent,
    AgentKind,
    Assessment,
    Capture,
    Claim,
    Count,
    Document,
    Entity,
    Event,
    EventKind,
    Occasion,
    Passage,
    Proposition,
    Relay,
    Set,
    Stance,
    Text,
)
from kg.terms import DEFAULT_BASE, NOT_STATED, Iri, av, avc

BASE = DEFAULT_BASE
CIRCULAR = 0.05
REAL_SIZES = ((0.5, 2), (0.75, 3), (0.9, 21), (0.95, 44), (0.98, 75), (0.99, 96), (0.995, 122), (0.999, 181), (1, 242))
"""How many claims and relays concern an event of the three real tables: this share of 8,544 no more than so many."""
_GROUNDS = ("saw", "visited", "interviewed", "own-records", "own-investigation", "satellite-imagery")


@dataclass(frozen=True, slots=True)
class Beat:
    """One saying, what has to be known to record it, and the proposition of a claim."""

    said: Claim | Relay
    things: tuple[Entity, ...]
    proposition: Proposition | None = None

    @property
    def iri(self) -> Iri:
        """The name of the saying."""
        return iris.claim_iri(BASE, self.said) if isinstance(self.said, Claim) else iris.relay_iri(BASE, self.said)

    @property
    def question(self) -> Iri:
        """The question a claim answers."""
        assert self.proposition is not None
        return iris.question_iri(BASE, self.proposition)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so: the reports, and the independent origins behind them; `declared` where the record says it all."""

    reports: int
    origins: int
    declared: bool
    circular: bool

    def __add__(self, other: "Truth") -> "Truth":
        return Truth(
            self.reports + other.reports,
            self.origins + other.origins,
            self.declared and other.declared,
            self.circular or other.circular,
        )


NOTHING = Truth(0, 0, declared=True, circular=False)


@dataclass(frozen=True, slots=True)
class Story:
    """Everything said about one event, the truth about it, and the truth about each question."""

    event: Iri
    beats: tuple[Beat, ...]
    truth: Truth
    by_question: dict[Iri, Truth] = field(default_factory=dict)


def named(kind: str, key: str) -> Iri:
    return iris.named_iri(BASE, kind, key)


def voice(number: int) -> Iri:
    return named("agent", f"voice-{number}")


def event(number: int) -> Iri:
    return named("event", f"event-{number}")


def make_agent(number: int, *, owner: Iri | None = None) -> Agent:
    names = (Text(f"Voice {number}", "en"), Text(f"صوت {number}", "ar"))
    return Agent(iri=voice(number), kind=AgentKind.ORGANISATION, names=names, owner=owner)


def draw_threads(dice: random.Random) -> int:
    """How many threads an event has, so that events are as large as those of real tables, `REAL_SIZES`.

    There three of four are reports of a strike, of 2 or 3 claims and relays; the others are incidents, half of them of
    17 or fewer, one in ten of more than 70, the largest of 242. Here four of five have one thread, and the others so
    many as a lognormal distribution gives: half of them 7 or fewer, none more than 60. A thread brings 3.4 claims and
    relays in the mean, and half of the threads 3 or fewer, so that small events are a little larger than real ones. The
    quantiles of 400,000, put together from 20,000 threads, are, beside those of real ones in brackets, .5: 3 (2),
    .75: 6 (3), .9: 23 (21), .95: 42 (44), .98: 70 (75), .99: 96 (96), .995: 126 (122), .999: 198 (181); the mean is
    9.3. One event in 5,000 has 100 to 600 threads, as no real one has, on purpose: pages and questions must bear them.
    """
    if dice.random() < 1 / 5_000:
        return dice.randint(100, 600)
    if dice.random() < 0.8:
        return 1
    return min(max(1, round(dice.lognormvariate(1.9, 0.85))), 60)


def iter_stories(
    count: int, *, seed: int = 1, unknown: float = 0.3, draw: Callable[[random.Random], int] = draw_threads
) -> Iterator[Story]:
    """Stories of events 0, 1, 2…, each the same whatever the others are; `draw` tells how many threads one has."""
    for number in range(count):
        dice = random.Random(f"{seed} {number}")
        yield make_story(number, threads=draw(dice), dice=dice, unknown=unknown)


def make_story(
    number: int, *, threads: int, dice: random.Random, unknown: float = 0.3, batch: str = "", reports: int = 0
) -> Story:
    """One event told in so many threads, or in as many as bring so many `reports`; `batch` sets its documents apart."""
    teller = _Teller(number, dice, batch)
    truth, by_question = NOTHING, {}
    done = 0
    while done < threads or truth.reports < reports:
        done += 1
        added = teller.tell(unknown)
        truth += added
        by_question[teller.question] = by_question.get(teller.question, NOTHING) + added
    return Story(event(number), tuple(teller.beats), truth, by_question)


class _Teller:
    """Tells the threads of one event; every voice is drawn once."""

    def __init__(self, number: int, dice: random.Random, batch: str) -> None:
        self.beats: list[Beat] = []
        self.question = Iri("")
        self._number, self._dice, self._batch = number, dice, batch
        # Voices are met again from event to event, the first ones most often.
        self._next_voice = int(dice.paretovariate(0.5)) % 200
        self._documents = 0
        self._template: Proposition = Count()
        self._day = ""

    def tell(self, unknown: float) -> Truth:
        """Add one thread."""
        dice = self._dice
        self._day = f"20{dice.randint(14, 19)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        self._template = self._draw_template()
        self.question = iris.question_iri(BASE, self._template)
        if dice.random() < unknown:
            return dice.choice((self._silent, self._unrecorded))()
        if dice.random() < CIRCULAR:
            return self._circle()
        threads: tuple[Callable[[], Truth], ...] = (
            self._witness,
            self._witness,
            self._wire,
            self._one_owner,
            self._one_outlet,
            self._consulted,
            self._joint,
            self._revised,
        )
        return dice.choice(threads)()

    # --- threads: each returns what it adds -------------------------------------------------------------------------

    def _witness(self) -> Truth:
        """A first-hand claim, read at its voice or carried by a line of relays; sometimes an army denies it."""
        if self._dice.random() < 0.3:
            self._claim(self._voice(), grounds=NOT_STATED, stance=Stance.DENIES)
        self._carry(self._voice(), (0, 0, 0, 1, 1, 2)[self._dice.randrange(6)])
        return Truth(1, 1, declared=True, circular=False)

    def _wire(self) -> Truth:
        """One agency's story behind many outlets, of which some reprint it, as recorded or not."""
        first, agency = self._voice(), self._voice()
        story = self._document(agency.iri)
        claim = self._claim(first, grounds=self._ground(), document=story)
        relay = self._relay(agency, claim.iri, document=story, words="story")
        outlets = min(int(self._dice.paretovariate(1.0)) + 1, 60)
        for _ in range(outlets):
            copies = (story.iri,) if self._dice.random() < 0.5 else ()
            outlet = self._voice()
            self._relay(outlet, relay.iri, document=self._document(outlet.iri, copies=copies), words="story")
        # The agency's own article is at hand too: its passage was read there.
        return Truth(outlets + 1, 1, declared=True, circular=False)

    def _one_owner(self) -> Truth:
        """Several outlets of one owner, each with a witness of its own."""
        owner = self._voice()
        outlets = self._dice.randint(2, 4)
        for _ in range(outlets):
            self._carry(self._voice(), 1, through=self._voice(owner=owner.iri), more=(owner,))
        return Truth(outlets, 1, declared=True, circular=False)

    def _one_outlet(self) -> Truth:
        """Several witnesses whom only one outlet quotes."""
        outlet = self._voice()
        witnesses = self._dice.randint(2, 4)
        for _ in range(witnesses):
            self._carry(self._voice(), 1, through=outlet)
        return Truth(witnesses, 1, declared=True, circular=False)

    def _consulted(self) -> Truth:
        """Monitors that say they have it from a hospital, whose own claim is recorded."""
        hospital = self._voice()
        self._claim(hospital, grounds=self._ground())
        monitors = self._dice.randint(1, 4)
        for _ in range(monitors):
            self._claim(self._voice(), grounds=avc("told-by-another"), consulted=(hospital.iri,))
        return Truth(monitors + 1, 1, declared=True, circular=False)

    def _joint(self) -> Truth:
        """A joint investigation, and a claim of one of its members."""
        one, other = self._voice(), self._voice()
        joint = Agent(
            iri=named("agent", f"{one.iri.rsplit('/', 1)[1]}-jointly"),
            kind=AgentKind.JOINT_VOICE,
            names=(Text("A joint investigation", "en"),),
            members=(one.iri, other.iri),
        )
        self._claim(joint, grounds=avc("own-investigation"), more=(one, other))
        self._claim(one, grounds=self._ground())
        return Truth(2, 1, declared=True, circular=False)

    def _revised(self) -> Truth:
        """One voice that gives its total anew, twice or more."""
        ledger = self._voice()
        previous: tuple[Iri, ...] = ()
        times = self._dice.randint(2, 4)
        for _ in range(times):
            previous = (self._claim(ledger, grounds=avc("own-records"), revises=previous).iri,)
        return Truth(times, 1, declared=True, circular=False)

    def _circle(self) -> Truth:
        """Voices each of which has it from the next, the last from the first."""
        ring = [self._voice() for _ in range(self._dice.randint(2, 4))]
        for here, there in zip(ring, [*ring[1:], ring[0]], strict=True):
            self._claim(here, grounds=avc("told-by-another"), consulted=(there.iri,), more=(there,))
        return Truth(len(ring), 0, declared=True, circular=True)

    def _silent(self) -> Truth:
        """A claim that does not say how its voice knows: in truth an origin, or from a party counted elsewhere."""
        self._carry(self._voice(), self._dice.randrange(3), grounds=NOT_STATED)
        return Truth(1, self._dice.randrange(2), declared=False, circular=False)

    def _unrecorded(self) -> Truth:
        """Voices that consulted one party whose word is not recorded: in truth an origin, or not."""
        party = self._voice()
        voices = self._dice.randint(1, 3)
        for _ in range(voices):
            self._claim(self._voice(), grounds=avc("told-by-another"), consulted=(party.iri,), more=(party,))
        return Truth(voices, self._dice.randrange(2), declared=False, circular=False)

    # --- sayings ----------------------------------------------------------------------------------------------------

    def _carry(
        self,
        who: Agent,
        steps: int,
        *,
        through: Agent | None = None,
        grounds: Iri | None = None,
        more: tuple[Agent, ...] = (),
    ) -> None:
        """A claim and a line of relays of it; what is relayed was read in the article that relays it."""
        carriers = [through or self._voice() for _ in range(steps)]
        article = self._document((carriers[0] if carriers else who).iri)
        beat = self._claim(who, grounds=grounds or self._ground(), document=article)
        for place, carrier in enumerate(carriers):
            where = article if place == 0 else self._document(carrier.iri)
            last = place == len(carriers) - 1
            beat = self._relay(carrier, beat.iri, document=where, passage=last, more=more)

    def _claim(
        self,
        who: Agent,
        *,
        grounds: Iri,
        document: Document | None = None,
        more: tuple[Agent, ...] = (),
        **slots: object,
    ) -> Beat:
        place = document or self._document(who.iri)
        proposition = self._draw_answer()
        said = Claim(
            stance=Stance.ASSERTS,
            proposition=iris.proposition_iri(BASE, proposition),
            voice=who.iri,
            occasion=Iri(""),
            grounds=(grounds,),
            wording=Text(f'said to be "{self._documents}" \\ of {self._dice.randrange(1000)}', "en"),
            **self._dated(),
        )
        return self._add(replace(said, **slots), place, (who, *more), proposition)

    def _relay(
        self,
        who: Agent,
        of: Iri,
        *,
        document: Document,
        words: str = "",
        passage: bool = True,
        more: tuple[Agent, ...] = (),
    ) -> Beat:
        relay = Relay(relays=of, voice=who.iri, occasion=Iri(""), **self._dated())
        return self._add(relay, document, (who, *more), None, words=words, passage=passage)

    def _add(
        self,
        said: Claim | Relay,
        document: Document,
        agents: tuple[Agent, ...],
        proposition: Proposition | None,
        *,
        words: str = "",
        passage: bool = True,
    ) -> Beat:
        key = document.iri.rsplit("/", 1)[1]
        capture = Capture(iri=iris.capture_iri(BASE, _sha(key)), document=document.iri, sha256=_sha(key), length=5000)
        kind = "report" if proposition else "news-article"
        occasion = Occasion(
            iri=iris.occasion_iri(BASE, document=document.iri, speaker=said.voice, kind=kind, ordinal=1),
            kind=avc(kind),
            document=document.iri,
            ordinal=1,
        )
        start = 10 * len(self.beats)
        span = Passage(
            iri=iris.passage_iri(BASE, capture.iri, start, start + 80),
            capture=capture.iri,
            start=start,
            end=start + 80,
            sha256=_sha(f"{words} {self._number} {self._batch}" if words else f"{key} {start}"),
        )
        said = replace(said, occasion=occasion.iri, passages=(span.iri,) if passage else ())
        place = Event(iri=event(self._number), kind=EventKind.INCIDENT, names=(Text(f"Event {self._number}", "en"),))
        things = (place, *self._sets(), *agents, document, capture, occasion, *((span,) if passage else ()))
        beat = Beat(said, things, proposition)
        self.beats.append(beat)
        return beat

    # --- things -----------------------------------------------------------------------------------------------------

    def _voice(self, *, owner: Iri | None = None) -> Agent:
        self._next_voice += 1
        # An owned outlet is another voice than the one of that number which nobody owns.
        number = self._next_voice + (1_000_000 + self._number * 1000 if owner else 0)
        return make_agent(number, owner=owner)

    def _ground(self) -> Iri:
        return avc(self._dice.choice(_GROUNDS))

    def _document(self, publisher: Iri, *, copies: tuple[Iri, ...] = ()) -> Document:
        self._documents += 1
        key = f"report-{self._batch}{self._number}-{self._documents}"
        return Document(
            iri=named("document", key), title=Text(key.capitalize(), "en"), publisher=publisher, copies=copies
        )

    def _sets(self) -> tuple[Set, ...]:
        about = self._template.about[0]
        if "/set/" not in about:
            return ()
        names = (Text(f"Set {self._number}", "en"),)
        return (Set(iri=about, names=names, member_kind=av("Allegation"), within=event(self._number)),)

    def _dated(self) -> dict[str, str]:
        return {"said": self._day, "earliest": self._day, "latest": self._day}

    def _draw_template(self) -> Proposition:
        dice = self._dice
        about = (named("set", f"set-{self._number}") if dice.random() < 0.02 else event(self._number),)
        if dice.random() < 0.2:
            return Assessment(about=about, scheme=avc("scheme-oir-allegation-status"))
        measure = avc(dice.choice(["killed", "killed", "killed", "injured"]))
        population = dice.choice([avc("civilians"), NOT_STATED])
        return Count(about=about, measure=measure, population=population)

    def _draw_answer(self) -> Proposition:
        dice, template = self._dice, self._template
        if isinstance(template, Assessment):
            return replace(template, status=avc(dice.choice(["oir-credible", "oir-non-credible", "oir-open"])))
        least = int(dice.paretovariate(0.8))
        return replace(template, at_least=least, at_most=dice.choice([None, least, least + dice.randint(0, 5)]))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""Viewpoints: sets of choices under which numbers are read. The choices make the name of one: it has no other."""

from dataclasses import dataclass

from kg.model.slots import Kind, Sorted, many, need, preset, slot
from kg.terms import DCTERMS, av, avc

COUNT, LEAVE_OUT = "count", "leave-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewpoint(Sorted):
    """What counts, for whom, as of when. An empty tuple leaves that choice open: every voice, every population …

    `grades` are statuses one of which an event must bear for its numbers to count, `schemes` the schemes whose
    statuses are looked at; `identities` are claims of identity that are accepted; `relays` and `denials` are `count`
    or `leave-out`; `prefer` is agents in order of preference with a space between two: the order is the choice, and
    triples have none.
    """

    name: str = need(av("name"), Kind.TEXT)
    description: str | None = slot(DCTERMS + "description", Kind.TEXT)
    voices: tuple[str, ...] = many(av("countsVoice"))
    without: tuple[str, ...] = many(av("leavesOutVoice"))
    relays: str = preset(av("relaysAre"), Kind.TEXT, COUNT)
    denials: str = preset(av("denialsAre"), Kind.TEXT, COUNT)
    schemes: tuple[str, ...] = many(av("looksAtScheme"))
    grades: tuple[str, ...] = many(av("requiresStatus"))
    populations: tuple[str, ...] = many(av("countsPopulation"))
    bases: tuple[str, ...] = many(av("countsBasis"))
    identities: tuple[str, ...] = many(av("acceptsIdentity"))
    said_by: str | None = slot(av("saidBy"), Kind.TEXT)
    recorded_by: str | None = slot(av("knownBy"), Kind.TEXT)
    certainty: str = preset(av("datesAre"), Kind.TEXT, "surely")
    policy: str = preset(av("disagreementPolicy"), Kind.IRI, avc("policy-keep-all"))
    prefer: str | None = slot(av("prefers"), Kind.TEXT)

    @property
    def preferred(self) -> tuple[str, ...]:
        """The preferred agents, the first preferred most."""
        return tuple((self.prefer or "").split())

"""Whose one unit of capacity a voice takes: owners stand for what they own, members for the voice they form."""

from collections.abc import Collection, Iterable

from kg.analysis.origins.reading import Agent, Said, Source

_JOINT, _CLASS = "JointVoice", "ActorClass"


class Parties:
    """The parties behind the voices and documents of one event."""

    def __init__(self, agents: Iterable[Agent], sources: Iterable[Source]) -> None:
        self.agents = {agent.iri: agent for agent in agents}
        self.sources = {source.iri: source for source in sources}
        self._found: dict[str, tuple[str, ...]] = {}

    def of_voice(self, voice: str, *, without: Collection[str] = ()) -> tuple[str, ...]:
        """The parties a voice stands for: its last owner, or those of every member of a joint voice.

        `without` are members who took themselves out of what is said.
        """
        if without:
            left = [member for member in self.members(voice) if member not in without]
            return tuple(sorted({party for member in left for party in self.of_voice(member)}))
        if voice not in self._found:
            self._found[voice] = tuple(sorted(self._collect(voice, set())))
        return self._found[voice]

    def apart(self, voice: str, key: str, *, without: Collection[str] = ()) -> tuple[str, ...]:
        """The same where two sayings of one class of actors may be of different people; `key` tells them apart."""
        found = self.of_voice(voice, without=without)
        if not any(self.is_class(party) for party in found):
            return found
        return tuple(sorted(f"{party} {key}" if self.is_class(party) else party for party in found))

    def members(self, voice: str) -> tuple[str, ...]:
        """The members of a joint voice, none of any other."""
        agent = self.agents.get(voice)
        return agent.members if agent is not None else ()

    def is_class(self, iri: str) -> bool:
        """Whether this is a class of actors, such as residents, and no one party."""
        agent = self.agents.get(iri)
        return agent is not None and agent.kind == _CLASS

    def originals(self, document: str) -> tuple[str, ...]:
        """The other documents that a document reprints, () where it reprints none."""
        source = self.sources.get(document)
        return tuple(one for one in source.copies if one != document) if source else ()

    def of_document(self, document: str, read_there: Iterable[Said]) -> tuple[str, ...]:
        """The parties behind a document: its publisher's, else the one voice met in it, else the document itself."""
        source = self.sources.get(document)
        if source and source.publisher:
            return self.of_voice(source.publisher)
        voices = {self.of_voice(said.voice) for said in read_there}
        return voices.pop() if len(voices) == 1 else (document,)

    def label(self, iri: str) -> str:
        """What a party or document is called; the end of its IRI where it bears no name."""
        known = self.agents.get(iri) or self.sources.get(iri)
        return (known.label if known else "") or iri.rsplit("/", 1)[-1]

    def _collect(self, voice: str, met: set[str]) -> set[str]:
        """Owners and members followed to their ends; in a circle of owners the least name stands for all."""
        met.add(voice)
        agent = self.agents.get(voice)
        if agent is None:
            return {voice}
        if agent.kind == _JOINT and agent.members:
            found: set[str] = set()
            for member in agent.members:
                found |= self._collect(member, met) if member not in met else set()
            return found or {voice}
        if not agent.owner:
            return {voice}
        if agent.owner in met:
            return {min(met)}
        return self._collect(agent.owner, met)

"""What would give away what is withheld: the same words, digits or name somewhere else in what is to be public.

A name left in the wording of a claim, in a key or in the name of the file would make a mockery of withholding it, so
that nothing is recorded until it is gone. Words are compared without case, accents of form and punctuation. Of a name,
each part counts in what is said of that person; elsewhere only the whole does, as others bear parts of it.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg import iris
from kg.errors import Problem
from kg.model import Agent, AgentKind, Batch, Capture, Claim, Location, Origin, Passage, Victim, Withheld
from kg.terms import Iri
from kg.units import Unit

_WORD = re.compile(r"[^\W_]+")
_ESCAPED = re.compile(r'\\(?:u([0-9A-F]{4})|([tnrbf"\\]))')
_COORDINATE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LEAST_LETTERS, _LEAST_SIGNS = 3, 5
# So few words may stand in two claims by chance: "nine people killed".
LEAST_WORDS = 4

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Secret:
    """Words that are withheld, of which field, and where in the input that is said; `parts` count by themselves."""

    words: Words
    what: str
    origin: Origin | None
    parts: bool = False

    def is_telling(self) -> bool:
        """Whether it is not likely to stand elsewhere by chance."""
        return len(self.words) > 1 or (len(self.words[0]) >= _LEAST_SIGNS and any(map(str.isdigit, self.words[0])))


@dataclass(slots=True)
class About:
    """What is withheld of one thing, and the subjects in whose lines even a part of it would be understood."""

    secrets: list[Secret]
    near: set[str] = field(default_factory=set)


def find_giveaways(base: str, batch: Batch, public: Iterable[Unit], held: Sequence[Withheld] = ()) -> Iterator[Problem]:
    """Yield a problem for each thing among the public units of a batch in which something withheld is met.

    That is what the batch withholds itself, and what is `held` withheld of victims it speaks of.
    """
    yield from find_among(batch, public, gather(base, batch, held))


def find_mentions(base: str, batch: Batch, public: Iterable[Unit], withheld: Container[str]) -> Iterator[Problem]:
    """The same for what is withheld whole: of such claims the words, and the names of persons only they speak of."""
    yield from find_among(batch, public, gather_whole(base, batch, withheld))


def find_among(batch: Batch, public: Iterable[Unit], about: Sequence[About]) -> Iterator[Problem]:
    """Yield a problem for each thing among the public units of a batch in which something of `about` is met."""
    if not about:
        return
    search, quoted = Search(about), _quoted(batch)
    told: set[tuple[str, str, int]] = set()
    for unit in public:
        # The hash of a passage stands in the open, and a guess of its words could be tried.
        more = [quoted[Iri(unit.subject)]] if unit.subject in quoted else []
        for secret in search.find(unit, more):
            found = Found.of(unit.subject, batch.origins)
            if (secret.what, found.field, found.line) not in told:
                told.add((secret.what, found.field, found.line))
                yield _problem(secret, found)


def find_in_captures(batch: Batch, withheld: Container[str], about: Sequence[About]) -> Iterator[Problem]:
    """Yield a problem for each capture given with a batch, but those `withheld`, in whose text something is met.

    Pages show the text around a passage.
    """
    search = Search(about)
    for each, text in _texts(batch) if about else ():
        if each.iri not in withheld:
            for what in dict.fromkeys(secret.what for secret in search.find_in([text], of=each.iri)):
                yield to_problem(what, Found.of(each.iri, batch.origins))


class Search:
    """What is looked for in the open: some of it wherever it is met, some where it would be understood."""

    def __init__(self, about: Iterable[About]) -> None:
        listed = list(about)
        self._by_first = by_first_word(listed)
        self._near: dict[str, list[Secret]] = {}
        for each in listed:
            for subject in each.near:
                self._near.setdefault(subject, []).extend(each.secrets)

    def find(self, unit: Unit, more: Iterable[str] = ()) -> Iterator[Secret]:
        """Yield what stands in a unit, or in `more` texts that are shown with it."""
        yield from self.find_in([unit.subject, *map(_object_of, unit.lines), *more], of=unit.subject)

    def find_in(self, texts: Sequence[str], *, of: str) -> Iterator[Secret]:
        """Yield what stands in texts of something."""
        near = self._near.get(of, ())
        # Most hold not even a first word, and are read as one text.
        if not near and self._by_first.keys().isdisjoint(words_of(_readable(" ".join(texts)))):
            return
        lines = [words_of(_readable(text)) for text in texts]
        yield from find_whole(lines, self._by_first)
        yield from find_near(lines, near)


def find_telling_captures(base: str, batch: Batch, withheld: Container[str]) -> set[str]:
    """The SHA-256 of each capture given with a batch whose text holds something that the batch withholds, or its words.

    Pages show the text around a passage, so that its bytes are not to be kept where they are read from.
    """
    if not batch.captures:
        return set()
    passages = (words_of(text) for iri, text in _quoted(batch).items() if iri in withheld)
    secrets = [Secret(words, "passage", None) for words in passages if words]
    by_first = by_first_word([*gather(base, batch), *gather_whole(base, batch, withheld), About(secrets)])
    texts = {each.sha256: text for each, text in _texts(batch)}
    return {sha256 for sha256, text in texts.items() if any(find_whole([words_of(text)], by_first))}


def _texts(batch: Batch) -> Iterator[tuple[Capture, str]]:
    """The captures whose bytes are given with a batch, each with its text."""
    for each in batch.entities:
        if isinstance(each, Capture) and each.sha256 in batch.captures:
            yield each, batch.captures[each.sha256].decode(each.encoding or "utf-8", "replace")


def _quoted(batch: Batch) -> dict[Iri, str]:
    """The words of each passage, as far as they are at hand."""
    texts = {each.iri: text for each, text in _texts(batch)}
    passages = [each for each in batch.entities if isinstance(each, Passage) and each.capture in texts]
    return {each.iri: texts[each.capture][each.start : each.end] for each in passages}


def words_of(text: str) -> Words:
    """The words of a text in one form: without case, compatibility forms, marks or punctuation.

    >>> words_of("TORN, Ílva (34)")
    ('torn', 'ilva', '34')
    """
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return tuple(_WORD.findall(text.casefold()))


def by_first_word(about: Iterable[About]) -> dict[str, list[Secret]]:
    """What is telling wherever it stands, by its first word."""
    found: dict[str, list[Secret]] = {}
    for each in about:
        for secret in filter(Secret.is_telling, each.secrets):
            found.setdefault(secret.words[0], []).append(secret)
    return found


def gather(base: str, batch: Batch, held: Sequence[Withheld] = ()) -> list[About]:
    """All that is withheld and that could stand elsewhere."""
    withheld = (*batch.withheld, *held)
    return [each for each in _iter_about(base, batch, withheld) if each.secrets] if withheld else []


def gather_whole(base: str, batch: Batch, withheld: Container[str]) -> list[About]:
    """What whole claims that are withheld would be known by elsewhere: their words, where there are enough of them, and
    the names of the persons that only they speak of."""
    secrets = []
    versions = {each.whole for each in batch.withheld}
    said = {iris.claim_iri(base, each): each.wording for each in batch.claims}
    said |= {iris.relay_iri(base, each): each.wording for each in batch.relays}
    for iri, wording in said.items():
        if wording is not None and iri in withheld and iri not in versions:
            words = words_of(wording.text)
            if len(words) >= LEAST_WORDS:
                secrets.append(Secret(words, "wording", batch.origins.get(iri)))
    for each in batch.entities:
        if isinstance(each, Victim) or (isinstance(each, Agent) and each.kind is AgentKind.PERSON):
            names = [words_of(name.text) for name in each.names if each.iri in withheld]
            secrets += [Secret(words, "name", batch.origins.get(each.iri)) for words in names if words]
    return [About(secrets)] if secrets else []


def _iter_about(base: str, batch: Batch, withheld: Iterable[Withheld]) -> Iterator[About]:
    propositions = {iris.proposition_iri(base, each): each for each in batch.propositions}
    claims = {iris.claim_iri(base, each): each for each in batch.claims}
    relayed = _relays_of(base, batch)
    speaking: dict[Iri, set[str]] = {}
    for iri, claim in claims.items():
        for thing in propositions[claim.proposition].about if claim.proposition in propositions else ():
            speaking.setdefault(thing, set()).update((iri, claim.proposition, *claim.passages, *relayed.get(iri, ())))
    for each in withheld:
        origin = batch.origins.get(iris.withheld_iri(base, each))
        if each.whole is None:
            yield About(
                list(secrets_of_victim(each, origin)), {each.withheld_from, *speaking.get(each.withheld_from, ())}
            )
            continue
        whole, public = claims[each.whole], claims[each.withheld_from]
        pair = (propositions.get(whole.proposition), propositions.get(public.proposition))
        near = {each.withheld_from, public.proposition, *relayed.get(each.withheld_from, ())}
        yield About([*secrets_of_claim(whole, public, origin), *secrets_of_place(*pair, origin)], near)


def _relays_of(base: str, batch: Batch) -> dict[str, set[str]]:
    """The relays of each claim, of whatever length the chain."""
    after: dict[str, list[str]] = {}
    for relay in batch.relays:
        after.setdefault(relay.relays, []).append(iris.relay_iri(base, relay))
    found: dict[str, set[str]] = {}
    for claim in after:
        pending, found[claim] = [claim], set()
        while pending:
            fresh = [each for each in after.get(pending.pop(), ()) if each not in found[claim]]
            found[claim].update(fresh)
            pending += fresh
    return found


def secrets_of_victim(withheld: Withheld, origin: Origin | None) -> Iterator[Secret]:
    """The names and identifiers that are withheld of a victim."""
    for name in withheld.names:
        if words := words_of(name.text):
            yield Secret(words, "name", origin, parts=True)
    for identifier in withheld.identifiers:
        if words := words_of(identifier):
            yield Secret(words, "identifier", origin)


def secrets_of_claim(whole: Claim, public: Claim, origin: Origin | None) -> Iterator[Secret]:
    """The words of a claim of which the public version has none."""
    if whole.wording is not None and public.wording is None and len(words := words_of(whole.wording.text)) > 1:
        yield Secret(words, "wording", origin)


def secrets_of_place(whole: object, public: object, origin: Origin | None) -> Iterator[Secret]:
    """What a location says more exactly than its public version."""
    if not isinstance(whole, Location) or not isinstance(public, Location):
        return
    shown = set(_COORDINATE.findall(public.point or ""))
    for text in _COORDINATE.findall(whole.point or "") if whole.point != public.point else ():
        if text not in shown and "." in text:
            yield Secret(words_of(text), "point", origin)
    for text, open_text, what in ((whole.place, public.place, "place"), (whole.mgrs, public.mgrs, "grid reference")):
        if text and text != open_text:
            yield from (
                Secret(words, what, origin) for words in {words_of(text), words_of("".join(text.split()))} if words
            )


def _object_of(line: str) -> str:
    """What a line says of its subject, without predicate and graph; IRIs stay, as keys can hold names."""
    return line.split(" ", 2)[2].rpartition(" <")[0]


def _readable(text: str) -> str:
    """A text of N-Quads, its escapes undone."""
    return _ESCAPED.sub(_unescape, text) if "\\" in text else text


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else " "


def find_whole(lines: Sequence[Words], by_first: dict[str, list[Secret]]) -> Iterator[Secret]:
    """What is withheld and stands in some lines whole."""
    for words in lines:
        for at, word in enumerate(words):
            for secret in by_first.get(word, ()):
                if words[at : at + len(secret.words)] == secret.words:
                    yield secret


def find_near(lines: Sequence[Words], secrets: Iterable[Secret]) -> Iterator[Secret]:
    """What is withheld and stands in some lines with a part of it, where that tells enough."""
    held = {word for words in lines for word in words}
    for secret in secrets:
        parts = {word for word in secret.words if secret.parts and len(word) >= _LEAST_LETTERS}
        if parts & held or (len(secret.words) == 1 and secret.words[0] in held):
            yield secret


@dataclass(frozen=True, slots=True)
class Found:
    """Where in the input something public was written; line 0 where in no one line."""

    file: str
    line: int
    field: str

    @classmethod
    def of(cls, subject: str, origins: Mapping[Iri, Origin]) -> "Found":
        """The place of a subject, which is named itself where it is read from no one place."""
        origin = origins.get(Iri(subject))
        file = origin.file if origin else ""
        if "/file/" in subject:
            return cls(file, 0, "the name of the file")
        if origin is None or not origin.line:
            return cls(file, 0, subject)
        return cls(file, origin.line, origin.field or "the file")


def to_problem(what: str, found: Found, *, said: Origin | None = None) -> Problem:
    """That something of a kind stands in the open somewhere; `said` is where the input says that it is withheld."""
    line = f" (here in line {found.line:,})" if found.line else ""
    return Problem(
        file=said.file if said else found.file,
        line=said.line if said else found.line,
        field=said.field if said else found.field if found.line else "",
        reason=f"the {what} that is withheld, or a part of it, stands in the open in {found.field}{line}",
        remedy="take it out there, give a key that tells nothing, or withhold that wording or claim too",
    )


def _problem(secret: Secret, found: Found) -> Problem:
    return to_problem(secret.what, found, said=secret.origin)

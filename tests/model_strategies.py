"""Hypothesis strategies for model objects, made from their slots so that a new field is tried without another line."""

from typing import Any

from hypothesis import strategies as st

from kg.model import (
    PROPOSITIONS,
    Agent,
    AgentKind,
    Claim,
    Event,
    EventKind,
    Kind,
    Proposition,
    Relay,
    Slot,
    Stance,
    Text,
    slots_of,
)

BASE = "https://example.org/id/"

keys = st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,8})?", fullmatch=True)
iris = st.tuples(st.sampled_from(["event", "agent", "set", "claim", "passage"]), keys).map(lambda p: BASE + "/".join(p))
# Any text RDF can carry: no surrogates; control characters, quotes and backslashes included.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
languages = st.sampled_from(["", "en", "ar", "ar-latn", "fr"])
lang_texts = st.builds(Text, texts, languages)
days = st.dates().map(str).filter(lambda text: text > "1000")
instants = st.datetimes().map(lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ")).filter(lambda text: len(text) == 20)

_BY_KIND: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.IRI: iris,
    Kind.TEXT: texts,
    Kind.LANG: lang_texts,
    Kind.INTEGER: st.integers(0, 10**9),
    Kind.DECIMAL: st.decimals(0, 1000, places=2).map(str),
    Kind.DATE: days,
    Kind.INSTANT: instants,
    Kind.WKT: st.just("POINT(38.99 35.95)"),
    Kind.TERM_OR_TEXT: st.one_of(iris, st.just("2017-06/2017-10")),
}


def of_slot(slot: Slot) -> st.SearchStrategy[Any]:
    """Values a slot can hold; absent where it may be."""
    one = _BY_KIND[slot.kind]
    if slot.many:
        return st.lists(one, min_size=1 if slot.filled else 0, max_size=3).map(tuple)
    return one if slot.filled else st.one_of(st.none(), one)


def of_class(cls: type, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects of a model class with any slots filled."""
    needed = {name for name, field in cls.__dataclass_fields__.items() if field.default is field.default_factory}
    slots = {
        name: _BY_KIND[slot.kind] if name in needed and not slot.many else of_slot(slot)
        for name, slot in slots_of(cls).items()
    }
    return st.builds(cls, **slots, **more)


propositions: st.SearchStrategy[Proposition] = st.one_of([of_class(cls) for cls in PROPOSITIONS])
claims = of_class(Claim, stance=st.sampled_from(Stance))
relays = of_class(Relay)
agents = of_class(Agent, iri=iris, kind=st.sampled_from(AgentKind))
events = of_class(Event, iri=iris, kind=st.sampled_from(EventKind))

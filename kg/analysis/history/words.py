"""Changes in sentences, as a researcher would write them."""

from collections.abc import Iterable, Mapping, Sequence

from kg.analysis.history.turns import Change, Changed
from kg.reading import ClaimView, Reader
from kg.sentences import list_words
from kg.values.dates_in_words import when_words

_WORDS = {
    Change.REVERSAL: "{voice} reversed its position on {about}",
    Change.STRONGER_DENIAL: "{voice} went from finding nothing to denying the harm in {about}",
    Change.DECISION: "{voice} decided what it had left open on {about}",
    Change.REOPENING: "{voice} took up again what it had closed on {about}",
    Change.DUPLICATE: "{voice} declared {about} a duplicate of what it already held",
    Change.UPWARD: "{voice} revised its number for {about} upward",
    Change.DOWNWARD: "{voice} revised its number for {about} downward",
    Change.NARROWED: "{voice} narrowed its number for {about}",
    Change.WIDENED: "{voice} widened its number for {about}",
    Change.REVISION: "{voice} revised what it says of {about}",
}


def change_sentences(reader: Reader, found: Sequence[Changed]) -> list[str]:
    """One sentence for each change, in their order; a fixed number of queries for any number of changes."""
    claims = _read_claims(reader, found)
    reader.labels.learn(iri for each in found for iri in (each.voice, each.party, *each.about))
    return [_sentence(reader, each, claims) for each in found]


def _read_claims(reader: Reader, found: Iterable[Changed]) -> Mapping[str, ClaimView]:
    names = {iri for each in found for iri in (each.before, each.after, *each.instead)}
    relayed = reader.view.rows(
        "SELECT iri, root FROM claims WHERE kind = 'relay' AND iri IN (SELECT unnest(?::VARCHAR[]))", [sorted(names)]
    )
    roots = {str(iri): str(root) for iri, root in relayed if root}
    views = {view.iri: view for view in reader.get_claims({roots.get(name, name) for name in names})}
    return {name: views[roots.get(name, name)] for name in names if roots.get(name, name) in views}


def _sentence(reader: Reader, each: Changed, claims: Mapping[str, ClaimView]) -> str:
    voice, about = reader.labels.text(each.voice), list_words(reader.labels.text(iri) for iri in each.about)
    before, after = _quoted(claims, each.before, each.party or each.voice), _quoted(claims, each.after, each.voice)
    if each.change is Change.STALE_STATUS:
        party = reader.labels.text(each.party)
        field = claims[each.after].clause if each.after in claims else "not shown here"
        return (
            f"{voice} gave the position of {party} {_when(each.said_after)} so: {field}; "
            f"but {party} had said otherwise {_when(each.said_before)} already: {before}. The status is stale."
        )
    if each.change is Change.WITHDRAWAL:
        instead = "; ".join(_quoted(claims, iri, each.voice) for iri in each.instead)
        tail = f" In its place {instead}." if instead else " It put nothing in its place."
        return f"{voice} withdrew {_when(each.said_after)} what it had said {_when(each.said_before)}: {before}.{tail}"
    if each.change is Change.PARTING:
        said = f"what it had said jointly {_when(each.said_before)}: {before}"
        instead = f"Instead {after}; another member still stands by the joint claim."
        return f"{voice} took itself out {_when(each.said_after)} of {said}. {instead}"
    start = _WORDS[each.change].format(voice=voice, about=about)
    return f"{start}: {_when(each.said_before)}, {before}; {_when(each.said_after)}, {after}."


def _quoted(claims: Mapping[str, ClaimView], iri: str, voice: str) -> str:
    """A claim's sentence without its full stop, the voice that is named already as "it"."""
    if iri not in claims:
        return "a claim that is not shown here"
    view = claims[iri]
    text = view.sentence.removesuffix(".")
    name = view.step.voice.label
    return f"it{text.removeprefix(name)}" if view.step.voice.iri == voice and text.startswith(name) else text


def _when(said: str) -> str:
    return when_words(said) if said else "(date not stated)"

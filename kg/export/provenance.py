"""The provenance of one claim as W3C PROV documents: PROV-N for people, PROV-JSON for programs."""

from collections.abc import Callable, Iterable, Sequence

from prov.identifier import QualifiedName
from prov.model import ProvDocument

from kg.iris import decision_iri
from kg.model import Decision
from kg.reading import ClaimView, Placed, Step
from kg.reading.decisions import decision_words
from kg.terms import AV, AVC, OA

PROV_FORMS = {"provn": "text/provenance-notation", "provjson": "application/json"}


def write_provenance(
    claim: ClaimView, recordings: Sequence[Placed], form: str, *, base: str, decisions: Sequence[Decision] = ()
) -> str:
    """The chains of a claim, from its voice to the reader, as "provn" or "provjson". Raises KeyError for another form.

    `decisions` are those on who may see which of its fields: each an activity that used the claim, by whom and when.

    Source: PROV-N and PROV-DM, W3C Recommendations of 30 April 2013; PROV-JSON, W3C Member Submission.
    """
    document = ProvDocument()
    document.add_namespace("av", AV)
    document.add_namespace("avc", AVC)
    document.add_namespace("oa", OA)
    document.add_namespace("id", base)
    name = _namer(document, base)
    relays = {step.iri: step for chain in claim.chains for step in chain}
    _add_passages(document, name, [claim.step, *relays.values()])
    _add_step(document, name, claim.step, claim.sentence)
    for step in relays.values():
        _add_step(document, name, step, f"relay by {step.voice.label}")
        document.wasDerivedFrom(name(step.iri), name(step.relays))
    for earlier in claim.revises:
        document.entity(name(earlier))
        document.wasRevisionOf(name(claim.iri), name(earlier))
    for placed in recordings:
        label = f"recorded by {placed.recorder} from {placed.file}"
        document.activity(
            name(placed.ingestion),
            endTime=placed.recorded.replace(" ", "T") + "Z",
            other_attributes={"prov:label": label},
        )
        document.used(name(placed.ingestion), name(claim.iri))
    for decision in decisions:
        _add_decision(document, name, decision, base)
    if form == "provn":
        return str(document.unified().serialize(format="provn"))
    return str(document.unified().serialize(format="json", indent=1, sort_keys=True))


def _add_decision(document: ProvDocument, name: Callable[[str], QualifiedName], decision: Decision, base: str) -> None:
    activity = name(decision_iri(base, decision))
    document.activity(
        activity,
        other_attributes={
            "prov:type": name(f"{AV}Decision"),
            "prov:label": decision_words(decision),
            "av:access": name(decision.access),
            "av:accessReason": name(decision.reason),
            "av:decided": decision.decided,
        },
    )
    document.used(activity, name(decision.decides))
    # Who decided is known by name alone.
    agent = name(f"{decision_iri(base, decision)}#by")
    document.agent(agent, {"prov:label": decision.decided_by})
    document.wasAssociatedWith(activity, agent)


def _namer(document: ProvDocument, base: str) -> Callable[[str], QualifiedName]:
    spaces = {space.uri: space for space in document.namespaces}

    def name(iri: str) -> QualifiedName:
        for start in (base, AVC, AV):
            if iri.startswith(start):
                return spaces[start][iri.removeprefix(start)]
        raise ValueError(f"{iri} is neither of this record nor a code")

    return name


def _add_step(document: ProvDocument, name: Callable[[str], QualifiedName], step: Step, label: str) -> None:
    kind = name(f"{AV}{'Claim' if step.kind == 'claim' else 'Relay'}")
    entity = document.entity(name(step.iri), {"prov:type": kind, "prov:label": label, "av:said": step.said})
    if step.wording:
        entity.add_attributes({"av:wording": step.wording})
    document.agent(name(step.voice.iri), {"prov:label": step.voice.label})
    document.wasAttributedTo(name(step.iri), name(step.voice.iri))
    document.activity(name(step.occasion.iri), other_attributes={"prov:label": step.occasion_kind.label})
    document.wasGeneratedBy(name(step.iri), name(step.occasion.iri))
    document.wasAssociatedWith(name(step.occasion.iri), name(step.voice.iri))
    if step.speaker and step.speaker.iri != step.voice.iri:
        document.agent(name(step.speaker.iri), {"prov:label": step.speaker.label})
        document.actedOnBehalfOf(name(step.speaker.iri), name(step.voice.iri), name(step.occasion.iri))
    for passage in step.passages:
        document.wasDerivedFrom(name(passage.iri), name(step.iri))


def _add_passages(document: ProvDocument, name: Callable[[str], QualifiedName], steps: Iterable[Step]) -> None:
    passages = {passage.iri: passage for step in steps for passage in step.passages}
    for passage in passages.values():
        document.entity(name(passage.iri), {"oa:start": passage.start, "oa:end": passage.end})
        document.hadMember(name(passage.capture), name(passage.iri))
    for capture, passage in {passage.capture: passage for passage in passages.values()}.items():
        document.entity(name(capture), {"av:sha256": passage.capture_sha256})
        document.entity(name(passage.document.iri), {"prov:label": passage.document.label})
        document.specializationOf(name(capture), name(passage.document.iri))

"""A claim: one sentence, the chain of voices, the words it was read from, its slots, its provenance, its statements."""

from flask import Blueprint, Response, redirect, render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kg.export import SUFFIXES
from kg.reading import ClaimView, Placed, Ref
from webui.addresses import iri_of, path_of
from webui.chains import link_chains
from webui.cite import cite_bibtex, cite_text
from webui.comparing import compare_beside, compare_near_by
from webui.findings import Told, get_findings
from webui.folding import give_graph
from webui.negotiate import FORM_NAMES, describes
from webui.pages.things import show_thing, tell_decisions
from webui.passages import read_words
from webui.provenance import ProvGraph, draw_claim
from webui.source import get_points, get_reader, get_record, get_tables

pages = Blueprint("claims", __name__)


@pages.get("/doc/claim/<key>")
@describes("claim")
def show_claim(iri: str) -> str:
    """One claim."""
    reader, record = get_reader(), get_record()
    claim = reader.get_claim(iri)
    recordings = reader.get_recordings(iri)
    placement = record.place_in_log(iri, entry=recordings[0].entry if recordings else None)
    graph = _draw(claim, recordings)
    relayed = [step for chain in claim.chains for step in chain]
    passages = {p.iri: p for step in (claim.step, *relayed) for p in step.passages}
    return render_template(
        "claims/claim.html",
        claim=claim,
        decided=tell_decisions(iri),
        events=_events(iri),
        chains=link_chains(claim),
        words=[read_words(record, passage) for passage in passages.values()],
        own=[passage.iri for passage in claim.step.passages],
        related=_related(claim),
        standing_to=_compare(claim),
        recordings=recordings,
        placement=placement,
        statements=record.statements(iri),
        content=record.statements(claim.proposition_iri),
        graph=graph,
        citation=cite_text(claim, digest=placement.digest if placement else ""),
        bibtex=cite_bibtex(claim, digest=placement.digest if placement else ""),
        files=[(FORM_NAMES[form], SUFFIXES[form]) for form in FORM_NAMES],
    )


@pages.get("/doc/claim/<key>/graph.<form>")
def give_claim_graph(key: str, form: str) -> Response:
    """The provenance of a claim, for the drawing or to keep."""
    reader = get_reader()
    iri = iri_of("claim", key)
    return give_graph(_draw(reader.get_claim(iri), reader.get_recordings(iri)), form, key)


@pages.get("/doc/claim/<key>/beside")
def show_beside(key: str) -> str:
    """How others stand to a claim, waited for; its page shows it in its place when it is there. Raises NotFound."""
    claim = get_reader().get_claim(iri_of("claim", key))
    return render_template(
        "claims/found.html",
        claim=claim,
        events=_events(claim.iri),
        standing_to=_seek_beside(claim.iri, claim.question, wait=True),
    )


@pages.get("/doc/claim/<key>/commitment.txt")
def give_commitment(key: str) -> Response:
    """The commitment to a claim in the log, which a whole entry is read for. Raises NotFound."""
    found = get_record().find_commitment(iri_of("claim", key))
    if found is None:
        raise NotFound("The log is not at hand here, or holds no claim of this name.")
    return Response(f"{found}\n", mimetype="text/plain")


@pages.get("/doc/relay/<key>")
@describes("relay")
def show_relay(iri: str) -> AnyResponse | str:
    """A relay is told with the claim it carries."""
    root = get_reader().find_root(iri)
    if root is None:
        return show_thing(iri)
    return redirect(f"{path_of(root)}#{iri.rsplit('/', 1)[-1]}", code=303)


def _events(claim: str) -> list[Ref]:
    return [get_reader().ref(event) for event in sorted(get_points().events_of(claim))]


def _draw(claim: ClaimView, recordings: list[Placed]) -> ProvGraph:
    reader = get_reader()
    return draw_claim(
        claim,
        revised=reader.get_claims(claim.revises),
        revising=reader.get_claims(claim.superseded_by),
        recordings=recordings,
    )


def _compare(claim: ClaimView) -> Told:
    """How others stand to a claim: at once where its events have few claims, else as far as it is found already."""
    near = compare_near_by(get_reader(), get_points(), claim.iri)
    return Told(near) if near is not None else _seek_beside(claim.iri, claim.question, wait=False)


def _seek_beside(iri: str, question: str, *, wait: bool) -> Told:
    tables = get_tables()
    key, findings = (tables.view().standing(), iri), get_findings()
    if not wait:
        return findings.recall(key, "beside")
    return findings.tell(key, {"beside": lambda: compare_beside(tables, iri, question)})["beside"]


def _related(claim: ClaimView) -> list[tuple[str, list[ClaimView]]]:
    """Claims this one replaces, or is replaced by, under the words that say how."""
    reader = get_reader()
    withdrawing = {other.iri: other for other in reader.get_claims(claim.withdrawn_by)}
    own = [iri for iri, other in withdrawing.items() if other.step.voice == claim.step.voice]
    pairs = [
        ("It revises what the same voice said before", claim.revises),
        ("The same voice has said otherwise since", claim.superseded_by),
        ("It takes back", claim.withdraws),
        ("Its voice has taken it back", own),
        ("A member of its joint voice has taken itself out of it", [iri for iri in withdrawing if iri not in own]),
    ]
    return [(words, reader.get_claims(iris)) for words, iris in pairs if iris]

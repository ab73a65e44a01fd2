"""A document: its text with every passage marked where the capture is at hand, else a strip of where they stand."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from kg.reading import CaptureView, ClaimView, DocumentView, PassageView
from webui.negotiate import describes
from webui.passages import Piece, Words, cut_pieces, read_text, read_words
from webui.source import get_reader, get_record

pages = Blueprint("documents", __name__)


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage with its place in the list, its words, and the claims read in it."""

    number: int
    words: Words
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A capture with its text cut at its passages, or why there is no text; `span` is the length of its strip."""

    capture: CaptureView
    pieces: tuple[Piece, ...]
    missing: str
    passages: tuple[PassageView, ...]
    span: int


@pages.get("/doc/document/<key>")
@describes("document")
def show_document(iri: str) -> str:
    """One document."""
    document = get_reader().get_document(iri)
    cited = _cited(document)
    kept = [_keep(capture, document) for capture in document.captures]
    chosen = request.args.get("passage", "")
    return render_template(
        "documents/document.html",
        document=document,
        kept=kept,
        cited=cited,
        numbers={each.words.passage.iri: each.number for each in cited},
        chosen=next((e.words.passage.iri for e in cited if chosen and e.words.passage.iri.endswith(f"/{chosen}")), ""),
    )


def _cited(document: DocumentView) -> list[Cited]:
    record = get_record()
    wanted = {iri for _, claims in document.passages for iri in claims}
    views = {claim.iri: claim for claim in get_reader().get_claims(wanted)}
    return [
        Cited(number, read_words(record, passage), tuple(views[iri] for iri in claims if iri in views))
        for number, (passage, claims) in enumerate(document.passages, start=1)
    ]


def _keep(capture: CaptureView, document: DocumentView) -> Kept:
    passages = tuple(passage for passage, _ in document.passages if passage.capture == capture.iri)
    text, missing = read_text(get_record(), capture.sha256)
    pieces = () if missing else tuple(cut_pieces(text, passages))
    # A length in bytes is at least that in characters: no passage stands beyond the strip's end.
    return Kept(capture, pieces, missing, passages, max([capture.length, *(passage.end for passage in passages)]))

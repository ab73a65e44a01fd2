"""A document: its text with every passage marked where the capture is at hand, else a strip of where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from kg.reading import CaptureView, ClaimView, DocumentView, PassageView, Ref
from kg.reading.contents import Content, list_contents, look_up_contents
from webui.addresses import iri_of, key_of
from webui.folding import draw_groups, give_graph
from webui.negotiate import describes
from webui.paging import read_page
from webui.passages import Piece, Words, cut_pieces, read_text, read_words
from webui.provenance import ProvGraph
from webui.source import get_points, get_reader, get_record, get_tables
from webui.tables import claims_table, table_file

pages = Blueprint("documents", __name__)
ON_A_PAGE = 20
FEW = 60
"""Up to so many claims and relays of a document are looked up one by one; of more the tables are asked."""


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
def show_document(iri: str) -> str | Response:
    """One document."""
    document, few = get_reader().get_document(iri), not get_points().is_long(iri, most=FEW)
    contents = _read_contents(iri)
    if form := request.args.get("format", "").strip():
        columns, rows = claims_table(get_reader().get_claims(each.claim for each in contents))
        return table_file(columns, rows, form=form, name=key_of(iri))
    cited = _cited(document)
    kept = [_keep(capture, document) for capture in document.captures]
    chosen = request.args.get("passage", "")
    bare = [each.claim for each in contents if each.bare]
    page = read_page(len(bare), ON_A_PAGE)
    return render_template(
        "documents/document.html",
        document=document,
        total=len(contents),
        kept=kept,
        cited=cited,
        numbers={each.words.passage.iri: each.number for each in cited},
        chosen=next((e.words.passage.iri for e in cited if chosen and e.words.passage.iri.endswith(f"/{chosen}")), ""),
        bare=_in_order(bare[page.first : page.end]),
        page=page,
        graph=_draw(document.ref, contents) if few else None,
    )


@pages.get("/doc/document/<key>/graph.<form>")
def give_document_graph(key: str, form: str) -> Response:
    """The provenance of what is said in a document, for the drawing or to keep."""
    return give_graph(_draw(*_find(key)), form, key)


@pages.get("/doc/document/<key>/found/provenance")
def show_provenance(key: str) -> str:
    """The provenance of a document with very many claims; its page shows it in its place when it is there."""
    document, contents = _find(key)
    return render_template("provenance.html", thing=document, graph=_draw(document, contents))


def _find(key: str) -> tuple[Ref, list[Content]]:
    """A document and what stands in it. Raises NotFound."""
    iri = iri_of("document", key)
    return get_reader().get_document(iri).ref, _read_contents(iri)


def _read_contents(iri: str) -> list[Content]:
    if get_points().is_long(iri, most=FEW):
        return list_contents(get_tables().view(), iri)
    return look_up_contents(get_points(), iri)


def _draw(document: Ref, contents: Sequence[Content]) -> ProvGraph:
    """Who says what in a document, each voice's claims folded together."""
    reader = get_reader()
    claims = ((each.claim, each.voice) for each in contents)
    return draw_groups(document, "entity", claims, lambda voice: f"by {reader.labels.text(voice)}", reader.get_claims)


def _in_order(claims: Sequence[str]) -> list[ClaimView]:
    found = {claim.iri: claim for claim in get_reader().get_claims(claims, places=False)}
    return [found[iri] for iri in claims]


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

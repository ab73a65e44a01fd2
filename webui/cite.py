"""How to cite a claim, in words and for BibTeX."""

from kg.reading import ClaimView
from kg.values.dates_in_words import date_words
from webui.names import visible

_SPECIAL = {c: f"\\{c}" for c in "&%$#_{}"}
_SPECIAL |= {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def cite_text(claim: ClaimView, *, digest: str) -> str:
    """A citation in words; `digest` is the hash of the claim's graph, "" where it is not in the log."""
    voice = claim.step.voice.label
    through = f", known through {', '.join(ref.label for ref in claim.known_through)}" if claim.known_through else ""
    said = f", {date_words(claim.step.said)}"
    check = f" SHA-256 of its graph: {digest}." if digest else ""
    return visible(f"{voice}{said}: {claim.clause}{through}. Averment, {claim.iri}.{check}")


def cite_bibtex(claim: ClaimView, *, digest: str) -> str:
    """An entry for BibTeX."""
    fields = {
        "author": f"{{{_escape(claim.step.voice.label)}}}",
        "title": f"{{{_escape(claim.clause)}}}",
        "year": claim.step.latest[:4],
        "howpublished": f"\\url{{{claim.iri}}}",
        "note": _escape(f"SHA-256 of its graph: {digest}" if digest else "Averment"),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return visible("@misc{averment-" + claim.iri.rsplit("/", 1)[-1][:12] + ",\n" + ",\n".join(lines) + "\n}")


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in " ".join(text.split()))

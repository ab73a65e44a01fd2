"""What is said in a document: the claims made in it, and those of others that it passes on."""

from dataclasses import dataclass

from kg.reading.points import Points
from kg.reading.rows import View

_SAID_IN = """
    SELECT c.iri, c.voice, bool_and(len(s.passages) = 0) FROM claims s JOIN claims c ON c.iri = s.root
    WHERE s.document = ? GROUP BY c.iri, c.voice, c.latest ORDER BY c.latest NULLS FIRST, c.iri"""


@dataclass(frozen=True, slots=True)
class Content:
    """A claim that stands in a document, its voice, and whether no passage of the document is named for it."""

    claim: str
    voice: str
    bare: bool


def list_contents(view: View, document: str) -> list[Content]:
    """What stands in a document, the earliest first."""
    return [Content(str(claim), str(voice), bool(bare)) for claim, voice, bare in view.rows(_SAID_IN, [document])]


def look_up_contents(points: Points, document: str) -> list[Content]:
    """The same, each looked up in the graph."""
    found: dict[str, bool] = {}
    for saying, passages in points.said_in(document):
        if root := points.root_of(saying):
            found[root] = found.get(root, True) and not passages
    ordered = sorted(found, key=lambda iri: (points.latest_of(iri), iri))
    return [Content(iri, points.voice_of(iri), found[iri]) for iri in ordered]

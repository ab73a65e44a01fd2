"""A draft that is at hand: may it be changed, its document as text, and what is found in it."""

from werkzeug.exceptions import BadRequest

from kg.drafts import Draft, find_draft
from webui.adding.checking import Checked, check_content
from webui.adding.naming import Content
from webui.source import get_reader, get_record


def open_draft(name: str) -> Draft:
    """A draft that may be changed. Raises NotFound, BadRequest where it is recorded."""
    draft = find_draft(get_record().root, name)
    if draft.ingestion:
        raise BadRequest("This case is recorded and can no longer be changed. Begin another with the same document.")
    return draft


def read_document(draft: Draft) -> str:
    """The text of the document, as the case says it is to be read."""
    capture = next(iter(draft.content()["documents"].values()))["captures"][0]
    return draft.document.read_bytes().decode(capture.get("encoding", "utf-8"))


def check(draft: Draft, content: Content, *, only: str = "") -> Checked:
    """What is found in a case; where it cannot be read whole, `only` this claim of it is told."""
    return check_content(get_record().root, content, draft.document, get_reader(), name=draft.case.name, only=only)

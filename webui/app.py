"""The application: one factory, one blueprint for each area of pages."""

from collections.abc import Mapping

from flask import Flask

from kg.projections import graph_folder
from kg.serving import Inline, Service, Snapshots
from webui.adding.admission import open_editing
from webui.adding.session import Editing
from webui.asking import EXTENSION as SERVICE
from webui.asking import tell_refusals
from webui.cors import share
from webui.errors import handle_errors
from webui.filters import teach_templates
from webui.findings import EXTENSION as FINDINGS
from webui.findings import Findings
from webui.holding import EXTENSION as HOLDING
from webui.holding import Counting
from webui.indexes import EXTENSION as INDEXES
from webui.indexes import Indexes
from webui.pages import (
    adding,
    agents,
    claiming,
    claims,
    comparisons,
    describing,
    documents,
    events,
    explore,
    graphs,
    handover,
    home,
    kept,
    links,
    operation,
    questions,
    sparql,
    tables,
    things,
    viewpoints,
    vocabulary,
    writing,
)
from webui.security import guard
from webui.source import EXTENSION, Record
from webui.viewpoints import look_from

# Every area of pages but those that add to the record, which are there for whoever has the token.
AREAS = (
    home,
    explore,
    events,
    comparisons,
    handover,
    claims,
    documents,
    agents,
    viewpoints,
    things,
    vocabulary,
    sparql,
    graphs,
    writing,
    tables,
    kept,
    operation,
    questions,
    links,
)
# Longest body read, in bytes: a query posted by form or directly.
LONGEST_BODY = 1_000_000


def create_app(
    record: Record,
    *,
    display_rows: int = 1000,
    seconds: float = 3,
    service: Service | None = None,
    writers: Mapping[str, str] | None = None,
    editing: Editing | None = None,
) -> Flask:
    """The pages of a record; a page shows `display_rows` of an answer and waits `seconds` for analysis, and says so.

    Without a `service`, queries are answered in this process and without limits: for tests. Only `writers` may record,
    and who has the token of `editing` adds from the browser.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LONGEST_BODY
    app.config["DISPLAY_ROWS"] = display_rows
    app.extensions[EXTENSION] = record
    app.extensions[SERVICE] = service = service or Service(Snapshots(graph_folder(record.root)), Inline())
    here = isinstance(service.snapshots, Snapshots)
    app.extensions[HOLDING] = Counting(service, root=record.root if here else None)
    app.extensions[FINDINGS] = Findings(seconds=seconds)
    app.extensions[INDEXES] = Indexes(seconds=seconds)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    teach_templates(app)
    guard(app)
    share(app)
    operation.watch(app)
    look_from(app)
    writing.allow(app, writers or {})
    handle_errors(app)
    tell_refusals(app)
    for area in AREAS:
        app.register_blueprint(area.pages)
    open_editing(app, editing, adding.pages, claiming.pages, describing.pages)
    return app

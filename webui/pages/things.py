"""What has no page of its own kind: sets, occasions, propositions, questions, codes, terms; nothing is a dead end."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kg.codes import load_codes, load_schemes
from kg.reading import ClaimView, Ref
from kg.reading.claims import FEW
from kg.reading.decisions import decision_words, find_decisions
from kg.store.base import VOCABULARY_GRAPH, Rows, Term
from kg.store.tables.view import TablesView
from kg.terms import AV, AVC, Iri, av
from webui.addresses import path_of
from webui.negotiate import describes
from webui.paging import Page, read_first, read_page
from webui.source import get_points, get_reader, get_record, get_tables

pages = Blueprint("things", __name__)
ON_A_PAGE = 20
POINTING = 100
_RECORDED = """
    SELECT iri, count(*) OVER () FROM claims WHERE ingestion = ? AND kind = 'claim'
    ORDER BY latest NULLS FIRST, iri LIMIT ? OFFSET ?"""
_SAID_OF = "c.proposition IN (SELECT iri FROM propositions WHERE list_contains(about, ?) OR contains(slots, ?))"


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a thing: the property, the value as recorded, and as a thing where it is one."""

    prop: str
    value: Term
    ref: Ref | None


@pages.get("/doc/passage/<key>")
@describes("passage")
def show_passage(iri: str) -> Response | str:
    """A passage is told in its document."""
    found = get_reader().passages([iri])
    if iri not in found:
        raise NotFound(f"no passage {iri} in this record")
    key = iri.rsplit("/", 1)[-1]
    return redirect(f"{path_of(found[iri].document.iri)}?passage={key}#p-{key}", code=303)


@pages.get("/doc/ingestion/<key>")
@describes("ingestion")
def show_ingestion(iri: str) -> str:
    """One act of recording: who, when, with what, and the claims that it was the first to record."""
    view = get_tables().view()
    rows = view.rows("SELECT recorder, CAST(recorded AS VARCHAR), entry FROM ingestions WHERE iri = ?", [iri])
    if not rows:
        raise NotFound(f"this record says nothing of {iri}")
    recorder, recorded, entry = rows[0]
    found, page = _read_page(view, _RECORDED, [iri])
    return render_template(
        "things/ingestion.html",
        iri=iri,
        recorder=recorder,
        recorded=recorded,
        entry=entry,
        said=list_statements(f"GRAPH ?g {{ <{iri}> ?p ?o }}"),
        claims=get_reader().get_claims(found),
        page=page,
        decided=tell_decisions(iri),
    )


@pages.get("/doc/<kind>/<path:key>")
@describes("")
def show_other(iri: str) -> str:
    """A thing of any other kind."""
    return show_thing(iri)


def show_thing(iri: str) -> str:
    """A thing with everything said of it, and what points to it. Raises NotFound where the record says nothing."""
    said = list_statements(f"GRAPH ?g {{ <{iri}> ?p ?o }}")
    pointing = list_statements(f"GRAPH ?g {{ ?o ?p <{iri}> }} FILTER(ISIRI(?o))", limit=POINTING + 1)
    claims, page = _claims_on(iri)
    if not (said or pointing or claims):
        raise NotFound(f"this record says nothing of {iri}")
    return render_template(
        "things/thing.html",
        thing=get_reader().ref(iri),
        kind=iri.removeprefix(get_record().base).partition("/")[0],
        iri=iri,
        kept=bool(get_record().statements(iri)),
        said=said,
        pointing=pointing[:POINTING],
        pointing_more=len(pointing) > POINTING,
        claims=claims,
        page=page,
        decided=tell_decisions(iri),
        NAME=av("name"),
    )


def tell_decisions(iri: str) -> list[str]:
    """What was decided about who may see a thing or its fields, in sentences."""
    return [decision_words(each) for each in find_decisions(get_record().graph(), iri)]


@pages.get("/code/<slug>")
def show_code(slug: str) -> str:
    """A code or a scheme of codes: what it means and where it comes from."""
    iri = Iri(AVC + slug)
    code, schemes = load_codes().get(iri), load_schemes()
    if code is None and iri not in schemes:
        raise NotFound(f"There is no code and no scheme named {slug!r}.")
    claims, page = _claims_on(iri)
    return render_template(
        "things/code.html",
        iri=iri,
        code=code,
        schemes=[schemes[name] for name in code.schemes if name in schemes] if code else [],
        scheme=schemes.get(iri),
        claims=claims,
        page=page,
    )


@pages.get("/term/<name>")
def show_term(name: str) -> str:
    """A class or property of the vocabulary."""
    if not name.isalnum():
        raise NotFound(f"There is no term named {name!r}.")
    iri = f"{AV}{name}"
    said = list_statements(f"GRAPH <{VOCABULARY_GRAPH}> {{ <{iri}> ?p ?o }}")
    if not said:
        raise NotFound(f"There is no term named {name!r}.")
    return render_template("things/term.html", iri=iri, name=name, said=said)


def list_statements(pattern: str, *, limit: int = 1000) -> list[Said]:
    """What a graph pattern over ?p and ?o finds, each pair once, in order of property."""
    answer = get_record().query(f"SELECT DISTINCT ?p ?o WHERE {{ {pattern} }} ORDER BY ?p ?o LIMIT {limit}")
    rows = answer.rows if isinstance(answer, Rows) else ()
    labels = get_reader().labels
    pairs = [(prop.value, value) for prop, value in rows if prop and value]
    labels.learn(value.value for _, value in pairs if value.kind == "iri")
    return [Said(prop, value, labels.ref(value.value) if path_of(value.value) else None) for prop, value in pairs]


def _claims_on(iri: str) -> tuple[Sequence[ClaimView], Page]:
    """A page of the claims on a thing: what it is about, what it is coded with, or the occasion it was made on."""
    reader = get_reader()
    if iri.startswith(reader.base) and len(near := get_points().claims_on(iri)) <= FEW:
        first = read_first(ON_A_PAGE)
        return reader.get_claims(near)[first : first + ON_A_PAGE], read_page(len(near), ON_A_PAGE)
    condition = f"c.kind = 'claim' AND (c.occasion = ? OR c.proposition = ? OR c.question = ? OR {_SAID_OF})"
    sql = f"SELECT c.iri, count(*) OVER () FROM claims c WHERE {condition} ORDER BY c.latest, c.iri LIMIT ? OFFSET ?"
    found, page = _read_page(get_tables().view(), sql, [iri, iri, iri, iri, f'"{iri}"'])
    return reader.get_claims(found), page


def _read_page(view: TablesView, sql: str, params: Sequence[str]) -> tuple[list[str], Page]:
    """The page that the address asks for of a query for things and how many there are. Raises BadRequest for none."""
    rows = view.rows(sql, [*params, ON_A_PAGE, read_first(ON_A_PAGE)]) or view.rows(sql, [*params, 1, 0])
    page = read_page(int(str(rows[0][1])) if rows else 0, ON_A_PAGE)
    return [str(row[0]) for row in rows], page

"""The SPARQL 1.1 Graph Store HTTP Protocol, for reading: one graph, or all of them as one, in any form of RDF."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from kg.serving import Dataset
from webui.asking import find_standing
from webui.endpoint import Asking, answer_query
from webui.errors import tell_problem
from webui.params import Sent

pages = Blueprint("graphs", __name__)
_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@pages.get("/graph-store", provide_automatic_options=False)
def give_graph() -> Response:
    """The triples of the graph that `graph` names, or with `default` of all graphs together; never cut."""
    sent = Sent.of_request()
    params = sent.params()
    name, default = params.one("graph"), params.all("default")
    if (not name) == (not default):
        raise BadRequest("Say which graph: `graph` with its IRI, or `default` for all graphs together.")
    dataset = Dataset((name,)) if name else Dataset()
    asking = Asking(_ALL, params.one("format") or "", dataset, params.one("as-of") or "", sent.accept)
    response = answer_query(asking, find_standing(asking.as_of), whole=True)
    if name and response.status_code == 400:
        response = tell_problem(404, f"There is no graph <{name}> here.")
    response.vary.add("Accept")
    return response


@pages.route("/graph-store", methods=["PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
def refuse() -> Response:
    """Nothing is changed here."""
    if request.method == "OPTIONS":
        response = Response()
    else:
        response = tell_problem(405, "Graphs are only read here; what is recorded goes through the log.")
    response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response

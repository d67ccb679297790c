"""``/graph-store``: the reading half of the SPARQL 1.1 Graph Store HTTP Protocol, graphs named indirectly.

The address of a graph's IRI itself leads to the document *about* the graph, so it does not identify the content.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode

from sotegraph.errors import BadRequest, NotFound
from sotegraph.formats import GRAPH_FORMATS, negotiate
from sotegraph.sparql import QueryRequest
from sotegraph.web.answers import field_value
from sotegraph.web.protocol import parameters
from sotegraph.web.results import respond
from sotegraph.web.site import Site, SiteDep

router = APIRouter()
_EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"


@router.get("/graph-store")
async def graph(request: Request, site: SiteDep) -> Response:
    """Send the content of one graph: of the default graph by `?default`, of a named one by `?graph=` and its IRI."""
    name = _named(request, site)
    form = negotiate(field_value(request, "accept"), GRAPH_FORMATS)
    query = QueryRequest(
        _EVERYTHING,
        default_graphs=(name,) if name else (),
        graph=form.suffix,
        time_limit_ms=site.settings.query_time_limit_ms,
    )
    return await respond(request, site, query)


def _named(request: Request, site: Site) -> str | None:
    """The IRI of the graph that *request* names, None for the default graph (section 4.2)."""
    pairs = parameters(request)
    named = [value for name, value in pairs if name == "graph"]
    default = any(name == "default" for name, _ in pairs)
    if len(named) + default != 1:
        raise BadRequest("Name one graph: ?default for the default graph, or ?graph= with the IRI of a named one.")
    if default:
        return None
    try:
        iri = NamedNode(named[0]).value
    except ValueError as error:
        raise BadRequest("The graph has no valid IRI: {problem}.", problem=str(error)) from None
    if iri not in site.version.graphs:
        raise NotFound("There is no graph {iri} here. The description of /sparql names those there are.", iri=iri)
    return iri

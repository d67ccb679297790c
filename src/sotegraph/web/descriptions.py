"""What the publication says of itself to clients: the data in figures, its endpoint, and example queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from pyoxigraph import Triple

from sotegraph import jsonld
from sotegraph.catalog import EXAMPLES_PATH, VOID_PATH, Names, service_document
from sotegraph.errors import NotFound
from sotegraph.formats import DOCUMENT_FORMATS, GRAPH_FORMATS, HTML, Format, negotiate, serialize_triples
from sotegraph.terms import PREFIXES, VOID
from sotegraph.web.answers import FRESH, Answer, field_value
from sotegraph.web.links import Link
from sotegraph.web.pages import void_page
from sotegraph.web.protocol import ACCEPT_QUERY
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.site import OnlyNow, Reader, ReaderDep, Site, SiteDep

router = APIRouter()


@router.get("/.well-known/void", dependencies=[OnlyNow])
def well_known(request: Request) -> Response:
    """Lead to the description of the data in figures (VoID, section 7.2), in the form preferred."""
    return _found_at(request, VOID_PATH)


@router.get("/sparql/.well-known/void", dependencies=[OnlyNow])
def well_known_at_endpoint(request: Request) -> Response:
    """Lead to the description of the data in figures, for clients that know only the endpoint."""
    return _found_at(request, VOID_PATH)


@router.get("/void")
def void(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Describe the data in figures (VoID): as a whole, each graph, classes, properties, links to others."""
    return _void(request, site, reader, VOID_PATH)


@router.get("/void.{suffix}")
def void_in_one_form(suffix: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """The data in figures in one fixed form."""
    return _void(request, site, reader, f"{VOID_PATH}.{suffix}")


@router.get(EXAMPLES_PATH)
def examples(request: Request, site: SiteDep) -> Response:
    """Send the questions as example queries with the prefixes, as query editors look for them."""
    form = negotiate(field_value(request, "accept"), GRAPH_FORMATS)
    graph = Names.of(site.publication).examples
    key = (EXAMPLES_PATH, form.suffix)
    return site.bodies.get(key, lambda: _plain(site, form, site.version.triples_of(graph))).response(request)


@router.get(EXAMPLES_PATH + "/{name}")
def example(name: str, request: Request, site: SiteDep) -> Response:
    """Lead from one example query to the document that holds it, or to the page of its question."""
    if site.index.question(name) is None:
        raise NotFound("Nothing is published at this address.")
    form = negotiate(field_value(request, "accept"), (*GRAPH_FORMATS, HTML))
    target = f"/queries/{name}" if form is HTML else EXAMPLES_PATH
    headers = {"Location": target, "Vary": "Accept", "Cache-Control": "max-age=3600"}
    return Response(status_code=303, headers=headers)


def endpoint_description(request: Request, site: Site, address: str, form: Format) -> Response:
    """The description of the endpoint at *address*: the service, and its graphs in figures."""

    def describe() -> Answer:
        answer = _plain(site, form, service_document(site.version, site.publication, address))
        return replace(answer, headers=(("Accept-Query", ACCEPT_QUERY), *answer.headers))

    return site.endpoint_descriptions.get((address, form.suffix), describe).response(request)


def _plain(site: Site, form: Format, triples: Iterable[Triple]) -> Answer:
    """A graph for clients, of which there is no page."""
    return Answer(
        body=serialize_triples(set(triples), form, site.publication.prefixes),
        content_type=form.content_type,
        headers=(("Cache-Control", FRESH), ("Vary", "Accept"), ("X-Robots-Tag", "noindex")),
        etag=f'"{site.version.short_id}-{form.suffix}-{site.look}"',
        modified=site.latest_change,
    )


def _found_at(request: Request, path: str) -> Response:
    form = negotiate(field_value(request, "accept"), (*GRAPH_FORMATS, HTML))
    headers = {"Location": f"{path}.{form.suffix}", "Vary": "Accept", "Cache-Control": "max-age=3600"}
    return Response(status_code=303, headers=headers)


def _void(request: Request, site: Site, reader: Reader, path: str) -> Response:
    asked = ask(request, path, DOCUMENT_FORMATS)
    if asked.resource.path != VOID_PATH:
        raise NotFound("Nothing is published at this address.")
    kept = site.bodies if asked.form is HTML else site.figures
    return kept.get(asked.key(reader), lambda: _answer(site, reader, asked)).response(request)


def _answer(site: Site, reader: Reader, asked: Asked) -> Answer:
    licence = site.publication.licence
    content = Content(
        root=Names.of(site.publication).void,
        triples=_figures(site),
        page=lambda links: void_page(site, reader, asked.resource, links),
        modified=site.latest_change,
        links=(Link(licence, "license"),) if licence else (),
        context=_context(site),
        tree=lambda: figures_tree(site),
    )
    return represent(site, reader, asked, content)


def _figures(site: Site) -> list[Triple]:
    return list(site.version.triples_of(site.publication.graph(VOID)))


def figures_tree(site: Site) -> Mapping[str, Any]:
    """The data in figures as a tree of JSON-LD, made once a version: it is by far the longest document of all."""
    root = Names.of(site.publication).void
    return site.once("tree of figures", lambda: jsonld.tree(root, _figures(site), _context(site)))


def _context(site: Site) -> jsonld.Context:
    own = site.publication.context["@context"]
    return jsonld.read_context({"@context": {**own, "void": PREFIXES["void"], "void-ext": PREFIXES["void-ext"]}})

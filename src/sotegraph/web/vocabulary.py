"""The words of the publication: ontology and shapes documents, the kinds of problems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode

from sotegraph.entities.vocabulary import TermDocument, describe_terms, read_terms
from sotegraph.errors import NotFound
from sotegraph.formats import DOCUMENT_FORMATS, HTML
from sotegraph.terms import PREFIXES
from sotegraph.web.answers import FRESH, Answer
from sotegraph.web.links import Link
from sotegraph.web.pages import Page, problems_page, shape_document_page, shapes_page, terms_page
from sotegraph.web.representations import Asked, Content, ask, represent, split_suffix
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()
_CORE = PREFIXES["pub"].rstrip("#")
_CORE_FILES = Path(__file__).parents[1] / "vocabulary"
_CORE_PATHS = {
    "/ns/publication": "publication.ttl",
    "/ns/publication/1.0.0": "publication.ttl",
    "/ns/publication/catalogue": "catalogue.ttl",
}
"""The machinery's own words, which every publication has at these paths whatever its base IRI is."""
_PROBLEMS_PATH = "/ns/problem"


@router.get("/ns/{name:path}")
def vocabulary(name: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Send an ontology: its terms with labels and definitions."""
    if split_suffix(f"/ns/{name}", (HTML,))[0] == _PROBLEMS_PATH:
        return _problems(request, site, reader, f"/ns/{name}")
    asked = ask(request, f"/ns/{name}", DOCUMENT_FORMATS)
    return _send(request, site, reader, asked, lambda: _terms(site, asked.resource.path), terms_page)


@router.get("/shapes")
def shapes(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Send all shapes at once, or the list of them."""
    return _all_shapes(request, site, reader, "/shapes")


@router.get("/shapes.{suffix}")
def shapes_in_one_form(suffix: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """All shapes in one fixed form."""
    return _all_shapes(request, site, reader, f"/shapes.{suffix}")


@router.get("/shapes/{name:path}")
def shape(name: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Send one shape: what is asked of the instances of a class; without a name, lead to the list of all."""
    if not name:
        address = f"/shapes?{request.url.query}" if request.url.query else "/shapes"
        return Response(status_code=301, headers={"Location": address, "Cache-Control": FRESH})
    asked = ask(request, f"/shapes/{name}", DOCUMENT_FORMATS)
    return _send(request, site, reader, asked, lambda: _shape(site, asked.resource.path), shape_document_page)


def _terms(site: Site, path: str) -> TermDocument:
    if path in _CORE_PATHS:
        own = _CORE_PATHS[path] != _CORE_PATHS["/ns/publication"]
        iri = _CORE + path.removeprefix("/ns/publication") if own else _CORE
        # Read once: a blank node has one name in all forms.
        return site.once(f"words of {path}", lambda: read_terms(_CORE_FILES / _CORE_PATHS[path], iri))
    return describe_terms(site.ontology, _iri(site, path))


def _shape(site: Site, path: str) -> TermDocument:
    return describe_terms(site.shapes, _iri(site, path))


def _iri(site: Site, path: str) -> str:
    iri = site.publication.base_iri + path
    try:
        return NamedNode(iri).value
    except ValueError:
        raise NotFound("Nothing is published at this address.") from None


def _all_shapes(request: Request, site: Site, reader: Reader, path: str) -> Response:
    asked = ask(request, path, DOCUMENT_FORMATS)
    if asked.resource.path != "/shapes":
        raise NotFound("Nothing is published at this address.")
    return _send(request, site, reader, asked, lambda: TermDocument("", site.shapes), shapes_page)


def _send(
    request: Request, site: Site, reader: Reader, asked: Asked, read: Callable[[], TermDocument], page: Page
) -> Response:
    kept = site.bodies if asked.form is HTML else site.figures
    return kept.get(asked.key(reader), lambda: _answer(site, reader, asked, read(), page)).response(request)


def _answer(site: Site, reader: Reader, asked: Asked, document: TermDocument, page: Page) -> Answer:
    licence = site.publication.licence
    return represent(
        site,
        reader,
        asked,
        Content(
            root=NamedNode(document.root or f"{site.publication.base_iri}/shapes"),
            triples=document.triples,
            page=lambda links: page(site, reader, asked.resource, links, document),
            modified=site.latest_change,
            links=(Link(licence, "license"),) if licence else (),
        ),
    )


def _problems(request: Request, site: Site, reader: Reader, path: str) -> Response:
    asked = ask(request, path, (HTML,))
    content = Content(
        root=NamedNode(site.publication.base_iri + _PROBLEMS_PATH),
        triples=(),
        page=lambda links: problems_page(site, reader, asked.resource, links),
        modified=site.since,
    )
    return site.bodies.get(asked.key(reader), lambda: represent(site, reader, asked, content)).response(request)

"""``/accessibility``: how accessible the pages are, and where to write when they are not."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode

from sotegraph.errors import NotFound
from sotegraph.formats import HTML
from sotegraph.web.pages import accessibility_page
from sotegraph.web.representations import Content, ask, represent
from sotegraph.web.site import ReaderDep, SiteDep

router = APIRouter()
_PATH = "/accessibility"


@router.get(_PATH)
def accessibility(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Show the accessibility statement: of the publication, with the operator's name and address."""
    statement = site.publication.statement
    if statement is None:
        raise NotFound("Nothing is published at this address.")
    asked = ask(request, _PATH, (HTML,))
    content = Content(
        root=NamedNode(site.publication.base_iri + _PATH),
        triples=(),
        page=lambda links: accessibility_page(site, reader, asked.resource, links, statement),
        modified=site.since,
    )
    return site.bodies.get(asked.key(reader), lambda: represent(site, reader, asked, content)).response(request)

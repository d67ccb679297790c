"""The pages about words: an ontology, the shapes, one shape."""

from __future__ import annotations

from sotegraph.entities.shapes import list_shapes, shape_page
from sotegraph.entities.vocabulary import TermDocument, is_shape, ontology_page
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.entities import downloads
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.site import Reader, Site


def terms_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], document: TermDocument) -> str:
    """Return the page of an ontology, or of any other document of terms."""
    return Writer(site, reader).render(
        "terms.html",
        resource,
        links,
        page=ontology_page(site.index, document, reader.language),
        forms=downloads(resource),
        of_shapes=resource.path.startswith("/shapes/"),
    )


def shape_document_page(
    site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], document: TermDocument
) -> str:
    """Return the page of a document of the shapes: a node shape, or groups and profiles like other terms."""
    if not is_shape(document):
        return terms_page(site, reader, resource, links, document)
    return Writer(site, reader).render(
        "shape.html",
        resource,
        links,
        page=shape_page(site.index, document, site.shapes, reader.language),
        forms=downloads(resource),
    )


def shapes_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], document: TermDocument) -> str:
    """Return the list of all shapes."""
    return Writer(site, reader).render(
        "shapes.html",
        resource,
        links,
        shapes=list_shapes(document, site.index, reader.language),
        forms=downloads(resource),
    )

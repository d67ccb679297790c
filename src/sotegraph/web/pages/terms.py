"""The pages about words: an ontology, the shapes, one shape."""

from __future__ import annotations

from collections.abc import Collection

from sotegraph.entities import Diagram, draw, shaped_classes
from sotegraph.entities.shapes import list_shapes, shape_page
from sotegraph.entities.vocabulary import TermDocument, is_shape, ontology_page
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.drawing import Drawing, picture
from sotegraph.web.pages.rendering import Writer, downloads
from sotegraph.web.site import Reader, Site


def _draw(site: Site, writer: Writer, focus: Collection[str] | None = None) -> tuple[Diagram, Drawing] | None:
    """The diagram of the classes in *focus*, or of all, with its picture; None where nothing links to anything."""
    also = str(writer.say("is also"))
    diagram = draw(site.index, site.shapes, writer.reader.language, also=also, focus=focus)
    return (diagram, picture(diagram)) if diagram else None


def terms_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], document: TermDocument) -> str:
    """Return the page of an ontology, or of any other document of terms."""
    writer = Writer(site, reader)
    own = shaped_classes(site.shapes) & {each.value for each in document.subjects}
    return writer.render(
        "terms.html",
        resource,
        links,
        drawn=_draw(site, writer, own) if own else None,
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
    writer = Writer(site, reader)
    page = shape_page(site.index, document, site.shapes, reader.language)
    return writer.render(
        "shape.html",
        resource,
        links,
        page=page,
        drawn=_draw(site, writer, page.targets),
        forms=downloads(resource),
    )


def shapes_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], document: TermDocument) -> str:
    """Return the list of all shapes."""
    writer = Writer(site, reader)
    return writer.render(
        "shapes.html",
        resource,
        links,
        drawn=_draw(site, writer),
        shapes=list_shapes(document, site.index, reader.language),
        forms=downloads(resource),
    )

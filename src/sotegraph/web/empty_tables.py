"""``/templates``: empty tables to fill, made from the shapes; what is filled rightly validates."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response

from sotegraph.errors import NotFound
from sotegraph.formats import HTML, JSON, RESULTS_CSV, XLSX, by_suffix, negotiate
from sotegraph.ingest import TEMPLATES, template, template_classes
from sotegraph.web.answers import FRESH, Answer, field_value
from sotegraph.web.links import Resource
from sotegraph.web.pages import templates_page
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()
_FORMS = (XLSX, RESULTS_CSV)


@router.get(TEMPLATES)
def templates(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """List the tables that can be filled and sent."""
    form = negotiate(field_value(request, "accept"), (HTML, JSON))
    key = (TEMPLATES, form.suffix, reader.language, reader.named)
    return site.bodies.get(key, lambda: _list(site, reader, page=form is HTML)).response(request)


@router.get(TEMPLATES + "/{name}")
def empty_table(name: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Send an empty table for the instances of a class, as a workbook or as CSV, in the reader's language."""
    stem, dot, suffix = name.rpartition(".")
    form = by_suffix(suffix, _FORMS) if dot else negotiate(field_value(request, "accept"), _FORMS)
    if form is None:
        raise NotFound("Nothing is published at this address.")
    class_name = stem if dot else name

    def made() -> Answer:
        return Answer(
            body=template(site.tables, class_name, form.suffix, reader.language, site.messages),
            content_type=form.content_type,
            headers=(
                ("Content-Disposition", f'attachment; filename="{class_name}-{reader.language}.{form.suffix}"'),
                ("Content-Language", reader.language),
                ("Cache-Control", FRESH),
                ("Vary", "Accept, Accept-Language"),
                ("X-Robots-Tag", "noindex"),
            ),
            etag=f'"{site.version.short_id}-{class_name}-{form.suffix}-{reader.language}-{site.look}"',
        )

    if class_name not in {each.local_name for each in template_classes(site.tables)}:
        raise NotFound("There is no template for {name}.", name=class_name)
    return site.bodies.get((TEMPLATES, class_name, form.suffix, reader.language), made).response(request)


def _list(site: Site, reader: Reader, *, page: bool) -> Answer:
    headers = (("Vary", "Accept, Accept-Language"), ("Cache-Control", FRESH), ("Content-Language", reader.language))
    tag = f'"{site.version.short_id}-templates-{"html" if page else "json"}-{reader.language}-{site.look}"'
    if page:
        return Answer(templates_page(site, reader, Resource(TEMPLATES)).encode(), HTML.content_type, headers, tag)
    found = {
        each.local_name: {form.suffix: each.address(form.suffix) for form in _FORMS}
        for each in template_classes(site.tables)
    }
    return Answer(json.dumps(found, indent=2).encode(), JSON.content_type, headers, tag)

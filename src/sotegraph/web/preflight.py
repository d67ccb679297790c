"""``/catalog/check``: what portals would make of our own catalogue; of nobody else's, whatever the address says."""

from __future__ import annotations

import json
from threading import Lock

from fastapi import APIRouter, Request, Response
from pyoxigraph import Triple

from sotegraph.catalog import with_classes
from sotegraph.formats import HTML, JSON, Format, negotiate
from sotegraph.harvesting import Preflight, examine
from sotegraph.harvesting.rendering import to_json
from sotegraph.terms import CATALOG
from sotegraph.web.answers import FRESH, Answer, field_value
from sotegraph.web.catalogue import catalogue_of
from sotegraph.web.links import Resource
from sotegraph.web.pages.preflight import preflight_page
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()
PATH = "/catalog/check"


@router.get(PATH)
def check(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Say what CKAN, udata, avoindata.fi and DCAT-AP 3 would make of this catalogue; as a page, or as JSON."""
    form = negotiate(field_value(request, "accept"), (HTML, JSON))
    key = (PATH, form.suffix, reader.language if form is HTML else "", reader.named)
    return site.bodies.get(key, lambda: _answer(site, reader, form)).response(request)


def _answer(site: Site, reader: Reader, form: Format) -> Answer:
    found = preflight_of(site)
    headers = [("Cache-Control", FRESH), ("Vary", "Accept" if form is JSON else "Accept, Accept-Language")]
    if form is JSON:
        body = json.dumps(to_json(found), ensure_ascii=False, indent=2)
    else:
        body = preflight_page(site, reader, Resource(PATH), found)
        headers.append(("Content-Language", reader.language))
    return Answer(
        body.encode(),
        form.content_type,
        tuple(headers),
        etag=f'"{site.version.short_id}-{form.suffix}-{reader.language}-preflight-{site.look}"',
        modified=site.latest_change,
    )


def preflight_of(site: Site) -> Preflight:
    """What was found, once a version: whoever asks meanwhile waits for it."""
    lock: Lock = site.once("preflight lock", Lock)
    with lock:
        return site.once("preflight", lambda: examine(_catalogue(site), site.publication.languages))


def _catalogue(site: Site) -> list[Triple]:
    """The catalogue as it is sent to harvesters, all its pages; raises CatalogueMissing without one."""
    catalogue_of(site)
    return list(with_classes(site.version.triples_of(site.publication.graph(CATALOG))))

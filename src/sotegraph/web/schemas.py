"""JSON Schemas of the JSON-LD of each class, made from the shapes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from sotegraph.entities import Description
from sotegraph.entities.schemas import SUFFIX, Schemas
from sotegraph.web.answers import FRESH, Answer
from sotegraph.web.links import Link
from sotegraph.web.site import Site, SiteDep

router = APIRouter()
MEDIA_TYPE = "application/schema+json"


@router.get("/shapes" + SUFFIX)
def all_schemas(request: Request, site: SiteDep) -> Response:
    """Send one JSON Schema for everything: the schemas of all classes, each applied by type."""
    return _send(request, site, "", lambda: schemas_of(site).all())


@router.get("/shapes/{name}" + SUFFIX)
def schema(name: str, request: Request, site: SiteDep) -> Response:
    """Send the JSON Schema of the JSON-LD of one class, made from its shape."""
    return _send(request, site, name, lambda: schemas_of(site).schema(name))


def schemas_of(site: Site) -> Schemas:
    """The schemas of the site."""
    return site.once("schemas", lambda: Schemas(site.index, site.shapes, site.context))


def schema_links(site: Site, description: Description) -> list[Link]:
    """Links to the schemas that JSON-LD of *description* meets; what only the server says of itself has none."""
    if set(description.graphs) <= site.version.computed:
        return []
    schemas = schemas_of(site)
    names = {schemas.of_class[each] for each in description.classes if each in schemas.of_class}
    return [Link(schemas.path(name), "describedby", type=MEDIA_TYPE) for name in sorted(names)]


def _send(request: Request, site: Site, name: str, make: Callable[[], dict[str, Any]]) -> Response:
    def answer() -> Answer:
        return Answer(
            body=json.dumps(make(), ensure_ascii=False, indent=1).encode(),
            content_type=MEDIA_TYPE,
            headers=(("Cache-Control", FRESH), ("X-Robots-Tag", "noindex")),
            etag=f'"{site.version.short_id}-schema-{name}-{site.look}"',
            modified=site.latest_change,
        )

    kept = site.bodies if name else site.figures
    return kept.get(("schema", name), answer).response(request)

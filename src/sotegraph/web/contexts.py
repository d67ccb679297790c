"""The JSON-LD context at its addresses: the one of its major version, which may gain terms, and one of its content.

The second never changes. A context that has been replaced stays at its own address as long as it stands in the folder
``ontology/contexts/`` of the publication.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from sotegraph.errors import NotFound
from sotegraph.publication import addressed_contexts
from sotegraph.web.answers import FOR_EVER, Answer
from sotegraph.web.site import Site, SiteDep

router = APIRouter()
_A_DAY = "public, max-age=86400"


@dataclass(frozen=True)
class StoredContext:
    """A context as it is sent, at the address that its content has for ever."""

    path: str
    body: bytes


@router.get("/context/{name:path}")
def context(name: str, request: Request, site: SiteDep) -> Response:
    """Send the JSON-LD context of the publication, or one that it had, at an address that never changes."""
    path, current = f"/context/{name}", current_context(site)
    found = current if path == site.publication.context_path else _contexts(site).get(path)
    if found is None:
        raise NotFound("Nothing is published at this address.")
    fixed = found.path == path
    headers = [("Cache-Control", FOR_EVER if fixed else _A_DAY)]
    headers += [] if fixed else [("Content-Location", found.path)]
    tag = f'"{found.path.rpartition("-")[2]}"'
    return Answer(found.body, "application/ld+json", tuple(headers), tag).response(request)


def current_context(site: Site) -> StoredContext:
    """The context of the publication as it is now."""
    return next(iter(_contexts(site).values()))


def _contexts(site: Site) -> Mapping[str, StoredContext]:
    """Every context by its own address, the current one first."""
    return site.once("contexts", lambda: {each.path: each for each in _stored(site)})


def _stored(site: Site) -> Iterator[StoredContext]:
    return (StoredContext(path, body) for path, body in addressed_contexts(site.publication).items())

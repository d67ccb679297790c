"""The feeds of changes for programs: of all things, and of the catalogue, by LDES and TREE, page by page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from pyoxigraph import Quad

from sotegraph.catalog.names import CATALOGUE_FEED_PATH, ENTITY_FEED_PATH, FEEDS_PATH
from sotegraph.errors import NotFound, PageGone
from sotegraph.feeds import (
    CATALOGUE,
    THINGS,
    Log,
    Part,
    Source,
    Stream,
    catalogue_of_history,
    catalogue_of_version,
    find_part,
    is_of_another,
    log_of_history,
    log_of_version,
)
from sotegraph.formats import FEED_FORMATS, HTML, Format, negotiate, serialize_quads
from sotegraph.terms import CATALOG, PREFIXES
from sotegraph.web.answers import FOR_EVER, Answer, field_value
from sotegraph.web.links import Link, Resource, field
from sotegraph.web.representations import split_suffix
from sotegraph.web.site import Site, SiteDep, address_of

router = APIRouter()
FEEDS = FEEDS_PATH
"""The page that explains the feeds, and where they are."""
OPEN = "max-age=60"
"""What a cache may do with what changes as soon as the next version is published."""
_KINDS = {ENTITY_FEED_PATH: THINGS, CATALOGUE_FEED_PATH: CATALOGUE}
_TAG_DIGITS = 20


@router.get(ENTITY_FEED_PATH)
def entities(request: Request, site: SiteDep) -> Response:
    """The feed of all changes of things: what it is, and where its pages are."""
    return _root(request, site, ENTITY_FEED_PATH, None)


@router.get(ENTITY_FEED_PATH + ".{suffix}")
def entities_in_one_form(suffix: str, request: Request, site: SiteDep) -> Response:
    """The feed of all changes of things in one fixed form, which its pages keep to."""
    return _root(request, site, ENTITY_FEED_PATH, suffix)


@router.get(ENTITY_FEED_PATH + "/{name}")
def page_of_entities(name: str, request: Request, site: SiteDep) -> Response:
    """A page of the feed of all changes of things; once it is full it stays as it is."""
    return _part(request, site, ENTITY_FEED_PATH, name)


@router.get(CATALOGUE_FEED_PATH)
def catalogue(request: Request, site: SiteDep) -> Response:
    """The feed of the changes of the catalogue (DCAT-AP Feeds): what it is, and where its pages are."""
    return _root(request, site, CATALOGUE_FEED_PATH, None)


@router.get(CATALOGUE_FEED_PATH + ".{suffix}")
def catalogue_in_one_form(suffix: str, request: Request, site: SiteDep) -> Response:
    """The feed of the changes of the catalogue in one fixed form, which its pages keep to."""
    return _root(request, site, CATALOGUE_FEED_PATH, suffix)


@router.get(CATALOGUE_FEED_PATH + "/{name}")
def page_of_catalogue(name: str, request: Request, site: SiteDep) -> Response:
    """A page of the feed of the changes of the catalogue; once it is full it stays as it is."""
    return _part(request, site, CATALOGUE_FEED_PATH, name)


def log_at(site: Site, path: str) -> Log:
    """The log of the feed at *path*, which is read once a version."""
    return site.once(path, lambda: _log_of_things(site) if path == ENTITY_FEED_PATH else _log_of_catalogue(site))


def _log_of_things(site: Site) -> Log:
    base = site.publication.base_iri
    if site.past is not None:
        return log_of_history(base, site.past.archive, site.past.entries())
    return log_of_version(base, site.version, began(site))


def _log_of_catalogue(site: Site) -> Log:
    base = site.publication.base_iri
    if site.past is not None:
        return catalogue_of_history(base, site.past.entries())
    triples = site.version.triples_of(site.publication.graph(CATALOG))
    return catalogue_of_version(base, Source(site.version.id, 1, began(site)), triples)


def began(site: Site) -> datetime:
    """Since when what is served without a history has been so, as far as the data says: the same at each start."""
    return min(site.index.latest_change, site.version.created).astimezone(UTC)


@dataclass(frozen=True)
class _Asked:
    """The form of a feed that is asked for, and at which address of the site; *fixed* when a suffix names the form."""

    path: str
    form: Format
    fixed: bool
    address: str


def _root(request: Request, site: Site, path: str, suffix: str | None) -> Response:
    stem, form = split_suffix(path if suffix is None else f"{path}.{suffix}", FEED_FORMATS)
    if stem != path:
        raise NotFound("Nothing is published at this address.")
    chosen = form or negotiate(field_value(request, "accept"), (*FEED_FORMATS, HTML))
    if chosen is HTML:
        return Response(status_code=303, headers={"Location": FEEDS, "Vary": "Accept", "Cache-Control": OPEN})
    asked = _Asked(path, chosen, form is not None, address_of(request))
    return site.feeds.get(asked, lambda: _answer_root(site, asked)).response(request)


def _answer_root(site: Site, asked: _Asked) -> Answer:
    stream = _stream(site, asked)
    modified = stream.log.updated if stream.log.size else began(site)
    return _answer(site, asked, Resource(asked.path, FEED_FORMATS), stream.root_quads(), OPEN, modified)


def _part(request: Request, site: Site, path: str, name: str) -> Response:
    stem, form = split_suffix(name, FEED_FORMATS)
    log = log_at(site, path)
    part = find_part(log, stem)
    if part is None and is_of_another(log, stem):
        raise PageGone("This page is no longer kept. Begin the feed anew at {path}.", path=path)
    if part is None:
        raise NotFound("Nothing is published at this address.")
    chosen = form or negotiate(field_value(request, "accept"), FEED_FORMATS)
    asked = _Asked(path, chosen, form is not None, address_of(request))
    return site.feeds.get((asked, stem), lambda: _answer_part(site, asked, stem, part)).response(request)


def _answer_part(site: Site, asked: _Asked, name: str, part: Part) -> Answer:
    stream = _stream(site, asked)
    resource = Resource(f"{asked.path}/{name}", FEED_FORMATS)
    fresh = FOR_EVER if part.is_closed else OPEN
    return _answer(site, asked, resource, stream.part_quads(part), fresh, stream.log.published(part.stop - 1))


def _stream(site: Site, asked: _Asked) -> Stream:
    return Stream(
        log=log_at(site, asked.path),
        kind=_KINDS[asked.path],
        base=site.publication.base_iri,
        path=asked.path,
        site=asked.address,
        suffix=f".{asked.form.suffix}" if asked.fixed else "",
        titles={language: _title(site, asked.path, language) for language in site.languages},
        licence=site.publication.licence,
    )


def _title(site: Site, path: str, language: str) -> str:
    whole = site.index.choose(site.publication.titles, language)
    told = feed_title(site.messages.translator(language), path)
    return f"{whole.value}: {told}" if whole else told


def feed_title(translate: Callable[[str], str], path: str) -> str:
    """What the feed at *path* is called."""
    return translate("changes of things") if path == ENTITY_FEED_PATH else translate("changes of the catalogue")


def _answer(
    site: Site, asked: _Asked, resource: Resource, quads: Iterable[Quad], fresh: str, modified: datetime
) -> Answer:
    # The prefixes of the publication may change, and a closed page may not.
    body = serialize_quads(quads, asked.form, PREFIXES)
    others = (each for each in FEED_FORMATS if each is not asked.form or not asked.fixed)
    links = [Link(resource.address(each), "alternate", type=each.media_type) for each in others]
    links += [Link(asked.path, "collection"), Link(FEEDS, "help", type=HTML.media_type)]
    links += [Link(site.publication.licence, "license")] if site.publication.licence else []
    headers = [("Cache-Control", fresh), ("X-Robots-Tag", "noindex"), ("Link", field(links))]
    return Answer(
        body=body,
        content_type=asked.form.content_type,
        headers=tuple(headers if asked.fixed else [("Vary", "Accept"), *headers]),
        etag=f'"{hashlib.sha256(body).hexdigest()[:_TAG_DIGITS]}"',
        modified=modified,
    )

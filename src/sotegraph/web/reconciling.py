"""The Reconciliation Service API 0.2 (W3C Entity Reconciliation Community Group), as OpenRefine and others speak it.

There is no JSONP: every answer may be read from any page of the web, and scripts come from files of the site only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from starlette.concurrency import run_in_threadpool

from sotegraph.errors import MissingValue, NotFound
from sotegraph.formats import HTML
from sotegraph.publication import Collection
from sotegraph.reconciliation import Matcher, Property, extend, is_of, properties_of, read_extension, read_queries
from sotegraph.search import search_everything
from sotegraph.web.answers import FRESH
from sotegraph.web.pages import preview_page
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep, address_of

router = APIRouter()
PATH = "/reconcile"
_MOST_SUGGESTED = 20
_MOST_ASKED = 256
_PREVIEW = {"width": 420, "height": 220}
_FRAMED = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors *"
"""The policy of previews, which are made to stand in the pages of others."""


@router.get(PATH)
def reconcile(
    request: Request, site: SiteDep, reader: ReaderDep, queries: str | None = None, extend: str | None = None
) -> Response:
    """Match names with things (`queries`), tell more of them (`extend`), or describe this service."""
    if queries is None and extend is None:
        return _json(manifest(site, reader, address_of(request)))
    return _json(_answered(site, reader, queries, extend))


@router.post(PATH)
async def reconcile_form(
    request: Request,
    site: SiteDep,
    reader: ReaderDep,
    queries: Annotated[str | None, Form()] = None,
    extend: Annotated[str | None, Form()] = None,
) -> Response:
    """The same for a batch too long for an address, as a form."""
    if queries is None and extend is None:
        raise MissingValue("The parameter {parameter} needs a value: {expected}.", parameter="queries", expected="JSON")
    return _json(await run_in_threadpool(_answered, site, reader, queries, extend))


def _answered(site: Site, reader: Reader, queries: str | None, extension: str | None) -> dict[str, Any]:
    if queries is not None:
        batch = read_queries(queries)
        matcher = site.once("matcher", lambda: Matcher(site.index, site.search))
        types = {each.segment: _type(site, reader, each) for each in site.publication.collections}
        return {
            name: {
                "result": [
                    {
                        "id": _id(site, each.iri),
                        "name": site.index.name(each.iri, reader.language).stated.value,
                        "score": each.score,
                        "match": each.match,
                        "type": [types[each.collection.segment]] if each.collection else [],
                    }
                    for each in matcher.candidates(query)
                ]
            }
            for name, query in batch.items()
        }
    assert extension is not None
    ids, names = read_extension(extension)
    known = properties_of(site.index, site.publication.collections)
    asked = {name: known[name] for name in names if name in known}
    rows = {each: _row(site, reader, each, asked) for each in ids}
    meta = [{"id": name, "name": _label(site, reader, own[0])} for name, own in asked.items()]
    return {"meta": meta, "rows": rows}


def _row(site: Site, reader: Reader, key: str, asked: Mapping[str, list[Property]]) -> dict[str, list[dict[str, Any]]]:
    """The cells of one thing; all are empty for an id that is none."""
    try:
        iri = site.index.addresses.iri(key).value
    except ValueError:
        return {name: [] for name in asked}

    def named(value: str) -> str:
        return site.index.name(value, reader.language).stated.value

    return {name: extend(site.index, iri, own, named) for name, own in asked.items()}


def manifest(site: Site, reader: Reader, base: str) -> dict[str, Any]:
    """What this service is and where its parts answer (section 2 of the specification)."""
    title = site.index.choose(site.publication.titles, reader.language)
    own = base + PATH
    return {
        "versions": ["0.1", "0.2"],
        "name": title.value if title else "",
        "identifierSpace": f"{site.publication.base_iri}/id/",
        "schemaSpace": f"{site.publication.base_iri}/",
        "documentation": f"{base}/",
        "serviceVersion": site.version.short_id,
        "defaultTypes": [_type(site, reader, each) for each in site.publication.collections if each.facets],
        "view": {"url": f"{base}/doc/{{{{id}}}}"},
        "preview": {"url": f"{own}/preview?id={{{{id}}}}&lang={reader.language}", **_PREVIEW},
        "suggest": {
            kind: {"service_url": base, "service_path": f"{PATH}/suggest/{kind}?lang={reader.language}"}
            for kind in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": base, "service_path": f"{PATH}/properties"},
            "property_settings": [],
        },
    }


@router.get(PATH + "/suggest/entity")
def suggest_entities(site: SiteDep, reader: ReaderDep, request: Request, prefix: str = "", cursor: int = 0) -> Response:
    """Things whose names begin as `prefix` does, or have its words."""
    types = list(filter(None, request.query_params.getlist("type")))
    known = [each.collection.segment for each in site.search.shelves if is_of(each, types)]
    if types and not known:
        return _json({"result": []})  # What is unknown here has nothing, and is not everything.
    results = search_everything(site.search, prefix[:_MOST_ASKED], known)
    start = max(0, min(cursor, 10 * _MOST_SUGGESTED))
    found = []
    for iri in results.named(start + _MOST_SUGGESTED)[start:]:
        collection = site.index.collection_of(iri)
        entry: dict[str, Any] = {"id": _id(site, iri), "name": site.index.name(iri, reader.language).stated.value}
        found.append(entry | ({"notable": [_type(site, reader, collection)]} if collection else {}))
    return _json({"result": found})


@router.get(PATH + "/suggest/type")
def suggest_types(site: SiteDep, reader: ReaderDep, prefix: str = "") -> Response:
    """Kinds of things that reconciliation tells apart: the lists of the publication."""
    types = [_type(site, reader, each) for each in site.publication.collections]
    return _json({"result": _beginning(types, prefix)})


@router.get(PATH + "/suggest/property")
def suggest_properties(site: SiteDep, reader: ReaderDep, prefix: str = "") -> Response:
    """Properties that a query may state: the facets and identifiers of the lists."""
    return _json({"result": _beginning(_properties(site, reader, site.publication.collections), prefix)})


@router.get(PATH + "/properties")
def propose_properties(site: SiteDep, reader: ReaderDep, request: Request, limit: int = 50) -> Response:
    """What things of a `type` can be extended by."""
    kind = request.query_params.get("type", "")
    own = [each for each in site.publication.collections if kind in (each.segment, "")]
    found = _properties(site, reader, own)[: max(1, limit)]
    return _json({"type": kind, "properties": found, "limit": limit} if kind else {"properties": found, "limit": limit})


@router.get(PATH + "/preview")
def preview(site: SiteDep, reader: ReaderDep, id: str = "") -> Response:
    """A few lines about one thing, made to stand in a frame of another page."""
    try:
        iri = site.index.addresses.iri(id).value
    except ValueError:
        raise NotFound("Nothing is published at this address.") from None
    if site.search.doc(iri) is None:
        raise NotFound("Nothing is published at this address.")
    headers = {
        "Content-Security-Policy": _FRAMED,
        "Cache-Control": FRESH,
        "Content-Language": reader.language,
        "Vary": "Accept-Language",
        "X-Robots-Tag": "noindex",
    }
    return Response(preview_page(site, reader, iri), headers=headers, media_type=HTML.content_type)


def _id(site: Site, iri: str) -> str:
    return site.index.addresses.key(iri) or iri


def _type(site: Site, reader: Reader, collection: Collection) -> dict[str, str]:
    label = site.index.choose(collection.labels, reader.language)
    return {"id": collection.segment, "name": label.value if label else collection.segment}


def _properties(site: Site, reader: Reader, collections: Iterable[Collection]) -> list[dict[str, str]]:
    known = properties_of(site.index, collections)
    return [{"id": name, "name": _label(site, reader, own[0])} for name, own in known.items()]


def _label(site: Site, reader: Reader, own: Property) -> str:
    translate: Callable[[str], str] = site.messages.translator(reader.language)
    if own.language:
        return translate("Name ({language})").format(language=own.language)
    text = site.index.choose(own.labels, reader.language)
    return text.value if text else own.name


def _beginning(found: list[dict[str, str]], prefix: str) -> list[dict[str, str]]:
    """Those whose name or id has *prefix* in it, those that begin so first."""
    wanted = prefix.strip().casefold()
    fitting = [each for each in found if wanted in each["name"].casefold() or wanted in each["id"]]
    return sorted(fitting, key=lambda each: not each["name"].casefold().startswith(wanted))[: 5 * _MOST_SUGGESTED]


def _json(content: dict[str, Any]) -> Response:
    body = json.dumps(content, ensure_ascii=False)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language", "X-Robots-Tag": "noindex"}
    return Response(body, headers=headers, media_type="application/json")

"""Search across all lists, suggestions while somebody types, and the description of both for browsers (OpenSearch)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Request, Response
from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.entities import HYDRA
from sotegraph.entities.listing import member_triples, page_triples, pages_of
from sotegraph.errors import NotFound
from sotegraph.formats import RESULTS_CSV, TABLE_FORMATS
from sotegraph.search import Results, found_csv, search_everything
from sotegraph.terms import RDF_TYPE
from sotegraph.web.answers import FRESH, Answer, uncached
from sotegraph.web.links import Link, Resource
from sotegraph.web.lists import list_context, turned
from sotegraph.web.pages import search_page
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep, address_of

router = APIRouter()
_SUGGESTIONS = 8
_MOST_ASKED = 256
_SUGGESTION_TYPE = "application/x-suggestions+json"
_DESCRIPTION_TYPE = "application/opensearchdescription+xml"


@router.get("/search")
def search(request: Request, site: SiteDep, reader: ReaderDep, page: int = 1) -> Response:
    """Find things of all kinds by words (`q`), of some (`type`, the segment of a list), or with values of facets."""
    return _send(request, site, reader, "/search", page)


@router.get("/search.{suffix}")
def search_in_one_form(suffix: str, request: Request, site: SiteDep, reader: ReaderDep, page: int = 1) -> Response:
    """What was found, in one fixed form."""
    return _send(request, site, reader, f"/search.{suffix}", page)


def _send(request: Request, site: Site, reader: Reader, path: str, page: int) -> Response:
    asked = ask(request, path, TABLE_FORMATS)
    if asked.resource.path != "/search":
        raise NotFound("Nothing is published at this address.")
    results = _results(request, site)
    table = asked.form is RESULTS_CSV
    moved = (("page", str(page)),) if page != 1 or (table and "page" in request.query_params) else ()
    query, spoken = (*results.query(), *moved), reader.language if reader.named else ""
    asked = replace(asked, resource=Resource("/search", TABLE_FORMATS, query, spoken=spoken))

    def answer() -> Answer:
        return _answer(site, reader, asked, results, page)

    if not site.search.complete:
        return uncached(answer()).response(request)
    return site.bodies.get(asked.key(reader), answer).response(request)


def _results(request: Request, site: Site) -> Results:
    """What the parameters of *request* ask for."""
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    return search_everything(site.search, _text(request), given.get("type", ()), given, given.get("whole", ()))


def _text(request: Request) -> str:
    return " ".join(request.query_params.get("q", "").split())


def _answer(site: Site, reader: Reader, asked: Asked, results: Results, number: int) -> Answer:
    size = site.settings.page_size
    pages = pages_of(results.total, number, size)
    entries = results.page(number, size)
    root = _iri(site, results.query())

    def page_iri(number: int) -> NamedNode:
        return _iri(site, (*results.query(), ("page", str(number))))

    return represent(
        site,
        reader,
        asked,
        Content(
            root=root,
            triples=frozenset(
                (
                    Triple(root, RDF_TYPE, NamedNode(HYDRA + "Collection")),
                    Triple(root, NamedNode(HYDRA + "totalItems"), Literal(results.total)),
                    *page_triples(root, number, pages, page_iri),
                    *member_triples(site.index, root, entries),
                )
            ),
            page=lambda links: search_page(site, reader, asked.resource, links, results, entries, (number, pages)),
            table=lambda: _csv(site, reader, asked, results, entries),
            modified=site.latest_change,
            links=tuple(_links(asked, number, pages)),
            context=list_context(site),
            indexed=False,
            members=entries,
        ),
    )


def _csv(site: Site, reader: Reader, asked: Asked, results: Results, page: tuple[str, ...]) -> bytes:
    """The page asked for, or without one all that was found."""
    paged = any(name == "page" for name, _ in asked.resource.query)
    language = reader.language if reader.named else site.publication.languages[0]
    return found_csv(site.index, results.facets, page if paged else results.entries(), language)


def _iri(site: Site, query: tuple[tuple[str, str], ...]) -> NamedNode:
    return NamedNode(site.publication.base_iri + Resource("/search", query=query).address())


def _links(asked: Asked, number: int, pages: int) -> Iterator[Link]:
    for rel, each in {"first": 1, "prev": number - 1, "next": number + 1, "last": pages}.items():
        if 1 <= each <= pages:
            yield Link(turned(asked, each), rel)


@router.get("/suggest")
def suggest(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Send names that begin as `q` does or have its words, as OpenSearch suggestions: names, kinds, addresses."""
    text = _text(request)[:_MOST_ASKED]
    results = search_everything(site.search, text, request.query_params.getlist("type"))
    base = address_of(request)
    names, kinds, addresses = [], [], []
    writer, index = Writer(site, reader), site.index
    for iri in results.named(_SUGGESTIONS):
        collection = site.index.collection_of(iri)
        kind = site.index.choose(collection.labels, reader.language) if collection else None
        names.append(writer.plain(site.index.name(iri, reader.language)))
        # Things of one name are told apart by what stands beside it in lists.
        beside = index.key_facts(iri, reader.language) if index.labels(iri) else []
        kinds.append(" · ".join(each.value for each in (kind, *beside) if each))
        addresses.append(base + (site.index.addresses.path(iri) or ""))
    body = json.dumps([text, names, kinds, addresses], ensure_ascii=False)
    headers = {"Cache-Control": FRESH if site.search.complete else "no-store", "Vary": "Accept-Language"}
    return Response(body, headers=headers, media_type=_SUGGESTION_TYPE)


@router.get("/opensearch.xml")
def describe_search(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Describe search and suggestions so that browsers and programs can offer them (OpenSearch 1.1)."""
    base = address_of(request)
    title = site.index.choose(site.publication.titles, reader.language)
    name = escape(title.value if title else "")
    about = site.index.choose(site.publication.descriptions, reader.language)
    language = f"&lang={reader.language}"
    urls = (
        ("text/html", f"{base}/search?q={{searchTerms}}&page={{startPage?}}{language}"),
        (_SUGGESTION_TYPE, f"{base}/suggest?q={{searchTerms}}{language}"),
        ("application/ld+json", f"{base}/search.jsonld?q={{searchTerms}}&page={{startPage?}}"),
        (_DESCRIPTION_TYPE, f"{base}/opensearch.xml?lang={reader.language}"),
    )
    relations = {_SUGGESTION_TYPE: "suggestions", _DESCRIPTION_TYPE: "self"}
    lines = [
        f'<Url type="{kind}" rel="{relations.get(kind, "results")}" template={quoteattr(template)}/>'
        for kind, template in urls
    ]
    body = "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
            f"<ShortName>{name[:16]}</ShortName>",
            f"<LongName>{name[:48]}</LongName>",
            f"<Description>{escape(about.value[:1_000] if about else name)}</Description>",
            *lines,
            f'<Image type="image/svg+xml">{base}{site.assets.files["logo.svg"].path}</Image>',
            f"<Language>{reader.language}</Language>",
            "<InputEncoding>UTF-8</InputEncoding>",
            "<OutputEncoding>UTF-8</OutputEncoding>",
            "</OpenSearchDescription>\n",
        )
    )
    headers = {"Cache-Control": FRESH, "Vary": "Accept-Language", "Content-Language": reader.language}
    return Response(body, headers=headers, media_type=_DESCRIPTION_TYPE)

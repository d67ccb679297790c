"""The feeds for people: the latest changes by Atom, and the page that explains all feeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode

from sotegraph.catalog.names import CATALOGUE_FEED_PATH, ENTITY_FEED_PATH
from sotegraph.feeds import Source
from sotegraph.feeds.atom import MEDIA_TYPE, Feed, Item, write_atom
from sotegraph.formats import HTML
from sotegraph.web.answers import FRESH, Answer
from sotegraph.web.feeds import FEEDS, began, feed_title, log_at
from sotegraph.web.links import Link
from sotegraph.web.pages import Offer, feeds_page, news_html, tell_news
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.representations import Content, ask, represent
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep, address_of, with_language

router = APIRouter()
ATOM = f"{FEEDS}/changes.atom"
_QUOTE = '"'
_ON_PAGE, _IN_ATOM = 5, 30
"""How many publishings are told of."""


@router.get(FEEDS)
def feeds(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Explain the feeds, and show the latest changes."""
    asked, address = ask(request, FEEDS, (HTML,)), address_of(request)

    def make() -> Answer:
        log = log_at(site, ENTITY_FEED_PATH)
        news = tell_news(site, reader, log, _ON_PAGE)
        content = Content(
            root=NamedNode(site.publication.base_iri + FEEDS),
            triples=(),
            page=lambda links: feeds_page(
                site, reader, asked.resource, links, address, tuple(_offers(site, reader)), news
            ),
            modified=log.updated if log.size else began(site),
            links=(Link(with_language(ATOM, reader.language), "alternate", type=MEDIA_TYPE), Link("/", "up")),
        )
        answer = represent(site, reader, asked, content)
        # Whoever goes back to a version publishes the same one again, and that is news.
        return replace(answer, etag=f'"{log.size}-{(answer.etag or "").strip(_QUOTE)}"')

    return site.bodies.get((address, asked.key(reader)), make).response(request)


def _offers(site: Site, reader: Reader) -> Iterator[Offer]:
    """The feeds for programs."""
    translate = site.messages.translator(reader.language)
    texts = (
        (
            ENTITY_FEED_PATH,
            translate("What sources say of each thing, whole after each change, and that it was removed."),
        ),
        (
            CATALOGUE_FEED_PATH,
            translate("Datasets, distributions and services as the catalogue describes them (DCAT-AP Feeds)."),
        ),
    )
    for path, text in texts:
        title = feed_title(translate, path)
        yield Offer(path, title[:1].upper() + title[1:], text, log_at(site, path))


@router.get(ATOM)
def atom(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Tell the latest changes to readers of news (Atom, RFC 4287), in the language of the address or of the reader."""
    address = address_of(request)
    key = (ATOM, address, reader.language, reader.named)
    return site.bodies.get(key, lambda: _atom(site, reader, address)).response(request)


def _atom(site: Site, reader: Reader, address: str) -> Answer:
    writer, base, language = Writer(site, reader), site.publication.base_iri, reader.language
    log = log_at(site, ENTITY_FEED_PATH)
    items = tuple(
        Item(
            id=f"{base}/id/version/{news.source.version}#{news.source.number}",
            title=news.title,
            updated=news.source.time,
            address=address + _about(site, news.source, language),
            html=news_html(writer, news, address),
        )
        for news in tell_news(site, reader, log, _IN_ATOM)
    )
    whole = writer.choose(site.publication.titles)
    rights = writer.choose(site.publication.rights)
    feed = Feed(
        id=with_language(base + ATOM, language),
        title=str(writer.say("{title}: latest changes", title=whole.value if whole else "")),
        subtitle=str(writer.say("What was added, changed and removed from version to version.")),
        updated=log.updated if log.size else began(site),
        author=whole.value if whole else base,
        rights=rights.value if rights else site.publication.licence or "",
        language=language,
        own_address=address + with_language(ATOM, language),
        address=address + with_language(FEEDS, language),
        items=items,
    )
    headers = [("Cache-Control", FRESH), ("Content-Language", language), ("X-Robots-Tag", "noindex")]
    return Answer(
        body=write_atom(feed),
        content_type=MEDIA_TYPE,
        headers=tuple(headers if reader.named else [*headers, ("Vary", "Accept-Language")]),
        etag=f'"{site.version.short_id}-{log.size}-atom-{language}-{site.look}"',
        modified=feed.updated,
    )


def _about(site: Site, source: Source, language: str) -> str:
    """Where the page about a version tells of one publishing; without a history, the page about the feeds."""
    told = f"/version/{source.version[:16]}#{source.number}" if site.past is not None else FEEDS
    return with_language(told, language)

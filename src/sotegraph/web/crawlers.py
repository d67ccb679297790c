"""What crawlers ask for first: which addresses to leave alone, and which there are."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from sotegraph.errors import NotFound
from sotegraph.web.answers import FRESH, Answer
from sotegraph.web.site import Site, SiteDep, address_of
from sotegraph.web.sitemaps import Page, parts_of, write_index, write_part

router = APIRouter()
_A_DAY = "max-age=86400"
_EXPENSIVE = (
    *("/sparql", "/graph-store", "/queries/*?", "/search?", "/reconcile", "/api/", "/linkset/"),
    *("/*?_profile=", "/dumps/*/", "/feed/entities", "/feed/catalog"),
)
"""Where an answer is worth computing for who asks, and has no end for who follows every link; and large files."""


@router.get("/robots.txt")
def robots(request: Request, site: SiteDep) -> Response:
    """Keep crawlers away from what has no end, as the operator wishes, and lead them to the sitemap."""
    settings = site.settings
    refused = [each.strip() for each in settings.crawlers_refused.split(",") if each.strip()]
    lines: list[str] = []
    if refused:
        lines += [*(f"User-agent: {each}" for each in refused), "Disallow: /", ""]
    if "*" not in refused:
        lines += ["User-agent: *", *(f"Disallow: {each}" for each in _EXPENSIVE)]
        lines += [f"Crawl-delay: {settings.crawl_delay_s}"] if settings.crawl_delay_s else []
        lines += ["", f"Sitemap: {address_of(request)}/sitemap.xml"]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": _A_DAY})


@router.get("/sitemap.xml")
def sitemap(request: Request, site: SiteDep) -> Response:
    """List the parts of the sitemap, each with the day of the latest change in it."""
    base = address_of(request)

    def write() -> bytes:
        return write_index(site, _parts(site), lambda number: f"{base}/sitemap-{number}.xml")

    return _kept(site, base, 0, write).response(request)


@router.get("/sitemap-{number}.xml")
def sitemap_part(number: str, request: Request, site: SiteDep) -> Response:
    """One part of the sitemap: pages in each language, with the day on which their data changed."""
    parts = _parts(site)
    if number not in map(str, range(1, len(parts) + 1)):
        raise NotFound("Nothing is published at this address.")
    base, part = address_of(request), parts[int(number) - 1]
    return _kept(site, base, int(number), lambda: write_part(site, base, part)).response(request)


def _parts(site: Site) -> list[list[Page]]:
    return site.once("sitemap", lambda: parts_of(site))


def _kept(site: Site, base: str, number: int, write: Callable[[], bytes]) -> Answer:
    """The answer of one part for one address of the site, made once."""

    def make() -> Answer:
        return Answer(
            body=write(),
            content_type="application/xml",
            headers=(("Cache-Control", FRESH), ("X-Robots-Tag", "noindex")),
            etag=f'"{site.version.short_id}-sitemap-{number}-{site.look}"',
            modified=site.latest_change,
        )

    return site.sitemaps.get((base, number), make)

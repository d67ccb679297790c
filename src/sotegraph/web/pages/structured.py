"""Structured data in the head of a page: what search engines are told of a thing, and where its page stands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from sotegraph.entities import Index
from sotegraph.entities.markup import CONTEXT, markup
from sotegraph.publication import Collection
from sotegraph.web.site import Reader, Site, with_language


def structured(
    site: Site, index: Index, reader: Reader, iri: str, path: str, title: str, above: Iterable[Collection]
) -> Markup:
    """Return the block of the page of *iri* at *path*: the thing itself, and the way to it from the front page."""
    thing = markup(index, iri, reader.language) if iri else None
    graph: list[dict[str, Any]] = []
    if thing is not None:
        thing = _located(site, thing)
        graph.append({**thing, "mainEntityOfPage": _address(site, path)})
    steps = [(each.labels, f"/{each.segment}") for each in above]
    named = [(site.publication.titles, "/"), *steps]
    crumbs = [(text.value, at) for texts, at in named if (text := site.index.choose(texts, reader.language))]
    if path != "/":
        graph.append(_way(site, reader, [*crumbs, (title, path)]))
    return _block({"@context": CONTEXT, "@graph": graph}) if graph else Markup("")


def _located(site: Site, told: Any) -> Any:
    """*told* with what is to be fetched at the address that the operator has told; ids are none of that."""
    base = site.publication.base_iri + "/"
    if site.settings.public_url is None:
        return told
    if isinstance(told, list):
        return [_located(site, each) for each in told]
    if not isinstance(told, dict):
        return told
    return {
        name: _address(site, value.removeprefix(base[:-1]))
        if name in _FETCHED and isinstance(value, str) and value.startswith(base)
        else _located(site, value)
        for name, value in told.items()
    }


def _way(site: Site, reader: Reader, crumbs: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": name,
                "item": with_language(_address(site, path), reader.language),
            }
            for place, (name, path) in enumerate(crumbs, 1)
        ],
    }


def _address(site: Site, path: str) -> str:
    return (site.settings.public_url or site.publication.base_iri) + path


_FETCHED = ("contentUrl", "url")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ESCAPED = {each: f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def _block(document: dict[str, Any]) -> Markup:
    """The element; no text in it can end it, whatever stands in the data."""
    text = _JSON.encode(document)
    for each, escaped in _ESCAPED.items():  # Twenty times as fast as str.translate where there are letters like ä.
        text = text.replace(each, escaped)
    return Markup(f'<script type="application/ld+json">{text}</script>')

"""``Link`` header fields (RFC 8288), and the same links for the head of a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from sotegraph.entities import LIST_OF_CHOICES
from sotegraph.formats import HTML, JSON, LINKSET, RESULTS_CSV, Format
from sotegraph.web.contexts import current_context
from sotegraph.web.site import VERSION, Reader, Site, with_language

FRONT = "/index"
"""The path of the front page in its fixed forms; the negotiated one is at the root."""
PROFILE = "_profile"
"""The query parameter that names a profile (Content Negotiation by Profile, section 7.2)."""
CONTEXT = "http://www.w3.org/ns/json-ld#context"


@dataclass(frozen=True)
class Link:
    """A link from an answer to *target*: a local path or an absolute IRI."""

    target: str
    rel: str
    type: str = ""
    hreflang: str = ""
    profile: str = ""
    datetime: str = ""

    def __str__(self) -> str:
        """The link as a field value.

        >>> str(Link("/doc/book/1.ttl", "alternate", type="text/turtle"))
        '</doc/book/1.ttl>; rel="alternate"; type="text/turtle"'
        """
        target = self.target if _PLAIN.fullmatch(self.target) else quote(self.target, safe=_IN_AN_ADDRESS)
        text = f'<{target}>; rel="{self.rel}"'
        text += f'; type="{self.type}"' if self.type else ""
        text += f'; hreflang="{self.hreflang}"' if self.hreflang else ""
        text += f'; profile="{self.profile}"' if self.profile else ""
        text += f'; datetime="{self.datetime}"' if self.datetime else ""
        return text


_MOST_BYTES = 3_072
_IN_TIME = ("original timegate", "timemap", "memento")
_FIRST = (
    *_IN_TIME,
    "canonical",
    "linkset",
    "cite-as",
    "type",
    "license",
    "profile",
    "collection",
    "describedby",
    CONTEXT,
)
_RANKS = {rel: place for place, rel in enumerate(_FIRST)}
_PLAIN = re.compile(r"[\w./?=&#:%-]+", re.ASCII)
"""An address that needs no quoting."""
_IN_AN_ADDRESS = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True)
class Resource:
    """Something with one address and several forms: *path* without suffix, and the query that is part of the address.

    Where *whole* is true the query only moves about on the page, and the other forms hold everything at once. *profile*
    is the token of the profile in whose terms the forms for machines are; the page is the same for all, except where it
    is the list of choices. *version* names the version of the data of which it is a memento. *spoken* is the
    language in which the fixed forms that people read are: those for machines are the same in all.
    """

    path: str
    offers: Sequence[Format] = (HTML,)
    query: tuple[tuple[str, str], ...] = ()
    whole: bool = False
    profile: str = ""
    version: str = ""
    spoken: str = ""

    def in_profile(self, token: str) -> Resource:
        """The same resource in the terms of a profile; the native one has no token."""
        return replace(self, profile=token, query=())

    @cached_property
    def _path(self) -> str:
        return "/" + quote(self.path.lstrip("/"))

    def address(self, form: Format | None = None, language: str | None = None) -> str:
        """The address: negotiated, or of one fixed form, or of a page in one language; never one of another host."""
        path = self._path + (f".{form.suffix}" if form else "")
        path = "/" if path == FRONT else path
        for_page = form is None or form is HTML
        query = self.query if for_page or not self.whole else ()
        if self.profile and (self.profile == LIST_OF_CHOICES or not (form is HTML or language)):
            query += ((PROFILE, self.profile),)
        if self.version:
            query += ((VERSION, self.version),)
        address = path + (f"?{urlencode(query)}" if query else "")
        language = language or (self.spoken if form in (HTML, RESULTS_CSV) else None)
        return with_language(address, language) if language else address


def field(links: Iterable[Link]) -> str:
    """*links* as the value of ``Link``, as many as fit in the room that proxies give the head of an answer.

    Those that say what something is come before those that lead elsewhere; the linkset has them all.
    """
    ordered = sorted(links, key=lambda each: 0 if each.datetime else _RANKS.get(each.rel, len(_RANKS)))
    written, room = [], _MOST_BYTES
    for text in map(str, ordered):
        room -= len(text) + 2
        if room < 0:
            break
        written.append(text)
    return ", ".join(written)


def linkset(base: str, anchor: str, links: Iterable[Link]) -> bytes:
    """*links* of the document at *anchor* as a linkset (RFC 9264 section 4.2), local addresses made whole by *base*."""
    context: dict[str, Any] = {"anchor": base + anchor}
    for each in links:
        target: dict[str, Any] = {"href": base + each.target if each.target.startswith("/") else each.target}
        target |= {"type": each.type} if each.type else {}
        target |= {"hreflang": [each.hreflang]} if each.hreflang else {}
        target |= {"profile": [each.profile]} if each.profile else {}
        context.setdefault(each.rel, []).append(target)
    return json.dumps({"linkset": [context]}, ensure_ascii=False, indent=2).encode()


def forms(resource: Resource, sent: Format) -> Iterator[Link]:
    """Links from the form *sent* to the others; those that describe the thing are marked twice (FAIR Signposting)."""
    offered = [(form, resource.address(form)) for form in resource.offers]
    for form, address in offered:
        if form is not sent:
            yield Link(address, "alternate", type=form.media_type)
    for form, address in offered:
        if form.rdf is not None:
            yield Link(address, "describedby", type=form.media_type)


def languages(resource: Resource, site: Site) -> Iterator[Link]:
    """Links to the page in each language, and to the one that chooses by itself."""
    for language in site.languages:
        yield Link(resource.address(language=language), "alternate", type=HTML.media_type, hreflang=language)
    page = replace(resource, profile="") if resource.profile not in ("", LIST_OF_CHOICES) else resource
    yield Link(page.address(), "alternate", type=HTML.media_type, hreflang="x-default")


def has_linkset(offers: Sequence[Format]) -> bool:
    """Whether what there is in the forms *offers* is a document, with links of its own; the answer to a query is none.

    >>> from sotegraph.formats import ANSWER_FORMATS, DOCUMENT_FORMATS
    >>> has_linkset(DOCUMENT_FORMATS), has_linkset(ANSWER_FORMATS["SELECT"]), has_linkset((HTML,))
    (True, False, False)
    """
    return JSON in offers and any(each.rdf for each in offers)


def usual(resource: Resource, site: Site, reader: Reader, sent: Format) -> tuple[Link, ...]:
    """The links that every negotiated answer has: where it is at home, its other forms, its context."""
    page = sent is HTML
    spoken = reader.language if page else resource.spoken if sent is RESULTS_CSV else None
    canonical = (replace(resource, version="") if resource.version else resource).address(language=spoken)
    links = [Link(canonical, "canonical")]
    if sent is not LINKSET and has_linkset(resource.offers):
        links.append(Link(resource.address(LINKSET), "linkset", type=LINKSET.media_type))
    links += [*forms(resource, sent), *languages(resource, site)]
    if sent is JSON:
        links.append(Link(current_context(site).path, CONTEXT, type="application/ld+json"))
    return tuple(links)


_IN_HEADS = frozenset(
    ("canonical", "alternate", "cite-as", "license", "service-desc", "collection", "first", "prev", "next", "last")
)


def head(links: Iterable[Link], base: str = "") -> list[Link]:
    """The links that crawlers and browsers read in the head of a page.

    Those that say which address is the page's own begin with *base*: search engines want them whole.
    """
    return [
        replace(each, target=base + each.target) if base and (each.rel == "canonical" or each.hreflang) else each
        for each in links
        if each.rel in _IN_HEADS
    ]

"""From what was asked to the answer: which form of which resource, its body, and the header fields that describe it."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from pyoxigraph import NamedNode, Triple

from sotegraph import jsonld
from sotegraph.formats import HTML, JSON, JSON_LD, RESULTS_CSV, Format, by_suffix, negotiate, serialize_triples
from sotegraph.web.answers import FRESH, Answer, field_value
from sotegraph.web.links import Link, Resource, usual
from sotegraph.web.site import Reader, Site


@dataclass(frozen=True)
class Asked:
    """The form in which a client wants *resource*; *fixed* when the suffix of the address names it.

    *by_profile* is true when ``Accept-Profile`` had a say in the choice.
    """

    resource: Resource
    form: Format
    fixed: bool
    by_profile: bool = False

    def key(self, reader: Reader) -> Hashable:
        """What the answer depends on, besides the version of the data."""
        language = reader.language if self.form is HTML else None
        address = (self.resource.path, self.resource.query, self.resource.profile)
        return (address, self.form.suffix, self.fixed, self.by_profile, language, reader.named)


def split_suffix(path: str, offers: Sequence[Format]) -> tuple[str, Format | None]:
    """Return *path* without the suffix that names one of *offers*, and the form it names.

    >>> [split_suffix(path, (HTML,))[0] for path in ("/doc/book/1.html", "/doc/book/1.pdf")]
    ['/doc/book/1', '/doc/book/1.pdf']
    """
    stem, dot, suffix = path.rpartition(".")
    form = by_suffix(suffix, offers) if dot else None
    return (stem, form) if form else (path, None)


def ask(
    request: Request,
    path: str,
    offers: Sequence[Format],
    query: tuple[tuple[str, str], ...] = (),
    *,
    whole: bool = False,
) -> Asked:
    """Return what *request* asks for at *path*; raises NotAcceptable when it accepts none of *offers*."""
    stem, form = split_suffix(path, offers)
    chosen = form or negotiate(field_value(request, "accept"), offers)
    moves = query if chosen is HTML or not whole else ()
    return Asked(Resource(stem, offers, moves, whole), chosen, fixed=form is not None)


@dataclass(frozen=True)
class Content:
    """What there is to send: a graph around *root*, the page about it, what links belong to it, and perhaps a CSV."""

    root: NamedNode
    triples: Iterable[Triple]
    page: Callable[[tuple[Link, ...]], str]
    modified: datetime
    links: tuple[Link, ...] = ()
    status: int = 200
    context: jsonld.Context | None = None
    table: Callable[[], bytes] | None = None


def represent(site: Site, reader: Reader, asked: Asked, content: Content) -> Answer:
    """Return *content* in the form that was asked for."""
    links = (*usual(asked.resource, site, reader, asked.form), *content.links)
    body = content.page(links).encode() if asked.form is HTML else write(site, asked.form, content)
    return Answer(
        body=body,
        content_type=asked.form.content_type,
        headers=tuple(_headers(reader, asked, links)),
        etag=etag(site, reader, asked),
        modified=min(content.modified, site.version.created),
        status=content.status,
    )


def write(site: Site, form: Format, content: Content) -> bytes:
    """The body of a form for machines."""
    if form is RESULTS_CSV and content.table is not None:
        return content.table()
    if form.rdf is not None and form is not JSON_LD:
        return serialize_triples(content.triples, form, site.publication.prefixes)
    context = content.context or site.context
    tree = jsonld.tree(content.root, content.triples, context)
    document = tree if form is JSON else {"@context": context.document["@context"], **tree}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def etag(site: Site, reader: Reader, asked: Asked) -> str:
    """The strong validator of one variant: the version, the form, the profile, the language, and what writes it."""
    parts = [site.version.short_id, asked.form.suffix, *filter(None, [asked.resource.profile])]
    if asked.form is HTML:
        parts.append(reader.language)
    return f'"{"-".join([*parts, site.look])}"'


def _headers(reader: Reader, asked: Asked, links: Iterable[Link]) -> Iterable[tuple[str, str]]:
    page = asked.form is HTML
    language = reader.language if page and reader.named else None
    yield "Content-Location", asked.resource.address(asked.form, language)
    vary = [] if asked.fixed else ["Accept"]
    if asked.by_profile:
        vary.append("Accept-Profile")
    if not reader.named and (page or not asked.fixed):
        vary.append("Accept-Language")
    if vary:
        yield "Vary", ", ".join(vary)
    if page:
        yield "Content-Language", reader.language
    else:
        yield "X-Robots-Tag", "noindex"
    yield "Cache-Control", FRESH
    yield "Link", ", ".join(map(str, links))

"""From what was asked to the answer: which form of which resource, its body, and the header fields that describe it."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from pyoxigraph import NamedNode, Triple

from sotegraph import jsonld
from sotegraph.catalog.addresses import answered_at
from sotegraph.errors import BadRequest, NotAcceptable
from sotegraph.formats import (
    HTML,
    JSON,
    JSON_LD,
    LINKSET,
    RESULTS_CSV,
    Format,
    TripleOrder,
    by_suffix,
    negotiate,
    quality,
    serialize_triples,
)
from sotegraph.web.answers import FRESH, Answer, field_value
from sotegraph.web.contexts import current_context
from sotegraph.web.links import Link, Resource, field, has_linkset, linkset, usual
from sotegraph.web.site import Reader, Site

CONTEXT_PARAMETER, LINKED, INLINE = "context", "link", "inline"
"""The query parameter by which JSON-LD names its context by an address, or holds it, which it does by itself."""


@dataclass(frozen=True)
class Asked:
    """The form in which a client wants *resource*; *fixed* when the suffix of the address names it.

    *by_profile* is true when ``Accept-Profile`` had a say in the choice, *linked* when JSON-LD is to name its context
    by an address in place of holding it.
    """

    resource: Resource
    form: Format
    fixed: bool
    by_profile: bool = False
    linked: bool = False

    @property
    def address(self) -> str:
        """The address of this very form."""
        address = self.resource.address(self.form)
        return f"{address}{'&' if '?' in address else '?'}{CONTEXT_PARAMETER}={LINKED}" if self.linked else address

    def key(self, reader: Reader) -> Hashable:
        """What the answer depends on, besides the version of the data."""
        language = reader.language if self.form is HTML else None
        resource = self.resource
        address = (resource.path, resource.query, resource.profile, resource.version, resource.spoken)
        return (address, self.form.suffix, self.fixed, self.by_profile, self.linked, language, reader.named)


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
    has_links = has_linkset(offers)
    stem, form = split_suffix(path, (*offers, LINKSET) if has_links else offers)
    chosen = form or _choose(field_value(request, "accept"), offers, has_links)
    moves = query if chosen is HTML or not whole else ()
    linked = chosen is JSON_LD and _wants_link(request)
    return Asked(Resource(stem, offers, moves, whole), chosen, fixed=form is not None, linked=linked)


def _choose(accept: str | None, offers: Sequence[Format], has_links: bool) -> Format:
    """The form that *accept* prefers; the links of the document are for those who take nothing else."""
    try:
        return negotiate(accept, offers)
    except NotAcceptable:
        if has_links and quality(accept, LINKSET) > 0:
            return LINKSET
        raise


def _wants_link(request: Request) -> bool:
    wanted = request.query_params.get(CONTEXT_PARAMETER, INLINE)
    if wanted not in (LINKED, INLINE):
        raise BadRequest("{name} is one of {offered}.", name=CONTEXT_PARAMETER, offered=f"{INLINE}, {LINKED}")
    return wanted == LINKED


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
    tree: Callable[[], Mapping[str, Any]] | None = None
    """What JSON-LD says, without its context, where that is made in a way of its own."""
    table: Callable[[], bytes] | None = None
    indexed: bool = True
    """Whether search engines are to list the page: one of very many ways to look at the same is not."""
    members: Sequence[str] = ()
    """The IRIs of what a list holds, in its order: RDF has none, JSON-LD keeps it for those who read it as JSON."""
    order: TripleOrder | None = None
    """In which order RDF is written, where one of its own matters to those who read it."""
    vary: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    fresh: str = FRESH


def represent(site: Site, reader: Reader, asked: Asked, content: Content) -> Answer:
    """Return *content* in the form that was asked for."""
    links = (*usual(asked.resource, site, reader, asked.form), *content.links)
    body = content.page(links).encode() if asked.form is HTML else write(site, asked, content, links)
    return Answer(
        body=body,
        content_type=asked.form.content_type,
        headers=(*_headers(reader, asked, links, content), *content.headers),
        etag=etag(site, reader, asked),
        modified=min(content.modified, site.since),
        status=content.status,
    )


def write(site: Site, asked: Asked, content: Content, links: Sequence[Link]) -> bytes:
    """The body of a form for machines."""
    form = asked.form
    if form is LINKSET:
        return linkset(site.publication.base_iri, asked.resource.address(), links)
    if form is RESULTS_CSV and content.table is not None:
        return content.table()
    if form.rdf is not None and form is not JSON_LD:
        return serialize_triples(_located(site, content.triples), form, site.publication.prefixes, content.order)
    context = content.context or site.context
    ranks = {iri: place for place, iri in enumerate(content.members)}
    tree = (
        content.tree()
        if content.tree
        else jsonld.tree(content.root, _located(site, content.triples), context, ranks, content.order)
    )
    document = tree if form is JSON else {"@context": _context(site, asked, context), **tree}
    return _json(document)


def _located(site: Site, triples: Iterable[Triple]) -> Iterable[Triple]:
    """*triples* with what is to be fetched at the address that the operator has told, where that is another one."""
    address, base = site.settings.public_url, site.publication.base_iri
    return triples if address is None or address == base else answered_at(address, base, triples)


def _json(document: Mapping[str, Any]) -> bytes:
    """*document* as JSON, each of its members on a line: indenting all of it takes ten times as long."""
    members = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in document.items())
    return ("{\n  " + ",\n  ".join(members) + "\n}").encode()


def _context(site: Site, asked: Asked, context: jsonld.Context) -> Any:
    """The context as such, or its address, and what a document of its kind needs besides."""
    whole = context.document["@context"]
    if not asked.linked:
        return whole
    own = site.publication.context["@context"]
    more = {name: value for name, value in whole.items() if name not in own}
    address = site.publication.base_iri + current_context(site).path
    return [address, more] if more else address


def etag(site: Site, reader: Reader, asked: Asked) -> str:
    """The strong validator of one variant: the version, the form, the profile, the language, and what writes it."""
    parts = [
        site.version.short_id,
        asked.form.suffix,
        *filter(None, [asked.resource.profile, LINKED if asked.linked else ""]),
    ]
    if asked.form is HTML:
        parts.append(reader.language)
    return f'"{"-".join([*parts, site.look])}"'


def _headers(reader: Reader, asked: Asked, links: Iterable[Link], content: Content) -> Iterable[tuple[str, str]]:
    page = asked.form is HTML
    language = reader.language if page and reader.named else None
    only = asked.resource.offers == (HTML,)
    own = None if only and not asked.fixed else asked.form
    yield "Content-Location", asked.resource.address(own, language) if page else asked.address
    vary = [*([] if asked.fixed else ["Accept"]), *content.vary]
    if asked.by_profile:
        vary.append("Accept-Profile")
    if not reader.named and (page or not asked.fixed):
        vary.append("Accept-Language")
    if vary:
        yield "Vary", ", ".join(vary)
    if page:
        yield "Content-Language", reader.language
    if not page or not content.indexed:
        yield "X-Robots-Tag", "noindex"
    yield "Cache-Control", content.fresh
    yield "Link", field(links)

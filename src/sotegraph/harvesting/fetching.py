"""A catalogue read from an address, as harvesters read it: HEAD, then GET, then page by page.

For an operator on the command line only. Of what the pages say only the next page is asked for, at the same host; a
page, the whole and the time have limits.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from sotegraph.errors import CatalogUnread
from sotegraph.harvesting.asking import Asker, FetchLimits, TimeOver, asker
from sotegraph.harvesting.remarks import CIRCLE, Remark, Severity, remark
from sotegraph.ingest.guards import guard
from sotegraph.ingest.problems import problem_of
from sotegraph.ingest.refused import Refused
from sotegraph.terms import RDF_TYPE, term

_NEW, _OLD = term("hydra:PartialCollectionView"), term("hydra:PagedCollection")
_NEXT, _NEXT_PAGE = term("hydra:next"), term("hydra:nextPage")
_DEEPEST, _MOST_REDIRECTS = 200, 5
_CKAN_LONGEST = 50 << 20
_ACTIONS = "/api/3/action/site_read"


@dataclass
class Fetched:
    """The triples of every page, how many pages there are, and what harvesters stumble over on the way.

    *has_actions* tells that CKAN's action API answers at the same host.
    """

    triples: list[Triple] = field(default_factory=list)
    pages: int = 0
    remarks: list[Remark] = field(default_factory=list)
    has_actions: bool = False


@dataclass(frozen=True)
class _Page:
    address: str
    form: RdfFormat
    triples: tuple[Triple, ...]
    content: bytes


def fetch(address: str, limits: FetchLimits | None = None) -> Fetched:
    """Return the catalogue at *address*, all its pages.

    Raises CatalogUnread when its first page cannot be read; that a later one cannot is remarked on.
    """
    try:
        is_address = urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise CatalogUnread("{address} is not an address that begins with http:// or https://.", address=address)
    chosen = limits or FetchLimits()
    with asker(chosen) as server:
        return _Fetching(server, chosen).run(address)


class _Elsewhere(CatalogUnread):
    """An address leads to another host, which was not asked."""


class _Fetching:
    def __init__(self, server: Asker, limits: FetchLimits) -> None:
        self.server, self.limits = server, limits
        self.fetched = Fetched()

    def run(self, address: str) -> Fetched:
        self._head(address)
        page = self._page(address)
        self.fetched.has_actions = self._has_actions(page.address)
        first, seen, host = page.content, {address}, urlsplit(page.address).netloc
        while True:
            self._keep(page)
            following = self._next(page)
            if following is None:
                return self.fetched
            if following in seen:
                self._circle(following, is_first=following == address or page.content == first)
                return self.fetched
            problem = self._why_not(following, host)
            if problem is not None:
                self.fetched.remarks.append(problem)
                return self.fetched
            seen.add(following)
            try:
                page = self._page(following)
            except TimeOver:
                self.fetched.remarks.append(self._time_over())
                return self.fetched
            except _Elsewhere as error:
                elsewhere = error.values["target"]
                self.fetched.remarks.append(remark("ckan", "warning", "page-elsewhere", _ELSEWHERE, page=elsewhere))
                return self.fetched
            except CatalogUnread as error:
                self._remark("violation", "page-unread", _PAGE_UNREAD, page=following, problem=error)
                return self.fetched

    def _time_over(self) -> Remark:
        seconds = f"{self.limits.seconds:g}"
        return remark("ckan", "info", "time-over", _TIME_OVER, limit=seconds, pages=self.fetched.pages)

    def _keep(self, page: _Page) -> None:
        self.fetched.pages += 1
        self.fetched.triples += page.triples
        if len(page.content) > _CKAN_LONGEST:
            self._remark("violation", "page-too-long", _PAGE_TOO_LONG, ("ckan",), page=page.address, limit=50)

    def _remark(
        self,
        severity: Severity,
        rule: str,
        template: str,
        portals: Sequence[str] = ("ckan", "udata"),
        **values: object,
    ) -> None:
        self.fetched.remarks += [remark(portal, severity, rule, template, "", **values) for portal in portals]

    def _circle(self, following: str, *, is_first: bool) -> None:
        """The pages lead back to *following*; *is_first* tells that CKAN gets there what the first page says.

        CKAN compares each page with the first one, to the byte, and stops where they are the same; udata stores each
        dataset as it is read, and turns to the services after the last page.
        """
        if is_first:
            self._remark("info", "first-page-again", _FIRST_AGAIN, ("ckan",), page=following)
        else:
            self._remark("violation", CIRCLE, _CIRCLE, ("ckan",), page=following)
        self._remark("violation", CIRCLE, _CIRCLE_AT_UDATA, ("udata",), page=following)

    def _why_not(self, following: str, host: str) -> Remark | None:
        """Why the next page is not asked for, where it is not."""
        if not _is_at(following, host):
            return remark("ckan", "warning", "page-elsewhere", _ELSEWHERE, page=following)
        if self.fetched.pages >= self.limits.pages:
            return remark("ckan", "info", "too-many-pages", _TOO_MANY, limit=self.limits.pages)
        if self.server.is_time_over:
            return self._time_over()
        return None

    def _next(self, page: _Page) -> str | None:
        """The next page as CKAN finds it; where udata or older harvesters do not find it, that is remarked on."""
        new, old = _instances(page, _NEW), _instances(page, _OLD)
        by_ckan = _values(page, new or old, (_NEXT, _NEXT_PAGE))
        by_udata = _values(page, new, (_NEXT,)) if new else _values(page, old, (_NEXT_PAGE,))
        if by_ckan and not by_udata:
            self._remark("violation", "next-unfound", _NEXT_UNFOUND, ("udata",), page=page.address)
        if by_ckan and not _values(page, old, (_NEXT_PAGE,)):
            self._remark("info", "next-not-for-old", _NOT_FOR_OLD, ("ckan",), page=page.address)
        try:
            return _joined(page.address, by_ckan[0]) if by_ckan else None
        except CatalogUnread as error:
            self._remark("violation", "page-unread", _PAGE_UNREAD, page=by_ckan[0], problem=error)
            return None

    def _head(self, address: str) -> None:
        """Ask as CKAN does first: without following redirects; 400 and 405 make it go on by GET."""
        answer = self.server.head(address)
        if answer.status >= 400 and answer.status not in (400, 405):
            self._remark("violation", "head-refused", _HEAD_REFUSED, ("ckan",), status=answer.status)
        length = answer.headers.get("content-length", "")
        if length.isdecimal() and int(length) > _CKAN_LONGEST:
            self._remark("violation", "page-too-long", _PAGE_TOO_LONG, ("ckan",), page=address, limit=50)

    def _has_actions(self, address: str) -> bool:
        """Whether CKAN's action API answers beside the catalogue."""
        try:
            answer = self.server.get(urljoin(address, _ACTIONS))
            found = json.loads(answer.content) if answer.status == 200 else None
        except TimeOver:
            return True  # Nobody knows, so that it is missing is not said.
        except (CatalogUnread, ValueError, RecursionError):
            return False
        return isinstance(found, dict) and found.get("success") is True

    def _page(self, address: str) -> _Page:
        for _ in range(_MOST_REDIRECTS):
            answer = self.server.get(address)
            if answer.is_redirect:
                address = self._redirected(address, answer.headers["location"])
            elif answer.status != 200:
                raise CatalogUnread("{address} answers {status}.", address=address, status=answer.status)
            else:
                return self._parsed(address, answer.headers.get("content-type", ""), answer.content)
        raise CatalogUnread("{address} leads on and on.", address=address)

    @staticmethod
    def _redirected(address: str, location: str) -> str:
        """Where *location* leads; raises CatalogUnread where that is another host than the one that was given."""
        target = _joined(address, location)
        if urlsplit(target).scheme not in ("http", "https"):
            raise CatalogUnread("{address} is not an address that begins with http:// or https://.", address=target)
        if not _is_at(target, urlsplit(address).netloc):
            raise _Elsewhere(
                "{address} leads to {target}, at another host, which was not asked. Give that address instead.",
                address=address,
                target=target,
            )
        return target

    def _parsed(self, address: str, content_type: str, content: bytes) -> _Page:
        form = self._form(address, content_type)
        try:
            guard(content, form, _DEEPEST)
            quads: list[Quad] = list(parse(content, format=form, base_iri=address, rename_blank_nodes=True))
        except (Refused, SyntaxError, ValueError) as error:
            raise _unread(address, error) from None
        return _Page(address, form, tuple(each.triple for each in quads), content)

    def _form(self, address: str, content_type: str) -> RdfFormat:
        """The syntax of a page: as announced, else by the end of its address, as udata looks first."""
        media_type = content_type.partition(";")[0].strip().lower()
        announced = RdfFormat.from_media_type(media_type) if media_type else None
        by_name = RdfFormat.from_extension(urlsplit(address).path.rpartition(".")[2])
        if announced is None or media_type == "application/json":
            self._remark("violation", "type-unknown", _TYPE_UNKNOWN, ("ckan",), type=media_type or "-")
        form = announced or by_name
        if form is None:
            raise CatalogUnread(
                "{address} is announced as {type}, which is no syntax of RDF. Give the address of the catalogue "
                "itself, which often ends in .ttl, .rdf or .jsonld.",
                address=address,
                type=media_type or "-",
            )
        return form


def _joined(address: str, location: str) -> str:
    """The address to which *location* leads from *address*; raises CatalogUnread where that is none."""
    try:
        target = urljoin(address, location)
        urlsplit(target)
    except ValueError:
        raise CatalogUnread(
            "{address} leads to {target}, which is no address.", address=address, target=location
        ) from None
    return target


def _is_at(address: str, host: str) -> bool:
    """Whether *address* is at *host*, whichever of the two protocols leads there, and its usual port.

    >>> _is_at("https://data.example/b", "data.example:80"), _is_at("http://data.example.other/", "data.example")
    (True, False)
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    return _named(parts.netloc) == _named(host)


def _named(host: str) -> str:
    return host.lower().removesuffix(":80").removesuffix(":443")


def _instances(page: _Page, class_: NamedNode) -> set[object]:
    return {each.subject for each in page.triples if each.predicate == RDF_TYPE and each.object == class_}


def _values(page: _Page, subjects: set[object], predicates: Sequence[NamedNode]) -> list[str]:
    """The values of the first of *predicates* that *subjects* have."""
    for predicate in predicates:
        found = [each.object for each in page.triples if each.predicate == predicate and each.subject in subjects]
        values = [each.value for each in found if isinstance(each, NamedNode | Literal)]
        if values:
            return sorted(values)
    return []


def _unread(address: str, error: Exception) -> CatalogUnread:
    """What is said of a page that a parser, or a guard before it, does not take."""
    if _CONTEXT_ELSEWHERE in str(error):
        return CatalogUnread(_CONTEXT, address=address)
    problem = error.problem if isinstance(error, Refused) else problem_of(str(error))
    return CatalogUnread("{address} cannot be read: {problem}.", address=address, problem=problem)


_CONTEXT_ELSEWHERE = "LoadDocumentCallback"
"""By what the parser of JSON-LD says it when a context is at another address."""
_CONTEXT = (
    "{address} refers to a JSON-LD context at another address, which is not fetched here. CKAN and udata fetch it anew "
    "for every page, and take nothing when they do not reach it. Write the context into the document."
)
_PAGE_UNREAD = "The page {page} cannot be read, so the whole harvest fails: {problem} Mend the page."
_PAGE_TOO_LONG = "The page {page} is longer than {limit} megabytes, which CKAN refuses. Make pages shorter."
_CIRCLE = "The next page is {page} again, so CKAN never comes to an end. Leave out hydra:next on the last page."
_CIRCLE_AT_UDATA = (
    "The next page is {page} again: udata keeps the datasets that it has read, but never comes to an end, and so takes "
    "no data services. Leave out hydra:next on the last page."
)
_FIRST_AGAIN = (
    "The next page is {page}, where the first page stands again: CKAN notices that, stops there and keeps what it has. "
    "Leave out hydra:next on the last page."
)
_ELSEWHERE = "The next page is {page}, at another host, and was not asked for here. Keep the pages at one host."
_TOO_MANY = "There are more than {limit} pages; those after that were not looked at."
_TIME_OVER = "The {limit} seconds that were given were over after {pages} pages; those after that were not looked at."
_NEXT_UNFOUND = (
    "The page {page} has a next one that udata does not find: it looks for hydra:next of a hydra:PartialCollectionView "
    "or for hydra:nextPage of a hydra:PagedCollection. State both."
)
_NOT_FOR_OLD = (
    "The page {page} names the next one only as newer harvesters look for it. Add hydra:PagedCollection with "
    "hydra:nextPage for older ones."
)
_HEAD_REFUSED = "HEAD is answered {status}, at which CKAN gives up. Answer it as GET is answered."
_TYPE_UNKNOWN = (
    "The page is announced as {type}, which CKAN does not know. Send text/turtle, application/rdf+xml or "
    "application/ld+json."
)
TEMPLATES = (
    *(_PAGE_UNREAD, _PAGE_TOO_LONG, _CIRCLE, _ELSEWHERE, _TOO_MANY, _NEXT_UNFOUND, _NOT_FOR_OLD, _HEAD_REFUSED),
    *(_TYPE_UNKNOWN, _TIME_OVER, _CONTEXT, _CIRCLE_AT_UDATA, _FIRST_AGAIN),
)
"""Everything that is remarked on about pages."""

"""What a handler needs: the site it works for, and who reads."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request
from jinja2 import Environment
from pyoxigraph import NamedNode

from sotegraph import __version__, jsonld
from sotegraph.dumping import dump_index
from sotegraph.entities import Description, Index, Profile
from sotegraph.entities.vocabulary import Facts, read_part
from sotegraph.errors import BadRequest, NotFound, UnknownParameter
from sotegraph.formats import DOCUMENT_FORMATS, choose_language
from sotegraph.ingest.published import Published
from sotegraph.messages import Messages
from sotegraph.publication import Publication
from sotegraph.questions import Askable, Question
from sotegraph.search import Search, build_search
from sotegraph.settings import Settings
from sotegraph.sparql import Evaluator
from sotegraph.store import Version
from sotegraph.versions import Entry
from sotegraph.web.answers import Bodies, field_value
from sotegraph.web.assets import Assets
from sotegraph.web.making import DirectMaker, Maker

_LOGGER = logging.getLogger("sotegraph")
T = TypeVar("T")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
if TYPE_CHECKING:
    from sotegraph.web.past import Past

VERSION = "version"
"""The query parameter that names the version a document is wanted of."""
_NAMES_VERSION = re.compile(rf"[?&]{VERSION}=")
DAY = "on"
"""The query parameter by which people ask for what was on a day; it leads to the version of that day."""

_ADDRESSES_AND_FORMS = 16
"""How many descriptions of the endpoint are kept: clients choose the address by which they call it, so not many."""
_CATALOGUE_PAGES = 32
"""How many pages of the catalogue are kept: they name the address by which they are asked for."""
_SITEMAPS = 8
"""Parts of the sitemap that are kept: megabytes each, and a crawler reads each once."""
_FEED_PAGES = 64
"""Pages of feeds that are kept: some hundred kilobytes each, and every client reads a closed one once."""
_FIGURES_FORMS = len(DOCUMENT_FORMATS)
"""The data in figures are one long document for machines in each form, and take a second to write."""


@dataclass(frozen=True)
class Site:
    """One publication at one version, served with one set of settings."""

    settings: Settings
    publication: Publication
    profiles: tuple[Profile, ...]
    index: Index
    evaluator: Evaluator
    messages: Messages
    assets: Assets
    templates: Environment = field(repr=False)
    bodies: Bodies = field(repr=False)
    given_search: Search | None = field(default=None, repr=False)
    endpoint_descriptions: Bodies = field(default_factory=lambda: Bodies(_ADDRESSES_AND_FORMS), repr=False)
    given_maker: Maker | None = field(default=None, repr=False)
    past: Past | None = field(default=None, repr=False)
    memento: Entry | None = None
    """Where the site is shown as it was: since when."""
    figures: Bodies = field(default_factory=lambda: Bodies(_FIGURES_FORMS, longest_bytes=16 << 20), repr=False)
    catalogues: Bodies = field(default_factory=lambda: Bodies(_CATALOGUE_PAGES, longest_bytes=16 << 20), repr=False)
    sitemaps: Bodies = field(default_factory=lambda: Bodies(_SITEMAPS, longest_bytes=64 << 20), repr=False)
    feeds: Bodies = field(
        default_factory=lambda: Bodies(_FEED_PAGES, longest_bytes=16 << 20, most_bytes=64 << 20), repr=False
    )
    made: dict[str, Any] = field(default_factory=dict, repr=False)
    """What is made at most once a version, by its name; what the parent has made comes with it."""

    @property
    def version(self) -> Version:
        return self.index.version

    @property
    def endpoint(self) -> str:
        """The path at which queries on this version are answered."""
        return f"/version/{self.memento.state}/sparql" if self.memento else "/sparql"

    @property
    def since(self) -> datetime:
        """When what is shown became the current version; without a history, when it was made."""
        entry = self.memento or (self.past.entry if self.past else None)
        return entry.since if entry else self.version.created

    @property
    def latest_change(self) -> datetime:
        """When anything was changed last, to the second; a version of a history may differ in anything."""
        latest = self.since if self.past is not None else min(self.index.latest_change, self.since)
        return latest.replace(microsecond=0)

    def last_change(self, description: Description) -> datetime:
        """When what *description* says was changed last, to the second: by its sources, or later by the history.

        What is computed may be another in every version.
        """
        if not self.version.computed.isdisjoint(description.graphs):
            return self.latest_change
        entry = self.memento or (self.past.entry if self.past else None)
        changed = self.past.last_change(description.described, entry) if self.past and entry else None
        return max(filter(None, (description.modified, changed))).replace(microsecond=0)

    @cached_property
    def search(self) -> Search:
        """The search of the version: what was made for all processes, else made by this one."""
        if self.given_search is not None:
            return self.given_search
        folder = Path(tempfile.mkdtemp(prefix="sotegraph-search-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return build_search(self.index, folder)

    @cached_property
    def maker(self) -> Maker:
        """Who makes the files to be downloaded of a version that has none: a process of their own, else this one."""
        if self.given_maker is not None:
            return self.given_maker
        folder = Path(tempfile.mkdtemp(prefix="sotegraph-dumps-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return DirectMaker(folder / "files", lambda place: dump_index(place, self.index))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the pages, in the publication's order."""
        spoken = tuple(each for each in self.publication.languages if each in self.messages.languages)
        return spoken or self.messages.languages[-1:] or ("en",)

    @cached_property
    def context(self) -> jsonld.Context:
        """The publication's JSON-LD context as a table."""
        return jsonld.read_context(self.publication.context)

    @property
    def ontology(self) -> Facts:
        """What the ontology says, ready to be asked."""
        return self.once("ontology", lambda: read_part(self.index, "ontology"))

    @property
    def shapes(self) -> Facts:
        """What the shapes say, ready to be asked."""
        return self.once("shapes", lambda: read_part(self.index, "shapes"))

    @property
    def tables(self) -> Published:
        """What tables of submissions are made of."""
        return self.once("tables", lambda: Published(self.publication, self.version))

    def askable(self, question: Question) -> Askable:
        """*question* with what its parameters choose from, which is looked up once a version."""
        return self._askables.setdefault(
            question.name, Askable(question, self.version, self.index.addresses, self.publication.prefixes)
        )

    @cached_property
    def _askables(self) -> dict[str, Askable]:
        return {}

    @cached_property
    def look(self) -> str:
        """Eight digits that change when an answer would look or read differently though the data is the same."""
        parts = (
            __version__,
            self.assets.digest,
            repr(self.messages),
            repr(self.settings),
            repr(self.languages),
            self.publication.base_iri,
            self._edition,
            json.dumps(self.publication.context, sort_keys=True),
        )
        digest = hashlib.sha256("\n".join(parts).encode())
        root = self.publication.root
        for path in sorted([*(root / "templates").rglob("*"), *(root / "ontology").rglob("*.rq")]):
            digest.update(path.name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b""))
        return digest.hexdigest()[:8]

    @property
    def _edition(self) -> str:
        """What tells apart the times at which one version became the current one: what is computed tells these."""
        if self.past is None:
            return ""
        version = (self.memento or self.past.entry).version
        latest = self.past.archive.find(version) if self.memento else self.past.entry
        first = next(each for each in self.past.archive.entries() if each.version == version)
        return "" if latest.number == first.number else str(latest.number)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What *make* returns, which is made at most once a version by each process that asks for it."""
        if name not in self.made:
            self.made[name] = make()
        found: T = self.made[name]
        return found

    def iri(self, key: str) -> NamedNode:
        """The IRI whose path below ``/id/`` is *key*; raises NotFound for what cannot be one."""
        try:
            return self.index.addresses.iri(key)
        except ValueError:
            raise NotFound("Nothing is published at this address.") from None


@dataclass(frozen=True)
class Reader:
    """Who reads: the language of the page, whether the address names it, and the version read, where it names one.

    Where that is not the version of the day that was asked for, *missed* is that day, with the id of its version if
    there was one.
    """

    language: str
    named: bool = False
    version: str = ""
    missed: tuple[date, str | None] | None = None

    def link(self, path: str) -> str:
        """*path* for a link on this reader's page: it keeps the version and the language that the address had.

        >>> Reader("fi", named=True, version="0eb02").link("/doc/book/1")
        '/doc/book/1?version=0eb02&lang=fi'

        A *path* that names a version by itself keeps that.

        >>> Reader("fi", version="0eb02").link("/doc/book/1?version=77ac1")
        '/doc/book/1?version=77ac1'
        """
        if self.version and path.startswith("/doc/") and not _NAMES_VERSION.search(path):
            path = _with(path, VERSION, self.version)
        return with_language(path, self.language) if self.named and path.startswith("/") else path

    @property
    def today(self) -> Reader:
        """The same reader, on the way back to what is now."""
        return replace(self, version="")


def with_language(path: str, language: str) -> str:
    """Return the address of the page at *path* in *language*.

    >>> with_language("/doc/book/1?page=2#parts", "fi")
    '/doc/book/1?page=2&lang=fi#parts'
    """
    return _with(path, "lang", language)


def _with(path: str, name: str, value: str) -> str:
    """The address *path* with one more parameter."""
    address, hash_, fragment = path.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{name}={value}{hash_}{fragment}"


_LONGEST_HOST = 255


def address_of(request: Request) -> str:
    """The address of the site, without a slash at the end: the setting, else that at which *request* was sent.

    Raises BadRequest for a ``Host`` that is none.
    """
    site = site_at(request)
    if site.settings.public_url:
        return site.settings.public_url
    if any("forwarded" in name for name in request.headers):
        site.once("told of a proxy", _tell_of_proxy)
    host = request.headers.get("host", "")
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        raise BadRequest("The Host of the request is not valid.")
    return f"{request.scope['scheme']}://{host}"


def _tell_of_proxy() -> bool:
    """Tell the operator, once per version and process, what a proxy's clients are told when no address is set."""
    _LOGGER.warning(
        "a request says that it came by way of a proxy, and SOTEGRAPH_PUBLIC_URL is not set: feeds and the catalogue "
        "lead to the Host of each request"
    )
    return True


def site_at(request: Request) -> Site:
    """The site that answers *request*: the one of now, unless another one has been found for it."""
    site: Site = getattr(request.state, "site", None) or request.app.state.site
    return site


def reader_at(request: Request) -> Reader:
    """Who reads the answer to *request*; raises BadRequest for a language that the site does not speak."""
    site = site_at(request)
    named = request.query_params.get("lang")
    if named is None:
        return Reader(choose_language(field_value(request, "accept-language"), site.languages))
    if named not in site.languages:
        raise BadRequest(
            "There are no pages in the language {language}. Offered: {offered}.",
            language=named,
            offered=", ".join(site.languages),
        )
    return Reader(named, named=True)


def require_now(request: Request, own: Container[str] = ()) -> None:
    """Raise UnknownParameter for a request that asks for what was, at an address that knows only what is.

    What the address has as a parameter of its *own*, by the same name, means something else.
    """
    named = next((each for each in (VERSION, DAY) if each in request.query_params and each not in own), None)
    if named is not None:
        raise UnknownParameter(
            "This address tells only what there is now, and has no parameter {parameter}. Earlier versions have the "
            "documents of things, {document}, queries, {endpoint}, and downloads, {dumps}.",
            parameter=named,
            document="/doc/…?version=…",
            endpoint="/version/…/sparql",
            dumps="/dumps/…",
        )


async def _only_now(request: Request) -> None:
    if request.scope["query_string"]:
        require_now(request)


async def _site(request: Request) -> Site:
    await _only_now(request)
    return site_at(request)


async def _site_in_time(request: Request) -> Site:
    return site_at(request)


async def _reader(request: Request) -> Reader:
    return reader_at(request)


OnlyNow = Depends(_only_now)
"""For addresses that need no site, and know nothing of what was."""
SiteDep = Annotated[Site, Depends(_site)]
"""The site, for addresses that tell what there is now: who names a version or a day there learns that."""
SiteInTimeDep = Annotated[Site, Depends(_site_in_time)]
"""The site, for addresses that know by themselves what to do when a version or a day is named."""
ReaderDep = Annotated[Reader, Depends(_reader)]

"""``/api/3/action``: the read-only part of CKAN's action API, for portals that harvest from CKAN only.

Everything is read from the graph of the catalogue, which is computed once a version. Paths, members and reports of
errors are those of CKAN; errors are problem documents besides, as everywhere here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from pyoxigraph import Literal, NamedNode, Triple
from starlette.concurrency import run_in_threadpool

from sotegraph.dumps import RECORD, TABLES, Offer, read_record, recorded
from sotegraph.errors import (
    ActionRefused,
    BadRequest,
    NotFound,
    PublisherError,
    SearchRefused,
    ServiceError,
    VersionGone,
)
from sotegraph.formats import HTML, JSON
from sotegraph.harvesting import Actions, Catalogue, Packages
from sotegraph.harvesting.packages import moment_of, slug
from sotegraph.harvesting.searching import Late
from sotegraph.terms import CATALOG, term, utc
from sotegraph.versions.files import DUMPS
from sotegraph.web.answers import CURRENT, FRESH, Answer
from sotegraph.web.catalogue import catalogue_of
from sotegraph.web.problems import problem
from sotegraph.web.site import OnlyNow, Site, SiteInTimeDep, address_of, require_now

router = APIRouter()
_VERSION = 3
_DOWNLOAD = term("dcat:downloadURL")
_SLACK = timedelta(minutes=5)
"""How long after a switch a server that is slow to load, or a cache, may still tell what was."""
_MADE = "files made with the version"
UNKEPT = "no-cache"
"""What a cache may do with an answer that may be another one while the version stands."""
_MOST_KEPT = 2_000
"""The longest parameters, in characters, for which an answer is kept."""


@dataclass(frozen=True)
class Files:
    """Files of a version, by the addresses at which those of the current one are had; *since* when all are made."""

    offers: Mapping[str, Offer]
    since: datetime


@router.get("/api", dependencies=[OnlyNow])
@router.get("/api/3", dependencies=[OnlyNow])
def api() -> Response:
    """Name the version of the interface."""
    return _json({"version": _VERSION})


@router.get("/api/action/{name}")
@router.get("/api/3/action/{name}")
async def action(name: str, request: Request, site: SiteInTimeDep) -> Response:
    """Do one action of CKAN's interface that reads what is public, its parameters in the address."""
    return await _done(request, site, name, _repeated(parse_qsl(request.url.query, keep_blank_values=True)))


@router.post("/api/action/{name}")
@router.post("/api/3/action/{name}")
async def posted_action(name: str, request: Request, site: SiteInTimeDep) -> Response:
    """Do the same, its parameters in a body: JSON, or a form."""
    try:
        parameters = _read(await request.body())
    except PublisherError as error:
        return await _failure(request, name, error)
    return await _done(request, site, name, parameters)


async def _done(request: Request, site: Site, name: str, parameters: Mapping[str, Any]) -> Response:
    try:
        require_now(request)
        address = address_of(request)
        files = await run_in_threadpool(_files, site)
        key = ("ckan", address, files is not None, name, json.dumps(parameters, sort_keys=True))
        answer = site.bodies.find(key)
        if answer is None:
            answer = await run_in_threadpool(_answer, site, name, parameters, address, files)
    except PublisherError as error:
        return await _failure(request, name, error)
    if len(key[-1]) <= _MOST_KEPT:
        site.bodies.keep(key, answer)
    return answer.response(request)


def _answer(site: Site, name: str, parameters: Mapping[str, Any], address: str, files: Files | None) -> Answer:
    actions = site.once("ckan with files" if files else "ckan", lambda: _actions(site, files))
    result = actions.do(name, parameters)
    body = json.dumps({"help": _help(address, name), "success": True, "result": result}, ensure_ascii=False).encode()
    # Sizes come with the files, which may be made later than the version.
    kept = CURRENT if files or site.past is None else UNKEPT
    headers = (("Cache-Control", kept), ("X-Robots-Tag", "noindex"))
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    modified = max(site.latest_change, files.since) if files else site.latest_change
    return Answer(body, JSON.content_type, headers, tag, modified)


def _files(site: Site) -> Files | None:
    """The files that were made with the version; None before they all are.

    Tables of one dataset are left out: they show the names of things of others, and so change when it does not.
    """
    known: Files | None = site.made.get(_MADE)
    if known is not None or site.past is None:
        return known
    try:
        folder = site.past.archive.folder(site.past.entry) / DUMPS
        made = read_record(folder)
        if not made:
            return None
        changed = (folder / RECORD).stat().st_mtime
    except (VersionGone, OSError):
        return None
    offers = [each for each in recorded(site.publication, made) if each.graph is None or each.form is not TABLES]
    since = datetime.fromtimestamp(changed, UTC).replace(microsecond=0)
    found = Files({site.publication.base_iri + each.path(): each for each in offers}, since)
    return site.once(_MADE, lambda: found)


def _actions(site: Site, files: Files | None) -> Actions:
    """The actions over the catalogue; raises CatalogueMissing without one, for portals delete what they don't find."""
    catalogue_of(site)
    publication, address = site.publication, site.settings.public_url or site.publication.base_iri
    triples = site.version.triples_of(publication.graph(CATALOG))
    catalogue = Catalogue.read(_with_files(triples, files) if files else triples, publication.languages)
    about = {
        "site_title": catalogue.choose(publication.titles),
        "site_description": catalogue.choose(publication.descriptions),
        "site_url": address,
        "locale_default": site.languages[0],
    }
    prefix = slug(publication.base_iri.rstrip("/").rpartition("/")[2])
    return Actions(Packages(catalogue, prefix, publication.base_iri, address), about, _late(site))


def _late(site: Site) -> Late:
    """Until when portals may have read what was before a change, by its moment as they are told it.

    A version is dated when it is made, and found by servers and caches later. A portal that came in between asks next
    for what has changed since it came: then it is told, and who came after that may be told once more.
    """
    if site.past is None:
        return str
    entries = site.past.entries()
    known = {moment_of(utc(each.time)): moment_of(utc(each.since + _SLACK)) for each in entries}
    return lambda moment: known.get(moment) or moment


def _with_files(catalogue: Iterable[Triple], files: Files) -> Iterator[Triple]:
    """The catalogue with the size and the checksum of each of *files*.

    In RDF nobody can say them to everybody: a size is ``xsd:nonNegativeInteger`` for DCAT-AP 3 and ``xsd:decimal`` for
    avoindata.fi, which also takes no checksum but SHA-1.
    """
    for each in catalogue:
        yield each
        offer = files.offers.get(each.object.value) if isinstance(each.object, NamedNode) else None
        if offer is None or each.predicate != _DOWNLOAD or not isinstance(each.subject, NamedNode):
            continue
        checksum = NamedNode(f"{each.subject.value}-checksum")
        yield Triple(each.subject, term("dcat:byteSize"), Literal(offer.size or 0))
        yield Triple(each.subject, term("spdx:checksum"), checksum)
        yield Triple(checksum, term("spdx:algorithm"), term("spdx:checksumAlgorithm_sha256"))
        yield Triple(checksum, term("spdx:checksumValue"), Literal(offer.sha256 or ""))


def _read(body: bytes) -> Mapping[str, Any]:
    """The parameters in *body*: JSON, whatever it is announced as, else a form, as CKAN reads them."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    if not text.strip():
        return {}
    if text.lstrip()[0] not in "{[":
        return _repeated(parse_qsl(text, keep_blank_values=True))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise BadRequest("The body is a JSON object of parameters.")
    return found


def _repeated(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The parameters of a form; one that is there several times is a list."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        before = found.get(name)
        found[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    return found


def _help(address: str, name: str) -> str:
    return f"{address}/api/3/action/help_show?name={name}"


async def _failure(request: Request, name: str, error: PublisherError) -> Response:
    """The problem document, with the members that errors have in this interface."""
    answer = await problem(request, error)
    if answer.headers["content-type"].startswith(HTML.media_type):
        return answer
    document = json.loads(bytes(answer.body))
    reported = {"__type": _type_of(error), "message": document["detail"]}
    document |= {"help": _help("", name), "success": False, "error": reported}
    kept = {key: value for key, value in answer.headers.items() if key not in ("content-length", "content-type")}
    content = json.dumps(document, ensure_ascii=False, indent=2)
    return Response(content, answer.status_code, kept, media_type=answer.headers["content-type"])


def _type_of(error: PublisherError) -> str:
    """What CKAN calls errors like *error*."""
    if isinstance(error, SearchRefused):
        return "Search Query Error"
    if isinstance(error, NotFound):
        return "Not Found Error"
    if isinstance(error, ServiceError):
        return "Internal Server Error"
    return "Validation Error" if isinstance(error, ActionRefused) else "Bad request"


def _json(document: Any) -> Response:
    return Response(json.dumps(document), headers={"Cache-Control": FRESH}, media_type=JSON.content_type)

"""``/dumps``: files of whole datasets, by version, with sizes and checksums; what was begun can be gone on with.

A version's files never change, so caches keep them for ever; ``/dumps/current/`` leads to those of the current version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from sotegraph.dumps import CURRENT, FORMS, SUMS, File, Offer, offered, read_record, recorded
from sotegraph.errors import DatasetGone, DumpsBeingMade, NotFound, VersionGone
from sotegraph.formats import HTML, JSON
from sotegraph.terms import utc
from sotegraph.versions import Entry
from sotegraph.versions.files import DUMPS, OWED
from sotegraph.web.answers import FOR_EVER, FRESH, PASSING, Answer, uncached
from sotegraph.web.files import Sent, send_file
from sotegraph.web.links import Link, field, usual
from sotegraph.web.pages import DumpedVersion, dumps_page, version_dumps_page
from sotegraph.web.past import Past
from sotegraph.web.representations import Asked, ask, etag
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep, address_of

router = APIRouter()
_LIST = replace(JSON)
"""A list for programs: plain JSON, and no graph."""
_FORMS = (HTML, _LIST)
_LEAST_DIGITS = 4
_KEPT = f"{FOR_EVER}, no-transform"
_REDIRECTED = "public, max-age=300"


@router.get("/dumps")
async def dumps(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """List the versions whose files can be downloaded, and the files of the current one."""
    return await _dumps(request, site, reader, "/dumps")


@router.get("/dumps.{suffix}")
async def dumps_in_one_form(suffix: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """The list of downloads in one fixed form."""
    return await _dumps(request, site, reader, f"/dumps.{suffix}")


async def _dumps(request: Request, site: Site, reader: Reader, path: str) -> Response:
    asked = ask(request, path, _FORMS)
    if asked.resource.path != "/dumps":
        raise NotFound("Nothing is published at this address.")
    now = await _shown(site, site.version.id, asked)
    earlier = await run_in_threadpool(_earlier, site)

    def page(links: tuple[Link, ...]) -> str:
        return dumps_page(site, reader, asked.resource, links, [now, *earlier])

    def document(base: str) -> dict[str, Any]:
        return {"current": _document(site, now, base), "earlier": [_brief(each, base) for each in earlier]}

    return await run_in_threadpool(_listed, request, asked, Listed(site, reader, now, page, document))


@router.get("/dumps/{name}")
async def dumps_of_version(name: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """List the files of one version, each with its size and its checksum."""
    asked = ask(request, f"/dumps/{name}", _FORMS)
    wanted = asked.resource.path.removeprefix("/dumps/")
    shown = await _shown(site, site.version.id if wanted == CURRENT else wanted, asked)
    if wanted != shown.short_id:
        suffix = f".{asked.form.suffix}" if asked.fixed else ""
        return _to(request, f"/dumps/{shown.short_id}{suffix}", is_current=wanted == CURRENT)

    def page(links: tuple[Link, ...]) -> str:
        return version_dumps_page(site, reader, asked.resource, links, shown)

    def document(base: str) -> dict[str, Any]:
        return _document(site, shown, base)

    return await run_in_threadpool(_listed, request, asked, Listed(site, reader, shown, page, document))


@router.get("/dumps/{name}/{file}")
async def dump(name: str, file: str, request: Request, site: SiteDep) -> Response:
    """Send one file, whole or from where a download broke off."""
    wanted = site.version.id if name == CURRENT else name
    version = await _found(site, wanted)
    known = await run_in_threadpool(_record, site, version, wanted)
    if file not in known and file != SUMS:
        await run_in_threadpool(_require_no_past, site, version, file)
        raise NotFound("There is no file {name} of this version. /dumps lists those there are.", name=file)
    if name != version.short_id:
        return _to(request, f"/dumps/{version.short_id}/{quote(file)}", is_current=name == CURRENT)
    return await run_in_threadpool(_send, request, site, version, file)


@dataclass(frozen=True)
class Found:
    """A version with the folder of its files; *entry* is the first one of it in the history, if there is one."""

    id: str
    time: datetime
    folder: Path
    entry: Entry | None = None

    @property
    def short_id(self) -> str:
        """The first 16 digits of the id."""
        return self.id[:16]


async def _shown(site: Site, name: str, asked: Asked) -> DumpedVersion:
    """What a list shows of the version called *name*: on a page no sizes as long as the files are being made."""
    try:
        found = await _found(site, name)
    except DumpsBeingMade as error:
        if asked.form is not HTML:
            raise
        try:
            entry = await run_in_threadpool(site.past.find, name) if site.past is not None else None
        except VersionGone:
            raise error from None
        if entry is not None and entry.version != site.version.id:
            raise
        offers = await run_in_threadpool(offered, site.publication, site.version)
        moment = entry.time if entry else site.version.created.replace(microsecond=0)
        return DumpedVersion(site.version.id, moment, offers, entry)
    return await run_in_threadpool(_as_shown, site, found, name)


def _as_shown(site: Site, found: Found, name: str) -> DumpedVersion:
    return DumpedVersion(found.id, found.time, recorded(site.publication, _record(site, found, name)), found.entry)


def _record(site: Site, found: Found, name: str) -> Mapping[str, File]:
    """What was made of the version that was *found* as *name*; raises VersionGone, or DumpsBeingMade, if it went since.

    Without that, a version that is let go at this very moment would be told to be one of which no files were made.
    """
    known = read_record(found.folder)
    if known or found.folder.is_dir():
        return known
    if name == site.version.id:
        raise _coming()
    raise _gone(found.short_id)


def _coming() -> DumpsBeingMade:
    """So much was published since this process began that its own version is gone; the next one is coming."""
    return DumpsBeingMade("A newer version is about to be served here. Try again in a moment.")


def _gone(version: str) -> VersionGone:
    return VersionGone("The version {version} is no longer kept. What it changed is still told.", version=version)


async def _found(site: Site, name: str) -> Found:
    """The version called *name*, with its files; raises NotFound, VersionGone, or what says that these are not made."""
    past, now = site.past, site.version
    if past is None:
        if len(name) < _LEAST_DIGITS or not now.id.startswith(name):
            raise NotFound("There is no version {version}.", version=name)
        return Found(now.id, now.created.replace(microsecond=0), await site.maker.folder())
    entry, folder = await run_in_threadpool(_published, site, past, name)
    return Found(entry.version, entry.time, folder or await site.maker.folder(), entry)


def _published(site: Site, past: Past, name: str) -> tuple[Entry, Path | None]:
    """The version called *name* and the folder of its files; None where these are had by asking for them.

    Raises NotFound, VersionGone, or DumpsBeingMade.
    """
    try:
        entry = past.find(name)
        home = past.archive.folder(past.archive.find(entry.version))
    except VersionGone:
        if name != site.version.id:
            raise
        raise _coming() from None
    folder = home / DUMPS
    if folder.is_dir():
        return entry, folder
    is_now = entry.version == site.version.id
    # Those of an earlier version are left to the next publish where whoever was to make them was ended. Those of this
    # one are not asked for while publishing makes some: the time that the maker is given would go by in waiting.
    if (not site.maker.is_done and past.archive.is_making()) if is_now else (home / OWED).is_dir():
        raise DumpsBeingMade("The files are being made. Try again in a moment.")
    if not is_now and not folder.is_dir():
        if not home.is_dir():
            raise _gone(entry.short_id)
        raise NotFound("No files were made of the version {version}.", version=entry.short_id)
    return entry, None if is_now else folder


def _require_no_past(site: Site, version: Found, file: str) -> None:
    """Raise DatasetGone when *file* would be of a dataset that stood in a version before."""
    name = next((file.removesuffix(f".{each.suffix}") for each in FORMS if file.endswith(f".{each.suffix}")), "")
    try:
        graph = site.publication.graph(name).value
    except ValueError:
        return
    end = site.past.end_of(graph, version.entry) if site.past is not None and name else None
    if end is not None:
        raise DatasetGone(
            "The dataset {dataset} is no longer published. The last version that had it is {version}.",
            dataset=name,
            version=end[1].short_id,
        )


def _earlier(site: Site) -> list[DumpedVersion]:
    """The versions before this one that are kept with their files, the latest first."""
    if site.past is None:
        return []
    found: list[DumpedVersion] = []
    for each in reversed(site.past.kept()):
        with suppress(VersionGone):  # It may be let go while it is looked at.
            folder = site.past.archive.folder(site.past.archive.find(each.version)) / DUMPS
            if each.version != site.version.id and folder.is_dir():
                found.append(_as_shown(site, Found(each.version, each.time, folder, each), each.version))
    return found


@dataclass(frozen=True)
class Listed:
    """A list of files: what it shows first, and how it is written for people and for programs."""

    site: Site
    reader: Reader
    version: DumpedVersion
    page: Callable[[tuple[Link, ...]], str]
    document: Callable[[str], dict[str, Any]]


def _listed(request: Request, asked: Asked, listed: Listed) -> Response:
    """A list in the form that was asked for. The links in a document for programs are whole addresses."""
    site, reader, is_page = listed.site, listed.reader, asked.form is HTML
    links = tuple(usual(asked.resource, site, reader, asked.form))
    if is_page:
        text = listed.page(links)
    else:
        text = json.dumps(listed.document(address_of(request)), ensure_ascii=False, indent=1)
    # Which earlier versions are listed may change under one version, by what is pinned.
    passing = site.past is not None and asked.resource.path == "/dumps"
    vary = [*([] if asked.fixed else ["Accept"]), *([] if reader.named or not is_page else ["Accept-Language"])]
    headers = {
        "Cache-Control": PASSING if passing else FRESH,
        "Link": field(links),
        **({"Vary": ", ".join(vary)} if vary else {}),
        **({"Content-Language": reader.language} if is_page else {"X-Robots-Tag": "noindex"}),
    }
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"' if passing else etag(site, reader, asked)
    answer = Answer(text.encode(), asked.form.content_type, tuple(headers.items()), tag)
    return (answer if listed.version.is_made else uncached(answer)).response(request)


def _document(site: Site, version: DumpedVersion, base: str) -> dict[str, Any]:
    """The files of a version for programs."""
    return {
        **_brief(version, base),
        "licence": site.publication.licence,
        "checksums": f"{base}/dumps/{version.short_id}/{SUMS}",
        "files": [_file(each, version.short_id, base) for each in version.offers],
    }


def _brief(version: DumpedVersion, base: str) -> dict[str, Any]:
    return {
        "version": version.id,
        "published": utc(version.time),
        "url": f"{base}/dumps/{version.short_id}",
        "size": version.size,
    }


def _file(offer: Offer, version: str, base: str) -> Mapping[str, Any]:
    form = offer.form
    return {
        "name": offer.file,
        "url": base + offer.path(version),
        "current": base + offer.path(),
        "dataset": offer.dataset,
        "graph": offer.graph,
        "mediaType": form.inside.media_type,
        "wrappedIn": form.content_type,
        "size": offer.size,
        "sha256": offer.sha256,
    }


def _to(request: Request, path: str, *, is_current: bool) -> Response:
    """The way to the address that names the version in full; which one is the current one changes."""
    target = path + (f"?{request.url.query}" if request.url.query else "")
    kept = _REDIRECTED if is_current else FRESH
    return Response(status_code=307, headers={"Location": target, "Cache-Control": kept, "X-Robots-Tag": "noindex"})


def _send(request: Request, site: Site, version: Found, name: str) -> Response:
    known = read_record(version.folder)
    offers: Sequence[Offer] = recorded(site.publication, known)
    offer = next((each for each in offers if each.file == name), None)
    path = version.folder / name
    licence = [Link(site.publication.licence, "license")] if site.publication.licence else []
    links = [*licence, Link(f"/dumps/{version.short_id}", "collection")]
    headers = {
        "Cache-Control": _KEPT,
        "Content-Disposition": f'attachment; filename="{name}"' if offer else "inline",
        "Link": ", ".join(map(str, links)),
        "Publication-Version": version.short_id,
        "X-Robots-Tag": "noindex",
    }
    try:
        digest = known[name].sha256 if offer else hashlib.sha256(path.read_bytes()).hexdigest()
        content_type = offer.form.content_type if offer else "text/plain; charset=us-ascii"
        return send_file(request, Sent(path, digest, content_type, version.time, headers))
    except FileNotFoundError:
        raise _gone(version.short_id) from None

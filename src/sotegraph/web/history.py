"""Time in the graph: the history of a thing, the versions and what each changed, and maps of what was (RFC 7089)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool

from sotegraph.entities import describe, is_published
from sotegraph.errors import NotFound, VersionGone
from sotegraph.formats import DOCUMENT_FORMATS, HTML, LINKSET
from sotegraph.versions import Changes, Entry, changes_by_thing
from sotegraph.versions.files import DUMPS
from sotegraph.web.answers import PASSING, Answer, known_by_content
from sotegraph.web.changesets import event_triples, publishing_triples, version_triples
from sotegraph.web.mementos import LINK_FORMAT, dated, endpoint_at, http_date, site_of_version
from sotegraph.web.pages import history_page, version_page, versions_page
from sotegraph.web.pages.queries import ADDRESS
from sotegraph.web.past import Past
from sotegraph.web.representations import Asked, Content, ask, represent, split_suffix
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep, SiteInTimeDep, address_of
from sotegraph.web.sparql import answer_operation

router = APIRouter()
VERSIONS = "version/"
"""What the IRIs of versions begin with, below ``/id/``."""
_INDEXED = False
"""Search engines are not to list what was: who searches wants what holds now, and there are more pages every day."""
_MOST_TOLD = 2_000
"""Statements that the page of one version tells of; sotegraph diff tells of all."""


@router.get("/history/{key:path}")
def history(key: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Tell what became of one thing from version to version: what was added, removed and changed, and by whom."""
    asked, past = ask(request, f"/history/{key}", DOCUMENT_FORMATS), _past(site)
    return site.bodies.get(_key(past, reader, asked), lambda: _history(site, past, reader, asked)).response(request)


def _history(site: Site, past: Past, reader: Reader, asked: Asked) -> Answer:
    iri = site.iri(asked.resource.path.removeprefix("/history/"))
    parts = describe(site.index, iri).described - {iri.value} if is_published(site.index, iri) else ()
    events = tuple(past.events(iri.value, sorted(parts)))
    if not events:
        raise NotFound("Nothing is published at {iri}.", iri=iri.value)
    content = Content(
        root=NamedNode(f"{site.publication.base_iri}{asked.resource.path}"),
        triples=tuple(event_triples(site, asked.resource.path, iri.value, events)),
        page=lambda links: history_page(site, reader, asked.resource, links, iri.value, events),
        modified=events[0].entry.since,
        indexed=_INDEXED,
    )
    return _told(site, reader, asked, content)


@router.get("/versions")
def versions(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """List the versions, the current one first."""
    return _versions(request, site, reader, "/versions")


@router.get("/versions.{suffix}")
def versions_in_one_form(suffix: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """The list of versions in one fixed form."""
    return _versions(request, site, reader, f"/versions.{suffix}")


def _versions(request: Request, site: Site, reader: Reader, path: str) -> Response:
    asked, past = ask(request, path, DOCUMENT_FORMATS), _past(site)
    if asked.resource.path != "/versions":
        raise NotFound("Nothing is published at this address.")
    entries = past.entries()
    content = Content(
        root=NamedNode(f"{site.publication.base_iri}/versions"),
        triples=tuple(version_triples(site, entries)),
        page=lambda links: versions_page(site, reader, asked.resource, links, entries[::-1]),
        modified=entries[-1].since,
        indexed=_INDEXED,
    )
    key = _key(past, reader, asked)
    return site.bodies.get(key, lambda: _told(site, reader, asked, content)).response(request)


@router.get("/version/{name}")
def version(name: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Tell of one version: when it was published or gone back to, by whom, and what each time changed."""
    asked, past = ask(request, f"/version/{name}", DOCUMENT_FORMATS), _past(site)
    entry = _entry(past, asked.resource.path.removeprefix("/version/"))
    has_files = _has_files(site, past, entry)
    key = _key(past, reader, asked, has_files)
    return site.bodies.get(key, lambda: _version(site, past, reader, asked, entry, has_files)).response(request)


def _version(site: Site, past: Past, reader: Reader, asked: Asked, entry: Entry, has_files: bool) -> Answer:
    """All that made the version of *entry*, its first one, the current one: each time that, and what it changed."""
    entries = [each for each in past.entries() if each.version == entry.version]
    changes = [(each, _changes(each)) for each in entries]
    content = Content(
        root=NamedNode(f"{site.publication.base_iri}/id/version/{entry.version}"),
        triples=(*version_triples(site, [entry]), *publishing_triples(site, changes)),
        page=lambda links: version_page(site, reader, asked.resource, links, changes, has_files),
        modified=entries[-1].since,
        indexed=_INDEXED,
    )
    return _told(site, reader, asked, content)


def _changes(entry: Entry) -> dict[str, Changes] | None:
    """What *entry* changed, thing by thing; None for more than is told."""
    too_many = entry.number == 1 or entry.added + entry.removed > _MOST_TOLD
    return None if too_many else changes_by_thing(entry.place)


def _told(site: Site, reader: Reader, asked: Asked, content: Content) -> Answer:
    """*content* in the form asked for. What can be had of a version, as pages tell, changes under the one served."""
    if asked.form is not HTML:
        return represent(site, reader, asked, content)
    return known_by_content(represent(site, reader, asked, replace(content, fresh=PASSING)))


def _key(past: Past, reader: Reader, asked: Asked, *more: Hashable) -> Hashable:
    """What an answer depends on besides the version that is served: pages tell which others are kept."""
    return (asked.key(reader), past.archive.kept() if asked.form is HTML else None, *more)


def _has_files(site: Site, past: Past, entry: Entry) -> bool:
    """Whether files of the version of *entry* can be downloaded: those of the current one are made when asked for."""
    try:
        folder = past.archive.folder(past.archive.find(entry.version))
    except VersionGone:
        return False
    return entry.version == site.version.id or (folder / DUMPS).is_dir()


@router.api_route("/version/{name}/sparql", methods=["GET", "POST"])
async def query_of_version(name: str, request: Request, site: SiteInTimeDep) -> Response:
    """Answer a query on an earlier version, by the same protocol as the endpoint of now."""
    return await _query_of_version(name, request, site)


@router.api_route("/version/{name}/sparql", methods=["QUERY"], include_in_schema=False)
async def query_of_version_by_query(name: str, request: Request, site: SiteInTimeDep) -> Response:
    """Answer a query on an earlier version, sent by the safe method made for that."""
    return await _query_of_version(name, request, site)


async def _query_of_version(name: str, request: Request, site: Site) -> Response:
    then = await run_in_threadpool(site_of_version, site, name)
    request.state.site = then
    return dated(await answer_operation(request, then), then, ADDRESS, endpoint_at)


def lead_to_version(request: Request, site: Site, name: str) -> Response:
    """Return the way from the IRI of a version, whose id is *name*, to the document about it; raises NotFound.

    Where no history is kept, that is the list of what can be downloaded of the one version there is.
    """
    if site.past is None and name == site.version.id:
        return Response(
            status_code=303, headers={"Location": f"/dumps/{site.version.short_id}", "Cache-Control": "no-cache"}
        )
    entry = _entry(_past(site), name)
    if entry.version != name:
        raise NotFound("There is no version {version}.", version=name)
    target = f"/version/{entry.short_id}" + (f"?{request.url.query}" if request.url.query else "")
    return Response(status_code=303, headers={"Location": target, "Cache-Control": "max-age=3600"})


@router.get("/timemap/{path:path}")
def timemap(path: str, request: Request, site: SiteDep) -> Response:
    """List what a document or the endpoint was, version by version (RFC 7089 section 5)."""
    past, original = _past(site), f"/{path}"
    if original == ADDRESS:
        lines = _map(request, original, past.states(), endpoint_at)
    elif original.startswith("/doc/"):
        iri = site.iri(split_suffix(original, (*DOCUMENT_FORMATS, LINKSET))[0].removeprefix("/doc/"))
        lines = _map(
            request, original, past.stood_in(iri.value), lambda entry: f"{quote(original)}?version={entry.state}"
        )
    else:
        lines = []
    if not lines:
        raise NotFound("Nothing is published at this address.")
    headers = {"Cache-Control": "max-age=300", "X-Robots-Tag": "noindex"}
    return Response(",\n".join(lines) + "\n", media_type=LINK_FORMAT, headers=headers)


def _map(request: Request, path: str, entries: Sequence[Entry], address: Callable[[Entry], str]) -> list[str]:
    """The lines of the map of *path*: itself, the map, and each memento; none without one."""
    if not entries:
        return []
    base = address_of(request)
    span = f'from="{http_date(entries[0].time)}"; until="{http_date(entries[-1].time)}"'
    lines = [
        f'<{base}{quote(path)}>; rel="original timegate"',
        f'<{base}/timemap{quote(path)}>; rel="self"; type="{LINK_FORMAT}"; {span}',
    ]
    for place, entry in enumerate(entries):
        rel = " ".join([*(["first"] if not place else []), *(["last"] if entry is entries[-1] else []), "memento"])
        lines.append(f'<{base}{address(entry)}>; rel="{rel}"; datetime="{http_date(entry.time)}"')
    return lines


def _past(site: Site) -> Past:
    """What was; raises NotFound where no versions are kept."""
    if site.past is None:
        raise NotFound("No versions are kept here: this site serves a folder, and not what was published.")
    return site.past


def _entry(past: Past, name: str) -> Entry:
    """The first entry of the version called *name*, kept or not; raises NotFound."""
    version = past.archive.find(name).version
    return next((each for each in past.entries() if each.version == version), past.entry)

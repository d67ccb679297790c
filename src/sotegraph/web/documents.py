"""Things and the documents about them: ``/id/`` leads to ``/doc/``, which answers in the form and profile preferred."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from pyoxigraph import NamedNode, Triple

from sotegraph.catalog import Names
from sotegraph.entities import Description, applying_to, describe, export, is_published, licences_of
from sotegraph.errors import NotFound
from sotegraph.formats import DOCUMENT_FORMATS, HTML, LINKSET, negotiate
from sotegraph.store import Version
from sotegraph.terms import RDF_TYPE, TOMBSTONE, term
from sotegraph.versions import Entry
from sotegraph.web import changesets
from sotegraph.web.answers import FRESH, PASSING, Answer, field_value, known_by_content
from sotegraph.web.history import VERSIONS, lead_to_version
from sotegraph.web.links import Link
from sotegraph.web.mementos import (
    accepted_datetime,
    end_of_day,
    headers_of,
    links_in_time,
    site_of_version,
    vary_of,
    way_back,
)
from sotegraph.web.pages import entity_page, tombstone_page
from sotegraph.web.past import Past
from sotegraph.web.profiles import Choice, choose, profile_links, represent_choices
from sotegraph.web.representations import Asked, Content, ask, represent, split_suffix
from sotegraph.web.schemas import schema_links
from sotegraph.web.site import DAY, Reader, ReaderDep, Site, SiteInTimeDep

router = APIRouter()


@router.get("/id/{key:path}")
def thing(key: str, request: Request, site: SiteInTimeDep, reader: ReaderDep) -> Response:
    """Lead from a thing to the document about it (Cool URIs for the Semantic Web, section 4.3)."""
    if key.startswith(VERSIONS):
        return lead_to_version(request, site, key.removeprefix(VERSIONS))
    iri = site.iri(key)
    if not is_published(site.index, iri) and _end(site, iri) is None:
        raise NotFound("Nothing is published at {iri}.", iri=site.iri(key).value)
    question = next((each for each in site.index.questions if each.iri == site.iri(key).value), None)
    headers = {"Cache-Control": "max-age=3600"}
    path = f"/doc/{quote(key)}"
    if question is not None:
        # People want the answer; what programs read about the question itself is its document.
        headers["Vary"] = "Accept"
        if negotiate(field_value(request, "accept"), DOCUMENT_FORMATS) is HTML:
            path = f"/queries/{question.name}"
    target = path + (f"?{request.url.query}" if request.url.query else "")
    return Response(status_code=303, headers={**headers, "Location": target})


@router.get("/doc/{key:path}")
def document(
    key: str,
    request: Request,
    site: SiteInTimeDep,
    reader: ReaderDep,
    page: int = 1,
    incoming: Annotated[str | None, Query(alias="in")] = None,
    version: str | None = None,
    on: str | None = None,
) -> Response:
    """Send the document about one thing, in the form and by the profile that the client prefers.

    With a version, it is the document as it was then; with a day or Accept-Datetime, the way there (RFC 7089).
    """
    shown = site_of_version(site, version).memento if version is not None else None
    if on is not None or shown is None:
        stem, _ = split_suffix(f"/doc/{key}", (*DOCUMENT_FORMATS, LINKSET))
        found = _wanted(request, site, site.iri(stem.removeprefix("/doc/")), on)
        if found is not None and (shown is None or found.version != shown.version):
            address = request.url if on and _missed(site, found, on) else request.url.remove_query_params(DAY)
            return way_back(request, found, lambda each: address.include_query_params(version=each.state))
    if shown is not None:
        reader = replace(reader, version=shown.state, missed=_missed(site, shown, on) if on is not None else None)
        site = site_of_version(site, shown.state)
    query = (("in", incoming), ("page", str(page))) if incoming else ()
    asked = ask(request, f"/doc/{key}", DOCUMENT_FORMATS, query, whole=True)
    if site.memento is not None:
        asked = replace(asked, resource=replace(asked.resource, version=site.memento.state))
    classes = site.version.types(site.iri(asked.resource.path.removeprefix("/doc/")))
    choice = choose(request, applying_to(site.profiles, classes))
    asked = choice.narrow(asked)
    known_by = (asked.key(reader), reader.missed, _last_kept(site, asked))
    return site.bodies.get(known_by, lambda: _answer(site, reader, asked, choice, incoming, page)).response(request)


def _missed(site: Site, entry: Entry | None, day: str) -> tuple[date, str | None] | None:
    """The *day*, with the id of the version that was current at its end, where that is not the version of *entry*."""
    moment = end_of_day(day, site.publication.time_zone)
    found = site.past.missed(moment, entry) if site.past is not None and entry is not None else None
    return (moment.date(), found[0]) if found else None


def _last_kept(site: Site, asked: Asked) -> frozenset[str] | None:
    """The versions that are kept, where the page of what is gone tells whether the last one with it is among them."""
    if site.past is None or asked.form is not HTML:
        return None
    is_there = is_published(site.index, site.iri(asked.resource.path.removeprefix("/doc/")))
    return None if is_there else site.past.archive.kept()


def _wanted(request: Request, site: Site, iri: NamedNode, day: str | None) -> Entry | None:
    """The version that *request* wants of *iri*, by a *day* or by Accept-Datetime; None for what is now.

    A date before the first version leads to that (RFC 7089 section 4.5.2). Raises NotFound for a day then, and where no
    versions are kept.
    """
    moment = accepted_datetime(request) if day is None else end_of_day(day, site.publication.time_zone)
    if site.past is None and day is not None:
        raise NotFound("No versions are kept here: this site serves a folder, and not what was published.")
    if site.past is None or moment is None:
        return None
    found, stood = site.past.at(moment), _stood_in(site.past, site.version, iri)
    if not stood or found.number >= stood[0].number:
        return found if stood else None
    if day is None:
        return stood[0]
    raise NotFound(
        "No version that is kept had {iri} on {day}. The first that has it: {address}.",
        iri=iri.value,
        day=day,
        address=f"{request.url.path}?version={stood[0].state}",
    )


def _stood_in(past: Past, version: Version, iri: NamedNode) -> list[Entry]:
    """The states that can still be read and have *iri*; what is only computed is in every one."""
    return past.stood_in(iri.value) if past.is_told_of(version, iri) else past.states()


def _answer(site: Site, reader: Reader, asked: Asked, choice: Choice, incoming: str | None, number: int) -> Answer:
    iri = site.iri(asked.resource.path.removeprefix("/doc/"))
    end = _end(site, iri)
    if end is not None and not is_published(site.index, iri):
        buried = represent(site, reader, asked, _buried(site, reader, asked, iri, end))
        return known_by_content(buried) if asked.form is HTML else buried
    index = site.index.nearby()
    description = describe(index, iri, linked=asked.form is not HTML)
    description = replace(description, modified=site.last_change(description))
    if description.gone and description.successor:
        return _moved(site, reader, asked, description.successor)
    if choice.lists_all:
        return represent_choices(site, reader, asked, choice, description)
    links = [*profile_links(asked, choice), *_links(site, description), *_in_time(site, asked)]
    if choice.profile is None or choice.profile.is_native:
        links += schema_links(site, description)
    return represent(
        site,
        reader,
        asked,
        Content(
            root=description.root,
            triples=_triples(site, asked, choice, description),
            page=lambda links: entity_page(
                site,
                index,
                reader,
                asked.resource,
                links,
                description,
                choice.offered,
                incoming,
                number,
                None if site.memento else end,
            ),
            modified=description.modified,
            links=tuple(links),
            status=410 if description.gone else 200,
            vary=vary_of(site),
            headers=headers_of(site),
        ),
    )


def _end(site: Site, iri: NamedNode) -> tuple[Entry, Entry] | None:
    """The entries that had and ended *iri*, as far as the history goes that the site tells."""
    return site.past.end_of(_stood_as(site, iri), site.memento) if site.past is not None else None


def _stood_as(site: Site, iri: NamedNode) -> str:
    """What the history tells of *iri* under: a dataset is computed from its graph, and ends with that."""
    datasets = Names.of(site.publication).catalogued("").value
    name = iri.value.removeprefix(datasets)
    of_graph = name != iri.value and not is_published(site.index, iri)
    return site.publication.graph(name).value if of_graph else iri.value


def _in_time(site: Site, asked: Asked) -> tuple[Link, ...]:
    """The links to what the document was, and is."""
    path = quote(asked.resource.path) + (f".{asked.form.suffix}" if asked.fixed else "")
    iri = site.iri(asked.resource.path.removeprefix("/doc/"))
    past = site.past
    if past is None or not past.is_told_of(site.version, iri) or _stood_as(site, iri) != iri.value:
        return ()
    return links_in_time(
        site, path, lambda entry: f"{path}?version={entry.state}", lambda: _stood_in(past, site.version, iri)
    )


def _buried(site: Site, reader: Reader, asked: Asked, iri: NamedNode, end: tuple[Entry, Entry]) -> Content:
    """What is left of a thing that is in no file any longer: that it was removed, and until when it stood."""
    removed, last = end
    return Content(
        root=iri,
        triples=(
            Triple(iri, RDF_TYPE, TOMBSTONE),
            Triple(iri, term("prov:invalidatedAtTime"), changesets.moment(removed)),
            Triple(iri, term("dct:hasVersion"), changesets.version_iri(site, last.version)),
        ),
        page=lambda links: tombstone_page(
            site, reader, asked.resource, links, iri.value, removed, last, _stood_as(site, iri)
        ),
        modified=removed.time,
        links=_in_time(site, asked),
        status=410,
        fresh=PASSING if asked.form is HTML else FRESH,
        vary=vary_of(site),
        headers=headers_of(site),
    )


def _triples(site: Site, asked: Asked, choice: Choice, description: Description) -> frozenset[Triple]:
    if asked.form is HTML or choice.profile is None or choice.profile.is_native:
        return description.triples
    return export(site.index, choice.profile, description.root)


def _moved(site: Site, reader: Reader, asked: Asked, successor: str) -> Answer:
    """The way from a removed thing to what replaced it, in the form that the address named."""
    path = site.index.addresses.path(successor)
    suffix = f".{asked.form.suffix}" if asked.fixed else ""
    target = reader.link(path + suffix) if path else successor
    headers = (("Location", target), ("Cache-Control", FRESH), *headers_of(site))
    varying = (("Vary", ", ".join(vary_of(site))),) if vary_of(site) else ()
    return Answer(b"", HTML.content_type, headers + varying, status=301)


def _licences(site: Site, graphs: tuple[str, ...]) -> tuple[str, ...]:
    """The licences of what is said in *graphs*; most things are told of in the same few."""
    known: dict[tuple[str, ...], tuple[str, ...]] = site.once("licences of graphs", dict)
    if graphs not in known:
        known[graphs] = licences_of(site.index, graphs)
    return known[graphs]


def _links(site: Site, description: Description) -> list[Link]:
    iri = description.root.value
    collection = site.index.collection_of(iri)
    return [
        Link(iri, "cite-as"),
        *(Link(kind, "type") for kind in description.classes),
        *(Link(licence, "license") for licence in _licences(site, description.graphs)),
        *([Link(f"/{collection.segment}", "collection")] if collection else []),
    ]

"""``/view``: pages that the publication composes of shapes, questions and its coverage."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool

from sotegraph.errors import NotFound, PublisherError
from sotegraph.formats import HTML
from sotegraph.overviews import Overview
from sotegraph.questions import Table
from sotegraph.web.asking import answer_to
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages import choosing_page, overview_page
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()
Answers = dict[tuple[str, int], Table | PublisherError]


@router.get("/view/{name}")
async def view(
    name: str,
    request: Request,
    site: SiteDep,
    reader: ReaderDep,
    first: str | None = None,
    second: str | None = None,
) -> Response:
    """Show an overview of nothing in particular, or let one choose what it shall be about."""
    overview = _overview(site, name)
    if overview.collection is None:
        return await _send(request, site, reader, overview, ())
    chosen = list(dict.fromkeys(each for each in (first, second) if each))
    if len(chosen) == (2 if overview.compares else 1):
        members = [_member(site, overview, each) for each in chosen]
        path = "/".join((f"/view/{name}", *map(quote, chosen)))
        assert all(members)
        return Response(status_code=303, headers={"Location": reader.link(path)})
    return _choose(request, site, reader, overview, chosen[0] if chosen else None)


@router.get("/view/{name}/{key}")
async def view_of_one(name: str, key: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Show an overview of one thing."""
    overview = _overview(site, name, compares=False)
    return await _send(request, site, reader, overview, [_member(site, overview, key)])


@router.get("/view/{name}/{key}/{other}")
async def view_of_two(name: str, key: str, other: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Show two things side by side; what is beside itself leads to where another one is chosen."""
    overview = _overview(site, name, compares=True)
    members = [_member(site, overview, each) for each in (key, other)]
    if members[0] == members[1]:
        address = f"/view/{quote(name)}?" + urlencode({"first": key})
        return Response(status_code=303, headers={"Location": reader.link(address)})
    return await _send(request, site, reader, overview, members)


def _overview(site: Site, name: str, *, compares: bool | None = None) -> Overview:
    found = site.index.overviews.page(name)
    if found is None or (compares is not None and (found.collection is None or found.compares != compares)):
        raise NotFound("Nothing is published at this address.")
    return found


def _member(site: Site, overview: Overview, key: str) -> str:
    """The IRI of the member of the collection whose last part is *key*; raises NotFound when there is none."""
    assert overview.collection is not None
    iri = site.iri(f"{overview.collection.segment}/{key}").value
    if (
        site.index.collection_of(iri) != overview.collection
        or iri not in site.index.members[overview.collection.segment]
    ):
        raise NotFound("Nothing is published at this address.")
    return iri


def _choose(request: Request, site: Site, reader: Reader, overview: Overview, first: str | None) -> Response:
    asked = ask(request, f"/view/{overview.name}", (HTML,), (("first", first),) if first else ())
    content = Content(
        root=NamedNode(overview.iri),
        triples=(),
        page=lambda links: choosing_page(site, reader, asked.resource, links, overview, first),
        modified=site.latest_change,
        links=_links(site, overview, ()),
    )
    return represent(site, reader, asked, content).response(request)


async def _send(request: Request, site: Site, reader: Reader, overview: Overview, members: Sequence[str]) -> Response:
    keys = [(site.index.addresses.key(each) or "").rpartition("/")[2] for each in members]
    path = "/".join((f"/view/{overview.name}", *keys))
    asked = ask(request, path, (HTML,))
    asked = Asked(Resource(path, (HTML,)), asked.form, asked.fixed)
    kept = site.bodies.find(asked.key(reader))
    if kept is None:
        answers = await _answers(request, site, overview, members)
        content = Content(
            root=NamedNode(overview.iri),
            triples=(),
            page=lambda links: overview_page(site, reader, asked.resource, links, overview, members, answers),
            modified=site.latest_change,
            links=_links(site, overview, members),
        )
        kept = await run_in_threadpool(represent, site, reader, asked, content)
        if not any(isinstance(each, PublisherError) for each in answers.values()):
            site.bodies.keep(asked.key(reader), kept)
    return kept.response(request)


async def _answers(request: Request, site: Site, overview: Overview, members: Sequence[str]) -> Answers:
    """What came of the question of each section, for each member: one after another, as one client may ask them."""
    answers: Answers = {}
    for section in overview.sections:
        if section.question is None:
            continue
        for place, member in enumerate(members or ("",)):
            values = {section.about: NamedNode(member)} if section.about else {}
            try:
                answers[section.name, place] = await answer_to(request, site, section.question, values)
            except PublisherError as error:
                answers[section.name, place] = error
    return answers


def _links(site: Site, overview: Overview, members: Sequence[str]) -> tuple[Link, ...]:
    licence = site.publication.licence
    about = [Link(path, "about") for each in members if (path := site.index.addresses.path(each))]
    above = f"/{overview.collection.segment}" if overview.collection else "/"
    return (*about, Link(above, "up"), *([Link(licence, "license")] if licence else []))

"""The coverage of the publication: what is known of each of its main things, and what is not."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode

from sotegraph import jsonld
from sotegraph.coverage import CoverageTable, coverage_csv, coverage_triples
from sotegraph.errors import NotFound
from sotegraph.formats import TABLE_FORMATS
from sotegraph.terms import PREFIXES
from sotegraph.web.answers import Answer
from sotegraph.web.links import Link
from sotegraph.web.pages import coverage_page
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()


@router.get("/coverage")
def coverage(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Say what is known of each main thing of the publication, what was not found, and what does not exist."""
    return _send(request, site, reader, "/coverage")


@router.get("/coverage.{suffix}")
def coverage_in_one_form(suffix: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """The coverage in one fixed form."""
    return _send(request, site, reader, f"/coverage.{suffix}")


def _send(request: Request, site: Site, reader: Reader, path: str) -> Response:
    if site.index.covered is None:
        raise NotFound("Nothing is published at this address.")
    asked = ask(request, path, TABLE_FORMATS)
    if asked.resource.path != "/coverage":
        raise NotFound("Nothing is published at this address.")
    return site.bodies.get(asked.key(reader), lambda: _answer(site, reader, asked)).response(request)


def _answer(site: Site, reader: Reader, asked: Asked) -> Answer:
    table = site.index.covered
    assert table is not None
    licence = site.publication.licence
    return represent(
        site,
        reader,
        asked,
        Content(
            root=NamedNode(table.coverage.iri),
            triples=coverage_triples(table, lambda iri: _key(site, iri)),
            page=lambda links: coverage_page(site, reader, asked.resource, links, table),
            modified=site.latest_change,
            links=(Link(licence, "license"),) if licence else (),
            context=_context(site),
            table=lambda: _csv(site, table),
        ),
    )


def _key(site: Site, iri: str) -> str:
    return (site.index.addresses.key(iri) or iri).rpartition("/")[2]


def _csv(site: Site, table: CoverageTable) -> bytes:
    def names(iri: str) -> dict[str, str]:
        return {each.language or "": each.value for each in site.index.labels(iri)}

    return coverage_csv(table, site.publication.languages, names)


def _context(site: Site) -> jsonld.Context:
    own = site.publication.context["@context"]
    return jsonld.read_context({"@context": {**own, "pub": PREFIXES["pub"]}})

"""Two catalogues, each served in small pages: of the small publication, and of the bundled one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx2 as httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from rdflib import Graph

from sotegraph.entities import Index
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.terms import RDF_TYPE, term
from sotegraph.web.app import create_app
from tests.client import Client

MOST_PAGES = 50


@dataclass(frozen=True)
class Site:
    """A publication whose catalogue has several pages."""

    client: Client
    index: Index

    @property
    def base(self) -> str:
        return self.index.publication.base_iri

    def get(self, address: str, **headers: str) -> httpx.Response:
        """GET, and once more where that leads: a page asked for by its number alone has an address of its own."""
        answer = self.client.get(address, **headers)
        return self.client.get(answer.headers["location"], **headers) if answer.status_code == 307 else answer

    def documents(self, suffix: str = "ttl") -> list[bytes]:
        """The pages of the catalogue in one form, in their order."""
        return list(self._documents(suffix))

    def _documents(self, suffix: str) -> Iterator[bytes]:
        for number in range(1, MOST_PAGES):
            answer = self.get(f"/catalog.{suffix}?page={number}")
            if answer.status_code == 404:
                return
            assert answer.status_code == 200
            yield answer.content

    def pages(self) -> list[set[Triple]]:
        """The triples of each page."""
        return [triples_of(each) for each in self.documents()]


def triples_of(document: bytes) -> set[Triple]:
    return {quad.triple for quad in parse(document, format=RdfFormat.TURTLE)}


def graph_of(document: bytes, content_type: str) -> Graph:
    """The graph in a document; rdflib's own reader of JSON-LD warns of itself."""
    form = RdfFormat.from_media_type(content_type)
    assert form is not None
    triples = {quad.triple for quad in parse(document, format=form)}
    return Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")


def datasets_of(triples: set[Triple]) -> set[str]:
    """Whatever the triples call a dataset."""
    wanted = term("dcat:Dataset")
    return {
        each.subject.value
        for each in triples
        if each.predicate == RDF_TYPE and each.object == wanted and isinstance(each.subject, NamedNode)
    }


def site_of(index: Index, page_size: int) -> Site:
    settings = Settings(page_size=page_size, access_log=False)
    evaluator = InProcessEvaluator(index.version, settings)
    return Site(Client(create_app(settings, index.publication, index, evaluator)), index)


@pytest.fixture(scope="session")
def library(index: Index) -> Site:
    """The small publication, two datasets a page."""
    return site_of(index, 2)


@pytest.fixture(scope="session")
def whole(bundled: Index) -> Site:
    """The bundled publication, eight datasets a page."""
    return site_of(bundled, 8)

"""Other harvesters get what they need: udata, and the older CKAN at avoindata.fi, each in the way that it asks.

The steps are those of the programs: which address they ask for, what they send, which nodes they take, by which terms
they go on to the next page, and without what they leave a dataset out.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rdflib import DCAT, DCTERMS, RDF, Graph, Namespace, URIRef
from rdflib.namespace import FOAF
from rdflib.term import Node

from tests.catalogue.conftest import graph_of

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SUFFIXES = ("ttl", "jsonld", "rdf", "nt")
PUBLICATIONS = ["library", pytest.param("whole", marks=pytest.mark.slow)]


def udata_pages(site, suffix: str) -> Iterator[Graph]:
    """udata: the form by the suffix of the address, and of two classes the one that it finds first, with its term."""
    address: str | None = f"/catalog.{suffix}"
    while address:
        answer = site.client.get(address, user_agent="uData/10 dcat", accept="*/*")
        assert answer.status_code == 200
        graph = graph_of(answer.content, answer.headers["content-type"])
        yield graph
        address = None
        for class_, predicate in ((HYDRA.PartialCollectionView, HYDRA.next), (HYDRA.PagedCollection, HYDRA.nextPage)):
            nodes = list(graph.subjects(RDF.type, class_))
            if nodes:
                following = graph.value(nodes[0], predicate)
                address = str(following).removeprefix("http://site.example") if following else None
                break


def avoindata_pages(site) -> Iterator[Graph]:
    """avoindata.fi's CKAN: HEAD, then GET, the form by Content-Type, and only the older term for the next page."""
    address: str | None = "/catalog"
    while address:
        assert site.client.request("HEAD", address).status_code == 200
        answer = site.client.get(address, user_agent="python-requests/2.31.0", accept="*/*")
        graph = graph_of(answer.content, answer.headers["content-type"])
        yield graph
        address = None
        for node in graph.subjects(RDF.type, HYDRA.PagedCollection):
            following = graph.value(node, HYDRA.nextPage)
            address = str(following).removeprefix("http://site.example") if following else None


def expected(site) -> set[str]:
    catalogue = site.index.publication.graph("catalog")
    return {
        each.object.value
        for each in site.index.version.triples_of(catalogue)
        if each.predicate.value == str(DCAT.dataset)
    }


def literals(graph: Graph, node: Node, predicate: URIRef) -> dict[str | None, str]:
    return {each.language: str(each) for each in graph.objects(node, predicate)}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("publication", PUBLICATIONS)
def test_udata_takes_every_dataset_with_its_files(request, publication, suffix):
    site, found = request.getfixturevalue(publication), set()
    for graph in udata_pages(site, suffix):
        for node in graph.subjects(RDF.type, DCAT.Dataset):
            identifier = str(graph.value(node, DCTERMS.identifier))
            assert literals(graph, node, DCTERMS.title)
            assert literals(graph, node, DCTERMS.description)
            assert identifier not in found
            found.add(identifier)
            addresses = {
                str(graph.value(each, DCAT.downloadURL) or graph.value(each, DCAT.accessURL) or each)
                for each in (*graph.objects(node, DCAT.distribution), *graph.objects(node, DCTERMS.hasPart))
            }
            assert len([each for each in addresses if each.endswith(".gz")]) == 4
            assert all(each.startswith(site.base) for each in addresses)
    assert found == expected(site)


@pytest.mark.parametrize("publication", PUBLICATIONS)
def test_udata_takes_the_endpoint_and_the_feed_of_the_catalogue_as_services(request, publication):
    site, services = request.getfixturevalue(publication), {}
    for graph in udata_pages(site, "ttl"):
        of_distributions = set(graph.objects(None, DCAT.accessService))
        assert of_distributions
        for node in set(graph.subjects(RDF.type, DCAT.DataService)) - of_distributions:
            assert literals(graph, node, DCTERMS.title)
            assert graph.value(node, DCTERMS.identifier)
            assert graph.value(node, DCAT.endpointDescription)
            served = set(graph.objects(node, DCAT.servesDataset))
            assert all((each, DCTERMS.title, None) in graph for each in served)
            services[str(graph.value(node, DCAT.endpointURL))] = {str(each) for each in served}
    whole = {f"{site.base}/id/dataset/all"}
    assert services == {f"{site.base}/sparql": whole, f"{site.base}/feed/catalog": whole}


@pytest.mark.parametrize("publication", PUBLICATIONS)
def test_avoindata_reads_every_page_and_finds_what_it_asks_for(request, publication):
    site, found = request.getfixturevalue(publication), set()
    finnish = "fi" in site.index.publication.languages
    assert finnish
    for graph in avoindata_pages(site):
        for node in graph.subjects(RDF.type, DCAT.Dataset):
            found.add(str(node))
            for predicate in (DCTERMS.title, DCTERMS.description, DCAT.keyword):
                assert literals(graph, node, predicate)["fi"]
            contact = graph.value(node, DCAT.contactPoint)
            assert str(graph.value(contact, VCARD.hasEmail)).startswith("mailto:")
            assert literals(graph, contact, VCARD.fn)["fi"]
            assert literals(graph, graph.value(node, DCTERMS.publisher), FOAF.name)["fi"]
            licence = graph.value(node, DCTERMS.license)
            assert licence
            for each in graph.objects(node, DCAT.distribution):
                assert graph.value(each, DCAT.accessURL)
                assert graph.value(each, DCTERMS.license) == licence
                assert literals(graph, each, DCTERMS.title)["fi"]
    assert found == expected(site)

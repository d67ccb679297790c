"""The catalogue is a graph, and a document in pages that harvesters follow: together they say what the graph says.

A page names no dataset that stands on another page, because harvesters take whatever a page calls a dataset for one.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from sotegraph.catalog import Catalogue, with_classes
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.store import build_version
from sotegraph.terms import PREFIXES, RDF_TYPE, term
from sotegraph.web.answers import CURRENT, FRESH
from sotegraph.web.app import create_app
from tests.catalogue.conftest import Site, datasets_of, graph_of, site_of, triples_of
from tests.client import Client, varies_by

FORMS = ("ttl", "jsonld", "rdf", "nt")
HYDRA = PREFIXES["hydra"]
FETCHED = ("dcat:accessURL", "dcat:downloadURL", "dcat:endpointURL", "dcat:endpointDescription", "dcat:landingPage")
PAGED = "?version="
NAMES = {"all", "branches", "catalogue", "subjects"}


def without_paging(triples: set[Triple]) -> set[Triple]:
    def of_paging(node: object) -> bool:
        return isinstance(node, NamedNode) and node.value.startswith(HYDRA)

    views = {each.object for each in triples if each.predicate == term("hydra:view")}
    return {
        each
        for each in triples
        if not (of_paging(each.predicate) or of_paging(each.object) or each.subject in views or each.object in views)
    }


def test_the_pages_together_say_what_the_graph_says(library):
    graph = set(library.index.version.triples_of(library.index.publication.graph("catalog")))
    between = {each for each in graph if each.predicate == term("dct:isPartOf")}
    pages = library.pages()
    assert len(pages) == 2
    union = without_paging(set().union(*pages))
    assert union | between == with_classes(graph)
    assert datasets_of(union) == {f"{library.base}/id/dataset/{name}" for name in NAMES}


def test_a_page_names_no_dataset_of_another_page(library):
    first, second = library.pages()
    assert not datasets_of(first) & datasets_of(second)
    for page, other in ((first, second), (second, first)):
        nodes = {node for each in page for node in (each.subject, each.object)}
        assert not {NamedNode(each) for each in datasets_of(other)} & nodes


def test_every_form_says_the_same(library):
    for number in (1, 2):
        graphs = []
        for suffix in FORMS:
            answer = library.get(f"/catalog.{suffix}?page={number}")
            graph = graph_of(answer.content, answer.headers["content-type"])
            # What differs is the address of the form itself.
            text = graph.serialize(format="nt").replace(f"/catalog.{suffix}", "/catalog.form")
            graphs.append(set(text.splitlines()))
        assert all(each == graphs[0] for each in graphs)
        assert len(graphs[0]) > 300


def test_a_page_leads_on_in_its_own_form_at_the_address_at_which_it_was_asked_for(library):
    for suffix in FORMS:
        answer = library.client.get(f"/catalog.{suffix}")
        graph = graph_of(answer.content, answer.headers["content-type"])
        [view] = graph.objects(None, rdflib.URIRef(HYDRA + "view"))
        assert str(view) == f"http://site.example/catalog.{suffix}?version={mark_of(library)}"
        for name in ("next", "nextPage", "last", "lastPage"):
            following = str(graph.value(view, rdflib.URIRef(HYDRA + name)))
            assert following == f"http://site.example/catalog.{suffix}?page=2&version={mark_of(library)}"
    here, elsewhere = (library.client.get("/catalog.ttl", host=each) for each in ("site.example", "data.example:8000"))
    assert "http://data.example:8000/catalog.ttl?page=2" in elsewhere.text
    assert "site.example" not in elsewhere.text
    assert here.headers["etag"] != elsewhere.headers["etag"]


def mark_of(site: Site) -> str:
    """What the links between pages of the catalogue name."""
    return Catalogue.read(site.index.publication, site.index.version).mark(2)


def test_a_page_that_is_led_to_belongs_to_the_catalogue_in_which_the_link_stood(library):
    mark = mark_of(library)
    for path in ("/catalog.ttl?page=2", "/catalog.jsonld?page=2"):
        led = library.client.get(f"{path}&version={mark}")
        assert datasets_of_answer(led) == {f"{library.base}/id/dataset/{name}" for name in ("catalogue", "subjects")}
        assert led.headers["cache-control"] == FRESH
        # Where the links begin, no cache may tell of a catalogue that was.
        assert library.client.get(path.partition("?")[0]).headers["cache-control"] == CURRENT
    other = f"{mark[:-1]}{'0' if mark[-1] != '0' else '1'}"
    for path in ("/catalog.ttl?page=2", "/catalog?page=2", "/catalog?page=1"):
        answer = library.client.get(f"{path}&version={other}")
        assert (answer.status_code, answer.json()["kind"]) == (503, "catalogue-moved")
        assert "Begin again at /catalog" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) > 0
    page = library.client.page("/catalog?lang=fi")
    assert f"/catalog?page=2&amp;version={mark}&amp;lang=fi" in page.text
    refused = library.client.page(f"/catalog?page=2&version={other}&lang=fi")
    assert (refused.status_code, refused.headers["content-type"]) == (503, "text/html; charset=utf-8")
    led = library.client.page(f"/catalog?page=2&version={mark}")
    assert (
        "</catalog?page=2&lang=" in led.headers["link"] or '</catalog?page=2>; rel="canonical"' in led.headers["link"]
    )
    assert library.client.get("/catalog.ttl?page=2&version=nothing").status_code == 400
    assert library.client.get("/catalog.ttl?on=2026-01-01").status_code == 400


def test_a_page_asked_for_by_its_number_alone_is_led_to_where_the_catalogue_is_named(library):
    """Who counts up the pages while another catalogue comes can tell from each what it is a page of."""
    mark = mark_of(library)
    for path in ("/catalog.ttl?page=2", "/catalog.jsonld?page=2&context=link", "/catalog?page=2"):
        answer = library.client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (307, f"{path}&version={mark}")
        assert answer.headers["cache-control"] == CURRENT
        assert varies_by(answer) == ([] if "." in path else ["Accept"])
        assert library.get(path).status_code == 200
    assert library.client.get("/catalog.ttl?page=1").status_code == 200, "where a harvest begins"
    assert library.client.page("/catalog?page=2&lang=fi").status_code == 200, "people turn the pages of one list"


def datasets_of_answer(answer) -> set[str]:
    graph = graph_of(answer.content, answer.headers["content-type"])
    return {str(each) for each in graph.subjects(rdflib.RDF.type, rdflib.URIRef(PREFIXES["dcat"] + "Dataset"))}


def test_the_last_page_leads_nowhere_and_there_is_no_page_beyond(library):
    last = library.pages()[-1]
    assert not [each for each in last if each.predicate in (term("hydra:next"), term("hydra:nextPage"))]
    totals = {each.object for each in last if each.predicate == term("hydra:totalItems")}
    assert totals == {Literal(4)}
    for number in ("3", "0", "-1"):
        answer = library.client.get(f"/catalog.ttl?page={number}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert library.client.get("/catalog.ttl?page=x").status_code == 400
    assert library.client.get("/catalog.pdf").status_code == 404


def test_who_says_nothing_gets_rdf_and_a_browser_a_page(library):
    for headers in ({}, {"accept": "*/*"}):
        assert library.client.get("/catalog", **headers).headers["content-type"] == "text/turtle; charset=utf-8"
    page = library.client.get("/catalog", accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert varies_by(page) == ["Accept", "Accept-Language"]
    assert library.client.get("/catalog", accept="application/ld+json").headers["content-location"] == "/catalog.jsonld"
    assert library.client.get("/catalog", accept="image/png").status_code == 406


def test_what_is_known_is_not_sent_again(library):
    path = library.client.get("/catalog.ttl?page=2").headers["location"]
    answer = library.client.get(path)
    again = library.client.get(path, if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert varies_by(answer) == []
    assert f'</catalog.ttl?version={mark_of(library)}>; rel="prev"' in answer.headers["link"]
    head = library.client.request("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize("suffix", FORMS)
def test_a_text_stands_first_in_the_main_language_of_the_publication(library, suffix):
    """Of the labels of a node harvesters take the first; of the names of a place CKAN takes the last."""
    content = library.get(f"/catalog.{suffix}").content
    form = RdfFormat.from_extension(suffix)
    triples = [quad.triple for quad in parse(content, format=form)]
    places = {each.subject for each in triples if each.object == term("dct:Location")}
    texts: dict[object, list[str]] = {}
    for each in triples:
        if isinstance(each.object, Literal) and each.object.language:
            languages = texts.setdefault((each.subject, each.predicate), [])
            languages.insert(0 if each.subject in places else len(languages), each.object.language)
    several = [each for each in texts.values() if {"en", "fi"} <= set(each)]
    assert len(several) > 10
    assert {each[0] for each in several} == {"en"}


def test_json_ld_holds_its_context(library):
    document = library.client.get("/catalog.jsonld").json()
    assert all(isinstance(each, str) for each in document["@context"].values())
    assert document["@context"]["dcat"] == PREFIXES["dcat"]


def test_the_front_page_as_data_is_the_whole_catalogue(library):
    found = triples_of(library.client.get("/", accept="text/turtle").content)
    assert set(library.index.version.triples_of(library.index.publication.graph("catalog"))) <= found


def test_without_a_catalogue_there_is_none_rather_than_an_empty_one(index):
    publication = index.publication
    bare = build_version(quad for file in publication.files for quad in publication.read(file))
    settings = Settings(access_log=False)
    old = replace(index, version=bare)
    client = Client(create_app(settings, publication, old, InProcessEvaluator(bare, settings)))
    harvested = ("/api/3/action/package_search", "/catalog/check")
    for path in ("/catalog.ttl", "/catalog.jsonld", "/catalog", "/index.ttl", *harvested):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert answer.json()["kind"] == "catalogue-missing"
        assert answer.headers["retry-after"]
    assert client.page("/catalog").status_code == 503
    assert client.page("/").status_code == 200


def test_every_node_of_the_catalogue_has_an_iri(library):
    for page in library.pages():
        assert all(isinstance(each.subject, NamedNode) for each in page)
        assert all(isinstance(each.object, NamedNode | Literal) for each in page)
        assert {
            each.subject for each in page if each.predicate == RDF_TYPE and each.object == term("dcat:Catalog")
        } == {NamedNode(f"{library.base}/catalog")}


@pytest.mark.slow
def test_what_the_catalogue_leads_to_is_there(library):
    """Every file, table, page and service has an address at which the site answers; none is made up."""
    links = ("dcat:downloadURL", "dcat:accessURL", "dcat:landingPage", "foaf:page", "dcat:endpointDescription")
    wanted = {term(name) for name in links}
    addresses = {
        each.object.value
        for page in library.pages()
        for each in page
        if each.predicate in wanted and isinstance(each.object, NamedNode)
    }
    assert len([each for each in addresses if "/dumps/current/" in each]) >= 16
    for each in sorted(addresses):
        assert each.startswith(library.base), each
        path = each.removeprefix(library.base) or "/"
        answer = library.client.request("HEAD", path)
        while answer.status_code in (303, 307):
            answer = library.client.request("HEAD", answer.headers["location"])
        assert answer.status_code == 200, (each, answer.status_code)


@pytest.mark.parametrize("path", ["/catalog.ttl", "/doc/dataset/catalogue.ttl", "/catalog.jsonld", "/catalog.rdf"])
def test_what_is_to_be_fetched_is_where_the_site_answers_and_iris_stay(index, path):
    address = "https://data.example.org"
    settings = Settings(public_url=address, access_log=False)
    client = Client(create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings)))
    answer, usual = client.get(path), site_of(index, settings.page_size).get(path)
    assert answer.headers["etag"] != usual.headers["etag"]
    suffix = path.rpartition(".")[2]
    triples = {quad.triple for quad in parse(answer.content, format=RdfFormat.from_extension(suffix))}
    fetched = [each.object.value for each in triples if each.predicate in map(term, FETCHED)]
    assert len(fetched) > 3
    assert all(each.startswith(f"{address}/") for each in fetched)
    base = index.publication.base_iri
    assert NamedNode(f"{base}/id/dataset/catalogue") in {each.subject for each in triples}
    described = {each.subject.value for each in triples if each.predicate != RDF_TYPE}
    assert not any(each.startswith(address) for each in described if PAGED not in each)


def test_search_engines_are_told_the_same_addresses(index):
    settings = Settings(public_url="https://data.example.org", access_log=False)
    client = Client(create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings)))
    page = client.get("/doc/dataset/catalogue", accept="text/html").text
    assert '"contentUrl":"https://data.example.org/' in page
    assert f'"contentUrl":"{index.publication.base_iri}' not in page
    assert f'"@id":"{index.publication.base_iri}/id/dataset/catalogue"' in page

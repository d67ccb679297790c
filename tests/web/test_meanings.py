"""The name of each row leads to what it means: a place on a page that there is, whatever the base IRI."""

import pytest
from pyoxigraph import RdfFormat, parse

from sotegraph.loading import load_folder
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.terms import PREFIXES, RDF_TYPE, term
from sotegraph.web.app import create_app
from tests.client import Client
from tests.conftest import LIBRARY
from tests.markup import read_page

DATASET = term("dcat:Dataset")
CATALOGUE = "/ns/publication/catalogue"


@pytest.fixture(scope="module")
def at_home():
    """The small publication at the base IRI that the machinery's own words have."""
    base = PREFIXES["pub"].partition("/ns/")[0]
    return load_folder(LIBRARY, Settings(base_iri=base))


def client_of(index):
    return Client(
        create_app(Settings(access_log=False), index.publication, index, InProcessEvaluator(index.version, Settings()))
    )


def meanings_of(index, client):
    """The addresses that the rows of dataset pages lead to."""
    triples = parse(client.get("/catalog.nt").text, format=RdfFormat.N_TRIPLES)
    datasets = {each.subject.value for each in triples if each.predicate == RDF_TYPE and each.object == DATASET}
    paths = [path for each in datasets if (path := index.addresses.path(each)) and "#" not in path]
    assert len(paths) >= 2
    pages = (read_page(client.page(f"{each}?lang=fi").text) for each in paths)
    return {link.attributes["href"] for page in pages for link in page.all("a", class_="meaning")}


def missing(client, addresses):
    """Those of *addresses* that lead nowhere, or to a page without the place that they name."""
    pages = {}
    for address in {each.partition("#")[0] for each in addresses}:
        answer = client.page(address)
        pages[address] = (
            {each.attributes.get("id") for each in read_page(answer.text).all()} if answer.status_code == 200 else set()
        )
    return [each for each in sorted(addresses) if each.partition("#")[2] not in pages[each.partition("#")[0]]]


def test_each_row_of_a_dataset_leads_to_its_meaning(at_home):
    client = client_of(at_home)
    found = meanings_of(at_home, client)
    assert len([each for each in found if each.startswith(f"{CATALOGUE}?lang=fi#Dataset-")]) >= 10
    assert missing(client, found) == []


@pytest.mark.slow
def test_each_row_of_a_dataset_of_the_bundled_publication_leads_to_its_meaning(bundled):
    client = client_of(bundled)
    found = meanings_of(bundled, client)
    assert len([each for each in found if each.startswith(CATALOGUE)]) >= 10
    assert missing(client, found) == []


def test_a_publication_elsewhere_links_no_row_to_a_page_that_it_has_not(index, client):
    found = meanings_of(index, client)
    assert missing(client, found) == []


def test_the_shapes_of_the_catalogue_are_there_in_every_publication(client):
    page = read_page(client.page(f"{CATALOGUE}?lang=fi").text)
    assert page.one("h1").text == "Luettelon muodot"
    row = page.one("section", id="Dataset-title")
    assert row.one("h3").text.startswith("Nimi")
    assert "http://purl.org/dc/terms/title" in [each.attributes["href"] for each in row.all("a")]

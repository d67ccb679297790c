"""The words of a publication have addresses: ontology, shapes and context, for people and for programs.

The document at an address holds what is said of that address and its hash IRIs, and of nothing else.
"""

import json

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from tests.markup import read_page

LIB = "https://library.example/ns/lib"
SHAPES = "https://library.example/shapes/"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def graph(answer) -> set[Triple]:
    return {quad.triple for quad in parse(answer.content, format=RdfFormat.TURTLE)}


def named_subjects(triples: set[Triple]) -> set[str]:
    return {each.subject.value for each in triples if isinstance(each.subject, NamedNode)}


def test_the_ontology_document_holds_its_terms_and_no_others(client):
    found = named_subjects(graph(client.get("/ns/lib.ttl")))
    assert LIB in found
    assert f"{LIB}#Book" in found
    assert len(found) > 10
    assert all(each == LIB or each.startswith(LIB + "#") for each in found)


def test_what_hangs_on_the_ontology_without_a_name_comes_along(client):
    declare = NamedNode("http://www.w3.org/ns/shacl#prefix")
    assert len([each for each in graph(client.get("/ns/lib.ttl")) if each.predicate == declare]) == 3


def test_the_iri_of_a_version_leads_to_that_ontology(client):
    assert client.get("/ns/lib/1.0.0", accept="text/turtle").content == client.get("/ns/lib.ttl").content
    assert client.get("/ns/lib/2.0.0").status_code == 404


def test_the_ontology_page_names_and_defines_every_term_at_its_anchor(client):
    tree = read_page(client.page("/ns/lib?lang=fi").text)
    assert tree.one("h1").text == "Lainakirjaston ontologia"
    terms = {each.attributes["id"]: each for each in tree.all("section", class_="term")}
    found = named_subjects(graph(client.get("/ns/lib.ttl"))) - {LIB}
    assert {f"{LIB}#{anchor}" for anchor in terms} == found
    book = terms["Book"]
    assert book.one("h3").text == "Kirja Book"
    assert "Julkaistu teos, jonka kirjasto lainaa tai antaa luettavaksi." in book.text
    links = {each.text: each.attributes["href"] for each in book.all("a")}
    assert links["schema:Book"] == "https://schema.org/Book"
    assert links["Majakanvartijan almanakka"] == "/doc/book/1?lang=fi"
    assert tree.one("aside").all("code")[0].text == LIB


def test_the_ontology_page_says_why_a_term_is_needed_in_the_language_of_the_reader(client):
    for language, heading, reason in (
        ("fi", "Miksi oma termi", "Mikään yleinen sanasto ei laske kirjan kappaleita."),
        ("en", "Why a term of its own", "No common vocabulary counts the copies of a book."),
    ):
        tree = read_page(client.page(f"/ns/lib?lang={language}").text)
        rows = tree.one("section", id="copies").all("div", class_="row")
        assert {each.one("dt").text: each.one("dd").text for each in rows}[heading] == reason
        assert heading not in tree.one("section", id="Book").text


def test_the_address_of_the_shapes_may_end_in_a_slash(client):
    answer = client.get("/shapes/?lang=fi", accept="text/html")
    assert (answer.status_code, answer.headers["location"]) == (301, "/shapes?lang=fi")


def test_the_core_vocabulary_is_there_in_every_publication(client):
    found = named_subjects(graph(client.get("/ns/publication.ttl")))
    assert "https://w3id.org/sotegraph/ns/publication#Collection" in found
    tree = read_page(client.page("/ns/publication?lang=fi").text)
    assert {each.attributes["id"] for each in tree.all("section", class_="term")} >= {"Collection", "Tombstone"}


def test_a_shape_document_holds_the_shape_and_its_property_shapes(client):
    triples = graph(client.get("/shapes/Book.ttl"))
    found = named_subjects(triples)
    assert {SHAPES + "Book", SHAPES + "Book#title", SHAPES + "Book#title-fi"} <= found
    assert all(each == SHAPES + "Book" or each.startswith(SHAPES + "Book#") for each in found)
    qualified = NamedNode("http://www.w3.org/ns/shacl#languageIn")
    assert any(each.predicate == qualified for each in triples)


def test_the_shape_page_says_what_is_asked_of_each_property(client):
    tree = read_page(client.page("/shapes/Book?lang=en").text)
    assert tree.one("h1").text == "Book"
    lines = {each.attributes["id"]: each for each in tree.one("table", class_="shape").one("tbody").all("tr")}
    title = lines["title"]
    assert title.one("th").text == "Title dct:title What the book is called, one title a language."
    assert title.all("td")[0].text == "1..*"
    assert title.all("td")[1].text.startswith("rdf:langString")
    demands = {each.attributes["id"]: each.text for each in title.all("li")}
    assert demands["title-some"].startswith("Error The title is missing. Add it.")
    assert demands["title-fi"].endswith("Publication: Warning")
    assert lines["genre"].all("td")[0].text == "1..1"
    assert lines["holdings"].one("code").text == "^lib:book"


def test_properties_stand_in_the_order_of_their_page(client):
    tree = read_page(client.page("/shapes/Book?lang=en").text)
    anchors = [each.attributes["id"] for each in tree.one("table", class_="shape").one("tbody").all("tr")]
    assert anchors[:3] == ["title", "alternative", "description"]


def test_property_names_lead_to_their_meaning(client):
    line = read_page(client.page("/shapes/Book?lang=en").text).one("tr", id="genre")
    assert line.all("td")[1].text == "skos:Concept w3.org"


@pytest.mark.parametrize("path", ["/shapes/groups", "/shapes/profiles/publication", "/shapes/profiles/submission"])
def test_groups_and_profiles_have_documents(client, path):
    assert client.page(path).status_code == 200
    assert graph(client.get(path, accept="text/turtle"))


def test_all_shapes_can_be_taken_at_once(client, version, publication):
    found = graph(client.get("/shapes.ttl"))
    assert len(found) == version.graphs[publication.graph("shapes").value]
    tree = read_page(client.page("/shapes?lang=en").text)
    listed = {each.attributes["href"] for each in tree.one("ul", class_="entries").all("a")}
    shape = NamedNode("http://www.w3.org/ns/shacl#NodeShape")
    shapes = {each.subject.value for each in found if (each.predicate, each.object) == (RDF_TYPE, shape)}
    assert listed == {each.removeprefix("https://library.example") + "?lang=en" for each in shapes}
    assert len(listed) > 5


def test_what_links_lead_to_in_the_ontology_and_shapes_is_there(client, index):
    kinds = {each for iris in index.members.values() for iri in iris for each in index.version.types(NamedNode(iri))}
    own = [path for kind in kinds if (path := index.addresses.path(kind))]
    assert own
    for path in own:
        page, _, anchor = path.partition("#")
        assert read_page(client.page(page).text).all(id=anchor), path


def test_the_context_is_served_to_everybody_and_kept_for_a_day(client, publication):
    answer = client.get("/context/lib/1.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert json.loads(answer.content) == publication.context
    assert client.get("/context/lib/1.jsonld", if_none_match=answer.headers["etag"]).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/ns",
        "/ns/",
        "/ns/other",
        "/ns/lib/",
        "/shapes/Nothing",
        "/shapes.pdf",
        "/context/lib/2.jsonld",
        "/context/lib/1",
        "/ns/a b",
        "/shapes/<>",
    ],
)
def test_words_that_are_not_there_are_not_found(client, path):
    assert client.get(path).status_code == 404

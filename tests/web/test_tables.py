"""Tables of embedded things: the columns, the order and the numbers that the publication asks for.

A path of a property shape may go over several steps, back and forth; a column may hold what no shape of the things
names, what the things are, or how many of something there are; a property may be for programs only.
"""

import shutil

import pytest

from tests.conftest import LIBRARY
from tests.markup import Element, read_page
from tests.web.folders import site_of

PREFIXES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix lib: <https://library.example/ns/lib#> .
@prefix pub: <https://w3id.org/sotegraph/ns/publication#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@base <https://library.example/shapes/> .
"""
MONEY = """
<Book> sh:property <Book#insured> .
<Book#insured> a sh:PropertyShape ; sh:path lib:insured ; sh:name "Insured for"@en ; sh:group <groups#description> .
<Amount> a sh:NodeShape ; sh:targetClass schema:MonetaryAmount , schema:QuantitativeValue ;
    sh:property <Amount#value> , <Amount#currency> , <Amount#exactness> .
<Amount#value> a sh:PropertyShape ; sh:path schema:value ; sh:name "Number"@en ; sh:order 1 .
<Amount#currency> a sh:PropertyShape ; sh:path schema:currency ; sh:name "Currency"@en ; sh:order 2 .
<Amount#exactness> a sh:PropertyShape ; sh:path lib:exactness ; sh:name "How exact"@en ; sh:order 3 ;
    pub:unsaid <../id/concept/genre/fiction> .
"""
AMOUNTS = """
@base <https://library.example/id/> .
<book/1> lib:insured <book/1#over> .
<book/1#over> a schema:MonetaryAmount ; schema:value 12000.5 ; schema:currency "EUR" ;
    lib:exactness <concept/genre/nonfiction> .
<book/2> lib:insured <book/2#exactly> .
<book/2#exactly> a schema:MonetaryAmount ; schema:value 300000 ; schema:currency "EUR" ;
    lib:exactness <concept/genre/fiction> .
<book/3> lib:insured <book/3#number> .
<book/3#number> a schema:QuantitativeValue ; schema:value 1200 ; lib:exactness <concept/genre/nonfiction> .
<book/4> lib:insured <book/4#told> .
<book/4#told> a schema:MonetaryAmount ; schema:value 7 ; schema:currency "EUR" ;
    dct:source <https://catalogue.example/export/2026-05> .
"""


def page(client, path: str, language: str = "en") -> Element:
    return read_page(client.page(f"{path}{'&' if '?' in path else '?'}lang={language}").text)


def table(tree: Element, caption: str) -> list[list[str]]:
    """The rows of a table, that of its headings first."""
    found = next(each for each in tree.all("table") if each.one("caption").text.startswith(caption))
    return [[cell.text for cell in row.all("th") + row.all("td")] for row in found.all("tr")]


def row(tree: Element, name: str) -> Element:
    return next(each.one("dd") for each in tree.all("div", class_="row") if each.one("dt").text == name)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(LIBRARY, tmp_path / "library")


def test_a_path_of_several_steps_leads_to_what_is_embedded(client):
    rows = table(page(client, "/doc/branch/03"), "Books")
    assert sorted(each[0] for each in rows[1:]) == ["Gulls on Strike", "The Lighthouse Keeper's Almanac"]


def test_the_columns_are_those_that_are_named_in_their_order(client):
    heads, *rows = table(page(client, "/doc/branch/03", "fi"), "Kirjat")
    assert heads[:5] == ["Nimeke", "Laji", "Julkaistu", "Kokoelmatietoja", "Jatko-osat ja edeltäjät"]
    assert {each[1] for each in rows} == {"Kirja"}
    assert all(each[3].isdecimal() for each in rows)


def test_the_alternatives_of_a_path_are_joined(client):
    heads, *rows = table(page(client, "/doc/branch/01"), "Books")
    place = heads.index("Sequels and what they follow")
    follows = {each[0]: each[place] for each in rows if each[place]}
    assert follows["The Lighthouse Keeper's Almanac"] in follows
    assert follows[follows["The Lighthouse Keeper's Almanac"]] == "The Lighthouse Keeper's Almanac"


def test_the_latest_comes_first_over_all_pages(client, index):
    years = []
    for number in (1, 2):
        rows = table(page(client, f"/doc/branch/01?in=%5Elib%3Abranch%2Flib%3Abook&page={number}"), "Books")
        years += [each[2][-4:] for each in rows[1:]]
    assert len(years) == 10
    assert years == sorted(years, reverse=True)


def test_the_first_cell_leads_to_the_page_of_the_line(client):
    found = next(each for each in page(client, "/doc/branch/03").all("table"))
    first = [each.one("th").one("a").attributes["href"] for each in found.one("tbody").all("tr")]
    assert first == ["/doc/book/12?lang=en", "/doc/book/1?lang=en"]


def test_ascending_order_and_numbers_of_nothing(folder):
    shapes = folder / "shapes" / "Branch.ttl"
    shapes.write_text(shapes.read_text("utf-8").replace("pub:descendingBy dct:issued", "pub:ascendingBy dct:issued"))
    columns = folder / "ontology" / "pages.ttl"
    columns.write_text(columns.read_text("utf-8").replace("sh:inversePath lib:book ", "sh:inversePath lib:sequelOf "))
    client = site_of(folder)
    rows = table(page(client, "/doc/branch/03"), "Books")[1:]
    assert [each[2][-4:] for each in rows] == sorted(each[2][-4:] for each in rows)
    numbers = {each[0]: each[3] for each in table(page(client, "/doc/branch/03", "fi"), "Kirjat")[1:]}
    assert numbers["Majakanvartijan almanakka"] == "1"
    assert "ei löytynyt" in numbers.values()


def test_what_is_for_programs_only_is_in_the_data_and_not_on_the_page(folder):
    before = site_of(folder)
    assert row(page(before, "/doc/book/1"), "Pages")
    shapes = folder / "shapes" / "Book.ttl"
    text = shapes.read_text("utf-8")
    old = "    sh:path lib:pages ;\n    sh:name"
    assert text.count(old) == 1
    shapes.write_text(text.replace(old, "    sh:path lib:pages ;\n    pub:hidden true ;\n    sh:name"))
    client = site_of(folder)
    names = [each.text for each in page(client, "/doc/book/1").all("dt")]
    assert "Pages" not in names
    assert "lib:pages" not in names
    assert client.get("/doc/book/1.jsonld").json()["pages"] == 312


def test_an_amount_is_told_in_one_line(folder):
    (folder / "shapes" / "Amount.ttl").write_text(PREFIXES + MONEY)
    (folder / "data" / "catalogue" / "amounts.ttl").write_text(PREFIXES + AMOUNTS)
    client = site_of(folder)
    assert row(page(client, "/doc/book/1", "fi"), "Insured for englanti").text == "Tietokirjallisuus 12 000,50 €"
    assert row(page(client, "/doc/book/1"), "Insured for").text == "Non-fiction €12,000.50"
    assert row(page(client, "/doc/book/2"), "Insured for").text == "€300,000"
    assert row(page(client, "/doc/book/2"), "Insured for").one("data").attributes["value"] == "300000"
    assert row(page(client, "/doc/book/3"), "Insured for").text == "Non-fiction 1,200"
    assert "catalogue.example" in page(client, "/doc/book/4").one("dl", class_="part").text, "its source is not lost"

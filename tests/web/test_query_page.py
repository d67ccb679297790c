"""People query by a form that works without a script: an example to begin with, results as a table, errors in place."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import PAGE, Client
from tests.markup import read_page

PREFIXES = "PREFIX lib: <https://library.example/ns/lib#> PREFIX dct: <http://purl.org/dc/terms/> "


def ask(client, query: str, language: str = "en", method: str = "GET"):
    if method == "GET":
        address = f"/sparql?{urlencode({'query': query, 'lang': language})}"
        return client.request("GET", address, headers=PAGE)
    return client.request("POST", f"/sparql?lang={language}", data={"query": query, "format": "html"}, headers=PAGE)


def results(answer) -> list[list[str]]:
    table = read_page(answer.text).one("main").one("table")
    return [[each.text for each in line.all("td")] for line in table.one("tbody").all("tr")]


@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_example_of_the_form_gives_names_of_the_first_collection(client, language):
    tree = read_page(client.page(f"/sparql?lang={language}").text)
    form = tree.one("form")
    assert (form.attributes["method"], form.attributes["action"]) == ("post", f"/sparql?lang={language}")
    field = form.one("textarea", name="query")
    assert tree.one("label", for_="query").text
    query = "".join(field.children)
    assert "lib:Book" in query
    lines = results(ask(client, query, language, "POST"))
    name = {"en": "The Book of Stars", "fi": "Tähtien kirja"}[language]
    assert name in [cell for line in lines for cell in line]


def test_every_form_of_result_can_be_chosen(client):
    form = read_page(client.page("/sparql").text).one("form")
    suffixes = [each.attributes["value"] for each in form.one("select", name="format").all("option")]
    assert suffixes[:5] == ["html", "srj", "srx", "csv", "tsv"]
    for suffix in suffixes[:5]:
        answer = client.request(
            "POST", "/sparql", data={"query": "SELECT * {} LIMIT 1", "format": suffix}, headers=PAGE
        )
        assert answer.status_code == 200, suffix
    answer = client.request("POST", "/sparql", data={"query": "SELECT ('a' AS ?b) {}", "format": "csv"}, headers=PAGE)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_solutions_are_a_table_with_named_links(client, method):
    query = (
        PREFIXES
        + "SELECT ?book ?title ?pages { ?book a lib:Book ; dct:title ?title ; lib:pages ?pages } ORDER BY ?pages"
    )
    answer = ask(client, query, "fi", method)
    tree = read_page(answer.text)
    assert [each.text for each in tree.one("main").one("thead").all("th")] == ["book", "title", "pages"]
    link = tree.one("main").one("tbody").all("tr")[0].all("a")[0]
    assert (link.text, link.attributes["href"]) == ("Lokit lakossa", "/doc/book/12?lang=fi")
    long = "Hyvin pitkien osoitteiden kartasto"
    assert [f"{long} https://library.example/id/book/11", long, "1 024"] in results(answer)
    english = next(each for each in tree.all("span", lang="en") if each.text == "Gulls on Strike")
    assert english.attributes["dir"] == "auto"
    assert "".join(tree.one("textarea").children).strip() == query


def test_an_unbound_variable_is_an_empty_cell(client):
    assert results(ask(client, "SELECT ?a ?b { BIND(1 AS ?a) }")) == [["1", ""]]


def test_a_blank_node_and_an_iri_of_elsewhere_are_shown(client):
    (cells,) = results(ask(client, "SELECT ?a ?b { BIND(BNODE() AS ?a) BIND(<urn:x:y> AS ?b) }"))
    assert cells[0].startswith("_:")
    assert cells[1] == "<urn:x:y>"


def test_a_question_is_answered_with_yes_or_no(client):
    assert read_page(ask(client, "ASK {}").text).one("p", class_="verdict").text == "Yes"
    assert read_page(ask(client, "ASK { <urn:a> <urn:b> <urn:c> }", "fi").text).one("p", class_="verdict").text == "Ei"


def test_a_graph_is_shown_as_turtle(client):
    query = PREFIXES + "CONSTRUCT { ?b dct:title ?t } WHERE { ?b dct:title ?t FILTER(CONTAINS(?t, '<script>')) }"
    answer = ask(client, query)
    assert "<script" not in answer.text
    shown = read_page(answer.text).one("main").all("pre")[0].text
    assert "Hello <script>alert(1)</script>" in shown


def test_an_error_stands_over_the_query_it_is_about(client):
    query = "SELECT * WHERE {\n  ?s ?p\n}"
    answer = ask(client, query, "fi")
    tree = read_page(answer.text)
    assert answer.status_code == 400
    notice = tree.one("div", class_="error")
    assert notice.attributes["role"] == "alert"
    assert notice.one("h2").text == "Kyselyssä on syntaksivirhe"
    assert "3" in notice.one("p").text
    field = tree.one("textarea")
    assert "".join(field.children).strip() == query
    assert field.attributes["aria-invalid"] == "true"
    assert field.attributes["aria-describedby"] == notice.attributes["id"]


def test_long_results_are_cut_and_say_so(client):
    query = "SELECT * { VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 } ?s ?p ?o } LIMIT 1001"
    answer = ask(client, query)
    tree = read_page(answer.text)
    assert len(results(answer)) == 1_000
    assert tree.one("p", class_="note").text == ("The first 1,000 of 1,001 are shown. Take them all as CSV or JSON.")


def test_the_language_can_be_switched_without_losing_the_query(client):
    query = "ASK {}"
    switch = read_page(ask(client, query).text).one("nav", class_="languages").all("a")
    addresses = [each.attributes["href"] for each in switch]
    assert all("query=ASK+%7B%7D" in each for each in addresses)
    assert read_page(client.page(addresses[1]).text).one("p", class_="verdict").text == "Kyllä"


def test_a_quoted_triple_is_written_like_a_triple(client):
    query = 'SELECT (<<( <urn:a> <urn:b> "x"@fi )>> AS ?t) (<<( <urn:a> <urn:b> 1 )>> AS ?u) {}'
    (cells,) = results(ask(client, query))
    number = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert cells == ['<< <urn:a> <urn:b> "x"@fi >>', f"<< <urn:a> <urn:b> {number} >>"]


def test_a_number_too_long_to_be_written_out_stands_as_it_is(client):
    query = 'SELECT ("1e3000000"^^<http://www.w3.org/2001/XMLSchema#decimal> AS ?x) {}'
    assert results(ask(client, query)) == [["1e3000000"]]


def test_the_form_has_an_example_where_no_collection_has_members(index):
    settings = Settings(access_log=False)
    empty = replace(index, members=dict.fromkeys(index.members, ()), ordered={})
    app = create_app(settings, index.publication, empty, InProcessEvaluator(index.version, settings))
    query = "".join(read_page(Client(app).page("/sparql").text).one("textarea").children)
    assert "?subject ?predicate ?object" in query

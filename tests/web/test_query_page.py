"""People query by a form that works without a script: an example to begin with, results as a table, errors in place."""

import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import PAGE, Client
from tests.markup import read_page

PREFIXES = "PREFIX lib: <https://library.example/ns/lib#> PREFIX dct: <http://purl.org/dc/terms/> "


def ask(client, query: str, language: str = "en", method: str = "GET", **parameters: str):
    if method == "GET":
        address = f"/sparql?{urlencode({'query': query, 'lang': language, **parameters})}"
        return client.request("GET", address, headers=PAGE)
    data = {"query": query, "format": "html", **parameters}
    return client.request("POST", f"/sparql?lang={language}", data=data, headers=PAGE)


def results(answer) -> list[list[str]]:
    table = read_page(answer.text).one("main").one("table")
    return [[each.text for each in line.all("td")] for line in table.one("tbody").all("tr")]


@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_example_of_the_form_gives_names_of_the_first_collection(client, language):
    tree = read_page(client.page(f"/sparql?lang={language}").text)
    form = tree.one("form", id="form")
    assert (form.attributes["method"], form.attributes["action"]) == ("post", f"/sparql?lang={language}#answer")
    field = form.one("textarea", name="query")
    assert tree.one("label", for_="query").text
    query = "".join(field.children)
    assert "lib:Book" in query
    lines = results(ask(client, query, language, "POST"))
    name = {"en": "The Book of Stars", "fi": "Tähtien kirja"}[language]
    assert name in [cell for line in lines for cell in line]


@pytest.mark.parametrize("address", ["/sparql?lang=en", "/sparql?lang=fi&example=list-titles"])
def test_the_form_alone_is_not_sent_again(client, address):
    answer = client.page(address)
    assert answer.headers["cache-control"] == "max-age=300, stale-while-revalidate=86400"
    assert client.page(address, if_none_match=answer.headers["etag"]).status_code == 304
    others = [client.page(each) for each in ("/sparql", "/sparql?lang=fi", "/sparql?lang=fi&example=is-book-held")]
    assert answer.headers["etag"] not in {other.headers["etag"] for other in others}
    assert ask(client, "ASK {}").headers["cache-control"] == "no-store"


def test_every_form_of_result_can_be_chosen(client):
    form = read_page(client.page("/sparql").text).one("form", id="form")
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


def test_an_unbound_variable_is_said_to_have_no_value(client):
    assert results(ask(client, "SELECT ?a ?b { BIND(1 AS ?a) }")) == [["1", "–no value"]]


def test_a_blank_node_and_an_iri_of_elsewhere_are_shown(client):
    (cells,) = results(ask(client, "SELECT ?a ?b { BIND(BNODE() AS ?a) BIND(<urn:x:y> AS ?b) }"))
    assert cells[0].startswith("_:")
    assert cells[1] == "<urn:x:y>"


def test_a_question_is_answered_with_yes_or_no(client):
    assert read_page(ask(client, "ASK {}").text).one("p", class_="verdict").text == "Yes"
    assert read_page(ask(client, "ASK { <urn:a> <urn:b> <urn:c> }", "fi").text).one("p", class_="verdict").text == "Ei"


TITLES = PREFIXES + "CONSTRUCT { ?b dct:title ?t } WHERE { ?b dct:title ?t FILTER(CONTAINS(?t, '<script>')) }"


def test_a_graph_is_a_table_of_its_triples_with_names(client):
    answer = ask(client, TITLES)
    assert "<script>alert" not in answer.text
    tree = read_page(answer.text).one("main")
    assert [each.text for each in tree.one("thead").all("th")] == ["Subject", "Property", "Value"]
    subject, predicate, value = results(answer)[0]
    assert " https://library.example/id/book/" in subject
    assert "http://purl.org/dc/terms/title" in predicate
    assert "<script>alert(1)</script>" in value
    assert re.fullmatch(r"\d triples in [\d,]+ ms", tree.one("p", class_="took").text)


def test_a_graph_is_shown_as_turtle_too(client):
    answer = ask(client, TITLES, view="raw")
    assert "<script>alert" not in answer.text
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
    assert field.attributes["aria-describedby"] == notice.attributes["id"] == "answer"
    line = notice.one("pre", class_="fault")
    assert (line.one("span").text, line.one("mark").text) == ("2", "?s")
    assert (field.attributes["data-line"], field.attributes["data-column"]) == ("2", "3")


def test_an_error_without_a_place_shows_no_line(client):
    notice = read_page(ask(client, "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }").text).one("div", class_="error")
    assert notice.all("pre") == []


def test_long_results_are_cut_and_say_so(client):
    query = "SELECT * { VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 } ?s ?p ?o } LIMIT 1001"
    answer = ask(client, query)
    tree = read_page(answer.text)
    assert len(results(answer)) == 1_000
    notes = [each.text for each in tree.all("p", class_="note")]
    assert "The first 1,000 of 1,001 are shown. All of them are in the downloads." in notes


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


def links(tree, kind: str) -> dict[str, str]:
    return {each.text: each.attributes["href"] for each in tree.one("nav", class_=kind).all("a")}


def test_the_answer_says_how_long_it_is_and_took(client):
    for query, said in (("SELECT * { VALUES ?a { 1 } }", r"1 row in [\d,]+ ms"), ("ASK {}", r"Answered in [\d,]+ ms")):
        tree = read_page(ask(client, query).text)
        assert re.fullmatch(said, tree.one("p", class_="took").text)
    several = read_page(ask(client, "SELECT * { VALUES ?a { 1 2 3 } }", "fi").text)
    assert re.fullmatch(r"3 riviä, [\d\s]+ ms", several.one("p", class_="took").text)


def test_every_form_of_the_answer_is_a_link_that_asks_the_same(client):
    query = "SELECT * { VALUES ?a { 'ä+&' } }"
    found = links(read_page(ask(client, query, timeout="2").text), "downloads")
    assert len(found) == 5
    assert client.get(found["CSV"]).text.splitlines() == ["a", "ä+&"]
    again = found["Address of this answer"]
    assert parse_qs(urlsplit(again).query) == {"query": [query], "timeout": ["2"], "lang": ["en"]}
    assert results(client.page(again)) == [["ä+&"]]
    assert client.get(links(read_page(ask(client, TITLES).text), "downloads")["N-Triples"]).text.endswith(" .\n")
    assert len(links(read_page(ask(client, "ASK {}").text), "downloads")) == 3


def test_a_query_too_long_for_an_address_is_asked_again_by_buttons(client):
    query = f"SELECT * {{ VALUES ?a {{ 1 2 }} }} # {'x' * 9_000}"
    tree = read_page(ask(client, query, method="POST").text)
    hidden = {each.attributes["name"]: each.attributes["value"] for each in tree.one("form", id="again").all("input")}
    assert hidden == {"query": query}
    pressed = {each.text: each.attributes for each in tree.all("button", form="again")}
    assert {"Raw", "CSV"} <= set(pressed)
    answer = client.request("POST", "/sparql", data={**hidden, pressed["CSV"]["name"]: pressed["CSV"]["value"]})
    assert answer.text.split() == ["a", "1", "2"]


def test_a_dataset_and_a_time_limit_stay_in_the_form(client):
    graph = "https://library.example/id/graph/catalogue"
    tree = read_page(ask(client, "SELECT * {}", **{"default-graph-uri": graph, "timeout": "1.5"}).text)
    form = tree.one("form", id="form")
    assert form.one("input", name="default-graph-uri").attributes["value"] == graph
    assert form.one("input", name="timeout").attributes["value"] == "1.5"


def test_no_row_is_said_to_be_no_row(client):
    tree = read_page(ask(client, "SELECT * { <urn:a> ?b ?c }").text).one("main")
    assert "nothing in the data fits it" in tree.one("p", class_="notice").text
    assert tree.all("table") == []


def test_numbers_stand_right_and_datatypes_are_told(client):
    query = "SELECT * { VALUES (?a ?b) { ('2024'^^<http://www.w3.org/2001/XMLSchema#gYear> 5) (UNDEF 7) } }"
    tree = read_page(ask(client, query).text).one("main").one("table")
    assert [each.attributes.get("class") for each in tree.one("thead").all("th")] == [None, "figure"]
    year, number = tree.one("tbody").all("tr")[0].all("td")
    assert (year.attributes["title"], number.attributes["title"]) == ("xsd:gYear", "xsd:integer")
    assert number.attributes["class"] == "figure"


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_question_is_loaded_into_the_form(client, index, language):
    form = read_page(client.page(f"/sparql?lang={language}").text).one("form", class_="examples")
    titles = {each.attributes["value"]: each.text for each in form.all("option")}
    assert titles["list-titles"] == index.choose(index.question("list-titles").titles, language).value
    assert set(titles) == {each.name for each in index.questions}
    assert form.one("input", name="lang").attributes["value"] == language
    for name in titles:
        tree = read_page(client.page(f"/sparql?example={name}&lang={language}").text)
        query = "".join(tree.one("textarea").children).removeprefix("\n")
        assert query == index.question(name).ready_text
        assert tree.one("option", selected="").attributes["value"] == name
        assert ask(client, query, method="POST").status_code == 200


def test_a_question_that_is_none_is_not_found(client):
    assert client.page("/sparql?example=nonsense").status_code == 404


CHARTED = "SELECT * { VALUES (?name ?count ?share) { ('a' 5 0.5) ('b' -15 UNDEF) ('c' 0 1.5) } }"


def test_a_chart_has_a_bar_for_each_number_and_its_value_as_text(client):
    tree = read_page(ask(client, CHARTED, view="chart").text)
    assert links(tree, "views").keys() == {"Table", "Chart", "Raw"}
    first, second = (each.one("table") for each in tree.all("div", class_="chart"))
    assert "From -15 (b) to 5 (a)" in first.one("caption").text
    bars = [each.attributes for each in first.all("rect")]
    assert [(each["x"], each["width"]) for each in bars] == [("75.0%", "25.0%"), ("0.0%", "75.0%"), ("75.0%", "0.0%")]
    assert [each.get("class") for each in bars] == [None, "negative", None]
    rows = [[each.text for each in line.all() if each.tag in ("th", "td")] for line in second.one("tbody").all("tr")]
    assert rows == [["a", "", "0.5"], ["b", "", "–no value"], ["c", "", "1.5"]]


def test_a_chart_labels_its_bars_with_links_to_pages(client):
    query = PREFIXES + "SELECT ?book ?pages { ?book a lib:Book ; lib:pages ?pages } ORDER BY ?pages"
    tree = read_page(ask(client, query, "fi", view="chart").text)
    link = tree.one("div", class_="chart").one("tbody").all("a")[0]
    assert (link.text, link.attributes["href"]) == ("Lokit lakossa", "/doc/book/12?lang=fi")


@pytest.mark.parametrize(
    "query", ["SELECT * { VALUES ?a { 1 2 } }", "SELECT * { VALUES ?a { 'a' 'b' } }", "SELECT ('a' AS ?x) (1 AS ?y) {}"]
)
def test_a_chart_is_offered_only_where_the_columns_allow(client, query):
    tree = read_page(ask(client, query, view="chart").text)
    assert set(links(tree, "views")) == {"Table", "Raw"}
    assert tree.one("p", class_="notice").text.startswith("A chart needs")
    assert tree.one("main").all("table")


def test_many_bars_are_cut_and_say_so(client):
    values = " ".join(f"('{number}' {number})" for number in range(120))
    tree = read_page(ask(client, f"SELECT * {{ VALUES (?a ?b) {{ {values} }} }}", method="POST", view="chart").text)
    assert len(tree.all("rect")) == 100
    assert "The first 100 of 120 are drawn. All of them are in the table." in tree.one("main").text


POINT = "^^<http://www.opengis.net/ont/geosparql#wktLiteral>"
MAPPED = f"SELECT * {{{{ VALUES (?name ?at) {{{{ ('south' 'POINT(20 60)'{POINT}) ({{}}) ('none' UNDEF) }}}} }}}}"


def test_points_are_dots_on_a_map_and_named_in_a_table(client):
    query = MAPPED.format(f"'north' 'POINT(30 70)'{POINT}")
    tree = read_page(ask(client, query, view="map").text)
    assert links(tree, "views").keys() == {"Table", "Map", "Raw"}
    south, north = tree.one("div", class_="map").one("svg").all("circle")
    assert (south.text, north.text) == ("south", "north")
    assert float(south.attributes["cx"]) < float(north.attributes["cx"])
    assert float(south.attributes["cy"]) > float(north.attributes["cy"])
    drawn = tree.one("svg")
    box = [float(each) for each in drawn.attributes["viewbox"].split()]
    for each in (south, north):
        assert 0 < float(each.attributes["cx"]) < box[2]
        assert 0 < float(each.attributes["cy"]) < box[3]
    assert {"20° E", "30° E", "60° N", "70° N"} <= {each.text for each in drawn.all("text")}
    rows = [[each.text for each in line.all("td")] for line in tree.one("tbody").all("tr")]
    assert rows == [["south", "60° N, 20° E"], ["north", "70° N, 30° E"]]


@pytest.mark.parametrize(
    ("north", "east"), [("lat", "long"), ("latitude", "longitude"), ("homeLat", "homeLng"), ("at_lat", "at_lon")]
)
def test_columns_of_latitude_and_longitude_are_dots_on_a_map(client, north, east):
    rows = "('south' 60 20.5) ('north' 70.25 30e0) ('none' UNDEF UNDEF)"
    query = f"SELECT * {{ VALUES (?name ?{north} ?{east}) {{ {rows} }} }}"
    tree = read_page(ask(client, query, view="map").text)
    assert links(tree, "views").keys() == {"Table", "Chart", "Map", "Raw"}
    assert [each.text for each in tree.one("svg").all("circle")] == ["south", "north"]
    assert [each.text for each in tree.one("thead").all("th")] == ["name", f"{north}, {east}"]
    shown = [[each.text for each in line.all("td")] for line in tree.one("tbody").all("tr")]
    assert shown == [["south", "60° N, 20.5° E"], ["north", "70.25° N, 30° E"]]


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        ("?lat ?long", "(95 20)"),
        ("?lat ?long", "(60 UNDEF)"),
        ("?lat ?long", "('60' '20')"),
        ("?flat ?long", "(60 20)"),
        ("?homeLat ?workLong", "(60 20)"),
        ("?latest ?along", "(60 20)"),
    ],
)
def test_other_pairs_of_numbers_are_no_places(client, columns, row):
    query = f"SELECT * {{ VALUES ({columns}) {{ (60.5 20.5) {row} }} }}"
    assert "Map" not in links(read_page(ask(client, query).text), "views")


def test_one_point_alone_is_drawn_in_the_middle(client):
    tree = read_page(ask(client, f"SELECT ('POINT(-70.5 -33.25)'{POINT} AS ?at) {{}}", view="map").text)
    circle, box = tree.one("circle").attributes, [float(each) for each in tree.one("svg").attributes["viewbox"].split()]
    assert (float(circle["cx"]), float(circle["cy"])) == (
        pytest.approx(box[2] / 2, abs=1),
        pytest.approx(box[3] / 2, abs=1),
    )


@pytest.mark.parametrize(
    "value", ["'x' 'POINT(200 0)'" + POINT, "'x' 'LINESTRING(0 0, 1 1)'" + POINT, "'x' 'POINT(1 2)'"]
)
def test_a_map_is_offered_only_where_a_column_holds_points_alone(client, value):
    tree = read_page(ask(client, MAPPED.format(value), view="map").text)
    assert set(links(tree, "views")) == {"Table", "Raw"}
    assert tree.one("p", class_="notice").text.startswith("A map needs a column of points")


@pytest.mark.parametrize("accept", ["text/html", "text/csv"])
def test_a_view_that_there_is_not_is_a_wrong_request(client, accept):
    asked = {"query": TITLES, "view": "bogus"}
    answer = client.request("GET", "/sparql", params=asked, headers={"Accept": accept})
    assert answer.status_code == 400
    assert "table, chart, map, raw" in answer.text
    assert client.request("GET", "/sparql", params=asked | {"view": ""}).status_code == 200


def test_the_raw_view_is_what_the_endpoint_sends(client):
    query = "SELECT * { VALUES ?a { 'ä' 2 } }"
    shown = read_page(ask(client, query, view="raw").text).one("section", id="answer").one("pre").text
    sent = client.get(f"/sparql?{urlencode({'query': query})}", accept="application/sparql-results+json")
    assert json.loads(shown) == sent.json()

"""``/queries`` lists the questions of the publication; ``/queries/{name}`` answers one, its values in the address.

Without values a question has its defaults; an empty value leaves an optional parameter open. A value is read by the
type of its parameter, and one that is none is told with the parameter, the value and what was expected. The page has a
form that needs no JavaScript, the answer as a table, and the query, ready to be opened in the query form.
"""

import csv
import io
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from sotegraph.formats import ANSWER_FORMATS
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client, varies_by
from tests.markup import read_page

HOLDINGS, TITLES, HELD, PRICES = (
    f"/queries/{name}" for name in ("list-holdings-of-branch", "list-titles", "is-book-held", "describe-price-list")
)
BASE, LIB = "https://library.example/id/", "https://library.example/ns/lib#"


def lines(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def books(answer) -> set[str]:
    return {each["book"].removeprefix(BASE) for each in lines(answer)}


def field(page, name: str):
    return next(each for each in page.all("select") + page.all("input") if each.attributes.get("name") == name)


def test_the_list_has_every_question_below_what_it_is_about(client, index):
    page = read_page(client.page("/queries?lang=fi").text)
    links = {each.attributes["href"].partition("?")[0] for each in page.one("main").all("a")}
    assert {f"/queries/{each.name}" for each in index.questions} <= links
    assert len(index.questions) == 5
    assert [each.text.rpartition(" ")[0] for each in page.one("main").all("h2")][:3] == [
        "Kirjat",
        "Kokoelmatiedot",
        "Muut kysymykset",
    ]


def test_the_list_is_rdf_as_well(client, index):
    triples = {quad.triple for quad in parse(client.get("/queries.ttl").content, RdfFormat.TURTLE)}
    for question in index.questions:
        own = set(index.version.outgoing(NamedNode(question.iri)))
        assert own
        assert own <= triples
    members = [each.object.value for each in triples if each.predicate.value.endswith("core#member")]
    assert sorted(members) == sorted(each.iri for each in index.questions)


def test_a_publication_without_questions_has_none(index):
    client = site_of(replace(index, questions=()))
    assert client.get("/queries").status_code == 404
    assert "/queries" not in client.page("/").text


@pytest.mark.parametrize("address", ["/queries/none", "/queries/list-titles.pdf", "/queries/is-book-held.csv"])
def test_what_is_no_question_or_no_form_of_it_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_defaults_stand_in_for_what_is_not_given(client):
    assert {each["branch"] for each in lines(client.get(f"{HOLDINGS}.csv"))} == {BASE + "branch/01"}
    assert {each["branch"] for each in lines(client.get(f"{HOLDINGS}.csv?branch=branch/02"))} == {BASE + "branch/02"}


def test_an_optional_parameter_is_open_without_a_value(client):
    narrow = lines(client.get(f"{HOLDINGS}.csv?year=2014"))
    wide = lines(client.get(f"{HOLDINGS}.csv?year="))
    assert {each["start"][:4] for each in narrow} == {"2014"}
    assert len({each["start"][:4] for each in wide}) > 3
    assert wide == lines(client.get(f"{HOLDINGS}.csv"))
    narrow, wide = (client.get(f"{PRICES}.nt{query}").text.splitlines() for query in ("", "?readOnTheSpot="))
    assert set(narrow) < set(wide)


@pytest.mark.parametrize("value", ["concept/genre/fiction-novel", f"{BASE}concept/genre/fiction-novel"])
def test_a_thing_is_given_by_its_path_or_by_its_iri(client, value):
    assert books(client.request("GET", f"{TITLES}.csv", params={"genre": value})) == {"book/1", "book/3"}


def test_a_compact_iri_means_the_whole_one(client):
    answers = [client.request("GET", PRICES, params={"genre": each}) for each in ("lib:Book", f"{LIB}Book")]
    assert [each.status_code for each in answers] == [200, 200]
    queries = [read_page(each.text).all("pre")[-1].text for each in answers]
    assert queries[0] == queries[1]
    assert f"VALUES ?genre {{ <{LIB}Book> }}" in queries[0]


@pytest.mark.parametrize(
    ("address", "parameter", "value"),
    [
        (f"{HOLDINGS}.csv?year=20x4", "year", "20x4"),
        (f"{HOLDINGS}.csv?branch=book/1", "branch", "book/1"),
        (f"{HOLDINGS}.csv?branch=branch/99", "branch", "branch/99"),
        (f"{HOLDINGS}.csv?branch=a%20b", "branch", "a b"),
        (
            f"{TITLES}.csv?genre=http://subjects.example/scheme/code/S2",
            "genre",
            "http://subjects.example/scheme/code/S2",
        ),
        (f"{HELD}.json?book=book/1&branch=branch/03", "branch", "branch/03"),
        (f"{PRICES}.ttl?readOnTheSpot=maybe", "readOnTheSpot", "maybe"),
        (f"{PRICES}.ttl?genre=nobody:knows", "genre", "nobody:knows"),
        (f"{TITLES}.csv?labels=2", "labels", "2"),
    ],
)
def test_a_wrong_value_is_told_with_what_was_expected(client, address, parameter, value):
    answer = client.get(address)
    told = answer.json()
    assert (answer.status_code, told["kind"]) == (400, "wrong-value")
    assert (told["parameter"], told["value"]) == (parameter, value)
    assert told["expected"]
    assert told["expected"] in told["detail"]


def test_an_unknown_parameter_is_told_with_the_one_that_was_meant(client):
    told = client.get(f"{TITLES}.csv?contians=x").json()
    assert (told["status"], told["kind"], told["near"]) == (400, "unknown-parameter", "contains")
    assert "near" not in client.get(f"{TITLES}.csv?zzz=x").json()


def test_a_missing_value_is_told_to_programs_and_asked_for_on_the_page(client):
    assert client.get(f"{HELD}.json").json()["kind"] == "missing-value"
    assert client.get(f"{HELD}.json?book=").json()["parameter"] == "book"
    page = client.page(HELD)
    assert page.status_code == 200
    assert not read_page(page.text).all(role="alert")
    assert client.page(f"{HELD}?book=").status_code == 400


def test_a_parameter_is_given_once(client):
    answer = client.get(f"{HOLDINGS}.csv?year=2014&year=2015")
    assert (answer.status_code, answer.json()["name"]) == (400, "year")


def test_a_truth_is_answered(client):
    held = client.get(f"{HELD}.json?book=book/1&branch=branch/01").json()
    assert held["boolean"] is True
    assert read_page(client.page(f"{HELD}?book=book/99&lang=en").text).all(role="alert")
    assert "Yes" in read_page(client.page(f"{HELD}?book=book/1&lang=en").text).one(class_="verdict").text


def test_values_never_become_part_of_the_query(client):
    answer = client.request("GET", f"{TITLES}.csv", params={"contains": '"} SERVICE <http://127.0.0.1/> { ?s ?p ?o #'})
    assert lines(answer) == []
    assert books(client.request("GET", f"{TITLES}.csv", params={"contains": 'alert(1)</script> & "quotes"'})) == {
        "book/4"
    }


def test_the_form_has_a_field_for_each_parameter_with_its_value(client):
    page = read_page(client.page(f"{HOLDINGS}?branch=branch/02&year=2015&lang=fi").text)
    assert page.one("form", class_="parameters").attributes["action"] == HOLDINGS
    branch, year = field(page, "branch"), field(page, "year")
    options = {each.attributes["value"]: each.text for each in branch.all("option")}
    assert options["branch/01"] == "Pääkirjasto"
    assert options[""] == "Valitse"
    assert [each.attributes["value"] for each in branch.all("option") if "selected" in each.attributes] == ["branch/02"]
    assert year.attributes["value"] == "2015"
    labels = {each.attributes["for"]: each.text for each in page.all("label")}
    assert (labels["parameter-branch"], labels["parameter-year"]) == ("Toimipiste", "Vuosi")
    assert field(page, "lang").attributes["value"] == "fi"


def test_a_wrong_value_stays_in_its_field_with_what_is_wrong(client):
    answer = client.page(f"{HOLDINGS}?year=20x4&lang=fi")
    page = read_page(answer.text)
    year = field(page, "year")
    assert answer.status_code == 400
    assert (year.attributes["value"], year.attributes["aria-invalid"]) == ("20x4", "true")
    described = year.attributes["aria-describedby"].split()
    assert "20x4" in "".join(each.text for each in page.all("span") if each.attributes.get("id") in described)
    assert page.one(role="alert").one("h2").text == "Kysymystä ei voi esittää näin"


def test_the_answer_is_a_table_with_links_names_and_headings_in_the_readers_language(client):
    table = read_page(client.page(f"{HOLDINGS}?year=2014&lang=fi").text).one("table")
    heads = [each.text for each in table.one("thead").all("th")]
    assert heads == ["book", "Nimi", "genre", "Kappaleita", "start", "price"]
    first = table.one("tbody").all("tr")[0]
    assert first.all("a")[0].attributes["href"] == "/doc/book/1?lang=fi"
    assert first.all("a")[0].text == "Majakanvartijan almanakka"
    assert first.all("td")[-1].text == "24,9"


def test_a_column_may_have_a_heading_of_its_own_in_one_question(client):
    table = read_page(client.page(f"{TITLES}?lang=en").text).one("table")
    assert "Title in each language" in [each.text for each in table.one("thead").all("th")]


def test_an_empty_answer_says_what_that_means(client):
    page = read_page(client.page(f"{HOLDINGS}?year=1901&lang=en").text)
    assert not page.all("table")
    assert any("does not mean that there is none" in each.text for each in page.all(class_="notice"))


def test_the_query_with_its_values_opens_in_the_query_form(client):
    page = read_page(client.page(f"{HOLDINGS}?branch=branch/02&year=2015&lang=en").text)
    address = next(
        each.attributes["href"] for each in page.all("a") if each.attributes["href"].startswith("/sparql?query")
    )
    text = parse_qs(urlsplit(address).query)["query"][0]
    assert text in "".join(each for each in page.all("pre")[-1].children if isinstance(each, str))
    answer = client.request("GET", "/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    asked = lines(client.get(f"{HOLDINGS}.csv?branch=branch/02&year=2015&labels=0"))
    assert lines(answer) == asked
    assert asked


def test_the_text_of_every_question_runs_as_it_stands(client, index):
    for question in index.questions:
        assert client.request("GET", "/sparql", params={"query": question.ready_text}).status_code == 200, question.name


@pytest.mark.parametrize("address", [HOLDINGS, f"{HELD}?book=book/1", PRICES])
def test_accept_chooses_the_form_and_a_suffix_fixes_it(client, index, address):
    path, _, query = address.partition("?")
    kind = index.question(path.rpartition("/")[2]).kind
    for form in ANSWER_FORMATS[kind]:
        chosen = client.get(address, accept=form.media_type)
        fixed = client.get(f"{path}.{form.suffix}?{query}", accept="image/png")
        assert chosen.headers["content-type"] == fixed.headers["content-type"] == form.content_type
        assert "Accept" in [each.strip() for each in chosen.headers["vary"].split(",")]
        assert "Accept" not in [each.strip() for each in fixed.headers.get("vary", "").split(",")]
    assert client.get(address, accept="image/png").status_code == 406
    assert len(ANSWER_FORMATS[kind]) >= 3


@pytest.mark.parametrize("form", ANSWER_FORMATS["SELECT"], ids=lambda form: form.suffix)
def test_an_answer_that_is_known_is_not_sent_again(client, form):
    first = client.get(f"{HOLDINGS}.{form.suffix}?lang=fi")
    assert first.headers["cache-control"] == "public, max-age=60"
    again = client.get(f"{HOLDINGS}.{form.suffix}?lang=fi", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    for address in (f"{HOLDINGS}.{form.suffix}?lang=fi", f"{HOLDINGS}.{form.suffix}?lang=fi&year=2013"):
        anything = client.get(address, if_none_match="*")
        assert (anything.status_code, anything.content) == (304, b"")
    other = client.get(f"{HOLDINGS}.{form.suffix}?lang=fi&year=2014", if_none_match=first.headers["etag"])
    assert other.status_code == 200


def test_an_answer_is_made_once_a_version(index):
    class Counting(InProcessEvaluator):
        asked = 0

        async def evaluate(self, request, client=""):
            self.asked += 1
            return await super().evaluate(request, client)

    settings = Settings(access_log=False)
    evaluator = Counting(index.version, settings)
    client = Client(create_app(settings, index.publication, index, evaluator))
    for address in (f"{HOLDINGS}.xlsx", f"{HOLDINGS}.csv?lang=fi", f"{HOLDINGS}.html?lang=fi"):
        answers = [client.get(address) for _ in range(3)]
        assert len({each.content for each in answers}) == 1
        assert len({each.headers["etag"] for each in answers}) == 1
        first, *again = [each.headers["cache-status"] for each in answers]
        assert first == ("sotegraph; fwd=miss" if address.endswith("xlsx") else "sotegraph; hit")
        assert again == ["sotegraph; hit"] * 2
    assert "Pääkirjasto" not in client.get(f"{HOLDINGS}.csv?lang=en").text
    assert evaluator.asked == 1


def test_the_iri_of_a_question_leads_people_to_its_answer_and_programs_to_what_is_said_of_it(client):
    assert client.page("/id/question/list-titles?lang=fi").headers["location"] == "/queries/list-titles?lang=fi"
    answer = client.get("/id/question/list-titles", accept="text/turtle")
    assert answer.headers["location"] == "/doc/question/list-titles"
    assert answer.headers["vary"] == "Accept"
    assert b"SPARQLSelectExecutable" in client.get("/doc/question/list-titles.ttl").content


def test_an_answer_varies_by_language_where_it_speaks_one(client):
    assert varies_by(client.get(f"{HOLDINGS}.csv")) == ["Accept-Language"]
    assert varies_by(client.get(f"{HOLDINGS}.csv?labels=0")) == []
    assert varies_by(client.get(f"{HOLDINGS}.ttl")) == []
    tags = {
        client.get(f"{HOLDINGS}.{suffix}?lang={each}").headers["etag"]
        for suffix in ("csv", "ttl")
        for each in ("fi", "en")
    }
    assert len(tags) == 3


def test_an_answer_leads_to_its_other_forms_with_the_same_values(client):
    answer = client.get(f"{HOLDINGS}.csv?year=2014")
    for form in ANSWER_FORMATS["SELECT"]:
        assert form.suffix == "csv" or f"<{HOLDINGS}.{form.suffix}?year=2014>" in answer.headers["link"]
    assert f'<{BASE}question/list-holdings-of-branch>; rel="cite-as"' in answer.headers["link"]


def site_of(index, **settings) -> Client:
    chosen = Settings(access_log=False, **settings)
    return Client(create_app(chosen, index.publication, index, InProcessEvaluator(index.version, chosen)))


def test_the_limits_of_queries_hold(index):
    client = site_of(index, query_result_limit_bytes=1024)
    assert client.get(f"{HOLDINGS}.csv").json()["kind"] == "result-limit"
    page = client.page(f"{HOLDINGS}?lang=en")
    assert page.status_code == 503
    assert read_page(page.text).one(role="alert")
    assert page.headers["cache-control"] == "no-store"


def test_a_form_for_readers_is_limited_and_says_how_to_get_everything(index, monkeypatch):
    monkeypatch.setattr("sotegraph.web.asking._LIMIT_BYTES", 1000)
    client = site_of(index)
    assert "labels=0" in client.get(f"{HOLDINGS}.csv").json()["detail"]
    assert lines(client.get(f"{HOLDINGS}.csv?labels=0"))


def test_the_front_page_and_the_menu_lead_to_the_questions(client):
    page = read_page(client.page("/?lang=en").text)
    assert "/queries?lang=en" in [each.attributes["href"] for each in page.one("nav", class_="main").all("a")]
    assert "/queries?lang=en" in [each.attributes["href"] for each in page.one("main").all("a")]

"""Search finds things of all kinds, each with its kind; suggestions and OpenSearch lead there from elsewhere."""

import xml.etree.ElementTree as ET

import pytest

from tests.markup import read_page

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def hits(page) -> list[str]:
    return [each.all("a")[0].attributes["href"] for each in page.one("ol", class_="entries").all("li")]


def test_every_page_has_the_field_and_says_where_search_is_described(client):
    for address in ("/", "/book", "/doc/book/1", "/queries", "/no/such/page"):
        page = read_page(client.page(f"{address}?lang=fi").text)
        form = page.one("form", class_="search")
        assert (form.attributes["action"], form.attributes["method"]) == ("/search", "get")
        assert form.one("input", type="search").attributes["name"] == "q"
        assert page.one("link", rel="search").attributes["href"] == "/opensearch.xml?lang=fi"


def test_things_of_all_kinds_are_found_the_best_first(client):
    page = read_page(client.page("/search?q=harbour&lang=en").text)
    assert hits(page)[0] == "/doc/branch/02?lang=en"
    kinds = {each.attributes["value"] for each in page.all("input", name="type")}
    assert "branch" in kinds and len(kinds) > 1


def test_search_is_narrowed_to_kinds_of_things(client):
    page = read_page(client.page("/search?q=harbour&type=branch&lang=en").text)
    assert hits(page) == ["/doc/branch/02?lang=en"]
    assert "checked" in page.one("input", name="type", value="branch").attributes


def test_nothing_found_says_what_to_try(client):
    page = read_page(client.page("/search?q=zzzzzz&lang=en").text)
    assert page.all("p", class_="total") == []
    assert "Try fewer words" in page.one("div", class_="notice", role="status").text


def test_without_words_the_page_says_what_may_be_written(client):
    page = read_page(client.page("/search?lang=en").text)
    assert "identifier" in page.one("p", class_="note").text


def test_what_was_found_is_a_paged_collection_for_programs(client):
    found = client.get("/search.jsonld?q=a").json()
    assert found["id"] == "https://library.example/search?q=a"
    assert found["hydra:totalItems"] > 20 and len(found["hydra:member"]) == 20
    assert found["hydra:view"]["hydra:next"]["id"] == "https://library.example/search?q=a&page=2"
    answer = client.get("/search.ttl?q=a&page=2")
    assert '</search.ttl?q=a>; rel="prev"' in answer.headers["link"]
    assert answer.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize("address", ["/search?q=library&page=999", "/search?page=0", "/search.pdf?q=x"])
def test_what_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_suggestions_are_names_their_kinds_and_addresses(client):
    answer = client.get("/suggest?q=harb&lang=en")
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    text, names, kinds, addresses = answer.json()
    assert (text, names[0], kinds[0]) == ("harb", "Harbour Library", "Branches")
    assert addresses[0] == "http://site.example/doc/branch/02"
    assert client.get("/suggest?q=").json() == ["", [], [], []]


def test_the_description_leads_to_search_and_suggestions(client):
    root = ET.fromstring(client.get("/opensearch.xml?lang=fi").content)
    urls = {each.attrib["rel"]: each.attrib for each in root.iter(f"{OPENSEARCH}Url")}
    assert urls["suggestions"]["template"] == "http://site.example/suggest?q={searchTerms}&lang=fi"
    page = next(each.attrib["template"] for each in root.iter(f"{OPENSEARCH}Url") if each.attrib["type"] == "text/html")
    asked = page.replace("http://site.example", "").replace("{searchTerms}", "satama").replace("{startPage?}", "1")
    assert hits(read_page(client.page(asked).text))
    assert len(root.findtext(f"{OPENSEARCH}ShortName")) <= 16


@pytest.mark.parametrize(
    ("path", "query"),
    [("/search", "q=harbour"), ("/book", "sort=-name"), ("/holding", "sort=-name&page=2")],
)
def test_json_ld_holds_what_was_found_in_the_order_of_the_page(client, path, query):
    shown = [each.partition("?")[0] for each in hits(read_page(client.page(f"{path}?{query}").text))]
    members = [each["id"] for each in client.get(f"{path}.jsonld?{query}").json()["hydra:member"]]
    assert [each.replace("https://library.example/id/", "/doc/") for each in members] == shown
    assert members != sorted(members)


def test_a_kind_that_there_is_not_is_told_and_can_be_removed(client):
    page = read_page(client.page("/search?q=harbour&type=branch&type=nope&lang=en").text)
    assert hits(page) == ["/doc/branch/02?lang=en"]
    (chip,) = page.one("ul", class_="chips").all("a")
    assert chip.text.startswith("Kind of thing: nope – remove")
    assert chip.attributes["href"] == "/search?q=harbour&type=branch&lang=en"


def test_nothing_is_of_a_kind_that_there_is_not(client):
    page = read_page(client.page("/search?q=harbour&type=nope&lang=en").text)
    assert hits(page) == []
    assert page.one("div", class_="notice").one("h2").text == "Nothing was found"
    assert page.one("div", class_="notice").one("a").attributes["href"] == "/search?q=harbour&lang=en"
    assert page.one("ul", class_="chips").one("a").attributes["href"] == "/search?q=harbour&lang=en"
    assert client.get("/search.csv?q=harbour&type=nope").text.strip().count("\n") == 0
    assert client.get("/search.jsonld?q=harbour&type=nope").json()["hydra:totalItems"] == 0
    assert client.get("/suggest?q=harbour&type=nope").json()[1] == []
    assert hits(read_page(client.page("/search?q=harbour&type=").text))

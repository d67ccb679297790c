"""A page has one language: the one the address names, else the one the reader prefers, else the publication's first.

No cookie takes part. RDF never varies by language. Every text in another language says so, to programs by ``lang`` and
to readers by the language's name.
"""

import re

import pytest

from tests.markup import read_page

PREFERENCES = [
    (None, "en"),
    ("", "en"),
    ("fi", "fi"),
    ("fi-FI, en;q=0.5", "fi"),
    ("sv, fi;q=0.8, en;q=0.7", "fi"),
    ("de", "en"),
    ("en;q=0.1, fi;q=0.2", "fi"),
    ("fi;q=0, *", "en"),
]


def language(answer) -> str:
    page = read_page(answer.text)
    assert page.one("html").attributes["lang"] == answer.headers["content-language"]
    return answer.headers["content-language"]


@pytest.mark.parametrize(("accepted", "expected"), PREFERENCES)
@pytest.mark.parametrize("path", ["/doc/book/1", "/doc/book/1.html", "/book", "/", "/ns/lib", "/shapes/Book"])
def test_the_reader_gets_the_language_that_suits_best(client, path, accepted, expected):
    headers = {} if accepted is None else {"accept_language": accepted}
    assert language(client.page(path, **headers)) == expected


@pytest.mark.parametrize("path", ["/doc/book/1", "/doc/book/1.html", "/book", "/", "/sparql", "/ns/problem"])
def test_the_language_in_the_address_wins(client, path):
    assert language(client.page(f"{path}?lang=fi", accept_language="en")) == "fi"


@pytest.mark.parametrize("path", ["/doc/book/1", "/book", "/", "/ns/lib", "/id/book/1"])
def test_a_language_without_pages_is_refused_with_those_that_have_some(client, path):
    answer = client.get(f"{path}?lang=sv", accept_language="fi")
    assert answer.status_code == 400
    assert answer.json()["offered"] == "en, fi"
    assert answer.headers["content-language"] == "fi"


def test_links_keep_the_language_that_the_address_names_and_else_name_none(client):
    named = read_page(client.page("/doc/book/1?lang=fi").text).one("main")
    local = [each.attributes["href"] for each in named.all("a") if each.attributes["href"].startswith("/")]
    pages = [each for each in local if "." not in each]
    assert len(pages) > 5
    assert all("lang=fi" in each for each in pages)
    plain = read_page(client.page("/doc/book/1", accept_language="fi").text).one("main")
    assert not any("lang=" in each.attributes["href"] for each in plain.all("a"))


def test_one_can_switch_to_every_language_on_the_same_page(client):
    page = read_page(client.page("/holding?page=2&lang=fi").text)
    switch = page.one("nav", class_="languages").all("a")
    assert [(each.text, each.attributes["hreflang"]) for each in switch] == [("English", "en"), ("Suomi", "fi")]
    assert switch[0].attributes["href"] == "/holding?page=2&lang=en"
    assert switch[1].attributes["aria-current"] == "true"
    assert "aria-current" not in switch[0].attributes
    for each in switch:
        assert client.page(each.attributes["href"]).headers["content-language"] == each.attributes["lang"]


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "json", "nt", "rdf"])
def test_data_never_varies_by_language(client, suffix):
    answers = [client.get(f"/doc/book/1.{suffix}", accept_language=each) for each in ("fi", "en")]
    answers.append(client.get(f"/doc/book/1.{suffix}?lang=fi"))
    assert len({answer.content for answer in answers}) == 1
    assert all("content-language" not in answer.headers for answer in answers)
    lists = [client.get(f"/book.{suffix}", accept_language=each).content for each in ("fi", "en")]
    assert lists[0] == lists[1]


def test_a_text_in_another_language_says_so(client):
    page = read_page(client.page("/doc/book/7?lang=fi").text)
    arabic = next(each for each in page.all("span", lang="ar") if "النجوم" in each.text)
    assert arabic.attributes["dir"] == "auto"
    english = [each.text for each in page.all("span", lang="en")]
    assert "The Book of Stars" in english
    marks = {each.text for each in page.all("span", class_="language")}
    assert marks == {"englanti", "arabia"}


def test_a_name_that_exists_in_another_language_only_is_shown_in_it_and_marked(client):
    page = read_page(client.page("/doc/book/6?lang=fi").text)
    heading = page.one("h1")
    assert heading.one("span", lang="sv").text == "Visor från skären"
    assert heading.one("span", class_="language").text == "ruotsi"
    assert heading.one("span", class_="language").language == "fi"
    listed = read_page(client.page("/book?lang=fi").text).one("ol", class_="entries")
    assert [each.text for each in listed.all("span", lang="sv")] == ["Visor från skären"]


def test_a_text_in_the_language_of_the_page_is_not_marked(client):
    page = read_page(client.page("/doc/book/5?lang=fi").text)
    assert page.one("h1").all("span") == []


def named_links(answer):
    """Relation (with the language that it leads to) → address, of all links but those to members."""
    found = re.findall(r'<([^>]*)>; rel="(\w+)"(?:; type="([^"]*)")?(?:; hreflang="([^"]*)")?', answer.headers["link"])
    return {(rel, kind or None, language or None): address for address, rel, kind, language in found}


@pytest.mark.parametrize(("path", "query"), [("/holding", ""), ("/search", "q=a&")])
def test_the_links_of_a_list_keep_the_language_that_its_address_names(client, path, query):
    page = named_links(client.page(f"{path}?{query}lang=fi"))
    assert page["next", None, None] == f"{path}?{query}page=2&lang=fi"
    assert page["alternate", "text/csv", None] == f"{path}.csv?{query}lang=fi"
    head = read_page(client.page(f"{path}?{query}lang=fi").text).one("head")
    assert head.one("link", rel="next").attributes["href"] == f"{path}?{query}page=2&lang=fi"
    # What is for machines is the same in all languages.
    assert "lang=" not in page["alternate", "text/turtle", None]
    plain = named_links(client.page(f"{path}?{query}"))
    assert not any("lang=" in address for (rel, _, language), address in plain.items() if rel in ("next", "last"))


@pytest.mark.parametrize(("path", "query"), [("/holding", ""), ("/search", "q=a&")])
def test_the_table_of_a_list_leads_to_its_page_in_each_language(client, path, query):
    table = named_links(client.get(f"{path}.csv?{query}page=2&lang=fi"))
    html = "text/html"
    for language in ("fi", "en"):
        assert table["alternate", html, language] == f"{path}?{query}page=2&lang={language}"
    assert table["alternate", html, "x-default"] == f"{path}?{query}page=2"
    assert table["first", None, None] == f"{path}.csv?{query}page=1&lang=fi"
    assert table["prev", None, None] == f"{path}.csv?{query}page=1&lang=fi"
    assert table["canonical", None, None] == f"{path}?{query}page=2&lang=fi"

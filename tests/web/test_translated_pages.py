"""A page speaks one language: none of its own texts is left in another, on any kind of page."""

import pytest

from sotegraph.messages import read_messages
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client
from tests.kinds import KINDS
from tests.markup import Element, read_page

UNSEEN = ("script", "style", "code", "pre", "textarea")


def own_texts(element: Element) -> list[str]:
    """The texts of a page in its own language, by themselves: not what is marked as another one, nor what is code."""
    found = []
    for child in element.children:
        if isinstance(child, str):
            found.append(" ".join(child.split()))
        elif child.tag not in UNSEEN and "lang" not in child.attributes:
            found += own_texts(child)
            found += [child.attributes[name] for name in ("aria-label", "title", "alt") if name in child.attributes]
    return [each for each in found if each]


def translated(language: str) -> set[str]:
    """The texts in English that are said in other words in *language*."""
    messages = read_messages()
    texts = messages.texts[language]
    return {text for text, other in texts.items() if other != text} - set(texts.values())


@pytest.mark.parametrize("language", ["fi"])
def test_no_english_is_left_on_a_finnish_page(client, language):
    english = translated(language)
    assert len(english) > 300
    left = {}
    for name, address in KINDS.items():
        page = read_page(client.page(f"{address}{'&' if '?' in address else '?'}lang={language}").text)
        body = page.one("body")
        assert len(own_texts(body)) > 10, name
        left |= {name: found} if (found := english & set(own_texts(body))) else {}
    assert left == {}


def test_english_is_found_where_it_is(client):
    texts = set(own_texts(read_page(client.page("/doc/book/1?lang=en").text).one("body")))
    assert len(texts & translated("fi")) > 5


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_english_is_left_on_pages_of_the_bundled_publication(bundled_client, bundled, language):
    english = translated(language)
    addresses = ["/", "/queries", "/sparql", "/shapes", "/coverage", "/void", "/accessibility", "/search", "/validate"]
    addresses += ["/ns/sote", "/shapes/Organisation", "/map/area", "/no/such/page"]
    for segment, members in bundled.members.items():
        addresses += [f"/{segment}", *(bundled.addresses.path(each) for each in members[:: max(1, len(members) // 2)])]
    left = {}
    for address in addresses:
        body = read_page(bundled_client.page(f"{address}?lang={language}").text).one("body")
        left |= {address: found} if (found := english & set(own_texts(body))) else {}
    assert left == {}


@pytest.fixture(scope="module")
def bundled_client(bundled):
    settings = Settings(access_log=False)
    return Client(create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings)))

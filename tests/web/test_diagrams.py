"""Pages of the shapes and of the ontology have a diagram: SVG made by the server, readable without it as a table."""

import re

import pytest

from tests.markup import read_page

PAGES = ["/shapes", "/shapes/Book", "/shapes/Holding", "/ns/lib"]


@pytest.fixture(scope="module", params=PAGES)
def text(client, request):
    return client.page(f"{request.param}?lang=en").text


@pytest.fixture(scope="module")
def svg(text):
    return read_page(text).one("svg")


def test_the_picture_has_a_name_and_a_description(text, svg):
    assert svg.attributes["role"] == "img"
    for name in svg.attributes["aria-labelledby"].split():
        assert len(re.findall(rf'id="{name}"', text)) == 1


def test_no_colour_stands_in_the_picture(svg, text):
    drawing = text[text.index("<svg") : text.index("</svg>")]
    assert not re.search(r"style=|fill=|stroke=|<script|<style|#[0-9a-f]{3}", drawing)


def test_every_line_stands_in_the_table_too(text):
    page = read_page(text)
    lines = [each for each in page.one("svg").all("path") if each.attributes["class"].startswith("link")]
    rows = page.one("details").all("tr")
    assert lines
    assert len(rows) > 1
    words = page.one("details").text
    for each in page.one("svg").all("text"):
        name = each.text.partition(" → ")[0].removesuffix(" ↺")
        assert name in words or name.endswith("…")


def test_the_picture_scrolls_within_the_page(svg, text):
    assert re.search(r'<div class="scroll" role="region" aria-labelledby="diagram" tabindex="0">\s*<svg', text)
    assert svg.attributes["viewbox"] == f"0 0 {svg.attributes['width']} {svg.attributes['height']}"


def test_a_shape_is_marked_among_its_neighbours(client):
    page = read_page(client.page("/shapes/Book?lang=fi").text)
    (marked,) = page.one("svg").all("g", class_="focus")
    assert marked.all("text")[0].text == "Kirja"


def test_the_same_is_drawn_every_time(client, app):
    first = client.page("/shapes?lang=en").text
    app.state.site.bodies._kept.clear()
    assert client.page("/shapes?lang=en").text == first


def test_what_has_no_classes_has_no_diagram(client):
    for path in ("/ns/profiles", "/shapes/groups"):
        assert not read_page(client.page(path).text).all("svg")

"""A map of tiles: each member of a collection that has a place stands there as a link, plain or shaded by a figure.

Where a tile stands is in the data, by the predicates that the collection names. A figure is a column of the coverage or
of the answer to a question. Nothing is told by colour alone: the figure stands on the tile and in a table, and what
is not known is hatched and said in words.
"""

import pytest

from tests.markup import read_page


def page(client, path: str, language: str = "en"):
    return read_page(client.page(f"{path}?lang={language}").text)


def tiles(tree) -> dict[str, dict[str, str]]:
    """What each tile says, with where it leads and how it is shaded."""
    return {
        each.attributes["aria-label"]: {"href": each.attributes["href"], "class": each.attributes["class"]}
        for each in tree.all("a", class_="tile")
    }


def places(tree) -> dict[str, tuple[int, int]]:
    return {
        each.one("title").text: tuple(int(each.all("rect")[0].attributes[axis]) for axis in ("x", "y"))
        for each in tree.all("a", class_="tile")
    }


def test_a_member_stands_in_its_row_and_column(client):
    found = places(page(client, "/map/branch"))
    assert set(found) == {"Central Library", "Harbour Library", "North Library", "Depot Library"}
    assert found["North Library"][0] == found["Central Library"][0] == found["Harbour Library"][0]
    assert found["North Library"][1] < found["Central Library"][1] < found["Harbour Library"][1]
    assert found["Depot Library"][0] < found["Central Library"][0]


def test_a_tile_leads_to_the_page_of_its_member_in_the_language_of_the_map(client):
    assert tiles(page(client, "/map/branch", "fi"))["Pääkirjasto"]["href"] == "/doc/branch/01?lang=fi"


def test_a_member_without_a_place_is_in_the_list_beside(client):
    tree = page(client, "/map/branch")
    assert "Mobile Library" not in tiles(tree)
    assert "Mobile Library" in [each.text for each in tree.one("ul", class_="entries").all("li")]


def test_a_figure_stands_on_the_tile_and_in_the_table_and_its_shade_in_the_legend(client):
    tree = page(client, "/map/branch/holdings")
    known = {name: each for name, each in tiles(tree).items() if "unknown" not in each["class"]}
    shades = {each["class"].split()[-1] for each in known.values()}
    legend = tree.one("ul", class_="legend")
    assert shades == {kind for each in legend.all("span") for kind in each.attributes["class"].split()[1:]} - {
        "unknown"
    }
    rows = {row.one("th").text: row.one("td").text for row in tree.one("tbody").all("tr")}
    assert len(rows) == 5
    for name in known:
        member, _, figure = name.partition(": ")
        assert rows[member] == figure


def test_what_is_not_known_is_hatched_and_said_in_words(client):
    tree = page(client, "/map/branch/years")
    (name,) = (name for name, each in tiles(tree).items() if "unknown" in each["class"])
    assert name == "Depot Library: not found: 2014–2017"
    assert tree.one("ul", class_="legend").all("li")[-1].text == "– no figure"
    assert tree.one("pattern").attributes["id"] == "unknown"


def test_the_answer_to_a_question_is_a_figure_too(client):
    tree = page(client, "/map/branch/copies", "fi")
    assert tree.one("h1").text == "Viimeisimmän vuoden kappaleet"
    rows = [line.split(",") for line in client.get("/queries/count-copies.csv?labels=0").text.splitlines()]
    latest = {row[0].rpartition("/")[2]: row[2] for row in rows}  # The last row of each branch stays.
    assert f"Pääkirjasto: {latest['01']}" in tiles(tree)
    assert "/queries/count-copies?lang=fi" in [each.attributes["href"] for each in tree.one("aside").all("a")]


def test_the_front_page_has_the_map(client):
    tree = page(client, "/")
    assert len(tiles(tree)) == 4
    assert "/map/branch?lang=en" in [each.attributes["href"] for each in tree.one("section", class_="finder").all("a")]


@pytest.mark.parametrize("path", ["/map/book", "/map/nothing", "/map/branch/nothing", "/map/concept/genre"])
def test_there_is_no_map_of_what_has_no_places(client, path):
    assert client.page(path).status_code == 404


def test_a_map_is_a_page_and_nothing_else(client):
    assert client.get("/map/branch", accept="text/turtle").status_code == 406
    answer = client.page("/map/branch?lang=en")
    assert client.get("/map/branch?lang=en", if_none_match=answer.headers["etag"]).status_code == 304

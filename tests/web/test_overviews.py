"""An overview is a page that the publication composes: of property shapes, of questions, and of the coverage.

It is about one member of a collection, about two side by side, or about none in particular. Every picture has a table
with the same in it, every answer leads to its question and downloads, and nothing needs a script.
"""

import re
import shutil

import pytest
from pyoxigraph import Literal

from sotegraph.errors import UnsoundPublication
from sotegraph.overviews import read_overviews
from sotegraph.publication import read_publication
from sotegraph.questions import read_questions
from sotegraph.web.pages.timeline import draw_timeline
from tests.conftest import LIBRARY
from tests.markup import read_page


def page(client, path: str, language: str = "en"):
    return read_page(client.page(f"{path}{'&' if '?' in path else '?'}lang={language}").text)


def section(tree, name: str):
    return tree.one("section", id=name)


def texts(elements) -> list[str]:
    return [each.text for each in elements]


def test_the_sections_stand_in_order_under_their_names(client):
    tree = page(client, "/view/portrait/01", "fi")
    assert tree.one("h1").text == "Pääkirjasto"
    assert tree.one("head").one("title").text.startswith("Toimipisteen esittely: Pääkirjasto – ")
    assert texts(tree.one("div", class_="body").all("h2")) == [
        "Lyhyesti",
        "Kappaleet vuosittain",
        "Mistä lähtien",
        "Mitä tiedetään",
    ]
    contents = tree.one("nav", aria_labelledby="on-this-page").all("a")
    assert [each.attributes["href"] for each in contents] == [
        f"#portrait-{name}" for name in ("facts", "copies", "holdings", "known")
    ]


def test_what_shapes_name_looks_as_on_the_page_of_the_thing(client):
    facts = section(page(client, "/view/portrait/01"), "portrait-facts")
    tables = page(client, "/doc/branch/01").all("table")
    assert texts(facts.all("dt")) == ["Description", "Founded"]
    assert facts.one("table").text == next(each.text for each in tables if "Books" in each.one("caption").text)
    assert len(facts.all("g", class_="step")) == 8
    assert facts.one("a", rel="next").attributes["href"].startswith("/doc/branch/01?in=")


@pytest.mark.parametrize("language", ["fi", "en"])
def test_what_is_drawn_along_a_line_of_time_has_the_language_that_it_has_in_the_table(client, language):
    found = section(page(client, "/view/portrait/01", language), "portrait-holdings")
    written = {each.attributes["href"]: each for each in found.one("table").all("a") if each.text}
    marks = found.all("a", class_="mark")
    languages = {each.attributes["href"]: each.one("title").language for each in marks}
    # A translation stands in the language of the page, the name that it translates within it in its own.
    own = {
        href: [each for each in name.all("span", dir="auto") if each.parent is name] for href, name in written.items()
    }
    named = {href: (own[href] or [name])[0].language for href, name in written.items()}
    assert languages == {href: named[href] for href in languages}
    assert {language, "sv"} <= set(languages.values())
    # The name for those who hear it is an attribute: its language is that of the link itself.
    assert {each.language for each in marks} == set(languages.values())


def test_an_answer_is_drawn_and_written_and_leads_to_its_question(client):
    copies = section(page(client, "/view/portrait/01"), "portrait-copies")
    links = [each.attributes["href"] for each in copies.one("p", class_="downloads").all("a")]
    assert [re.sub(r"\?.*", "", each) for each in links] == [
        f"/queries/count-copies{form}" for form in ("", ".csv", ".xlsx")
    ]
    assert [client.get(each).status_code for each in links] == [200, 200, 200]
    lines = client.get(links[1] + "&labels=0").text.split()
    written = [(row.one("th").text, row.one("td", class_="figure").text) for row in copies.one("tbody").all("tr")]
    assert written == [tuple(line.split(",")[1:3]) for line in lines[1:]]
    assert len(copies.all("rect")) == len(written)


def test_marks_along_time_have_the_numbers_of_the_table(client):
    holdings = section(page(client, "/view/portrait/01"), "portrait-holdings")
    rows = {row.all("td")[0].text: row.one("th") for row in holdings.one("tbody").all("tr")}
    marks = {each.one("text", class_="number").text: each for each in holdings.all("a", class_="mark")}
    assert set(marks) == set(rows)
    for number, mark in marks.items():
        assert mark.attributes["href"] == rows[number].one("a").attributes["href"]
        name = rows[number].one("a").text
        assert mark.attributes["aria-label"].startswith(f"{number} {name}, ")
    places = [float(marks[each].one("circle").attributes["cx"]) for each in sorted(marks, key=int)]
    assert places == sorted(places)
    years = [int(each) for each in texts(each for each in holdings.all("text") if "class" not in each.attributes)]
    assert years == sorted(years)
    assert len(years) > 2


def test_what_has_only_a_year_is_drawn_as_long_as_the_year():
    times = [("2020",), ("2021-07",), ("2022-03-01",), ("2020", "2022")]
    line = draw_timeline([(None, [Literal(each) for each in terms], "") for terms in times])
    assert line is not None
    years = {year: x for x, year in line.years}
    marks = {each.number: each for each in line.marks}
    assert (marks[1].x, marks[1].end, marks[1].is_long) == (years[2020], years[2021], True)
    assert marks[2].end - marks[2].x == pytest.approx((years[2022] - years[2021]) / 12, rel=0.05)
    assert not marks[3].is_long
    assert (marks[4].x, marks[4].end) == (years[2020], years[2023])


@pytest.mark.parametrize("path", ["/view/portrait/01", "/view/two-branches/01/03", "/view/years", "/doc/branch/01"])
def test_every_region_of_a_page_has_a_name_of_its_own(client, path):
    regions = [each for each in page(client, path).one("main").all() if each.attributes.get("role") == "region"]
    names = [each.attributes["aria-label"] for each in regions]
    assert len(names) == len(set(names)) > 1


def test_what_is_not_known_is_said_in_words(client):
    assert "not found" in section(page(client, "/view/portrait/04"), "portrait-known").text
    empty = section(page(client, "/view/portrait/05"), "portrait-copies")
    assert "The data holds no answer" in empty.one("p", class_="notice").text


def test_two_stand_side_by_side_with_what_both_have_marked(client):
    tree = page(client, "/view/two-branches/04/05")
    assert tree.one("h1").text == "Mobile Library and Depot Library"
    facts = {row.one("th").text: row.all("td") for row in section(tree, "two-facts").one("tbody").all("tr")}
    assert texts(facts["Part of"]) == ["Central Library both", "Central Library both"]
    assert texts(facts["Founded"]) == ["19 May 2008", "2001"]
    assert all("both" in each.text for each in facts["Source"])
    heads = texts(section(tree, "two-known").one("thead").all("th"))
    assert heads == ["Mobile Library", "Depot Library"]


def test_answers_are_put_side_by_side_by_what_they_share(client):
    tree = page(client, "/view/two-branches/01/03")
    rows = [texts(row.all()[:1] + row.all("td")) for row in section(tree, "two-books").one("tbody").all("tr")]
    shared = [bool(first != "–no value" and second != "–no value") for _, first, second in rows]
    assert shared[0]
    assert not shared[-1]
    charts = section(tree, "two-copies").all("table")
    assert [each.one("caption").text.split(" by ")[0] for each in charts] == ["Central Library", "North Library"]
    longest = [max(float(bar.attributes["width"].rstrip("%")) for bar in each.all("rect")) for each in charts]
    assert longest[0] == 100 > longest[1]


def test_an_overview_of_nothing_in_particular_needs_no_member(client):
    tree = page(client, "/view/years")
    assert tree.one("h1").text == "The years of the library"
    assert len(tree.all("a", class_="mark")) == len(tree.one("tbody").all("tr")) > 10


def test_one_chooses_whom_an_overview_is_about(client):
    tree = page(client, "/view/portrait", "fi")
    assert "/view/portrait/01?lang=fi" in [
        each.attributes["href"] for each in tree.one("ul", class_="entries").all("a")
    ]
    form = page(client, "/view/two-branches?first=03").one("main").one("form")
    assert texts(each for each in form.all("option") if "selected" in each.attributes) == ["North Library"]
    answer = client.page("/view/two-branches?first=03&second=01&lang=fi")
    assert (answer.status_code, answer.headers["location"]) == (303, "/view/two-branches/03/01?lang=fi")


def test_the_pages_of_members_and_the_front_page_lead_to_overviews(client):
    ways = [each.attributes["href"] for each in page(client, "/doc/branch/01").one("nav", class_="ways").all("a")]
    assert ways == ["/view/portrait/01?lang=en", "/view/two-branches?first=01&lang=en"]
    front = {each.attributes["href"] for each in page(client, "/").one("main").all("a")}
    assert {"/view/portrait?lang=en", "/view/two-branches?lang=en", "/view/years?lang=en"} <= front
    assert not page(client, "/doc/book/1").all("nav", class_="ways")


@pytest.mark.parametrize(
    "path",
    [
        "/view/nothing",
        "/view/nothing/01",
        "/view/portrait/99",
        "/view/portrait/01/02",
        "/view/two-branches/01",
        "/view/two-branches/01/99",
        "/view/two-branches?first=01&second=99",
        "/view/years/01",
    ],
)
def test_there_is_nothing_at_other_addresses(client, path):
    assert client.page(path).status_code == 404


def test_the_page_is_kept_and_known_by_its_tag(client):
    first = client.page("/view/portrait/01?lang=en")
    assert client.page("/view/portrait/01?lang=en", if_none_match=first.headers["etag"]).status_code == 304
    assert client.get("/view/portrait/01", accept="text/turtle").status_code == 406


WRONG = {
    "no section": (r"    pub:section <overviews#years-copies> \.", "    dct:created true .", "pub:section"),
    "no such question": (
        "asks <id/question/count-copies> ;\n    pub:shown",
        "asks <id/x> ;\n    pub:shown",
        "pub:asks",
    ),
    "no such column": (r'\( "branch" "year" \)', '( "branch" "nobody" )', "nobody"),
    "no such shape": ("<shapes/Branch#isPartOf>", "<shapes/Branch#nothing>", "#nothing"),
    "no such drawing": ("pub:drawnAs pub:Timeline", "pub:drawnAs pub:Cake", "pub:Cake"),
    "a name that is no segment": ('"two-branches"', '"Two Branches"', "Two Branches"),
    "two things in one section": (
        "pub:showsCoverage true",
        "pub:showsCoverage true ; pub:asks <id/question/count-copies>",
        "several",
    ),
    "a figure of what has no map": (r'"copies" ;\n    pub:of <#branch>', '"copies" ;\n    pub:of <#book>', "pub:of"),
    "a figure without a column": ('pub:value "copies"', 'pub:value "nobody"', "nobody"),
    "no name": (r'    rdfs:label "The years[^;]*;\n', "", "rdfs:label"),
    "a comparison of nothing": (r'"years" ;', '"years" ; pub:compares true ;', "pub:of"),
    "no such parameter": ('pub:about "branch" ;\n    pub:value', 'pub:about "none" ;\n    pub:value', "none"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_overview_that_cannot_be_shown_is_refused_with_the_reason(name, tmp_path):
    pattern, other, told = WRONG[name]
    folder = shutil.copytree(LIBRARY, tmp_path / "library")
    file = folder / "ontology" / "overviews.ttl"
    text, count = re.subn(pattern, other, file.read_text("utf-8"), count=1)
    assert count == 1
    file.write_text(text, "utf-8")
    publication = read_publication(folder)
    with pytest.raises(UnsoundPublication, match=r"overviews\.ttl.*" + re.escape(told)):
        read_overviews(publication, read_questions(publication))


def test_what_is_beside_itself_leads_to_where_another_one_is_chosen(client):
    answer = client.get("/view/two-branches/01/01?lang=fi")
    assert (answer.status_code, answer.headers["location"]) == (303, "/view/two-branches?first=01&lang=fi")
    tree = page(client, "/view/two-branches?first=01&second=01")
    assert tree.one("select", name="first").one("option", value="01").attributes.keys() >= {"selected"}
    assert client.get("/view/two-branches/99/99").status_code == 404

"""The coverage says for each main thing what is known, what was not found, and what does not exist, in words.

Its rows are the members of a collection, its columns are queries of the publication; they are asked once a version. The
page, the CSV and the graph say the same. A publication that describes no coverage has none.
"""

import csv
import io
import re
import shutil
from collections import Counter
from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from sotegraph.coverage import Column, Entry, fill_coverage, read_coverage
from sotegraph.entities import index as index_module
from sotegraph.errors import UnsoundPublication
from sotegraph.loading import load_folder
from sotegraph.publication import RESERVED_SEGMENTS, read_publication
from sotegraph.settings import Settings
from sotegraph.soundness import check
from tests.conftest import LIBRARY
from tests.markup import read_page
from tests.web.folders import site_of

PUB = "https://w3id.org/sotegraph/ns/publication#"
KNOWN, NOT_FOUND, DOES_NOT_EXIST = PUB + "known", PUB + "notFound", PUB + "doesNotExist"
BASE = "https://library.example"


def name_of(row) -> str:
    """The heading of a row, without what stands beside it."""
    head = row.all("th")[0]
    beside = "".join(each.text for each in head.all("span", class_="beside"))
    return head.text.replace(beside, "").strip()


def cells(client, language: str) -> dict[str, list[str]]:
    """Heading of each row → the texts of its cells."""
    table = read_page(client.page(f"/coverage?lang={language}").text).all("table")[0]
    return {name_of(each): [cell.text for cell in each.all("td")] for each in table.all("tr")}


def lines(client) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get("/coverage.csv").text)))


@pytest.fixture
def folder(tmp_path):
    """A copy of the library that a test may change."""
    return shutil.copytree(LIBRARY, tmp_path / "library")


def test_every_member_of_the_collection_is_a_row_and_every_question_a_column(client, index):
    table = read_page(client.page("/coverage?lang=en").text).all("table")[0]
    heads = [each.text for each in table.one("thead").all("th")]
    assert heads == ["Branches", "Holdings", "Holdings by year", "Reading room", "Texts in Finnish"]
    rows = [each for body in table.all("tbody") for each in body.all("th", scope="row")]
    links = {each.all("a")[0].attributes["href"] for each in rows}
    assert links == {f"{index.addresses.path(iri)}?lang=en" for iri in index.members["branch"]}
    assert len(links) == 5


def test_a_cell_holds_a_number_or_a_state_in_words(client):
    rows = cells(client, "en")
    assert rows["Central Library"] == ["120", "2014 (10), 2015 (10), 2016 (10), 2017 (10)", "1", "100% (3/3)"]
    assert rows["Harbour Library"][2] == "not found; the last known Central Library"
    assert rows["North Library"][2] == "planned"
    assert rows["Depot Library"][:3] == ["not found", "not found: 2014–2017", "does not exist"]


def test_the_states_are_said_in_the_language_of_the_page(client):
    rows = cells(client, "fi")
    assert rows["Varastokirjasto"][:3] == ["ei löytynyt", "ei löytynyt: 2014–2017", "ei ole olemassa"]
    assert rows["Pohjoinen kirjasto"][2] == "suunnitteilla"
    assert rows["Pääkirjasto"][3] == "100 % (3/3)"


def test_the_numbers_are_those_of_the_data(client, version):
    branch = NamedNode("https://library.example/ns/lib#branch")
    holdings = Counter(
        triple.object.value for triple in {quad.triple for quad in version.quads()} if triple.predicate == branch
    )
    counted = {each["row"]: int(each["count"]) for each in lines(client) if each["column"] == "holdings"}
    assert counted == {f"{BASE}/id/branch/0{number}": holdings[f"{BASE}/id/branch/0{number}"] for number in range(1, 6)}
    assert sum(counted.values()) == 143


def test_the_totals_add_up_and_count_the_rows_of_each_state(client):
    rows = cells(client, "en")
    assert rows["Sum"] == ["143", "48", "1", "100% (12/12)"]
    assert rows["Rows by state"][0] == "known: 3 not found: 2"
    assert rows["Rows by state"][2] == "known: 1 planned: 1 not found: 1 does not exist: 2"


def test_rows_stand_in_the_order_and_the_groups_of_the_publication(client):
    table = read_page(client.page("/coverage?lang=en").text).all("table")[0]
    groups = [[name_of(row) for row in body.all("tr")] for body in table.all("tbody")]
    assert groups == [
        ["Central Library", "Harbour Library", "North Library"],
        ["Central Library 2", "Mobile Library", "Depot Library"],
    ]
    assert table.one("th", scope="rowgroup").attributes["colspan"] == "5"


def test_rows_without_a_query_of_their_own_stand_in_the_order_of_the_collection(index):
    plain = replace(index.covered.coverage, rows_query=None)
    table = fill_coverage(plain, index.version, index.members["branch"])
    assert [each.iri for each in table.rows] == list(index.members["branch"])
    assert [each.heading for each in table.groups] == [None]


def test_a_row_that_no_query_answers_is_not_found_and_a_share_of_nothing_too(index):
    def column(query: str) -> Column:
        return Column(f"{BASE}/coverage#x", "x", query, {}, {}, 1)

    nothing = column("SELECT ?row ?count WHERE { FILTER (false) }")
    none = column("SELECT ?row (0 AS ?count) (4 AS ?outOf) WHERE { ?row a <https://library.example/ns/lib#Branch> }")
    coverage = replace(index.covered.coverage, columns=(nothing, none), gaps=())
    row = fill_coverage(coverage, index.version, index.members["branch"]).rows[0]
    assert row.cells == ((Entry(0, NOT_FOUND),), (Entry(0, KNOWN, 4),))


def test_each_column_says_what_it_means_and_how_it_was_asked(client, index):
    main = read_page(client.page("/coverage?lang=en").text).one("main")
    for column in index.covered.coverage.columns:
        section = main.one("section", id=f"column-{column.name}")
        assert section.one("h3").text == column.labels["en"]
        assert column.descriptions["en"] in section.text
        assert section.one("pre").text == " ".join(column.query.split())
        assert main.all("table")[0].all("a", href=f"#column-{column.name}")[0].text == column.labels["en"]


def test_the_csv_says_what_the_page_says(client, index):
    told: dict = {}
    gaps = {each.name for each in index.covered.coverage.gaps}
    beside = {each.name for each in index.covered.coverage.columns if each.in_heading}
    words = {KNOWN: "", NOT_FOUND: "not found", DOES_NOT_EXIST: "does not exist", f"{BASE}/coverage#planned": "planned"}
    columns = [each.name for each in index.covered.coverage.columns]
    for each in lines(client):
        if each["column"] in gaps | beside:
            continue
        told.setdefault((each["name_en"], each["column"]), []).append(each)
    rows = cells(client, "en")
    assert len(told) == 20
    for (name, column), entries in told.items():
        text = rows[name][columns.index(column)]
        for entry in entries:
            assert words[entry["state"]] in text
            figure = entry["count"] if entry["state"] == KNOWN else ""
            assert figure in re.findall(r"\d+", text) or not figure
        if entries[0]["out_of"]:
            assert f"({entries[0]['count']}/{entries[0]['out_of']})" in text
        assert len(entries) == (4 if column == "years" else 1)


def test_the_graph_says_what_the_csv_says(client):
    triples = [quad.triple for quad in parse(client.get("/coverage.ttl").content, format=RdfFormat.TURTLE)]
    nodes: dict = {}
    for triple in triples:
        nodes.setdefault(triple.subject, {})[triple.predicate.value.removeprefix(PUB)] = getattr(
            triple.object, "value", ""
        )
    said = ("row", "inColumn", "period", "count", "outOf", "state", "latest")
    found = {tuple(node.get(name, "") for name in said) for node in nodes.values() if "inColumn" in node}
    names = ("row", "column", "period", "count", "out_of", "state", "latest")
    expected = {tuple(each[name] for name in names) for each in lines(client)}
    kinds = {"records": "gap", "definitions": "gap"}
    assert found == {
        (row, f"{BASE}/coverage#{kinds.get(column, 'column')}-{column}", *rest) for row, column, *rest in expected
    }
    assert len(found) == 40 + 12
    title = NamedNode("http://purl.org/dc/terms/title")
    assert any(
        each.predicate == title and each.object == Literal("Mitä toimipisteistä tiedetään", language="fi")
        for each in triples
    )


def test_its_forms_have_addresses_and_are_negotiated(client):
    answer = client.get("/coverage", accept="text/csv")
    assert answer.headers["content-location"] == "/coverage.csv"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert '</coverage.csv>; rel="alternate"; type="text/csv"' in client.page("/coverage").headers["link"]
    assert client.get("/coverage.jsonld").json()["id"] == f"{BASE}/coverage"
    assert client.get("/coverage.json").json()["pub:segment"] == "branch"
    assert client.get("/coverage.pdf").status_code == 404
    assert client.get("/coverage", accept="image/png").status_code == 406
    etag = client.get("/coverage.csv").headers["etag"]
    assert client.get("/coverage.csv", if_none_match=etag).status_code == 304


@pytest.mark.parametrize(
    ("language", "name"), [("en", "What we know of the branches"), ("fi", "Mitä toimipisteistä tiedetään")]
)
def test_the_front_page_leads_there(client, language, name):
    main = read_page(client.page(f"/?lang={language}").text).one("main")
    assert main.one("a", href=f"/coverage?lang={language}").text == name


def test_what_the_publication_says_is_escaped(client):
    text = client.page("/coverage?lang=en").text
    assert "of any &lt;time&gt;." in text
    assert "<time>" not in text


def test_the_queries_are_asked_once_a_version(folder, monkeypatch):
    asked = []
    fill = index_module.fill_coverage
    monkeypatch.setattr(index_module, "fill_coverage", lambda *given: asked.append(given) or fill(*given))
    client = site_of(folder)
    for address in (
        "/?lang=en",
        "/doc/branch/01?lang=en",
        "/coverage?lang=en",
        "/coverage?lang=fi",
        "/coverage.csv",
        "/coverage.ttl",
        "/coverage?lang=en",
    ):
        assert client.page(address).status_code == 200
    assert len(asked) == 1


def test_a_publication_without_a_coverage_has_none(folder):
    (folder / "ontology" / "coverage.ttl").unlink()
    client = site_of(folder)
    for address in ("/coverage", "/coverage.csv", "/coverage.ttl"):
        assert client.get(address).status_code == 404
    links = [each.attributes["href"] for each in read_page(client.page("/").text).all("a")]
    assert not any(each.startswith("/coverage") for each in links)


def test_no_collection_may_take_its_address():
    assert "coverage" in RESERVED_SEGMENTS


def test_its_queries_move_with_the_publication(folder):
    index = load_folder(folder, Settings(base_iri="https://elsewhere.example/lib"))
    table = index.covered
    assert table.coverage.iri == "https://elsewhere.example/lib/coverage"
    assert [each.count for each in table.totals()] == [143, 48, 1, 12, 12]


def breakage(folder, file: str, old: str, new: str) -> None:
    path = folder / "ontology" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


BREAKAGES = [
    ("coverage.ttl", 'pub:segment "branch"', 'pub:segment "nowhere"', "ontology/coverage.ttl", "nowhere"),
    ("coverage.ttl", '"years.rq"', '"months.rq"', "ontology/coverage/months.rq", "missing"),
    ("coverage.ttl", '"years.rq"', '"../lib.ttl"', "ontology/coverage/../lib.ttl", "no name of a query file"),
    ("coverage.ttl", 'pub:query "years.rq" ;', "", "ontology/coverage.ttl", "has no pub:query"),
    (
        "coverage.ttl",
        "<coverage> a pub:Coverage ;",
        "<coverage> a pub:CoverageState ;",
        "ontology/coverage.ttl",
        "0 nodes",
    ),
    ("coverage/years.rq", "GROUP BY", "GROUP OF", "ontology/coverage/years.rq", "no SPARQL query"),
    (
        "coverage/visits.rq",
        "SELECT ?row ?count ?state ?latest",
        "ASK",
        "ontology/coverage/visits.rq",
        "no SELECT query",
    ),
    (
        "coverage/records.rq",
        "?row ?thing WHERE",
        "?row WHERE",
        "ontology/coverage/records.rq",
        "does not select ?thing",
    ),
    ("coverage.ttl", "Branch#holdings", "Branch#nothing", "ontology/coverage.ttl", "which no shape shows"),
    ("coverage/holdings.rq", "AS ?count", "AS ?number", "ontology/coverage/holdings.rq", "does not select ?count"),
]


@pytest.mark.parametrize(("file", "old", "new", "place", "problem"), BREAKAGES)
def test_what_cannot_be_asked_is_said_with_its_file(folder, file, old, new, place, problem):
    breakage(folder, file, old, new)
    with pytest.raises(UnsoundPublication, match=re.escape(problem)) as raised:
        read_coverage(read_publication(folder))
    assert raised.value.values["file"] == place


def test_the_examination_of_a_publication_finds_it(folder):
    breakage(folder, "coverage.ttl", '"years.rq"', '"months.rq"')
    found = [each for each in check(folder).findings if each.name == "inconsistent"]
    assert [(each.place.file, each.messages["en"]) for each in found] == [
        ("ontology/coverage/months.rq", "ontology/coverage/months.rq is missing; ontology/coverage.ttl names it.")
    ]


def test_no_state_is_told_by_its_look_alone(client):
    states = read_page(client.page("/coverage?lang=fi").text).all("span", class_="state")
    assert len(states) > 20
    assert all(each.text for each in states)


def test_what_stands_beside_the_name_of_a_row_is_no_column(client):
    page = read_page(client.page("/coverage?lang=en").text)
    for table in page.all("table"):
        heads = [each for body in table.all("tbody") for each in body.all("th", scope="row")]
        assert len(heads) == 5
        assert all(each.one("span", class_="beside").text == "Texts in English 100%" for each in heads)
        assert "Texts in English" not in [each.text for each in table.one("thead").all("th")]


def test_a_number_leads_to_the_list_of_what_it_counted(client):
    table = read_page(client.page("/coverage?lang=fi").text).all("table")[0]
    row = table.one("tr", id="row-01")
    address, _, fragment = row.all("td")[0].one("a").attributes["href"].partition("#")
    assert address == "/doc/branch/01?lang=fi"
    listed = read_page(client.page(address).text).one(id=fragment)
    assert listed.parent is not None
    assert listed.parent.one("dt").text == "Kokoelmatiedot"
    assert row.all("td")[2].all("a") == []


def test_what_is_not_known_is_counted_and_listed(client, index):
    page = read_page(client.page("/coverage?lang=en").text)
    table = page.all("table")[1]
    heads = [each.text for each in table.one("thead").all("th")]
    assert heads == ["Branches", "Books without a catalogue record", "Concepts without a definition"]
    rows = {name_of(each): each.all("td") for each in table.all("tr") if each.all("td")}
    assert [each.text for each in rows["Central Library"]] == ["8", "0"]
    assert [each.text for each in rows["Others"]] == ["0", "1"]
    assert [each.text for each in rows["In all"]] == ["8", "1"], "a thing of three rows counts once"
    for name, place, number in (("Central Library", 0, 8), ("Harbour Library", 0, 1), ("Others", 1, 1)):
        listed = page.one("ul", id=rows[name][place].one("a").attributes["href"][1:])
        links = [each.one("a") for each in listed.all("li")]
        assert len(links) == number
        for each in links:
            assert client.get(each.attributes["href"]).status_code == 200
            assert each.text
    section = page.one("section", id="gap-records")
    assert index.covered.coverage.gaps[0].descriptions["en"] in section.text
    assert section.one("pre").text == " ".join(index.covered.coverage.gaps[0].query.split())

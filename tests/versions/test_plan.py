"""A plan that changed twice: its history reads in Finnish and Swedish, and it can be had as it was.

The library gets a plan for acquisitions: a class, a shape, a list and a source that it has not by itself.
"""

from __future__ import annotations

from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.client import Client
from tests.markup import read_page
from tests.versions.conftest import Editions
from tests.versions.test_time import client_of

pytestmark = pytest.mark.slow
AGENT = "https://library.example/id/branch/01"
PLAN = "data/plans/plans.ttl"
DATA = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix lib: <https://library.example/ns/lib#> .
@base <https://library.example/id/> .
<plan/1> a lib:Plan ;
    dct:title "Hankintasuunnitelma"@fi , "Anskaffningsplan"@sv , "Acquisition plan"@en ;
    dct:description "Ostetaan karttoja."@fi , "Kartor köps."@sv ;
    lib:budget 1000 .
"""
SOURCE = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<https://library.example/id/graph/plans> a sd:NamedGraph , prov:Entity ;
    dct:title "Plans"@en , "Suunnitelmat"@fi , "Planer"@sv .
"""
WORDS = """@prefix lib: <https://library.example/ns/lib#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pub: <https://w3id.org/sotegraph/ns/publication#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
lib:Plan a owl:Class ; rdfs:label "Plan"@en , "Suunnitelma"@fi , "Plan"@sv .
lib:budget a owl:DatatypeProperty ; rdfs:label "budget"@en , "määräraha"@fi , "anslag"@sv .
<https://library.example/ns/lib/publication#plan> a pub:Collection ;
    pub:segment "plan" ; pub:class lib:Plan ; rdfs:label "Plans"@en , "Suunnitelmat"@fi , "Planer"@sv .
"""
SHAPE = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix lib: <https://library.example/ns/lib#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@base <https://library.example/shapes/> .
<Plan> a sh:NodeShape ; sh:targetClass lib:Plan ; sh:property <Plan#title> , <Plan#description> , <Plan#budget> .
<Plan#title> a sh:PropertyShape ; sh:path dct:title ; sh:name "Title"@en , "Nimi"@fi , "Namn"@sv ; sh:order 1 .
<Plan#description> a sh:PropertyShape ; sh:path dct:description ;
    sh:name "Description"@en , "Kuvaus"@fi , "Beskrivning"@sv ; sh:order 2 .
<Plan#budget> a sh:PropertyShape ; sh:path lib:budget ;
    sh:name "Budget"@en , "Määräraha"@fi , "Anslag"@sv ; sh:order 3 .
"""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Editions:
    editions = Editions.at(tmp_path_factory.mktemp("plan"), agent=AGENT)
    files = {PLAN: DATA, "data/plans/source.ttl": SOURCE, "ontology/plans.ttl": WORDS, "shapes/Plan.ttl": SHAPE}
    write(editions.folder, files)
    editions.replace('pub:languages "en fi"', 'pub:languages "fi sv en"', "ontology/publication.ttl")
    editions.publish()
    editions.replace("lib:budget 1000", "lib:budget 1500", PLAN)
    editions.replace('"Ostetaan karttoja."@fi', '"Ostetaan karttoja ja sarjakuvia."@fi', PLAN)
    editions.publish()
    editions.replace(' , "Kartor köps."@sv', "", PLAN)
    editions.publish()
    return editions


@pytest.fixture(scope="module")
def client(editions: Editions) -> Client:
    return client_of(editions)


def rows(page: str) -> list[list[str]]:
    """The cells of the tables of a page, as a reader sees them."""
    found = [[*row.all("th"), *row.all("td")] for row in read_page(page).all("tr")]
    return [[" ".join(cell.text.split()) for cell in row] for row in found]


@pytest.mark.parametrize(
    ("language", "heading", "by", "source", "budget", "description", "nothing", "central"),
    [
        ("fi", "Historia", "Julkaisija", "Suunnitelmat", "Määräraha", "Kuvaus", "ei mitään", "Pääkirjasto"),
        ("sv", "Historik", "Publicerad av", "Planer", "Anslag", "Beskrivning", "inget", "Pääkirjasto"),
    ],
)
def test_what_changed_by_whom_and_from_which_source(
    client: Client,
    language: str,
    heading: str,
    by: str,
    source: str,
    budget: str,
    description: str,
    nothing: str,
    central: str,
) -> None:
    page = client.page(f"/history/plan/1?lang={language}")
    assert page.headers["content-language"] == language
    for word in (heading, by, central):
        assert word in page.text, word
    told = rows(page.text)
    money = next(each for each in told if each[0] == budget)
    assert [cell.replace("\N{NO-BREAK SPACE}", "").replace(" ", "") for cell in money[1:3]] == ["1000", "1500"]
    assert money[3] == source
    changed, removed = [each for each in told if each[0].startswith(description)][::-1]
    assert "Ostetaan karttoja." in changed[1]
    assert "Ostetaan karttoja ja sarjakuvia." in changed[2]
    assert "Kartor köps." in removed[1]
    assert removed[2] == nothing


def test_it_is_had_as_it_was_by_version_date_and_day(client: Client, editions: Editions) -> None:
    first, second, third = editions.archive.entries()
    for entry, budget, swedish in ((first, "1000", True), (second, "1500", True), (third, "1500", False)):
        text = client.get(f"/doc/plan/1.nt?version={entry.short_id}").text
        assert f'"{budget}"^^' in text
        assert ("Kartor köps." in text) is swedish
        moment = format_datetime(entry.time, usegmt=True)
        led = client.get("/doc/plan/1.nt", accept_datetime=moment)
        assert led.status_code == 302
        assert client.get(led.headers["location"]).headers["memento-datetime"] == moment
    day = third.time.date().isoformat()
    led = client.page(f"/doc/plan/1?lang=sv&on={day}")
    assert led.headers["location"] == f"/doc/plan/1?lang=sv&version={third.short_id}"
    assert "Anskaffningsplan" in client.page(led.headers["location"]).text

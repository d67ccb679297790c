"""No natural person stands in what is published: in no graph, no IRI, no dump, and on no page.

Two screens look for them. One knows the names that the addresses of the sources hold and every word that the cleared
tables do not (``tests/data/persons.py``). The other knows nothing but how Finnish surnames end; what only looks like a
person to it is listed with what it is. Addresses of sources stand aside, as they are, not as names.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from pyoxigraph import DefaultGraph, Literal, RdfFormat, Store

from sotegraph.dumping import Dumpable
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client
from tests.conformance_data import conformance_data
from tests.data.persons import ADDRESS, CONTACTS, Screen, learnt, read
from tests.markup import Element, read_page

CAPITALISED = r"[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)*"
ENDINGS = (
    *("nen", "sson", "ström", "berg", "qvist", "kvist", "lund", "gren", "roos", "back", "holm", "man", "ius"),
    *("mäki", "vaara", "saari", "niemi", "salo", "lahti", "virta", "ranta", "oja", "järvi", "kari", "aho", "harju"),
    *("koski", "joki", "pää", "suo", "nurmi", "la", "lä"),
)
SURNAMED = re.compile(rf"\b{CAPITALISED} [A-ZÅÄÖ][a-zåäöé]*(?:{'|'.join(ENDINGS)})\b")
ROLES = {"mailto:data@sotegraph.example"}
"""Where whoever publishes is reached: an address of a role, in a domain that nobody can have."""
NOT_PERSONS = {
    "Bankruptcy Ombudsman": "an office",
    "Eläkeliiton Etelä": "districts of the pensioners' association, named after the compass",
    "Eläkeliiton Ylä": "a district of the pensioners' association",
    "Etelä-Karjalassa Etelä": "a region, and an association of the region after it",
    "Itä-Uudenmaan Kehittäminen": "a committee for development",
    "Kumppanuustalo Viikari": "a house",
    "Parliamentary Ombudsman": "an office",
    "Suomen Angelman": "an association for those with Angelman's syndrome",
    "Suomen Punainen": "the Finnish Red Cross",
}


def surnamed(text: str) -> set[str]:
    """What looks like first and last name in *text* by the end of the last."""
    return set(SURNAMED.findall(ADDRESS.sub(" ", text)))


@pytest.fixture(scope="module")
def screen() -> Screen:
    return learnt()


@pytest.fixture(scope="module")
def site(bundled) -> Client:
    settings = Settings(access_log=False, cache_bodies=0)
    return Client(create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings)))


def written(page: Element) -> Iterator[str]:
    """What a page says: its texts, and what its attributes tell of them; source addresses stand aside."""
    for element in page.all():
        address = element.attributes.get("href", "")
        texts = (each for each in element.children if isinstance(each, str))
        yield from (each for each in texts if not address or each.strip().rstrip("…") not in address)
    for element in page.all():
        yield from (element.attributes[name] for name in ("title", "alt", "aria-label") if name in element.attributes)


def test_the_source_tables_name_no_person_and_the_screen_would_see_one(screen):
    statements = read(conformance_data() / "data" / "domain" / "seed_facts.csv")
    said = " · ".join(row[column] for row in statements for column in ("subject", "object", "certainty_note"))
    assert surnamed(said) - set(NOT_PERSONS) == set()
    authors = {row["author"] for row in read(conformance_data() / "data" / "domain" / "publications.csv")}
    assert surnamed(" · ".join(authors)) == set()
    assert surnamed("Esityksen piti Wilhelmiina Esimerkkilä.") == {"Wilhelmiina Esimerkkilä"}
    first, last = next(pair for pair in sorted(screen.names) if pair[1].endswith("nen"))
    assert screen.unwanted(Literal(f"Esityksen piti {first.title()} {last.title()}."))


@pytest.mark.slow
def test_no_person_stands_in_a_graph_or_an_iri(bundled, screen):
    terms = set()
    for quad in bundled.version.store.quads_for_pattern(None, None, None, None):
        terms |= {quad.subject, quad.predicate, quad.object, quad.graph_name}
    assert len(terms) > 30_000
    found = {str(each)[:120]: names for each in terms - {DefaultGraph()} if (names := screen.unwanted(each))}
    assert found == {f"<{address}>": ["address"] for address in ROLES}
    texts = {name for each in terms if isinstance(each, Literal) for name in surnamed(each.value)}
    assert texts == set(NOT_PERSONS)


@pytest.mark.slow
def test_a_dump_holds_nothing_but_the_graphs(bundled, tmp_path):
    found = Dumpable(bundled)
    store = Store()
    store.load(gzip.decompress(found.file(found.offers[0], tmp_path / "files").read_bytes()), RdfFormat.N_QUADS)
    files = bundled.version.graphs.keys() - bundled.version.computed
    kept = {str(quad) for quad in bundled.version.quads() if quad.graph_name.value in files}
    dumped = {str(quad) for quad in store}
    assert {each for each in dumped if "_:" not in each} == {each for each in kept if "_:" not in each}
    assert len(dumped) == len(kept)


def test_a_person_on_a_page_is_seen(screen):
    page = read_page('<p title="Wilhelmiina Esimerkkilä">Puh. 040 123 4567 <b>Wilhelmiina Esimerkkinen</b></p>')
    assert set(unwanted_in(page, screen)) == {
        "Wilhelmiina Esimerkkilä",
        "Wilhelmiina Esimerkkinen",
        "telephone number",
    }


def unwanted_on(site: Client, screen: Screen, address: str) -> list[str]:
    """What looks like a person or a contact detail on one page, its exceptions left out."""
    answer = site.page(address)
    assert answer.status_code in (200, 301, 410), address
    return [] if answer.status_code == 301 else unwanted_in(read_page(answer.text), screen)


def unwanted_in(page: Element, screen: Screen) -> list[str]:
    found = []
    for text in written(page):
        spoken = ADDRESS.sub(" ", text)
        found += [*screen.names_in(text), *(surnamed(text) - set(NOT_PERSONS))]
        found += [kind for kind, pattern in CONTACTS.items() if pattern.search(spoken)]
    return found


def sample(bundled, share: int) -> list[str]:
    """The addresses of the lists and of one in so many of their members."""
    lists = [f"/{each.segment}" for each in bundled.publication.collections]
    members = [iri for iris in bundled.members.values() for iri in iris[:: max(1, len(iris) // share)]]
    return ["/", "/coverage", *lists, *dict.fromkeys(bundled.addresses.path(iri) for iri in members)]


def test_no_person_stands_on_a_sample_of_pages(bundled, site, screen):
    addresses = sample(bundled, 1)[::9]
    assert len(addresses) > 15
    assert {each: found for each in addresses if (found := unwanted_on(site, screen, f"{each}?lang=fi"))} == {}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_person_stands_on_more_pages_in_any_language(bundled, site, screen, language):
    addresses = sample(bundled, 3)
    assert len(addresses) > 250
    assert {each: found for each in addresses if (found := unwanted_on(site, screen, f"{each}?lang={language}"))} == {}

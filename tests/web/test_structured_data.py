"""Search engines read in the head of a page what it says: the same name, address and identifiers, by rules in RDF.

A rule is a triple rule of SHACL Advanced Features; texts are those of the page's language.
"""

import json
import shutil

import pytest
from pyld import jsonld as processor
from pyoxigraph import NamedNode

from sotegraph.entities import export, read_profiles
from sotegraph.entities.markup import markup
from sotegraph.errors import UnsoundPublication
from sotegraph.loading import load_folder
from sotegraph.settings import Settings
from sotegraph.terms import term
from tests.conftest import LIBRARY
from tests.markup import read_page
from tests.web.folders import site_of

BASE = "https://library.example"
SCHEMA = "https://schema.org/"


def block(client, path: str) -> dict:
    """The structured data of a page."""
    page = read_page(client.page(path).text)
    (script,) = page.one("head").all("script", type="application/ld+json")
    document = json.loads("".join(script.children))
    assert document["@context"] == "https://schema.org"
    return document


def thing(client, path: str) -> dict:
    return next(each for each in block(client, path)["@graph"] if "mainEntityOfPage" in each or path.startswith("/?"))


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("segment", ["book", "branch", "concept/genre", "concept/subject"])
def test_it_says_the_name_that_the_page_says_and_the_address_that_stays(client, index, segment, language):
    assert len(index.members[segment]) > 2
    for iri in index.members[segment]:
        path = index.addresses.path(iri)
        told = thing(client, f"{path}?lang={language}")
        assert told["@id"] == iri
        assert told["mainEntityOfPage"] == BASE + path
        heading = read_page(client.page(f"{path}?lang={language}").text).one("h1")
        official = heading.all("span", class_="official")  # Beside a translation of ours, which no machine is told.
        assert (official[0] if official else heading).text.startswith(told["name"])


def test_it_says_every_identifier_and_where_a_thing_is_at_home(client, index):
    for iri in index.members["book"]:
        stated = {
            value.value
            for node in index.version.objects(NamedNode(iri), term("adms:identifier"))
            for value in index.version.objects(node, term("skos:notation"))
        }
        told = thing(client, f"{index.addresses.path(iri)}?lang=en")
        assert {each["value"] for each in as_list(told.get("identifier", []))} == stated
        pages = {each.value for each in index.version.objects(NamedNode(iri), term("foaf:page"))}
        assert set(as_list(told.get("url", []))) == pages


def test_it_is_read_as_triples_of_schema_org(client):
    document = block(client, "/doc/book/1?lang=fi") | {"@context": {"@vocab": SCHEMA}}
    triples = processor.to_rdf(document)["@default"]
    said = {(each["subject"]["value"], each["predicate"]["value"], each["object"]["value"]) for each in triples}
    book = f"{BASE}/id/book/1"
    assert (book, term("rdf:type").value, SCHEMA + "Book") in said
    assert (book, SCHEMA + "name", "Majakanvartijan almanakka") in said
    assert (book, SCHEMA + "numberOfPages", "312") in said
    assert (f"{book}#id-record", SCHEMA + "value", "R000101") in said


def test_texts_are_those_of_the_page_and_numbers_are_numbers(client):
    told = thing(client, "/doc/book/1?lang=en")
    assert told["alternateName"] == ["The Almanac", "The Keeper's Book"]
    assert told["numberOfPages"] == 312
    assert told["about"]["name"] == "Stars"
    assert "inDefinedTermSet" not in told["about"]


def test_every_distribution_that_the_catalogue_has_is_told(bundled):
    datasets = bundled.version.instances(term("dcat:Dataset"))
    counts = []
    for dataset in datasets:
        stated = {each.value for each in bundled.version.objects(dataset, term("dcat:distribution"))}
        told = as_list(markup(bundled, dataset.value, "fi").get("distribution", []))
        assert {each["@id"] for each in told} == stated
        counts.append(len(told))
    assert max(counts) > 25


def test_of_more_values_than_are_told_none_is_told(index, monkeypatch):
    monkeypatch.setattr("sotegraph.entities.markup._MOST_VALUES", 1)
    told = markup(index, f"{BASE}/id/book/1", "en")
    assert "alternateName" not in told
    assert told["numberOfPages"] == 312


def test_a_condition_has_to_hold(client, index):
    reference = NamedNode(f"{BASE}/ns/lib#referenceOnly")
    for iri in index.members["book"]:
        only = any(each.value == "true" for each in index.version.objects(NamedNode(iri), reference))
        assert ("isAccessibleForFree" in markup(index, iri, "en")) == only
    assert any("isAccessibleForFree" in markup(index, iri, "en") for iri in index.members["book"])


def test_it_says_the_way_from_the_front_page(client):
    (way,) = (
        each
        for each in block(client, "/doc/concept/genre/fiction-novel?lang=fi")["@graph"]
        if each["@type"] == "BreadcrumbList"
    )
    steps = [(each["position"], each["name"], each["item"]) for each in way["itemListElement"]]
    assert steps == [
        (1, "Esimerkkikirjasto", f"{BASE}/?lang=fi"),
        (2, "Luokitukset", f"{BASE}/concept?lang=fi"),
        (3, "Kirjallisuudenlajit", f"{BASE}/concept/genre?lang=fi"),
        (4, "Romaani", f"{BASE}/doc/concept/genre/fiction-novel?lang=fi"),
    ]
    assert [each["@type"] for each in block(client, "/book")["@graph"]] == ["BreadcrumbList"]


def test_the_front_page_is_a_dataset_under_its_licence(client):
    (told,) = block(client, "/?lang=en")["@graph"]
    assert told["@type"] == "Dataset"
    assert told["name"] == "The example library"
    assert told["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert told["isAccessibleForFree"] is True


def test_what_is_gone_and_what_no_rule_speaks_of_is_not_told(client):
    assert not read_page(client.page("/doc/book/8").text).all("script", type="application/ld+json")
    assert [each["@type"] for each in block(client, "/doc/holding/1")["@graph"]] == ["BreadcrumbList"]


def changed(tmp_path, file: str, old: str, new: str):
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return folder


def test_no_text_can_end_the_block(tmp_path):
    evil = "</script><script>alert(1)</script><!-- & "
    folder = changed(tmp_path, "data/catalogue/books.ttl", '"The Lighthouse Keeper\'s Almanac"@en', f'"{evil}"@en')
    client = site_of(folder)
    assert thing(client, "/doc/book/1?lang=en")["name"] == evil
    assert "<script>alert" not in client.page("/doc/book/1?lang=en").text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sh:subject sh:this", "sh:subject lib:Book"),
        ("sh:predicate schema:name ;", ""),
        ("sh:object [ sh:path dct:title ]", "sh:object [ ]"),
    ],
)
def test_a_rule_that_is_not_clear_is_refused_when_the_publication_is_read(tmp_path, old, new):
    with pytest.raises(UnsoundPublication, match="is not clear"):
        load_folder(changed(tmp_path, "ontology/markup.ttl", old, new), Settings())


def test_organisations_say_the_same_by_the_profile_of_schema_org(bundled):
    """The export by CONSTRUCT and the block by rules agree on name and identifiers."""
    profile = next(each for each in read_profiles(bundled) if each.token == "schema-org")
    value, name = NamedNode(SCHEMA + "value"), NamedNode(SCHEMA + "name")
    for iri in bundled.members["organisation"][::25]:
        triples = export(bundled, profile, NamedNode(iri))
        names = {each.object.value for each in triples if each.subject == NamedNode(iri) and each.predicate == name}
        told = markup(bundled, iri, "fi")
        assert told["name"] in names
        exported = {each.object.value for each in triples if each.predicate == value}
        assert {each["value"] for each in as_list(told.get("identifier", []))} == exported


@pytest.mark.slow
def test_every_page_of_the_bundled_publication_says_its_name_and_identifiers(bundled):
    counted = 0
    for members in bundled.members.values():
        for iri in members:
            told = markup(bundled, iri, "sv")
            if told is not None:
                counted += 1
                assert told["@id"] == iri
                assert told["name"] == bundled.name(iri, "sv").stated.value
                for each in as_list(told.get("identifier", [])):
                    assert each == iri or each["value"]  # A dataset is identified by its IRI.
    assert counted > 2_000


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_dataset_is_told_as_the_catalogue_says_it(client, version, language):
    """What search engines are told of a dataset and its files is what portals harvest, term by term."""
    names = [
        each.object for each in version.outgoing(NamedNode(f"{BASE}/catalog")) if each.predicate == term("dcat:dataset")
    ]
    assert len(names) == 4
    for node in names:
        key = node.value.rpartition("/")[2]
        told = thing(client, f"/doc/dataset/{key}?lang={language}")

        def said(subject, name, *, language=language):
            values = version.objects(subject, term(name))
            return sorted(each.value for each in values if getattr(each, "language", None) in (None, language))

        assert told["@type"] == "Dataset"
        assert told["@id"] == told["identifier"] == node.value
        assert told["isAccessibleForFree"] is True
        texts = {"name": "dct:title", "description": "dct:description", "keywords": "dcat:keyword"}
        links = {"license": "dct:license", "url": "dcat:landingPage", "dateModified": "dct:modified"}
        for member, predicate in (texts | links).items():
            assert sorted(as_list(told[member])) == said(node, predicate), member
        [publisher] = version.objects(node, term("dct:publisher"))
        assert told["creator"] == told["publisher"]
        assert told["publisher"]["name"] == said(publisher, "foaf:name")[0]
        assert told["includedInDataCatalog"]["@id"] == f"{BASE}/catalog"
        files = {each["@id"]: each for each in as_list(told["distribution"])}
        assert sorted(files) == said(node, "dcat:distribution")
        for iri, file in files.items():
            assert file["@type"] == "DataDownload"
            assert [file["contentUrl"]] == said(NamedNode(iri), "dcat:accessURL")
            assert [file["encodingFormat"]] == said(NamedNode(iri), "dcat:mediaType")
            assert [file["name"]] == said(NamedNode(iri), "dct:title")
            assert [file["license"]] == said(NamedNode(iri), "dct:license")

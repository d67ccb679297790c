"""A document that is sent back as it was published breaks nothing that is not broken where it is published.

Documents name what they link to, codes above all, by class and name: that describes nothing, and replaces nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote, urlsplit

import pytest
from pyoxigraph import NamedNode

from sotegraph.entities import Index
from sotegraph.ingest import Submission, SubmittedFile, Validator
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.terms import RDF_TYPE
from sotegraph.web.app import create_app
from tests.client import Client
from tests.ingest.sending import HEAD

FORMS = ("ttl", "jsonld", "rdf", "nt")


@pytest.fixture(scope="module")
def validator(index: Index) -> Validator:
    return Validator(index, isolated=False)


def documents(index: Index, each_class: int | None) -> Iterator[str]:
    """The addresses of the documents of so many instances of each class."""
    start = index.publication.base_iri + "/id/"
    found: dict[str, None] = {}
    for name in index.publication.classes:
        nodes = sorted(each.subject.value for each in index.version.incoming(NamedNode(name), RDF_TYPE))
        own = (each for each in nodes if each.startswith(start) and "#" not in each)
        found |= dict.fromkeys(islice(own, each_class))
    return (f"/doc/{quote(each.removeprefix(start))}" for each in found)


def sent_back(client: Client, validator: Validator, address: str) -> Submission:
    answer = client.get(address)
    if answer.status_code == 301:  # It is another thing now, which has a document.
        answer = client.get(urlsplit(answer.headers["Location"]).path)
    assert answer.status_code in (200, 410), address
    return validator.validate([SubmittedFile(address.rpartition("/")[2], answer.content)])


def broken_by(submission: Submission) -> set[tuple[str, str | None]]:
    """The violations that the published graph does not have."""
    return {
        (each.rule, each.focus)
        for each in submission.findings
        if each.severity == "violation" and each.is_new is not False
    }


def assert_round_trip(client: Client, validator: Validator, index: Index, each_class: int | None) -> None:
    found = {
        f"{address}.{form}": broken
        for address in documents(index, each_class)
        for form in FORMS
        if (broken := broken_by(sent_back(client, validator, f"{address}.{form}")))
    }
    assert found == {}


@pytest.mark.parametrize("form", FORMS)
def test_a_document_sent_back_changes_nothing(form: str, client: Client, validator: Validator) -> None:
    assert broken_by(sent_back(client, validator, f"/doc/book/1.{form}")) == set()


@pytest.mark.slow
def test_every_document_of_the_library_can_be_sent_back(client: Client, validator: Validator, index: Index) -> None:
    assert_round_trip(client, validator, index, None)


@pytest.mark.slow
def test_documents_of_every_bundled_class_can_be_sent_back(bundled: Index) -> None:
    settings = Settings(access_log=False)
    site = create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings))
    assert_round_trip(Client(site), Validator(bundled, isolated=False), bundled, 1)


def test_a_thing_that_is_described_otherwise_is_described_wholly(client: Client, validator: Validator) -> None:
    text = client.get("/doc/book/1.nt").text
    kept = [line for line in text.splitlines() if "/terms/title>" not in line]
    submission = validator.validate([SubmittedFile("1.nt", "\n".join(kept).encode())])
    assert {rule for rule, focus in broken_by(submission) if (focus or "").endswith("/book/1>")} >= {"Book#title-fi"}


def test_a_code_by_another_name_is_described_anew(validator: Validator) -> None:
    code = '<concept/genre/fiction-novel> a skos:Concept ; skos:prefLabel "{}"@en .'
    name = next(
        each.value
        for each in validator.index.version.objects(
            NamedNode("https://library.example/id/concept/genre/fiction-novel"),
            NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"),
        )
        if each.language == "en"
    )
    same, other = (
        validator.validate([SubmittedFile("code.ttl", (HEAD + code.format(each)).encode())])
        for each in (name, "Another name")
    )
    assert broken_by(same) == set()
    assert broken_by(other)

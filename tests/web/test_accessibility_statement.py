"""The accessibility statement: what the publication says of its pages, and whom the operator lets be written to."""

import shutil

import pytest
from pydantic import ValidationError

from sotegraph.errors import UnsoundPublication
from sotegraph.loading import load_folder
from sotegraph.publication import read_publication
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client
from tests.conftest import LIBRARY, ROOT
from tests.markup import read_page
from tests.web.folders import site_of


def page(index, language="en", **settings):
    own = Settings(access_log=False, **settings)
    client = Client(create_app(own, index.publication, index, InProcessEvaluator(index.version, own)))
    return read_page(client.page(f"/accessibility?lang={language}").text)


@pytest.mark.parametrize("language", ["en", "fi"])
def test_it_says_what_the_model_statement_asks_for(index, language):
    shown = page(index, language)
    statement, choose = index.publication.statement, lambda texts: texts[language]
    text = shown.one("main").text
    for texts in (statement.standards, statement.laws, statement.methods, statement.supervisors[0].names):
        assert choose(texts) in text
    for limit in statement.limits:
        assert choose(limit.titles) in text
        assert choose(limit.descriptions) in text
    assert " 7 " in text and "2026" in text
    headings = [each.text for each in shown.one("main").all("h3")]
    assert len(headings) == len({limit.reason for limit in statement.limits}) == 2


def test_the_supervisor_can_be_reached(index):
    links = {each.attributes["href"] for each in page(index).one("address").all("a")}
    assert links == {"https://ramps.example/", "mailto:office@ramps.example", "tel:+000123456"}


def test_the_operator_says_who_runs_it_and_where_to_write_to(index):
    shown = page(index, operator="The town of Exempla", feedback_address="access@exempla.example")
    assert "The service is run by The town of Exempla." in shown.text
    assert shown.one("a", href="mailto:access@exempla.example").text == "access@exempla.example"
    form = page(index, feedback_address="https://exempla.example/write")
    assert form.one("a", href="https://exempla.example/write")
    silent = page(index)
    assert "has not said where to write to" in silent.one("p", class_="notice").text
    assert "is run by" not in silent.text


@pytest.mark.parametrize("address", ["nobody", "a b@c.example", "javascript:alert(1)", "<a@b.example>"])
def test_an_address_that_nobody_can_write_to_is_refused(address):
    with pytest.raises(ValidationError):
        Settings(feedback_address=address)


def test_every_page_leads_to_it(client):
    for path in ("/", "/doc/book/1", "/book", "/no/such/page"):
        foot = read_page(client.page(f"{path}?lang=fi").text).one("footer")
        assert foot.one("a", href="/accessibility?lang=fi").text == "Saavutettavuus"


def test_a_publication_without_a_statement_has_none(tmp_path):
    shutil.copytree(LIBRARY, tmp_path / "library")
    (tmp_path / "library" / "ontology" / "accessibility.ttl").unlink()
    client = site_of(tmp_path / "library")
    assert client.page("/accessibility").status_code == 404
    assert "/accessibility" not in client.page("/").text


@pytest.mark.parametrize(
    ("old", "new"), [('"partial"', '"mostly"'), ('"not-compliant"', '"later"'), ("dct:issued", "dct:created")]
)
def test_a_statement_that_lacks_what_it_must_say_is_refused(tmp_path, old, new):
    shutil.copytree(LIBRARY, tmp_path / "library")
    file = tmp_path / "library" / "ontology" / "accessibility.ttl"
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(UnsoundPublication, match="accessibility statement"):
        load_folder(tmp_path / "library", Settings())


def test_the_bundled_publication_has_one_in_its_languages(bundled):
    statement = bundled.publication.statement
    assert statement.conformance == "partial"
    for texts in (statement.standards, statement.laws, statement.methods):
        assert set(texts) == {"fi", "sv", "en"}
    assert "306/2019" in statement.laws["fi"]
    assert all(set(each.titles) == set(each.descriptions) == {"fi", "sv", "en"} for each in statement.limits)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_bundled_statement_tells_what_the_law_asks_from_what_the_pages_are_made_for(language):
    statement = read_publication(ROOT).statement
    assert "WCAG 2.1" in statement.standards[language] and "306/2019" in statement.laws[language]
    assert "WCAG 2.2" in statement.methods[language] and " 2.1" in statement.methods[language]

"""A personal identity code is found wherever it is sent, whatever the sending is validated against."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from sotegraph.entities import Index
from sotegraph.ingest import SubmittedFile, Told, Validator

CODE = "131052-308T"
RULE = "PersonalData"
OWN_SHAPES = b"""@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://own.example/S> a sh:NodeShape ; sh:targetClass <https://own.example/C> ; sh:nodeKind sh:IRI .
"""
TYPED = f'<https://x.example/q> a <http://www.w3.org/ns/org#Organization> ; <http://x.example/p> "{CODE}" .'
UNTYPED = f'<https://x.example/q> <http://www.w3.org/2004/02/skos/core#prefLabel> "x {CODE}"@fi .'
BLANK = (
    "<https://x.example/q> a <http://www.w3.org/ns/org#Organization> ;\n"
    f'  <http://www.w3.org/ns/org#hasMember> [ <http://xmlns.com/foaf/0.1/name> "x {CODE}" ] .'
)
DROPPED = (
    f'{{"@id": "https://x.example/q", "@type": "http://www.w3.org/ns/org#Organization",\n"hetu": {{"a": ["{CODE}"]}}}}'
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def validator(bundled: Index) -> Validator:
    return Validator(bundled, isolated=False)


def found(validator: Validator, text: str, name: str = "sent.ttl", **how: object) -> list[Told]:
    submission = validator.validate([SubmittedFile(name, text.encode())], **how)  # type: ignore[arg-type]
    return [each for each in submission.findings if each.rule == RULE and each.severity == "violation"]


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [(TYPED, "a.ttl", 1), (UNTYPED, "a.ttl", 1), (BLANK, "a.ttl", 2), (DROPPED, "a.jsonld", 2)],
    ids=["typed", "untyped", "blank", "dropped"],
)
@pytest.mark.parametrize("profile", ["submission", "publication", "cpov", "dcat-ap"])
def test_it_is_found_once_at_its_line_under_every_profile(
    validator: Validator, text: str, name: str, line: int, profile: str
) -> None:
    [told] = found(validator, text, name, profile=profile)
    assert told.where.line == line
    assert "henkilötunnus" in told.message["fi"]


def test_it_is_found_beside_shapes_of_ones_own(validator: Validator) -> None:
    own = [SubmittedFile("own.ttl", OWN_SHAPES)]
    assert len(found(validator, UNTYPED, own_shapes=own)) == 1
    assert not found(validator, UNTYPED.replace(CODE, ""), own_shapes=own)


@pytest.mark.parametrize("code", ["131052 - 308T", "131052 \u2013 308t", "131052\u00a0-\u00a0308T"])
def test_it_is_found_with_spaces_around_its_dash(validator: Validator, code: str) -> None:
    assert found(validator, UNTYPED.replace(CODE, code))


def test_an_address_is_found_without_the_published_data_too(validator: Validator) -> None:
    text = TYPED.replace(f'"{CODE}"', "<mailto:liisa.malli@malli.example>")
    assert len(found(validator, text, with_context=False)) == 1


def test_what_is_added_to_something_published_is_told_once(validator: Validator, bundled: Index) -> None:
    class_ = NamedNode(next(iter(bundled.publication.collections)).classes[0])
    published = next(each for each in bundled.version.instances(class_) if isinstance(each, NamedNode))
    text = f'<{published.value}> <http://www.w3.org/2004/02/skos/core#note> "{CODE}" .'
    assert len(found(validator, text)) == 1


def test_what_has_no_class_cannot_conform_to_what_is_asked_of_a_submission(validator: Validator) -> None:
    sent = [SubmittedFile("a.ttl", b"<https://x.example/q> <http://www.w3.org/2004/02/skos/core#example> 'a'@fi .")]
    submission = validator.validate(sent)
    assert [(each.rule, each.severity) for each in submission.findings] == [("untyped", "violation")]
    assert not submission.conforms


def test_it_is_found_in_a_row_that_is_marked_as_the_example(validator: Validator) -> None:
    table = f"IRI;Nimi (fi);Nimi (sv)\nesimerkki;Oma {CODE};\n;Toinen;Andra\n"
    [told] = found(validator, table, "jarjestot.csv")
    assert told.where.cell == "B2"

"""Each term we mint is named, defined, exemplified and justified in Finnish, Swedish and English; no other is restated.

A term of another vocabulary is only used and shaped, never defined again: what pages call it stands in the shapes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from sotegraph.terms import PREFIXES, term
from tests.ontology.reading import LANGUAGES, MINTED, ONTOLOGY, Facts, data, minted, module_files, ontology, publication

LEAST_TERMS = 130
QUOTING = {"sdmx"}
"""Modules that repeat what another vocabulary says of its own terms, so that a reader need not fetch it."""
STATUSES = {"stable", "testing", "unstable"}
TERMS = minted()


def short(node: NamedNode) -> str:
    return node.value.rpartition("#")[2]


def test_there_are_as_many_terms_as_ever() -> None:
    assert len(set(TERMS)) == len(TERMS) >= LEAST_TERMS


@pytest.mark.parametrize("node", TERMS, ids=short)
def test_a_term_is_described_in_every_language(node: NamedNode) -> None:
    for name in ("rdfs:label", "skos:definition", "skos:scopeNote"):
        assert ontology().languages(node, name) == LANGUAGES, name


@pytest.mark.parametrize("node", TERMS, ids=short)
def test_a_term_says_where_it_is_defined_and_how_settled_it_is(node: NamedNode) -> None:
    assert node.value.startswith(MINTED)
    assert ontology().objects(node, "rdfs:isDefinedBy") == [ONTOLOGY]
    status = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"
    stated = {quad.object.value for quad in ontology().by_subject[node] if quad.predicate.value == status}
    assert len(stated) == 1
    assert stated <= STATUSES


def examples_of(node: NamedNode) -> list[list[Any]]:
    """The triples of each example of *node*."""
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    declared = {"sote": MINTED, "legal": "http://www.w3.org/ns/legal#", "pplan": "http://purl.org/net/p-plan#"}
    prefixes += "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in declared.items())
    examples = ontology().objects(node, "skos:example")
    return [[quad.triple for quad in parse(prefixes + each.value, format=RdfFormat.TURTLE)] for each in examples]


@pytest.mark.parametrize("node", TERMS, ids=short)
def test_the_example_of_a_term_is_turtle_that_uses_it(node: NamedNode) -> None:
    examples = examples_of(node)
    assert examples
    for triples in examples:
        assert any(node in (triple.predicate, triple.object) for triple in triples)


@pytest.mark.parametrize("node", TERMS, ids=short)
def test_the_example_of_a_term_is_what_the_data_say(node: NamedNode) -> None:
    said = {triple for triples in examples_of(node) for triple in triples}
    assert not said - data()


@pytest.mark.parametrize("node", TERMS, ids=short)
def test_a_class_has_a_superclass_and_a_property_says_what_it_holds(node: NamedNode) -> None:
    facts = ontology()
    if term("owl:Class") in facts.objects(node, "rdf:type"):
        assert facts.objects(node, "rdfs:subClassOf")
        assert short(node)[0].isupper()
    else:
        assert facts.objects(node, "rdfs:range") + facts.objects(node, "schema:rangeIncludes")
        assert short(node)[0].islower()


def test_no_term_of_another_vocabulary_is_restated() -> None:
    for file in module_files():
        facts = Facts([file])
        for subject in facts.by_subject:
            ours = isinstance(subject, BlankNode) or subject == ONTOLOGY
            ours = ours or subject.value.startswith((MINTED, ONTOLOGY.value + "/"))
            assert ours or file.stem in QUOTING, f"{file.name} describes {subject}"


def test_what_is_quoted_of_another_vocabulary_is_the_kind_and_range_of_a_term_in_use() -> None:
    used = {triple.predicate for triple in data()}
    for file in module_files():
        named = [quad for quad in Facts([file]).quads if isinstance(quad.subject, NamedNode)]
        quoted = [quad for quad in named if not quad.subject.value.startswith(ONTOLOGY.value)]
        assert bool(quoted) == (file.stem in QUOTING), file.name
        assert {quad.predicate for quad in quoted} <= {term("rdf:type"), term("rdfs:range")}
        assert {quad.subject for quad in quoted} <= used


def test_no_term_of_ours_is_made_a_concept() -> None:
    """SKOS S19, S20 and S38: a mapping is between concepts, and a class or property is none."""
    for file in module_files():
        for quad in Facts([file]).quads:
            assert not re.search("Match$|#mappingRelation$", quad.predicate.value), f"{file.name}: {quad.subject}"


def test_the_publication_only_names_links_of_another_vocabulary() -> None:
    facts = publication()
    for subject, quads in facts.by_subject.items():
        if isinstance(subject, NamedNode) and not subject.value.startswith("https://w3id.org/sotegraph/"):
            assert {quad.predicate for quad in quads} == {term("pub:incomingLabel")}, subject.value


def test_the_publication_is_named_in_every_language() -> None:
    facts = publication()
    for node in facts.subjects("pub:incomingLabel"):
        assert facts.languages(node, "pub:incomingLabel") == LANGUAGES, node
    collections = facts.subjects("rdf:type", term("pub:Collection"))
    assert len(collections) >= 75
    for node in collections:
        assert facts.languages(node, "rdfs:label") == LANGUAGES, node
        assert facts.languages(node, "dct:description") == LANGUAGES, node
    segments = [value.value for node in collections for value in facts.objects(node, "pub:segment")]
    assert len(segments) == len(set(segments)) == len(collections)


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.lower()))


def header_of(file: Path) -> tuple[Facts, NamedNode]:
    facts = Facts([file])
    headers = facts.subjects("rdf:type", term("owl:Ontology"))
    assert len(headers) == 1, f"{file.name} has {len(headers)} ontology headers"
    return facts, headers[0]


@pytest.mark.parametrize("file", module_files(), ids=lambda file: file.stem)
def test_a_module_has_a_complete_header(file: Path) -> None:
    facts, header = header_of(file)
    for name in ("dct:title", "dct:description"):
        assert facts.languages(header, name) == LANGUAGES, name
    for name in ("dct:license", "dct:created", "dct:modified"):
        assert len(facts.objects(header, name)) == 1, name
    assert facts.objects(header, "dct:creator") == publication().subjects("rdf:type", term("pub:Publication"))
    version = facts.objects(header, "owl:versionInfo")[0].value
    assert facts.objects(header, "owl:versionIRI") == [NamedNode(f"{header.value}/{version}")]


def test_each_module_has_a_title_of_its_own_that_fits_its_file() -> None:
    titles: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for file in module_files():
        facts, header = header_of(file)
        for title in facts.objects(header, "dct:title"):
            titles[title.language].append(title.value)
            if title.language == "en" and file.parent.name != "ontology":
                assert words(file.stem) in words(title.value), f"{file.name} is titled {title.value}"
    for language, found in titles.items():
        assert len(found) == len(set(found)) >= 15, language


def test_the_ontology_imports_its_modules_and_declares_the_prefixes_of_queries() -> None:
    facts = ontology()
    modules = {header_of(file)[1] for file in module_files() if file.parent.name in ("core", "extensions")}
    assert set(facts.objects(ONTOLOGY, "owl:imports")) == modules
    declared = {
        prefix.value: namespace.value
        for node in facts.objects(ONTOLOGY, "sh:declare")
        for prefix in facts.objects(node, "sh:prefix")
        for namespace in facts.objects(node, "sh:namespace")
        if isinstance(namespace, Literal) and namespace.datatype == term("xsd:anyURI")
    }
    assert declared["sote"] == MINTED
    assert len(declared) == len(facts.objects(ONTOLOGY, "sh:declare")) >= 20

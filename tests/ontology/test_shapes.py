"""The shapes are sound SHACL, named and explained in three languages, and each finding has one cause.

One property shape per class and path carries name, description, order and group; the others carry one constraint and
its message.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from sotegraph.terms import PREFIXES, term
from sotegraph.validation import ShapeSet, validate
from sotegraph.validation.pyshacl_engine import PySHACL
from tests.conformance_data import conformance_data
from tests.ontology.reading import LANGUAGES, ROOT, Facts, ontology, publication, read, shapes

LEAST_PROPERTY_SHAPES = 750
DISPLAY = {term(name) for name in ("sh:name", "sh:description", "sh:order", "sh:group")}
SURROUNDINGS = {term(name) for name in ("rdf:type", "sh:path", "sh:message", "sh:severity")}
ELSEWHERE = "stands in other rows or files than the thing's own, which nobody may have yet"
THEIR_OWN = "a thing of this kind is called what it is called; names are not translated to be accepted"
MAYBE_A_PERSON = "a name may look like a person's without being one"
NOT_THE_SUBMITTERS = {
    "Strategy#strategyArea-wanted": "a national strategy has no area, so that nothing is missing",
    "Organisation#homeMunicipality-wanted": "a body or a unit is not registered, and has no domicile",
    "Organisation#prefLabel-no-person": MAYBE_A_PERSON,
    "Organisation#altLabel-no-person": MAYBE_A_PERSON,
    "PersonalData#perhaps-address": "an address of two words may be anybody's or anything's",
    **dict.fromkeys(
        (
            *("Agreement#parties-known", "Collaboration#members-known", "Collaboration#members-two"),
            *("EventSeries#stops-known", "Municipality#observation-wanted", "PathStep#roles-wanted"),
            *("ServicePath#steps-two", "Strategy#decisions-wanted", "Strategy#elements-wanted"),
            *("WellbeingArea#cooperation-wanted", "WellbeingArea#grants-wanted", "WellbeingArea#observation-wanted"),
        ),
        ELSEWHERE,
    ),
    **dict.fromkeys(
        (
            *("Agreement#prefLabel-sv", "Event#prefLabel-sv", "FormerMunicipality#prefLabel-en"),
            *("FormerMunicipality#prefLabel-sv", "OperatingModel#prefLabel-sv", "Organisation#prefLabel-fi"),
            *("Organisation#prefLabel-sv", "Project#prefLabel-sv", "ServicePath#prefLabel-fi"),
            "ServicePath#prefLabel-sv",
        ),
        THEIR_OWN,
    ),
}
"""Wishes that submissions are not held to, each with the reason."""
RULES = {"steps", "members", "periods", "sums", "areas", "identifiers", "personal-data"}
PAIRS = {term("sh:qualifiedMinCount"), term("sh:qualifiedMaxCount"), term("sh:maxCount")}
PLACE = re.compile(r"\{[?$](\w+)\}")
SELECTED = re.compile(r"SELECT (?:DISTINCT )?([^{]*?) WHERE")
GIVEN_NAMES = re.compile(r"\((Aada\|[^()]*)\)")
NOT_PORTABLE = re.compile(r"\(\?|\\[dDwWbB1-9]")


def property_shapes() -> list[Any]:
    return shapes().subjects("rdf:type", term("sh:PropertyShape"))


def is_display(shape: Any) -> bool:
    return bool(shapes().objects(shape, "sh:name"))


def path_text(path: Any) -> str:
    if isinstance(path, NamedNode):
        return path.value
    return "^" + "".join(each.value for each in shapes().objects(path, "sh:inversePath"))


@pytest.mark.parametrize("name", ["sh:name", "sh:description", "sh:message", "rdfs:label", "rdfs:comment"])
def test_a_text_stands_in_every_language(name: str) -> None:
    told = shapes().subjects(name)
    assert len(told) >= 30
    assert [node for node in told if shapes().languages(node, name) != LANGUAGES] == []


def test_only_the_message_of_a_query_has_places_and_the_query_fills_each() -> None:
    """SHACL 5.3.2: the engine puts what the query selects into the message of the query itself."""
    filled = 0
    for node in shapes().subjects("sh:message"):
        places = {each for text in shapes().objects(node, "sh:message") for each in PLACE.findall(text.value)}
        selected = [SELECTED.findall(query.value) for query in shapes().objects(node, "sh:select")]
        assert places <= {variable[1:] for each in selected for row in each for variable in row.split()}, node.value
        filled += bool(places)
    assert filled >= 6


def test_every_list_of_given_names_is_the_same() -> None:
    """Regular expressions cannot name a part, so the names stand in each that needs them."""
    patterns = [quad.object.value for quad in shapes().quads if isinstance(quad.object, Literal)]
    lists = [re.sub(r"\[(.)[äö]\]", r"\1", each) for text in patterns for each in GIVEN_NAMES.findall(text)]
    assert len(lists) >= 10
    plain = [each.replace("ä", "a").replace("ö", "o").removesuffix("|etunimi|fornamn") for each in lists]
    assert set(plain) == {plain[0]}


def test_every_property_shape_has_an_iri_and_exactly_one_path() -> None:
    assert len(property_shapes()) >= LEAST_PROPERTY_SHAPES
    assert set(shapes().subjects("sh:path")) == set(property_shapes())
    for shape in property_shapes():
        assert isinstance(shape, NamedNode)
        assert len(shapes().objects(shape, "sh:path")) == 1, shape.value


def test_every_property_shape_belongs_to_a_node_shape_and_is_named_after_it() -> None:
    attached = [(quad.subject, quad.object) for quad in shapes().quads if quad.predicate == term("sh:property")]
    assert {shape for _, shape in attached} == set(property_shapes())
    for owner, shape in attached:
        file = owner.value.partition("#")[0].rpartition("/")[2]
        assert shape.value.startswith(f"https://w3id.org/sotegraph/shapes/{file}#"), shape.value


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_texts_quote_as_their_language_does(language: str) -> None:
    texts = [quad.object for facts in (shapes(), ontology(), publication()) for quad in facts.quads]
    said = [each.value for each in texts if isinstance(each, Literal) and each.language == language]
    assert sum("”" in each for each in said) > 500
    assert [each for each in said if "“" in each or "„" in each or each.count("”") % 2] == []


def test_a_named_property_shape_says_where_and_how_a_page_shows_it() -> None:
    groups = set(shapes().subjects("rdf:type", term("sh:PropertyGroup")))
    for shape in filter(is_display, property_shapes()):
        facts = {quad.predicate for quad in shapes().by_subject[shape]}
        assert facts >= DISPLAY, shape.value
        assert set(shapes().objects(shape, "sh:group")) <= groups
        shown = {
            each for each in facts - DISPLAY - {term("skos:example")} if not each.value.startswith(PREFIXES["pub"])
        }
        assert shown == {term("rdf:type"), term("sh:path")}, f"{shape.value} constrains too"


def test_a_class_shows_each_path_once_and_each_place_once() -> None:
    for node in shapes().subjects("sh:targetClass"):
        shown = [shape for shape in shapes().objects(node, "sh:property") if is_display(shape)]
        paths = Counter(path_text(path) for shape in shown for path in shapes().objects(shape, "sh:path"))
        assert [path for path, times in paths.items() if times > 1] == [], node.value
        places = Counter(
            (str(shapes().objects(shape, "sh:group")), str(shapes().objects(shape, "sh:order"))) for shape in shown
        )
        assert [place for place, times in places.items() if times > 1] == [], node.value


def test_every_other_property_shape_has_one_cause_and_a_message() -> None:
    for shape in property_shapes():
        if not is_display(shape):
            causes = {quad.predicate for quad in shapes().by_subject[shape]} - SURROUNDINGS
            assert shapes().objects(shape, "sh:message"), shape.value
            assert len(causes - PAIRS) <= 1, shape.value
            assert causes, shape.value


def test_patterns_mean_the_same_in_every_engine() -> None:
    patterns = [quad.object.value for quad in shapes().quads if quad.predicate == term("sh:pattern")]
    assert len(patterns) >= 15
    assert [each for each in patterns if NOT_PORTABLE.search(each)] == []


def test_queries_bind_this_and_use_nothing_that_prebinding_forbids() -> None:
    queries = [quad.object.value for quad in shapes().quads if quad.predicate == term("sh:select")]
    assert len(queries) >= 30
    for query in queries:
        assert "$this" in query
        assert not re.search(r"\b(MINUS|VALUES|SERVICE)\b|AS \$this|AS \?this", query, re.IGNORECASE), query
        assert "https://w3id.org/sotegraph" not in query, "an address in a query would not move with the base IRI"


def test_severities_that_profiles_change_belong_to_shapes() -> None:
    named = [quad.object for quad in shapes().quads if quad.predicate == term("pub:shape")]
    assert len(named) >= 8
    assert set(named) <= set(property_shapes())
    assert len(shapes().subjects("rdf:type", term("pub:Profile"))) == 2


def severities(profile: str) -> dict[str, str]:
    """The severity of each rule under *profile*, by the name of the rule."""
    stated = {quad.subject: quad.object for quad in shapes().quads if quad.predicate == term("sh:severity")}
    named = next(each for each in shapes().subjects("rdf:type", term("pub:Profile")) if each.value.endswith(profile))
    for override in shapes().objects(named, "pub:severity"):
        (rule,), (severity,) = shapes().objects(override, "pub:shape"), shapes().objects(override, "pub:as")
        stated[rule] = severity
    return {rule.value.rpartition("/")[2]: severity.value.rpartition("#")[2] for rule, severity in stated.items()}


def test_what_publication_only_wishes_for_a_submission_must_have() -> None:
    published, submitted = severities("/publication"), severities("/submission")
    wishes = {rule for rule, severity in published.items() if severity != "Violation"}
    assert len(wishes) >= 45
    assert {rule for rule in wishes if submitted.get(rule, "Violation") != "Violation"} == set(NOT_THE_SUBMITTERS)


def test_no_profile_lowers_a_rule_that_has_no_severity_of_its_own_but_the_name_in_a_national_language() -> None:
    stated = {each.value.rpartition("/")[2] for each in shapes().subjects("sh:severity")}
    assert set(severities("/publication")) - stated == {"Organisation#prefLabel-national-language"}
    assert set(severities("/submission")) - stated == set()


def test_rules_between_nodes_stand_in_files_of_their_own() -> None:
    files = {file.stem: file for file in (ROOT / "shapes" / "rules").glob("*.ttl")}
    assert set(files) >= RULES
    for file in files.values():
        assert [quad for quad in read(file) if quad.predicate == term("sh:select")], file.name


def test_each_class_and_scheme_of_the_publication_is_shaped() -> None:
    own = Facts([ROOT / "src" / "sotegraph" / "vocabulary" / "catalogue.ttl"])  # What every publication has a list of.
    quads = (*shapes().quads, *own.quads)
    targets = {quad.object for quad in quads if quad.predicate == term("sh:targetClass")}
    classes = {quad.object for quad in publication().quads if quad.predicate == term("pub:class")}
    assert classes - targets == set()
    schemes = {quad.object for quad in publication().quads if quad.predicate == term("pub:scheme")}
    assert schemes == set(_scheme_values())


def _scheme_values() -> list[Any]:
    rules = shapes().subjects("sh:path", term("skos:inScheme"))
    return [value for shape in rules for value in shapes().objects(shape, "sh:hasValue")]


def test_finnish_and_swedish_quote_with_the_same_mark_at_both_ends() -> None:
    spoken = [quad.object for quad in (*shapes().quads, *ontology().quads) if isinstance(quad.object, Literal)]
    texts = [each.value for each in spoken if each.language in ("fi", "sv")]
    assert len(texts) > 4_000
    assert [each for each in texts if re.search(r"[“„«»\"]", each) or each.count("”") % 2] == []


def test_no_text_of_a_shape_is_untagged() -> None:
    for quad in shapes().quads:
        if quad.predicate in {term("sh:name"), term("sh:description"), term("sh:message"), term("rdfs:label")}:
            assert isinstance(quad.object, Literal)
            assert quad.object.language
    assert not [each for each in shapes().subjects("sh:targetClass") if isinstance(each, BlankNode)]


@pytest.mark.slow
def test_the_shapes_conform_to_the_shapes_of_shapes() -> None:
    shapes_of_shapes = ShapeSet.read(read(conformance_data() / "vocab" / "shacl-shacl.ttl"))
    assert validate(shapes().quads, shapes_of_shapes, engine=PySHACL()).results == ()

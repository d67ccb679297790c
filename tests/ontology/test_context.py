"""The context only renames: each key stands for a term that we mint or shape, and says the same of it as the shapes.

It is flat (no type-scoped contexts, no ``@vocab``), because a parser that harvesters use drops properties otherwise.
"""

from __future__ import annotations

from typing import Any

import pytest
from pyoxigraph import NamedNode

from sotegraph.terms import term
from tests.ontology.reading import context, expanded, is_prefix, keys, minted, shapes

LEAST_KEYS = 330


def predicates(path: Any) -> set[str]:
    """The predicates of a forward path; those of alternatives are several."""
    if isinstance(path, NamedNode):
        return {path.value}
    heads = shapes().objects(path, "sh:alternativePath")
    return {member.value for head in heads for member in shapes().members(head) if isinstance(member, NamedNode)}


def shaped_paths() -> dict[str, list[Any]]:
    """Each predicate that a property shape describes forwards, with the shapes that do."""
    found: dict[str, list[Any]] = {}
    for shape in shapes().subjects("sh:path"):
        for path in shapes().objects(shape, "sh:path"):
            for predicate in predicates(path) - {term("rdf:type").value}:
                found.setdefault(predicate, []).append(shape)
    return found


def embedded_inverses() -> set[str]:
    """The predicates of inverse paths whose subjects a page embeds."""
    return {
        inverse.value
        for shape in shapes().subjects("pub:embed")
        for path in shapes().objects(shape, "sh:path")
        for inverse in shapes().objects(path, "sh:inversePath")
    }


def shaped_classes() -> set[str]:
    classes = {each.value for name in ("sh:targetClass", "sh:class") for each in _objects(name)}
    types = set(shapes().subjects("sh:path", term("rdf:type")))
    return classes | {value.value for shape in types for value in shapes().objects(shape, "sh:hasValue")}


def _objects(name: str) -> list[Any]:
    return [quad.object for quad in shapes().quads if quad.predicate == term(name)]


def forward() -> dict[str, list[dict[str, Any]]]:
    """The definitions of each predicate or class, by its IRI."""
    found: dict[str, list[dict[str, Any]]] = {}
    for definition in keys().values():
        if "@id" in definition:
            found.setdefault(expanded(definition["@id"]), []).append(dict(definition))
    return found


def test_the_context_is_protected_and_has_no_default_vocabulary() -> None:
    assert context()["@version"] == 1.1
    assert context()["@protected"] is True
    assert "@vocab" not in context()
    assert (context()["id"], context()["type"]) == ("@id", "@type")


@pytest.mark.parametrize("key", keys())
def test_a_key_is_plain(key: str) -> None:
    definition = keys()[key]
    assert set(definition) <= {"@id", "@reverse", "@type", "@container"}
    containers = definition.get("@container", [])
    assert set([containers] if isinstance(containers, str) else containers) <= {"@language", "@set"}
    assert ("@id" in definition) != ("@reverse" in definition)


def test_each_key_stands_for_a_term_that_we_mint_or_shape() -> None:
    known = {each.value for each in minted()} | set(shaped_paths()) | shaped_classes()
    assert len(keys()) >= LEAST_KEYS
    assert {name for name, each in keys().items() if "@id" in each and expanded(each["@id"]) not in known} == set()


def test_each_prefix_is_used() -> None:
    used = {text.partition(":")[0] for each in keys().values() for text in each.values() if isinstance(text, str)}
    assert {name for name, value in context().items() if is_prefix(value)} == used - {"@id"} - {"@language", "@set"}


def test_each_minted_term_and_each_shaped_property_and_class_has_a_key() -> None:
    wanted = {each.value for each in minted()} | set(shaped_paths()) | shaped_classes()
    assert wanted - set(forward()) == set()


def test_each_embedded_inverse_path_has_a_reverse_key_and_no_other_has() -> None:
    reverse = {expanded(each["@reverse"]) for each in keys().values() if "@reverse" in each}
    assert reverse == embedded_inverses()


def test_the_context_says_of_values_what_the_shapes_say() -> None:
    for predicate, found in shaped_paths().items():
        definitions = forward()[predicate]
        types = {each.get("@type") for each in definitions}
        for shape in found:
            for datatype in _datatypes(shape):
                where = f"{predicate} as {datatype.value}"
                if datatype == term("rdf:langString"):
                    assert all("@language" in each.get("@container", []) for each in definitions), where
                elif datatype in (term("xsd:string"), term("xsd:integer")):
                    assert None in types, where
                else:
                    assert datatype.value in {expanded(each) for each in types if each}, where
            if shapes().objects(shape, "sh:class") or shapes().objects(shape, "sh:nodeKind"):
                assert types == {"@id"}, predicate


def _datatypes(shape: Any) -> list[Any]:
    stated = shapes().objects(shape, "sh:datatype")
    for head in shapes().objects(shape, "sh:or"):
        stated += [each for member in shapes().members(head) for each in shapes().objects(member, "sh:datatype")]
    return stated

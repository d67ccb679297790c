"""Classes and terms: everything with a class has a shape, and every term in use is defined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.soundness.findings import CLASS_WITHOUT_SHAPE, UNDEFINED_TERM, UNTYPED, Finding
from sotegraph.soundness.material import DATA, ONTOLOGY, SHAPES, Material
from sotegraph.terms import RDF_TYPE


def check_classes(material: Material) -> Iterator[Finding]:
    """The classes that stand in the data although no shape applies to their instances, and what has no class at all."""
    uncovered: dict[frozenset[str], list[Any]] = {}
    for subject in material.own_subjects:
        classes = material.types[subject]
        if subject in material.targeted_nodes:
            continue
        if not classes:
            place = material.place_of(subject)
            yield material.teller.finding(UNTYPED, place, focus=subject, thing=material.short(subject))
        elif not classes & material.targeted:
            uncovered.setdefault(classes, []).append(subject)
    for classes, subjects in uncovered.items():
        yield _without_shape(material, classes, subjects)


def _without_shape(material: Material, classes: frozenset[str], subjects: list[Any]) -> Finding:
    own = [each for each in sorted(classes) if each.startswith(material.namespaces)]
    class_ = NamedNode((own or sorted(classes))[0])
    place = material.locations.of_triple(subjects[0], RDF_TYPE, class_) or material.place_of(subjects[0])
    return material.teller.finding(
        CLASS_WITHOUT_SHAPE,
        place,
        focus=subjects[0],
        path=str(RDF_TYPE),
        value=class_,
        class_name=material.short(class_),
        count=len(subjects),
    )


def check_terms(material: Material) -> Iterator[Finding]:
    """The terms of our own namespaces that are used but not defined, once a file."""
    for file in material.files(ONTOLOGY, SHAPES, DATA):
        seen: set[Any] = set()
        for number, quad in enumerate(file.quads):
            for node in (quad.predicate, quad.object):
                if node in seen:
                    continue
                seen.add(node)
                if isinstance(node, NamedNode) and _is_undefined(node, material):
                    place = file.place(number) if node == quad.object else file.place_of_predicate(number)
                    yield material.teller.finding(
                        UNDEFINED_TERM, place, focus=quad.subject, value=node, term=material.short(node)
                    )


def _is_undefined(node: NamedNode, material: Material) -> bool:
    return node.value.startswith(material.namespaces) and node.value not in material.defined

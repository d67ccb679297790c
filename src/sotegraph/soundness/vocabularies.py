"""Classes and terms: everything with a class has a shape, and every term of a known vocabulary is defined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from sotegraph.soundness.findings import CLASS_WITHOUT_SHAPE, MISSPELT_TERM, UNDEFINED_TERM, UNTYPED, Finding
from sotegraph.soundness.material import DATA, ONTOLOGY, SHAPES, Material
from sotegraph.terms import RDF_TYPE
from sotegraph.validation.places import Located


def check_classes(material: Material) -> Iterator[Finding]:
    """The classes that stand in the data although no shape applies to their instances, and what has no class at all.

    What only repeats what is published is not asked about: it was published so.
    """
    uncovered: dict[frozenset[str], list[Any]] = {}
    for subject in material.own_subjects:
        classes = material.types[subject]
        if subject in material.targeted_nodes or subject in material.repeated:
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
    """The terms that are used but not defined, once a file: of our own namespaces, and of known vocabularies."""
    for file in material.files(ONTOLOGY, SHAPES, DATA):
        seen: set[Any] = set()
        for number, quad in enumerate(file.quads):
            for node in (quad.predicate, quad.object):
                word = node.datatype if isinstance(node, Literal) else node
                if word in seen:
                    continue
                seen.add(word)
                if isinstance(word, NamedNode):
                    yield from _check_term(material, file, number, quad, word)


def _check_term(material: Material, file: Located, number: int, quad: Quad, word: NamedNode) -> Iterator[Finding]:
    is_ours = word.value.startswith(material.namespaces)
    is_class = quad.predicate == RDF_TYPE and word == quad.object
    if is_ours and word.value in material.defined:
        return
    if not is_ours and not material.vocabularies.is_undefined(word.value, is_class=is_class):
        return
    near = [] if is_ours else material.vocabularies.near(word.value, is_class=is_class)
    yield material.teller.finding(
        UNDEFINED_TERM if is_ours else MISSPELT_TERM,
        file.place_of_predicate(number) if word == quad.predicate else file.place(number),
        focus=quad.subject,
        value=word,
        term=material.short(word),
        hint=material.teller.hint([material.short(NamedNode(each)) for each in near]),
    )

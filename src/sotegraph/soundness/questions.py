"""Questions: each can be asked, its parameters have values to choose from, and each query file belongs to one."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from sotegraph.questions import FOLDER, Fault, Parameter, Question, examine_questions
from sotegraph.soundness.findings import (
    DEFAULT_OUT_OF_CLASS,
    UNASKED_QUERY,
    UNUSABLE_QUESTION,
    VALUELESS_PARAMETER,
    Finding,
)
from sotegraph.soundness.material import DATA, ONTOLOGY, Material
from sotegraph.terms import term
from sotegraph.validation import VIOLATION, WARNING
from sotegraph.validation.lines import Place


def check_questions(material: Material) -> Iterator[Finding]:
    """The questions that cannot be asked, and the parameters whose class or default the data do not know.

    That there are no data of them is no violation: this folder may leave them out.
    """
    read = list(examine_questions(material.publication))
    for each in read:
        if isinstance(each, Fault):
            yield _told(material, each)
        else:
            yield from _check_values(material, each)
    named = {each.name for each in read if isinstance(each, Question)}
    if not any(isinstance(each, Fault) for each in read):
        for path in sorted((material.publication.root / FOLDER).glob("*.rq")):
            if path.stem not in named:
                yield material.teller.finding(UNASKED_QUERY, Place(f"{FOLDER}/{path.name}", 1), file=path.name)


def _told(material: Material, fault: Fault) -> Finding:
    place = material.place_of(fault.question)
    if fault.file is not None:
        place = Place(fault.file, fault.line, fault.column)
    elif fault.triple is not None:
        place = material.locations.of_triple(*fault.triple) or place
    name = material.short(fault.question)
    return material.teller.finding(UNUSABLE_QUESTION, place, focus=fault.question, name=name, problem=fault.error)


def _check_values(material: Material, question: Question) -> Iterator[Finding]:
    for parameter in question.parameters:
        if parameter.class_ is None:
            continue
        node = NamedNode(parameter.iri)
        members = _members(material, parameter)
        kind = NamedNode(parameter.class_)
        if not members:
            place = material.locations.of_triple(node, term("sh:class"), kind) or material.place_of(node)
            yield material.teller.finding(
                VALUELESS_PARAMETER, place, focus=node, name=parameter.name, class_name=material.short(kind)
            )
        elif parameter.default is not None and parameter.default not in members:
            stated = material.locations.of_triple(node, term("sh:defaultValue"), parameter.default)
            yield material.teller.finding(
                DEFAULT_OUT_OF_CLASS,
                stated or material.place_of(node),
                severity=VIOLATION if parameter.default in material.types else WARNING,
                focus=node,
                value=parameter.default,
                name=parameter.name,
                thing=material.short(parameter.default),
                class_name=material.short(kind),
            )


def _members(material: Material, parameter: Parameter) -> set[object]:
    found = {subject for subject, classes in material.types.items() if parameter.class_ in classes}
    if parameter.scheme is None:
        return found
    scheme, belongs = NamedNode(parameter.scheme), term("skos:inScheme")
    return {
        quad.subject
        for quad in material.quads(DATA, ONTOLOGY)
        if quad.predicate == belongs and quad.object == scheme and quad.subject in found
    }

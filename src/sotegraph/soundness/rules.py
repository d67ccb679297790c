"""The shapes: what SHACL finds, each result led back to the place in a file where it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode, Quad

from sotegraph.errors import MalformedShapes
from sotegraph.soundness.findings import MALFORMED_SHAPES, UNNAMED_SHAPE, Finding
from sotegraph.soundness.material import DATA, ONTOLOGY, SHAPES, Material
from sotegraph.terms import term
from sotegraph.validation import Report, Result, ShapeSet, validate
from sotegraph.validation.places import Place
from sotegraph.validation.seam import Engine

_SUBCLASS = term("rdfs:subClassOf")
_PROPERTY = term("sh:property")


def shapes_of(material: Material) -> ShapeSet:
    """The shapes, with the ontology that declares the prefixes of their queries; raises MalformedShapes."""
    return ShapeSet.read(material.quads(SHAPES, ONTOLOGY))


def data_of(material: Material) -> Iterator[Quad]:
    """What is validated: the data and the ontology, without the class tree: classes are stated, never inferred."""
    return (quad for quad in material.quads(DATA, ONTOLOGY) if quad.predicate != _SUBCLASS)


def check_names(material: Material) -> Iterator[Finding]:
    """The property shapes without an IRI."""
    for file in material.files(SHAPES):
        for number, quad in enumerate(file.quads):
            if quad.predicate == _PROPERTY and isinstance(quad.object, BlankNode):
                shape = material.short(quad.subject)
                yield material.teller.finding(UNNAMED_SHAPE, file.place(number), focus=quad.subject, shape=shape)


def run_shapes(
    material: Material, shapes: ShapeSet, data: Iterable[Quad], profile: str | None, engine: Engine | None
) -> Report:
    """The report on *data*; raises MalformedShapes, TimeLimitReached, UnsoundPublication for an unknown profile."""
    return validate(data, shapes, profile, engine=engine, messages=material.teller.messages)


def malformed(error: MalformedShapes, material: Material) -> Finding:
    """The finding that says why no shape could be applied, at the node that the engine complains of."""
    problem = str(error.values.get("problem", error))
    mentioned: dict[str, Place] = {}
    for file in material.files(SHAPES):
        for number, quad in enumerate(file.quads):
            for node, place in ((quad.subject, file.place_of_subject), (quad.object, file.place)):
                if isinstance(node, NamedNode) and node.value in problem and node.value not in mentioned:
                    mentioned[node.value] = place(number)
    found = mentioned[max(mentioned, key=len)] if mentioned else Place(SHAPES, 1)
    return material.teller.finding(MALFORMED_SHAPES, found, problem=problem)


def findings_of(report: Report, material: Material) -> Iterator[Finding]:
    """The results of *report*, located."""
    for result in report.results:
        yield Finding(
            place=place_of(result, material),
            severity=result.severity,
            source_shape=result.source_shape or result.component,
            messages=result.messages,
            focus=result.focus,
            path=result.path,
            value=result.value,
            component=result.component.value,
        )


def place_of(result: Result, material: Material) -> Place:
    """Where *result* is mended: in a file under examination, else at its shape."""
    component = result.component.value.rpartition("#")[2]
    found = material.locations.of_result(result.focus, result.path, result.value, component)
    return found or material.place_of(result.source_shape)

"""Links: what is linked below our own base is described somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from sotegraph.soundness.findings import DANGLING_LINK, Finding
from sotegraph.soundness.material import DATA, ONTOLOGY, SHAPES, Material
from sotegraph.terms import term
from sotegraph.validation import VIOLATION, WARNING


def check_links(material: Material) -> Iterator[Finding]:
    """The links to entities, parts of entities and shapes of which nothing is said.

    In data, and to shapes, that is a violation; an ontology or a shape may mention data that this folder leaves out. A
    ``sh:path`` names a property, or the variable of a question, and leads nowhere.
    """
    base = material.publication.base_iri
    path = term("sh:path")
    entities, shapes = base + "/id/", base + "/shapes/"
    for part in (ONTOLOGY, SHAPES, DATA):
        for file in material.files(part):
            for number, quad in enumerate(file.quads):
                value = quad.object
                if not isinstance(value, NamedNode) or not value.value.startswith((entities, shapes)):
                    continue
                if value not in material.subjects and quad.predicate != path:
                    serious = part == DATA or value.value.startswith(shapes)
                    yield material.teller.finding(
                        DANGLING_LINK,
                        file.place(number),
                        severity=VIOLATION if serious else WARNING,
                        focus=quad.subject,
                        path=str(quad.predicate),
                        value=value,
                        link=material.short(value),
                    )

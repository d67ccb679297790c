"""Collections: every entity stands in one, and no two of them share a segment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.soundness.findings import (
    COLLECTION_WITHOUT_CLASS,
    DUPLICATE_SEGMENT,
    ENTITY_WITHOUT_COLLECTION,
    MISSING_SOURCE,
    WRONG_COLLECTION,
    Finding,
)
from sotegraph.soundness.keys import entities
from sotegraph.soundness.material import DATA, ONTOLOGY, Material
from sotegraph.terms import IS_REPLACED_BY, TOMBSTONE, term
from sotegraph.validation.lines import Place

_SEGMENT = term("pub:segment")


def check_collections(material: Material) -> Iterator[Finding]:
    """The collections whose segment is taken already, or that say nothing of their members."""
    seen = set()
    described = {NamedNode(each.iri) for each in material.publication.collections}
    for quad in material.quads(ONTOLOGY):
        if quad.predicate == _SEGMENT and isinstance(quad.object, Literal) and quad.subject in described:
            segment = quad.object.value
            if segment in seen:
                found = material.locations.of_triple(quad.subject, _SEGMENT, quad.object)
                place = found or material.place_of(quad.subject)
                yield material.teller.finding(DUPLICATE_SEGMENT, place, focus=quad.subject, segment=segment)
            seen.add(segment)
    for each in material.publication.collections:
        if not each.classes and not each.scheme:
            node = NamedNode(each.iri)
            place = material.place_of(node)
            yield material.teller.finding(COLLECTION_WITHOUT_CLASS, place, focus=node, segment=each.segment)


def check_sources(material: Material) -> Iterator[Finding]:
    """The folders of data that nothing says the origin of."""
    root = material.publication.root
    files = [file.path for file in material.publication.files if file.path.is_relative_to(root / DATA)]
    described = {path.parent for path in files if path.name == "source.ttl"}
    for folder in sorted({path.parent for path in files} - described):
        name = folder.relative_to(root).as_posix()
        yield material.teller.finding(MISSING_SOURCE, Place(f"{name}/source.ttl", 1), folder=name)


def check_members(material: Material) -> Iterator[Finding]:
    """The entities whose segment has no collection, or one of other classes; what is gone belongs to none any more."""
    gone = {quad.subject for quad in material.quads(DATA) if quad.predicate == IS_REPLACED_BY}
    stray: dict[str, list[Any]] = {}
    for subject, segment, _ in entities(material):
        classes = material.types[subject]
        collection = material.publication.collection(segment)
        if TOMBSTONE.value in classes or not classes:
            continue
        if collection is None:
            stray.setdefault(segment, []).append(subject)
        elif collection.classes and not classes & set(collection.classes) and subject not in gone:
            yield material.teller.finding(
                WRONG_COLLECTION,
                material.place_of(subject),
                focus=subject,
                segment=segment,
                thing=material.short(subject),
            )
    for segment, subjects in stray.items():
        place = material.place_of(subjects[0])
        yield material.teller.finding(
            ENTITY_WITHOUT_COLLECTION, place, focus=subjects[0], segment=segment, count=len(subjects)
        )

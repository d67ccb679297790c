"""Profiles: the query of each is there, and makes a description of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from sotegraph.errors import BadRequest, MalformedQuery
from sotegraph.soundness.findings import MISSING_QUERY, UNUSABLE_QUERY, Finding
from sotegraph.soundness.material import ONTOLOGY, Material
from sotegraph.sparql import examine_construct
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.lines import Place

_FOLDER = "ontology/profiles"


def check_queries(material: Material) -> Iterator[Finding]:
    """The profiles whose query file is missing, or holds something else."""
    profile, file = term("prof:Profile"), term("pub:file")
    quads = list(material.quads(ONTOLOGY))
    profiles = {quad.subject for quad in quads if quad.predicate == RDF_TYPE and quad.object == profile}
    for quad in quads:
        if quad.predicate == file and quad.subject in profiles and isinstance(quad.object, Literal):
            assert isinstance(quad.subject, NamedNode)
            yield from _check_query(material, quad.subject, quad.object)


def _check_query(material: Material, profile: NamedNode, name: Literal) -> Iterator[Finding]:
    path = Path(_FOLDER) / name.value
    if not (material.publication.root / path).is_file():
        place = material.locations.of_triple(profile, term("pub:file"), name) or material.place_of(profile)
        yield material.teller.finding(MISSING_QUERY, place, focus=profile, file=path.as_posix())
        return
    try:
        examine_construct((material.publication.root / path).read_text("utf-8"), f"{material.publication.base_iri}/")
    except BadRequest as error:
        line = error.line if isinstance(error, MalformedQuery) else 1
        column = error.column if isinstance(error, MalformedQuery) else 1
        place = Place(path.as_posix(), line or 1, column or 1)
        yield material.teller.finding(UNUSABLE_QUERY, place, focus=profile, problem=error)

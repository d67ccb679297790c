"""A submission checked against a published version, in a process of its own that can be ended at its limits.

The published graph stands beside what is sent, and only what the sending can affect is judged. What is sent is judged
as it was sent: no store stands between, which would write its numbers anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pyoxigraph import NamedNode, Triple

from sotegraph.errors import WrongValue
from sotegraph.publication import Publication
from sotegraph.store import Version, build_version
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.isolated import Isolated
from sotegraph.validation.report import Report
from sotegraph.validation.seam import validate
from sotegraph.validation.shapes import ShapeSet

_SUBCLASS = term("rdfs:subClassOf")
SUBMISSION = "submission"
"""The validation type that is meant where none is named."""
OWN = "own"
"""The name of the validation type of shapes that somebody brings along."""
ONTOLOGY, SHAPES = LAID_OUT = ("/id/graph/ontology", "/id/graph/shapes")
"""How the names of the graphs end that hold no data."""


@dataclass(frozen=True)
class Limits:
    """What one check may take: time, memory beyond what the version takes, and the results that are listed."""

    time_s: float = 20
    memory_bytes: int = 1 << 30
    results: int = 5_000


@dataclass(frozen=True)
class ValidationType:
    """What can be validated against: named shapes, and the profile of severities to judge by."""

    name: str
    shapes: ShapeSet
    profile: str | None = None
    labels: Mapping[str, str] | None = None
    descriptions: Mapping[str, str] | None = None


@dataclass(frozen=True)
class CheckRequest:
    """What is to be checked, and how.

    *profile* names a validation type; *own_shapes* stand in its place when given. Without *with_context* only the
    ontology stands beside the triples. *limits* may narrow those of the checker.
    """

    triples: Sequence[Triple]
    profile: str | None = SUBMISSION
    with_context: bool = True
    own_shapes: ShapeSet | None = None
    limits: Limits | None = None


class CheckService(Protocol):
    """Checks what many clients send, each in turn: in processes that can be ended."""

    async def check(self, request: CheckRequest, client: str = "") -> Report:
        """Return the report; raises like :meth:`Checker.check`, and Overloaded or TooManyQueries for a full queue."""


class Checker:
    """Checks triples against the shapes of a publication, beside its published *version*."""

    def __init__(self, version: Version, types: Sequence[ValidationType], limits: Limits | None = None) -> None:
        self.version = version
        self.types = {each.name: each for each in types}
        self.limits = limits or Limits()

    @classmethod
    def of(cls, publication: Publication, version: Version | None = None, limits: Limits | None = None) -> Checker:
        """Return the checker for *publication*; without its loaded *version*, that is loaded from the folder.

        Raises PublicationError when a file cannot be read, or there is no shape.
        """
        shapes = read_shapes(publication)
        types = [ValidationType(iri.rpartition("/")[2], shapes, iri) for iri in sorted(shapes.profiles)]
        if version is None:
            version = build_version(quad for file in publication.files for quad in publication.read(file))
        return cls(version, types or [ValidationType(SUBMISSION, shapes)], limits)

    def check(self, request: CheckRequest) -> Report:
        """Return what the triples of *request* break in the shapes.

        What they say the class of, they describe wholly, in the place of what is published; else they add to it.
        Raises TimeLimitReached, MemoryLimitReached, MalformedShapes, and WrongValue for an unknown profile.
        """
        limits = request.limits or self.limits
        chosen = self.type_of(request)
        data = [*request.triples, *self._beside(request)]
        shapes = chosen.shapes.with_targets({each.subject for each in request.triples}, data)
        report = validate(data, shapes, chosen.profile, engine=Isolated(time_limit_s=limits.time_s))
        return replace(report, version=self.version.id if request.with_context else None)

    def type_of(self, request: CheckRequest) -> ValidationType:
        """The validation type that *request* means; raises WrongValue when there is none of its name."""
        if request.own_shapes is not None:
            return ValidationType(OWN, request.own_shapes)
        name = request.profile or SUBMISSION
        if name not in self.types:
            known = ", ".join(sorted(self.types))
            raise WrongValue("There is no profile {profile}. Use one of: {known}.", profile=name, known=known)
        return self.types[name]

    def _beside(self, request: CheckRequest) -> Iterator[Triple]:
        """What stands beside the triples: what is published and not replaced, without the class tree and the shapes."""
        described = {each.subject for each in request.triples if each.predicate == RDF_TYPE}
        for quad in self.version.quads():
            assert isinstance(quad.graph_name, NamedNode)
            is_data = not quad.graph_name.value.endswith(LAID_OUT)
            if quad.predicate == _SUBCLASS or quad.graph_name.value.endswith(SHAPES):
                continue
            if not is_data or (request.with_context and quad.subject not in described):
                yield quad.triple


def read_shapes(publication: Publication) -> ShapeSet:
    """Return the shapes of *publication*, with the ontology that declares the prefixes of their queries.

    Raises UnreadableFile, and MalformedShapes when there is none.
    """
    files = (file for file in publication.files if file.graph.value.endswith(LAID_OUT))
    return ShapeSet.read(quad for file in files for quad in publication.read(file))

"""What a publication lends to the reading of tables: the columns of its classes, and its codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from pyoxigraph import NamedNode, Quad

from sotegraph.errors import UnsoundPublication
from sotegraph.facts import Facts, Texts
from sotegraph.ingest.codes import CodeList, Codes, Graph, Quads
from sotegraph.ingest.columns import Column, ColumnReader, TableClass
from sotegraph.ingest.instead import Substitutes
from sotegraph.ingest.requirements import Requirements
from sotegraph.publication import Publication
from sotegraph.terms import RDF_TYPE
from sotegraph.validation import ShapeSet

_LAID_OUT = ("/id/graph/ontology", "/id/graph/shapes")
_PROFILE = "submission"
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Published:
    """A publication and a graph of what it publishes, ready for tables; make one a version and keep it.

    *graph* is a version, or anything else that can be asked for objects and incoming triples.
    """

    publication: Publication
    graph: Graph
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, publication: Publication) -> Published:
        """Return the publication with the graph that its own files hold."""
        quads = (quad for file in publication.files for quad in publication.read(file))
        return cls(publication, Quads(quads))

    def over(self, graph: Graph) -> Published:
        """The same, over another copy of the same *graph*; the classes that were found already stay found."""
        other = Published(self.publication, graph)
        vars(other).update({name: vars(self)[name] for name in ("classes", "offered") if name in vars(self)})
        return other

    @cached_property
    def codes(self) -> Codes:
        """The code lists."""
        return Codes(self.graph, self.publication)

    @cached_property
    def classes(self) -> dict[str, TableClass]:
        """The classes whose instances can be sent as rows, by IRI."""
        quads = list(self._laid_out())
        try:
            severities = ShapeSet.read(quads).severities(_PROFILE)
        except UnsoundPublication:
            severities = {}
        facts = Facts(quads)
        reader = ColumnReader(facts, self.codes, severities)
        requirements = Requirements(facts, severities, reader.shapes)
        return {
            iri: replace(each, columns=requirements.mark(each.types, each.columns))
            for iri, each in reader.classes().items()
        }

    @cached_property
    def offered(self) -> dict[str, TableClass]:
        """The classes that have a template: those with a collection of their own, in its order."""
        collections = (each for each in self.publication.collections if not each.scheme and each.has_template)
        names = dict.fromkeys(name for each in collections for name in each.classes)
        return {name: self.classes[name] for name in names if name in self.classes}

    @cached_property
    def headers(self) -> dict[str, Texts]:
        """The headers of the columns that describe parts of a row's thing, by each of them, in every language."""
        columns = (each for table in self.classes.values() for each in table.columns if each.nested)
        known = ({tag: each.header(tag) for tag in (*self.publication.languages, "en")} for each in columns)
        return {header: headers for headers in known for header in headers.values()}

    @cached_property
    def substitutes(self) -> Substitutes:
        """What to send in the place of a class that is not taken."""
        return Substitutes(self.offered, Facts(self._laid_out()))

    def once(self, key: Any, make: Callable[[], Kept]) -> Kept:
        """What *make* returns, made when first asked for under *key*."""
        if key not in self.kept:
            self.kept[key] = make()
        kept: Kept = self.kept[key]
        return kept

    def count(self, iri: str) -> int:
        """How many instances of a class are published."""
        return sum(1 for _ in self.graph.incoming(NamedNode(iri), RDF_TYPE))

    def code_list(self, column: Column) -> CodeList:
        """What the cells of *column* can name."""
        return self.codes.code_list(column.classes, column.schemes)

    def _laid_out(self) -> Iterator[Quad]:
        for file in self.publication.files:
            if file.graph.value.endswith(_LAID_OUT):
                yield from self.publication.read(file)

"""The page of the data in figures: how much there is of what, and where its links lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from sotegraph.catalog import Names
from sotegraph.store import Version
from sotegraph.terms import term
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.rendering import Writer, downloads
from sotegraph.web.site import Reader, Site


@dataclass(frozen=True)
class Part:
    """A node of the description: the dataset, a graph, or a partition of one of them."""

    version: Version
    node: NamedNode

    @property
    def anchor(self) -> str:
        """The fragment of its IRI."""
        return self.node.value.partition("#")[2]

    def number(self, name: str) -> int:
        """A figure of it; 0 for what is not counted."""
        values = (each for each in self.version.objects(self.node, term(name)) if isinstance(each, Literal))
        return next((int(each.value) for each in values), 0)

    def iri(self, name: str) -> str:
        """The IRI that it names; empty where it names none."""
        return next(iter(self.iris(name)), "")

    def iris(self, name: str) -> list[str]:
        """The IRIs that it names, sorted."""
        values = self.version.objects(self.node, term(name))
        return sorted(each.value for each in values if isinstance(each, NamedNode))

    def text(self, name: str) -> str:
        """A plain text of it."""
        values = (each for each in self.version.objects(self.node, term(name)) if isinstance(each, Literal))
        return next((each.value for each in values), "")

    def parts(self, name: str, figure: str) -> list[Part]:
        """The nodes that it consists of, those with the greatest *figure* first."""
        found = [Part(self.version, NamedNode(each)) for each in self.iris(name)]
        return sorted(found, key=lambda each: (-each.number(figure), each.node.value))


@dataclass(frozen=True)
class Overview:
    """The description of a version, ready for the template."""

    version: Version
    names: Names

    @cached_property
    def dataset(self) -> Part:
        """Everything that the files of the publication say."""
        return Part(self.version, self.names.dataset)

    @cached_property
    def graphs(self) -> list[tuple[str, Part]]:
        """The named graphs, with their contents; those of the publication itself first."""
        ordered = sorted(self.version.graphs, key=lambda each: (each in self.version.computed, each))
        return [(each, Part(self.version, self.names.content(each))) for each in ordered]

    @cached_property
    def classes(self) -> list[Part]:
        """The classes, those with the most instances first."""
        return self.dataset.parts("void:classPartition", "void:entities")

    @cached_property
    def properties(self) -> list[Part]:
        """The properties, the most used first."""
        return self.dataset.parts("void:propertyPartition", "void:triples")

    @cached_property
    def links(self) -> list[tuple[Part, Part]]:
        """The sets of links, with the datasets that they lead to, the greatest first."""
        return list(self._links())

    def _links(self) -> Iterator[tuple[Part, Part]]:
        linkset = term("void:Linkset").value
        for each in self.dataset.parts("void:subset", "void:triples"):
            if linkset in each.iris("rdf:type"):
                yield each, Part(self.version, NamedNode(each.iri("void:objectsTarget")))


def void_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...]) -> str:
    """Return the page of the data in figures."""
    return Writer(site, reader).render(
        "void.html",
        resource,
        links,
        overview=Overview(site.version, Names.of(site.publication)),
        computed=site.version.computed,
        forms=downloads(resource),
    )

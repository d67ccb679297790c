"""The page of the catalogue: the datasets, where each of their files is, and where portals find the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from sotegraph.catalog import Catalogue, Page
from sotegraph.entities import Text, natural
from sotegraph.entities.index import choose
from sotegraph.formats import HTML, JSON
from sotegraph.terms import WHOLE, term
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.paging import paging
from sotegraph.web.pages.rendering import Writer, downloads
from sotegraph.web.pages.structured import structured
from sotegraph.web.site import Reader, Site, with_language


@dataclass(frozen=True)
class Described:
    """A node of the catalogue, read for one reader."""

    node: NamedNode
    catalogue: Catalogue
    writer: Writer

    def _values(self, name: str) -> list[Literal | NamedNode]:
        predicate = term(name)
        found = (each.object for each in self.catalogue.triples.get(self.node, ()) if each.predicate == predicate)
        return sorted((each for each in found if isinstance(each, Literal | NamedNode)), key=str)

    def text(self, name: str) -> Text | None:
        """The text that the reader understands best."""
        texts = [each for each in self._values(name) if isinstance(each, Literal)]
        return choose(texts, self.writer.site.index.languages(self.writer.reader.language))

    def words(self, name: str) -> list[Text]:
        """The words of the reader's language, or of the best one there is."""
        best = self.text(name)
        texts = [Text(each.value, each.language or "") for each in self._values(name) if isinstance(each, Literal)]
        return [each for each in texts if best and each.language == best.language]

    def moment(self, name: str) -> Literal | None:
        """A date or a time."""
        return next((each for each in self._values(name) if isinstance(each, Literal)), None)

    def iri(self, name: str) -> str:
        """The IRI that it names; empty where it names none."""
        return next((each.value for each in self._values(name) if isinstance(each, NamedNode)), "")

    def nodes(self, name: str) -> list[Described]:
        """The nodes that it leads to."""
        named = (each for each in self._values(name) if isinstance(each, NamedNode))
        return [
            Described(each, self.catalogue, self.writer) for each in sorted(named, key=lambda each: natural(each.value))
        ]

    @property
    def page(self) -> str:
        """The local address of its own page."""
        return self.writer.site.index.addresses.path(self.node.value) or ""

    @property
    def address(self) -> str:
        """Where a distribution is to be had: here, when it is the publication's own."""
        whole = self.iri("dcat:downloadURL") or self.iri("dcat:accessURL")
        base = self.writer.site.publication.base_iri
        return whole[len(base) :] if whole.startswith(f"{base}/") else whole

    @cached_property
    def is_whole(self) -> bool:
        """Whether it is the dataset of everything."""
        return self.node == self.catalogue.names.catalogued(WHOLE)

    @cached_property
    def files(self) -> list[Described]:
        """The distributions that are files with all statements or all tables."""
        return [each for each in self.nodes("dcat:distribution") if "/dumps/" in each.address]

    @cached_property
    def tables(self) -> list[Described]:
        """The distributions that are tables of single lists, by their titles."""
        others = (each for each in self.nodes("dcat:distribution") if "/dumps/" not in each.address)
        found = [each for each in others if each.iri("dcat:downloadURL")]
        return sorted(found, key=lambda each: title.value if (title := each.text("dct:title")) else "")

    @cached_property
    def graph(self) -> str:
        """The graph in which its statements stand; empty for the whole."""
        return self.iri("prov:wasDerivedFrom")


def catalogue_page(
    site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], catalogue: Catalogue, page: Page
) -> str:
    """Return the page of *page* of the catalogue."""
    writer = Writer(site, reader)
    mark = catalogue.mark(site.settings.page_size)

    def address(number: int) -> str:
        turns = (("page", str(number)),) if number != 1 else ()
        turned = Resource(resource.path, resource.offers, turns, version=mark)
        return with_language(turned.address(), reader.language) if reader.named else turned.address()

    own = Described(catalogue.names.catalog, catalogue, writer)
    title = own.text("dct:title")
    return writer.render(
        "catalogue.html",
        resource,
        links,
        structured=structured(
            site, site.index, reader, catalogue.names.catalog.value, resource.path, title.value if title else "", ()
        ),
        own=own,
        total=len(catalogue.datasets),
        datasets=[Described(each, catalogue, writer) for each in page.datasets],
        service=Described(catalogue.names.service, catalogue, writer),
        forms=list(_forms(resource)),
        paging=paging(page.number, page.pages, address),
    )


def _forms(resource: Resource) -> Iterator[tuple[object, str]]:
    """The forms that portals harvest."""
    first = Resource(resource.path, resource.offers)
    yield from (each for each in downloads(first) if each[0] not in (HTML, JSON))

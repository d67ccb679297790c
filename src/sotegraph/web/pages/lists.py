"""The page of a list: what it is narrowed by, what else it can be narrowed by, and the names of what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from sotegraph.entities import Layout, Listing, Text, Value
from sotegraph.formats import RESULTS_CSV, Format
from sotegraph.search import Choice, Narrowed, Option, narrow
from sotegraph.search.narrowing import RELEVANCE
from sotegraph.search.shelves import NAME
from sotegraph.views import Facet
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.entities import above
from sotegraph.web.pages.paging import paging
from sotegraph.web.pages.rendering import Writer, downloads
from sotegraph.web.pages.structured import structured
from sotegraph.web.site import Reader, Site

_MOST_NAMES = 50_000
_MOST_OPTIONS = 50
"""How many values of a facet are shown, unless somebody wants to see them all."""


@dataclass(frozen=True)
class Entry:
    """One line of a list: the entity, and what it is called in the publication's other languages."""

    link: Value
    others: tuple[Text, ...]


@dataclass(frozen=True)
class ShownOption:
    """A value to choose, with its name."""

    option: Option
    text: Text


@dataclass(frozen=True)
class More:
    """How many values there are in all, and the address of the list with all of them."""

    count: int
    address: str


@dataclass(frozen=True)
class ShownFacet:
    """A facet with its values; they are in sight where some are chosen."""

    facet: Facet
    options: tuple[ShownOption, ...]
    more: More | None
    is_whole: bool = False

    @property
    def chosen(self) -> int:
        """How many values are chosen."""
        return sum(each.option.chosen for each in self.options)


@dataclass(frozen=True)
class Chip:
    """Something that narrows the list: what it is, in which facet, and the address of the list without it.

    *left* is how long the list is without it, which only an empty list tells; *kind* is what it is called where it is
    no value of a facet, and no words.
    """

    text: Text
    facet: Facet | None
    address: str
    left: int | None = None
    kind: str = ""


def list_page(
    site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], narrowed: Narrowed, listing: Listing
) -> str:
    """Return one page of a list."""
    choice = narrowed.choice
    crumbs = above(site, listing.collection.segment)
    title = site.index.choose(listing.collection.labels, reader.language)

    def address(number: int) -> str:
        return address_of(reader, resource.path, choice, number)

    return Writer(site, reader).render(
        "list.html",
        resource,
        links,
        listing=listing,
        narrowed=narrowed,
        choice=choice,
        facets=_facets(site, reader, resource, narrowed),
        chips=_chips(site, reader, resource, narrowed),
        orders=_orders(narrowed),
        years={name for name, each in narrowed.shelf.values.items() if each.years},
        action=quote(resource.path),
        everything=address_of(reader, resource.path, Choice(), 1),
        elsewhere=reader.link("/search?" + urlencode({"q": choice.text})) if choice.text else None,
        entries=[entry(site, reader, iri) for iri in listing.entries],
        start=(listing.number - 1) * site.settings.page_size + 1,
        paging=paging(listing.number, listing.pages, address),
        forms=list_downloads(resource, reader),
        crumbs=crumbs,
        structured=structured(site, site.index, reader, "", resource.path, title.value if title else "", crumbs),
    )


def list_downloads(resource: Resource, reader: Reader) -> list[tuple[Format, str]]:
    """The forms for machines: CSV of the whole list, with names in the reader's language, the others of this page."""
    whole = tuple(pair for pair in resource.query if pair[0] != "page")
    table = replace(resource, query=whole, spoken=reader.language)
    return [(form, table.address(form) if form is RESULTS_CSV else address) for form, address in downloads(resource)]


def address_of(reader: Reader, path: str, choice: Choice, number: int) -> str:
    """The address of a page of a list for a link on *reader*'s page."""
    query = urlencode((*choice.query(), *((("page", str(number)),) if number != 1 else ())))
    return reader.link(quote(path) + (f"?{query}" if query else ""))


def entry(site: Site, reader: Reader, iri: str) -> Entry:
    """The line of a list about *iri*."""
    link = Layout(site.index, reader.language).member(iri)
    names = {each.language: each.value for each in site.index.labels(iri) if each.language}
    others = {names[each]: each for each in reversed(site.publication.languages) if each in names}
    others.pop(link.text.stated.value, None)
    return Entry(link, tuple(Text(name, language) for name, language in reversed(others.items())))


def _facets(site: Site, reader: Reader, resource: Resource, narrowed: Narrowed) -> list[ShownFacet]:
    shown: list[ShownFacet] = []
    for name, values in narrowed.shelf.values.items():
        options = narrowed.options(name)
        if len(values.members) < 2 and not options:
            continue
        other = replace(narrowed.choice, whole=(*narrowed.choice.whole, name))
        whole = None if name in narrowed.choice.whole else address_of(reader, resource.path, other, 1)
        shown.append(show_facet(site, reader, values.facet, options, whole))
    return shown


def show_facet(site: Site, reader: Reader, facet: Facet, options: Sequence[Option], whole: str | None) -> ShownFacet:
    """*facet* with names for its *options*: all of them, or with an address where they are *whole* only the first."""
    cut = options if whole is None else options[:_MOST_OPTIONS]
    more = More(len(options), whole) if whole is not None and len(cut) < len(options) else None
    texts = tuple(ShownOption(each, option_text(site, reader, each.value)) for each in cut)
    return ShownFacet(facet, texts, more, is_whole=whole is None)


def option_text(site: Site, reader: Reader, value: str) -> Text:
    """What a value of a facet is called, looked up once a version and language."""
    names: dict[tuple[str, str], Text] = site.once("names of facet values", dict)
    place = (reader.language, value)
    if place not in names:
        found = _name(site, reader, value)
        if len(names) > _MOST_NAMES:
            return found
        names[place] = found
    return names[place]


def _name(site: Site, reader: Reader, value: str) -> Text:
    try:
        return site.index.name(value, reader.language) if _is_iri(value) else Text(value)
    except ValueError:  # Somebody wrote what is no IRI into an address.
        return Text(value)


def _is_iri(value: str) -> bool:
    return value.startswith(("http://", "https://", "urn:"))


def _chips(site: Site, reader: Reader, resource: Resource, narrowed: Narrowed) -> list[Chip]:
    """What narrows the list, each with the way to be without it."""
    choice = narrowed.choice
    found = [(Text(choice.text), None, replace(choice, text=""))] if choice.text else []
    chips: list[tuple[Text, Facet | None, Choice]] = list(found)
    for name, values in choice.values.items():
        known = {key: value for value, key in narrowed.search.keys(narrowed.shelf, name).items()}
        for key in values:
            text = option_text(site, reader, known[key]) if key in known else stranger(site, reader, key)
            chips.append((text, narrowed.shelf.values[name].facet, choice.toggled(name, key)))
    empty = not narrowed.total
    return [
        Chip(text, facet, address_of(reader, resource.path, other, 1), _left(narrowed, other) if empty else None)
        for text, facet, other in chips
    ]


def stranger(site: Site, reader: Reader, key: str) -> Text:
    """What to call a value that nothing in the list has: its name where it is a thing here, else as it was written."""
    try:
        iri = site.index.addresses.iri(key).value
    except ValueError:
        return Text(key)
    return site.index.label(iri, reader.language) or Text(key)


def _left(narrowed: Narrowed, other: Choice) -> int:
    return narrow(narrowed.search, narrowed.shelf, other).total


def _orders(narrowed: Narrowed) -> list[str]:
    """The orders to choose from, the usual one first."""
    usual = [RELEVANCE, NAME] if narrowed.choice.text else [NAME]
    years = [name for name, values in narrowed.shelf.values.items() if values.years]
    return [*usual, f"-{NAME}", *(order for name in years for order in (f"-{name}", name))]

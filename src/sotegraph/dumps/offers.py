"""What is offered for downloading: every dataset of a version, in every form, under which name.

A dataset is one named graph of the publication, or all of them (:data:`WHOLE`). What the publisher computes is in none.
The forms of a dataset say the same, but for two: Turtle of the whole has each distinct triple once and no graphs, and
tables have a line for each thing that a list has.
"""

from __future__ import annotations

import re
from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from pyoxigraph import NamedNode

from sotegraph.formats import JSON_LD, N_QUADS, RESULTS_CSV, TRIG, TURTLE, Format
from sotegraph.publication import Collection, Publication
from sotegraph.store import Version
from sotegraph.terms import WHOLE, term

CURRENT = "current"
"""The name of the version that is the current one, in addresses."""
GZIP, ZIP = "application/gzip", "application/zip"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_IN_SCHEME = term("skos:inScheme")


@dataclass(frozen=True)
class DumpForm:
    """A form of a dataset as a file: what is inside, and in what it is wrapped.

    *compression* is the media type of a single compressed file, *packaging* that of a container of several.
    """

    inside: Format
    compression: str | None = None
    packaging: str | None = None

    @property
    def suffix(self) -> str:
        """What the name of a file ends in."""
        return f"{self.inside.suffix}.{'zip' if self.packaging else 'gz'}"

    @property
    def content_type(self) -> str:
        """The media type of the file itself."""
        return self.packaging or self.compression or self.inside.media_type


TABLES = DumpForm(RESULTS_CSV, packaging=ZIP)
FORMS = (*(DumpForm(each, compression=GZIP) for each in (N_QUADS, TRIG, TURTLE, JSON_LD)), TABLES)
"""Every form of a dataset; tables only of one that has things which lists have."""


@dataclass(frozen=True)
class Offer:
    """A file that is offered: the *dataset* by its name, its *graph* unless it is the whole, and the *form*.

    *size* in bytes and *sha256* in hexadecimal digits are those of the file, where it has been made.
    """

    dataset: str
    graph: str | None
    form: DumpForm
    size: int | None = None
    sha256: str | None = None

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.dataset}.{self.form.suffix}"

    def path(self, version: str = CURRENT) -> str:
        """The address of the file in the version of that short id, or in whichever is the current one."""
        return f"/dumps/{version}/{self.file}"


class Made(Protocol):
    """What is known of a file that was made."""

    @property
    def size(self) -> int:
        """Its bytes."""

    @property
    def sha256(self) -> str:
        """Its SHA-256, in hexadecimal digits."""


def offered(publication: Publication, version: Version, made: Mapping[str, Made] | None = None) -> tuple[Offer, ...]:
    """Return every file that is offered of *version*, the whole first, then graph by graph.

    *made* tells by its name of each file that has been made; without it, no size and no checksum is told.
    """
    graphs = version.graphs.keys() - version.computed
    with_tables = {graph for graph in graphs if has_things(publication, version, graph)}
    found = (
        Offer(name, graph, form)
        for name, graph in datasets(publication, graphs)
        for form in FORMS
        if form is not TABLES or (graph in with_tables if graph else with_tables)
    )
    return tuple(_known(each, made or {}) for each in found)


def recorded(publication: Publication, made: Mapping[str, Made]) -> tuple[Offer, ...]:
    """Return the files that were *made* of a version, in the order of :func:`offered`, though it is not opened."""
    names = {name.removesuffix(f".{form.suffix}") for name in made for form in FORMS if name.endswith(form.suffix)}
    graphs = {publication.graph(name).value for name in names - {WHOLE}}
    found = (Offer(name, graph, form) for name, graph in datasets(publication, graphs) for form in FORMS)
    return tuple(_known(each, made) for each in found if each.file in made)


def _known(offer: Offer, made: Mapping[str, Made]) -> Offer:
    known = made.get(offer.file)
    return replace(offer, size=known.size, sha256=known.sha256) if known else offer


def datasets(publication: Publication, graphs: Names[str]) -> Iterator[tuple[str, str | None]]:
    """The name of each dataset, and its graph: the whole, and those of *graphs* that have a name here."""
    home = publication.graph("").value
    yield WHOLE, None
    for graph in sorted(graphs):
        name = graph.removeprefix(home)
        if name != graph and _NAME.fullmatch(name):
            yield name, graph


def has_things(publication: Publication, version: Version, graph: str) -> bool:
    """Whether a list has a thing of which *graph* says what it is."""
    return next(things_of(publication, version, graph), None) is not None


def things_of(publication: Publication, version: Version, graph: str) -> Iterator[str]:
    """The IRIs of the things that lists have and of which *graph* says what they are."""
    home = f"{publication.base_iri}/id/"
    listed: dict[str, list[Collection]] = {}
    for collection in publication.collections:
        for name in collection.classes:
            listed.setdefault(name, []).append(collection)
    for triple in version.types_in(NamedNode(graph)):
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode):
            lists = listed.get(triple.object.value, ())
            if any(_lists(version, each, triple.subject, home) for each in lists):
                yield triple.subject.value


def _lists(version: Version, collection: Collection, thing: NamedNode, home: str) -> bool:
    """Whether the list of *collection* has *thing*, which is of one of its classes."""
    if thing.value.startswith(home):
        key = thing.value[len(home) :]
        if "#" in key or key.rpartition("/")[0] != collection.segment:
            return False
    return collection.scheme is None or NamedNode(collection.scheme) in set(version.objects(thing, _IN_SCHEME))

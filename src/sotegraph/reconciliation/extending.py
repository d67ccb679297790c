"""What reconciled things can be extended by: their names in each language, identifiers, and values of facets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.entities import Index
from sotegraph.facts import Texts
from sotegraph.publication import Collection
from sotegraph.search import identifiers_of, values_of
from sotegraph.views import Facet, IdentifierKind

Cell = dict[str, Any]
Name = Callable[[str], str]


@dataclass(frozen=True)
class Property:
    """Something to know of a thing: *name* in queries, what people call it, and where it comes from."""

    name: str
    labels: Texts
    facet: Facet | None = None
    identifier: IdentifierKind | None = None
    language: str = ""


def properties_of(index: Index, collections: Iterable[Collection]) -> dict[str, list[Property]]:
    """The properties of the things of *collections* by name: a facet of several lists has one of each."""
    found: dict[str, list[Property]] = {}
    for collection in collections:
        own = [Property(each.name, each.labels, facet=each) for each in collection.facets]
        own += [Property(each.name, each.labels, identifier=each) for each in collection.identifier_kinds]
        for each in own:
            found.setdefault(each.name, []).append(each)
    for language in index.publication.languages:
        found[f"name-{language}"] = [Property(f"name-{language}", {}, language=language)]
    return found


def extend(index: Index, iri: str, properties: Iterable[Property], name: Name) -> list[Cell]:
    """The values of a property of *iri* as cells of a data extension response; *name* says what things are called."""
    cells: dict[str, Cell] = {}
    own = index.collection_of(iri)
    for each in properties:
        if each.language:
            texts = (text.value for text in index.labels(iri) if text.language == each.language)
            cells |= {text: {"str": text} for text in texts}
        elif each.identifier is not None and own and each.identifier in own.identifier_kinds:
            cells |= {text: {"str": text} for text in identifiers_of(index, iri).get(each.identifier.type, ())}
        elif each.facet is not None and own and each.facet in own.facets:
            for value in sorted(values_of(index.version, each.facet, iri)):
                cells[value] = _cell(index, each.facet, value, name)
    return list(cells.values())


def _cell(index: Index, facet: Facet, value: str, name: Name) -> Cell:
    if facet.by_year:
        return {"int": int(value)}
    key = index.addresses.key(value)
    return {"id": key, "name": name(value)} if key else {"str": name(value) if _is_iri(value) else value}


def _is_iri(value: str) -> bool:
    try:
        return bool(NamedNode(value))
    except ValueError:
        return False

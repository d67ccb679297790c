"""What is the same on the pages of all things of a class: which rows there are, in which order, under which names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sotegraph.entities.index import Index, Text, choose_text
from sotegraph.publication import Publication
from sotegraph.terms import shorten
from sotegraph.views import ClassView, PropertyView


@dataclass(frozen=True)
class Head:
    """What a row is about: its *name*, what that means, and the *key* by which an address names it."""

    name: Text
    description: Text | None
    key: str


@dataclass(frozen=True)
class Wording:
    """Names rows in one language; what it has found for a class or a property shape, it finds again at once.

    There are as many of these as the shapes describe, so all are kept.
    """

    publication: Publication
    chain: Sequence[str]
    _properties: dict[tuple[str, ...], tuple[PropertyView, ...]] = field(default_factory=dict, repr=False)
    _heads: dict[str, Head] = field(default_factory=dict, repr=False)

    def properties(self, classes: tuple[str, ...]) -> tuple[PropertyView, ...]:
        """The property views of all *classes*, each path once, in order."""
        found = self._properties.get(classes)
        if found is None:
            found = self._properties[classes] = _properties(self.publication.views(classes))
        return found

    def head(self, view: PropertyView) -> Head:
        """What the values of *view* are called."""
        found = self._heads.get(view.iri)
        if found is None:
            found = self._heads[view.iri] = self._head(view)
        return found

    def _head(self, view: PropertyView) -> Head:
        key = _key(view, self.publication)
        name = choose_text(view.names, self.chain) or Text(key)
        return Head(name, choose_text(view.descriptions, self.chain), key)


def wording_of(index: Index, language: str) -> Wording:
    """The wording of the version of *index* in *language*, which is made once."""
    return index.once(f"wording of {language}", lambda: Wording(index.publication, index.languages(language)))


def _properties(views: Sequence[ClassView]) -> tuple[PropertyView, ...]:
    chosen: dict[object, PropertyView] = {}
    for view in views:
        for each in view.properties:
            chosen.setdefault(each.routes, each)
    return tuple(sorted(chosen.values(), key=lambda each: (each.order, each.routes)))


def _key(view: PropertyView, publication: Publication) -> str:
    """The path of *view* as SPARQL writes it, with compact names."""
    routes = (
        "/".join(("^" if step.inverse else "") + shorten(step.predicate, publication.prefixes) for step in route)
        for route in view.routes
    )
    return "|".join(routes)

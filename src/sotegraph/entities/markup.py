"""What search engines are told of a thing: an object in the terms of schema.org, by the rules of its classes.

Texts are those of one language, as on the page. A thing it links to that has a page is named and left there; one
without a page, such as an identifier, is told in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.entities.index import Index, choose_text, natural
from sotegraph.entities.paths import follow
from sotegraph.markups import TripleRule
from sotegraph.store import Term
from sotegraph.terms import PREFIXES, RDF_TYPE

CONTEXT = "https://schema.org"
_SCHEMA = "https://schema.org/"
_NAME = _SCHEMA + "name"
_MOST_VALUES = 1_000
"""Of one property; of more nothing is told, because a part of them would be told as if it were all."""
_KEPT_LINKS = 50_000
_XSD = PREFIXES["xsd"]
_INTEGERS = frozenset(_XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"))


def markup(index: Index, iri: str, language: str) -> dict[str, Any] | None:
    """Return what search engines are told of *iri* in *language*; None where no rule speaks of its classes.

    What has no name of its own is called as on its page.
    """
    told = _Teller(index, language).node(NamedNode(iri), whole=True)
    return told if told is None or "name" in told else {**told, "name": index.name(iri, language).stated.value}


@dataclass(frozen=True)
class _Teller:
    index: Index
    language: str

    def node(self, node: NamedNode, *, whole: bool) -> dict[str, Any] | None:
        """What is told of *node*: everything, or, not *whole*, what it is and what it is called."""
        found: dict[str, list[Term]] = {}
        for rule in self._rules(node):
            if (whole or rule.predicate in (RDF_TYPE.value, _NAME)) and self._applies(rule, node):
                stated = [rule.value] if rule.value is not None else follow(self.index.version, node, rule.routes)
                found.setdefault(rule.predicate, []).extend(stated)
        types = sorted({_local(each.value) for each in found.pop(RDF_TYPE.value, []) if isinstance(each, NamedNode)})
        if not types:
            return None
        told: dict[str, Any] = {"@type": types[0] if len(types) == 1 else types, "@id": node.value}
        for predicate, terms in sorted(found.items()):
            values = self._different(terms)
            if values and len(values) <= _MOST_VALUES:
                told[_local(predicate)] = values[0] if len(values) == 1 else values
        return told

    def _rules(self, node: NamedNode) -> Iterator[TripleRule]:
        markups = self.index.publication.markups
        for each in self.index.version.types(node):
            yield from markups.get(each, ())

    def _applies(self, rule: TripleRule, node: NamedNode) -> bool:
        return all(each.value in follow(self.index.version, node, each.routes) for each in rule.conditions)

    def _values(self, terms: Iterable[Term]) -> Iterator[Any]:
        """*terms* as JSON: the texts of the best language, numbers and dates, then things by their keys."""
        literals = [each for each in terms if isinstance(each, Literal)]
        yield from self._texts([each for each in literals if each.language])
        others = (each for each in literals if not each.language and each.datatype.value.startswith(_XSD))
        yield from map(_plain, sorted(others, key=str))
        nodes = {each.value for each in terms if isinstance(each, NamedNode)}
        for iri in sorted(nodes, key=natural):
            if linked := self._linked(NamedNode(iri)):
                yield linked

    def _different(self, terms: Iterable[Term]) -> list[Any]:
        """*terms* as JSON, each value once; one more than may be told, where there are more."""
        found: dict[str, Any] = {}
        for each in self._values(terms):
            found.setdefault(repr(each), each)
            if len(found) > _MOST_VALUES:
                break
        return list(found.values())

    def _texts(self, texts: list[Literal]) -> Iterator[str]:
        best = choose_text({each.language or "": each.value for each in texts}, self.index.languages(self.language))
        if best:
            yield from sorted(each.value for each in texts if each.language == best.language)

    def _linked(self, node: NamedNode) -> Any:
        """What is told of *node* where another thing names it: nothing, if it has rules of which none applies.

        What has a page of its own is named alike wherever it is named, and so kept.
        """
        kept: dict[tuple[str, str], Any] = self.index.once("markup of links", dict)
        place = (node.value, self.language)
        if place in kept:
            return kept[place]
        path = self.index.addresses.path(node.value)
        whole = path is None or "#" in path
        told = node.value if next(self._rules(node), None) is None else self.node(node, whole=whole)
        if not whole:
            if len(kept) >= _KEPT_LINKS:
                kept.clear()
            kept[place] = told
        return told


def _plain(literal: Literal) -> str | int | float | bool:
    datatype = literal.datatype.value
    if datatype == _XSD + "boolean":
        return literal.value in ("true", "1")
    if datatype in _INTEGERS:
        return int(literal.value)
    return float(literal.value) if datatype in (_XSD + "decimal", _XSD + "double") else literal.value


def _local(iri: str) -> str:
    """A term of schema.org as it stands in a document whose context is schema.org's."""
    return iri.removeprefix(_SCHEMA)

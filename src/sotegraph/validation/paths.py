"""SHACL property paths, nodes of a shapes graph, as SPARQL property path text (SHACL 2.3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, NamedNode

from sotegraph.terms import RDF_FIRST, RDF_NIL, RDF_REST, term

Described = Mapping[Any, Sequence[tuple[NamedNode, Any]]]
"""The predicates and objects of every subject of a graph."""

_INVERSE = term("sh:inversePath")
_ALTERNATIVE = term("sh:alternativePath")
_SUFFIXES = {term("sh:zeroOrMorePath"): "*", term("sh:oneOrMorePath"): "+", term("sh:zeroOrOnePath"): "?"}


def path_text(node: NamedNode | BlankNode, described: Described) -> str:
    """Return the path at *node* as SPARQL writes it.

    >>> path_text(NamedNode("http://example.org/p"), {})
    '<http://example.org/p>'
    """
    if isinstance(node, NamedNode):
        return str(node)
    facts = dict(described.get(node, ()))
    if RDF_FIRST in facts:
        return "/".join(_grouped(each, described) for each in list_members(node, described))
    if _INVERSE in facts:
        return "^" + _grouped(facts[_INVERSE], described)
    if _ALTERNATIVE in facts:
        members = list_members(facts[_ALTERNATIVE], described)
        return "(" + "|".join(_grouped(each, described) for each in members) + ")"
    for predicate, suffix in _SUFFIXES.items():
        if predicate in facts:
            return _grouped(facts[predicate], described) + suffix
    return str(node)


def list_members(node: Any, described: Described) -> Iterator[Any]:
    """The members of the RDF list at *node*; a list that runs in a circle ends where it would start again."""
    seen = set()
    while node != RDF_NIL and node not in seen:
        seen.add(node)
        facts = dict(described.get(node, ()))
        if RDF_FIRST not in facts:
            return
        yield facts[RDF_FIRST]
        node = facts.get(RDF_REST, RDF_NIL)


def _grouped(node: Any, described: Described) -> str:
    text = path_text(node, described)
    return text if isinstance(node, NamedNode) or text.startswith("(") else f"({text})"

"""Shapes that somebody brings along: limited in size, and never asked for more than validation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.errors import MalformedShapes
from sotegraph.sparql.reading import decode
from sotegraph.terms import PREFIXES, RDF_FIRST, RDF_REST, term
from sotegraph.validation.shapes import ShapeSet

MOST_TRIPLES = 20_000
_SH = PREFIXES["sh"]
_APPLYING = ("node", "property", "not", "and", "or", "xone", "qualifiedValueShape")
_LEADING = frozenset(term(f"sh:{name}") for name in _APPLYING) | {RDF_FIRST, RDF_REST}
"""What leads from a shape to those that it applies, through lists too."""
_QUERIES = frozenset({term("sh:select"), term("sh:ask"), term("sh:construct"), term("sh:update")})


def examine_own(shapes: ShapeSet) -> ShapeSet:
    """Return *shapes*, which a stranger sent; what they import is not fetched.

    Raises MalformedShapes when there are too many triples, and for scripts and calls of other endpoints.
    """
    if len(shapes.triples) > MOST_TRIPLES:
        raise MalformedShapes("The shapes have more than {limit} triples. Send fewer.", limit=MOST_TRIPLES)
    for each in shapes.triples:
        if each.predicate.value.startswith(_SH + "js"):
            raise MalformedShapes("The shapes hold scripts, which are not run here. Take them out.")
        text = each.object.value if each.predicate in _QUERIES and isinstance(each.object, Literal) else ""
        if "service" in decode(text).casefold():
            raise MalformedShapes("A query of the shapes has the word SERVICE in it. No other endpoint is called here.")
    _refuse_circles(shapes)
    return shapes


def _refuse_circles(shapes: ShapeSet) -> None:
    """Raise MalformedShapes for a list without an end, and for a shape that leads back to itself.

    SHACL 3.4.3 leaves open what recursive shapes mean.
    """
    if _circle(shapes, frozenset({RDF_REST})):
        raise MalformedShapes("A list in the shapes leads back into itself. End it with rdf:nil.")
    circle = _circle(shapes, _LEADING)
    if circle:
        raise MalformedShapes(
            "The shape {shape} leads back to itself, which has no meaning in SHACL. Take the circle apart.",
            shape=str(next((each for each in circle if isinstance(each, NamedNode)), circle[0])),
        )


def _circle(shapes: ShapeSet, predicates: Container[NamedNode]) -> list[Any]:
    """A way by *predicates* on which a node comes again, without that one's second time; empty without any."""
    leads: defaultdict[Any, list[Any]] = defaultdict(list)
    for each in shapes.triples:
        if each.predicate in predicates:
            leads[each.subject].append(each.object)
    done: set[Any] = set()
    for start in list(leads):
        way: dict[Any, Iterator[Any]] = {} if start in done else {start: iter(leads[start])}
        while way:
            node, following = next(reversed(way.items()))
            after = next(following, None)
            if after in way:
                return list(way)
            if after is None:
                done.add(node)
                del way[node]
            elif after not in done:
                way[after] = iter(leads.get(after, ()))
    return []

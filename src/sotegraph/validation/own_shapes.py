"""Shapes that somebody brings along: limited in size, and never asked for more than validation."""

from __future__ import annotations

from pyoxigraph import Literal

from sotegraph.errors import MalformedShapes
from sotegraph.sparql.reading import decode
from sotegraph.terms import PREFIXES, term
from sotegraph.validation.shapes import ShapeSet

MOST_TRIPLES = 20_000
_SH = PREFIXES["sh"]
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
    return shapes

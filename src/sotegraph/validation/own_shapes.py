"""Shapes that somebody brings along: limited in size, and never asked for more than validation."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, Quad, Triple

from sotegraph.errors import MalformedShapes, ShapesRefused
from sotegraph.sparql.reading import decode
from sotegraph.terms import PREFIXES, term
from sotegraph.validation.shapes import ShapeSet

MOST_TRIPLES = 20_000
_SH = PREFIXES["sh"]
_QUERIES = frozenset({term("sh:select"), term("sh:ask"), term("sh:construct"), term("sh:update")})


def read_own_shapes(triples: Iterable[Triple | Quad]) -> ShapeSet:
    """Return the shapes in *triples*, which a stranger sent; ``owl:imports`` are not followed.

    Raises ShapesRefused when there is no shape, when there are too many triples, and for scripts and calls of other
    endpoints.
    """
    plain = [each.triple if isinstance(each, Quad) else each for each in triples]
    if len(plain) > MOST_TRIPLES:
        raise ShapesRefused("The shapes have more than {limit} triples. Send fewer.", limit=MOST_TRIPLES)
    for each in plain:
        if each.predicate.value.startswith(_SH + "js"):
            raise ShapesRefused("The shapes hold scripts, which are not run here. Take them out.")
        text = each.object.value if each.predicate in _QUERIES and isinstance(each.object, Literal) else ""
        if "service" in decode(text).casefold():
            raise ShapesRefused("A query of the shapes has the word SERVICE in it. No other endpoint is called here.")
    try:
        return ShapeSet.read(plain)
    except MalformedShapes as error:
        raise refused(error) from None


def refused(error: MalformedShapes) -> ShapesRefused:
    """Return *error* as one that its sender can mend."""
    return ShapesRefused(error.template, **error.values)

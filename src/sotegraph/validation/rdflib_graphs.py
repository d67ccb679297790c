"""Between our terms and rdflib's, with the lexical forms as they were sent; the only door between the two."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import rdflib
import rdflib.term
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch

from sotegraph.errors import MalformedShapes
from sotegraph.terms import XSD_STRING
from sotegraph.validation.isolated import CANNOT_BE_APPLIED


def malformed(problem: object) -> MalformedShapes:
    """Return the error for shapes of which an engine says *problem*."""
    return MalformedShapes(CANNOT_BE_APPLIED, problem=" ".join(str(problem).split()).rstrip("."))


def shapes_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """The shapes, booleans read as pySHACL reads those of a shapes file: only "true" is true."""
    rdflib_bool_patch()  # type: ignore[no-untyped-call]
    try:
        return graph_of(triples)
    finally:
        rdflib_bool_unpatch()  # type: ignore[no-untyped-call]


def graph_of(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return *triples* as a graph of rdflib; raises MalformedShapes for terms of RDF 1.2."""
    graph = rdflib.Graph(bind_namespaces="none")
    add = graph.store.add
    iris: dict[str, rdflib.URIRef] = {}

    def convert(term: Any) -> rdflib.term.Node:
        if isinstance(term, NamedNode):
            iri = term.value
            known = iris.get(iri)
            if known is None:
                known = iris[iri] = rdflib.URIRef(iri)
            return known
        if isinstance(term, BlankNode):
            return rdflib.BNode(term.value)
        if isinstance(term, Literal) and term.direction is None:
            return _literal(term)
        raise malformed(f"SHACL 1.0 does not know {term}, a term of RDF 1.2")

    for each in triples:
        # Straight to the store: Graph.add would check the types again.
        add((convert(each.subject), convert(each.predicate), convert(each.object)), graph)
    return graph


def _literal(term: Literal) -> rdflib.Literal:
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype == XSD_STRING:
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def from_rdflib(triple: tuple[Any, Any, Any]) -> Triple:
    """Return a triple of rdflib as one of ours."""
    subject, predicate, value = (_from_term(term) for term in triple)
    return Triple(subject, predicate, value)


def _from_term(term: rdflib.term.Node) -> Any:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else XSD_STRING)


@contextmanager
def quiet(name: str) -> Iterator[None]:
    """No warnings of the logger *name*: an ill-typed literal is a finding, not talk on standard error."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)

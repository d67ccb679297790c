"""Addresses in what a catalogue says: those to fetch are where the site answers, and IRIs stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyoxigraph import NamedNode, Triple

from sotegraph.terms import RDF_TYPE, term

_FETCHED = frozenset(
    map(
        term,
        (
            *("dcat:accessURL", "dcat:downloadURL", "dcat:endpointURL", "dcat:endpointDescription"),
            *("dcat:landingPage", "foaf:page"),
        ),
    )
)
"""What leads to something to open: what stands there is an address, and nothing is called by it."""


def answered_at(address: str, base_iri: str, triples: Iterable[Triple]) -> frozenset[Triple]:
    """*triples*, with everything to fetch below *base_iri* as below *address*, where the site answers."""
    known = frozenset(triples)
    below = base_iri + "/"
    here: dict[Any, NamedNode] = {
        each.object: NamedNode(address + each.object.value[len(base_iri) :])
        for each in known
        if each.predicate in _FETCHED and isinstance(each.object, NamedNode) and each.object.value.startswith(below)
    }

    def moved(each: Triple) -> Triple:
        if each.predicate in _FETCHED and each.object in here:
            return Triple(each.subject, each.predicate, here[each.object])
        if each.predicate == RDF_TYPE and each.subject in here:
            return Triple(here[each.subject], each.predicate, each.object)
        return each

    return frozenset(map(moved, known)) if here else known

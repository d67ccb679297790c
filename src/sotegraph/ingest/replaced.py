"""What was known once: published things that have ended, and what took their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.ingest.codes import Graph
from sotegraph.terms import term

_REPLACED, _PART_OF_PROPERTIES = term("dct:isReplacedBy"), term("rdfs:subPropertyOf")
_ENDS = frozenset(map(term, ("dct:date", "dcat:endDate", "schema:endDate", "schema:dissolutionDate")))
_MOST_LOOKED_AT = 20


@dataclass(frozen=True)
class Ended:
    """A thing that is no longer in use: the last day or the first day without it, if that is published."""

    thing: NamedNode
    successors: tuple[NamedNode, ...]
    day: str | None


def find_ended(graph: Graph, text: str, languages: Iterable[str], known: Collection[NamedNode]) -> Ended | None:
    """What in *graph* is called *text*, or has it as its code, and has a successor among *known*; else None."""
    literals = (Literal(text), *(Literal(text, language=each) for each in languages))
    found = {each.subject for literal in literals for each in graph.incoming(literal)}
    for node in sorted((each for each in found if isinstance(each, NamedNode)), key=str)[:_MOST_LOOKED_AT]:
        successors = tuple(sorted((each for each in graph.objects(node, _REPLACED) if each in known), key=str))
        if successors:
            return Ended(node, successors, _end(graph, node))
    return None


def _end(graph: Graph, node: NamedNode) -> str | None:
    facts = ((each.predicate, each.object) for each in graph.outgoing(node))
    return next((day.value for name, day in facts if isinstance(day, Literal) and _is_end(graph, name)), None)


def _is_end(graph: Graph, predicate: Any) -> bool:
    """Whether *predicate* tells when something ended, itself or as one of a property that does."""
    return predicate in _ENDS or not _ENDS.isdisjoint(graph.objects(predicate, _PART_OF_PROPERTIES))

"""Triples of a publication's own description, read by compact names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Dataset, Literal, NamedNode, Quad

from sotegraph.errors import UnsoundPublication
from sotegraph.terms import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, term

Texts = Mapping[str, str]
"""A text per language tag."""
Node = NamedNode | BlankNode


class Facts:
    """Triples, ready to be asked for the values of a subject."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.dataset = Dataset(quads)
        self._known: dict[Node, dict[NamedNode, list[Any]]] = {}

    def objects(self, subject: Node, curie: str) -> list[Any]:
        """The values of one predicate."""
        known = self._known.get(subject)
        if known is None:
            known = self._known[subject] = {}
            for quad in self.dataset.quads_for_subject(subject):
                known.setdefault(quad.predicate, []).append(quad.object)
        return list(known.get(term(curie), ()))

    def subjects(self, curie: str) -> list[Node]:
        """What has a value of this predicate, in a fixed order."""
        found = dict.fromkeys(quad.subject for quad in self.dataset.quads_for_predicate(term(curie)))
        return sorted((each for each in found if isinstance(each, NamedNode | BlankNode)), key=str)

    def of_type(self, curie: str) -> list[Node]:
        """The instances of a class, in a fixed order."""
        typed = (quad.subject for quad in self.dataset.quads_for_object(term(curie)) if quad.predicate == RDF_TYPE)
        return sorted((each for each in typed if isinstance(each, NamedNode | BlankNode)), key=str)

    def one_of_type(self, curie: str, file: str | Path) -> Node:
        """The only instance of a class; raises UnsoundPublication, with *file*, when there is not exactly one."""
        nodes = self.of_type(curie)
        if len(nodes) != 1:
            raise UnsoundPublication(
                "{file} describes {count} nodes of class {name}; describe exactly one.",
                file=str(file),
                count=len(nodes),
                name=curie,
            )
        return nodes[0]

    def texts(self, subject: Node, curie: str) -> Texts:
        """The literals of one predicate by language."""
        literals = [each for each in self.objects(subject, curie) if isinstance(each, Literal)]
        return {each.language or "": each.value for each in sorted(literals, key=str)}

    def text(self, subject: Node, curie: str) -> str:
        """One literal of a predicate; raises UnsoundPublication when there is none."""
        for each in self.objects(subject, curie):
            if isinstance(each, Literal):
                return each.value
        raise UnsoundPublication("{subject} has no {name}; state one.", subject=str(subject), name=curie)

    def iri(self, subject: Node, curie: str) -> str | None:
        """One IRI that is a value of a predicate, if there is any."""
        return next((each.value for each in self.objects(subject, curie) if isinstance(each, NamedNode)), None)

    def iris(self, subject: Node, curie: str) -> tuple[str, ...]:
        """The IRIs that are values of a predicate, in a fixed order."""
        return tuple(sorted(each.value for each in self.objects(subject, curie) if isinstance(each, NamedNode)))

    def number(self, subject: Node, curie: str, default: float) -> float:
        """A number, or *default*."""
        literals = (each for each in self.objects(subject, curie) if isinstance(each, Literal))
        return next((float(each.value) for each in literals), default)

    def flag(self, subject: Node, curie: str) -> bool:
        """Whether a predicate says true."""
        return any(isinstance(each, Literal) and each.value in ("true", "1") for each in self.objects(subject, curie))

    def members(self, head: Any) -> Iterator[Any]:
        """The members of an RDF list."""
        while head not in (None, RDF_NIL):
            own = {quad.predicate: quad.object for quad in self.dataset.quads_for_subject(head)}
            if RDF_FIRST in own:
                yield own[RDF_FIRST]
            head = own.get(RDF_REST)

"""Codes: things that a cell names by a label in any language, a code, a key, an address, or an IRI."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pyoxigraph import BlankNode, Dataset, Literal, NamedNode, Quad, Triple
from rapidfuzz import fuzz, process

from sotegraph.facts import Texts
from sotegraph.publication import Publication
from sotegraph.terms import RDF_TYPE, term

_OTHER_LABELS = (term("skos:altLabel"), term("skos:hiddenLabel"), term("dct:alternative"))
_NOTATIONS = (term("skos:notation"), term("dct:identifier"))
_ADDRESSES = (term("foaf:page"), term("foaf:homepage"))
_IDENTIFIER = term("adms:identifier")
_IN_SCHEME = term("skos:inScheme")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("’‘´`", "'") | dict.fromkeys("”“„", '"'))
_SPACES = re.compile(r"\s+")
_NEAR_ENOUGH, _MOST_SUGGESTIONS = 78, 3


class Graph(Protocol):
    """Triples that can be asked; a version of a publication is one."""

    def objects(self, subject: Any, predicate: NamedNode) -> Iterator[Any]:
        """The values of one predicate."""

    def incoming(self, value: Any, predicate: NamedNode | None = None) -> Iterator[Triple]:
        """The triples with this object."""

    def outgoing(self, subject: Any) -> Iterator[Triple]:
        """The triples with this subject."""


class Quads:
    """A graph of quads in memory, whatever named graphs they stand in."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.dataset = Dataset(quads)

    def objects(self, subject: Any, predicate: NamedNode) -> Iterator[Any]:
        """The values of one predicate."""
        return (quad.object for quad in self.dataset.quads_for_subject(subject) if quad.predicate == predicate)

    def incoming(self, value: Any, predicate: NamedNode | None = None) -> Iterator[Triple]:
        """The triples with this object."""
        quads = self.dataset.quads_for_object(value)
        return (quad.triple for quad in quads if predicate in (None, quad.predicate))

    def outgoing(self, subject: Any) -> Iterator[Triple]:
        """The triples with this subject."""
        return iter(dict.fromkeys(quad.triple for quad in self.dataset.quads_for_subject(subject)))


def normal(text: str) -> str:
    """Return *text* as codes and headers are compared: no case, single spaces, plain dashes and quotes.

    >>> normal("  Jyväs–Kylän  KIRJASTO ")
    'jyväs-kylän kirjasto'
    """
    composed = unicodedata.normalize("NFC", text).translate(_DASHES)
    return _SPACES.sub(" ", composed).strip().casefold()


@dataclass(frozen=True)
class CodeList:
    """The things that one kind of cell can name: *names* by what may be written, *labels* for people."""

    names: Mapping[str, tuple[NamedNode, ...]]
    labels: Mapping[str, str]
    members: tuple[NamedNode, ...]
    unpadded: Mapping[str, tuple[NamedNode, ...]] = field(default_factory=dict)

    def find(self, text: str) -> tuple[NamedNode, ...]:
        """What *text* names: one thing, several, or none."""
        return self.names.get(normal(text), ())

    def find_unpadded(self, text: str) -> tuple[NamedNode, ...]:
        """What *text* names if the noughts in front of its code have been lost."""
        return self.unpadded.get(text.lstrip("0"), ()) if text.isdecimal() else ()

    def suggest(self, text: str) -> list[tuple[NamedNode, str]]:
        """What is labelled most like *text*, best first, each with that label."""
        found = process.extract(
            normal(text), self.labels.keys(), scorer=fuzz.WRatio, score_cutoff=_NEAR_ENOUGH, limit=_MOST_SUGGESTIONS * 3
        )
        near: dict[tuple[NamedNode, ...], str] = {}
        for name, _, _ in found:
            if _is_like(normal(text), name):
                # Of the labels of one thing the nearest is enough: it is in the language that was written.
                near.setdefault(self.names[name], self.labels[name])
        return [(nodes[0], label) for nodes, label in near.items()][:_MOST_SUGGESTIONS]


def _is_like(text: str, name: str) -> bool:
    """Whether *name* is about as long as *text*, or begins like it."""
    about = abs(len(name) - len(text)) <= max(3, len(text) // 2)
    return about or (len(text) > 3 and fuzz.ratio(text, name[: len(text)]) >= _NEAR_ENOUGH)


class Codes:
    """The code lists of a publication, each made when first asked for."""

    def __init__(self, graph: Graph, publication: Publication) -> None:
        self.graph, self.publication = graph, publication
        self._labels = tuple(NamedNode(each) for each in publication.label_properties)
        self._lists: dict[tuple[str, ...], CodeList] = {}

    def code_list(self, classes: Sequence[str], schemes: Sequence[str]) -> CodeList:
        """The concepts of *schemes*, or without schemes the instances of *classes*."""
        key = tuple(schemes) or tuple(classes)
        if key not in self._lists:
            predicate = _IN_SCHEME if schemes else RDF_TYPE
            members = dict.fromkeys(
                triple.subject
                for name in key
                for triple in self.graph.incoming(NamedNode(name), predicate)
                if isinstance(triple.subject, NamedNode)
            )
            self._lists[key] = self._made(sorted(members, key=lambda each: each.value))
        return self._lists[key]

    def labels(self, node: NamedNode) -> Texts:
        """The values of the first label property that *node* has, by language."""
        for predicate in self._labels:
            found = self.texts(node, predicate)
            if found:
                return found
        return {}

    def texts(self, node: NamedNode, predicate: NamedNode) -> Texts:
        """The literals of one predicate by language."""
        found = (each for each in self.graph.objects(node, predicate) if isinstance(each, Literal))
        return {each.language or "": each.value for each in sorted(found, key=str)}

    def written(self, node: NamedNode) -> str:
        """The shortest that means *node* wherever it is written: its path below our own base, or its address."""
        return node.value.removeprefix(f"{self.publication.base_iri}/id/")

    def called(self, node: NamedNode) -> Texts:
        """The names of *node*, each with its code or else its key behind it: what tells it from others of its name."""
        code = self.notation(node) or self.written(node)
        return {language: f"{label} ({code})" for language, label in self.labels(node).items()}

    def notation(self, node: NamedNode) -> str | None:
        """The code of *node*, if it has one."""
        found = sorted(each.value for each in self.graph.objects(node, _NOTATIONS[0]) if isinstance(each, Literal))
        return found[0] if found else None

    def describes(self, node: NamedNode) -> bool:
        """Whether anything is published of *node*."""
        return any(True for _ in self.graph.objects(node, RDF_TYPE))

    def is_a(self, node: NamedNode, class_: str) -> bool:
        """Whether *node* is published as an instance of *class_*."""
        return NamedNode(class_) in set(self.graph.objects(node, RDF_TYPE))

    def _made(self, members: Sequence[NamedNode]) -> CodeList:
        names: dict[str, dict[NamedNode, None]] = {}
        labels: dict[str, str] = {}
        unpadded: dict[str, dict[NamedNode, None]] = {}
        weaker: dict[str, dict[NamedNode, None]] = {}
        for node in members:
            for text in self.labels(node).values():
                names.setdefault(normal(text), {})[node] = None
                labels.setdefault(normal(text), text)
            for text in self._codes(node):
                names.setdefault(normal(text), {})[node] = None
                if text.isdecimal():
                    unpadded.setdefault(text.lstrip("0"), {})[node] = None
            for text in self._others(node):
                weaker.setdefault(normal(text), {})[node] = None
        for node in dict.fromkeys(each for text in labels if len(names[text]) > 1 for each in names[text]):
            for text in self.called(node).values():
                weaker.setdefault(normal(text), {})[node] = None
        # A label counts before an abbreviation or a key that somebody else has too.
        for text, nodes in weaker.items():
            names.setdefault(text, nodes)
        return CodeList(_frozen(names), labels, tuple(members), _frozen(unpadded))

    def _codes(self, node: NamedNode) -> Iterator[str]:
        for predicate in _NOTATIONS:
            yield from (each.value for each in self.graph.objects(node, predicate) if isinstance(each, Literal))
        yield node.value

    def _others(self, node: NamedNode) -> Iterator[str]:
        for predicate in _OTHER_LABELS:
            yield from (each.value for each in self.graph.objects(node, predicate) if isinstance(each, Literal))
        for predicate in _ADDRESSES:
            yield from (each.value for each in self.graph.objects(node, predicate) if isinstance(each, NamedNode))
        for inner in self.graph.objects(node, _IDENTIFIER):
            if isinstance(inner, NamedNode | BlankNode):
                yield from (each.value for each in self.graph.objects(inner, _NOTATIONS[0]))
        base = f"{self.publication.base_iri}/id/"
        if node.value.startswith(base):
            yield node.value[len(base) :]
            yield node.value.rpartition("/")[2]


def _frozen(table: Mapping[str, Mapping[NamedNode, None]]) -> Mapping[str, tuple[NamedNode, ...]]:
    return {text: tuple(nodes) for text, nodes in table.items() if text}


def scheme_members(graph: Graph, schemes: Iterable[str]) -> list[NamedNode]:
    """The concepts of *schemes*, sorted."""
    found = {
        triple.subject
        for scheme in schemes
        for triple in graph.incoming(NamedNode(scheme), _IN_SCHEME)
        if isinstance(triple.subject, NamedNode)
    }
    return sorted(found, key=lambda each: each.value)

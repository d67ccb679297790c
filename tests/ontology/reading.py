"""The ontology, the shapes and the context of the publication beside the tests, read once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, parse

from sotegraph.terms import term

ROOT = Path(__file__).parents[2]
ONTOLOGY = NamedNode("https://w3id.org/sotegraph/ns/sote")
MINTED = "https://w3id.org/sotegraph/ns/sote#"
LANGUAGES = ["en", "fi", "sv"]


class Facts:
    """The triples of some files, by subject."""

    def __init__(self, files: list[Path]) -> None:
        self.files = files
        self.quads = [quad for file in files for quad in read(file)]
        self.by_subject: dict[Any, list[Any]] = defaultdict(list)
        for quad in self.quads:
            self.by_subject[quad.subject].append(quad)

    def objects(self, subject: Any, name: str) -> list[Any]:
        """What *subject* has for the property with the compact name *name*."""
        return [quad.object for quad in self.by_subject.get(subject, ()) if quad.predicate == term(name)]

    def subjects(self, name: str, value: Any = None) -> list[Any]:
        """The distinct subjects that have *value*, or anything, for the property *name*."""
        asked = term(name)
        found = (quad for quad in self.quads if quad.predicate == asked and value in (None, quad.object))
        return list(dict.fromkeys(quad.subject for quad in found))

    def languages(self, subject: Any, name: str) -> list[str]:
        """The language tags of the values of *name*, in order; "" for anything that is no tagged text."""
        values = self.objects(subject, name)
        return sorted((each.language or "") if isinstance(each, Literal) else "" for each in values)

    def members(self, head: Any) -> Iterator[Any]:
        """The members of the RDF list at *head*."""
        for first in self.objects(head, "rdf:first"):
            yield first
            for rest in self.objects(head, "rdf:rest"):
                yield from self.members(rest)


def read(file: Path) -> list[Any]:
    """The quads of *file*; subjects and objects are any term, and here no triple."""
    return list(parse(path=str(file), base_iri=file.as_uri(), rename_blank_nodes=True))


def module_files() -> list[Path]:
    """The ontology document and its modules, alignments included."""
    folder = ROOT / "ontology"
    return [
        folder / "sote.ttl",
        *sorted((folder / "core").glob("*.ttl")),
        *sorted((folder / "extensions").glob("*.ttl")),
        *sorted((folder / "alignments").glob("*.ttl")),
    ]


@cache
def ontology() -> Facts:
    """The vocabulary: the ontology document, its core modules and its extensions."""
    return Facts([file for file in module_files() if file.parent.name != "alignments"])


@cache
def data() -> frozenset[Any]:
    """The triples of the published data."""
    files = [file for file in (ROOT / "data").glob("*/*.ttl") if not file.name.endswith(".rml.ttl")]
    return frozenset(quad.triple for file in files for quad in read(file))


@cache
def shapes() -> Facts:
    return Facts(sorted((ROOT / "shapes").rglob("*.ttl")))


@cache
def publication() -> Facts:
    return Facts([ROOT / "ontology" / "publication.ttl"])


def minted() -> list[NamedNode]:
    """The classes and properties that the ontology defines."""
    kinds = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty")
    return [each for kind in kinds for each in ontology().subjects("rdf:type", term(kind))]


@cache
def context() -> Mapping[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))
    entries: dict[str, Any] = document["@context"]
    return entries


def expanded(name: str) -> str:
    """The IRI that a compact name stands for in the context."""
    prefix, colon, local = name.partition(":")
    namespace = context().get(prefix)
    return f"{namespace}{local}" if colon and isinstance(namespace, str) else name


def is_prefix(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("http")


def keys() -> Mapping[str, Mapping[str, Any]]:
    """The keys of the context that stand for a term, each with its definition."""
    return {
        name: {"@id": value} if isinstance(value, str) else value
        for name, value in context().items()
        if not name.startswith("@") and value not in ("@id", "@type") and not is_prefix(value)
    }

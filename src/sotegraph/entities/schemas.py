"""JSON Schemas (draft 2020-12) of the JSON-LD of each class, made from the shapes and the context.

A shape says which paths its instances have and what their values are; the context says under which keys and in which
form these stand. ``$defs/node`` of a schema describes an instance wherever it stands in a tree; the schema itself asks
besides for what a document about an instance must hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.entities.constraints import Constraints, lowered_by_profiles, read_constraints
from sotegraph.entities.index import Index
from sotegraph.entities.keys import forms_of
from sotegraph.entities.vocabulary import Facts
from sotegraph.errors import NotFound
from sotegraph.jsonld import Context
from sotegraph.terms import RDF_TYPE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SUFFIX = ".schema.json"
_ANYWHERE = {"id": {"type": "string"}, "@context": {}, "@included": {"type": "array"}}
_LANGUAGES = ("en",)

Schema = dict[str, Any]


@dataclass(frozen=True)
class Schemas:
    """The schemas of one version: *shapes* with their classes, in the keys of *context*."""

    index: Index
    facts: Facts
    context: Context

    def over(self, index: Index) -> Schemas:
        """The same, over another copy of the same *index*; the schemas that were made already stay made."""
        other = Schemas(index, self.facts, self.context)
        vars(other).update({**vars(self), "index": index})
        return other

    @cached_property
    def names(self) -> Mapping[str, NamedNode]:
        """The name of each schema with its shape: the last part of the shape's address."""
        folder = f"{self.index.publication.base_iri}/shapes/"
        shapes = {each.iri for each in self.index.publication.classes.values()}
        local = {each.removeprefix(folder): NamedNode(each) for each in shapes if each.startswith(folder)}
        return {name: local[name] for name in sorted(local) if "#" not in name and "/" not in name}

    @cached_property
    def of_class(self) -> Mapping[str, str]:
        """The class of each schema with the schema's name."""
        targets = ((name, each) for name, shape in self.names.items() for each in self._targets(shape))
        return {target.value: name for name, target in targets}

    def path(self, name: str) -> str:
        """Where the schema *name* is."""
        return f"/shapes/{name}{SUFFIX}"

    def schema(self, name: str) -> Schema:
        """Return the schema *name*; raises NotFound where there is no shape of that name."""
        if name not in self.names:
            raise NotFound("Nothing is published at this address.")
        shape = self.names[name]
        paths = self._paths(shape)
        needed = [each for predicate, found in paths.items() for each in self._needed(predicate, found)]
        classes = [self.context.class_name(each.value) for each in self._targets(shape)]
        return {
            "$schema": DIALECT,
            "$id": self.index.publication.base_iri + self.path(name),
            **self._texts(shape, "rdfs:label", "rdfs:comment"),
            "type": "object",
            "allOf": [{"$ref": "#/$defs/node"}, {"properties": {"type": _has_type(classes)}}, *needed],
            "required": ["id", "type"],
            "$defs": {"node": self._node(shape, paths)},
        }

    def all(self) -> Schema:
        """Return one schema of everything: each instance by its class, and the schemas of all classes inside."""
        return self._all

    @cached_property
    def _all(self) -> Schema:
        choices = [
            {"if": _if_type(self.context.class_name(target)), "then": {"$ref": f"shapes/{name}{SUFFIX}"}}
            for target, name in sorted(self.of_class.items())
        ]
        return {
            "$schema": DIALECT,
            "$id": f"{self.index.publication.base_iri}/shapes{SUFFIX}",
            "title": "Everything",
            "type": "object",
            "allOf": choices,
            "required": ["id"],
            "$defs": {name: self.schema(name) for name in self.names},
        }

    def _targets(self, shape: NamedNode) -> list[NamedNode]:
        return [each for each in self.facts.values(shape, "sh:targetClass") if isinstance(each, NamedNode)]

    def _texts(self, node: Any, title: str, description: str) -> Schema:
        languages = self.index.languages(*_LANGUAGES)
        found = {
            "title": self.facts.text(node, languages, title),
            "description": self.facts.text(node, languages, description),
        }
        return {name: text.value for name, text in found.items() if text}

    @cached_property
    def _lowered(self) -> frozenset[Any]:
        return lowered_by_profiles(self.facts)

    def _paths(self, shape: NamedNode) -> dict[NamedNode, list[Any]]:
        """The predicates that the property shapes of *shape* follow forwards, with those shapes."""
        found: dict[NamedNode, list[Any]] = {}
        for each in self.facts.values(shape, "sh:property"):
            for path in self.facts.values(each, "sh:path"):
                if isinstance(path, NamedNode) and path != RDF_TYPE:
                    found.setdefault(path, []).append(each)
        return found

    def _node(self, shape: NamedNode, paths: Mapping[NamedNode, list[Any]]) -> Schema:
        properties: Schema = {**_ANYWHERE, "type": _types()}
        for predicate, shapes in paths.items():
            named = next((each for each in shapes if self.facts.values(each, "sh:name")), shapes[0])
            about = {**self._texts(named, "sh:name", "sh:description"), "$comment": predicate.value}
            for key, form in self._keys(predicate, self._constraints(shapes)):
                properties[key] = {**about, **form}
        for key, reversed_ in self._reverse_keys():
            properties.setdefault(key, {"type": "array", "items": _linked([]), "$comment": f"^{reversed_}"})
        closed = any(each.value in ("true", "1") for each in self.facts.values(shape, "sh:closed"))
        return {
            "type": "object",
            "properties": properties,
            "required": ["id"],
            **({"additionalProperties": False} if closed else {}),
        }

    def _constraints(self, shapes: list[Any]) -> Constraints:
        return read_constraints(self.facts, shapes, self._lowered)

    def _keys(self, predicate: NamedNode, constraints: Constraints) -> Iterator[tuple[str, Schema]]:
        """The keys under which values of *predicate* stand, each with what is there."""
        linked = _linked(
            [self.of_class[each] + SUFFIX for each in sorted(constraints.classes) if each in self.of_class]
        )
        return forms_of(self.context, predicate.value, constraints, linked)

    def _reverse_keys(self) -> Iterator[tuple[str, str]]:
        return ((each.name, each.iri) for each in self.context.definitions if each.reverse)

    def _needed(self, predicate: NamedNode, shapes: list[Any]) -> Iterator[Schema]:
        """What must be there: one of the keys of *predicate*, and texts in the languages asked for."""
        constraints = self._constraints(shapes)
        keys = [key for key, _ in self._keys(predicate, constraints)]
        if constraints.least or constraints.given:
            yield {"anyOf": [{"required": [key]} for key in keys]} if len(keys) > 1 else {"required": keys}
        maps = {each.name for each in self.context.definitions if each.iri == predicate.value and each.language_map}
        for group in constraints.each_language:
            for key in maps:
                present = [{"required": [language]} for language in sorted(group)]
                yield {"properties": {key: {"anyOf": present}}, "required": [key]}


def _types() -> Schema:
    name = {"type": "string"}
    return {"anyOf": [name, {"type": "array", "items": name, "uniqueItems": True}]}


def _has_type(names: list[str]) -> Schema:
    return {"anyOf": [{"enum": names}, {"type": "array", "contains": {"enum": names}}]}


def _if_type(name: str) -> Schema:
    return {"properties": {"type": _has_type([name])}, "required": ["type"]}


def _linked(schemas: list[str]) -> Schema:
    """The IRI of a thing, or the thing itself where the tree goes on: what one of *schemas* describes."""
    node: list[Schema] = [{"$ref": f"{each}#/$defs/node"} for each in schemas]
    inside: Schema = {"type": "object", "required": ["id"], **({"anyOf": node} if node else {})}
    return {"anyOf": [{"type": "string", "format": "iri-reference"}, inside]}

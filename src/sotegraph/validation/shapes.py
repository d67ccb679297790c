"""A shapes graph, made ready once: its messages, its parameters, its profiles, and its targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from sotegraph.errors import MalformedShapes, UnsoundPublication
from sotegraph.terms import PREFIXES, RDF_FIRST, RDF_TYPE, shorten, term
from sotegraph.validation.paths import Described, list_members
from sotegraph.validation.report import Result, Texts, describe

_SH = PREFIXES["sh"]
_MESSAGE = term("sh:message")
_NAME = term("sh:name")
_PROPERTY = term("sh:property")
_PATH = term("sh:path")
_CLOSED = term("sh:closed")
_RULE = term("sh:rule")
_SHAPE_TYPES = frozenset({term("sh:NodeShape"), term("sh:PropertyShape")})
_TARGET_NODE = term("sh:targetNode")
_TARGET_CLASS = term("sh:targetClass")
_TARGET_SUBJECTS = term("sh:targetSubjectsOf")
_TARGET_OBJECTS = term("sh:targetObjectsOf")
TARGETS = frozenset({_TARGET_NODE, _TARGET_CLASS, _TARGET_SUBJECTS, _TARGET_OBJECTS})
_CLASSES = frozenset({term("rdfs:Class"), term("owl:Class")})
_SUBCLASS = term("rdfs:subClassOf")
_QUALIFIED = term("sh:qualifiedValueShape")
_LANGUAGE_IN = term("sh:languageIn")
_PROFILE = term("pub:Profile")
_EVERYWHERE = term("pub:holdsInEveryProfile")
_NAMES = ("sh:name", "sh:description", "sh:order", "sh:group", "sh:defaultValue", "rdfs:label", "rdfs:comment")
_FOR_PEOPLE = frozenset(term(name) for name in (*_NAMES, "skos:definition", "skos:example"))
_STRUCTURE = frozenset(term(f"sh:{name}") for name in ("path", "severity", "message", "deactivated")) | {RDF_TYPE}
"""What a property shape may say without constraining anything."""


@dataclass(frozen=True)
class ShapeSet:
    """The triples of a shapes graph; :meth:`read` makes one."""

    triples: tuple[Triple, ...]

    @classmethod
    def read(cls, triples: Iterable[Triple | Quad]) -> ShapeSet:
        """Return the shapes in *triples*; raises MalformedShapes when there is none, so that nothing conforms to it."""
        plain = tuple(dict.fromkeys(each.triple if isinstance(each, Quad) else each for each in triples))
        if not any(_states_a_shape(each) for each in plain):
            raise MalformedShapes("There is no shape to validate against. Give a shapes graph.")
        return cls(plain)

    @cached_property
    def described(self) -> Described:
        """The predicates and objects of every node of the shapes graph."""
        return describe(self.triples)

    @cached_property
    def profiles(self) -> Mapping[str, Mapping[str, NamedNode]]:
        """For each ``pub:Profile``, the severity it gives to the shapes it names."""
        return {
            node.value: dict(self._overrides(node))
            for node, facts in self.described.items()
            if (RDF_TYPE, _PROFILE) in facts
        }

    def _overrides(self, profile: NamedNode) -> Iterator[tuple[str, NamedNode]]:
        for override in self._objects(profile, term("pub:severity")):
            facts = dict(self.described.get(override, ()))
            shape, severity = facts.get(term("pub:shape")), facts.get(term("pub:as"))
            if not isinstance(shape, NamedNode) or not isinstance(severity, NamedNode):
                raise MalformedShapes(
                    "A severity in the profile {profile} lacks pub:shape or pub:as. State both.", profile=profile.value
                )
            yield shape.value, severity

    def severities(self, profile: str | None) -> Mapping[str, NamedNode]:
        """The overrides of *profile*, an IRI or the last segment of one; raises UnsoundPublication for another."""
        if profile is None:
            return {}
        for iri, overrides in self.profiles.items():
            if profile == iri or iri.endswith("/" + profile):
                return overrides
        known = ", ".join(sorted(iri.rpartition("/")[2] for iri in self.profiles)) or "none"
        raise UnsoundPublication("There is no profile {profile}. Use one of: {known}.", profile=profile, known=known)

    def languages(self, shape: Any) -> tuple[str, ...]:
        """The languages of which *shape* wants a text among the values (SHACL 4.7.3), none where it does not say."""
        inner = self._objects(shape, _QUALIFIED)
        heads = [head for each in inner for head in self._objects(each, _LANGUAGE_IN)]
        return tuple(each.value for head in heads for each in list_members(head, self.described))

    def unnamed(self) -> list[BlankNode]:
        """The property shapes without an IRI: nothing can refer to them."""
        values = (each.object for each in self.triples if each.predicate == _PROPERTY)
        return [each for each in values if isinstance(each, BlankNode)]

    def constraints(self) -> list[Triple]:
        """The triples that an engine needs: no names, groups, texts and rules, and no property shape that constrains
        nothing.

        pySHACL goes through every triple of a shape at every focus node, and most of them are for people. The paths of
        a closed shape's property shapes count even if they constrain nothing.
        """
        bare = [each for each in self.triples if not _is_for_people(each) and each.predicate != _RULE]
        closed = {each.subject for each in bare if each.predicate == _CLOSED}
        links = [each for each in bare if each.predicate == _PROPERTY]
        needed: set[Any] = {each.subject for each in bare if each.predicate not in _STRUCTURE}
        needed |= {each.object for each in links if each.subject in closed}
        idle = {each.subject for each in bare if each.predicate == _PATH} & {each.object for each in links} - needed
        return [each for each in bare if each.subject not in idle and not _links(each, idle)]

    def messages(self, result: Result) -> Texts:
        """The messages for *result* as the shapes graph has them: the constraint's own, else the shape's."""
        for node in (result.source_constraint, result.source_shape):
            literals = [each for each in self._objects(node, _MESSAGE) if isinstance(each, Literal)]
            if literals:
                return {each.language or "": each.value for each in literals}
        return {}

    def names(self, shape: NamedNode | BlankNode | None) -> Texts:
        """What the shapes graph calls the field of *shape*, by language."""
        literals = [each for each in self._objects(shape, _NAME) if isinstance(each, Literal)]
        return {each.language or "": each.value for each in literals}

    def parameters(self, shape: NamedNode | BlankNode | None) -> Mapping[str, str]:
        """The parameters of the constraints of *shape* as text, by local name; lists are joined."""
        if shape not in self._parameters:
            self._parameters[shape] = self._read_parameters(shape)
        return self._parameters[shape]

    @cached_property
    def _parameters(self) -> dict[Any, Mapping[str, str]]:
        return {}

    def _read_parameters(self, shape: Any) -> Mapping[str, str]:
        texts: defaultdict[str, list[str]] = defaultdict(list)
        for predicate, value in self.described.get(shape, ()):
            if predicate.value.startswith(_SH):
                texts[predicate.value[len(_SH) :]].append(self._text(value))
        return {name: ", ".join(sorted(values)) for name, values in texts.items()}

    def _text(self, value: Any) -> str:
        if isinstance(value, BlankNode) and RDF_FIRST in dict(self.described.get(value, ())):
            return ", ".join(self._text(each) for each in list_members(value, self.described))
        return shorten(value.value) if isinstance(value, NamedNode) else str(value.value)

    def _objects(self, node: Any, predicate: NamedNode) -> list[Any]:
        return [value for name, value in self.described.get(node, ()) if name == predicate]

    def everywhere(self) -> ShapeSet | None:
        """The node shapes that hold whatever is validated against, with all that they refer to; None without any."""
        chosen = {each.subject for each in self.triples if each.predicate == _EVERYWHERE}
        waiting, seen = list(chosen), set(chosen)
        while waiting:
            for _, value in self.described.get(waiting.pop(), ()):
                if value not in seen and value in self.described:
                    seen.add(value)
                    waiting.append(value)
        kept = (each for each in self.triples if each.subject in seen)
        aimed = tuple(each for each in kept if each.subject in chosen or each.predicate not in TARGETS)
        return replace(self, triples=aimed) if chosen else None


def implicit_targets(triples: Iterable[Triple]) -> set[Triple]:
    """The triples that make a shape a class, so that it targets its own instances (SHACL 2.1.3.3)."""
    typed = [each for each in triples if each.predicate == RDF_TYPE]
    shapes = {each.subject for each in typed if each.object in _SHAPE_TYPES}
    return {each for each in typed if each.object in _CLASSES and each.subject in shapes}


def _is_for_people(triple: Triple) -> bool:
    if triple.predicate == _MESSAGE:
        # The engine alone knows the other variables of a solution, and tells them in the message.
        return isinstance(triple.object, Literal) and "{" not in triple.object.value
    # A rule constrains nothing, and an engine may refuse to see one.
    return (
        triple.predicate in _FOR_PEOPLE
        or triple.predicate == _RULE
        or triple.predicate.value.startswith(PREFIXES["pub"])
    )


def _links(triple: Triple, nodes: Container[Any]) -> bool:
    return triple.predicate == _PROPERTY and triple.object in nodes


def _states_a_shape(triple: Triple) -> bool:
    return triple.predicate in TARGETS or (triple.predicate == RDF_TYPE and triple.object in _SHAPE_TYPES)

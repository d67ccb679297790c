"""The values that an asker gives to the parameters of a question: from text to terms, or a word of what is wrong."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from sotegraph.errors import BadRequest, MissingValue, PublisherError, UnknownParameter, WrongValue
from sotegraph.questions.description import Parameter, Question, Value
from sotegraph.questions.lexical import example_of, is_form_of
from sotegraph.store import Version
from sotegraph.terms import XSD_STRING, Addresses, shorten, term

_COMPACT = re.compile(r"([A-Za-z][\w.-]*):([\w./-]*)")
_SCHEMES = ("http://", "https://", "urn:")
_IRI = term("sh:IRI").value
_LITERAL = term("sh:Literal").value


@dataclass(frozen=True)
class Reading:
    """What became of the values given: the *values* by parameter, and the *errors* of those that are none."""

    values: Mapping[str, Value]
    errors: Mapping[str, PublisherError]

    def checked(self) -> Mapping[str, Value]:
        """The values; raises the first error."""
        for error in self.errors.values():
            raise error
        return self.values


@dataclass(frozen=True)
class Askable:
    """A question together with the data that its parameters choose from."""

    question: Question
    version: Version
    addresses: Addresses
    prefixes: Mapping[str, str]

    def read(self, pairs: Sequence[tuple[str, str]], reserved: Sequence[str] = ()) -> Reading:
        """Read the parameters of an address.

        What is not given has its default. An empty value leaves an optional parameter open, so that the answer covers
        every value; what has no default is open as well. A name in *reserved* is somebody else's.
        """
        given = [(name, value) for name, value in pairs if name not in reserved]
        values: dict[str, Value] = {}
        errors: dict[str, PublisherError] = {}
        for name, count in Counter(name for name, _ in given).items():
            if self.question.parameter(name) is None:
                errors[name] = self._unknown(name, reserved)
            elif count > 1:
                errors[name] = BadRequest(
                    "The parameter {name} is given {count} times; give it once.", name=name, count=count
                )
        texts = dict(given)
        for parameter in self.question.parameters:
            if parameter.name in errors:
                continue
            try:
                value = self._value(parameter, texts.get(parameter.name))
            except PublisherError as error:
                errors[parameter.name] = error
            else:
                values |= {parameter.name: value} if value is not None else {}
        return Reading(values, errors)

    def _value(self, parameter: Parameter, text: str | None) -> Value | None:
        if text is None and parameter.default is not None:
            return parameter.default
        if text is None or not text.strip():
            if parameter.optional:
                return None
            raise MissingValue(
                "The parameter {parameter} needs a value: {expected}.",
                parameter=parameter.name,
                expected=self.expected(parameter),
            )
        value = self._term(parameter, text)
        if value is None:
            raise WrongValue(
                "The value {value} of the parameter {parameter} is not understood. Expected: {expected}.",
                parameter=parameter.name,
                value=text,
                expected=self.expected(parameter),
            )
        return value

    def _unknown(self, name: str, reserved: Sequence[str]) -> UnknownParameter:
        known = [*(each.name for each in self.question.parameters), *reserved]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        if near:
            return UnknownParameter(
                "The question {question} has no parameter {name}. Did you mean {near}? It takes: {known}.",
                question=self.question.name,
                name=name,
                near=near[0],
                known=", ".join(known),
            )
        return UnknownParameter(
            "The question {question} has no parameter {name}. It takes: {known}.",
            question=self.question.name,
            name=name,
            known=", ".join(known),
        )

    def _term(self, parameter: Parameter, text: str) -> Value | None:
        """The value that *text* stands for, or None."""
        if parameter.choices:
            return next((each for each in parameter.choices if text in self._names(each)), None)
        if parameter.datatype is not None:
            return _literal(text, parameter.datatype)
        if parameter.class_ is None and parameter.node_kind == _LITERAL:
            return Literal(text)
        allowed = self.nodes(parameter) if parameter.class_ is not None else None
        return next((node for node in self._nodes(text.strip()) if allowed is None or node in allowed), None)

    def _names(self, value: Value) -> set[str]:
        if isinstance(value, Literal):
            return {value.value}
        return {value.value, self.written(value), shorten(value.value, self.prefixes)}

    def _nodes(self, text: str) -> list[NamedNode]:
        """What *text* may stand for: an IRI, the path of one of our things, a compact IRI."""
        iris = []
        if text.startswith(_SCHEMES):
            iris.append(text)
        else:
            compact = _COMPACT.fullmatch(text)
            if compact and compact[1] in self.prefixes:
                iris.append(self.prefixes[compact[1]] + compact[2])
            elif not compact:
                return _valid([f"{self.addresses.iri(text).value}"] if _is_path(text) else [])
        return _valid(iris)

    def members(self, parameter: Parameter) -> tuple[str, ...]:
        """The IRIs that a parameter with a class, or with choices, takes."""
        if parameter.choices:
            return tuple(each.value for each in parameter.choices)
        return tuple(sorted(each.value for each in self.nodes(parameter)))

    def nodes(self, parameter: Parameter) -> frozenset[NamedNode]:
        """The instances of the class of *parameter*; none where it has no class."""
        return self._instances.get(parameter.name, frozenset())

    @cached_property
    def _instances(self) -> Mapping[str, frozenset[NamedNode]]:
        """The instances of the class of each parameter that has one; the version never changes."""
        return {each.name: self._found(each.class_, each.scheme) for each in self.question.parameters if each.class_}

    def _found(self, class_: str, scheme: str | None) -> frozenset[NamedNode]:
        found = (each for each in self.version.instances(NamedNode(class_)) if isinstance(each, NamedNode))
        if scheme is None:
            return frozenset(found)
        belongs, whole = term("skos:inScheme"), NamedNode(scheme)
        return frozenset(each for each in found if whole in set(self.version.objects(each, belongs)))

    def written(self, value: Value) -> str:
        """*value* as an address writes it: the path of one of our things, an IRI, or the text of a literal."""
        key = self.addresses.key(value.value) if isinstance(value, NamedNode) and "#" not in value.value else None
        return key or value.value

    def expected(self, parameter: Parameter) -> str:
        """What a parameter takes, for a message: names of the field, so they read the same in every language."""
        if parameter.choices:
            return " | ".join(map(self.written, parameter.choices))
        if parameter.datatype is not None:
            example = example_of(parameter.datatype)
            return shorten(parameter.datatype) + (f" ({example})" if example else "")
        if parameter.class_ is None:
            return "IRI" if parameter.node_kind == _IRI else "RDF term"
        example = next(iter(sorted(map(self.written, self.nodes(parameter)))), "")
        return f"IRI, {shorten(parameter.class_, self.prefixes)}" + (f" ({example})" if example else "")


def _literal(text: str, datatype: str) -> Literal | None:
    if datatype == XSD_STRING.value:
        return Literal(text)
    trimmed = text.strip()
    return Literal(trimmed, datatype=NamedNode(datatype)) if is_form_of(trimmed, datatype) else None


def _is_path(text: str) -> bool:
    return re.fullmatch(r"[\w.~/-]+", text) is not None


def _valid(iris: Sequence[str]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError:
        return []

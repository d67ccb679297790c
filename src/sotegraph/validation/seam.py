"""The one door to SHACL: data and shapes in, a report with our severities and our messages out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from pyoxigraph import NamedNode, Quad, Triple

from sotegraph.messages import Messages, read_messages
from sotegraph.validation.isolated import Isolated
from sotegraph.validation.report import Report, Result, Texts, sort_key
from sotegraph.validation.shapes import ShapeSet
from sotegraph.validation.templates import CUSTOM_DEFAULT, DEFAULTS, NAMED, NAMED_DEFAULT, compact_path, fill

ENGLISH = "en"


class Engine(Protocol):
    """Applies a shapes graph to a data graph."""

    @property
    def name(self) -> str:
        """The engine and its version."""

    def find(self, data: Sequence[Triple], shapes: Sequence[Triple]) -> Iterable[Result]:
        """What *data* breaks in *shapes*, with the engine's own messages; raises MalformedShapes."""


def validate(
    data: Iterable[Triple | Quad],
    shapes: ShapeSet,
    profile: str | None = None,
    *,
    engine: Engine | None = None,
    messages: Messages | None = None,
) -> Report:
    """Return what *data* breaks in *shapes*, judged by the severities of *profile*.

    The graphs of quads are left aside, so that a triple in two graphs is one triple. The engine is the best that is
    installed, in a process of its own, unless another is given. Raises MalformedShapes, TimeLimitReached, and
    UnsoundPublication for an unknown profile.
    """
    severities = shapes.severities(profile)
    engine = engine or Isolated()
    started = time.perf_counter()
    triples = list(dict.fromkeys(each.triple if isinstance(each, Quad) else each for each in data))
    found = engine.find(triples, shapes.constraints())
    catalogue = messages or read_messages()
    results = (told(each, shapes, severities, catalogue) for each in found)
    return Report(tuple(sorted(results, key=sort_key)), engine.name, time.perf_counter() - started, profile)


def told(result: Result, shapes: ShapeSet, severities: Mapping[str, NamedNode], catalogue: Messages) -> Result:
    """*result* with the profile's severity and the shapes graph's messages instead of the engine's."""
    shape = result.source_shape
    severity = severities.get(shape.value, result.severity) if isinstance(shape, NamedNode) else result.severity
    return replace(
        result,
        severity=severity,
        messages=_messages(result, shapes, catalogue),
        details=tuple(told(each, shapes, {}, catalogue) for each in result.details),
    )


def _messages(result: Result, shapes: ShapeSet, catalogue: Messages) -> Texts:
    values = {**shapes.parameters(result.source_shape), **_values(result)}
    said = result.engine_messages
    own = shapes.messages(result)
    templates = own or _defaults(result, catalogue)
    texts = {language: fill(template, values, said) for language, template in sorted(templates.items())}
    names = {} if own else shapes.names(result.source_shape)
    return _named(result, texts, values, names, catalogue) if names else texts


def _named(
    result: Result, texts: Texts, values: Mapping[str, str], names: Texts, catalogue: Messages
) -> dict[str, str]:
    """The default *texts* with the name that the shape has for its field, in the languages that both have."""
    component = result.component.value.rpartition("#")[2]
    template = NAMED.get(component)
    if component.endswith("CountConstraintComponent") and values.get(_COUNTS.get(component, "")) != "1":
        template = None
    found = dict(texts)
    for language, text in texts.items():
        name = names.get(language) or names.get("")
        if name:
            said = catalogue.translate(template or NAMED_DEFAULT, language)
            found[language] = fill(said, {**values, "name": name, "message": text})
    return found


_COUNTS = {"MinCountConstraintComponent": "minCount", "MaxCountConstraintComponent": "maxCount"}


def _values(result: Result) -> dict[str, str]:
    values = {**result.bindings, "this": _text(result.focus)}
    if result.value is not None:
        values["value"] = _text(result.value)
    if result.path is not None:
        values["path"] = compact_path(result.path)
    return values


def _text(node: Any) -> str:
    return str(node) if isinstance(node, Triple) else str(node.value)


def _defaults(result: Result, catalogue: Messages) -> Texts:
    """The default templates for the constraint component, in every language that has one."""
    template = DEFAULTS.get(result.component.value.rpartition("#")[2], CUSTOM_DEFAULT)
    translated = {language: catalogue.texts[language].get(template) for language in catalogue.languages}
    return {ENGLISH: template} | {language: text for language, text in translated.items() if text}

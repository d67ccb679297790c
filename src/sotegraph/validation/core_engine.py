"""The package ``shacl`` behind the seam: a compiled engine for core constraints, and never asked for others; optional.

It reads text and names blank nodes anew. So the blank shapes get IRIs of ours on the way in, and each blank node of the
data is pointed at by a triple whose result tells its new name. Its ``sh:sparql`` is not used: it takes every comparison
of dates for false without a word.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, ClassVar

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, serialize

from sotegraph.errors import MalformedShapes
from sotegraph.terms import PREFIXES, RDF_FIRST, RDF_REST, RDF_TYPE, term
from sotegraph.validation.exchange import terms_of
from sotegraph.validation.ill_typed import marked, unmarked
from sotegraph.validation.isolated import CANNOT_BE_APPLIED, CORE_ONLY, Isolated
from sotegraph.validation.paths import list_members, path_text
from sotegraph.validation.report import Result, describe
from sotegraph.validation.shapes import TARGETS

CORE_FITS = ("0.3.4",)
"""The versions that the cross-checks have been run with."""
_LEAST_FOR_THREADS = 1_000
"""Triples with which the engine may start threads: measured, it does between 2,000 and 5,000 focus nodes."""
_SH = PREFIXES["sh"]
_CORE_WORDS = """
    path inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath property node not and or xone
    qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint class datatype nodeKind
    minCount maxCount minInclusive maxInclusive minExclusive maxExclusive minLength maxLength pattern flags languageIn
    uniqueLang equals disjoint lessThan lessThanOrEquals closed ignoredProperties hasValue in deactivated severity
"""
CORE = frozenset(NamedNode(_SH + word) for word in _CORE_WORDS.split()) | TARGETS | {RDF_FIRST, RDF_REST, RDF_TYPE}
"""What the engine is told of the shapes; it would also act on rules, functions and SPARQL of all kinds."""
_FORBIDDEN = frozenset(
    NamedNode(_SH + word) for word in ("sparql", "ConstraintComponent", "target", "js", "expression")
)
_PATH = term("sh:path")
_PROPERTY = term("sh:property")
_TO_SHAPES = frozenset(NamedNode(_SH + word) for word in ("property", "node", "not", "qualifiedValueShape"))
_TO_LISTS = frozenset(NamedNode(_SH + word) for word in ("and", "or", "xone"))
_SHAPE_TYPES = frozenset({term("sh:NodeShape"), term("sh:PropertyShape")})
_CLOSED = "ClosedConstraintComponent"
_BLANK_SHAPE = "urn:x-sotegraph:blank:"
_NAMED = "urn:x-sotegraph:named:"
_NAMES = NamedNode("urn:x-sotegraph:names")
_NAMING = NamedNode("urn:x-sotegraph:naming")
_NAMING_SHAPE = (
    Triple(_NAMING, RDF_TYPE, term("sh:NodeShape")),
    Triple(_NAMING, term("sh:targetSubjectsOf"), _NAMES),
    Triple(_NAMING, _PROPERTY, NamedNode(_NAMING.value + ":names")),
    Triple(NamedNode(_NAMING.value + ":names"), _PATH, _NAMES),
    Triple(NamedNode(_NAMING.value + ":names"), term("sh:nodeKind"), term("sh:IRI")),
)
"""Every blank node that something names is a result."""


def core_is_there() -> bool:
    """Whether a version of ``shacl`` that is known to be right is installed."""
    try:
        return version("shacl") in CORE_FITS and find_spec("shacl") is not None
    except PackageNotFoundError:
        return False


class Core:
    """The package ``shacl`` in this process."""

    @property
    def name(self) -> str:
        """The engine and its version."""
        return f"shacl {version('shacl')}"

    def find(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> list[Result]:
        """What *data* breaks in *shapes*; raises MalformedShapes, also for shapes that only other engines can apply."""
        return CompiledCore(shapes).find(data)


class CompiledCore:
    """Core shapes made ready once, for many data graphs.

    Over many focus nodes the engine starts threads, which a fork of the process has no more, and would wait for: there
    it works in a process of its own.
    """

    _threads_of: ClassVar[int | None] = None

    def __init__(self, shapes: Iterable[Triple]) -> None:
        from shacl import Shapes

        self._shapes = list(shapes)
        named = _with_names(self._shapes)
        refused = next((each for each in named if each.predicate in _FORBIDDEN or each.object in _FORBIDDEN), None)
        if refused is not None:
            raise _malformed(f"{refused.subject} is more than the core of SHACL")
        self._described = describe(named)
        self._check_property_shapes(named)
        told = [*(each for each in named if each.predicate in CORE), *_NAMING_SHAPE]
        try:
            self._compiled = Shapes.from_text(_text(told), format="ntriples")
        except ValueError as error:
            raise _malformed(" ".join(str(error).split())) from None

    def _check_property_shapes(self, shapes: Sequence[Triple]) -> None:
        # The engine passes over a property shape without a path in silence.
        for each in shapes:
            if each.predicate == _PROPERTY and all(name != _PATH for name, _ in self._described.get(each.object, ())):
                raise _malformed(f"sh:property leads to {each.object}, which has no sh:path")

    def find(self, data: Iterable[Triple]) -> list[Result]:
        """What *data* breaks; raises MalformedShapes for terms that SHACL 1.0 does not know."""
        triples = list(map(marked, data))
        if len(triples) >= _LEAST_FOR_THREADS:
            if CompiledCore._threads_of not in (None, os.getpid()):
                return Isolated(CORE_ONLY).find(triples, self._shapes)
            CompiledCore._threads_of = os.getpid()
        text = _text(triples)
        if "<<" in text and any(isinstance(each.object, Triple) for each in triples):
            raise _malformed("SHACL 1.0 does not know triples about triples, a part of RDF 1.2")
        if "_:" in text:
            nodes = {node for each in triples for node in (each.subject, each.object) if isinstance(node, BlankNode)}
            text += _text(Triple(NamedNode(_NAMED + each.value), _NAMES, each) for each in nodes)
        try:
            report = self._compiled.validate_text(text, format="ntriples")
        except ValueError as error:
            raise _malformed(" ".join(str(error).split())) from None
        return list(self._read(report.results))

    def _read(self, results: Sequence[Any]) -> Iterator[Result]:
        texts = dict.fromkeys(
            text for each in results for text in (each.focus_node, each.value, each.source_shape) if text
        )
        terms = terms_of(texts)
        names = {
            each.value: terms[each.focus_node].value.removeprefix(_NAMED)
            for each in results
            if each.source_shape == f"<{_NAMING.value}:names>"
        }

        def given(text: str | None) -> Any:
            if text is None:
                return None
            return BlankNode(names[text]) if text in names else unmarked(_without_name(terms[text]))

        for each in results:
            if not each.focus_node.startswith(f"<{_NAMED}"):
                shape = terms[each.source_shape]
                yield Result(
                    focus=given(each.focus_node),
                    path=self._path(each, shape),
                    value=given(each.value),
                    component=NamedNode(_SH + each.component),
                    severity=NamedNode(each.severity_iri),
                    source_shape=_without_name(shape),
                )

    def _path(self, result: Any, shape: Any) -> str | None:
        """The path of *result*: that of its shape, or for a closed shape the property that is not allowed."""
        if result.component == _CLOSED:
            return str(result.path)
        found = next((value for name, value in self._described.get(shape, ()) if name == _PATH), None)
        return None if found is None else path_text(found, self._described)


def _malformed(problem: str) -> MalformedShapes:
    return MalformedShapes(CANNOT_BE_APPLIED, problem=problem.rstrip("."))


def _blank_shapes(shapes: Sequence[Triple]) -> frozenset[Any]:
    """The blank nodes that are shapes; those of lists and paths are none, and would be others with an IRI."""
    described = describe(shapes)
    found = {each.object for each in shapes if each.predicate in _TO_SHAPES}
    found |= {each.subject for each in shapes if each.object in _SHAPE_TYPES}
    for each in shapes:
        if each.predicate in _TO_LISTS:
            found.update(list_members(each.object, described))
    return frozenset(node for node in found if isinstance(node, BlankNode))


def _with_names(shapes: Sequence[Triple]) -> list[Triple]:
    """*shapes* with an IRI in the place of every blank shape."""
    blank = _blank_shapes(shapes)

    def named(node: Any) -> Any:
        return NamedNode(_BLANK_SHAPE + node.value) if node in blank else node

    return (
        [Triple(named(each.subject), each.predicate, named(each.object)) for each in shapes] if blank else list(shapes)
    )


def _without_name(node: Any) -> Any:
    if isinstance(node, NamedNode) and node.value.startswith(_BLANK_SHAPE):
        return BlankNode(node.value.removeprefix(_BLANK_SHAPE))
    return node


def _text(triples: Iterable[Triple]) -> str:
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()

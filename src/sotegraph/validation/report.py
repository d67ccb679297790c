"""What a validation found: results with terms of ours, read from the W3C report that every engine can give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.paths import Described, path_text

Term = NamedNode | BlankNode | Literal | Triple
Texts = Mapping[str, str]

VIOLATION = term("sh:Violation")
WARNING = term("sh:Warning")
INFO = term("sh:Info")
_RESULT = term("sh:result")
_DETAIL = term("sh:detail")


@dataclass(frozen=True)
class Result:
    """One validation result. *path* is SPARQL path text; *messages* has a text per language tag ("" untagged).

    *known* tells that what is published gives the same result already, *is_unanswered* that only what is published
    could tell whether the result holds. *engine_messages* are the engine's own, whose language tags are not to be
    trusted; *bindings* are the other variables of a query's solution, as text.
    """

    focus: Term
    path: str | None
    value: Term | None
    component: NamedNode
    severity: NamedNode
    source_shape: NamedNode | BlankNode | None
    source_constraint: NamedNode | BlankNode | None = None
    messages: Texts = field(default_factory=dict, hash=False)
    details: tuple[Result, ...] = ()
    known: bool = field(default=False, compare=False)
    is_unanswered: bool = field(default=False, compare=False)
    engine_messages: tuple[str, ...] = field(default=(), compare=False, repr=False)
    bindings: Texts = field(default_factory=dict, compare=False, repr=False)

    @property
    def predicate(self) -> NamedNode | None:
        """The predicate, when the path is a single one."""
        simple = self.path is not None and self.path.startswith("<") and self.path.count("<") == 1
        return NamedNode(self.path[1:-1]) if simple and self.path and self.path.endswith(">") else None


@dataclass(frozen=True)
class Report:
    """The results of one validation, and by whom, how long and under which profile it was made.

    *version* is the id of the version whose graph stood beside the data, None without one. *focus_nodes* counts what
    was judged of what was sent, without parts of other things, where that is known. *cut* tells that there are more
    results than are listed.
    """

    results: tuple[Result, ...]
    engine: str
    seconds: float
    profile: str | None = None
    version: str | None = None
    focus_nodes: int | None = None
    cut: bool = False

    @property
    def conforms(self) -> bool:
        """Whether nothing is a violation: what decides acceptance here."""
        return all(each.severity != VIOLATION for each in self.results)

    @property
    def conforms_strictly(self) -> bool:
        """Whether there is no result at all: what SHACL 1.0 calls conforming."""
        return not self.results


def describe(triples: Iterable[Triple | Quad]) -> Described:
    """The predicates and objects of every subject of *triples*."""
    described: defaultdict[Any, list[tuple[NamedNode, Any]]] = defaultdict(list)
    for each in triples:
        described[each.subject].append((each.predicate, each.object))
    return dict(described)


def read_results(report: Iterable[Triple]) -> tuple[Result, ...]:
    """The results of the W3C validation report in *report*, in a stable order, with the messages it carries."""
    described = describe(report)
    top = [value for facts in described.values() for predicate, value in facts if predicate == _RESULT]
    return tuple(sorted((_result(node, described) for node in top), key=sort_key))


def sort_key(result: Result) -> tuple[str, ...]:
    """Orders results by focus node, path, component, shape and value."""
    parts = (result.focus, result.path, result.component, result.source_shape, result.source_constraint, result.value)
    return tuple("" if part is None else str(part) for part in parts)


def _result(node: Any, described: Described) -> Result:
    facts: defaultdict[str, list[Any]] = defaultdict(list)
    for predicate, value in described.get(node, ()):
        facts[predicate.value.rpartition("#")[2]].append(value)

    def one(name: str) -> Any:
        return next(iter(facts[name]), None)

    path = one("resultPath")
    return Result(
        focus=one("focusNode"),
        path=None if path is None else path_text(path, described),
        value=one("value"),
        component=one("sourceConstraintComponent"),
        severity=one("resultSeverity") or VIOLATION,
        source_shape=one("sourceShape"),
        source_constraint=one("sourceConstraint"),
        messages={each.language or "": each.value for each in sorted(facts["resultMessage"], key=str)},
        engine_messages=tuple(each.value for each in facts["resultMessage"]),
        details=tuple(sorted((_result(each, described) for each in facts["detail"]), key=sort_key)),
    )


def report_triples(report: Report) -> Iterator[Triple]:
    """*report* as a W3C validation report; ``sh:conforms`` is the strict one, as SHACL 3.6.1 defines it.

    A path that is more than one predicate is left out: its nodes belong to the shapes graph.
    """
    node = BlankNode()
    yield Triple(node, RDF_TYPE, term("sh:ValidationReport"))
    yield Triple(node, term("sh:conforms"), Literal(report.conforms_strictly))
    for each in report.results:
        yield from _result_triples(node, _RESULT, each)


def _result_triples(parent: BlankNode, link: NamedNode, result: Result) -> Iterator[Triple]:
    node = BlankNode()
    yield Triple(parent, link, node)
    yield Triple(node, RDF_TYPE, term("sh:ValidationResult"))
    facts = {
        "sh:focusNode": result.focus,
        "sh:resultPath": result.predicate,
        "sh:value": result.value,
        "sh:sourceConstraintComponent": result.component,
        "sh:resultSeverity": result.severity,
        "sh:sourceShape": result.source_shape,
        "sh:sourceConstraint": result.source_constraint,
    }
    for name, value in facts.items():
        if value is not None:
            yield Triple(node, term(name), value)
    for language, text in result.messages.items():
        yield Triple(node, term("sh:resultMessage"), Literal(text, language=language) if language else Literal(text))
    for each in result.details:
        yield from _result_triples(node, _DETAIL, each)

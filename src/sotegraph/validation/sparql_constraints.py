"""Every ``sh:sparql`` constraint as one query over the store, where engines would ask it of each focus node.

The target stands as a pattern ahead of the body, or the given focus nodes as values; a query that is not the same with
``$this`` free is asked of each node. The store writes numbers in its own way, and so a query reads them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Variable

from sotegraph.errors import MalformedShapes
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.constraint_query import ConstraintQuery
from sotegraph.validation.isolated import CANNOT_BE_APPLIED
from sotegraph.validation.report import Result
from sotegraph.validation.shapes import TARGETS
from sotegraph.validation.splitting import Constraint, Split, values_of

_SELECT = term("sh:select")
_PREFIXES = term("sh:prefixes")
_DECLARE = term("sh:declare")
_IMPORTS = term("owl:imports")
_SUBCLASS = term("rdfs:subClassOf")
_COMPONENT = term("sh:SPARQLConstraintComponent")
_TARGET_NODE = term("sh:targetNode")
_TARGET_CLASS = term("sh:targetClass")
_TARGET_OBJECTS = term("sh:targetObjectsOf")
_IMPLICIT = frozenset({term("rdfs:Class"), term("owl:Class")})
_AT_ONCE = 2_000
"""How many focus nodes stand in one query: with more, reading it takes longer than it saves."""

FocusNodes = Mapping[Any, Sequence[Any]]
"""The focus nodes of each node shape."""


class SparqlConstraints:
    """The constraints of a shapes graph, made ready once; raises MalformedShapes for what SHACL forbids in a query."""

    def __init__(self, parts: Split) -> None:
        self._described = parts.described
        self._queries = [(each, self._query(each)) for each in parts.constraints]

    def _query(self, constraint: Constraint) -> ConstraintQuery:
        texts = [each for each in values_of(self._described, constraint.node, _SELECT) if isinstance(each, Literal)]
        if len(texts) != 1:
            raise _malformed(constraint, "it has no sh:select, or several")
        query = ConstraintQuery(texts[0].value, self._prefixes(constraint), constraint.path, constraint.shape)
        if query.refusal:
            raise _malformed(constraint, query.refusal)
        return query

    def _prefixes(self, constraint: Constraint) -> str:
        """The declarations that ``sh:prefixes`` leads to, also over ``owl:imports`` within the shapes graph."""
        waiting, seen, found = values_of(self._described, constraint.node, _PREFIXES), set(), {}
        while waiting:
            ontology = waiting.pop()
            if ontology in seen:
                continue
            seen.add(ontology)
            waiting += values_of(self._described, ontology, _IMPORTS)
            for declaration in values_of(self._described, ontology, _DECLARE):
                facts = {name.value.rpartition("#")[2]: value for name, value in self._described.get(declaration, ())}
                found[facts["prefix"].value] = facts["namespace"].value
        return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(found.items()))

    def __bool__(self) -> bool:
        return bool(self._queries)

    def make_ready(self) -> None:
        """Find out now which of the queries may be asked of many nodes at once."""
        for _, query in self._queries:
            _ = query.is_setwise

    @property
    def nodes(self) -> frozenset[Any]:
        """The constraints."""
        return frozenset(constraint.node for constraint, _ in self._queries)

    @property
    def predicates(self) -> frozenset[NamedNode]:
        """The IRIs that the queries name: what they can ask for, and classes too."""
        return frozenset(iri for _, query in self._queries for iri in query.iris)

    def unmoved(self, predicates: Container[Any]) -> frozenset[Any]:
        """The constraints that say the same after a change of triples with these *predicates* only."""
        moved = {
            constraint.node
            for constraint, query in self._queries
            if not query.is_bounded
            or any(each in predicates for each in (*query.iris, *self._aimed_by(constraint.root)))
        }
        return self.nodes - moved

    def _aimed_by(self, root: Any) -> Iterator[Any]:
        """The predicates that decide what *root* targets."""
        yield from (RDF_TYPE, _SUBCLASS)
        yield from (value for predicate, value in self._described.get(root, ()) if predicate in TARGETS)

    def find(
        self, store: Store, focus_nodes: FocusNodes | None = None, left_out: Container[Any] = ()
    ) -> Iterator[Result]:
        """What the default graph of *store* breaks at *focus_nodes*, or at every target of the shapes.

        The constraints *left_out* are not asked.
        """
        for constraint, query in self._queries:
            if constraint.node in left_out:
                continue
            if focus_nodes is not None:
                yield from self._at(constraint, query, store, focus_nodes.get(constraint.root, ()))
                continue
            pattern = self._pattern(constraint.root, store)
            if query.is_setwise:
                yield from _results(constraint, query.of_pattern(pattern), store)
            else:
                rows = _solutions(constraint, f"SELECT DISTINCT ?this {{ {pattern} }}", store)
                yield from self._at(constraint, query, store, [row["this"] for row in rows])

    def _at(
        self, constraint: Constraint, query: ConstraintQuery, store: Store, nodes: Sequence[Any]
    ) -> Iterator[Result]:
        named = [each for each in nodes if isinstance(each, NamedNode | Literal)]
        if query.is_setwise:
            for start in range(0, len(named), _AT_ONCE):
                values = " ".join(map(str, named[start : start + _AT_ONCE]))
                yield from _results(constraint, query.of_pattern(f"VALUES ?this {{ {values} }}"), store)
        else:
            for each in named:
                yield from _results(constraint, query.of_node(each), store, each)
        for each in nodes:
            if isinstance(each, BlankNode):
                yield from _results(constraint, query.text, store, each)

    def _pattern(self, root: Any, store: Store) -> str:
        """A group that binds ``?this`` to each target of *root* once."""
        parts = [self._target(predicate, value, store) for predicate, value in self._described.get(root, ())]
        found = list(dict.fromkeys(each for each in parts if each))
        if (RDF_TYPE, term("sh:NodeShape")) in self._described.get(root, ()) and any(
            (RDF_TYPE, each) in self._described[root] for each in _IMPLICIT
        ):
            found.append(_instances(root, store))
        if len(found) == 1 and found[0].startswith("?this a <"):
            return f"{found[0]} ."
        return "{ SELECT DISTINCT ?this { " + " UNION ".join(f"{{ {each} }}" for each in found) + " } }"

    def _target(self, predicate: NamedNode, value: Any, store: Store) -> str:
        if predicate not in TARGETS:
            return ""
        if predicate == _TARGET_NODE:
            return f"VALUES ?this {{ {value} }}"
        if predicate == _TARGET_CLASS:
            return _instances(value, store)
        return f"?target {value} ?this" if predicate == _TARGET_OBJECTS else f"?this {value} ?target"


def _instances(class_: Any, store: Store) -> str:
    has_subclasses = next(store.quads_for_pattern(None, _SUBCLASS, class_, None), None) is not None
    return f"?this {RDF_TYPE}/{_SUBCLASS}* {class_}" if has_subclasses else f"?this a {class_}"


def _solutions(constraint: Constraint, text: str, store: Store, this: BlankNode | None = None) -> QuerySolutions:
    try:
        found = store.query(text, substitutions=None if this is None else {Variable("this"): this})
    except (SyntaxError, RuntimeError, ValueError, OSError) as error:
        raise _malformed(constraint, " ".join(str(error).split())) from None
    if not isinstance(found, QuerySolutions):
        raise _malformed(constraint, "its query is no SELECT")
    return found


def _results(constraint: Constraint, text: str, store: Store, this: Any = None) -> Iterator[Result]:
    blank = this if isinstance(this, BlankNode) else None
    found = _solutions(constraint, text, store, blank)
    names = [each.value for each in found.variables]
    told = set()
    try:
        for row in found:
            known = {name: value for name, value in zip(names, row, strict=True) if value is not None}
            solution = frozenset(known.items())
            if solution not in told:  # Several ways to the same solution are one finding, as in other engines.
                told.add(solution)
                yield _result(constraint, known.get("this", this), known)
    except RuntimeError as error:
        raise _malformed(constraint, " ".join(str(error).split())) from None


def _result(constraint: Constraint, this: Any, known: Mapping[str, Any]) -> Result:
    if _is_true(known.get("failure")):
        raise _malformed(constraint, f"its query reports a failure at {this}")
    path = known.get("path")
    value = known.get("value", this if constraint.path is None else None)
    return Result(
        focus=this,
        path=str(path) if isinstance(path, NamedNode) else constraint.path,
        value=value,
        component=_COMPONENT,
        severity=constraint.severity,
        source_shape=constraint.shape,
        source_constraint=constraint.node,
        engine_messages=(known["message"].value,) if isinstance(known.get("message"), Literal) else (),
        bindings={name: str(getattr(each, "value", each)) for name, each in known.items()},
    )


def _is_true(node: Any) -> bool:
    return isinstance(node, Literal) and node.value in ("true", "1")


def _malformed(constraint: Constraint, problem: str) -> MalformedShapes:
    return MalformedShapes(CANNOT_BE_APPLIED, problem=f"{constraint.node}: {problem.rstrip('.')}")

"""Evaluate one query on one version, in this process: the one path that workers, tests and the command line share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import IO

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from sotegraph.errors import BadRequest, NotAcceptable, QueryRefused
from sotegraph.formats import Format, output_for
from sotegraph.sparql.nesting import check_nesting
from sotegraph.sparql.reading import DatasetClauses, read_dataset
from sotegraph.sparql.request import QueryRequest
from sotegraph.sparql.substitution import write_values
from sotegraph.sparql.syntax import complaint
from sotegraph.store import Version

_PREFIXED = (RdfFormat.TURTLE, RdfFormat.RDF_XML)
_Name = NamedNode | BlankNode
_Graph = _Name | DefaultGraph


Results = QuerySolutions | QueryBoolean | QueryTriples


class Evaluation:
    """A result that has begun; *form* is the one in which :meth:`write` sends it, once."""

    def __init__(self, form: Format, results: Results, prefixes: Mapping[str, str]) -> None:
        self.form = form
        self._prefixes = prefixes
        self._results: Results | None = results

    def write(self, output: IO[bytes]) -> None:
        """Write the result to a binary file, evaluating what is left of it."""
        # Let go of it here: pyparsing leaves cycles of frames behind, which would keep it from being freed at once and
        # in the thread where it was made, as pyoxigraph demands.
        results, self._results = self._results, None
        assert results is not None, "a result is written once"
        output = output_for(self.form, output)
        if isinstance(results, QueryTriples):
            assert self.form.rdf is not None
            named = dict(self._prefixes) if self.form.rdf in _PREFIXED else None
            serialize(_distinct(results), output, self.form.rdf, prefixes=named)
        else:
            assert self.form.results is not None
            results.serialize(output, self.form.results)


def evaluate(
    version: Version, request: QueryRequest, *, merge_limit_triples: int, prefixes: Mapping[str, str]
) -> Evaluation:
    """Return the result of *request* on *version*; much of the work may still wait in its writing.

    Without a dataset the default graph is the version's own, each distinct triple once. Graphs are the version's, and
    nothing is fetched: a graph that is not there is empty. Raises a RequestError for what is no query, or is refused.
    """
    request = replace(request, text=write_values(request.text, dict(request.substitutions)), substitutions=())
    check_nesting(request.text)
    clauses = read_dataset(request.text, request.base_iri)
    if request.default_graphs or request.named_graphs:
        clauses = DatasetClauses(request.default_graphs, request.named_graphs)
    return _begun(request, _query(version, request, clauses, merge_limit_triples), prefixes)


def _begun(request: QueryRequest, results: Results, prefixes: Mapping[str, str]) -> Evaluation:
    kinds = {QuerySolutions: "bindings", QueryBoolean: "boolean", QueryTriples: "graph"}
    try:
        return Evaluation(request.form(kinds[type(results)]), results, prefixes)
    except NotAcceptable:
        del results  # The traceback may be looked at in another thread.
        raise


def _query(version: Version, request: QueryRequest, clauses: DatasetClauses | None, limit: int) -> Results:
    store = version.store
    default_graph: DefaultGraph | list[_Graph] | None = None
    named_graphs: list[_Name] | None = None
    if clauses is not None:
        defaults, names = _names(clauses.default_graphs), _names(clauses.named_graphs)
        default_graph, named_graphs = [*defaults], [*names]
        if len(defaults) > 1:
            store, default_graph = _merge(version, defaults, names, limit), DefaultGraph()
    try:
        # Given explicitly, the dataset replaces the FROM clauses that still stand in the text.
        return store.query(
            request.text,
            base_iri=request.base_iri,
            default_graph=default_graph,
            named_graphs=named_graphs,
        )
    except SyntaxError as error:
        raise complaint(request.text, str(error)) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise BadRequest("The query cannot be evaluated: {problem}.", problem=str(error).rstrip(".")) from None


def _names(iris: Iterable[str]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in dict.fromkeys(iris)]
    except ValueError as error:
        raise BadRequest("A graph of the dataset has no valid IRI: {problem}.", problem=str(error)) from None


def _merge(version: Version, default_graphs: list[NamedNode], named_graphs: list[NamedNode], limit: int) -> Store:
    """A store whose default graph is the RDF merge of *default_graphs*: a triple of two of them stands in it once."""
    needed = sum(version.graphs.get(graph.value, 0) for graph in (*default_graphs, *named_graphs))
    if needed > limit:
        raise QueryRefused(
            "The graphs of this dataset have {count} triples together; at most {limit} are merged for one query. Name "
            "fewer graphs, or leave FROM out: the default graph holds every triple of all graphs once.",
            count=needed,
            limit=limit,
        )
    store = Store()
    for graph in default_graphs:
        store.extend(Quad(each.subject, each.predicate, each.object) for each in version.triples_of(graph))
    for graph in named_graphs:
        store.extend(Quad(each.subject, each.predicate, each.object, graph) for each in version.triples_of(graph))
    return store


def _distinct(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Each triple once, for a graph is a set; pyoxigraph may describe a resource twice that two solutions name."""
    seen = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple

"""The reference engine: pySHACL on an rdflib memory graph.

pySHACL reports falsely over an Oxigraph store and reads literals in rdflib's normalised form, so both graphs are built
here term by term, with the lexical forms as they were sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import pyshacl
import rdflib
import rdflib.plugins.sparql
from pyoxigraph import Triple
from pyparsing import ParseBaseException
from pyshacl.constraints.core.shape_based_constraints import PropertyConstraintComponent
from pyshacl.errors import ReportableRuntimeError
from rdflib.plugins.sparql import processor

from sotegraph.validation.ill_typed import marked, unmarked
from sotegraph.validation.rdflib_graphs import from_rdflib, graph_of, malformed, quiet, shapes_graph
from sotegraph.validation.report import Result, read_results

CACHE_FITS_RDFLIB = ("7.6.",)
"""Versions of rdflib whose query processor is known to look up ``parseQuery`` and ``translateQuery`` by name."""
BATCHES_FIT_PYSHACL = ("0.40.1",)
"""Versions of pySHACL that are known to hand the focus nodes of a node shape on to its property shapes one by one."""
_MAX_DEPTH = 30


class PySHACL:
    """pySHACL in this process. While it runs, it changes switches that all users of rdflib here share."""

    name = f"pyshacl {pyshacl.__version__}"

    def __init__(self, *, cache_queries: bool = True, batch: bool = True) -> None:
        self.cache_queries = cache_queries and rdflib.__version__.startswith(CACHE_FITS_RDFLIB)
        self.batch = batch and pyshacl.__version__ in BATCHES_FIT_PYSHACL

    def find(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> tuple[Result, ...]:
        """What *data* breaks in *shapes*; raises MalformedShapes when they cannot be applied."""
        return read_results(self.report(data, shapes))

    def report(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> list[Triple]:
        """The W3C validation report of *data* against *shapes*; raises MalformedShapes when they cannot be applied."""
        with ExitStack() as stack:
            stack.enter_context(quiet("rdflib.term"))
            stack.enter_context(_switches())
            if self.cache_queries:
                stack.enter_context(cached_queries())
            if self.batch:
                stack.enter_context(batched_focus_nodes())
            shapes_rdf, data_rdf = shapes_graph(shapes), graph_of(map(marked, data))
            try:
                _, report, _ = pyshacl.validate(
                    data_rdf, shacl_graph=shapes_rdf, inplace=True, max_validation_depth=_MAX_DEPTH
                )
            except (ReportableRuntimeError, ParseBaseException, NotImplementedError) as error:
                raise malformed(error) from None
            if isinstance(report, Exception):
                raise malformed(report)
            read = map(from_rdflib, report)
            return [Triple(each.subject, each.predicate, unmarked(each.object)) for each in read]


@contextmanager
def _switches() -> Iterator[None]:
    """No query loads a graph; what pySHACL switches in rdflib is afterwards as it was."""
    before = rdflib.NORMALIZE_LITERALS, rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS, rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = before


@contextmanager
def cached_queries() -> Iterator[None]:
    """Each query text is parsed once while this lasts: pySHACL hands the same text over for every focus node."""
    names = vars(processor)
    parse, translate = names["parseQuery"], names["translateQuery"]
    known: dict[tuple[Any, ...], Any] = {}

    def remember(text: Any, base: str | None = None, namespaces: Mapping[str, Any] | None = None) -> Any:
        key = (text, base, tuple(sorted((namespaces or {}).items())))
        if key not in known:
            known[key] = translate(parse(text), base, namespaces)
        return known[key]

    def as_text(text: Any) -> Any:
        return text

    names.update(parseQuery=as_text, translateQuery=remember)
    try:
        yield
    finally:
        names.update(parseQuery=parse, translateQuery=translate)


@contextmanager
def batched_focus_nodes() -> Iterator[None]:
    """Each property shape of a node shape is asked once for all focus nodes while this lasts, not once for each."""
    name = "_evaluate_property_shape"
    one_by_one: Any = getattr(PropertyConstraintComponent, name)

    def at_once(self: Any, executor: Any, node: Any, graph: Any, values: Any, recursive: Any, path: list[Any]) -> Any:
        shape = self.shape.get_other_shape(node)
        # The values of a property shape may be reached from several focus nodes; each time counts.
        if self.shape.is_property_shape or recursive or not shape or not shape.is_property_shape:
            return one_by_one(self, executor, node, graph, values, recursive, path)
        conforms, reports = shape.validate(executor, graph, focus=list(values), _evaluation_path=path[:])
        return not conforms, reports

    setattr(PropertyConstraintComponent, name, at_once)
    try:
        yield
    finally:
        setattr(PropertyConstraintComponent, name, one_by_one)

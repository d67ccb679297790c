"""The pages of the query endpoint: the form, and the form with its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from fastapi import Request, Response
from pyoxigraph import Literal, NamedNode

from sotegraph.entities import Text, Value
from sotegraph.errors import PublisherError
from sotegraph.formats import BINDING_FORMATS, GRAPH_FORMATS, HTML
from sotegraph.terms import shorten
from sotegraph.web.links import Resource
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.site import Reader, Site, reader_at, site_at

_SHOWN_LINES = 1_000
_EXAMPLE = """{prefixes}
SELECT ?thing ?name WHERE {{
  ?thing a {kind} ;
         {label} ?name .
  FILTER (lang(?name) = "{language}")
}}
ORDER BY ?name
LIMIT 50"""


@dataclass(frozen=True)
class Cell:
    """One term of a solution; an IRI that is shown by its name is kept beside."""

    value: Value
    iri: str | None = None


@dataclass(frozen=True)
class Solutions:
    """The solutions of a query as a table; *total* counts those that are not shown too."""

    names: tuple[str, ...]
    lines: tuple[tuple[Cell | None, ...], ...]
    total: int


def sparql_page(request: Request) -> Response:
    """Return the query form with an example of the publication's own."""
    site, reader = site_at(request), reader_at(request)
    return _answer(request, site, reader, example_query(site, reader))


def sparql_results_page(
    request: Request,
    query: str,
    results_json: Mapping[str, Any] | None,
    error: PublisherError | None,
    graph_text: str | None = None,
) -> Response:
    """Return the query form with what came of *query*: solutions, a truth value, a graph, or an error in its place."""
    site, reader = site_at(request), reader_at(request)
    results = results_json or {}
    return _answer(
        request,
        site,
        reader,
        query,
        solutions=_solutions(Writer(site, reader), results) if "results" in results else None,
        verdict=results.get("boolean"),
        graph_text=graph_text,
        error=error,
    )


def example_query(site: Site, reader: Reader) -> str:
    """A query that lists the first collection of the publication by name; any triples where none has members."""
    collection = next((each for each in site.publication.collections if site.index.members[each.segment]), None)
    if collection is None:
        return "SELECT * WHERE {\n  ?subject ?predicate ?object\n}\nLIMIT 50"
    member = NamedNode(site.index.members[collection.segment][0])
    said = {triple.predicate.value for triple in site.version.outgoing(member)}
    labels = site.publication.label_properties
    names = [shorten(iri, site.publication.prefixes) for iri in (collection.classes[0], *labels) if iri]
    label = next((name for iri, name in zip(labels, names[1:], strict=True) if iri in said), names[1])
    used = {each.partition(":")[0] for each in (names[0], label)}
    known = sorted((name, iri) for name, iri in site.publication.prefixes.items() if name in used)
    prefixes = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in known)
    return _EXAMPLE.format(prefixes=prefixes, kind=names[0], label=label, language=reader.language)


def _answer(
    request: Request,
    site: Site,
    reader: Reader,
    query: str,
    *,
    solutions: Solutions | None = None,
    verdict: bool | None = None,
    graph_text: str | None = None,
    error: PublisherError | None = None,
) -> Response:
    writer = Writer(site, reader)
    asked = solutions is not None or verdict is not None or graph_text is not None or error is not None
    in_address = asked and len(quote_plus(query)) < site.settings.max_address_bytes // 2
    body = writer.render(
        "sparql.html",
        Resource("/sparql", query=(("query", query),) if in_address else ()),
        query=query,
        solutions=solutions,
        verdict=verdict,
        graph_text=graph_text,
        error=error,
        detail=error.text(writer.translate) if error else None,
        forms=(HTML, *BINDING_FORMATS, *GRAPH_FORMATS),
        prefixes=sorted(site.publication.prefixes.items()),
    )
    headers = {"Content-Language": reader.language, "Vary": "Accept, Accept-Language"}
    return Response(body, error.status if error else 200, headers, media_type=HTML.content_type)


def _solutions(writer: Writer, results: Mapping[str, Any]) -> Solutions:
    names = tuple(results["head"]["vars"])
    bindings: Sequence[Mapping[str, Any]] = results["results"]["bindings"]
    shown = bindings[:_SHOWN_LINES]
    lines = tuple(tuple(_cell(writer, line[name]) if name in line else None for name in names) for line in shown)
    return Solutions(names, lines, len(bindings))


def _cell(writer: Writer, term: Mapping[str, Any]) -> Cell:
    """A term of SPARQL 1.1 Query Results JSON, section 3.2.2."""
    if term["type"] == "uri":
        value = writer.named(term["value"])
        return Cell(value, term["value"] if value.text.value != f"<{term['value']}>" else None)
    if term["type"] == "literal":
        return Cell(Value(Text(term["value"], term.get("xml:lang", "")), datatype=term.get("datatype")))
    return Cell(Value(Text(written_term(term))))


def written_term(term: Mapping[str, Any]) -> str:
    """A term as N-Triples writes it, a quoted triple between ``<<`` and ``>>``."""
    value = term["value"]
    if term["type"] == "triple":
        return f"<< {' '.join(written_term(value[each]) for each in ('subject', 'predicate', 'object'))} >>"
    if term["type"] == "literal":
        kind = term.get("datatype")
        return str(Literal(value, language=term.get("xml:lang"), datatype=NamedNode(kind) if kind else None))
    return f"_:{value}" if term["type"] == "bnode" else f"<{value}>"

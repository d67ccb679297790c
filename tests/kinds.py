"""One address of each kind of page of the lending library: what has to hold for every page is tried on these."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from inspect import Parameter, signature
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request

from sotegraph.errors import PublisherError
from sotegraph.web.problems import problem

_ROWS = "SELECT ?book ?pages { ?book <https://library.example/ns/lib#pages> ?pages } ORDER BY ?book"
_PLACES = (
    "PREFIX geo: <http://www.opengis.net/ont/geosparql#> "
    "SELECT ?name ?at { VALUES (?name ?at) { ('A' 'POINT(24.9 60.2)'^^geo:wktLiteral) "
    "('B' 'POINT(23.8 61.5)'^^geo:wktLiteral) } }"
)
_GRAPH = "CONSTRUCT { ?book ?p ?o } WHERE { BIND (<https://library.example/id/book/1> AS ?book) ?book ?p ?o }"


def _query(text: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": text, **more}, quote_via=quote)


KINDS: dict[str, str] = {
    "front page": "/",
    "list": "/book",
    "list with pages": "/holding?page=2",
    "list of concepts": "/concept/genre",
    "thing": "/doc/book/1",
    "thing in many languages": "/doc/book/7",
    "thing with markup in its texts": "/doc/book/4",
    "thing with a table": "/doc/branch/01",
    "thing made of others": "/doc/holding/1",
    "thing that is gone": "/doc/book/8",
    "concept": "/doc/concept/genre/fiction-novel",
    "concept under an IRI of others": "/doc/concept/subject/s1-1",
    "concept scheme": "/doc/concept/genre",
    "source": "/doc/graph/catalogue",
    "computed graph": "/doc/graph/void",
    "profiles": "/doc/book/1?_profile=alternates",
    "vocabulary": "/ns/lib",
    "vocabulary of publications": "/ns/publication",
    "vocabulary of catalogues": "/ns/publication/catalogue",
    "kinds of problems": "/ns/problem",
    "shapes": "/shapes",
    "shape": "/shapes/Book",
    "groups of shapes": "/shapes/groups",
    "questions": "/queries",
    "question with a table": "/queries/list-titles",
    "question with a form": "/queries/list-holdings-of-branch",
    "question with yes or no": "/queries/is-book-held",
    "question answered": "/queries/list-holdings-of-branch?branch=branch%2F01",
    "question answered wrongly": "/queries/list-holdings-of-branch?branch=nowhere",
    "query form": "/sparql",
    "query answered by a table": _query(_ROWS),
    "query answered by a chart": _query(_ROWS, view="chart"),
    "query answered by a map": _query(_PLACES, view="map"),
    "query answered raw": _query(_ROWS, view="raw"),
    "query answered by yes": _query("ASK {}"),
    "query answered by a graph": _query(_GRAPH),
    "query with a fault": _query("SELECT * {\n ?s ?p\n}"),
    "data in figures": "/void",
    "feeds": "/feed",
    "downloads": "/dumps",
    "catalogue": "/catalog",
    "catalogue checked": "/catalog/check",
    "dataset": "/doc/dataset/catalogue",
    "dataset of everything": "/doc/dataset/all",
    "coverage": "/coverage",
    "map of tiles": "/map/branch",
    "figure on a map of tiles": "/map/branch/holdings",
    "overview of a thing": "/view/portrait/01",
    "overview of two things": "/view/two-branches/01/03",
    "overview of nothing in particular": "/view/years",
    "overview to choose things for": "/view/two-branches",
    "preview of a thing": "/reconcile/preview?id=book/1",
    "empty tables": "/templates",
    "search": "/search",
    "search with results": "/search?q=light",
    "search without results": "/search?q=zzzz",
    "list narrowed by words": "/book?q=light",
    "form for files": "/validate",
    "accessibility statement": "/accessibility",
    "missing page": "/no/such/page",
    "wrong request": "/book?page=x",
}
STATUSES = {"thing that is gone": 410, "missing page": 404, "wrong request": 400, "query with a fault": 400}
STATUSES |= {"question answered wrongly": 400}


_IN_TIME = {
    "versions": "/versions",
    "version that changed a thing": "/version/{2}",
    "version that removed a source": "/version/{1}",
    "version with too much to tell": "/version/{0}",
    "history": "/history/book/1",
    "history of a thing that is gone": "/history/book/90",
    "thing as it was": "/doc/book/1?version={0}",
    "thing that is in no file any longer": "/doc/book/90",
    "dataset that is gone": "/doc/dataset/gifts",
    "downloads of the current version": "/dumps/{1}",
    "downloads of an earlier version": "/dumps/{0}",
    "query form of an earlier version": "/version/{0}/sparql",
    "query answered by an earlier version": "/version/{0}" + _query(_ROWS),
    "day that is none": "/doc/book/1?on=tomorrow",
    "version that never was": "/doc/book/1?version=0000000000000000",
    "what was of what tells only what is": "/map/branch?version={0}",
}
STATUSES_IN_TIME = {"thing that is in no file any longer": 410, "dataset that is gone": 410, "day that is none": 400}
STATUSES_IN_TIME |= {"version that never was": 404, "what was of what tells only what is": 400}


def kinds_in_time(versions: Sequence[str]) -> dict[str, str]:
    """One address of each kind of page that only a history has: that of :mod:`tests.versions.events`."""
    found = {}
    for name, address in _IN_TIME.items():
        for number, version in enumerate(versions):
            address = address.replace(f"{{{number}}}", version)  # Not by format(): a query has braces, too.
        found[name] = address
    return found


def in_language(address: str, language: str) -> str:
    """The page at *address* in *language*."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def error_page(app: FastAPI, kind: type[PublisherError], language: str) -> bytes:
    """The page by which *app* tells of that *kind* of error, also of one that no request brings about here."""
    needed = {name for name, each in signature(kind).parameters.items() if each.kind is Parameter.KEYWORD_ONLY}
    error = kind("The request cannot be read.", **dict.fromkeys(needed, "GET"))
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/book",
        "query_string": f"lang={language}".encode(),
        "headers": [(b"accept", b"text/html"), (b"host", b"site.example")],
        "app": app,
    }
    # In a thread of its own: who drives a browser has a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(asyncio.run, problem(Request(scope), error)).result()
    assert answer.status_code == error.status
    return bytes(answer.body)

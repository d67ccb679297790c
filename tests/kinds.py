"""One address of each kind of page of the lending library: what has to hold for every page is tried on these."""

from __future__ import annotations

from urllib.parse import quote, urlencode

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

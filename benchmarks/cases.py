"""What the engines are asked: one query of each kind, with a book of the library in it."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from urllib.parse import quote

_PROLOGUE = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX lib: <https://library.example/ns/lib#>
"""
_BOOK = "https://library.example/id/book/{book}"
_ANSWER_S = 300


@dataclass(frozen=True)
class Case:
    """A kind of query. ``{book}`` in *text* stands for the number of a book."""

    name: str
    text: str
    accept: str = "application/sparql-results+json"
    cut: bool = False
    """Whether the query leaves it to the engine which of the rows it gives."""

    def target(self, path: str, book: str) -> str:
        """The request target at *path*, for the book with the number *book*."""
        return f"{path}?query={quote(_PROLOGUE + self.text, safe='')}".replace(quote("{book}", safe=""), book)


CASES = (
    Case("tiny SELECT", f"SELECT ?p ?o {{ <{_BOOK}> ?p ?o }}"),
    Case(
        "10,000 rows",
        "SELECT ?book ?title ?issued { ?book dct:title ?title ; dct:issued ?issued } LIMIT 10000",
        cut=True,
    ),
    Case(
        "CONSTRUCT",
        f"CONSTRUCT {{ <{_BOOK}> ?p ?o . ?holding ?q ?value . ?period ?r ?day }} WHERE {{ {{ <{_BOOK}> ?p ?o }} UNION "
        f"{{ ?holding lib:book <{_BOOK}> ; ?q ?value }} UNION "
        f"{{ ?holding lib:book <{_BOOK}> ; dct:temporal ?period . ?period ?r ?day }} }}",
        accept="application/n-triples",
    ),
    Case(
        "aggregate",
        "SELECT ?branch (COUNT(?holding) AS ?holdings) (SUM(?copies) AS ?all) "
        "{ ?holding lib:branch ?branch ; lib:copies ?copies } GROUP BY ?branch",
    ),
)


def answer(endpoint: str, case: Case, book: int) -> tuple[int, list[str]]:
    """How many rows or triples *endpoint* finds, and, where engines must agree on them, which."""
    request = urllib.request.Request(case.target(endpoint, str(book)), headers={"Accept": case.accept})
    with urllib.request.urlopen(request, timeout=_ANSWER_S) as response:
        body = response.read()
    if case.accept == "application/n-triples":
        found = sorted(set(body.decode().splitlines()))
    else:
        bindings = json.loads(body)["results"]["bindings"]
        found = sorted(json.dumps(sorted((name, term["value"]) for name, term in row.items())) for row in bindings)
    return len(found), [] if case.cut else found

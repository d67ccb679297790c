"""Answers of SPARQL queries in one form in which equal means the same answer.

An answer is a boolean or a set of quads. A table becomes quads too, one node a distinct row, so that one rule decides
for graphs and tables alike: equal when blank nodes have canonical names and literals the form that the store gives.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

Answer = bool | frozenset[ox.Quad]
Row = Mapping[str, Any]
"""The value of each bound variable, a term of pyoxigraph (its stubs have no common name for them)."""

RESULT_FORMATS = {
    ".srj": ox.QueryResultsFormat.JSON,
    ".srx": ox.QueryResultsFormat.XML,
    ".tsv": ox.QueryResultsFormat.TSV,
}
COUNT = ox.NamedNode("urn:table:count")
HEADER = ox.NamedNode("urn:table:header")
TABLE = ox.NamedNode("urn:table")

BINDINGS_OF_A_RESULT_SET = """
    PREFIX rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#>
    SELECT ?row ?name ?value WHERE { ?row rs:binding [ rs:variable ?name ; rs:value ?value ] }"""
HEADER_OF_A_RESULT_SET = """
    PREFIX rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#>
    SELECT ?name WHERE { [] a rs:ResultSet ; rs:resultVariable ?name }"""


def expected_answer(file: Path) -> Answer:
    """The answer that a result file of a suite describes."""
    if file.suffix == ".csv":
        return csv_answer(file.read_bytes())
    if file.suffix in RESULT_FORMATS:
        return parsed_answer(file.read_bytes(), RESULT_FORMATS[file.suffix])
    store = ox.Store()
    store.load(path=file, base_iri=file.as_uri())
    return result_set_answer(store) or canonical(store)


def accepted_type(file: Path) -> str:
    """The value of ``Accept`` for an answer in the serialisation that the expected *file* has, or in one for graphs."""
    form = RESULT_FORMATS.get(file.suffix, ox.QueryResultsFormat.JSON)
    table = "text/csv" if file.suffix == ".csv" else form.media_type
    return f"{table}, {ox.RdfFormat.N_TRIPLES.media_type}, {ox.QueryResultsFormat.JSON.media_type};q=0.1"


def received_answer(content_type: str, body: bytes) -> Answer:
    """The answer that an endpoint has sent."""
    media_type = content_type.partition(";")[0]
    if media_type == ox.RdfFormat.N_TRIPLES.media_type:
        return canonical(ox.parse(body, ox.RdfFormat.N_TRIPLES))
    if media_type == "text/csv":
        return csv_answer(body)
    form = ox.QueryResultsFormat.from_media_type(media_type)
    assert form is not None, content_type
    return parsed_answer(body, form)


def parsed_answer(text: bytes, form: ox.QueryResultsFormat) -> Answer:
    """The answer that *text* holds in the result format *form*."""
    results = ox.parse_query_results(text, form)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    return table(names, [{name: row[name] for name in names if row[name] is not None} for row in results])


def csv_answer(text: bytes) -> Answer:
    """The answer that *text* holds in CSV, which tells blank nodes from texts and no other terms apart."""
    names, *rows = csv.reader(io.StringIO(text.decode("utf-8"), newline=""))
    return table(names, [{name: _csv_term(cell) for name, cell in zip(names, row, strict=True)} for row in rows])


def _csv_term(cell: str) -> ox.BlankNode | ox.Literal:
    return ox.BlankNode(cell.removeprefix("_:")) if cell.startswith("_:") else ox.Literal(cell)


def result_set_answer(store: ox.Store) -> Answer | None:
    """The table that *store* describes in the suites' own vocabulary, if it describes one."""
    header: Iterable[Any] = store.query(HEADER_OF_A_RESULT_SET)  # type: ignore[assignment]
    bindings: Iterable[Any] = store.query(BINDINGS_OF_A_RESULT_SET)  # type: ignore[assignment]
    names = [row["name"].value for row in header]
    rows: dict[Any, dict[str, Any]] = defaultdict(dict)
    for row in bindings:
        rows[row["row"]][row["name"].value] = row["value"]
    return table(names, rows.values()) if names else None


def table(names: Iterable[str], rows: Iterable[Row]) -> Answer:
    """A table as quads: the header's names, and for each distinct row its values and how often it stands there."""
    quads = [ox.Quad(TABLE, HEADER, ox.Literal(name)) for name in names]
    for row, count in Counter(frozenset(row.items()) for row in rows).items():
        node = ox.BlankNode()
        quads.append(ox.Quad(node, COUNT, ox.Literal(count)))
        quads += [ox.Quad(node, ox.NamedNode(f"urn:table:column:{name}"), value) for name, value in row]
    return canonical(quads)


def canonical(quads: Iterable[ox.Quad]) -> Answer:
    """The same quads with the store's form of each literal and canonical names of blank nodes."""
    store = ox.Store()
    store.extend(quads)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(dataset)

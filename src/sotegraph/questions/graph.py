"""The answer to a SELECT question as RDF: rows after "Generating RDF from Tabular Data on the Web" (csv2rdf).

A table has rows with numbers, and each row describes a solution. The property for a column is the question's IRI with
the column's name as fragment, so that of a parameter is its ``sh:path``. The things named in it come with their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sotegraph.questions.description import Question, property_of
from sotegraph.questions.table import Table
from sotegraph.terms import PREFIXES, RDF_TYPE, term

CSVW = PREFIXES["csvw"]
_LABEL = term("rdfs:label")
_XSD_INTEGER = term("xsd:integer")
_TAKEN = frozenset(("id", "type", "label", "csvw", "rdfs", "xsd", "column", "row", "rownum", "describes", "url"))


def table_triples(
    question: Question, table: Table, address: str, labels: Callable[[str], Iterable[Literal]]
) -> Iterator[Triple]:
    """The triples of *table*, whose own address is *address*; *labels* gives every name that an IRI has."""
    root = NamedNode(address)
    yield Triple(root, RDF_TYPE, NamedNode(CSVW + "Table"))
    yield Triple(root, term("dct:isPartOf"), NamedNode(question.iri))
    digits = len(str(len(table.rows)))
    for number, row in enumerate(table.rows, start=1):
        # Equal numbers of digits keep rows in their order where nodes are sorted by name.
        node, solution = (BlankNode(f"{kind}{number:0{digits}}") for kind in ("row", "solution"))
        yield Triple(root, NamedNode(CSVW + "row"), node)
        yield Triple(node, RDF_TYPE, NamedNode(CSVW + "Row"))
        yield Triple(node, NamedNode(CSVW + "rownum"), Literal(str(number), datatype=_XSD_INTEGER))
        yield Triple(node, NamedNode(CSVW + "describes"), solution)
        for column, value in zip(table.columns, row, strict=True):
            if value is not None:
                yield Triple(solution, NamedNode(property_of(question.iri, column.name)), value)
    for iri in table.iris:
        for label in labels(iri):
            yield Triple(NamedNode(iri), _LABEL, label)


def table_context(question: Question, table: Table) -> Mapping[str, Any]:
    """The JSON-LD context in which *table* reads like its header."""
    own = {each.name: property_of(question.iri, each.name) for each in table.columns if each.name not in _TAKEN}
    return {
        "id": "@id",
        "type": "@type",
        "csvw": CSVW,
        "rdfs": PREFIXES["rdfs"],
        "xsd": PREFIXES["xsd"],
        "dct": PREFIXES["dct"],
        "column": f"{question.iri}#",
        "row": {"@id": "csvw:row", "@container": "@set"},
        "rownum": "csvw:rownum",
        "describes": "csvw:describes",
        "label": {"@id": "rdfs:label", "@container": "@language"},
        **own,
    }

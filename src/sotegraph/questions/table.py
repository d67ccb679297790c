"""The answer to a SELECT question as a table that keeps its meaning: names beside IRIs, languages beside texts.

The columns of the query keep their names and order. After a column with IRIs stands ``{name}Label``, what the things
are called in one language; after a column whose texts are in several languages, ``{name}Language`` where a form cannot
mark the language of a text itself.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from sotegraph.terms import RDF_LANG_STRING, XSD_STRING

Term = NamedNode | BlankNode | Literal | Triple
Names = Callable[[str], Literal | None]
"""What an IRI is called, if it has a name."""
_SPARQL_RESULTS = "http://www.w3.org/2005/sparql-results#"


@dataclass(frozen=True)
class Column:
    """A column: its *name*, and that of the column *of* which it tells names or languages."""

    name: str
    of: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows of terms; None where a variable has no value."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [each.name for each in self.columns]

    @cached_property
    def iris(self) -> tuple[str, ...]:
        """Every IRI in the table, once."""
        found = (value.value for row in self.rows for value in row if isinstance(value, NamedNode))
        return tuple(dict.fromkeys(found))

    def labelled(self, names: Names) -> Table:
        """The table with a column of names after each column that has an IRI."""
        known = {iri: names(iri) for iri in self.iris}

        def label(value: Term | None) -> Term | None:
            return known[value.value] if isinstance(value, NamedNode) else None

        return self._with("Label", lambda values: any(isinstance(each, NamedNode) for each in values), label)

    def with_languages(self) -> Table:
        """The table with a column of language tags after each column whose texts are not all in one language."""

        def differ(values: Iterable[Term | None]) -> bool:
            return len({each.language for each in values if isinstance(each, Literal)}) > 1

        def language(value: Term | None) -> Term | None:
            return Literal(value.language) if isinstance(value, Literal) and value.language else None

        return self._with("Language", differ, language)

    def _with(
        self, suffix: str, applies: Callable[[list[Term | None]], bool], derive: Callable[[Term | None], Term | None]
    ) -> Table:
        """The table with a column derived from each one of the query's own to whose values it applies."""
        taken = set(self.header)
        places = []
        for place, column in enumerate(self.columns):
            places.append((place, False))
            added = f"{column.name}{suffix}"
            if column.of is None and added not in taken and applies([row[place] for row in self.rows]):
                places.append((place, True))
        columns = tuple(
            Column(f"{self.columns[place].name}{suffix}", self.columns[place].name) if new else self.columns[place]
            for place, new in places
        )
        rows = tuple(tuple(derive(row[place]) if new else row[place] for place, new in places) for row in self.rows)
        return replace(self, columns=columns, rows=rows)


def read_table(results_json: bytes) -> Table:
    """Return the solutions in SPARQL 1.1 Query Results JSON as a table."""
    solutions = parse_query_results(results_json, QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)
    columns = tuple(Column(each.value) for each in solutions.variables)
    return Table(columns, tuple(tuple(solution) for solution in solutions))


def to_csv(table: Table, delimiter: str = ",") -> bytes:
    """Return *table* as CSV (RFC 4180: UTF-8, lines end in CR LF, a header), its values as SPARQL's CSV has them."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=delimiter)
    writer.writerow(table.header)
    writer.writerows(map(plain, row) for row in table.rows)
    return output.getvalue().encode()


def plain(value: Term | None) -> str:
    """A term without its datatype and language (SPARQL 1.1 Query Results CSV, section 3.2)."""
    if value is None:
        return ""
    return _written(value) if isinstance(value, BlankNode | Triple) else value.value


def _written(value: Term) -> str:
    """A term as SPARQL 1.2 writes it."""
    if isinstance(value, Triple):
        return f"<<( {' '.join(map(_written, (value.subject, value.predicate, value.object)))} )>>"
    return str(value).replace("\t", "\\t")


def to_tsv(table: Table) -> bytes:
    """Return *table* as SPARQL 1.1 Query Results TSV, its terms as SPARQL writes them."""
    lines = ["\t".join(f"?{name}" for name in table.header)]
    lines += ["\t".join("" if value is None else _written(value) for value in row) for row in table.rows]
    return "".join(f"{line}\n" for line in lines).encode()


def to_json(table: Table) -> bytes:
    """Return *table* as SPARQL 1.1 Query Results JSON."""
    rows = [
        {name: _json_term(value) for name, value in zip(table.header, row, strict=True) if value is not None}
        for row in table.rows
    ]
    return json.dumps({"head": {"vars": table.header}, "results": {"bindings": rows}}, ensure_ascii=False).encode()


def _json_term(value: Any) -> dict[str, Any]:
    if isinstance(value, NamedNode):
        return {"type": "uri", "value": value.value}
    if isinstance(value, BlankNode):
        return {"type": "bnode", "value": value.value}
    if isinstance(value, Triple):
        parts = {name: _json_term(getattr(value, name)) for name in ("subject", "predicate", "object")}
        return {"type": "triple", "value": parts}
    return {"type": "literal", "value": value.value, **dict(_qualifiers(value))}


def _qualifiers(value: Literal) -> Iterator[tuple[str, str]]:
    if value.language:
        yield "xml:lang", value.language
    elif value.datatype not in (XSD_STRING, RDF_LANG_STRING):
        yield "datatype", value.datatype.value


def to_xml(table: Table) -> bytes:
    """Return *table* as SPARQL Query Results XML (second edition)."""
    pieces = [f'<?xml version="1.0"?>\n<sparql xmlns="{_SPARQL_RESULTS}"><head>']
    pieces += [f"<variable name={quoteattr(name)}/>" for name in table.header]
    pieces.append("</head><results>")
    for row in table.rows:
        bindings = zip(table.header, row, strict=True)
        found = (f"<binding name={quoteattr(name)}>{_xml(value)}</binding>" for name, value in bindings if value)
        pieces.append(f"<result>{''.join(found)}</result>")
    return "".join([*pieces, "</results></sparql>"]).encode()


def _xml(value: Any) -> str:
    if isinstance(value, NamedNode):
        return f"<uri>{xml_text(value.value)}</uri>"
    if isinstance(value, BlankNode):
        return f"<bnode>{xml_text(value.value)}</bnode>"
    if isinstance(value, Triple):
        parts = (f"<{name}>{_xml(getattr(value, name))}</{name}>" for name in ("subject", "predicate", "object"))
        return f"<triple>{''.join(parts)}</triple>"
    qualifiers = "".join(f" {name}={quoteattr(text)}" for name, text in _qualifiers(value))
    return f"<literal{qualifiers}>{xml_text(value.value)}</literal>"


def xml_text(text: str) -> str:
    """*text* as character data; a carriage return would come back as a line feed (XML 1.0, section 2.11)."""
    return escape(only_xml(text), {"\r": "&#13;"})


def only_xml(text: str) -> str:
    """*text* with a replacement for every character that XML has no place for."""
    return "".join(each if _is_xml(each) else "\N{REPLACEMENT CHARACTER}" for each in text)


def _is_xml(character: str) -> bool:
    """Whether XML 1.0 has a place for *character* (section 2.2)."""
    return character in "\t\n\r" or (character >= " " and character not in "\ufffe\uffff")

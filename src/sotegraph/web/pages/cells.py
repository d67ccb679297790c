"""Terms of a result as cells of a table: names beside IRIs, languages and datatypes kept, numbers known as such."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sotegraph.entities import Text, Value
from sotegraph.questions.table import Term
from sotegraph.questions.workbook import native_value
from sotegraph.terms import PREFIXES, XSD_STRING, shorten
from sotegraph.web.pages.rendering import Writer

_YEAR = PREFIXES["xsd"] + "gYear"


@dataclass(frozen=True)
class Cell:
    """One term: its *value*, the *iri* that is shown by a name, and its *datatype* as a compact name."""

    value: Value
    iri: str | None = None
    datatype: str | None = None


def cell(writer: Writer, term: Term | None) -> Cell | None:
    """Return *term* as people read it; None for a variable without a value."""
    if term is None:
        return None
    if isinstance(term, NamedNode):
        value = writer.named(term.value)
        return Cell(value, term.value if value.text.value != f"<{term.value}>" else None)
    if isinstance(term, Literal):
        if term.language or term.datatype == XSD_STRING:
            return Cell(Value(Text(term.value, term.language or "")))
        kind = term.datatype.value
        return Cell(Value(Text(term.value), datatype=kind), datatype=shorten(kind, PREFIXES))
    return Cell(Value(Text(written_term(term))))


def written_term(term: Term) -> str:
    """A term as N-Triples writes it, a quoted triple between ``<<`` and ``>>``.

    >>> written_term(Triple(BlankNode("b"), NamedNode("urn:p"), Literal("x", language="fi")))
    '<< _:b <urn:p> "x"@fi >>'
    """
    if isinstance(term, Triple):
        return f"<< {' '.join(map(written_term, (term.subject, term.predicate, term.object)))} >>"
    return f"_:{term.value}" if isinstance(term, BlankNode) else str(term)


def number_of(term: Term | None) -> int | float | None:
    """The number that *term* is; None for other terms, a year among them, which counts nothing.

    >>> from sotegraph.terms import term
    >>> number_of(Literal(7)), number_of(Literal("7")), number_of(Literal("2024", datatype=term("xsd:gYear")))
    (7, None, None)
    """
    if not isinstance(term, Literal) or term.datatype.value == _YEAR:
        return None
    native = native_value(term)
    return native if isinstance(native, int | float) and not isinstance(native, bool) else None


def are_numbers(values: Iterable[Term | None]) -> bool:
    """Whether there are values, and all of them are numbers."""
    found = [each for each in values if each is not None]
    return bool(found) and all(number_of(each) is not None for each in found)

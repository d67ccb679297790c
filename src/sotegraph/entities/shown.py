"""What a page says of an entity, in one language: sections, rows, tables, values."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal

from sotegraph import coverage
from sotegraph.entities.index import Text


@dataclass(frozen=True)
class Amount:
    """A number with its unit of money, if it is one, and what is said of it: about, over, at most."""

    number: Literal
    currency: str | None
    remarks: tuple[Text, ...]


@dataclass(frozen=True)
class Value:
    """One value as a reader sees it.

    *href* is a local path or an http(s) address; *datatype* is the datatype's IRI for literals that are no plain text;
    *period* holds the two ends of an interval, either of them possibly open; *parts* are the named values of a part,
    *sources* say where it was taken from, and *facts* tell a member of a list from others of the same name.
    """

    text: Text
    href: str | None = None
    external: bool = False
    datatype: str | None = None
    period: tuple[Literal | None, Literal | None] | None = None
    amount: Amount | None = None
    parts: tuple[Row, ...] = ()
    sources: tuple[Value, ...] = ()
    facts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Line:
    """One node in a table: its values column by column, and where it was taken from.

    *link* leads to its own page, where the first value does not.
    """

    cells: tuple[tuple[Value, ...], ...]
    link: Value | None = None
    sources: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Table:
    """Nodes that one property embeds, one line each."""

    columns: tuple[Text, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Step:
    """One node of a sequence: its number if it has one, its name, who acts in it, and whether it *follows* the last."""

    number: Value | None
    name: Value
    actors: tuple[Value, ...]
    follows: bool = True


@dataclass(frozen=True)
class Remark:
    """What is not known where a row stands: the *entries* of the column of the coverage that counts its values."""

    column: coverage.Column
    entries: tuple[coverage.Entry, ...]


@dataclass(frozen=True)
class Row:
    """One property: its name, what it means, and its values or a table, with *remarks* on what is not known.

    Of a property with more than *limit* nodes one page is shown; *key* names the property when another is asked for.
    *steps* are the nodes of the table where they are drawn one after another.
    """

    iri: str
    name: Text
    description: Text | None
    values: tuple[Value, ...] = ()
    table: Table | None = None
    key: str = ""
    total: int = 0
    limit: int = 0
    remarks: tuple[Remark, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Section:
    """The rows under one heading; the heading is None for properties without a group."""

    heading: Text | None
    rows: tuple[Row, ...]

    @property
    def has_picture(self) -> bool:
        """Whether one of the rows is drawn."""
        return any(each.steps for each in self.rows)


@dataclass(frozen=True)
class IncomingGroup:
    """Entities that link here by one predicate and that no shape lays out; *shown* is one page of *total*."""

    predicate: str
    name: str
    heading: Text
    shown: tuple[Value, ...]
    total: int


@dataclass(frozen=True)
class EntityPage:
    """What the page of one entity says, in one language."""

    iri: str
    title: Text
    kinds: tuple[Text, ...]
    sections: tuple[Section, ...]
    incoming: tuple[IncomingGroup, ...]

    @property
    def has_picture(self) -> bool:
        """Whether anything on the page is drawn."""
        return any(each.has_picture for each in self.sections)

"""The description of a coverage: ``ontology/coverage.ttl``, and the queries beside it that fill the columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, parse

from sotegraph.errors import MalformedQuery, UnsoundPublication
from sotegraph.facts import Facts, Texts
from sotegraph.publication import Publication
from sotegraph.sparql import rebased, selected_variables
from sotegraph.terms import term

KNOWN = term("pub:known").value
NOT_FOUND = term("pub:notFound").value
DOES_NOT_EXIST = term("pub:doesNotExist").value
FILE = "ontology/coverage.ttl"
FOLDER = "ontology/coverage"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.rq")


@dataclass(frozen=True)
class Column:
    """One question that is asked of every row; *name* is that of its file, *query* the text in it.

    *shapes* are the property shapes whose values it counts; a column *in_heading* stands beside the name of each row.
    """

    iri: str
    name: str
    query: str
    labels: Texts
    descriptions: Texts
    order: float
    shapes: tuple[str, ...] = ()
    in_heading: bool = False


@dataclass(frozen=True)
class Coverage:
    """The members of the collection at *segment* are the rows; *rows_query*, if any, orders and groups them.

    *gaps* are columns of another table: things that something is not known of. *states* holds what the states of the
    core are called.
    """

    iri: str
    segment: str
    titles: Texts
    descriptions: Texts
    columns: tuple[Column, ...]
    rows_query: str | None
    states: Mapping[str, Texts]
    gaps: tuple[Column, ...] = ()


def read_coverage(publication: Publication) -> Coverage | None:
    """Return the coverage that *publication* describes, or None.

    Raises UnsoundPublication, with the file in question, for a description or a query that cannot be used.
    """
    path = publication.root / FILE
    found = [file for file in publication.files if file.path == path]
    if not found:
        return None
    facts = Facts(publication.read(found[0]))
    node = facts.one_of_type("pub:Coverage", FILE)
    segment = _text(facts, node, "pub:segment")
    if publication.collection(segment) is None:
        raise UnsoundPublication(
            "{file} takes its rows from {segment}, which is the segment of no collection; name one that is.",
            file=FILE,
            segment=segment,
        )
    rows = facts.texts(node, "pub:query")
    return Coverage(
        iri=node.value,
        segment=segment,
        titles=facts.texts(node, "dct:title"),
        descriptions=facts.texts(node, "dct:description"),
        columns=_columns(publication, facts, facts.objects(node, "pub:column"), ("row", "count")),
        rows_query=_query(publication, next(iter(rows.values())), ("row",)) if rows else None,
        states=state_names(),
        gaps=_columns(publication, facts, facts.objects(node, "pub:gap"), ("row", "thing")),
    )


def _columns(
    publication: Publication, facts: Facts, nodes: Sequence[Any], needed: tuple[str, ...]
) -> tuple[Column, ...]:
    columns = (_column(publication, facts, each, needed) for each in nodes)
    return tuple(sorted(columns, key=lambda each: (each.order, each.name)))


def _column(publication: Publication, facts: Facts, node: Any, needed: tuple[str, ...]) -> Column:
    file = _text(facts, node, "pub:query")
    shapes = facts.iris(node, "pub:counts")
    known = {each.iri for view in publication.classes.values() for each in view.properties}
    for each in shapes:
        if each not in known:
            raise UnsoundPublication(
                "{file} counts the values of {shape}, which no shape shows on a page; name one that is shown.",
                file=FILE,
                shape=each,
            )
    return Column(
        iri=node.value,
        name=file.removesuffix(".rq"),
        query=_query(publication, file, needed),
        labels=facts.texts(node, "rdfs:label"),
        descriptions=facts.texts(node, "dct:description"),
        order=facts.number(node, "sh:order", 1_000),
        shapes=shapes,
        in_heading=facts.flag(node, "pub:inHeading"),
    )


def _text(facts: Facts, node: Any, name: str) -> str:
    for text in facts.texts(node, name).values():
        return text
    raise UnsoundPublication("{file}: {subject} has no {name}; state one.", file=FILE, subject=node, name=name)


def _query(publication: Publication, name: str, needed: tuple[str, ...]) -> str:
    """The text of the query file *name*, re-based, once it is certain that it selects what is *needed*."""
    file = f"{FOLDER}/{name}"
    if not _NAME.fullmatch(name):
        raise UnsoundPublication(
            "{file} is no name of a query file; take a to z, 0 to 9 and the hyphen, and the ending .rq.", file=file
        )
    try:
        text = rebased((publication.root / file).read_text("utf-8"), publication.rebase)
    except OSError:
        raise UnsoundPublication("{file} is missing; {description} names it.", file=file, description=FILE) from None
    try:
        selected = selected_variables(text)
    except MalformedQuery as error:
        raise UnsoundPublication("{file} is no SPARQL query: {problem}", file=file, problem=error) from None
    missing = [f"?{each}" for each in needed if each not in selected]
    if missing:
        raise UnsoundPublication("{file} does not select {missing}.", file=file, missing=", ".join(missing))
    return text


@cache
def state_names() -> Mapping[str, Texts]:
    """What the states of the core are called."""
    vocabulary = files("sotegraph").joinpath("vocabulary", "publication.ttl").read_bytes()
    facts = Facts(parse(vocabulary, RdfFormat.TURTLE))
    return {iri: facts.texts(NamedNode(iri), "rdfs:label") for iri in (KNOWN, NOT_FOUND, DOES_NOT_EXIST)}

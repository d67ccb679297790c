"""The description of a coverage: ``ontology/coverage.ttl``, and the queries beside it that fill the columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from pyoxigraph import Dataset, Literal, NamedNode, Quad, RdfFormat, parse

from sotegraph.errors import MalformedQuery, UnsoundPublication
from sotegraph.publication import Publication, Texts
from sotegraph.sparql import rebased, selected_variables
from sotegraph.terms import RDF_TYPE, term

KNOWN = term("pub:known").value
NOT_FOUND = term("pub:notFound").value
DOES_NOT_EXIST = term("pub:doesNotExist").value
FILE = "ontology/coverage.ttl"
FOLDER = "ontology/coverage"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.rq")


@dataclass(frozen=True)
class Column:
    """One question that is asked of every row; *name* is that of its file, *query* the text in it."""

    iri: str
    name: str
    query: str
    labels: Texts
    descriptions: Texts
    order: float


@dataclass(frozen=True)
class Coverage:
    """The members of the collection at *segment* are the rows; *rows_query*, if any, orders and groups them.

    *states* holds what the states of the core are called.
    """

    iri: str
    segment: str
    titles: Texts
    descriptions: Texts
    columns: tuple[Column, ...]
    rows_query: str | None
    states: dict[str, Texts]


def read_coverage(publication: Publication) -> Coverage | None:
    """Return the coverage that *publication* describes, or None.

    Raises UnsoundPublication, with the file in question, for a description or a query that cannot be used.
    """
    path = publication.root / FILE
    found = [file for file in publication.files if file.path == path]
    if not found:
        return None
    facts = _Facts(publication.read(found[0]))
    node = facts.one_of_type("pub:Coverage")
    segment = facts.text(node, "pub:segment")
    if publication.collection(segment) is None:
        raise UnsoundPublication(
            "{file} takes its rows from {segment}, which is the segment of no collection; name one that is.",
            file=FILE,
            segment=segment,
        )
    columns = (_column(publication, facts, each) for each in facts.objects(node, "pub:column"))
    rows = facts.texts(node, "pub:query")
    return Coverage(
        iri=node.value,
        segment=segment,
        titles=facts.texts(node, "dct:title"),
        descriptions=facts.texts(node, "dct:description"),
        columns=tuple(sorted(columns, key=lambda each: (each.order, each.name))),
        rows_query=_query(publication, next(iter(rows.values())), ("row",)) if rows else None,
        states=_states(),
    )


def _column(publication: Publication, facts: _Facts, node: Any) -> Column:
    file = facts.text(node, "pub:query")
    orders = [float(each.value) for each in facts.objects(node, "sh:order")]
    return Column(
        iri=node.value,
        name=file.removesuffix(".rq"),
        query=_query(publication, file, ("row", "count")),
        labels=facts.texts(node, "rdfs:label"),
        descriptions=facts.texts(node, "dct:description"),
        order=min(orders, default=1_000),
    )


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


def _states() -> dict[str, Texts]:
    vocabulary = files("sotegraph").joinpath("vocabulary", "publication.ttl").read_bytes()
    facts = _Facts(parse(vocabulary, RdfFormat.TURTLE))
    return {iri: facts.texts(NamedNode(iri), "rdfs:label") for iri in (KNOWN, NOT_FOUND, DOES_NOT_EXIST)}


class _Facts:
    """The triples of the description, read by compact names."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.dataset = Dataset(quads)

    def one_of_type(self, name: str) -> NamedNode:
        typed = (quad.subject for quad in self.dataset.quads_for_object(term(name)) if quad.predicate == RDF_TYPE)
        nodes = [each for each in typed if isinstance(each, NamedNode)]
        if len(nodes) != 1:
            raise UnsoundPublication(
                "{file} describes {count} nodes of class {name}; describe exactly one.",
                file=FILE,
                count=len(nodes),
                name=name,
            )
        return nodes[0]

    def objects(self, subject: NamedNode, name: str) -> list[Any]:
        predicate = term(name)
        found = (quad.object for quad in self.dataset.quads_for_subject(subject) if quad.predicate == predicate)
        return sorted(found, key=str)

    def texts(self, subject: NamedNode, name: str) -> Texts:
        return {each.language or "": each.value for each in self.objects(subject, name) if isinstance(each, Literal)}

    def text(self, subject: NamedNode, name: str) -> str:
        for text in self.texts(subject, name).values():
            return text
        raise UnsoundPublication("{file}: {subject} has no {name}; state one.", file=FILE, subject=subject, name=name)

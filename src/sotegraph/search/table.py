"""A list as CSV: a line for each thing, names beside IRIs, its identifiers, and its values in each facet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import NamedNode

from sotegraph.entities import Index
from sotegraph.publication import Collection
from sotegraph.search.facets import values_of
from sotegraph.terms import term
from sotegraph.views import Facet

SEPARATOR = " | "
"""What stands between several values of one cell."""
_IDENTIFIER, _NOTATION, _TYPE = term("adms:identifier"), term("skos:notation"), term("dct:type")


def list_csv(index: Index, collection: Collection, iris: Iterable[str], language: str) -> bytes:
    """Return the things *iris* of *collection* as CSV (RFC 4180), their names in *language* as far as they have any."""
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(header_of(collection))
    for _, rows in rows_of(index, collection, iris, (language,)):
        writer.writerow(rows[language])
    return output.getvalue().encode()


def found_csv(index: Index, facets: Sequence[Facet], iris: Iterable[str], language: str) -> bytes:
    """Return the things *iris* of several lists as CSV: their names, in which list each stands, its values in *facets*.

    A value is that of the facet which has the same name in the list where a thing stands.
    """
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    columns = [column for facet in facets for column in _columns(facet)]
    writer.writerow(["thing", "thingLabel", "thingLanguage", "type", "typeLabel", *columns])
    for iri in iris:
        label, collection = index.name(iri, language).stated, index.collection_of(iri)
        kind = index.choose(collection.labels, language) if collection else None
        row = [iri, label.value, label.language, collection.segment if collection else "", kind.value if kind else ""]
        own = {each.name: each for each in collection.facets} if collection else {}
        for facet in facets:
            values = sorted(values_of(index.version, own[facet.name], iri)) if facet.name in own else []
            row.append(SEPARATOR.join(values))
            if not facet.by_year:
                row.append(SEPARATOR.join(index.name(each, language).stated.value for each in values))
        writer.writerow(row)
    return output.getvalue().encode()


def rows_of(
    index: Index, collection: Collection, iris: Iterable[str], languages: Sequence[str]
) -> Iterator[tuple[str, Mapping[str, Sequence[str]]]]:
    """Each of the things *iris* of *collection*, and its row of a table in each of *languages*."""
    names: dict[tuple[str, str], str] = {}

    def name(iri: str, language: str) -> str:
        if (iri, language) not in names:
            names[iri, language] = index.name(iri, language).stated.value
        return names[iri, language]

    for iri in iris:
        identified = identifiers_of(index, iri)
        known = [SEPARATOR.join(identified.get(kind.type, ())) for kind in collection.identifier_kinds]
        values = [(facet, sorted(values_of(index.version, facet, iri))) for facet in collection.facets]
        rows = {}
        for language in languages:
            label = index.name(iri, language).stated
            row = [iri, label.value, label.language, *known]
            for facet, found in values:
                row.append(SEPARATOR.join(found))
                if not facet.by_year:
                    row.append(SEPARATOR.join(name(each, language) for each in found))
            rows[language] = row
        yield iri, rows


def header_of(collection: Collection) -> list[str]:
    """The names of the columns of the table of *collection*."""
    own = collection.segment.rpartition("/")[2]
    facets = (column for facet in collection.facets for column in _columns(facet))
    return [own, f"{own}Label", f"{own}Language", *(each.name for each in collection.identifier_kinds), *facets]


def _columns(facet: Facet) -> Iterator[str]:
    yield facet.name
    if not facet.by_year:
        yield f"{facet.name}Label"


def identifiers_of(index: Index, iri: str) -> dict[str, list[str]]:
    """The identifiers of *iri* that stand in nodes of their own (ADMS, Identifier), by type."""
    found: dict[str, list[str]] = {}
    for node in index.version.objects(NamedNode(iri), _IDENTIFIER):
        if isinstance(node, NamedNode):
            kinds = [each.value for each in index.version.objects(node, _TYPE) if isinstance(each, NamedNode)]
            texts = [getattr(each, "value", "") for each in index.version.objects(node, _NOTATION)]
            for kind in kinds or [""]:
                found.setdefault(kind, []).extend(sorted(texts))
    return found

"""What is computed once a version, kept beside it: who serves the version opens these files and computes nothing again.

They hold nothing that cannot be computed from the statements, so files of another release, or none, are no error.
"""

from __future__ import annotations

import base64
import json
import sys
from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph import __version__
from sotegraph.catalog import Tallies, tallies_of_values, tallies_to_values
from sotegraph.coverage import CoverageTable, Entry, Row, RowGroup, read_coverage
from sotegraph.entities import Index, assemble_index, lists_depend_on
from sotegraph.publication import Publication
from sotegraph.questions import Question
from sotegraph.search import Order, Search, Shelf, Values, build_search, search_depends_on, shelve
from sotegraph.store import Version, link

PREPARED = "prepared"
"""The folder below that of a version."""
_INDEX, _SEARCH, _WORDS, _TALLIES = "index.json", "search.json", "search.sqlite", "tallies.json"
_HEADER = {"software": f"sotegraph {__version__}", "format": 1, "byteorder": sys.byteorder}


def prepare(index: Index, tallies: Tallies, folder: Path) -> None:
    """Write what is computed of a version to the new *folder*: its *index*, the search, and the *tallies*."""
    folder.mkdir()
    _write(folder / _TALLIES, tallies_to_values(tallies))
    search = build_search(index, folder)
    _write(folder / _INDEX, _index_values(index))
    _write(folder / _SEARCH, {each.collection.segment: _shelf_values(each) for each in search.shelves})


def carry_over(index: Index, tallies: Tallies, before: Path, folder: Path) -> bool:
    """Write the same, with the search that was written to the folder *before*; return False where there is none.

    *index* has to have the lists that it had then, and nothing that :func:`depends_on` names may have changed.
    """
    if _read(before / _SEARCH) is None:
        return False
    folder.mkdir()
    for name in (_SEARCH, _WORDS):
        link(before / name, folder / name)
    _write(folder / _TALLIES, tallies_to_values(tallies))
    _write(folder / _INDEX, _index_values(index))
    return True


def depends_on(publication: Publication) -> frozenset[str]:
    """The predicates of all statements that lists and search are made of."""
    return lists_depend_on(publication) | search_depends_on(publication)


def prepared_tallies(folder: Path) -> Tallies | None:
    """Return the tallies that were written to *folder*; None without any that this release can use."""
    found = _read(folder / _TALLIES)
    return None if found is None else tallies_of_values(found)


def prepared_index(
    publication: Publication, version: Version, questions: tuple[Question, ...], folder: Path
) -> Index | None:
    """Return the index of *version* as it was written to *folder*; None without one that this release can use."""
    found = _read(folder / _INDEX)
    if found is None:
        return None
    described = read_coverage(publication)
    members = {segment: tuple(iris) for segment, iris in found["members"].items()}
    ordered = {
        (segment, language): tuple(map(members[segment].__getitem__, _numbers(places)))
        for segment, language, places in found["ordered"]
    }
    index = Index(
        publication,
        version,
        publication.addresses(found["pages"]),
        members,
        {},
        {graph: datetime.fromisoformat(moment) for graph, moment in found["modified"].items()},
        CoverageTable(described, *_covered(found["covered"])) if described and found["covered"] else None,
        questions,
    )
    return assemble_index(index, ordered)


def prepared_search(index: Index, folder: Path, place: Path) -> Search | None:
    """Return the search of *index* as it was written to *folder*, None without one that this release can use.

    The folder *place* gets a file of its own: the version may be removed while its search is still in use.
    """
    found = _read(folder / _SEARCH)
    if found is None:
        return None
    own = folder / _WORDS
    file = place / own.name
    link(own, file)
    shelves: list[Shelf] = []
    for collection in index.publication.collections:
        start = shelves[-1].start + len(shelves[-1].iris) if shelves else 0
        values = found[collection.segment]
        facets = {
            each.name: Values(
                each,
                {value: int.from_bytes(base64.b85decode(held), "little") for value, held in kept["members"].items()},
                {wide: tuple(below) for wide, below in kept["narrower"].items()},
                tuple(kept["top"]),
                kept["years"],
            )
            for each in collection.facets
            for kept in (values["facets"][each.name],)
        }
        orders = {(sort, language): Order.of(_numbers(places)) for sort, language, places in values["orders"]}
        shelves.append(shelve(index, collection, start, facets, orders))
    return Search.of(index, file, tuple(shelves))


def _index_values(index: Index) -> dict[str, Any]:
    numbers = {segment: {iri: place for place, iri in enumerate(iris)} for segment, iris in index.members.items()}
    covered = index.covered
    return {
        "pages": dict(index.addresses.pages),
        "members": dict(index.members),
        "ordered": [
            (segment, language, _packed(map(numbers[segment].__getitem__, iris)))
            for (segment, language), iris in index.ordered.items()
        ],
        "modified": {graph: moment.isoformat() for graph, moment in index.modified.items()},
        "covered": [list(map(_group_values, covered.groups)), covered.elsewhere] if covered else None,
    }


def _shelf_values(shelf: Shelf) -> dict[str, Any]:
    facets = {
        name: {
            "members": {value: _held(found) for value, found in values.members.items()},
            "narrower": dict(values.narrower),
            "top": values.top,
            "years": values.years,
        }
        for name, values in shelf.values.items()
    }
    orders = [(sort, language, _packed(order.places)) for (sort, language), order in shelf.orders.items()]
    return {"facets": facets, "orders": orders}


def _held(found: int) -> str:
    return base64.b85encode(found.to_bytes(found.bit_length() // 8 + 1, "little")).decode()


def _packed(numbers: Iterable[int]) -> str:
    return base64.b85encode(array("I", numbers).tobytes()).decode()


def _numbers(packed: str) -> Sequence[int]:
    numbers = array("I")
    numbers.frombytes(base64.b85decode(packed))
    return numbers


def _group_values(group: RowGroup) -> list[Any]:
    rows = [(row.iri, [[_entry_values(each) for each in cell] for cell in row.cells], row.gaps) for row in group.rows]
    return [_term_values(group.heading), rows]


def _entry_values(entry: Entry) -> list[Any]:
    return [entry.count, entry.state, entry.out_of, _term_values(entry.period), entry.latest]


def _term_values(term: NamedNode | Literal | None) -> list[str | None] | None:
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return [term.value]
    return [term.value, term.language, term.datatype.value]


def _term(values: list[Any] | None) -> Any:
    if values is None:
        return None
    if len(values) == 1:
        return NamedNode(values[0])
    value, language, datatype = values
    return Literal(value, language=language) if language else Literal(value, datatype=NamedNode(datatype))


def _covered(values: list[Any]) -> tuple[tuple[RowGroup, ...], tuple[tuple[str, ...], ...]]:
    groups, elsewhere = values
    return tuple(map(_group, groups)), tuple(map(tuple, elsewhere))


def _group(values: list[Any]) -> RowGroup:
    heading, rows = values
    return RowGroup(
        _term(heading),
        tuple(
            Row(iri, tuple(tuple(map(_entry, cell)) for cell in cells), tuple(map(tuple, gaps)))
            for iri, cells, gaps in rows
        ),
    )


def _entry(values: list[Any]) -> Entry:
    count, state, out_of, period, latest = values
    return Entry(count, state, out_of, _term(period), latest)


def _write(path: Path, values: object) -> None:
    path.write_text(json.dumps({**_HEADER, "values": values}, ensure_ascii=False), "utf-8")


def _read(path: Path) -> Any:
    """The values that were written to *path*; None without a file, or for one of another release."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    same = isinstance(found, dict) and all(found.get(name) == value for name, value in _HEADER.items())
    return found["values"] if same else None

"""When a dataset changed last: in the version that is being made, or when the catalogue of the version before says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from sotegraph.catalog.names import Names
from sotegraph.publication import Publication
from sotegraph.terms import CATALOG, WHOLE, term

_MODIFIED, _MOMENT = term("dct:modified"), term("xsd:dateTime")


def last_changes(
    publication: Publication, before: Iterable[bytes], changed: Iterable[str], now: datetime
) -> Mapping[str, datetime]:
    """Return when each dataset changed last, by its IRI, as far as there was a change since the first version.

    *before* are the lines of the catalogue of the version before, in N-Quads; *changed* the graphs by which the version
    that is made *now* differs from it. A day is what a source says of itself, a moment what was found so before.
    """
    names = Names.of(publication)
    home, own = publication.graph("").value, f" <{publication.graph(CATALOG).value}> .".encode()
    wanted = f"> <{_MODIFIED.value}> ".encode()
    lines = b"".join(line for line in before if wanted in line and own in line)
    known = {
        quad.subject.value: datetime.fromisoformat(quad.object.value)
        for quad in parse(lines, RdfFormat.N_QUADS)
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal) and quad.object.datatype == _MOMENT
    }
    touched = [each.removeprefix(home) for each in changed]
    for name in [*touched, *([WHOLE] if touched else [])]:
        known[names.catalogued(name).value] = now
    return known

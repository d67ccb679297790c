"""When the graphs of a version were changed, as far as they say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode

from sotegraph.store import Version
from sotegraph.terms import term

_MODIFIED = (term("dct:modified"), term("prov:generatedAtTime"), term("dct:issued"))


def times_of_graphs(version: Version) -> Iterator[tuple[str, datetime]]:
    """Each graph that tells when it was changed or made, and the latest time that it tells."""
    for graph in version.graphs:
        times = [
            moment
            for predicate in _MODIFIED
            for value in version.objects(NamedNode(graph), predicate)
            if isinstance(value, Literal) and (moment := _moment(value.value))
        ]
        if times:
            yield graph, max(times)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""Write a version into an engine, so that whoever reads meanwhile finds the old one whole, the new one whole, or none.

The marker goes first and comes last (see :mod:`sotegraph.remote.marker`). What breaks off in between leaves the engine
marked as being loaded; the same loading, begun again, ends it.
"""

from __future__ import annotations

import io
import tempfile
import uuid
from collections.abc import Callable, Mapping
from typing import BinaryIO, cast

from pyoxigraph import NamedNode, RdfFormat, serialize

from sotegraph.errors import EngineUnfit
from sotegraph.remote.engine import Engine
from sotegraph.remote.marker import MARKER, Marker
from sotegraph.store import Version, checksum

_SPOOLED_BYTES = 64 << 20
_COUNTS = "SELECT ?graph (COUNT(*) AS ?count) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"

Progress = Callable[[int], None]


def write_version(
    engine: Engine, version: Version, base_iri: str, size_bytes: int, progress: Progress | None = None
) -> Marker:
    """Return the marker of *version*, which the engine now holds, and nothing of the version before it.

    Raises EngineAway or EngineUnfit when that could not be done, or when the engine counts other triples than it was
    given. *progress* is told the number of triples written so far.
    """
    before = engine.marker()
    stale = set(before.graphs if before else ()) - set(version.graphs)
    token = uuid.uuid4().hex
    _put_marker(engine, Marker(token, graphs=dict.fromkeys([*version.graphs, *stale], 0)))
    done, checksums = 0, {}
    for graph, count in version.graphs.items():
        checksums[graph] = graph_checksum(version, graph)
        _put(engine, version, graph, graph)
        done += count
        if progress is not None:
            progress(done)
    _write_default_graph(engine, version)
    for graph in sorted(stale):
        engine.delete_graph(graph)
    _compare(engine, version)
    now = engine.marker()
    if now is None or now.token != token:
        raise EngineUnfit("Somebody else has begun to load the engine meanwhile. Load it once more, and alone.")
    after = Marker(
        token,
        version.id,
        version.created,
        base_iri,
        version.triples,
        size_bytes,
        dict(version.graphs),
        checksums,
        version.computed,
    )
    _put_marker(engine, after)
    return after


def deliver_version(
    engine: Engine, version: Version, base_iri: str, size_bytes: int, progress: Progress | None = None
) -> Marker:
    """Return the marker of *version*, which the engine now holds: written to it, unless it held that one already."""
    marker = engine.marker()
    if marker is not None and _is_of(marker, version, base_iri):
        return marker
    return write_version(engine, version, base_iri, size_bytes, progress)


def _is_of(marker: Marker, version: Version, base_iri: str) -> bool:
    """Whether *marker* is of *version*, the graphs that were computed included, which the id does not cover."""
    same = (marker.id, marker.base_iri, marker.graphs) == (version.id, base_iri, version.graphs)
    return same and all(marker.checksums[graph] == graph_checksum(version, graph) for graph in version.computed)


def graph_checksum(version: Version, graph: str) -> str:
    """Return the checksum of one named graph."""
    return checksum(version.store.quads_for_pattern(None, None, None, NamedNode(graph)))


def _put_marker(engine: Engine, marker: Marker) -> None:
    data = serialize(marker.triples_of_it(), format=RdfFormat.N_TRIPLES) or b""
    engine.put_graph(MARKER.value, io.BytesIO(data), len(data))


def _put(engine: Engine, version: Version, source: str | None, target: str) -> None:
    """Write the graph *source* of *version*, None being the default graph, as the engine's graph *target*."""
    with tempfile.SpooledTemporaryFile(_SPOOLED_BYTES) as file:
        output = cast(BinaryIO, file)
        version.write(output, RdfFormat.N_TRIPLES, {}, NamedNode(source) if source else None)
        engine.put_graph(target, output, output.tell())


def _write_default_graph(engine: Engine, version: Version) -> None:
    """Make the default graph of the named ones.

    By an update, blank nodes of the default graph are those of the named graphs. Without one, they are copies.
    """
    target = engine.address.default_graph
    if engine.address.update is None:
        return _put(engine, version, None, target)
    engine.update(f"CLEAR SILENT GRAPH {NamedNode(target)}")
    for graph in version.graphs:
        engine.update(f"ADD GRAPH {NamedNode(graph)} TO GRAPH {NamedNode(target)}")
    return None


def _compare(engine: Engine, version: Version) -> None:
    """Make sure that the engine counts the triples that it was given."""
    default = engine.address.default_graph
    found = {graph: int(count) for graph, count in engine.select(_COUNTS)}
    compare_counts({**version.graphs, default: version.triples}, found)


def compare_counts(expected: Mapping[str, int], found: Mapping[str, int]) -> None:
    """Raise EngineUnfit for the first graph of which other triples are *found* than *expected*."""
    for graph, count in expected.items():
        if found.get(graph, 0) != count:
            raise EngineUnfit(
                "The engine has {found} triples in {graph}, and should have {expected}. It is too small, or takes "
                "different values for the same; it cannot serve this publication.",
                graph=graph,
                found=found.get(graph, 0),
                expected=count,
            )

"""Fetch the version that an engine holds, so that pages need it no longer."""

from __future__ import annotations

import dataclasses
import logging
import shutil
import time
from collections.abc import Callable, Iterator

from pyoxigraph import NamedNode, Quad

from sotegraph.errors import EngineAway, EngineLoading, EngineUnfit
from sotegraph.remote.engine import Engine
from sotegraph.remote.marker import Marker
from sotegraph.remote.writing import compare_counts, graph_checksum
from sotegraph.settings import Settings
from sotegraph.store import Version, build_version, temporary_folder

_LOGGER = logging.getLogger("sotegraph")
_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.2, 2.0


def fetch_version(
    settings: Settings, base_iri: str, progress: Callable[[int], None] | None = None
) -> tuple[Version, Marker]:
    """Return the version on the engine of *settings*, and its marker; the publication's base is *base_iri*.

    Waits ``store_start_limit_ms`` for an engine that is away or being loaded. Raises EngineUnfit after that, and when
    the engine holds nothing, something else, or not what was loaded. *progress* is told the number of triples read.
    """
    deadline = time.monotonic() + settings.store_start_limit_ms / 1000
    delay = _FIRST_DELAY_S
    while True:
        try:
            with Engine(settings) as engine:
                return _fetch(engine, settings, base_iri, progress)
        except (EngineAway, EngineLoading) as error:
            if time.monotonic() + delay > deadline:
                raise EngineUnfit(error.template, **error.values) from None
            _LOGGER.warning("%s It is tried again.", error)
            time.sleep(delay)
            delay = min(delay * 2, _LONGEST_DELAY_S)


def _fetch(
    engine: Engine, settings: Settings, base_iri: str, progress: Callable[[int], None] | None
) -> tuple[Version, Marker]:
    marker = _whole(engine.marker(), base_iri)
    on_disk = temporary_folder() if marker.size_bytes > settings.memory_limit_file_bytes else None
    try:
        version = build_version(_quads(engine, marker), on_disk=on_disk, progress=progress)
        now = engine.marker()
        if now is None or now.token != marker.token:
            raise _loading()
        compare_counts(marker.graphs, version.graphs)
    except BaseException:
        if on_disk is not None:
            shutil.rmtree(on_disk.parent, ignore_errors=True)
        raise
    if version.id != marker.id:
        _warn(version, marker)
    assert marker.created is not None
    return dataclasses.replace(version, id=marker.id, created=marker.created, computed=marker.computed), marker


def _whole(marker: Marker | None, base_iri: str) -> Marker:
    if marker is None:
        raise EngineUnfit("The engine holds no publication yet. Load one: sotegraph load FOLDER.")
    if not marker.id:
        raise _loading()
    if marker.base_iri != base_iri:
        raise EngineUnfit(
            "The engine holds a publication whose base is {found}; that of the folder is {expected}. Load this folder, "
            "or name another one.",
            found=marker.base_iri,
            expected=base_iri,
        )
    return marker


def _loading() -> EngineLoading:
    return EngineLoading("A version is being loaded into the engine, or its loading broke off and has to be repeated.")


def _quads(engine: Engine, marker: Marker) -> Iterator[Quad]:
    for graph, count in marker.graphs.items():
        if count:
            name = NamedNode(graph)
            for triple in engine.read_graph(graph):
                yield Quad(triple.subject, triple.predicate, triple.object, name)


def _warn(version: Version, marker: Marker) -> None:
    """Say which graphs came back in other words; none where our own store has changed the same ones already."""
    differing = [graph for graph, known in marker.checksums.items() if graph_checksum(version, graph) != known]
    if differing:
        _LOGGER.warning(
            "the engine writes some values in another way than they were loaded, and pages show them so. Graphs: %s",
            ", ".join(differing),
        )

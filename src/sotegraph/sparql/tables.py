"""The tables of a store on disk, opened all at once: it opens by itself only some, and the others when it needs them.

A worker opens no file while it evaluates. So every table has to be open before: in each index some places are looked
up, then ever more of them, until none of the tables is left.
"""

from __future__ import annotations

import itertools
import logging
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from sotegraph.store import Version

_LOGGER = logging.getLogger("sotegraph")
_DESCRIPTORS = Path("/proc/self/fd")
_PLACES = 32
_BETWEEN_LOOKS = 64
_MOST_LOOKED_UP = 5_000
"""So few that it ends within a second, should a table be one that no look-up needs: nor does any query then."""
_Graph = NamedNode | BlankNode | DefaultGraph


def with_open_tables(load: Callable[[], Version]) -> Version:
    """Return the version that *load* opens, every table of whose store is open: to read it, nothing more is opened."""
    # The same tables may be open already, for another store: the parent's, or one of the same version.
    before = _open_files()
    version = load()
    if version.folder is None:
        return version
    tables = Counter(os.path.realpath(each) for each in version.folder.glob("*.sst"))
    places = _places(version.store)
    while closed := tables - (_open_files() - before):
        if not sum(1 for _ in itertools.islice(places, _BETWEEN_LOOKS)):
            _LOGGER.warning("%d tables of %s were not opened", len(closed), version.folder)
            break
    return version


def _open_files() -> Counter[str]:
    """What this process has open, and how often; nothing where the system does not tell."""
    try:
        return Counter(os.path.realpath(each) for each in _DESCRIPTORS.iterdir())
    except OSError:
        return Counter()


def _places(store: Store) -> Iterator[Quad]:
    """Look places of each index up, those first that are spread over all of it, then what stands there."""
    graphs: list[_Graph] = [DefaultGraph(), *store.named_graphs()]
    chance = random.Random(0)
    for _ in range(_PLACES):
        # Names stand in the order of their hashes: any will do, be it the name of nothing.
        name = NamedNode(f"urn:x:{chance.random()}")
        for graph in graphs:
            yield from _look_up(store, Quad(name, name, name, graph))
    told = [store.quads_for_pattern(None, None, None, graph) for graph in graphs]
    for quad in itertools.islice(_in_turn(told), _MOST_LOOKED_UP):
        yield from _look_up(store, quad)


def _in_turn(sources: list[Iterator[Quad]]) -> Iterator[Quad]:
    """The quads of all *sources*, one of each in turn."""
    for round_ in itertools.zip_longest(*sources):
        yield from (each for each in round_ if each is not None)


def _look_up(store: Store, quad: Quad) -> Iterator[Quad]:
    """Look *quad* up in the index of each order of its terms, and yield it when that is done."""
    for graph in (quad.graph_name, None):
        next(store.quads_for_pattern(quad.subject, None, None, graph), None)
        next(store.quads_for_pattern(None, quad.predicate, None, graph), None)
        next(store.quads_for_pattern(None, None, quad.object, graph), None)
    yield quad

"""How long a publication takes to load, beside what the store alone needs for the same triples."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from benchmarks.engines import OURS, Material

BARE = "pyoxigraph, triples only"
_BULK = "store.bulk_load(path={triples!r}, format=RdfFormat.N_TRIPLES{graph})"
_TIMED = "import time\n{imports}\nstart = time.perf_counter()\n{work}\nprint(time.perf_counter() - start)"
_PYOXIGRAPH = "from pyoxigraph import NamedNode, RdfFormat, Store"
_OURS = "from pathlib import Path\nfrom sotegraph.loading import load_folder"


def load_times(material: Material, rounds: int, tell: Callable[[str], None]) -> dict[str, list[float]]:
    """The seconds of each round by way of loading, each in a process of its own.

    The second way does what the store does under our layer: every triple in a named graph and in the default graph.
    """
    triples = str(material.triples)
    named = _BULK.format(triples=triples, graph=', to_graph=NamedNode("urn:named")')
    alone = "store = Store()\n" + _BULK.format(triples=triples, graph="")
    ways = {
        BARE: _TIMED.format(imports=_PYOXIGRAPH, work=alone),
        "pyoxigraph, default and named graph": _TIMED.format(imports=_PYOXIGRAPH, work=f"{alone}\n{named}"),
        OURS: _TIMED.format(imports=_OURS, work=f"load_folder(Path({str(material.folder)!r}))"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, program in ways.items():
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
            seconds[name].append(float(done.stdout))
    tell(f"loading: {rounds} rounds done")
    return seconds

"""Serve the small publication with quads beside it, as the command does: ``python -m tests.conformance.serving_quads``.

The quads are read from standard input as N-Quads.
"""

from __future__ import annotations

import itertools
import sys

from pyoxigraph import RdfFormat, parse

from sotegraph.entities import build_index
from sotegraph.publication import read_publication
from sotegraph.settings import Settings
from sotegraph.store import build_version
from sotegraph.web.server import serve
from tests.conftest import LIBRARY


def main() -> int:
    """Serve until a signal ends it; return the exit status."""
    publication = read_publication(LIBRARY)
    quads = itertools.chain.from_iterable(publication.read(file) for file in publication.files)
    more = parse(sys.stdin.buffer.read(), RdfFormat.N_QUADS)
    index = build_index(publication, build_version([*quads, *more]))
    return serve(
        Settings.from_environment(), publication, index, "127.0.0.1", 0, lambda said: print(said, file=sys.stderr)
    )


if __name__ == "__main__":
    sys.exit(main())

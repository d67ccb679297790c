"""Serve the small publication with quads beside it, as the command does: ``python -m tests.conformance.serving_quads``.

The quads are read from standard input as N-Quads.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from pyoxigraph import RdfFormat, parse

from sotegraph.loading import load_folder
from sotegraph.settings import Settings
from sotegraph.store import build_version
from sotegraph.web.server import serve
from tests.conftest import LIBRARY


def main() -> int:
    """Serve until a signal ends it; return the exit status."""
    settings = Settings.from_environment()
    index = load_folder(LIBRARY, settings)
    more = parse(sys.stdin.buffer.read(), RdfFormat.N_QUADS)
    index = replace(index, version=build_version([*index.version.quads(), *more]))
    return serve(settings, index.publication, index, "127.0.0.1", 0, lambda said: print(said, file=sys.stderr))


if __name__ == "__main__":
    sys.exit(main())

"""The process behind :class:`Isolated`: ``python -m sotegraph.validation.worker ENGINE``.

It reads N-Quads, data in the default graph and shapes in one named graph, and writes the name of the engine on a line
and the results after it, or why the shapes cannot be applied.
"""

from __future__ import annotations

import sys

from pyoxigraph import RdfFormat, Triple, parse

from sotegraph.errors import MalformedShapes
from sotegraph.validation.engines import engine_called
from sotegraph.validation.exchange import encode_results
from sotegraph.validation.forked import collect_rarely
from sotegraph.validation.isolated import MALFORMED, SHAPES_GRAPH


def main() -> int:
    """Validate what stands on standard input; return the exit status."""
    collect_rarely()
    data: list[Triple] = []
    shapes: list[Triple] = []
    for quad in parse(sys.stdin.buffer, format=RdfFormat.N_QUADS):
        (shapes if quad.graph_name == SHAPES_GRAPH else data).append(quad.triple)
    try:
        engine = engine_called(sys.argv[1])
        results = encode_results(engine.find(data, shapes))
    except MalformedShapes as error:
        sys.stdout.buffer.write(str(error.values["problem"]).encode())
        return MALFORMED
    sys.stdout.buffer.write(f"{engine.name}\n".encode() + results)
    return 0


if __name__ == "__main__":
    sys.exit(main())

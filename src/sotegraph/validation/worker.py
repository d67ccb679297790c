"""The process behind :class:`IsolatedPySHACL`: ``python -m sotegraph.validation.worker``.

It reads N-Quads, data in the default graph and shapes in one named graph, and writes the validation report as
N-Triples, or why the shapes cannot be applied.
"""

from __future__ import annotations

import sys

from pyoxigraph import RdfFormat, Triple, parse, serialize

from sotegraph.errors import MalformedShapes
from sotegraph.validation.isolated import MALFORMED, SHAPES_GRAPH
from sotegraph.validation.pyshacl_engine import PySHACL


def main() -> int:
    """Validate what stands on standard input; return the exit status."""
    data: list[Triple] = []
    shapes: list[Triple] = []
    for quad in parse(sys.stdin.buffer, format=RdfFormat.N_QUADS):
        (shapes if quad.graph_name == SHAPES_GRAPH else data).append(quad.triple)
    try:
        report = PySHACL().report(data, shapes)
    except MalformedShapes as error:
        sys.stdout.buffer.write(str(error.values["problem"]).encode())
        return MALFORMED
    serialize(report, sys.stdout.buffer, format=RdfFormat.N_TRIPLES)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The engine in a process of its own (:mod:`sotegraph.validation.worker`): limited in time, free to switch rdflib."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from importlib.metadata import version

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from sotegraph.errors import MalformedShapes, TimeLimitReached
from sotegraph.validation.shares import deal

SHAPES_GRAPH = NamedNode("urn:x-sotegraph:shapes")
"""The named graph of the shapes in what the worker reads; the data stand in the default graph."""
CANNOT_BE_APPLIED = "The shapes cannot be applied: {problem}. Correct the shape."
MALFORMED = 3
"""The worker's exit status when the shapes cannot be applied; it then writes why instead of a report."""
_COMMAND = (sys.executable, "-P", "-m", "sotegraph.validation.worker")


class IsolatedPySHACL:
    """pySHACL in processes of its own, as many as there are processors, ended at *time_limit_s*."""

    def __init__(self, time_limit_s: float = 600, processes: int | None = None) -> None:
        self.time_limit_s = time_limit_s
        self.processes = processes or os.cpu_count() or 1

    @property
    def name(self) -> str:
        """The engine and its version."""
        return f"pyshacl {version('pyshacl')}"

    def report(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> list[Triple]:
        """The W3C validation report of *data* against *shapes*.

        Raises MalformedShapes when they cannot be applied, TimeLimitReached when it takes too long.
        """
        data = list(data)
        deadline = time.monotonic() + self.time_limit_s
        with ExitStack() as stack:
            workers = [stack.enter_context(_Worker(data, share)) for share in deal(list(shapes), data, self.processes)]
            try:
                return [triple for worker in workers for triple in worker.report(deadline - time.monotonic())]
            except subprocess.TimeoutExpired:
                raise TimeLimitReached(
                    "The validation was ended at its limit of {seconds} seconds. Send less at once.",
                    seconds=f"{self.time_limit_s:g}",
                ) from None


class _Worker:
    """One process with its share of the shapes; what it reads and writes goes through files, so that none waits."""

    def __init__(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> None:
        self.data, self.shapes = data, shapes

    def __enter__(self) -> _Worker:
        self.output = tempfile.TemporaryFile()
        with tempfile.TemporaryFile() as request:
            serialize(self.data, request, format=RdfFormat.N_TRIPLES)
            named = (Quad(each.subject, each.predicate, each.object, SHAPES_GRAPH) for each in self.shapes)
            serialize(named, request, format=RdfFormat.N_QUADS)
            request.seek(0)
            self.process = subprocess.Popen(_COMMAND, stdin=request, stdout=self.output)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.output.close()

    def report(self, time_limit_s: float) -> list[Triple]:
        """What the process reports; raises TimeoutExpired, MalformedShapes."""
        status = self.process.wait(max(0, time_limit_s))
        self.output.seek(0)
        if status == MALFORMED:
            raise MalformedShapes(CANNOT_BE_APPLIED, problem=self.output.read().decode())
        if status:
            raise subprocess.CalledProcessError(status, _COMMAND)
        return [quad.triple for quad in parse(self.output, format=RdfFormat.N_TRIPLES)]

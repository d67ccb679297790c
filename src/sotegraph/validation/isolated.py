"""An engine in a process of its own (:mod:`sotegraph.validation.worker`): limited in time, free to switch rdflib."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from sotegraph.errors import MalformedShapes, TimeLimitReached
from sotegraph.validation.exchange import decode_results
from sotegraph.validation.report import Result
from sotegraph.validation.shares import deal

SHAPES_GRAPH = NamedNode("urn:x-sotegraph:shapes")
"""The named graph of the shapes in what the worker reads; the data stand in the default graph."""
CANNOT_BE_APPLIED = "The shapes cannot be applied: {problem}. Correct the shape."
PYSHACL = "pyshacl"
"""The engine that is always installed, and the only one that gains by being run several times at once."""
CORE_ONLY = "core"
"""The engine for core constraints and nothing else."""
MALFORMED = 3
"""The worker's exit status when the shapes cannot be applied; it then writes why instead of results."""
_COMMAND = (sys.executable, "-P", "-m", "sotegraph.validation.worker")


class Isolated:
    """An engine in a process of its own, ended at *time_limit_s*; pySHACL in as many as there are processors.

    *engine* is one of the names in :data:`sotegraph.validation.engines.NAMES`; "auto" is the best that is installed.
    """

    def __init__(self, engine: str = "auto", *, time_limit_s: float = 600, processes: int | None = None) -> None:
        self.engine = engine
        self.time_limit_s = time_limit_s
        self.processes = processes or os.cpu_count() or 1
        self.name = engine
        """The engines that took part, and their versions, after the work; before it, what was asked for."""

    def find(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> list[Result]:
        """What *data* breaks in *shapes*.

        Raises MalformedShapes when they cannot be applied, TimeLimitReached when it takes too long.
        """
        data = list(data)
        deadline = time.monotonic() + self.time_limit_s
        shares = deal(list(shapes), data, self.processes) if self.engine == PYSHACL else [list(shapes)]
        with ExitStack() as stack:
            workers = [stack.enter_context(_Worker(self.engine, data, share)) for share in shares]
            try:
                found = [worker.results(deadline - time.monotonic()) for worker in workers]
            except subprocess.TimeoutExpired:
                raise out_of_time(self.time_limit_s) from None
        self.name = found[0][0]
        return [result for _, results in found for result in results]


def out_of_time(limit_s: float) -> TimeLimitReached:
    """Return the error for a validation that was ended at its limit."""
    return TimeLimitReached(
        "The validation was ended at its limit of {seconds} seconds. Send less at once.", seconds=f"{limit_s:g}"
    )


class _Worker:
    """One process with its share of the shapes; what it reads and writes goes through files, so that none waits."""

    def __init__(self, engine: str, data: Iterable[Triple], shapes: Iterable[Triple]) -> None:
        self.command = (*_COMMAND, engine)
        self.data, self.shapes = data, shapes

    def __enter__(self) -> _Worker:
        self.output = tempfile.TemporaryFile()
        with tempfile.TemporaryFile() as request:
            serialize(self.data, request, format=RdfFormat.N_TRIPLES)
            named = (Quad(each.subject, each.predicate, each.object, SHAPES_GRAPH) for each in self.shapes)
            serialize(named, request, format=RdfFormat.N_QUADS)
            request.seek(0)
            self.process = subprocess.Popen(self.command, stdin=request, stdout=self.output)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.output.close()

    def results(self, time_limit_s: float) -> tuple[str, list[Result]]:
        """The name of the engine and what it found; raises TimeoutExpired, MalformedShapes."""
        status = self.process.wait(max(0, time_limit_s))
        self.output.seek(0)
        if status == MALFORMED:
            raise MalformedShapes(CANNOT_BE_APPLIED, problem=self.output.read().decode())
        if status:
            raise subprocess.CalledProcessError(status, self.command)
        return self.output.readline().decode().strip(), decode_results(self.output.read())

"""pyshacl-turbo behind the seam: a compiled engine with pySHACL's interface, for every constraint; optional."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from pyoxigraph import Triple

from sotegraph.validation.rdflib_graphs import from_rdflib, graph_of, malformed, quiet, shapes_graph
from sotegraph.validation.report import Result, read_results

TURBO_FITS = ("0.6.5",)
"""The versions that the cross-checks have been run with."""
_MAX_DEPTH = 30


def turbo_is_there() -> bool:
    """Whether a version of pyshacl-turbo that is known to be right is installed."""
    try:
        return version("pyshacl-turbo") in TURBO_FITS and find_spec("pyshacl_turbo") is not None
    except PackageNotFoundError:
        return False


class Turbo:
    """pyshacl-turbo in this process."""

    @property
    def name(self) -> str:
        """The engine and its version."""
        return f"pyshacl-turbo {version('pyshacl-turbo')}"

    def find(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> tuple[Result, ...]:
        """What *data* breaks in *shapes*; raises MalformedShapes when they cannot be applied."""
        import pyshacl_turbo

        with quiet("rdflib.term"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Shapes that refer to themselves are cut short, as pySHACL does.
            try:
                _, report, _ = pyshacl_turbo.validate(
                    graph_of(data), shacl_graph=shapes_graph(shapes), inplace=True, max_validation_depth=_MAX_DEPTH
                )
            except (ValueError, RuntimeError, NotImplementedError, pyshacl_turbo.ReportableRuntimeError) as error:
                raise malformed(error) from None
            if isinstance(report, Exception):
                raise malformed(report)
            return read_results(from_rdflib(triple) for triple in report)

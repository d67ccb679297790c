"""Which engine does what: the parts of a shapes graph to those that are installed, pySHACL where none is.

Measured on 80,000 triples and 1,700 property shapes: core constraints 0.1 s by ``shacl`` and 6 s by pyshacl-turbo, 83
queries 0.5 s over the store; the whole by pySHACL in 25 s. So ``shacl`` and the queries take what they can, of a
submission as of a whole graph, and pyshacl-turbo, else pySHACL, what needs one engine for everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from importlib.metadata import version

from pyoxigraph import Quad, RdfFormat, Store, Triple, serialize

from sotegraph.errors import MalformedShapes, PublicationError
from sotegraph.validation.core_engine import CompiledCore, Core, core_is_there
from sotegraph.validation.details import Details
from sotegraph.validation.isolated import CORE_ONLY
from sotegraph.validation.pyshacl_engine import PySHACL
from sotegraph.validation.reach import Reach
from sotegraph.validation.report import Result
from sotegraph.validation.sparql_constraints import SparqlConstraints
from sotegraph.validation.splitting import split
from sotegraph.validation.state import State
from sotegraph.validation.turbo_engine import Turbo, turbo_is_there

AUTO = "auto"
NAMES = (AUTO, "pyshacl", "turbo", "split", CORE_ONLY)
"""What can be asked for: the best that is installed, or one of them; the last for core constraints only."""

WholeEngine = PySHACL | Turbo


def sparql_name() -> str:
    """The name of our own way with ``sh:sparql``, and the version of what runs the queries."""
    return f"sh:sparql over pyoxigraph {version('pyoxigraph')}"


def whole_engine() -> WholeEngine:
    """The engine for everything: pyshacl-turbo where it is installed, else pySHACL."""
    return Turbo() if turbo_is_there() else PySHACL()


class SplitEngine:
    """``shacl`` for core constraints, one query for each ``sh:sparql``, and *whole* for what cannot be split."""

    def __init__(self, whole: WholeEngine | None = None) -> None:
        self.whole = whole or whole_engine()
        self._used: list[str] = []

    @property
    def name(self) -> str:
        """The engines that took part, and their versions."""
        return ", ".join(self._used) or f"{Core().name}, {sparql_name()}"

    def find(self, data: Sequence[Triple], shapes: Sequence[Triple]) -> list[Result]:
        """What *data* breaks in *shapes*; raises MalformedShapes when they cannot be applied."""
        parts = split(shapes)
        try:
            core, constraints = CompiledCore(parts.core), SparqlConstraints(parts)
        except MalformedShapes:
            # It may be a pattern, say, that only another engine knows. That one has the last word.
            self._used = [self.whole.name]
            return list(self.whole.find(data, shapes))
        self._used = [Core().name]
        reach, state = Reach(parts.described), State(Store(), data)
        details = Details(parts.core)
        results = details.added(core.find(data), lambda shape, nodes: reach.extract(state, [(shape, nodes)]))
        if constraints:
            self._used.append(sparql_name())
            found = constraints.find(store_of(data))
            results += (replace(each, value=state.as_sent(each.focus, each.value)) for each in found)
        if parts.has_full:
            self._used.append(self.whole.name)
            results += self.whole.find(data, parts.full)
        return results


def store_of(data: Iterable[Triple]) -> Store:
    """A store with *data* in its default graph, blank nodes under their names."""
    store, triples = Store(), list(data)
    text = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    if b"_:" in text:  # The store would name them anew.
        store.bulk_extend(Quad(each.subject, each.predicate, each.object) for each in triples)
    else:
        store.bulk_load(text, RdfFormat.N_TRIPLES)
    return store


Engine = WholeEngine | SplitEngine | Core


def engine_called(name: str = AUTO) -> Engine:
    """The engine of this *name*, one of NAMES; raises PublicationError when it is not installed."""
    there = {"pyshacl": True, "turbo": turbo_is_there(), "split": core_is_there(), CORE_ONLY: core_is_there()}
    if name == AUTO:
        return SplitEngine() if there["split"] else whole_engine()
    if not there.get(name):
        raise PublicationError("The engine {name} is not installed. Install the extra that brings it.", name=name)
    makers: dict[str, Callable[[], Engine]] = {
        "pyshacl": PySHACL,
        "turbo": Turbo,
        "split": SplitEngine,
        CORE_ONLY: Core,
    }
    return makers[name]()

"""A submission checked against a published version, in a process of its own that can be ended at its limits.

The published graph stands beside what is sent, and only what the sending can affect is judged. What is sent is judged
as it was sent: no store stands between, which would write its numbers anew.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store, Triple

from sotegraph.errors import WrongValue
from sotegraph.messages import Messages, read_messages
from sotegraph.publication import Publication
from sotegraph.settings import Settings
from sotegraph.store import Version, build_version
from sotegraph.terms import term
from sotegraph.validation.exchange import decode_report, encode_report
from sotegraph.validation.forked import run_forked
from sotegraph.validation.judging import Judge
from sotegraph.validation.own_shapes import examine_own
from sotegraph.validation.prepared import PreparedShapes
from sotegraph.validation.report import INFO, VIOLATION, WARNING, Report, Result, sort_key
from sotegraph.validation.seam import told
from sotegraph.validation.shapes import ShapeSet
from sotegraph.validation.state import State
from sotegraph.validation.superclasses import Superclasses
from sotegraph.validation.types import OWN as OWN
from sotegraph.validation.types import SUBMISSION as SUBMISSION
from sotegraph.validation.types import ValidationType, all_types
from sotegraph.validation.unanswered import Alone

_SUBCLASS = term("rdfs:subClassOf")
_ONTOLOGY = "/id/graph/ontology"
_GRAVEST_FIRST = {VIOLATION: 0, WARNING: 1, INFO: 2}


@dataclass(frozen=True)
class Limits:
    """What one check may take: time, memory beyond what the version takes, and the results that are listed.

    With shapes of somebody's own, which may be made to take long, it may take at most *own_shapes_s*.
    """

    time_s: float = 20
    own_shapes_s: float = 7
    memory_bytes: int = 1 << 30
    results: int = 5_000

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return what an operator has set."""
        return cls(
            settings.validation_time_limit_ms / 1000,
            settings.validation_own_shapes_limit_ms / 1000,
            settings.validation_memory_limit_bytes,
        )

    def seconds(self, *, own_shapes: bool) -> float:
        """How long a check may take.

        >>> Limits(time_s=60).seconds(own_shapes=True)
        7
        """
        return min(self.time_s, self.own_shapes_s) if own_shapes else self.time_s


@dataclass(frozen=True)
class CheckRequest:
    """What is to be checked, and how.

    *profile* names a validation type; *own_shapes* stand in its place when given. Without *with_context* only the
    ontology stands beside the triples. *aside* is what only the publication's own rules look at, those that hold in
    every profile above all. *limits* may narrow those of the checker.
    """

    triples: Sequence[Triple]
    profile: str | None = SUBMISSION
    with_context: bool = True
    own_shapes: ShapeSet | None = None
    limits: Limits | None = None
    aside: Sequence[Triple] = ()


class Checker:
    """Checks triples against the shapes of a publication, beside its published *version*.

    *names* are the predicates by which it names what a document links to.
    """

    def __init__(
        self,
        version: Version,
        types: Sequence[ValidationType],
        limits: Limits | None = None,
        messages: Messages | None = None,
        names: Iterable[NamedNode] = (),
    ) -> None:
        self.version = version
        self.types = {each.name: each for each in types}
        self.limits = limits or Limits()
        self._messages = messages or read_messages()
        self._names = frozenset(names)
        self._prepared: dict[str, PreparedShapes] = {}
        self._demanded: dict[str, Superclasses] = {}

    @classmethod
    def of(
        cls,
        publication: Publication,
        version: Version | None = None,
        limits: Limits | None = None,
        *,
        more_shapes: Path | None = None,
    ) -> Checker:
        """Return the checker for *publication*; without its loaded *version*, that is loaded from the folder.

        In *more_shapes*, a folder, ``validation.ttl`` describes what else can be validated against. Raises
        PublicationError when a file cannot be read, or there is no shape.
        """
        types = all_types(publication, more_shapes)
        if version is None:
            version = build_version(quad for file in publication.files for quad in publication.read(file))
        return cls(version, types, limits, names=map(NamedNode, publication.label_properties))

    def prepare(self) -> None:
        """Make everything ready, for processes to be forked from this one; raises MalformedShapes."""
        for each in self.types.values():
            self._made_ready(each).make_ready()
        if self._everywhere is not None:
            self._everywhere[1].make_ready()
        _ = self._alone

    def check(self, request: CheckRequest) -> Report:
        """Return what the triples of *request* break in the shapes, and in those that hold in every profile.

        What they say the class of, they describe wholly, in the place of what is published; else they add to it. Of
        what they say only the classes and names that are published, nothing changes.
        Raises TimeLimitReached, MemoryLimitReached, MalformedShapes, also for own ones that ask for more than
        validation, and WrongValue for an unknown profile.
        """
        limits = request.limits or self.limits
        chosen = self.type_of(request)
        if request.own_shapes is None:
            self._made_ready(chosen)
        _ = self._everywhere
        seconds = limits.seconds(own_shapes=request.own_shapes is not None)
        done = run_forked(lambda: encode_report(self.judge(request)), seconds, limits.memory_bytes)
        return decode_report(done)

    def judge(self, request: CheckRequest) -> Report:
        """Return the same in this process, without limits of time and memory; the version's store is restored after."""
        started = time.perf_counter()
        chosen = self.type_of(request)
        prepared = self._made_ready(chosen)
        with self._published(request.with_context) as store:
            sent = [*request.triples, *request.aside] if chosen.is_ours else request.triples
            missing = self._missing(request, chosen, store) if chosen.is_ours else []
            sent = [*sent, *(triple for triple, _ in missing)]
            found, judged = Judge(prepared, store, chosen.background, self._names).results(sent)
            if missing:
                found = self._superclasses(chosen).told_once([*(result for _, result in missing), *found])
            severities = chosen.shapes.severities(chosen.profile)
            results = [told(each, chosen.shapes, severities, self._messages) for each in found]
            if chosen.is_ours and not request.with_context:
                always = self._everywhere[0].described if self._everywhere is not None else {}
                results = list(map(Alone(sent, store, always).marked, results))
            if not chosen.is_ours and self._everywhere is not None:
                shapes, rules = self._everywhere
                found, _ = Judge(rules, store, names=self._names).results([*request.triples, *request.aside])
                results += [told(each, shapes, {}, self._messages) for each in found]
        most = (request.limits or self.limits).results
        return Report(
            results=tuple(sorted(_gravest(results, most), key=sort_key)),
            engine=prepared.engines,
            seconds=time.perf_counter() - started,
            profile=chosen.name,
            version=self.version.id if request.with_context else None,
            focus_nodes=judged,
            cut=len(results) > most,
        )

    def type_of(self, request: CheckRequest) -> ValidationType:
        """The validation type that *request* means; raises WrongValue when there is none of its name."""
        if request.own_shapes is not None:
            return ValidationType(OWN, request.own_shapes)
        name = request.profile or SUBMISSION
        if name not in self.types:
            known = ", ".join(sorted(self.types))
            raise WrongValue("There is no profile {profile}. Use one of: {known}.", profile=name, known=known)
        return self.types[name]

    def _made_ready(self, chosen: ValidationType) -> PreparedShapes:
        """The shapes of *chosen*, made ready once; the severities of a profile need no other shapes."""
        if chosen.name == OWN:
            return PreparedShapes(examine_own(chosen.shapes))
        same = next((each for name, each in self._prepared.items() if self.types[name].shapes is chosen.shapes), None)
        return self._prepared.setdefault(chosen.name, same or PreparedShapes(chosen.shapes))

    def _missing(self, request: CheckRequest, chosen: ValidationType, store: Store) -> list[tuple[Triple, Result]]:
        """The classes that *request* lacks, each with its result; what it only mentions has the published ones."""
        mentioned = State(store, request.triples, names=self._names).mentioned
        return self._superclasses(chosen).missing(each for each in request.triples if each.subject not in mentioned)

    def _superclasses(self, chosen: ValidationType) -> Superclasses:
        """What the shapes of *chosen* demand beside a class, read once."""
        return self._demanded.setdefault(chosen.name, Superclasses(chosen.shapes))

    @cached_property
    def _everywhere(self) -> tuple[ShapeSet, PreparedShapes] | None:
        """The publication's shapes that hold in every profile, made ready; None without any."""
        ours = next((each.shapes for each in self.types.values() if each.is_ours), None)
        shapes = ours.everywhere() if ours is not None else None
        return (shapes, PreparedShapes(shapes)) if shapes is not None else None

    def _published(self, with_context: bool) -> AbstractContextManager[Store]:
        """The graph that stands beside what is sent: what is published, or without context the ontology only."""
        return self.version.changeable() if with_context else nullcontext(self._alone)

    @cached_property
    def _alone(self) -> Store:
        store = Store()
        for name in self.version.graphs:
            if name.endswith(_ONTOLOGY):
                kept = (each for each in self.version.triples_of(NamedNode(name)) if each.predicate != _SUBCLASS)
                store.bulk_extend(Quad(each.subject, each.predicate, each.object) for each in kept)
        return store


def _gravest(results: Iterable[Result], most: int) -> list[Result]:
    """At most so many of *results*, the gravest first."""
    return sorted(results, key=lambda each: _GRAVEST_FIRST.get(each.severity, 1))[:most]

"""A feed as RDF: the event stream, its root, its nodes and its pages, by LDES and TREE.

A member is an activity (Activity Streams 2.0) whose IRI also names the graph with what holds of the thing from then on.
The documents are written for the address at which they are asked for, and in the form that they are asked for, so that
a client that follows the links stays there; the IRIs of the stream and of its members are the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Quad

from sotegraph.feeds.log import Change, Log
from sotegraph.feeds.paging import Part, gathered, node, page, pages, top
from sotegraph.terms import RDF_TYPE, term
from sotegraph.versions import Fate

POLLING_S = 300
"""How long clients are asked to wait between two looks at a feed."""
ACTIVITIES: Mapping[Fate, NamedNode] = {
    Fate.CREATED: term("as:Create"),
    Fate.CHANGED: term("as:Update"),
    Fate.REMOVED: term("as:Delete"),
}
_PUBLISHED, _OBJECT, _CONTEXT = term("as:published"), term("as:object"), term("as:context")
_POSITION, _COMPLETE = term("schema:position"), term("pub:completesVersion")
_DATE_TIME = term("xsd:dateTime")
_TRUE = Literal(True)
_NAME = re.compile(r"(?P<log>[0-9a-f]{12})-(?P<node>n?)(?P<number>[1-9][0-9]{0,8})")


@dataclass(frozen=True)
class Kind:
    """To which *shape* of others the members of a feed keep; without one, to a shape of the feed's own."""

    shape: str | None = None

    @property
    def closed(self) -> bool:
        """Whether the shape lets nothing be told of a member but what, when, and of which kind."""
        return self.shape is not None


THINGS = Kind()
CATALOGUE = Kind("https://semiceu.github.io/LDES-DCAT-AP-feeds/shape.ttl#ActivityShape")
"""The shape of DCAT-AP Feeds."""


@dataclass(frozen=True)
class Stream:
    """The feed of *log* as it is seen at one address.

    *base* is where the IRI of the stream begins, *path* where the feed is below it, and *site* where it is asked for;
    *suffix* ends every address, when a form is to be kept to.
    """

    log: Log
    kind: Kind
    base: str
    path: str
    site: str
    suffix: str = ""
    titles: Mapping[str, str] | None = None
    licence: str | None = None

    @property
    def iri(self) -> NamedNode:
        """The IRI of the event stream."""
        return NamedNode(f"{self.base}{self.path}#stream")

    @property
    def root(self) -> NamedNode:
        """The address of the root."""
        return NamedNode(f"{self.site}{self.path}{self.suffix}")

    def address(self, part: Part) -> NamedNode:
        """The address of a page or a node."""
        name = f"{self.log.name}-{'n' if part.is_node else ''}{part.number}"
        return NamedNode(f"{self.site}{self.path}/{name}{self.suffix}")

    def member(self, place: int) -> NamedNode:
        """The IRI of the member at *place*: it leads to the page that has it."""
        number = pages(place + 1)
        return NamedNode(f"{self.base}{self.path}/{self.log.name}-{number}#{place + 1}")

    def root_quads(self) -> Iterator[Quad]:
        """The root: what the stream is, what is kept of it, and where its pages are."""
        yield from self._stream()
        for language, title in sorted((self.titles or {}).items()):
            yield Quad(self.iri, term("dct:title"), Literal(title, language=language))
        if self.licence:
            yield Quad(self.iri, term("dct:license"), NamedNode(self.licence))
        yield Quad(self.root, RDF_TYPE, term("tree:Node"))
        if self.log.size:
            yield from self._retention()
        yield from self._relations(self.root, top(self.log.size))

    def part_quads(self, part: Part) -> Iterator[Quad]:
        """The document of a page with its members, or of a node that leads to the pages that it gathers."""
        address = self.address(part)
        yield from self._stream()
        yield Quad(address, RDF_TYPE, term("tree:Node"))
        if part.is_closed:
            yield Quad(address, term("ldes:immutable"), _TRUE)
        if part.is_node:
            yield from self._relations(address, gathered(part))
            return
        for change in self.log.changes(part.start, part.stop):
            yield from self._member(change)

    def _stream(self) -> Iterator[Quad]:
        """What every document says of the stream, so that it can be understood by itself."""
        stream = self.iri
        yield Quad(stream, RDF_TYPE, term("ldes:EventStream"))
        yield Quad(stream, term("tree:view"), self.root)
        yield Quad(stream, term("ldes:timestampPath"), _PUBLISHED)
        yield Quad(stream, term("ldes:versionOfPath"), _OBJECT)
        for name, fate in (("Create", Fate.CREATED), ("Update", Fate.CHANGED), ("Delete", Fate.REMOVED)):
            yield Quad(stream, term(f"ldes:version{name}Object"), ACTIVITIES[fate])
        yield Quad(stream, term("ldes:pollingInterval"), Literal(POLLING_S))
        if not self.kind.closed:
            yield Quad(stream, term("ldes:sequencePath"), _POSITION)
            yield Quad(stream, term("ldes:transactionPath"), _CONTEXT)
            yield Quad(stream, term("ldes:transactionFinalizedPath"), _COMPLETE)
            yield Quad(stream, term("ldes:transactionFinalizedObject"), _TRUE)
        yield from self._shape()

    def _shape(self) -> Iterator[Quad]:
        """The shape of members. Some of it always stands here, so that nobody has to fetch it to understand a page."""
        shape = NamedNode(self.kind.shape or f"{self.base}{self.path}#member")
        yield Quad(self.iri, term("tree:shape"), shape)
        yield Quad(shape, RDF_TYPE, term("sh:NodeShape"))
        if self.kind.shape:
            return
        for path in (_OBJECT, _PUBLISHED):
            part = NamedNode(f"{shape.value}-{path.value.partition('#')[2]}")
            yield Quad(shape, term("sh:property"), part)
            yield Quad(part, term("sh:path"), path)
            yield Quad(part, term("sh:minCount"), Literal(1))
            yield Quad(part, term("sh:maxCount"), Literal(1))
            if path == _OBJECT:
                yield Quad(part, term("sh:nodeKind"), term("sh:IRI"))
            else:
                yield Quad(part, term("sh:datatype"), _DATE_TIME)

    def _retention(self) -> Iterator[Quad]:
        """Everything from the first moment on is kept: no member ever goes."""
        policy = NamedNode(f"{self.base}{self.path}#retention")
        yield Quad(self.root, term("ldes:retentionPolicy"), policy)
        yield Quad(policy, RDF_TYPE, term("ldes:RetentionPolicy"))
        yield Quad(policy, term("ldes:startingFrom"), _moment(self.log.starts))

    def _relations(self, source: NamedNode, parts: Iterable[Part]) -> Iterator[Quad]:
        """Where *source* leads to: each part by when it begins, and a closed one by when it ends."""
        for part in parts:
            name = f"{source.value}#to-{'n' if part.is_node else ''}{part.number}"
            bounds = [("from", "tree:GreaterThanOrEqualToRelation", self.log.moment(part.start))]
            if part.is_closed:
                bounds.append(("until", "tree:LessThanRelation", self.log.after(part.stop - 1)))
            for bound, class_, value in bounds:
                relation = NamedNode(f"{name}-{bound}")
                yield Quad(source, term("tree:relation"), relation)
                yield Quad(relation, RDF_TYPE, term(class_))
                yield Quad(relation, term("tree:node"), self.address(part))
                yield Quad(relation, term("tree:path"), _PUBLISHED)
                yield Quad(relation, term("tree:value"), _moment(value))

    def _member(self, change: Change) -> Iterator[Quad]:
        member = self.member(change.place)
        yield Quad(self.iri, term("tree:member"), member)
        yield Quad(member, RDF_TYPE, ACTIVITIES[change.fate])
        yield Quad(member, _OBJECT, NamedNode(change.thing))
        yield Quad(member, _PUBLISHED, _moment(change.moment))
        if not self.kind.closed:
            version = f"{self.base}/id/version/{change.source.version}#{change.source.number}"
            yield Quad(member, _POSITION, Literal(change.place + 1))
            yield Quad(member, _CONTEXT, NamedNode(version))
            if change.last:
                yield Quad(member, _COMPLETE, _TRUE)
            graphs = {each.graph_name for each in change.statements if isinstance(each.graph_name, NamedNode)}
            for graph in sorted(graphs, key=str):
                yield Quad(member, term("prov:wasDerivedFrom"), graph)
        for triple in dict.fromkeys(each.triple for each in change.statements):
            yield Quad(triple.subject, triple.predicate, triple.object, member)


def find_part(log: Log, name: str) -> Part | None:
    """Return the part of *log* that has that *name* at the end of its address; None for what there is not."""
    named = _NAME.fullmatch(name)
    if named is None or named["log"] != log.name:
        return None
    return (node if named["node"] else page)(int(named["number"]), log.size)


def is_of_another(log: Log, name: str) -> bool:
    """Return whether *name* is how a page of another log than *log* may be called."""
    named = _NAME.fullmatch(name)
    return named is not None and named["log"] != log.name


def _moment(time: datetime) -> Literal:
    return Literal(f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z", datatype=_DATE_TIME)

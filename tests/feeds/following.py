"""Follow a feed as a client does: from the root, page by page, member by member in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from sotegraph.feeds import Stream, find_part
from sotegraph.terms import RDF_TYPE, term

_NOWHERE = DefaultGraph()


@dataclass(frozen=True)
class Member:
    """One activity, with what its graph says."""

    iri: str
    kind: str
    thing: str
    published: str
    payload: frozenset[str]


@dataclass(frozen=True)
class Document:
    """A document of a feed: its members, and which others it leads to, within which bounds."""

    members: tuple[Member, ...]
    leads_to: Mapping[str, tuple[str, str | None]]
    is_closed: bool


@dataclass
class Follower:
    """A client with a memory: what holds of each thing, and which documents it need not read again."""

    state: dict[str, frozenset[str]] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def follow(self, stream: Stream) -> list[Member]:
        """The members that are new, in order; the state is that after them."""
        fresh: list[Member] = []
        waiting = [stream.root.value]
        while waiting:
            address = waiting.pop()
            known = self.documents.get(address)
            document = known if known is not None and known.is_closed else read(fetch(stream, address), address)
            self.documents[address] = document
            fresh += [each for each in document.members if each.iri not in self.seen]
            waiting += document.leads_to
        fresh.sort(key=lambda each: each.published)
        for each in fresh:
            self.seen.add(each.iri)
            apply(self.state, each)
        return fresh


def apply(state: dict[str, frozenset[str]], member: Member) -> None:
    """Let *state* be what it is after *member*; what it says must be possible."""
    assert (member.thing in state) == (member.kind != "Create"), member
    if member.kind == "Delete":
        assert not member.payload
        del state[member.thing]
    else:
        assert member.payload
        assert state.get(member.thing) != member.payload or member.kind == "Update"
        state[member.thing] = member.payload


def fetch(stream: Stream, address: str) -> list[Quad]:
    """The document at *address*."""
    if address == stream.root.value:
        return list(stream.root_quads())
    part = find_part(stream.log, address.rpartition("/")[2])
    assert part is not None, address
    return list(stream.part_quads(part))


def read(quads: Iterable[Quad], address: str) -> Document:
    """The document at *address* that consists of *quads*."""
    said: dict[object, dict[NamedNode, list[object]]] = {}
    payloads: dict[object, set[str]] = {}
    for quad in quads:
        if quad.graph_name == _NOWHERE:
            said.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
        else:
            payloads.setdefault(quad.graph_name, set()).add(str(quad.triple))
    here = said.get(NamedNode(address), {})
    members = [each for found in said.values() for each in found.get(term("tree:member"), ())]
    bounds: dict[str, dict[str, str]] = {}
    for relation in here.get(term("tree:relation"), ()):
        found = said[relation]
        (target,), (class_,), (value,) = (found[term(name)] for name in ("tree:node", "rdf:type", "tree:value"))
        assert found[term("tree:path")] == [term("as:published")]
        bounds.setdefault(_text(target), {})[_text(class_).partition("#")[2]] = _text(value)
    return Document(
        members=tuple(_member(each, said[each], payloads.get(each, set())) for each in members),
        leads_to={
            each: (found["GreaterThanOrEqualToRelation"], found.get("LessThanRelation"))
            for each, found in bounds.items()
        },
        is_closed=here.get(term("ldes:immutable")) == [Literal(True)],
    )


def _member(iri: object, said: Mapping[NamedNode, list[object]], payload: set[str]) -> Member:
    (kind,), (thing,), (published,) = (said[each] for each in (RDF_TYPE, term("as:object"), term("as:published")))
    return Member(_text(iri), _text(kind).partition("#")[2], _text(thing), _text(published), frozenset(payload))


def _text(value: object) -> str:
    assert isinstance(value, NamedNode | Literal)
    return value.value

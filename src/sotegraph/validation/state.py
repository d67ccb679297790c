"""The published graph as it would be with what is sent: read through, as it was sent, without being written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from sotegraph.terms import RDF_LANG_STRING, RDF_TYPE, XSD_STRING

Facts = dict[NamedNode, list[Any]]
_DEFAULT = DefaultGraph()
_PLAIN = frozenset({XSD_STRING, RDF_LANG_STRING})
_SUBJECT = NamedNode("urn:x")
_MOST_REMEMBERED = 256
"""What more triples than this point at is asked for each time, one predicate at a time."""


class State:
    """What *published* says, but of the subjects that *sent* describes, only what *sent* says of them.

    *beside* stands there too, and is not sent. *names* are the predicates by which a thing is named where another
    links to it. Terms of *published* are as its store writes them.
    """

    def __init__(
        self,
        published: Store,
        sent: Sequence[Triple] = (),
        beside: Sequence[Triple] = (),
        names: Iterable[NamedNode] = (),
    ) -> None:
        self.published = published
        self.sent = sent
        self._beside = beside
        self._names = tuple(names)
        self._facts: dict[Any, Facts] = {}
        self._arriving: dict[Any, Mapping[NamedNode, list[Triple]] | None] = {}
        self._spelling = _Spelling()

    @cached_property
    def described(self) -> frozenset[Any]:
        """The subjects that *sent* gives a class, and that it does not only mention."""
        return frozenset(each.subject for each in self.sent if each.predicate == RDF_TYPE) - self.mentioned

    @cached_property
    def mentioned(self) -> frozenset[Any]:
        """The subjects of which *sent* says their classes and their names as they are published, and nothing else.

        Documents name what they link to like this. To say of a thing what it is and is called describes no other one.
        """
        naming = {RDF_TYPE, *self._names}
        sent = self._by_subject[0]
        return frozenset(node for node in self.repeated if all(each.predicate in naming for each in sent[node]))

    @cached_property
    def repeated(self) -> frozenset[Any]:
        """The subjects of which *sent* says nothing but what is published of them."""
        return frozenset(node for node, triples in self._by_subject[0].items() if all(map(self._is_published, triples)))

    def _is_published(self, triple: Triple) -> bool:
        said = self.as_published(triple)
        return Quad(said.subject, said.predicate, said.object, _DEFAULT) in self.published

    @cached_property
    def subjects(self) -> tuple[Any, ...]:
        """What is sent, in its order."""
        return tuple(self._by_subject[0])

    @cached_property
    def _by_subject(self) -> tuple[dict[Any, list[Triple]], dict[Any, list[Triple]]]:
        sent: defaultdict[Any, list[Triple]] = defaultdict(list)
        for each in self.sent:
            sent[each.subject].append(each)
        everything = defaultdict(list, {subject: list(triples) for subject, triples in sent.items()})
        for each in self._beside:
            everything[each.subject].append(each)
        return sent, everything

    @cached_property
    def _by_object(self) -> dict[Any, list[Triple]]:
        found: defaultdict[Any, list[Triple]] = defaultdict(list)
        for each in (*self.sent, *self._beside):
            found[each.object].append(each)
        return found

    def facts(self, node: Any) -> Facts:
        """The predicates of *node*, each with its values."""
        known = self._facts.get(node)
        if known is None:
            known = self._facts[node] = {}
            for each in self.outgoing(node):
                known.setdefault(each.predicate, []).append(each.object)
        return known

    def outgoing(self, node: Any) -> Iterator[Triple]:
        """What is said of *node*."""
        here = self._by_subject[1].get(node, ())
        yield from here
        if node not in self.described and isinstance(node, NamedNode | BlankNode):
            same = {self.as_published(each) for each in here}
            for quad in self.published.quads_for_pattern(node, None, None, _DEFAULT):
                if quad.triple not in same:
                    yield quad.triple

    def incoming(self, node: Any, predicate: NamedNode | None = None) -> Iterable[Triple]:
        """What is said with *node* for an object."""
        arriving = self._arriving_at(node)
        if arriving is None:
            return self._found_incoming(node, predicate)
        return chain.from_iterable(arriving.values()) if predicate is None else arriving.get(predicate, ())

    def predicates_to(self, node: Any) -> Collection[NamedNode] | None:
        """The predicates that have *node* for an object; None where so many triples have it that nobody looked."""
        return self._arriving_at(node)

    def _arriving_at(self, node: Any) -> Mapping[NamedNode, list[Triple]] | None:
        """What is said with *node* for an object, by predicate; None where that is too much to remember."""
        if node not in self._arriving:
            triples = list(islice(self._found_incoming(node, None), _MOST_REMEMBERED + 1))
            found: dict[NamedNode, list[Triple]] = {}
            for each in triples:
                found.setdefault(each.predicate, []).append(each)
            self._arriving[node] = found if len(triples) <= _MOST_REMEMBERED else None
        return self._arriving[node]

    def _found_incoming(self, node: Any, predicate: NamedNode | None) -> Iterator[Triple]:
        here = [each for each in self._by_object.get(node, ()) if predicate in (None, each.predicate)]
        yield from here
        same = set(here)
        for quad in self.published.quads_for_pattern(None, predicate, node, _DEFAULT):
            if quad.subject not in self.described and quad.triple not in same:
                yield quad.triple

    def is_published(self, node: Any) -> bool:
        """Whether something is published of *node*."""
        found = self.published.quads_for_pattern(node, None, None, _DEFAULT) if not isinstance(node, Literal) else ()
        return next(iter(found), None) is not None

    @cached_property
    def removed(self) -> list[Quad]:
        """What is published and would not be any longer."""
        kept = self._as_published
        return [
            quad
            for node in self.described
            for quad in self.published.quads_for_pattern(node, None, None, _DEFAULT)
            if quad.triple not in kept
        ]

    @cached_property
    def added(self) -> list[Quad]:
        """What would be published and is not yet."""
        quads = (Quad(each.subject, each.predicate, each.object) for each in self._as_published)
        known = {each for each in self.subjects if self.is_published(each)}
        return [quad for quad in quads if quad.subject not in known or quad not in self.published]

    @cached_property
    def _as_published(self) -> dict[Triple, None]:
        return dict.fromkeys(map(self.as_published, self.sent))

    def as_published(self, triple: Triple) -> Triple:
        """*triple* as the store would write it."""
        written = self.spelled(triple.object)
        return triple if written is triple.object else Triple(triple.subject, triple.predicate, written)

    def spelled(self, node: Any) -> Any:
        """*node* as the store would write it."""
        return self._spelling.of(node)

    def as_sent(self, focus: Any, node: Any) -> Any:
        """The literal of *focus* that the store would write as *node*, as it was sent."""
        if not isinstance(node, Literal) or node.datatype in _PLAIN:
            return node
        found = (each.object for each in self._by_subject[0].get(focus, ()) if self.spelled(each.object) == node)
        return next(found, node)


class _Spelling:
    """How the store writes literals: numbers, dates and truth values in a form of its own."""

    def __init__(self) -> None:
        self._store = Store()
        self._known: dict[Literal, Literal] = {}

    def of(self, node: Any) -> Any:
        if not isinstance(node, Literal) or node.datatype in _PLAIN:
            return node
        known = self._known.get(node)
        if known is None:
            self._store.add(Quad(_SUBJECT, RDF_TYPE, node))
            written = next(iter(self._store)).object
            self._store.clear()
            known = self._known[node] = node if written == node else written
        return known


def subclasses(triples: Iterable[Triple], predicate: NamedNode) -> dict[Any, set[Any]]:
    """Return the classes below each class that *triples* relate by *predicate*, at any distance."""
    direct: defaultdict[Any, set[Any]] = defaultdict(set)
    for each in triples:
        if each.predicate == predicate:
            direct[each.object].add(each.subject)
    found = {}
    for class_ in direct:
        waiting, below = list(direct[class_]), set()
        while waiting:
            each = waiting.pop()
            if each not in below:
                below.add(each)
                waiting.extend(direct.get(each, ()))
        found[class_] = below
    return found

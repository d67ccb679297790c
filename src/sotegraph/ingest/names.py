"""What people call the things, classes and fields of a submission; the submitted names come before the published."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from sotegraph.entities import Index
from sotegraph.ingest.outcome import Texts
from sotegraph.ingest.speaking import Speaker
from sotegraph.publication import Publication
from sotegraph.terms import RDF_TYPE, is_part, shorten, term
from sotegraph.validation import ShapeSet
from sotegraph.views import PropertyView

_LONGEST = 120
_MOST_STEPS = 4
_IRIS = re.compile(r"(<[^<>]*>)")
_IN_SCHEME = term("skos:inScheme")
_PATH, _TARGET_CLASS = term("sh:path"), term("sh:targetClass")
_TERM_NAMES = (term("sh:name"), term("rdfs:label"), term("skos:prefLabel"))


class Fields:
    """The names that a publication gives to the fields of its classes."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication

    @cached_property
    def by_class(self) -> Mapping[tuple[str, str], Texts]:
        """The names of fields by class and path."""
        return {
            (view.target, path): each.names
            for view in self.publication.classes.values()
            for each in view.properties
            if (path := _path(each)) and each.names
        }

    @cached_property
    def anywhere(self) -> Mapping[str, Texts]:
        """The names of those fields that every class calls the same."""
        names: defaultdict[str, set[tuple[tuple[str, str], ...]]] = defaultdict(set)
        for (_, path), texts in self.by_class.items():
            names[path].add(tuple(sorted(texts.items())))
        return {path: dict(next(iter(texts))) for path, texts in names.items() if len(texts) == 1}


class Names:
    """Names of nodes, in every language, from a submission and the publication it is meant for."""

    def __init__(
        self,
        index: Index,
        speaker: Speaker,
        quads: Callable[[], Iterable[Quad]],
        shapes: ShapeSet,
        fields: Fields | None = None,
    ) -> None:
        self.index, self.speaker, self.shapes = index, speaker, shapes
        self.fields = fields or Fields(index.publication)
        self._quads = quads
        self._label_properties = tuple(map(NamedNode, index.publication.label_properties))
        self._labels: dict[Any, Texts] = {}
        self._classes: dict[Any, list[str]] = {}

    @cached_property
    def facts(self) -> Mapping[Any, Mapping[NamedNode, Mapping[Any, None]]]:
        """What the submission says of each node: the values of each predicate, each once, in their order."""
        found: defaultdict[Any, defaultdict[NamedNode, dict[Any, None]]] = defaultdict(lambda: defaultdict(dict))
        for quad in self._quads():
            found[quad.subject][quad.predicate][quad.object] = None
        return dict(found)

    def values_of(self, node: Any, predicate: NamedNode) -> Collection[Any]:
        """The values of *predicate* that were sent of *node*."""
        return self.facts.get(node, {}).get(predicate, ())

    @cached_property
    def links(self) -> Mapping[Any, tuple[Any, NamedNode]]:
        """For each node that the submission points at, the first statement that does."""
        found: dict[Any, tuple[Any, NamedNode]] = {}
        for subject, facts in self.facts.items():
            for predicate, values in facts.items():
                for value in values:
                    if not isinstance(value, Literal):
                        found.setdefault(value, (subject, predicate))
        return found

    def value(self, node: Any) -> Texts:
        """A value as people read it: the name of a thing, the text of a literal."""
        if isinstance(node, Literal):
            return self.speaker.alike(_short(node.value))
        if isinstance(node, Triple):
            return self.speaker.alike(_short(str(node)))
        return self.label(node) or self.speaker.alike(self.written(node))

    def written(self, node: Any) -> str:
        """A node without a name: its compact name, its path below our base, or its address."""
        if not isinstance(node, NamedNode):
            return ""
        base = self.index.publication.base_iri + "/id/"
        if node.value.startswith(base):
            return node.value[len(base) :]
        if self._is_provisional(node):
            return ""
        compact = shorten(node.value, self.index.publication.prefixes)
        return node.value if compact.startswith("<") else compact

    def _is_provisional(self, node: Any) -> bool:
        """Whether *node* only has an address until it is accepted, which tells nobody anything."""
        start = self.index.publication.base_iri + "/submissions/"
        return isinstance(node, NamedNode) and node.value.startswith(start)

    def label(self, node: Any) -> Texts:
        """The name that *node* has in the submission, else in the published data; nothing when it has none."""
        if node not in self._labels:
            self._labels[node] = self._label(node)
        return self._labels[node]

    def _label(self, node: Any) -> Texts:
        for name in self._label_properties:
            own = self.values_of(node, name)
            texts = {each.language or "": _short(each.value) for each in own if isinstance(each, Literal)}
            if texts:
                return texts
        if isinstance(node, NamedNode):
            return {each.language or "": _short(each.value) for each in self.index.labels(node.value)}
        return {}

    def term(self, node: NamedNode) -> Texts:
        """The name of a class, a property or a shape: of its view, in the ontology, in the shapes, or its compact."""
        return self.called(node) or self.speaker.alike(self.written(node))

    def called(self, node: NamedNode) -> Texts:
        """The name of a class, a property or a shape, where it has one."""
        view = self.index.publication.classes.get(node.value)
        if view is not None and view.labels:
            return view.labels
        label = self.label(node)
        if label:
            return label
        for predicate in _TERM_NAMES:
            found = [value for name, value in self.shapes.described.get(node, ()) if name == predicate]
            texts = {each.language or "": each.value for each in found if isinstance(each, Literal)}
            if texts:
                return texts
        return {}

    def classes(self, node: Any) -> list[str]:
        """The classes of *node*, those that are laid out by a shape first."""
        if node not in self._classes:
            own = {each.value for each in self.values_of(node, RDF_TYPE) if isinstance(each, NamedNode)}
            found = own or set(self.index.version.types(node) if isinstance(node, NamedNode | BlankNode) else ())
            self._classes[node] = sorted(found, key=lambda each: (each not in self.index.publication.classes, each))
        return self._classes[node]

    def members(self, scheme: Any) -> list[Texts]:
        """The names of the concepts of *scheme*, in the order of their addresses."""
        found = {triple.subject for triple in self.index.version.incoming(scheme) if triple.predicate == _IN_SCHEME}
        return [self.value(each) for each in sorted(found, key=str)]

    def kind(self, node: Any) -> Texts:
        """The name of the class of *node*; nothing when it has none."""
        classes = self.classes(node)
        return self.term(NamedNode(classes[0])) if classes else {}

    def thing(self, node: Any) -> Texts:
        """*node* with its class: “Book: The sea”."""
        if isinstance(node, Literal | Triple):
            return self.value(node)
        name = self.label(node) or self.speaker.alike(self.written(node))
        return self.speaker.join((self.kind(node), name), ": ")

    def field(self, path: str, node: Any = None) -> Texts:
        """The name of the field that *path* leads to from *node*: as its shape calls it, else the property's own."""
        for class_ in self.classes(node) if node is not None else ():
            name = self.fields.by_class.get((class_, path))
            if name:
                return name
        if path in self.fields.anywhere:
            return self.fields.anywhere[path]
        predicate = path[1:-1] if path.startswith("<") and path.count("<") == 1 and path.endswith(">") else None
        return self.term(NamedNode(predicate)) if predicate else self._whole_path(path)

    def _whole_path(self, path: str) -> Texts:
        """A path of several predicates by their names: “A / B” for either, “A › B” for one after the other."""
        pieces = (
            self.term(NamedNode(piece[1:-1])) if piece.startswith("<") else self.speaker.alike(_marks(piece))
            for piece in _IRIS.split(path)
            if piece
        )
        return self.speaker.join(pieces, "")

    @cached_property
    def terms(self) -> Mapping[NamedNode, str]:
        """The classes and properties of which the shapes speak, each as it is written."""
        used = {
            value
            for facts in self.shapes.described.values()
            for predicate, value in facts
            if predicate in (_PATH, _TARGET_CLASS) and isinstance(value, NamedNode)
        }
        return {each: self.written(each) for each in used}

    @cached_property
    def described_classes(self) -> Mapping[NamedNode, str]:
        """The classes whose instances the shapes describe, each as it is written."""
        facts = (each for facts in self.shapes.described.values() for each in facts)
        used = {value for predicate, value in facts if predicate == _TARGET_CLASS and isinstance(value, NamedNode)}
        return {each: self.written(each) for each in used}

    def trail(self, focus: Any, path: str | None) -> tuple[Texts, ...]:
        """The way to what a finding is about: the thing that has a name of its own, the parts below it, the field."""
        if self._is_provisional(focus) and focus not in self.facts:
            return ()
        steps: list[Texts] = []
        node, seen = focus, {focus}
        while is_part(node) and node in self.links and len(seen) <= _MOST_STEPS:
            parent, predicate = self.links[node]
            if parent in seen:
                break
            steps = [self.field(str(predicate), parent), self.thing(node), *steps]
            node = parent
            seen.add(node)
        field = [self.field(path, focus)] if path else []
        return tuple(each for each in (self.thing(node), *steps, *field) if any(each.values()))


def _path(view: PropertyView) -> str | None:
    if view.predicate is not None:
        return f"<{view.predicate}>"
    return f"^<{view.inverse_of}>" if view.inverse_of is not None else None


def _marks(text: str) -> str:
    """The marks of a path as people read them; which way it leads does not matter to them."""
    return "".join({"|": " / ", "/": " › "}.get(each, "") for each in text)


def _short(text: str) -> str:
    """*text* on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"

"""The columns of a table, made from the shape of the class that its rows describe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.facts import Facts, Texts
from sotegraph.ingest.codes import Codes, scheme_members
from sotegraph.terms import PREFIXES, RDF_TYPE, term
from sotegraph.validation import VIOLATION
from sotegraph.views import Group

TEMPLATES = "/templates"
"""Where a site lists the empty tables, each of which has its address below."""
_LANG_STRING = PREFIXES["rdf"] + "langString"
_IN_SCHEME = term("skos:inScheme")
_DEFINITION = term("skos:definition")
_EXAMPLE = term("skos:example")
_LONGEST_NESTED = 8
_MOST_KINDS = 12
_LOOKED_AT = 500
_STRING = PREFIXES["xsd"] + "string"


@dataclass(frozen=True)
class Nested:
    """A node that a row describes besides its own: by which predicate it hangs there, its classes, what it always says.

    *role* tells the nodes of one row apart: values of columns with the same role describe the same node. A *shared* one
    is of a class with addresses of its own, so that others may link to it as well.
    """

    predicate: NamedNode
    types: tuple[NamedNode, ...]
    constants: tuple[tuple[NamedNode, NamedNode], ...] = ()
    single: bool = False
    shared: bool = False

    @property
    def role(self) -> str:
        """What tells this node from the others of a row."""
        return " ".join([self.predicate.value, *(value.value for _, value in self.constants)])


@dataclass(frozen=True)
class Column:
    """What stands below one header: the values of *predicate*, of the row's thing or of a *nested* node.

    *names* and *descriptions* have a text per language; *outer* are the names of the property a nested node belongs to.
    A column of texts has the language tag *language*. Links lead to instances of *classes* or concepts of *schemes*.
    *new* is the nested node that a link may make of an address that nothing published has. What is *rare* is read,
    but not offered in a template.

    Of the columns with the same number in *either*, at least one is needed; 0 is none. What is *recommended* is missed,
    but not refused, when it is empty. A text is given in all of the
    languages of *together*, if in any. A column is *needed_with* the others of its nested node. *examples* are invented
    values for the example row of a template.
    """

    predicate: NamedNode
    names: Texts
    descriptions: Texts = field(default_factory=dict)
    outer: Texts = field(default_factory=dict)
    language: str = ""
    datatypes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    patterns: tuple[str, ...] = ()
    is_iri: bool = False
    is_text: bool = False
    required: bool = False
    recommended: bool = False
    either: int = 0
    together: tuple[str, ...] = ()
    needed_with: bool = False
    single: bool = False
    order: tuple[float, float] = (0, 0)
    group: str = ""
    nested: Nested | None = None
    new: Nested | None = None
    new_predicate: NamedNode | None = None
    rare: bool = False
    examples: tuple[Any, ...] = ()

    @property
    def is_link(self) -> bool:
        """Whether the values are things that are described elsewhere, named by code or label."""
        return bool(self.classes or self.schemes)

    @property
    def is_asked(self) -> bool:
        """Whether a row without a value here is refused, unless another column stands in for it."""
        return self.required or self.either > 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells this column from the others of its class."""
        return (self.nested.role if self.nested else "", self.predicate.value, self.language)

    def title(self, language: str) -> str:
        """The name in *language*, or the nearest there is, before any language tag.

        >>> Column(term("skos:notation"), {"en": "Number"}, outer={"en": "Identifier"}).title("sv")
        'Identifier: Number'
        """
        names = [_nearest(texts, language) for texts in (self.outer, self.names) if texts]
        return ": ".join(names)

    def header(self, language: str) -> str:
        """The name in *language*, with the language tag of texts behind it."""
        return self.title(language) + (f" ({self.language})" if self.language else "")


def _capitalised(texts: Texts) -> Texts:
    """*texts* as headers begin, though labels of codes may not."""
    return {language: text[:1].upper() + text[1:] for language, text in texts.items()}


def _nearest(texts: Texts, language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True)
class TableClass:
    """A class whose instances can be sent as rows: its names, the types each row gets, and its columns in order.

    The value of *key_property* is the key of an instance below *segment*.
    """

    iri: str
    names: Texts
    types: tuple[NamedNode, ...]
    columns: tuple[Column, ...]
    segment: str | None
    key_property: NamedNode | None = None

    @property
    def local_name(self) -> str:
        """The last part of the IRI of the class."""
        return self.iri.rpartition("#")[2].rpartition("/")[2]

    def address(self, form: str) -> str:
        """Where a site has its empty table, in *form*."""
        return f"{TEMPLATES}/{self.local_name}.{form}"


class ColumnReader:
    """Makes the columns of classes from the shapes in *facts*, with severities as the profile for submissions says."""

    def __init__(self, facts: Facts, codes: Codes, severities: Mapping[str, NamedNode]) -> None:
        self.facts, self.codes, self.severities = facts, codes, severities
        self.publication = publication = codes.publication
        self.groups: Mapping[str, Group] = publication.groups
        self._own: dict[str, list[Column]] = {}
        self.collections = [each for each in publication.collections if not each.scheme]
        self.segments = {name: each.segment for each in self.collections for name in each.classes}

    def classes(self) -> dict[str, TableClass]:
        """Every class with a shape that names something a row can say, by IRI."""
        found = {}
        for iri in self.publication.classes:
            columns = tuple(self._columns(iri))
            if columns:
                names = self.publication.classes[iri].labels
                types = (NamedNode(iri), *self._types(iri))
                key = next((each.key_property for each in self.collections if iri in each.classes), None)
                found[iri] = TableClass(
                    iri,
                    names,
                    tuple(dict.fromkeys(types)),
                    columns,
                    self.segments.get(iri),
                    NamedNode(key) if key else None,
                )
        return found

    def _columns(self, iri: str) -> Iterator[Column]:
        seen = set()
        for each in sorted(self._own_columns(iri), key=lambda column: column.order):
            for column in self._flattened(each, iri):
                for tagged in self._in_languages(column):
                    if tagged.key not in seen:
                        seen.add(tagged.key)
                        yield tagged

    def _own_columns(self, iri: str) -> list[Column]:
        """The columns of the shapes of the class and of the classes that its instances always have as well."""
        if iri not in self._own:
            found: dict[NamedNode, Column] = {}
            for name in (iri, *(each.value for each in self._types(iri))):
                for column in self._of_shape(name):
                    found.setdefault(column.predicate, column)
            self._own[iri] = list(found.values())
        return self._own[iri]

    def shapes(self, iri: str) -> Iterator[Any]:
        """The node shapes of a class."""
        view = self.publication.classes.get(iri)
        if view:
            yield NamedNode(view.iri)

    def _types(self, iri: str) -> list[NamedNode]:
        """The other classes that its shape, and theirs, ask of every instance."""
        found: dict[NamedNode, None] = {}
        waiting = [iri]
        while waiting:
            asked = [each for each in self._asked_types(waiting.pop()) if each not in found and each.value != iri]
            found |= dict.fromkeys(asked)
            waiting.extend(each.value for each in asked)
        return list(found)

    def _asked_types(self, iri: str) -> list[NamedNode]:
        return [
            value
            for shape in self.shapes(iri)
            for node in self.facts.objects(shape, "sh:property")
            if RDF_TYPE in self.facts.objects(node, "sh:path")
            for value in self.facts.objects(node, "sh:hasValue")
        ]

    def _of_shape(self, iri: str) -> Iterator[Column]:
        by_path: dict[NamedNode, list[Any]] = {}
        for shape in self.shapes(iri):
            for node in self.facts.objects(shape, "sh:property"):
                for path in self.facts.objects(node, "sh:path"):
                    if isinstance(path, NamedNode) and path not in (RDF_TYPE, _IN_SCHEME):
                        by_path.setdefault(path, []).append(node)
        for path, nodes in by_path.items():
            named = next((node for node in nodes if self.facts.texts(node, "sh:name")), None)
            if named is not None and not self.facts.flag(named, "pub:hidden"):
                yield self._column(path, named, nodes)

    def _column(self, path: NamedNode, named: Any, nodes: list[Any]) -> Column:
        group = self.groups.get(self.facts.iri(named, "sh:group") or "")
        datatypes = self._of_all(nodes, "sh:datatype")
        links = [each.value for each in self._of_all(nodes, "sh:class")]
        schemes = [each for node in nodes for each in self._schemes(node)]
        kinds = {each.value for each in self._of_all(nodes, "sh:nodeKind")}
        tagged = self._of_all([*nodes, *self._of_all(nodes, "sh:qualifiedValueShape")], "sh:languageIn") or any(
            self.facts.flag(node, "sh:uniqueLang") for node in nodes
        )
        return Column(
            predicate=path,
            names=self.facts.texts(named, "sh:name"),
            descriptions=self.facts.texts(named, "sh:description"),
            datatypes=tuple(dict.fromkeys(each.value for each in datatypes if each.value != _LANG_STRING)),
            classes=tuple(dict.fromkeys(links)),
            schemes=tuple(dict.fromkeys(schemes)),
            choices=tuple(value for head in self._of_all(nodes, "sh:in") for value in self.facts.members(head)),
            patterns=tuple(each.value for each in self._of_all(nodes, "sh:pattern")),
            is_iri=bool(kinds & {PREFIXES["sh"] + "IRI", PREFIXES["sh"] + "BlankNodeOrIRI"}),
            is_text=bool(tagged) or _LANG_STRING in {each.value for each in datatypes},
            required=any(self._requires(node) for node in nodes),
            examples=tuple(self.facts.objects(named, "skos:example")),
            single=any(self._at_most_one(node) for node in nodes),
            order=(group.order if group else 1_000, self.facts.number(named, "sh:order", 1_000)),
            group=group.iri if group else "",
        )

    def _of_all(self, nodes: Iterable[Any], name: str) -> list[Any]:
        """The values of a parameter, also of the alternatives of an ``sh:or`` or ``sh:xone``."""
        found: list[Any] = []
        for node in nodes:
            found.extend(self.facts.objects(node, name))
            for alternatives in ("sh:or", "sh:xone"):
                for head in self.facts.objects(node, alternatives):
                    found.extend(self._of_all(self.facts.members(head), name))
        return found

    def _schemes(self, node: Any) -> Iterator[str]:
        """The concept schemes in one of which the values of a property shape are."""
        for shape in self._of_all([node], "sh:node"):
            for inner in self.facts.objects(shape, "sh:property"):
                if _IN_SCHEME in self.facts.objects(inner, "sh:path"):
                    yield from (each.value for each in self.facts.objects(inner, "sh:hasValue"))

    def _requires(self, node: Any) -> bool:
        severity = self.severities.get(node.value) or next(iter(self.facts.objects(node, "sh:severity")), VIOLATION)
        least = self.facts.number(node, "sh:minCount", 0) or self.facts.number(node, "sh:qualifiedMinCount", 0)
        return severity == VIOLATION and least >= 1

    def _at_most_one(self, node: Any) -> bool:
        return self.facts.number(node, "sh:maxCount", 2) <= 1 or self.facts.flag(node, "sh:uniqueLang")

    def _flattened(self, column: Column, owner: str) -> Iterator[Column]:
        """The column itself, or columns for what its values say, where a row of *owner* describes these as well."""
        for iri in column.classes:
            inner = self._simple(iri)
            if not inner or not (column.required or iri not in self.segments):
                continue
            if iri in self.segments:
                yield self._or_new(column, iri, inner)
            kinds = list(self._of_kinds(column, iri, inner, owner))
            yield from (replace(each, rare=bool(kinds)) for each in self._of_nested(column, iri, inner))
            yield from kinds
            return
        yield column

    def _simple(self, iri: str) -> list[Column]:
        """The columns of a class that a row of another one can describe on the way: few, and none a link it needs."""
        found = [each for each in self._own_columns(iri) if not each.classes or each.schemes]
        listed = any(each.predicate == term("skos:prefLabel") for each in found)
        needs_more = any(each.classes and each.required for each in self._own_columns(iri))
        return (
            [] if listed or needs_more or len(found) > _LONGEST_NESTED else sorted(found, key=lambda each: each.order)
        )

    def _nested(self, column: Column, iri: str, constants: tuple[tuple[NamedNode, NamedNode], ...] = ()) -> Nested:
        types = tuple(dict.fromkeys((NamedNode(iri), *self._types(iri))))
        return Nested(column.predicate, types, constants, column.single, iri in self.segments)

    def _or_new(self, column: Column, iri: str, inner: list[Column]) -> Column:
        """The link, which an address may stand for that makes a new node of its own."""
        address = next((each.predicate for each in inner if each.is_iri), None)
        return replace(column, new=self._nested(column, iri), new_predicate=address)

    def _of_nested(self, column: Column, iri: str, inner: list[Column]) -> Iterator[Column]:
        for each in inner:
            yield replace(
                each,
                outer=column.names,
                nested=self._nested(column, iri),
                required=column.required and each.required and iri not in self.segments,
                order=column.order,
                group=column.group,
            )

    def _of_kinds(self, column: Column, iri: str, inner: list[Column], owner: str) -> Iterator[Column]:
        """A column for every code that the nodes can have as their kind, named by it: one text says it all.

        Those that the published instances of *owner* don't have are rare.
        """
        kind = next((each for each in inner if each.required and len(each.schemes) == 1), None)
        value = next((each for each in inner if each.required and each.datatypes == (_STRING,)), None)
        if kind is None or value is None:
            return
        concepts = scheme_members(self.codes.graph, kind.schemes)
        used = self._used(owner, column.predicate, kind.predicate) or set(concepts)
        for concept in concepts[:_MOST_KINDS]:
            yield replace(
                value,
                names=_capitalised(self.codes.labels(concept)),
                descriptions=self.codes.texts(concept, _DEFINITION),
                nested=self._nested(column, iri, ((kind.predicate, concept),)),
                required=False,
                order=column.order,
                group=column.group,
                rare=concept not in used,
                examples=tuple(self.codes.graph.objects(concept, _EXAMPLE)),
            )

    def _used(self, owner: str, *path: NamedNode) -> set[Any]:
        """The values at the end of *path* from the first published instances of a class."""
        graph = self.codes.graph
        nodes = {triple.subject for triple in islice(graph.incoming(NamedNode(owner), RDF_TYPE), _LOOKED_AT)}
        for predicate in path:
            nodes = {value for node in nodes for value in graph.objects(node, predicate)}
        return nodes

    def _in_languages(self, column: Column) -> Iterator[Column]:
        """A column of texts once in each language of the publication."""
        if not column.is_text:
            yield column
            return
        for language in self.publication.languages:
            yield replace(column, language=language)

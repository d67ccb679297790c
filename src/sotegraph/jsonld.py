"""JSON-LD of one entity: a tree built from triples by the publication's own context.

The context is a flat table (no type-scoped terms), so a tree is built directly from it in microseconds; the tests prove
with PyLD that every tree expands to exactly the triples it was made of (JSON-LD 1.1 API, section 8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sotegraph.formats import TripleOrder
from sotegraph.terms import RDF_LANG_STRING, RDF_TYPE, XSD_STRING, term


def _boolean(text: str) -> bool:
    return text in ("true", "1")


_NATIVE: Mapping[NamedNode, Callable[[str], int | bool]] = {term("xsd:integer"): int, term("xsd:boolean"): _boolean}


@dataclass(frozen=True)
class TermDefinition:
    """One key of a context: the IRI it stands for and what its values look like."""

    name: str
    iri: str
    reverse: bool = False
    type: str | None = None
    language_map: bool = False
    array: bool = False


@dataclass(frozen=True)
class Context:
    """A flat JSON-LD 1.1 context, turned round: from predicates and datatypes to keys."""

    document: Mapping[str, Any]
    definitions: tuple[TermDefinition, ...]
    prefixes: Mapping[str, str]

    @cached_property
    def _by_iri(self) -> Mapping[tuple[str, bool], list[TermDefinition]]:
        table: dict[tuple[str, bool], list[TermDefinition]] = defaultdict(list)
        for each in self.definitions:
            table[each.iri, each.reverse].append(each)
        return table

    @cached_property
    def _classes(self) -> Mapping[str, str]:
        return {each.iri: each.name for each in self.definitions if each.type is None and not each.reverse}

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(each.name for each in self.definitions)

    def forward(self, predicate: str, value: NamedNode | BlankNode | Literal | Triple) -> TermDefinition | None:
        """The key under which *value* may stand without further ado, or None."""
        for each in self._by_iri.get((predicate, False), ()):
            if _fits(each, value):
                return each
        return None

    def reversed(self, predicate: str) -> TermDefinition | None:
        """The key for what links here by *predicate*, or None."""
        return next(iter(self._by_iri.get((predicate, True), ())), None)

    def class_name(self, iri: str) -> str:
        """The short name of a class, else its IRI: values of ``type`` are resolved like keys."""
        return self._classes.get(iri, iri)

    def bare(self, predicate: str) -> str:
        """A key that lays nothing down about its values: a plain term, a compact name, or the IRI."""
        for each in self._by_iri.get((predicate, False), ()):
            if each.type is None and not each.language_map:
                return each.name
        for prefix, namespace in self.prefixes.items():
            if predicate.startswith(namespace) and len(predicate) > len(namespace):
                compact = f"{prefix}:{predicate[len(namespace) :]}"
                if compact not in self._names:
                    return compact
        return predicate


def _fits(definition: TermDefinition, value: NamedNode | BlankNode | Literal | Triple) -> bool:
    if not isinstance(value, Literal):
        return definition.type == "@id"
    if value.language:
        return definition.language_map
    if definition.language_map or definition.type == "@id":
        return False
    if definition.type is not None:
        return definition.type == value.datatype.value
    return value.datatype == XSD_STRING or value.datatype in _NATIVE


def read_context(document: Mapping[str, Any]) -> Context:
    """Return the table of a context document.

    Only what our contexts use is read: prefixes, ``@id``, ``@reverse``, ``@type`` and ``@container`` of ``@language``
    and ``@set``. Raises ValueError naming the key for anything else, so that no tree is built wrongly.
    """
    entries = {name: value for name, value in document["@context"].items() if not name.startswith("@")}
    prefixes = {name: value for name, value in entries.items() if isinstance(value, str) and value.endswith(("#", "/"))}
    definitions = []
    for name, value in entries.items():
        if name in prefixes or value in ("@id", "@type"):
            continue
        definitions.append(_definition(name, {"@id": value} if isinstance(value, str) else value, prefixes))
    return Context(document, tuple(definitions), prefixes)


def _definition(name: str, value: Mapping[str, Any], prefixes: Mapping[str, str]) -> TermDefinition:
    unknown = set(value) - {"@id", "@reverse", "@type", "@container", "@protected", "@prefix"}
    containers = value.get("@container", [])
    containers = {containers} if isinstance(containers, str) else set(containers)
    if unknown or containers - {"@language", "@set"} or not ({"@id", "@reverse"} & set(value)):
        raise ValueError(f"the context key {name} is defined in a way that trees are not built by: {value}")
    datatype = value.get("@type")
    return TermDefinition(
        name=name,
        iri=_expand(value.get("@reverse") or value["@id"], prefixes),
        reverse="@reverse" in value,
        type=datatype if datatype in (None, "@id") else _expand(datatype, prefixes),
        language_map="@language" in containers,
        array="@set" in containers,
    )


def _expand(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else name


def tree(
    root: NamedNode,
    triples: Iterable[Triple],
    context: Context,
    ranks: Mapping[str, int] | None = None,
    order: TripleOrder | None = None,
) -> dict[str, Any]:
    """Return *triples* as one JSON-LD object that starts at *root*, without its ``@context``.

    Each node is written out once, as near to *root* as links lead, and named by its id elsewhere; links against their
    direction stand under the context's ``@reverse`` keys. What no link joins to *root* is added under ``@included``.
    The order of keys and values is fixed; the values that *ranks* names by their IRI stand by that first. With an
    *order* of one's own, it is that one.
    """
    grower = _Grower(sorted(triples, key=order or (lambda each: _order(each, ranks or {}))), context)
    result = grower.grow(root)
    stray = [grower.grow(subject) for subject in grower.subjects() if str(subject) not in grower.home]
    return result | ({"@included": stray} if stray else {})


class _Grower:
    """Grows trees from triples; *home* tells by which triple each node was first reached, level by level."""

    def __init__(self, triples: Iterable[Triple], context: Context) -> None:
        self.context = context
        self.outgoing: dict[str, list[Triple]] = defaultdict(list)
        self.incoming: dict[str, list[Triple]] = defaultdict(list)
        self.home: dict[str, Triple | None] = {}
        for triple in triples:
            self.outgoing[str(triple.subject)].append(triple)
            if not _is_type(triple) and not isinstance(triple.object, Literal):
                self.incoming[str(triple.object)].append(triple)

    def subjects(self) -> list[Any]:
        return [triples[0].subject for triples in self.outgoing.values() if triples]

    def grow(self, root: Any) -> dict[str, Any]:
        self.home[str(root)] = None
        level = [str(root)]
        while level:
            level = [found for key in level for found in self._reach(key)]
        return self._node(root)

    def _reach(self, key: str) -> list[str]:
        """The nodes that only now are reached, by the links from and to one node."""
        links = [each for each in self.outgoing[key] if not _is_type(each) and not isinstance(each.object, Literal)]
        forward = [(str(each.object), each) for each in links]
        backward = [(str(each.subject), each) for each in self.incoming[key] if self._reversed(each)]
        reached = []
        for found, triple in forward + backward:
            if found not in self.home:
                self.home[found] = triple
                reached.append(found)
        return reached

    def _reversed(self, triple: Triple) -> TermDefinition | None:
        return self.context.reversed(triple.predicate.value)

    def _node(self, subject: Any) -> dict[str, Any]:
        key = str(subject)
        result: dict[str, Any] = {"id": subject.value if isinstance(subject, NamedNode) else key}
        own = [each for each in self.outgoing[key] if each is not self.home[key]]
        types = [self.context.class_name(str(each.object.value)) for each in own if _is_type(each)]  # type: ignore[union-attr]
        if types:
            result["type"] = types if len(types) > 1 else types[0]
        for triple in own:
            if not _is_type(triple):
                self._put(result, triple)
        for triple in self.incoming[key]:
            definition = self._reversed(triple)
            if definition and self.home.get(str(triple.subject)) is triple:
                _add(result, definition.name, self._node(triple.subject), array=True)
        return result

    def _put(self, result: dict[str, Any], triple: Triple) -> None:
        value = triple.object
        definition = self.context.forward(triple.predicate.value, value)
        name = definition.name if definition else self.context.bare(triple.predicate.value)
        array = bool(definition and definition.array)
        if isinstance(value, Literal) and value.language and definition and definition.language_map:
            _add(result.setdefault(name, {}), value.language, value.value, array=array)
        elif isinstance(value, Literal):
            _add(result, name, _literal(value, definition), array=array)
        else:
            _add(result, name, self._link(triple, definition), array=array)

    def _link(self, triple: Triple, definition: TermDefinition | None) -> Any:
        """The node at the other end where this is its home and it says something, else its id."""
        value: Any = triple.object
        at_home = self.home[str(value)] is triple
        node = self._node(value) if at_home else {"id": value.value if isinstance(value, NamedNode) else str(value)}
        return node["id"] if definition and len(node) == 1 else node


def _order(triple: Triple, ranks: Mapping[str, int]) -> tuple[str, str, int, str, str]:
    value = triple.object
    language = value.language or "" if isinstance(value, Literal) else ""
    rank = ranks.get(value.value, len(ranks)) if ranks and isinstance(value, NamedNode) else len(ranks)
    return str(triple.subject), triple.predicate.value, rank, language, str(value)


def _is_type(triple: Triple) -> bool:
    return triple.predicate == RDF_TYPE and isinstance(triple.object, NamedNode)


def _literal(value: Literal, definition: TermDefinition | None) -> Any:
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if definition and definition.type is not None:
        return value.value
    native = _NATIVE.get(value.datatype)
    if native is not None:
        return native(value.value)
    if value.datatype in (XSD_STRING, RDF_LANG_STRING):
        return value.value
    return {"@value": value.value, "@type": value.datatype.value}


def _add(holder: dict[str, Any], name: str, value: Any, *, array: bool) -> None:
    if name not in holder:
        holder[name] = [value] if array else value
    elif isinstance(holder[name], list):
        holder[name].append(value)
    else:
        holder[name] = [holder[name], value]

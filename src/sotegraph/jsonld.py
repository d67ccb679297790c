"""JSON-LD of one entity: a tree built from triples by the publication's own context.

The context is a flat table (no type-scoped terms), so a tree is built directly from it in microseconds; the tests prove
with PyLD that every tree expands to exactly the triples it was made of (JSON-LD 1.1 API, section 8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

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
                if all(compact != each.name for each in self.definitions):
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


def tree(root: NamedNode, triples: Iterable[Triple], context: Context) -> dict[str, Any]:
    """Return *triples* as one JSON-LD object that starts at *root*, without its ``@context``.

    Each node is written out where it is first met, forward links before backward ones; elsewhere it is only named.
    Triples that no link joins to *root* are added under ``@included``. The order of keys and values is fixed.
    """
    return _Grower(triples, context).grow(root)


@dataclass
class _Grower:
    triples: Iterable[Triple]
    context: Context
    outgoing: dict[str, list[Triple]] = field(default_factory=lambda: defaultdict(list))
    incoming: dict[str, list[Triple]] = field(default_factory=lambda: defaultdict(list))
    written: set[Triple] = field(default_factory=set)
    met: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for triple in sorted(self.triples, key=str):
            self.outgoing[str(triple.subject)].append(triple)
            if not isinstance(triple.object, Literal):
                self.incoming[str(triple.object)].append(triple)

    def grow(self, root: NamedNode) -> dict[str, Any]:
        result = self.node(root)
        stray = [self.node(each[0].subject) for key, each in self.outgoing.items() if key not in self.met]
        if stray:
            result["@included"] = stray
        return result

    def node(self, subject: Any) -> dict[str, Any]:
        """*subject* as an object: written out the first time, afterwards only its id."""
        key = str(subject)
        result: dict[str, Any] = {"id": subject.value if isinstance(subject, NamedNode) else key}
        if key in self.met:
            return result
        self.met.add(key)
        own = [triple for triple in self.outgoing.get(key, ()) if triple not in self.written]
        back = [triple for triple in self.incoming.get(key, ()) if triple not in self.written]
        back = [triple for triple in back if self.context.reversed(triple.predicate.value)]
        self.written.update(own)
        types = [
            self.context.class_name(each.object.value)
            for each in own
            if isinstance(each.object, NamedNode) and self._is_type(each)
        ]
        if types:
            result["type"] = types if len(types) > 1 else types[0]
        for triple in own:
            if not self._is_type(triple):
                self._put(result, triple)
        for triple in back:
            if triple not in self.written:
                self.written.add(triple)
                self._put_back(result, triple)
        return result

    def _is_type(self, triple: Triple) -> bool:
        return triple.predicate == RDF_TYPE and isinstance(triple.object, NamedNode)

    def _put(self, result: dict[str, Any], triple: Triple) -> None:
        value = triple.object
        definition = self.context.forward(triple.predicate.value, value)
        if definition and definition.language_map and isinstance(value, Literal) and value.language:
            _add(result.setdefault(definition.name, {}), value.language, value.value, array=definition.array)
        elif isinstance(value, Literal):
            plain = definition is not None
            name = definition.name if definition else self.context.bare(triple.predicate.value)
            _add(result, name, _literal(value, definition, plain), array=bool(definition and definition.array))
        else:
            node: Any = self.node(value)
            name = definition.name if definition else self.context.bare(triple.predicate.value)
            if definition and set(node) == {"id"}:
                node = node["id"]
            _add(result, name, node, array=bool(definition and definition.array))

    def _put_back(self, result: dict[str, Any], triple: Triple) -> None:
        definition = self.context.reversed(triple.predicate.value)
        assert definition is not None
        _add(result, definition.name, self.node(triple.subject), array=True)


def _literal(value: Literal, definition: TermDefinition | None, plain: bool) -> Any:
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if plain and definition and definition.type is not None:
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

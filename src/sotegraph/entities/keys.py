"""Under which keys of a JSON-LD context the values of a property stand, and what they look like there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal

from sotegraph.entities.constraints import Constraints
from sotegraph.jsonld import Context, TermDefinition
from sotegraph.terms import PREFIXES

_XSD, _LANG_STRING = PREFIXES["xsd"], PREFIXES["rdf"] + "langString"
_ZONE = r"(Z|[+-]\d\d:\d\d)?$"
_WRITTEN = {
    _XSD + "date": r"^-?\d{4,}-\d\d-\d\d" + _ZONE,
    _XSD + "dateTime": r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?" + _ZONE,
    _XSD + "gYear": r"^-?\d{4,}" + _ZONE,
    _XSD + "gYearMonth": r"^-?\d{4,}-\d\d" + _ZONE,
    _XSD + "decimal": r"^[+-]?(\d+(\.\d*)?|\.\d+)$",
    _XSD + "nonNegativeInteger": r"^\+?\d+$",
}
"""How the lexical forms of datatypes look that stand as strings (XML Schema Part 2, section 3)."""
_NATIVE = {_XSD + "integer": "integer", _XSD + "boolean": "boolean", _XSD + "string": "string"}
_BOUNDS = {
    "minInclusive": "minimum",
    "maxInclusive": "maximum",
    "minExclusive": "exclusiveMinimum",
    "maxExclusive": "exclusiveMaximum",
}
_NOT_COMMON = ("\\i", "\\c", "\\p", "\\P", "-[")
"""What regular expressions of XPath have and those of JSON Schema may not."""

Schema = dict[str, Any]


def forms_of(
    context: Context, predicate: str, constraints: Constraints, linked: Schema
) -> Iterator[tuple[str, Schema]]:
    """The keys for values of *predicate* that meet *constraints*, each with the schema of what stands there.

    *linked* is the schema of a value that is a thing.
    """
    defined = [each for each in context.definitions if each.iri == predicate and not each.reverse]
    suited = [each for each in defined if _suits(each, constraints)]
    for each in suited:
        yield each.name, _at(each, constraints, linked)
    rest = constraints.datatypes - {datatype for each in suited for datatype in _covered(each)}
    bare = context.bare(predicate)
    if bare not in {each.name for each in suited} and (rest or not suited):
        yield (
            bare,
            _either({"anyOf": [_value_object(), linked, {"type": ["string", "integer", "boolean"]}]}, constraints),
        )


def _covered(definition: TermDefinition) -> set[str]:
    """The datatypes whose values can stand under a key as they are."""
    if definition.language_map:
        return {_LANG_STRING}
    return set(_NATIVE) if definition.type is None else {definition.type}


def _suits(definition: TermDefinition, constraints: Constraints) -> bool:
    if definition.type == "@id":
        return not constraints.datatypes and not constraints.literals
    if constraints.iris and not constraints.literals:
        return False
    return not constraints.datatypes or bool(constraints.datatypes & _covered(definition))


def _at(definition: TermDefinition, constraints: Constraints, linked: Schema) -> Schema:
    if definition.language_map:
        return _texts(definition, constraints)
    item = linked if definition.type == "@id" else _literal(definition, constraints)
    if constraints.among:
        item = _one_of(constraints)
    found = {"type": "array", "items": item, "minItems": 1} if definition.array else _either(item, constraints)
    if definition.array and constraints.most is not None:
        found["maxItems"] = constraints.most
    return found


def _either(item: Schema, constraints: Constraints) -> Schema:
    """One value by itself; several, where there may be, as an array."""
    if constraints.most == 1:
        return item
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 2}]}


def _texts(definition: TermDefinition, constraints: Constraints) -> Schema:
    """Texts by language."""
    text: Schema = {"type": "string", **_patterns(constraints), **_lengths(constraints)}
    several = {"type": "array", "items": text, "minItems": 1 if definition.array else 2}
    single = definition.array is False
    each = (
        text if constraints.one_a_language and single else several if definition.array else {"anyOf": [text, several]}
    )
    names: Schema = {"pattern": r"^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$"}
    if constraints.languages:
        names = {"enum": sorted(constraints.languages)}
    return {"type": "object", "propertyNames": names, "additionalProperties": each, "minProperties": 1}


def _literal(definition: TermDefinition, constraints: Constraints) -> Schema:
    if definition.type is not None:
        written = {"pattern": _WRITTEN[definition.type]} if definition.type in _WRITTEN else {}
        return {"type": "string", **(_patterns(constraints) or written)}
    kinds = sorted({_NATIVE[each] for each in constraints.datatypes & set(_NATIVE)}) or sorted(_NATIVE.values())
    item: Schema = {"type": kinds[0] if len(kinds) == 1 else kinds}
    if "string" in kinds:
        item |= {**_patterns(constraints), **_lengths(constraints)}
    item |= {
        _BOUNDS[name]: value for name, value in constraints.bounds.items() if name in _BOUNDS and "integer" in kinds
    }
    others = constraints.datatypes - set(_NATIVE)
    return {"anyOf": [item, _value_object()]} if others or not constraints.datatypes else item


def _one_of(constraints: Constraints) -> Schema:
    """A value out of those that are listed; a thing may stand there as a whole."""
    values: list[Any] = [_native(each) if isinstance(each, Literal) else each.value for each in constraints.among]
    whole = {"type": "object", "properties": {"id": {"enum": values}}, "required": ["id"]}
    return {"enum": values} if constraints.literals else {"anyOf": [{"enum": values}, whole]}


def _native(value: Literal) -> str | int | bool:
    """A literal as JSON has it."""
    kind = _NATIVE.get(value.datatype.value)
    if kind == "boolean":
        return value.value in ("true", "1")
    return int(value.value) if kind == "integer" else value.value


def _patterns(constraints: Constraints) -> Schema:
    """The regular expressions that mean the same everywhere."""
    found = [each for each in constraints.patterns if not any(sign in each for sign in _NOT_COMMON)]
    return (
        {"pattern": found[0]} if len(found) == 1 else {"allOf": [{"pattern": each} for each in found]} if found else {}
    )


def _lengths(constraints: Constraints) -> Schema:
    return {name: value for name, value in constraints.bounds.items() if name.endswith("Length")}


def _value_object() -> Schema:
    """A literal that its key does not tell the type of (JSON-LD 1.1, section 9.5)."""
    return {"type": "object", "properties": {"@value": {}}, "required": ["@value"]}

"""What the shapes ask of the values of one path, put together from all the property shapes that speak of it.

Only what everything that is published must meet counts: a shape that is no violation, or that some profile makes less
than one, asks for nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.entities.vocabulary import Facts
from sotegraph.terms import term

_VIOLATION = term("sh:Violation")
_TRUE = ("true", "1")


@dataclass
class Constraints:
    """How many values, of which kinds. An empty collection or None asks for nothing.

    *datatypes* and *classes* name what a value may be; *each_language* lists groups of languages of each of which there
    must be a value; *among* holds the only values there may be, *given* those that there must be.
    """

    least: int = 0
    most: int | None = None
    datatypes: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    iris: bool = False
    literals: bool = False
    languages: frozenset[str] = frozenset()
    one_a_language: bool = False
    each_language: list[frozenset[str]] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    bounds: dict[str, float] = field(default_factory=dict)
    among: tuple[NamedNode | Literal, ...] = ()
    given: list[NamedNode | Literal] = field(default_factory=list)


def read_constraints(facts: Facts, shapes: Iterable[Any], lowered: frozenset[Any]) -> Constraints:
    """Return what *shapes*, property shapes of one path, ask for together; those *lowered* ask for nothing."""
    found = Constraints()
    for shape in shapes:
        severity = next(iter(facts.values(shape, "sh:severity")), _VIOLATION)
        if severity == _VIOLATION and shape not in lowered and not _switched_off(facts, shape):
            _add(found, facts, shape)
    return found


def lowered_by_profiles(facts: Facts) -> frozenset[Any]:
    """The property shapes that some profile makes less than a violation."""
    entries = {each.object for each in facts.triples if each.predicate == term("pub:severity")}
    return frozenset(
        shape
        for entry in entries
        if _VIOLATION not in facts.values(entry, "pub:as")
        for shape in facts.values(entry, "pub:shape")
    )


def _switched_off(facts: Facts, shape: Any) -> bool:
    return any(each.value in _TRUE for each in facts.values(shape, "sh:deactivated"))


def _add(found: Constraints, facts: Facts, shape: Any) -> None:
    """Add what *shape* asks for, and what the shapes ask for that its values must conform to."""
    found.least = max([found.least, *_numbers(facts, shape, "sh:minCount")], default=0)
    most = [*_numbers(facts, shape, "sh:maxCount"), *([found.most] if found.most is not None else [])]
    found.most = min(most, default=None)
    found.one_a_language |= any(each.value in _TRUE for each in facts.values(shape, "sh:uniqueLang"))
    found.given += facts.values(shape, "sh:hasValue")
    for head in facts.values(shape, "sh:qualifiedValueShape"):
        languages = _languages(facts, head)
        if languages and any(_numbers(facts, shape, "sh:qualifiedMinCount")):
            found.each_language.append(languages)
    _add_of_values(found, facts, shape)
    for node in facts.values(shape, "sh:node"):
        _add_of_values(found, facts, node)


def _add_of_values(found: Constraints, facts: Facts, shape: Any) -> None:
    """Add what *shape* asks of each value by itself."""
    datatypes, classes, kinds = _kinds(facts, shape)
    found.datatypes = datatypes & found.datatypes or datatypes or found.datatypes
    found.classes = found.classes or classes
    found.iris |= bool(classes) or term("sh:IRI") in kinds
    found.literals |= bool(datatypes) or term("sh:Literal") in kinds
    languages = _languages(facts, shape)
    found.languages = languages & found.languages or languages or found.languages
    if not facts.values(shape, "sh:flags"):
        found.patterns += [each.value for each in facts.values(shape, "sh:pattern")]
    for name in ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "minLength", "maxLength"):
        for value in _numbers(facts, shape, f"sh:{name}"):
            found.bounds[name] = value
    for head in facts.values(shape, "sh:in"):
        found.among = tuple(facts.members(head))


def _kinds(facts: Facts, shape: Any) -> tuple[frozenset[str], frozenset[str], set[Any]]:
    """The datatypes, classes and kinds of node that *shape* names, or each of the alternatives in it."""
    alternatives = [facts.members(head) for name in ("sh:or", "sh:xone") for head in facts.values(shape, name)]
    nodes = [shape, *(member for members in alternatives for member in members)]
    names = ("sh:datatype", "sh:class")
    datatypes, classes = (
        frozenset(each.value for node in nodes for each in facts.values(node, name)) for name in names
    )
    return datatypes, classes, {each for node in nodes for each in facts.values(node, "sh:nodeKind")}


def _languages(facts: Facts, shape: Any) -> frozenset[str]:
    return frozenset(each.value for head in facts.values(shape, "sh:languageIn") for each in facts.members(head))


def _numbers(facts: Facts, shape: Any, name: str) -> Iterator[int]:
    for each in facts.values(shape, name):
        if isinstance(each, Literal) and each.value.lstrip("+-").isdigit():
            yield int(each.value)

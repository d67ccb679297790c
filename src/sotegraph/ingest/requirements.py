"""What a row has to say: which columns are required, and of which ones any will do.

A requirement is a property shape of which a profile makes a violation, with a least number of values. Where its values
may stand in several columns, because there is one for each language, kind of node or alternative path, any of them
will do: ``sh:qualifiedValueShape`` narrows them (SHACL 4.7.3), ``sh:or`` and ``sh:xone`` join them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.facts import Facts
from sotegraph.ingest.columns import Column
from sotegraph.validation import VIOLATION, WARNING

Key = tuple[str, str, str]


class Requirements:
    """Marks the columns of classes; *shapes_of* gives the node shapes of a class.

    What a shape of one of the severities *asking* wants counts as required.
    """

    def __init__(
        self,
        facts: Facts,
        severities: Mapping[str, NamedNode],
        shapes_of: Callable[[str], Iterable[Any]],
        asking: frozenset[NamedNode] = frozenset((VIOLATION,)),
    ) -> None:
        self.facts, self.severities, self.shapes_of, self.asking = facts, severities, shapes_of, asking

    def mark(self, classes: Sequence[NamedNode], columns: Sequence[Column]) -> tuple[Column, ...]:
        """*columns* of a table whose rows are of *classes*, each as it is required."""
        own = [each for each in columns if each.nested is None]
        demands = self._demands(classes, own, columns)
        required = {key for demand in demands if len(demand) == 1 for key in demand}
        required |= {each.key for each in columns if self._is_whole(each, demands)}
        open_demands = [each for each in demands if not each & required]
        least = [each for each in open_demands if not any(other < each for other in open_demands)]
        places = {each.key: place for place, each in enumerate(columns)}
        ordered = sorted(set(least), key=lambda demand: sorted(places[key] for key in demand))
        numbers = {demand: number for number, demand in enumerate(ordered, 1)}
        asked = required.union(*least)
        wished = [each for each in self._also_wished._demands(classes, own, columns) if not each & asked]
        recommended = frozenset[Key]().union(*wished)
        return tuple(
            replace(
                each,
                required=each.key in required,
                recommended=each.key in recommended,
                either=next((number for demand, number in numbers.items() if each.key in demand), 0),
                together=self._complete.get(each.predicate, ()) if each.language else (),
                needed_with=each.key not in required and self._is_needed(each, columns),
                rare=each.rare and each.key not in required,
            )
            for each in columns
        )

    @cached_property
    def _also_wished(self) -> Requirements:
        """The same for what is only warned about when it is missing."""
        return Requirements(self.facts, self.severities, self.shapes_of, self.asking | {WARNING})

    def _demands(
        self, classes: Iterable[NamedNode], own: Sequence[Column], columns: Sequence[Column]
    ) -> list[frozenset[Key]]:
        """Sets of columns of each of which at least one is to be filled."""
        found = []
        for class_ in classes:
            for shape in self.shapes_of(class_.value):
                for nodes in self._alternatives(shape):
                    wanted = [each for node in nodes for each in self._candidates(node, own, columns)]
                    inner = [self._inside(group, columns) for group in _by_role(wanted)]
                    if len(inner) == 1 and inner[0]:
                        found += inner[0]
                    elif wanted:
                        found.append(frozenset(each.key for each in wanted))
        return found

    def _alternatives(self, shape: Any) -> Iterator[list[Any]]:
        """The property shapes that require something, alone or as alternatives."""
        for node in self.facts.objects(shape, "sh:property"):
            if self._requires(node):
                yield [node]
        for name in ("sh:or", "sh:xone"):
            for head in self.facts.objects(shape, name):
                members = list(self.facts.members(head))
                parts = [part for each in members for part in (each, *self.facts.objects(each, "sh:property"))]
                required = [each for each in parts if self._requires(each)]
                if len(required) >= len(members):
                    yield required

    def _requires(self, node: Any) -> bool:
        severity = self.severities.get(getattr(node, "value", ""))
        severity = severity or next(iter(self.facts.objects(node, "sh:severity")), VIOLATION)
        least = self.facts.number(node, "sh:minCount", 0) or self.facts.number(node, "sh:qualifiedMinCount", 0)
        return severity in self.asking and least >= 1

    def _candidates(self, node: Any, own: Sequence[Column], columns: Sequence[Column]) -> list[Column]:
        """The columns in which the values that a property shape requires can stand."""
        predicates = set(self._predicates(node))
        found = [each for each in own if each.predicate in predicates]
        found += [each for each in columns if each.nested and each.nested.predicate in predicates and each not in own]
        for shape in self.facts.objects(node, "sh:qualifiedValueShape"):
            found = [each for each in found if self._qualifies(shape, each)]
        links = [each for each in found if each.nested is None and each.new is not None]
        if links:
            # What has an address of its own is named; to describe it in the same row is another way, not a duty.
            found = [each for each in found if each.nested is None or not each.nested.shared]
        return [each for each in found if not each.rare] or found

    def _predicates(self, node: Any) -> Iterator[NamedNode]:
        for path in self.facts.objects(node, "sh:path"):
            if isinstance(path, NamedNode):
                yield path
            for head in self.facts.objects(path, "sh:alternativePath") if not isinstance(path, NamedNode) else ():
                yield from (each for each in self.facts.members(head) if isinstance(each, NamedNode))

    def _qualifies(self, shape: Any, column: Column) -> bool:
        """Whether the values of *column* can be such as *shape* describes: of a language, of a kind."""
        for head in self.facts.objects(shape, "sh:languageIn"):
            if column.language not in {each.value for each in self.facts.members(head)}:
                return False
        constants = column.nested.constants if column.nested else ()
        for inner in self.facts.objects(shape, "sh:property"):
            for value in self.facts.objects(inner, "sh:hasValue"):
                if constants and not any((path, value) in constants for path in self._predicates(inner)):
                    return False
        return True

    def _inside(self, group: Sequence[Column], columns: Sequence[Column]) -> list[frozenset[Key]]:
        """What has to be filled so that the nested node of *group* is there: what its class requires, if anything."""
        nested = group[0].nested
        if nested is None or nested.constants:
            return []
        inner = [each for each in columns if each.nested is not None and each.nested.role == nested.role]
        return self._demands(nested.types, inner, ())

    def _is_whole(self, column: Column, demands: Iterable[frozenset[Key]]) -> bool:
        """Whether *column* holds a text in a language that is needed as soon as there is the text in any."""
        if column.language not in self._complete.get(column.predicate, ()):
            return False
        siblings = {(*column.key[:2], language) for language in self._complete[column.predicate]}
        return any(demand & siblings and all(key[:2] == column.key[:2] for key in demand) for demand in demands)

    def _is_needed(self, column: Column, columns: Sequence[Column]) -> bool:
        """Whether a node that is described in other columns needs *column* as well."""
        nested = column.nested
        if nested is None or nested.constants:
            return False
        inner = [each for each in columns if each.nested is not None and each.nested.role == nested.role]
        return len(inner) > 1 and frozenset([column.key]) in self._demands(nested.types, inner, ())

    @cached_property
    def _complete(self) -> Mapping[NamedNode, tuple[str, ...]]:
        """The predicates whose texts are needed in several languages, if there are any, and these languages."""
        found: dict[NamedNode, dict[str, None]] = {}
        for shape in self.facts.subjects("sh:targetSubjectsOf"):
            targets = self.facts.objects(shape, "sh:targetSubjectsOf")
            for node in filter(self._requires, self.facts.objects(shape, "sh:property")):
                for predicate in self._predicates(node):
                    if predicate in targets:
                        found.setdefault(predicate, {}).update(dict.fromkeys(self._languages(node)))
        return {predicate: tuple(languages) for predicate, languages in found.items() if len(languages) > 1}

    def _languages(self, node: Any) -> Iterator[str]:
        for shape in self.facts.objects(node, "sh:qualifiedValueShape"):
            for head in self.facts.objects(shape, "sh:languageIn"):
                languages = [each.value for each in self.facts.members(head)]
                yield from languages if len(languages) == 1 else ()


def _by_role(columns: Iterable[Column]) -> list[list[Column]]:
    """*columns* by the node that they describe; those of the row's own thing each by itself."""
    found: dict[Any, list[Column]] = {}
    for each in columns:
        found.setdefault(each.nested.role if each.nested else each.key, []).append(each)
    return list(found.values())
